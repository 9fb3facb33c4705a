"""The kinds of faults: each injects one into a real build of a real site, and has the oracle judge what is left."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path

from children import Call, Child, Done, Zygote
from hubs import NotingHub
from oracle import Before, Oracle, Tally
from sites import ARTICLES, CHANGES, CONFIG, FEW, Change, FaultSite

TOUCHED = r'[/"](\.feedpub|output|second)[/">]'
"""What strace shows of calls that touch output/ or .feedpub/."""
_READING = frozenset(
    (
        "close",
        "fcntl",
        "flock",
        "fstat",
        "getdents64",
        "ioctl",
        "lseek",
        "lstat",
        "newfstatat",
        "pread64",
        "read",
        "stat",
    )
)
_PUBLISHED = (0, 4)
_ERRORS = {"fsync": "EIO", "rename": "EIO", "write": "ENOSPC", "pwrite64": "ENOSPC", "openat": "EACCES"}


class Arena:
    """A site that was built, its child processes and its oracle; ``seed`` decides every random moment."""

    def __init__(self, folder: Path, zygote: Zygote, seed: int = 7, hub: str | None = None) -> None:
        self.zygote = zygote
        self.site = FaultSite(folder / "site", hub)
        self.oracle = Oracle(self.site, zygote, folder / "spare")
        self.random = random.Random(seed)
        for change in (FEW, FEW, CHANGES[-1]):
            assert self.build(change).status == 0

    def turn(self, change: Change) -> None:
        """Change the site as ``change`` has it."""
        change.before(self.site)

    def start(self, change: Change, **how: object) -> Child:
        """Start a build."""
        return self.zygote.start(self.site.root, "build", *change.args, **how)

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
        self.oracle.check_next(change, tally, what)


def random_kills(arena: Arena, kills: int, changes: Sequence[Change] = CHANGES) -> Tally:
    """SIGKILL at random moments."""
    tally = Tally("kill at a random moment")
    durations = {change.name: arena.duration(change) for change in changes}
    while tally.injected < kills:
        change = changes[tally.injected % len(changes)]
        arena.turn(change)
        before = arena.oracle.before(change)
        child = arena.start(change)
        moment = durations[change.name] * arena.random.uniform(0, 1)
        if child.ends_within(moment) or child.kill().status != -signal.SIGKILL:
            continue
        tally.injected += 1
        arena.judge(before, change, tally, f"{change.name}, killed after {moment:.4f} s")
    return tally


def calls_of(arena: Arena, change: Change) -> list[Call]:
    """The system calls of a build that touch output/ or .feedpub/."""
    arena.turn(change)
    return arena.zygote.calls(arena.site.root, ("build", *change.args), TOUCHED)


def writing(calls: Sequence[Call]) -> list[Call]:
    """Those of ``calls`` that may change something: a kill at another leaves what one at the next of these leaves."""
    is_reading = re.compile(r"O_RDONLY(?!.*O_CREAT)").search
    return [call for call in calls if call.name not in _READING and not is_reading(call.what)]


def kills_at_calls(arena: Arena, change: Change, calls: Sequence[Call]) -> Tally:
    """SIGKILL as one of ``calls`` is made."""
    tally = Tally(f"kill at a call: {change.name}")
    for call in calls:
        arena.turn(change)
        before = arena.oracle.before(change)
        _, hit = arena.zygote.injected(arena.site.root, ("build", *change.args), call, "signal=KILL")
        tally.injected += bool(hit)
        arena.judge(before, change, tally, f"{change.name}, killed at {call.name} {call.number}: {hit}")
    return tally


def failing_calls(arena: Arena, change: Change, calls: Sequence[Call], error: str | None = None) -> Tally:
    """One of ``calls`` fails, with ``error`` or one that is usual."""
    tally = Tally(f"a call fails: {change.name}")
    for call in calls:
        arena.turn(change)
        before = arena.oracle.before(change)
        kind = error or _ERRORS.get(call.name, "EIO")
        done, hit = arena.zygote.injected(arena.site.root, ("build", *change.args), call, f"error={kind}")
        is_ours = re.search(TOUCHED, hit) is not None
        tally.injected += is_ours
        what = f"{change.name}, {call.name} {call.number} {kind}: {hit}"
        # A call before it may come more or less often; then another file is hit, such as a template, or stdout.
        if is_ours:
            arena.oracle.check_message(done, tally, _PUBLISHED)
        arena.judge(before, change, tally, what)
    return tally


def full_disks(arena: Arena, count: int) -> Tally:
    """A disk that is full when the build has written a part of what it has to; ``arena`` lies on one of its own."""
    tally = Tally("disk full")
    ballast = arena.site.root.parent / "ballast"
    while tally.injected < count:
        change = arena.random.choice((CHANGES[1], FEW, CHANGES[5], CHANGES[3]))
        arena.turn(change)
        before = arena.oracle.before(change)
        shutil.rmtree(arena.site.root.parent / "spare")
        free = shutil.disk_usage(arena.site.root).free
        left = arena.random.randrange(0, 300) * 1024
        with ballast.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, max(free - left, 1))
        done = arena.start(change).wait()
        tally.injected += done.status == 4 or "full" in done.err
        arena.oracle.check_message(done, tally, _PUBLISHED)
        arena.oracle.check_files(before, change, tally, "full disk")
        ballast.unlink()
        arena.oracle.check_next(change, tally, f"{change.name}, {left} bytes free: {done.err!r}")
    return tally


@contextlib.contextmanager
def small_disk(folder: Path, size: str = "16m") -> Iterator[bool]:
    """``folder`` on a disk of its own; whether that is permitted."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def lost_permissions(arena: Arena, count: int) -> Tally:
    """A folder or a file of output/ or .feedpub/ that may not be written, or not even be read."""
    tally = Tally("no permission")
    while tally.injected < count:
        change = (FEW, CHANGES[1])[tally.injected % 2]
        arena.turn(change)
        before = arena.oracle.before(change)
        places = [arena.site.output, arena.site.state]
        places += sorted(path for place in places for path in place.rglob("*"))
        place = arena.random.choice(places)
        mode = place.stat().st_mode
        place.chmod(arena.random.choice((0, 0o500 if place.is_dir() else 0o400)))
        done = arena.start(change, drop=True).wait()
        with contextlib.suppress(FileNotFoundError):  # it was to be removed
            place.chmod(mode)
        tally.injected += 1
        arena.oracle.check_message(done, tally, _PUBLISHED)
        arena.judge(before, change, tally, f"{place.name} without permission: {done.err!r}")
    return tally


