"""SIGKILL at random moments: to a build, and to its workers."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Sequence

from support.faults.arena import LATER, PUBLISHED, Arena
from support.faults.oracle import Tally
from support.faults.sites import CHANGES, CONFIG, Change, FaultSite


def random_kills(arena: Arena, kills: int, changes: Sequence[Change] = CHANGES) -> Tally:
    """SIGKILL at random moments."""
    tally = Tally("kill at a random moment")
    durations = {change.name: arena.duration(change) for change in changes}
    while tally.injected < kills:
        change = changes[tally.injected % len(changes)]
        # Of old articles a build believes what it remembers, young ones it reads again.
        arena.clock = arena.random.choice((0, LATER))
        before = arena.before(change)
        child = arena.start(change)
        moment = durations[change.name] * arena.random.uniform(0, 1)
        if child.ends_within(moment) or child.kill().status != -signal.SIGKILL:
            continue
        tally.injected += 1
        arena.judge(before, change, tally, f"{change.name}, killed after {moment:.4f} s")
    return tally


def killed_workers(arena: Arena, count: int) -> Tally:
    """A worker process that is killed; the site needs enough articles for there to be any."""
    tally = Tally("worker killed")
    arena.site.configure(base=CONFIG.replace("limit: 2", "limit: 200"))
    for number in range(260):
        arena.site.replace(f"many{number}", topics=["Many"])
    change = Change("in processes", FaultSite.edit_few, ("--full", "--jobs", "3"))
    duration = arena.duration(change)
    while tally.injected < count:
        before = arena.before(change)
        child = arena.start(change)
        child.ends_within(duration * arena.random.uniform(0.05, 0.9))
        workers = child.workers()
        for worker in workers[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        done = child.wait()
        tally.injected += bool(workers)
        arena.oracle.check_message(done, tally, PUBLISHED)
        if workers:
            arena.judge(before, change, tally, "worker killed")
    return tally
