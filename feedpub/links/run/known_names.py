"""Well-known names, which are asked only in doubt about the network.

:mod:`feedpub.links.schedule.online` decides when that is, and what their answers mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import wait
from urllib.parse import urlsplit

import msgspec

from feedpub.links.model import Answer, Fetch, LinkTarget
from feedpub.links.run.threads import Resolve
from feedpub.links.schedule.politeness import host_of

# Seconds for all names together. A resolver that takes longer is no sign of a network.
_PATIENCE = 10.0


class AskedNames:
    """The :class:`~feedpub.links.schedule.online.KnownNames` of a run.

    A name may have a port, ``host:port``, for a server at another than the usual one.
    """

    def __init__(self, names: Iterable[str], resolve: Resolve, fetch: Fetch) -> None:
        self._names = {host_of(f"http://{name}/"): name for name in names}
        self._resolve = resolve
        self._fetch = fetch

    def addresses(self) -> Mapping[str, tuple[str, ...]]:
        """Return the addresses of each name that resolves to public or allowed ones."""
        futures = {host: self._resolve(host) for host in self._names}
        wait(futures.values(), timeout=_PATIENCE)
        resolutions = {host: future.result() for host, future in futures.items() if future.done()}
        return {
            host: resolution.addresses
            for host, resolution in resolutions.items()
            if resolution.failure is None and resolution.addresses
        }

    def fetch(self, name: str, target: LinkTarget) -> tuple[str, Answer]:
        """Return a URL of ``name``, like that of ``target``, and the answer to it."""
        url = f"{urlsplit(target.url).scheme}://{self._names[name]}/"
        return url, self._fetch(msgspec.structs.replace(target, url=url), keep_alive=False)
