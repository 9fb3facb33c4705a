"""The workers that run batches: this process, processes of this machine, or workers of Dask.

Processes and Dask are used through :class:`concurrent.futures.Executor`. A job is a module-level
function and one picklable argument, a batch, so all of them can run it. No other module depends on
the place where a batch runs.
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
from feedpub.core.program import program

# Process pools are imported on use, because a build with little to do needs none.
if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor
    from threading import Thread

Batch = TypeVar("Batch")
Result = TypeVar("Result")

SCHEDULER_TIMEOUT = 8.0
"""The seconds within which a Dask scheduler has to answer."""

# The batches that are submitted at once for each worker: more cost memory, fewer leave it idle.
_IN_FLIGHT = 3
# The seconds between two looks at the list of processes, which may have grown.
_WATCH_INTERVAL = 0.2


class WorkerLostError(StorageError):
    """The loss of a worker or of the scheduler; every file in output/ is whole."""


class Workers(Protocol):
    """An interface of workers that run batches. Use it as a context manager."""

    def map(self, function: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
        """Yield the results of ``batches`` in order. Raise :class:`WorkerLostError` for a loss."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


class LocalWorkers:
    """A pool of ``jobs`` processes of this machine.

    The pool starts with the first call that has more than one batch. A single batch runs in this
    process. So do all batches if ``jobs`` is 1.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._watcher: Thread | None = None

    def map(self, function: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
        """Yield the results of ``batches`` in order; see :class:`Workers`."""
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
        """Start the pool once.

        Use this process alone if the system has no semaphores: /dev/shm is missing or read-only.
        """
        if self._pool is not None or self._jobs == 1:
            return
        try:
            self._pool = _pool(self._jobs)
        except (ImportError, NotImplementedError, OSError):
            self._jobs = 1
            return
        # The first job starts the processes, and all of them if they are forks. They have to fork
        # before the thread of _watch starts.
        self._pool.submit(int)
        self._watcher = _watch(self._pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is None or self._watcher is None:
            return
        # To wait in shutdown() would close the pipe of results at the moment in which the thread of
        # _watch does, and the second to close fails, or closes a file that has its number by then.
        manager: Any = self._pool._executor_manager_thread  # noqa: SLF001
        self._pool.shutdown(wait=False, cancel_futures=True)
        manager.join()
        self._watcher.join(_WATCH_INTERVAL)


class DaskWorkers:
    """The workers of the Dask scheduler at ``address``, such as ``tcp://host:8786``.

    Raise :class:`~feedpub.core.errors.UsageError` if Dask is not installed or the address is not
    valid, and :class:`WorkerLostError` if the scheduler does not answer in
    :data:`SCHEDULER_TIMEOUT`.
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
            # A Dask client retries, and closes, for far longer than the timeout. So a short request
            # first checks that the scheduler answers.
            asyncio.run(asyncio.wait_for(_request_identity(address), SCHEDULER_TIMEOUT))
        except ValueError as error:
            raise UsageError(f"--scheduler {address}: {error}; an address is tcp://host:8786") from None
        except (OSError, TimeoutError):
            raise self._lost("no answer") from None
        client: Any = distributed.Client
        self._client = client(address, timeout=SCHEDULER_TIMEOUT, set_as_default=False)

    def map(self, function: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
        """Yield the results of ``batches`` in order; other workers run those of a lost one."""
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415

        executor = self._client.get_executor(pure=False, retries=3)
        try:
            count = max(1, len(self._client.scheduler_info()["workers"]))
            yield from _in_order(executor, count, partial(_run_if_same_program, program(), function), batches)
        except (OSError, TimeoutError, CancelledError, KilledWorker) as error:
            raise self._lost(str(error) or type(error).__name__) from None
        finally:
            executor.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close(timeout=2)

    def _lost(self, reason: str) -> WorkerLostError:
        return WorkerLostError(f"--scheduler {self._address}: lost ({reason}); nothing was published")


def _run_if_same_program(expected: str, function: Callable[[Batch], Result], batch: Batch) -> Result:
    """Return the result of ``function`` for ``batch``, on a worker.

    Raise :class:`~feedpub.core.errors.UsageError` if the worker's
    :func:`~feedpub.core.program.program` is not ``expected``: another program may make other bytes.
    """
    if program() != expected:
        raise UsageError("--scheduler: a worker has another version of feedpub, Python or a library than this machine")
    return function(batch)


async def _request_identity(address: str) -> None:
    """Send an identity request to the scheduler at ``address``, and wait for the answer.

    Raise OSError if there is no answer, and ValueError if ``address`` is not valid.
    """
    from distributed import core  # noqa: PLC0415

    connect: Any = core.connect  # type: ignore[attr-defined]  # documented, but not exported
    comm = await connect(address, timeout=SCHEDULER_TIMEOUT)
    await comm.write({"op": "identity", "reply": True})
    await comm.read()
    await comm.close()


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_order(
    executor: Executor, workers: int, function: Callable[[Batch], Result], batches: Sequence[Batch]
) -> Iterator[Result]:
    """Yield the results of ``batches`` in order, with a few batches submitted ahead."""
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

    # A fork has all modules imported already. But on systems whose own threads may hold locks, such
    # as macOS, a fork may hang.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker)


def _watch(pool: ProcessPoolExecutor) -> Thread:
    """Start and return a thread that kills all workers of ``pool`` when one of them ends.

    A worker that is killed while it writes a result leaves the pool waiting for the rest of the
    result, because other processes hold the same pipe open: the other workers, and this process.
    """
    import threading  # noqa: PLC0415

    # These attributes are private, but nothing public can end that wait.
    processes, results = pool._processes, pool._result_queue  # noqa: SLF001

    def watch() -> None:
        from multiprocessing.connection import wait  # noqa: PLC0415

        while not wait([process.sentinel for process in list(processes.values())], _WATCH_INTERVAL):
            pass
        for process in list(processes.values()):
            process.kill()
        results._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher


def _start_worker() -> None:
    """Prepare a worker: ignore Ctrl-C, which the parent handles, and end when the parent ends.

    An orphan would keep the build's lock.
    """
    import signal  # noqa: PLC0415
    import threading  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the parent process, then end this one."""
    import multiprocessing  # noqa: PLC0415

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
