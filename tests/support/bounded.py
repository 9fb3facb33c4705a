"""The result of one call in its own process, which may use 500 MB and some seconds of CPU time."""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Callable
from typing import Any

# Seconds of the processor: four times what is promised, as coverage slows everything down; what hung took minutes.
SECONDS = 20
# Seconds of the wall clock, for what waits without an end; a loaded machine takes many for those of the processor.
PATIENCE = 180
MEMORY = 500 << 20


def bounded(call: Callable[[], Any], seconds: int = SECONDS) -> Any:
    """Return the result of ``call``. Fail if it raises, or exceeds the time or the memory."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(call, theirs, seconds))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), "hangs"
        try:
            ended, value = ours.recv()
        except EOFError:
            ended, value = False, f"took more than {seconds} seconds of the processor"
    finally:
        process.kill()
        process.join()
    assert ended, value
    return value


def _work(call: Callable[[], Any], to: Any, seconds: int) -> None:
    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        to.send((True, call()))
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        to.send((False, repr(error)[:500]))
