"""The evidence from all links of a host about each of them, and the probe of the host.

The answers come from a function, and the caller fetches the probes. A host gets one probe in a run,
so that it is the same for all its links, and in the next run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from feedpub.links.judge.soft.findings import HostFacts, landing_key, needs_probe, probe_of
from feedpub.links.model import Answer, LinkTarget
from feedpub.links.schedule.politeness import host_of


class Hosts:
    """The hosts of a check. ``answer_of`` returns the answer to a URL, or None."""

    def __init__(self, answer_of: Callable[[str], Answer | None]) -> None:
        self._answer_of = answer_of
        self._probes: dict[str, str] = {}
        """The URL of the probe of each host that has one."""
        self._shared: frozenset[tuple[object, ...]] = frozenset()
        """The host and the page to which several links lead."""

    def find_probes(self, pages: Iterable[str]) -> dict[str, LinkTarget]:
        """Return a probe for each host that has a link with a sign of a dead page, by URL.

        ``pages`` are the URLs of the links to pages for people, without fragments.
        """
        pages = sorted(pages)
        landings = Counter(filter(None, map(self._landing_of, pages)))
        self._shared = frozenset(landing for landing, count in landings.items() if count > 1)
        for page in pages:
            answer, host = self._answer_of(page), host_of(page)
            if answer is not None and host not in self._probes and self._is_doubtful(answer, page):
                self._probes[host] = probe_of(page)
        return {url: LinkTarget(url=url, wants_text=True) for url in self._probes.values()}

    def is_probe(self, url: str) -> bool:
        """Return whether ``url`` is the probe of its host."""
        return self._probes.get(host_of(url)) == url

    def facts(self, page: str) -> HostFacts:
        """Return what is known about the host of ``page``."""
        probe = self._probes.get(host_of(page))
        return HostFacts(self._answer_of(probe) if probe else None, self._is_shared(page))

    def _is_doubtful(self, answer: Answer, page: str) -> bool:
        is_good = answer.failure is None and answer.status is not None and 200 <= answer.status <= 299
        return is_good and not answer.is_challenge and needs_probe(answer, page, is_shared=self._is_shared(page))

    def _is_shared(self, page: str) -> bool:
        return bool(self._shared) and self._landing_of(page) in self._shared

    def _landing_of(self, page: str) -> tuple[object, ...] | None:
        answer = self._answer_of(page)
        key = landing_key(answer, page) if answer is not None else None
        return None if key is None else (host_of(page), *key)
