"""Runs of the real command line, and what each leaves behind: processes, files, and secrets in its output."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from campaigns.hostile_network.namespace import processes

_COMMAND = [sys.executable, "-W", "always::ResourceWarning", "-m", "feedpub"]
_LIMIT = 400.0
# What only ends because its parent did, ends soon.
_GRACE = 5.0
_BAD = re.compile(rb"Traceback|Exception in thread|Exception ignored|ResourceWarning|Error in sys|leaked")
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]")
_KEPT = re.compile(r"(?:build|links|entries-[0-9a-f]+)\.db|lock|published(?:\.copy)?\.json")


class Ran(NamedTuple):
    """The result of a command."""

    status: int
    """Negative where a signal ended it."""
    seconds: float
    memory: float
    """Its peak, in MB, as the kernel has it of the process itself."""
    out: bytes
    complaints: list[str]
    """What is wrong: a traceback, a control character, something that was left behind."""


class Runner:
    """Runs commands that have ``folder`` for what is temporary."""

    def __init__(self, folder: Path, authority: Path) -> None:
        self._folder = folder
        self._temporary = folder / "tmp"
        self._temporary.mkdir()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "TMPDIR": str(self._temporary),
            "SSL_CERT_FILE": str(authority),
        }

    @property
    def environment(self) -> dict[str, str]:
        """That of the commands, for others."""
        return dict(self._environment)

    def run(self, site: Path, *arguments: str, stop: tuple[float, int] | None = None) -> Ran:
        """Run feedpub in ``site``. ``stop``: after how many seconds it gets which signal."""
        before, began = processes(), time.monotonic()
        out, err = self._folder / "out", self._folder / "err"
        with out.open("wb") as to, err.open("wb") as errors:
            process = subprocess.Popen(
                [*_COMMAND, *arguments],
                cwd=site,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=to,
                stderr=errors,
                start_new_session=True,
            )
        status, memory, is_late = _wait(process, began, stop)
        seconds = time.monotonic() - began
        said = err.read_bytes()
        complaints = [f"runs for more than {_LIMIT:.0f} s"] if is_late else []
        complaints += [line.decode("utf-8", "replace") for line in said.splitlines() if _BAD.search(line)]
        if complaints:
            complaints.append(said[-3000:].decode("utf-8", "replace"))
        complaints += [
            f"writes a control character: {found[0]!r}"
            for found in map(_CONTROL.search, (said, out.read_bytes()))
            if found
        ]
        complaints += [f"leaves a process: {one}" for one in self._strays(before)]
        complaints += [
            f"leaves a file: {one}" for one in self._files(site, is_killed=bool(stop and stop[1] == signal.SIGKILL))
        ]
        return Ran(status, seconds, memory, out.read_bytes(), complaints)

    def _strays(self, before: set[int]) -> list[str]:
        until = time.monotonic() + _GRACE
        while (left := processes() - before) and time.monotonic() < until:
            _reap()
            time.sleep(0.02)
        return [_name_of(pid) for pid in left]

    def _files(self, site: Path, *, is_killed: bool) -> list[str]:
        """Return the files that a run has left; after a kill, the databases' journals may stay."""
        left = [str(one) for folder in (self._temporary, Path("/dev/shm")) for one in folder.iterdir()]
        state = site / ".feedpub"
        if state.is_dir() and not is_killed:
            left += [one.name for one in state.iterdir() if not _KEPT.fullmatch(one.name)]
        return left


def _wait(process: subprocess.Popen[bytes], began: float, stop: tuple[float, int] | None) -> tuple[int, float, bool]:
    """Status, peak memory in MB, and whether it had to be ended."""
    is_late = False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss / 1024, is_late
        passed = time.monotonic() - began
        if stop is not None and passed >= stop[0]:
            process.send_signal(stop[1])
            stop = None
        if passed >= _LIMIT:
            is_late = True
            process.kill()
        time.sleep(0.02)


def _reap() -> None:
    """Bury what was left to us, as the first process of the namespace."""
    for pid in processes():
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                _, _, rest = file.read().rpartition(")")
            state, parent, *_ = rest.split()
            if (state, parent) == ("Z", str(os.getpid())):
                os.waitpid(pid, os.WNOHANG)
        except (OSError, ValueError):
            continue


def _name_of(pid: int) -> str:
    try:
        return f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes().replace(bytes(1), b' ').decode('utf-8', 'replace')}"
    except OSError:
        return str(pid)
