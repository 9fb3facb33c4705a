"""A build that is killed at a system call, or to which one fails, by strace."""

from __future__ import annotations

import re
from collections.abc import Sequence

from support.faults.arena import LATER, PUBLISHED, Arena
from support.faults.children import Call
from support.faults.oracle import Tally
from support.faults.sites import CONFIG, FROM_NOTHING, Change

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
_ERRORS = {
    "fsync": "EIO",
    "syncfs": "EIO",
    "rename": "EIO",
    "write": "ENOSPC",
    "pwrite64": "ENOSPC",
    "openat": "EACCES",
}
_BESIDE = re.compile(r"AT_FDCWD<[^>]*>|\) += .*")
_PLACE = re.compile(r'[<"](/[^<>"]*)[>"]')
_CHANGING = re.compile(r"(?<=\.feedpub-tmp-)[0-9a-f]+|(?<=/)t[io]ck\b")
_TRIES = 3


def calls_of(arena: Arena, change: Change) -> list[Call]:
    """The system calls of a build that touch output/ or .feedpub/; without copies, which are files like others."""
    arena.site.configure(base=CONFIG.replace("[gzip, br]", "[]"))
    arena.clock = LATER
    _settle(arena, change)
    arena.turn(change)
    return arena.zygote.calls(arena.site.root, ("build", *change.args), TOUCHED, clock=arena.clock)


def writing(calls: Sequence[Call]) -> list[Call]:
    """Those of ``calls`` that may change something: a kill at another leaves what one at the next of these leaves."""
    is_reading = re.compile(r"O_RDONLY(?!.*O_CREAT)").search
    return [call for call in calls if call.name not in _READING and not is_reading(call.what)]


def kills_at_calls(arena: Arena, change: Change, calls: Sequence[Call]) -> Tally:
    """SIGKILL as one of ``calls`` is made."""
    tally = Tally(f"kill at a call: {change.name}")
    for call in calls:
        _inject(arena, change, call, "signal=KILL", tally)
    return tally


def failing_calls(arena: Arena, change: Change, calls: Sequence[Call], error: str | None = None) -> Tally:
    """One of ``calls`` fails, with ``error`` or one that is usual."""
    tally = Tally(f"a call fails: {change.name}")
    for call in calls:
        _inject(arena, change, call, f"error={error or _ERRORS.get(call.name, 'EIO')}", tally)
    return tally


def _settle(arena: Arena, change: Change) -> None:
    """Have builds of ``change`` make the same calls each time: how many build.db takes depends on its past."""
    for one in (FROM_NOTHING, change, change, change):
        arena.build(one)


def _inject(arena: Arena, change: Change, call: Call, fault: str, tally: Tally) -> None:
    """Have ``fault`` come at ``call``, and what it leaves judged."""
    for attempt in range(_TRIES):
        if attempt:
            _settle(arena, change)
        before = arena.before(change)
        args = ("build", *change.args)
        done, hit = arena.zygote.injected(arena.site.root, args, call, fault, clock=arena.clock)
        # Where a call before it came more or less often, it is another that is hit: a template, or standard output.
        if re.search(TOUCHED, hit):
            tally.injected += 1
            arena.oracle.check_message(done, tally, PUBLISHED)
        arena.judge(before, change, tally, f"{change.name}, {call.name} {call.number} {fault}: {hit}")
        if _places(call.name, hit) == _places(call.name, call.what):
            return
    tally.fail("missed", f"{change.name}, {call.name} {call.number}: {call.what}")


def _places(name: str, what: str) -> list[str]:
    """The files that the call ``name`` is about, of which strace says ``what``, but for what each build names anew."""
    found = _PLACE.findall(_BESIDE.sub("", what))
    # Of other calls, more is what they write or read.
    return [_CHANGING.sub("", path) for path in found[: 2 if name.startswith("rename") else 1]]
