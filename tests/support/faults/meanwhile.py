"""Events during a build, or between two builds: other builds, changed articles, a clock that is set."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from support.faults.arena import PUBLISHED, Arena
from support.faults.oracle import Tally
from support.faults.sites import ARTICLES, FEW, FULL, MANY, NONE, FaultSite


def at_once(arena: Arena, count: int) -> Tally:
    """Two to eight builds at once."""
    tally = Tally("builds at once")
    for number in range(count):
        change = (FEW, MANY, FULL)[number % 3]
        before = arena.before(change)
        children = [arena.start(change, held=True) for _ in range(2 + number % 7)]
        for child in children:
            child.signal(signal.SIGCONT)
        ends = [child.wait() for child in children]
        tally.injected += 1
        for done in ends:
            arena.oracle.check_message(done, tally, (0, 3))
        if all(done.status for done in ends):
            tally.fail("wrong", f"none of {len(ends)} builds at once was done")
        arena.judge(before, change, tally, f"{len(ends)} at once")
    return tally


def suspended(arena: Arena, count: int) -> Tally:
    """A build that is stopped at a random moment, another that comes then, and the first going on."""
    tally = Tally("suspended, and another")
    duration = arena.duration(FEW)
    while tally.injected < count:
        before = arena.before(FEW)
        first = arena.start(FEW)
        if first.ends_within(duration * arena.random.uniform(0, 1)):
            continue
        first.signal(signal.SIGSTOP)
        other = arena.start(FEW).wait()
        first.signal(signal.SIGCONT)
        tally.injected += 1
        done = first.wait()
        arena.oracle.check_message(other, tally, (0, 3))
        arena.oracle.check_message(done, tally, (0, 3))
        if other.status == 3 and f"(pid {first.pid})" not in other.err:
            tally.fail("wrong", f"the build that is suspended is {first.pid}: {other.err!r}")
        arena.judge(before, FEW, tally, "suspended")
    return tally


def shifted_clocks(arena: Arena, count: int) -> Tally:
    """A clock that was moved, mostly back, between two builds."""
    tally = Tally("clock moved")
    for number in range(count):
        change = (FEW, NONE, MANY)[number % 3]
        arena.turn(change)
        hours = arena.random.choice((-1, -24, -24 * 365, 1, 24 * 365)) * arena.random.uniform(0.5, 1)
        # Ten years back most articles are yet to come.
        clock = -10 * 365 * 86400 if number % 5 == 4 else hours * 3600
        before = arena.oracle.before(change, clock)
        done = arena.start(change, clock=clock).wait()
        tally.injected += 1
        arena.oracle.check_message(done, tally, (0,))
        arena.oracle.check_files(before, change, tally, f"clock moved by {clock:.0f} s")
        arena.oracle.check_next(change, tally, f"clock moved by {clock:.0f} s", clock)
        arena.oracle.check_next(change, tally, "clock moved back to what it was")
    return tally


def _cut(site: FaultSite, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


_EDITS: tuple[Callable[[FaultSite, Path], object], ...] = (
    lambda site, path: path.unlink(),
    lambda site, path: site.article(int(path.stem[1:])),
    _cut,
    lambda site, path: path.rename(path.with_name("moved.md")),
    lambda site, path: (path.unlink(), path.mkdir()),
    lambda site, path: path.chmod(0),
)


def changed_meanwhile(arena: Arena, count: int) -> Tally:
    """Articles that are deleted, edited, cut, moved and replaced while a build is stopped among them."""
    tally = Tally("articles change meanwhile")
    duration = arena.duration(FULL)
    while tally.injected < count:
        arena.turn(FULL)
        child = arena.start(FULL, drop=True)
        if child.ends_within(duration * arena.random.uniform(0.1, 0.9)):
            continue
        child.signal(signal.SIGSTOP)
        edit = _EDITS[tally.injected % len(_EDITS)]
        path = arena.site.content / f"a{arena.random.randrange(ARTICLES)}.md"
        edit(arena.site, path)
        tally.injected += 1
        child.signal(signal.SIGCONT)
        done = child.wait()
        arena.oracle.check_message(done, tally, PUBLISHED)
        arena.oracle.check_whole(FULL, tally, "changed meanwhile")
        arena.oracle.check_next(FEW, tally, "changed meanwhile")
        shutil.rmtree(arena.site.content)
        arena.site.content.mkdir()
        arena.site.edit_many()
        arena.site.replace("tick", topics=["tick"])
    return tally
