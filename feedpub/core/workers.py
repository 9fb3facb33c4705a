"""Where batches of work run: in this process, on the cores of this machine, or on the workers of a Dask scheduler.

The latter two sit behind :class:`concurrent.futures.Executor`. A batch is a module's function and one picklable
argument, so that any of them can carry it; nothing else in feedpub knows where it ran.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from feedpub.core.errors import StorageError, UsageError

# What runs processes is imported where it is used: a build that finds little to do runs none.
if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

Batch = TypeVar("Batch")
Result = TypeVar("Result")

SCHEDULER_TIMEOUT = 8.0
"""Seconds that a scheduler has to answer."""

# Batches under way for each worker: enough to keep it busy, few enough to keep memory flat.
_IN_FLIGHT = 3
# Seconds after which workers that have started since are watched, too.
_WATCHED_EVERY = 0.2


class WorkerLostError(StorageError):
    """A worker or the scheduler was lost; every file in output/ is whole."""


class Workers(Protocol):
    """Whatever runs batches."""

    def map(self, function: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
        """The results of ``batches``, in their order. Raises :class:`WorkerLostError`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


class LocalWorkers:
    """``jobs`` processes of this machine, started when there is more than one batch; with 1 job, this process."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def map(self, function: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
        """See :class:`Workers`."""
        if len(batches) > 1:
            self._start()
        if len(batches) < 2 or self._pool is None:
            yield from map(function, batches)
            return

        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

        try:
            yield from _in_order(self._pool, self._jobs, function, batches)
        except BrokenProcessPool:
            raise WorkerLostError("a worker process died (killed, or out of memory?); nothing was published") from None

    def _start(self) -> None:
        """Start the processes once; none where the system has no semaphores: /dev/shm is missing or read-only."""
        if self._pool is not None or self._jobs == 1:
            return
        try:
            self._pool = _pool(self._jobs)
        except (ImportError, NotImplementedError, OSError):
            self._jobs = 1
            return
        # The first work starts them, all of them where they are forks, which should find no other thread.
        self._pool.submit(int)
        _watch(self._pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


class DaskWorkers:
    """The workers of the Dask scheduler at ``address``, such as ``tcp://host:8786``.

    Raises :class:`~feedpub.core.errors.UsageError` where Dask is not installed or the address is none, and
    :class:`WorkerLostError` where the scheduler does not answer in :data:`SCHEDULER_TIMEOUT`.
    """

    def __init__(self, address: str) -> None:
        import asyncio  # noqa: PLC0415

        try:
            import distributed  # noqa: PLC0415  # an extra, and slow to import
        except ImportError:
            raise UsageError("--scheduler needs Dask: pip install 'feedpub[dask]'") from None
        self._address = address
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            # A client goes on trying, and being closed, for longer than anyone waits; so the scheduler is asked first.
            asyncio.run(asyncio.wait_for(_ask(address), SCHEDULER_TIMEOUT))
        except ValueError as error:
            raise UsageError(f"--scheduler {address}: {error}; an address is tcp://host:8786") from None
        except (OSError, TimeoutError):
            raise self._lost("no answer") from None
        client: Any = distributed.Client
        self._client = client(address, timeout=SCHEDULER_TIMEOUT, set_as_default=False)

    def map(self, function: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
        """See :class:`Workers`. The batches of a worker that is lost run elsewhere."""
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415

        from feedpub.core.program import program  # noqa: PLC0415

        executor = self._client.get_executor(pure=False, retries=3)
        try:
            count = max(1, len(self._client.scheduler_info()["workers"]))
            yield from _in_order(executor, count, partial(_run_alike, program(), function), batches)
        except (OSError, TimeoutError, CancelledError, KilledWorker) as error:
            raise self._lost(str(error) or type(error).__name__) from None
        finally:
            executor.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close(timeout=2)

    def _lost(self, why: str) -> WorkerLostError:
        return WorkerLostError(f"--scheduler {self._address}: lost ({why}); nothing was published")


def _run_alike(expected: str, function: Callable[[Batch], Result], batch: Batch) -> Result:
    """Return what ``function`` makes of ``batch``, on a worker whose program is ``expected``: another may make other
    bytes. Raises :class:`~feedpub.core.errors.UsageError`.
    """
    from feedpub.core.program import program  # noqa: PLC0415

    if program() != expected:
        raise UsageError("--scheduler: a worker runs another feedpub, Python or library than this machine")
    return function(batch)


async def _ask(address: str) -> None:
    """Ask the scheduler at ``address`` who it is. Raises OSError and ValueError."""
    from distributed import core  # noqa: PLC0415

    connect: Any = core.connect  # type: ignore[attr-defined]  # it is exported by nothing but its documentation
    comm = await connect(address, timeout=SCHEDULER_TIMEOUT)
    await comm.write({"op": "identity", "reply": True})
    await comm.read()
    await comm.close()


def cores() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_order(
    executor: Executor, workers: int, function: Callable[[Batch], Result], batches: Sequence[Batch]
) -> Iterator[Result]:
    pending: deque[Future[Result]] = deque()
    try:
        for batch in batches:
            pending.append(executor.submit(function, batch))
            if len(pending) >= workers * _IN_FLIGHT:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


def _pool(jobs: int) -> ProcessPoolExecutor:
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    # A fork has imported everything already; but where threads of the system's own may hold locks, it may hang.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker)


def _watch(pool: ProcessPoolExecutor) -> None:
    """Have the first worker of ``pool`` that ends take the others with it.

    Killed in the middle of a result, it leaves the pool waiting for the rest for as long as anyone could write that:
    the other workers, and this process.
    """
    import threading  # noqa: PLC0415

    # What the pool does not show; without it there is no way to end that wait.
    processes, results = pool._processes, pool._result_queue  # noqa: SLF001

    def watch() -> None:
        from multiprocessing.connection import wait  # noqa: PLC0415

        while not wait([process.sentinel for process in list(processes.values())], _WATCHED_EVERY):
            pass
        for process in list(processes.values()):
            process.kill()
        results._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001

    threading.Thread(target=watch, daemon=True).start()


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it: an orphan would keep the build's lock."""
    import signal  # noqa: PLC0415
    import threading  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing  # noqa: PLC0415

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
