"""One call in a process of its own that may take five seconds and 500 MB, and what it returned."""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Callable
from typing import Any

SECONDS = 5.0
# Four times what is promised where coverage or a loaded machine slow everything down; what hung took minutes.
PATIENCE = 4 * SECONDS
MEMORY = 500 << 20


def bounded(call: Callable[[], Any]) -> Any:
    """What ``call`` returns. Fails where it raises, takes too long or too much."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(call, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), "hangs"
        ended, value = ours.recv()
    finally:
        process.kill()
        process.join()
    assert ended, value
    return value


def _work(call: Callable[[], Any], to: Any) -> None:
    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, resource.RLIM_INFINITY))
    try:
        to.send((True, call()))
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        to.send((False, repr(error)[:500]))
