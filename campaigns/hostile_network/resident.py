"""A long-lived process that imports feedpub, and checks and pings repeatedly; it reports the resources that it holds.

    python -m campaigns.hostile_network.resident FOLDER SEED TIMEOUT RETRIES

takes orders as lines of JSON (:class:`Order`), and answers each with one (:class:`Told`). What goes wrong in a thread,
or is never closed, is told on standard error by the interpreter; every address that Python is asked to connect to is
noted, also where the kernel would send no packet.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from campaigns.hostile_network.cases import case
from campaigns.hostile_network.sites import CheckedSite, Limits, PingingSite, name_of
from feedpub.core import urls
from feedpub.delivery.websub import ping
from feedpub.links.check import LinkCheck
from feedpub.links.model import Link, LinkKind
from feedpub.links.options import CheckOptions
from feedpub.links.remember.store import LinkStore
from feedpub.links.run.engine import StopFlag
from feedpub.links.run.from_config import engine_of
from feedpub.links.settings import SettingsByHost

_KINDS = {
    "sourceUrl": LinkKind.SOURCE,
    "ampUrl": LinkKind.AMP,
    "cdnAmpUrl": LinkKind.AMP_CACHE,
    "images": LinkKind.IMAGE,
    "attachments": LinkKind.ATTACHMENT,
    "related": LinkKind.RELATED,
}
# Threads that wait for the system's resolver end with it.
_SETTLED = 20.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Check the cases from ``first`` on, or ping ``hub``."""

    first: int = 0
    count: int = 0
    stop_after: float | None = None
    """Seconds after which the check is stopped."""
    hub: str | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a link."""

    name: str
    """Of its article; see :func:`~.sites.name_of`."""
    verdict: str
    seconds: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an order."""

    findings: list[Finding] = []
    refused: int = 0
    """Cases whose URL no article could have."""
    status: int = 0
    """The exit status that a ping would have had."""
    seconds: float
    threads: int
    descriptors: int
    memory: float
    """Resident, in MB."""
    blocks: int
    """That Python has allotted and not freed."""
    connects: list[tuple[str, int]]
    """Every address and port that was asked for."""


class Resident:
    """Does as it is told."""

    def __init__(self, folder: Path, seed: int, limits: Limits) -> None:
        self._seed = seed
        self._site = CheckedSite(folder / "resident", limits)
        self._pinging = PingingSite(folder / "resident-ping", limits)
        self._connects: set[tuple[str, int]] = set()
        sys.addaudithook(self._note)

    def obey(self, order: Order) -> Told:
        """Do it, wait until its threads are gone, and look at what is left."""
        before = threading.active_count()
        began = time.monotonic()
        findings: list[Finding] = []
        refused = status = 0
        if order.hub is None:
            findings, refused = self._check(order)
        else:
            self._pinging.forget(order.hub)
            status = ping(self._pinging.config).exit_status
        seconds = time.monotonic() - began
        while threading.active_count() > before and time.monotonic() < began + seconds + _SETTLED:
            time.sleep(0.05)
        gc.collect()
        connects, self._connects = sorted(self._connects), set()
        return Told(
            findings=findings,
            refused=refused,
            status=status,
            seconds=seconds,
            threads=len(os.listdir("/proc/self/task")),
            # Of these one is that of the folder itself.
            descriptors=len(os.listdir("/proc/self/fd")) - 1,
            memory=_resident_memory(),
            blocks=sys.getallocatedblocks(),
            connects=connects,
        )

    def _check(self, order: Order) -> tuple[list[Finding], int]:
        links, refused = self._links(order)
        config, stop = self._site.config, StopFlag()
        settings = SettingsByHost(config.check, config.site.base_url)
        timer = threading.Timer(order.stop_after, stop.set) if order.stop_after is not None else None
        if timer is not None:
            timer.start()
        with LinkStore(config.state_folder) as store, engine_of(config) as engine:
            check = LinkCheck(links, settings, CheckOptions(), store, datetime.now(UTC))
            check.run(engine, lambda *_: None, stop)
            results = list(check.results())
        if timer is not None:
            timer.cancel()
            timer.join()
        found = [
            Finding(name=path, verdict=one.verdict.value, seconds=one.elapsed_ms / 1000)
            for one in results
            for path, _ in one.locations
        ]
        return found, refused

    def _links(self, order: Order) -> tuple[list[Link], int]:
        links: list[Link] = []
        refused = 0
        for number in range(order.first, order.first + order.count):
            one = case(self._seed, number)
            try:
                found = {field: urls.normalize(url) for field, url in one.links.items()}
            except urls.UrlError:
                refused += 1
                continue
            for field, url in found.items():
                partner = found.get("sourceUrl") if field == "ampUrl" else None
                links.append(Link(_KINDS[field], url, name_of(number, one), 1, partner))
        return links, refused

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            self._connects.add((str(arguments[1][0]), int(arguments[1][1])))


def _resident_memory() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def main() -> None:
    """Obey until nobody tells anything."""
    warnings.simplefilter("always", ResourceWarning)
    resident = Resident(Path(sys.argv[1]), int(sys.argv[2]), Limits(float(sys.argv[3]), int(sys.argv[4])))
    print("ready", flush=True)
    for line in sys.stdin:
        told = resident.obey(msgspec.json.decode(line, type=Order))
        print(msgspec.json.encode(told).decode(), flush=True)


if __name__ == "__main__":
    main()
