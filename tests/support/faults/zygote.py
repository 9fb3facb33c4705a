"""A process that has imported feedpub and forks for each command, many times a second.

What runs in the fork is the command line as users have it, in a process of its own that can be killed, stopped and
traced. Requests and replies are lines of JSON; :mod:`support.faults.children` sends them.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli  # noqa: F401  # imported once, for all

from feedpub import cli
from feedpub.building import (
    builder,
    incremental,  # noqa: F401
    rendering,  # noqa: F401
)
from feedpub.cli import build, check, ping  # noqa: F401
from feedpub.output import opml  # noqa: F401
from feedpub.output.formats import (
    atom,  # noqa: F401
    jsonfeed,  # noqa: F401
    rss,  # noqa: F401
)
from feedpub.output.pages import environment  # noqa: F401

_SET_PTRACER = 0x59616D61
_ANYONE = ctypes.c_ulong(-1)
# CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, by which root may write what is read-only.
_IGNORE_MODES = (1 << 1) | (1 << 2)
_CAPABILITIES_VERSION = 0x20080522


def _shift_clock(seconds: float) -> None:
    """Let the command believe that it is ``seconds`` later."""
    real = time.time_ns

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz or UTC) + timedelta(seconds=seconds)

    time.time_ns = lambda: real() + int(seconds * 1e9)
    vars(builder)["datetime"] = Shifted


def _drop_the_right_to_ignore_modes(libc: ctypes.CDLL) -> None:
    """At once: https://man7.org/linux/man-pages/man2/capset.2.html ."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    # Twice effective, permitted, inheritable: of the first 32 capabilities, and of the rest.
    sets = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    sets[0] &= ~_IGNORE_MODES
    assert libc.capset(header, sets) == 0


def _run(request: dict[str, Any]) -> None:
    """In the fork: run the command; never returns."""
    os.setpgid(0, 0)
    os.chdir(request["folder"])
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(file, descriptor)
        os.close(file)
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_PTRACER, _ANYONE, 0, 0, 0)
    if request["drop"]:
        _drop_the_right_to_ignore_modes(libc)
    if request["clock"]:
        _shift_clock(request["clock"])
    sys.argv = ["feedpub", *request["args"]]
    if request["held"]:
        os.kill(os.getpid(), signal.SIGSTOP)
    cli.main()


def _start(request: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        sys.stdin.close()
        _run(request)
    if request["held"]:
        os.waitpid(pid, os.WUNTRACED)
    return pid


def _wait(request: dict[str, Any]) -> int | None:
    """The exit status, negative for a signal; None where it still runs."""
    until = time.monotonic() + request["seconds"]
    while True:
        pid, status = os.waitpid(request["pid"], os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            return None
        time.sleep(0.001)


def main() -> None:
    """Answer requests until there are no more."""
    replies = os.dup(1)
    for line in sys.stdin:
        request = json.loads(line)
        reply = _wait(request) if "pid" in request else _start(request)
        os.write(replies, f"{json.dumps(reply)}\n".encode())


if __name__ == "__main__":
    main()
