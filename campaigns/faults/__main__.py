"""Faults by the hundred: kills, failing calls, full disks, races, and what they leave.

    python -m campaigns.faults [--kills 500] [--each 50] [--every-call] [--only KIND]… [--folder /dev/shm]

Prints a row for each kind of fault: how many were injected, and after how many of them a file was torn, something was
lost, something was left behind, or the status or the message was wrong; then the first failures.
Exits 1 where there is one.
The machinery is that of tests/faults/, which injects a few of each. Needs strace, and root for the full disk.
Each system call that touches output/ or .feedpub/ fails once. A kill at one that only reads leaves what a kill at the
next that writes leaves, so builds are killed at those only with ``--every-call``. What is missed is a call that was not
made again when it was to fail.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from support.faults.arena import Arena  # the tests' machinery lies beside the tests
from support.faults.calls import calls_of, failing_calls, kills_at_calls, writing
from support.faults.children import Zygote
from support.faults.hubs import noting_hub
from support.faults.kills import killed_workers, random_kills
from support.faults.meanwhile import at_once, changed_meanwhile, shifted_clocks, suspended
from support.faults.oracle import Tally
from support.faults.pinged import pings
from support.faults.refusals import full_disks, lost_permissions, small_disk
from support.faults.sites import AFTER_A_KILL, FEW, FROM_NOTHING

_SHOWN = 20
Kind = Callable[[], Iterator[Tally]]


class Faults:
    """Every kind of fault, in a folder of its own each."""

    def __init__(self, zygote: Zygote, folder: Path, given: argparse.Namespace) -> None:
        self._zygote = zygote
        self._folder = folder
        self._given = given

    def kinds(self) -> dict[str, Kind]:
        """By the name that ``--only`` takes."""
        each = self._given.each
        return {
            "kills": lambda: iter([random_kills(self._arena(), self._given.kills)]),
            "kills-at-calls": lambda: self._at_calls(failing=False),
            "failing-calls": lambda: self._at_calls(failing=True),
            "disk": lambda: self._disk(each),
            "permissions": lambda: iter([lost_permissions(self._arena(), each)]),
            "at-once": lambda: iter([at_once(self._arena(), each)]),
            "suspended": lambda: iter([suspended(self._arena(), each)]),
            "clock": lambda: iter([shifted_clocks(self._arena(), each)]),
            "articles": lambda: iter([changed_meanwhile(self._arena(), each)]),
            "workers": lambda: iter([killed_workers(self._arena(), each)]),
            "pings": lambda: self._pings(each),
        }

    def _arena(self, hub: str | None = None) -> Arena:
        return Arena(Path(tempfile.mkdtemp(dir=self._folder)), self._zygote, self._given.seed, hub)

    def _at_calls(self, *, failing: bool) -> Iterator[Tally]:
        for change in (FEW, FROM_NOTHING, AFTER_A_KILL):
            arena = self._arena()
            calls = calls_of(arena, change)
            if failing:
                yield failing_calls(arena, change, calls)
            else:
                yield kills_at_calls(arena, change, calls if self._given.every_call else writing(calls))

    def _disk(self, count: int) -> Iterator[Tally]:
        with small_disk(self._folder / "disk") as is_small:
            if is_small:
                yield full_disks(Arena(self._folder / "disk", self._zygote, self._given.seed), count)

    def _pings(self, count: int) -> Iterator[Tally]:
        with noting_hub() as hub:
            yield pings(self._arena(hub.url), count, hub, killed=True)
            yield pings(self._arena(hub.url), count, hub, killed=False)


def main() -> int:
    """Inject, and tell."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.faults", description="Faults, and what they leave.")
    parser.add_argument("--kills", type=int, default=500, help="at random moments")
    parser.add_argument("--each", type=int, default=50, help="of each other kind")
    parser.add_argument("--every-call", action="store_true", help="kill at those that only read, too")
    parser.add_argument("--only", action="append", default=[], metavar="KIND")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", default="/dev/shm" if Path("/dev/shm").is_dir() else None)
    given = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="feedpub-faults-", dir=given.folder) as folder, Zygote() as zygote:
        kinds = Faults(zygote, Path(folder), given).kinds()
        if unknown := set(given.only) - kinds.keys():
            parser.error(f"--only {min(unknown)}: is none of {', '.join(kinds)}")
        print(f"{'fault':36} {'injected':>8}", *(f"{kind:>7}" for kind in Tally.KINDS), f"{'seconds':>8}")
        for name in given.only or kinds:
            began = time.monotonic()
            for tally in kinds[name]():
                counts = (f"{tally.counts[kind]:7}" for kind in Tally.KINDS)
                print(f"{tally.name:36} {tally.injected:8}", *counts, f"{time.monotonic() - began:8.0f}", flush=True)
                print(*tally.failures[:_SHOWN], sep="\n", end="\n" if tally.failures else "", flush=True)
                failed |= bool(tally.failures)
                began = time.monotonic()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
