"""An hour against hostile servers, in a network where every address is reachable and every connection logged.

    python -m campaigns.hostile_network [--minutes 60 | --rounds N] [--cases 400] [--seed 7]

Each round checks generated links and pings a hub, from the command line and in a process that lives as long as the run;
every case has a host of its own. Prints what became of the links, the memory, threads and descriptors of the long-lived
process, and every address that was connected to and should not have been. Exits 1 where a bar is missed
(:mod:`.tally`). Needs Linux, ``unshare`` and ``ip``, and root or user namespaces. Nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path

from campaigns.hostile_network import namespace
from campaigns.hostile_network.parties import HungError
from campaigns.hostile_network.rounds import Run, Size
from campaigns.hostile_network.sites import Limits
from campaigns.hostile_network.tally import Tally

_TELL_EVERY = 60.0  # seconds


def main() -> int:
    """Run, and tell."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.hostile_network", description="Hostile servers, logged.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, help="instead of --minutes")
    parser.add_argument("--cases", type=int, default=400, help="of each check")
    parser.add_argument("--wide", type=int, default=1500, help="of every tenth check; 0 for none")
    parser.add_argument(
        "--timeout", type=float, default=2.0, help="seconds for a link; a tenth of feedpub's own default"
    )
    parser.add_argument("--retries", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    if not namespace.is_inside():
        if (why := namespace.missing()) is not None:
            print(why, file=sys.stderr)
            return 2
        return namespace.again_inside("campaigns.hostile_network", sys.argv[1:])
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="feedpub-network-") as folder:
        tally = _run(given, Path(folder))
    seconds = time.monotonic() - began
    print(*tally.lines(), sep="\n")
    used = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{seconds:.0f} s, of which {used:.0f} s of CPU, the servers' included")
    failures = list(tally.failures())
    print(*(f"MISSED: {one}" for one in failures), sep="\n", end="\n" if failures else "every bar is met\n")
    return 1 if failures else 0


def _run(given: argparse.Namespace, folder: Path) -> Tally:
    # Commands run in folders of their own.
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    limits = Limits(given.timeout, given.retries)
    with Run(folder, Size(given.cases, given.wide, limits, given.seed)) as run:
        run.control()
        run.warm_up()
        until = time.monotonic() + given.minutes * 60
        progress = _Progress(run.tally)
        for number in count():
            if number >= given.rounds if given.rounds is not None else time.monotonic() >= until:
                break
            try:
                run.round(number)
            except HungError:
                break
            progress.tell(number)
    return run.tally


class _Progress:
    """Says now and then how far the run is, and at once what went wrong."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._told: Counter[str] = Counter()
        self._last = time.monotonic()

    def tell(self, number: int) -> None:
        """Say it, after the round of that ``number``."""
        tally = self._tally
        for what, wrong in {"touched": tally.breaches, "wrong": tally.complaints}.items():
            for one in wrong[self._told[what] :]:
                print(f"round {number}: {what}: {one}", file=sys.stderr, flush=True)
            self._told[what] = len(wrong)
        if time.monotonic() - self._last >= _TELL_EVERY:
            self._last = time.monotonic()
            memory = tally.samples[-1].memory
            print(f"round {number}: {tally.links} links, {memory:.1f} MB", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
