"""A build that is killed at a system call, or to which one fails, by strace."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arena import PUBLISHED, Arena
from children import Call
from oracle import Tally
from sites import Change

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
_ERRORS = {"fsync": "EIO", "rename": "EIO", "write": "ENOSPC", "pwrite64": "ENOSPC", "openat": "EACCES"}


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
            arena.oracle.check_message(done, tally, PUBLISHED)
        arena.judge(before, change, tally, what)
    return tally
