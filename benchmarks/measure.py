"""The cost of a command with all of its processes: seconds, CPU seconds, peak memory. For the other programs here."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple


class Cost(NamedTuple):
    """The cost of one run."""

    seconds: float
    cpu: float
    memory: float
    """Peak of the sum of all processes' Pss, in MB."""


class RunFailedError(SystemExit):
    """A command failed; it ends the program where nobody catches it."""


def run(
    command: list[str],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    limit: float | None = None,
) -> Cost:
    """Run ``command`` in ``folder`` and measure it with all of its processes. Raises :class:`RunFailedError`.

    Its stdout and stderr go to ``output``; without, stdout goes nowhere. After ``limit`` seconds it is ended.
    """
    stdout = output or subprocess.DEVNULL
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=output
    )
    peak = Peak(process.pid)
    peak.start()
    try:
        status = process.wait(limit)
    except BaseException as error:
        end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise RunFailedError(f"{command} was ended after {limit} seconds") from None
        raise
    seconds = time.monotonic() - started
    peak.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status:
        raise RunFailedError(f"{command} failed with status {status}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, cpu, peak.megabytes)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill ``process`` and its descendants."""
    for pid in family(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


class Peak(threading.Thread):
    """Watches the sum of the Pss of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.megabytes = 0.0

    def run(self) -> None:
        """Look often at first, then twice a second, until the process is gone: looking at a large one costs."""
        started = time.monotonic()
        while True:
            total = sum(map(pss, family(self.pid)))
            if not total:
                return
            self.megabytes = max(self.megabytes, total / 1000)
            time.sleep(min(0.5, max(0.02, (time.monotonic() - started) / 10)))


def family(pid: int) -> list[int]:
    """``pid`` and its descendants."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def pss(pid: int) -> int:
    """Kilobytes; 0 where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    match = re.search(r"^Pss: +(\d+)", text, re.MULTILINE)
    return int(match[1]) if match else 0


def median(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))