def at_once(arena: Arena, count: int) -> Tally:
    """Two to eight builds at once."""
    tally = Tally("builds at once")
    for number in range(count):
        change = (FEW, CHANGES[1], CHANGES[3])[number % 3]
        arena.turn(change)
        before = arena.oracle.before(change)
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
        arena.turn(FEW)
        before = arena.oracle.before(FEW)
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
        change = (FEW, CHANGES[2], CHANGES[1])[number % 3]
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
    full = CHANGES[3]
    duration = arena.duration(full)
    while tally.injected < count:
        arena.turn(full)
        child = arena.start(full)
        if child.ends_within(duration * arena.random.uniform(0.1, 0.9)):
            continue
        child.signal(signal.SIGSTOP)
        edit = _EDITS[tally.injected % len(_EDITS)]
        path = arena.site.content / f"a{arena.random.randrange(ARTICLES)}.md"
        edit(arena.site, path)
        tally.injected += 1
        child.signal(signal.SIGCONT)
        done = child.wait()
        arena.oracle.check_message(done, tally, _PUBLISHED)
        arena.oracle.check_whole(full, tally, "changed meanwhile")
        arena.oracle.check_next(FEW, tally, "changed meanwhile")
        shutil.rmtree(arena.site.content)
        arena.site.content.mkdir()
        arena.site.edit_many()
        arena.site.replace("tick", topics=["tick"])
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
        arena.turn(change)
        before = arena.oracle.before(change)
        child = arena.start(change)
        child.ends_within(duration * arena.random.uniform(0.05, 0.9))
        workers = child.workers()
        for worker in workers[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        done = child.wait()
        tally.injected += bool(workers)
        arena.oracle.check_message(done, tally, _PUBLISHED)
        if workers:
            arena.judge(before, change, tally, "worker killed")
    return tally


def pings(arena: Arena, count: int, hub: NotingHub, *, killed: bool) -> Tally:
    """A ping that is killed, or beside a build: both keep what they did in published.json."""
    tally = Tally("ping killed" if killed else "ping beside a build")
    assert arena.zygote.run(arena.site.root, "ping").status == 0
    duration = _ping_duration(arena)
    while tally.injected < count:
        told, known = len(hub.told), arena.oracle.published()["hubs"]["output"]["files"]
        assert arena.build(FEW).status == 0
        before = arena.oracle.published()
        child = arena.zygote.start(arena.site.root, "ping")
        if killed:
            if child.ends_within(duration * arena.random.uniform(0, 1)) or child.kill().status == 0:
                continue
        else:
            beside = arena.build(FEW)
            arena.oracle.check_message(beside, tally, (0, 3))
            arena.oracle.check_message(child.wait(), tally, (0,))
            before = {**before, "outputs": arena.oracle.published()["outputs"]}
        tally.injected += 1
        _check_pings(arena, before, tally)
        arena.oracle.check_message(arena.zygote.run(arena.site.root, "ping"), tally, (0,))
        _check_told(arena, known, hub.told[told:], tally)
    return tally


def _ping_duration(arena: Arena) -> float:
    arena.build(FEW)
    began = time.monotonic()
    arena.zygote.run(arena.site.root, "ping")
    return time.monotonic() - began


def _check_pings(arena: Arena, before: dict[str, object], tally: Tally) -> None:
    """Whether published.json still has what builds wrote, and something that a hub was told."""
    try:
        now = arena.oracle.published()
    except ValueError:
        tally.fail("torn", "published.json after a ping")
        return
    if now["outputs"] != before["outputs"] or not now["hubs"]:
        tally.fail("lost", "published.json after a ping")


def _check_told(arena: Arena, before: Mapping[str, str], told: Container[str], tally: Tally) -> None:
    """Whether the hub, of which published.json said ``before`` what it knows, was ``told`` what that says now, which is
    all that is published.
    """
    now = arena.oracle.published()
    digests = now["outputs"]["output"]["files"]
    known = now["hubs"]["output"]["files"]
    if any(digests[path] != digest for path, digest in known.items()):
        tally.fail("lost", "a topic that the hub was not told of")
    for path, digest in known.items():
        if before.get(path) != digest and f"https://news.example.org/{path}" not in told:
            tally.fail("lost", f"the hub was not told of {path}")
