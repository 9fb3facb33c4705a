"""feedpub commands in child processes that can be killed, stopped, and traced by strace."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

_LONGEST = 120.0
# Of strace -f: the process, the call, its arguments; what is resumed was counted when it began.
_CALL = re.compile(r"(\d+) +([a-z]\w+)\((.*)")


class Done(NamedTuple):
    """The result of a command. ``status`` is negative if a signal ended it."""

    status: int
    out: str
    err: str


class Call(NamedTuple):
    """A system call: the ``number``-th of its ``name`` in the process, from 1, and what strace says of it."""

    name: str
    number: int
    what: str


class Child:
    """A command under way."""

    def __init__(self, zygote: Zygote, pid: int, said: Path) -> None:
        self.pid = pid
        self._zygote = zygote
        self._said = said
        self._status: int | None = None

    def signal(self, number: int) -> None:
        """Send it a signal; nothing where it has ended."""
        if self._status is None:
            os.kill(self.pid, number)

    def ends_within(self, seconds: float) -> bool:
        """Return whether the process ends by itself in that time."""
        if self._status is None:
            self._status = self._zygote.ask(pid=self.pid, seconds=seconds)
        return self._status is not None

    def wait(self) -> Done:
        """Return the result of the process; fail if it does not end."""
        if not self.ends_within(_LONGEST):
            os.killpg(self.pid, signal.SIGKILL)
            self.ends_within(_LONGEST)
            raise AssertionError(f"a command did not end in {_LONGEST:.0f} s")
        assert self._status is not None
        # The workers of a killed build end by themselves, a moment later, and may still speak.
        out, err = (Path(f"{self._said}.{name}").read_text("utf-8", "replace") for name in ("out", "err"))
        return Done(self._status, out, err)

    def kill(self) -> Done:
        """Kill it, whatever it does; the status is that of its end."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def workers(self) -> list[int]:
        """The processes that it started."""
        with contextlib.suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        return []


class Zygote:
    """Starts commands; a context manager. Safe to use from many threads."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="feedpub-said-")
        self._lock = threading.Lock()
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        self._folder.cleanup()

    def ask(self, **request: Any) -> Any:
        """The reply to ``request``."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(f"{json.dumps(request)}\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(self, folder: Path, *args: str, clock: float = 0, drop: bool = False, held: bool = False) -> Child:
        """Start ``feedpub args`` in ``folder``: ``clock`` seconds later than it is; without root's right to ignore
        modes, if ``drop``; stopped before it begins, if ``held``.
        """
        self._count += 1
        said = Path(self._folder.name) / str(self._count % 64)
        # It may be killed before it could open them.
        for name in ("out", "err"):
            Path(f"{said}.{name}").write_bytes(b"")
        pid = self.ask(
            folder=str(folder), args=args, out=f"{said}.out", err=f"{said}.err", clock=clock, drop=drop, held=held
        )
        return Child(self, pid, said)

    def run(self, folder: Path, *args: str, **how: Any) -> Done:
        """Start a command, and wait for its end."""
        return self.start(folder, *args, **how).wait()

    @contextlib.contextmanager
    def traced(self, folder: Path, args: Sequence[str], *options: str, clock: float) -> Iterator[tuple[Child, Path]]:
        """``feedpub args`` under strace with ``options``, and strace's record, which is whole afterwards."""
        child = self.start(folder, *args, clock=clock, held=True)
        record = Path(self._folder.name) / "trace"
        command = ["strace", "-f", "-y", "-s", "200", "-p", str(child.pid), "-o", str(record), *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr
            said = strace.stderr.readline()
            if "attached" not in said:
                child.kill()
                raise TraceError(said)
            child.signal(signal.SIGCONT)
            yield child, record
            child.wait()
            strace.communicate()

    def calls(self, folder: Path, args: Sequence[str], where: str, *, clock: float = 0) -> list[Call]:
        """Every system call of ``feedpub args`` of which strace's line matches ``where``."""
        with self.traced(folder, args, "-e", "trace=%file,%desc", clock=clock) as (child, record):
            done = child.wait()
        assert done.status == 0, done.err
        counts: Counter[str] = Counter()
        found = []
        for line in record.read_text("utf-8", "replace").splitlines():
            call = _CALL.match(line)
            if call is None or int(call[1]) != child.pid:
                continue
            counts[call[2]] += 1
            if re.search(where, call[3]):
                found.append(Call(call[2], counts[call[2]], call[3]))
        return found

    def injected(
        self, folder: Path, args: Sequence[str], call: Call, what: str, *, clock: float = 0
    ) -> tuple[Done, str]:
        """Return the result of ``feedpub args`` with the fault ``what`` at ``call`` (strace's ``inject``), and the
        line of strace about the call that it hit, empty where it hit none.
        """
        rule = f"inject={call.name}:{what}:when={call.number}"
        with self.traced(folder, args, "-e", f"trace={call.name}", "-e", rule, clock=clock) as (child, record):
            done = child.wait()
        lines = record.read_text("utf-8", "replace").splitlines()
        hit = [line for line in lines if "(INJECTED)" in line]
        if done.status == -signal.SIGKILL:
            hit = [line for line in lines if _CALL.match(line)][-1:]
        return done, hit[0] if hit else ""


class TraceError(Exception):
    """There is no tracing here."""
