"""The site into which faults are injected, and the checks after each fault."""

from __future__ import annotations

import random
import time
from pathlib import Path

from support.faults.children import Child, Done, Zygote
from support.faults.oracle import Before, Oracle, Tally
from support.faults.sites import FEW, SECOND, Change, FaultSite

PUBLISHED = (0, 4)
"""The statuses of a build that may have met an error of the system."""
LATER = 10.0
"""Seconds after which articles are old enough for what builds remember of them to be believed."""


class Arena:
    """A site that was built, its child processes and its oracle; ``seed`` decides every random moment.

    Builds run ``clock`` seconds later than it is.
    """

    def __init__(self, folder: Path, zygote: Zygote, seed: int = 7, hub: str | None = None) -> None:
        self.zygote = zygote
        self.site = FaultSite(folder / "site", hub)
        self.oracle = Oracle(self.site, zygote, folder / "spare")
        self.random = random.Random(seed)
        self.clock = 0.0
        for change in (FEW, FEW, SECOND):
            assert self.build(change).status == 0

    def turn(self, change: Change) -> None:
        """Change the site as ``change`` has it."""
        change.before(self.site)

    def before(self, change: Change) -> Before:
        """Change the site; what is there then, before the build."""
        self.turn(change)
        return self.oracle.before(change, self.clock)

    def start(self, change: Change, **how: object) -> Child:
        """Start a build."""
        return self.zygote.start(self.site.root, "build", *change.args, **{"clock": self.clock, **how})

    def build(self, change: Change) -> Done:
        """Change the site, and build it."""
        self.turn(change)
        return self.start(change).wait()

    def duration(self, change: Change) -> float:
        """Seconds that a build takes."""
        self.turn(change)
        began = time.monotonic()
        self.start(change).wait()
        return time.monotonic() - began

    def judge(self, before: Before, change: Change, tally: Tally, what: str) -> None:
        """Have the oracle look at what is left now, and after the next build."""
        self.oracle.check_files(before, change, tally, what)
        self.oracle.check_next(change, tally, what, self.clock)
