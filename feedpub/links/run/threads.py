"""The threads that fetch: a pool that begins none that it does not need, and waits for nothing but its links.

Work and answers travel in two :class:`queue.SimpleQueue` (a lock each, in C), because with hundreds of threads every
condition variable or future costs a turn of the interpreter's lock. Which link is next, :mod:`feedpub.links.run.engine`
says.
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
"""Begins to resolve a host (a name, or an address without brackets), elsewhere and in bounded time. With neither
a failure nor addresses, somebody else is going to resolve it: a proxy.
"""


class Answered(NamedTuple):
    """What a fetch came to."""

    job: Job
    answer: Answer


class LookedUp(NamedTuple):
    """What a look-up came to."""

    host: str
    resolution: Resolution


HubState = Answered | LookedUp | BaseException
"""Or what was raised instead."""


class FetchThreads:
    """Up to ``limit`` threads, begun when there is work for them."""

    def __init__(self, fetch: Fetch, limit: int) -> None:
        self.told: SimpleQueue[HubState] = SimpleQueue()
        """What came of jobs, and of look-ups."""
        self.idle = limit
        """Workers that have no job, begun or not."""
        self._fetch = fetch
        self._limit = limit
        self._work: SimpleQueue[Job | None] = SimpleQueue()
        self._begun = 0

    def give(self, job: Job) -> None:
        """Let a worker fetch ``job``; one has to be idle. Raises StorageError where not one thread can be begun."""
        if self._limit - self.idle == self._begun:
            self._begin()
        self.idle -= 1
        self._work.put(job)

    def _begin(self) -> None:
        try:
            threading.Thread(target=self._run, name=f"links-{self._begun + 1}", daemon=True).start()
        except RuntimeError as error:
            if not self._begun:
                raise StorageError(f"links cannot be checked: {error}") from None
            # The system allows no more: the job waits for one of those there are.
            self._limit, self.idle = self._begun, 0
        else:
            self._begun += 1

    def dismiss(self) -> None:
        """Let the workers end, each after its link."""
        for _ in range(self._begun):
            self._work.put(None)

    def _run(self) -> None:
        take, tell, fetch = self._work.get, self.told.put, self._fetch
        while (job := take()) is not None:
            try:
                tell(Answered(job, fetch(job.target, keep_alive=job.keep_alive)))
            except BaseException as error:  # noqa: BLE001  # raised again in the loop
                tell(error)
