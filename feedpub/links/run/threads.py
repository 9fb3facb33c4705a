"""The threads that fetch. They start only when they are needed, and do nothing but fetch.

Jobs and events go through two :class:`queue.SimpleQueue` (one lock each, in C). With hundreds of
threads, each condition variable or future would cost a switch of the interpreter's lock.
:mod:`feedpub.links.run.engine` decides which job is next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import NamedTuple

from feedpub.core.errors import StorageError
from feedpub.links.model import Answer, Fetch
from feedpub.links.net.resolver import Resolution
from feedpub.links.schedule.host import Job

Resolve = Callable[[str], "Future[Resolution]"]
"""A function that starts to resolve a host in another thread, in bounded time.

The host is a name, or an address without brackets. A resolution without failure and without
addresses means that a proxy resolves the host.
"""


class FetchDone(NamedTuple):
    """The result of a fetch."""

    job: Job
    answer: Answer


class LookupDone(NamedTuple):
    """The result of a lookup."""

    host: str
    resolution: Resolution


ThreadEvent = FetchDone | LookupDone | BaseException
"""The result of a fetch or a lookup, or the exception that it raised."""


class FetchThreads:
    """A pool of up to ``limit`` threads, which start when there are jobs for them."""

    def __init__(self, fetch: Fetch, limit: int) -> None:
        self.events: SimpleQueue[ThreadEvent] = SimpleQueue()
        """The results of jobs and of lookups."""
        self.idle = limit
        """The number of threads without a job, whether or not they have started."""
        self._fetch = fetch
        self._limit = limit
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._started = 0

    def submit(self, job: Job) -> None:
        """Give ``job`` to an idle thread; there has to be one.

        Raise StorageError if no thread at all can start.
        """
        if self._limit - self.idle == self._started:
            self._start_thread()
        self.idle -= 1
        self._jobs.put(job)

    def _start_thread(self) -> None:
        try:
            threading.Thread(target=self._run, name=f"links-{self._started + 1}", daemon=True).start()
        except RuntimeError as error:
            if not self._started:
                raise StorageError(f"links cannot be checked: {error}") from None
            # The system permits no more threads, so the job waits for one that has started.
            self._limit, self.idle = self._started, 0
        else:
            self._started += 1

    def stop(self) -> None:
        """Let each thread end after its current fetch."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _run(self) -> None:
        next_job, report, fetch = self._jobs.get, self.events.put, self._fetch
        while (job := next_job()) is not None:
            try:
                report(FetchDone(job, fetch(job.target, keep_alive=job.keep_alive)))
            except BaseException as error:  # noqa: BLE001  # the engine raises it again
                report(error)
