"""A simulated web with a simulated clock, for tests of the scheduler."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple, TypeVar

from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.schedule.host import FinishedTarget, Job
from feedpub.links.schedule.politeness import Politeness, host_of
from feedpub.links.schedule.scheduler import LookupLimits, Scheduler

OK = Answer(status=200)
NO_NAME = Answer(failure=Failure.NO_SUCH_NAME, message="the name does not exist")
NO_DNS = Answer(failure=Failure.DNS, message="try again")
REFUSED = Answer(failure=Failure.CONNECT, message="connection refused")
TIMEOUT = Answer(failure=Failure.TIMEOUT, message="timed out")

T = TypeVar("T")

# No rounding of sums of floats comes near it.
EPSILON = 1e-6


class Step(NamedTuple):
    """The answer to one fetch, and its duration in seconds."""

    answer: Answer = OK
    takes: float = 0.2


class Start(NamedTuple):
    """A fetch that was started."""

    time: float
    host: str
    url: str
    keep_alive: bool
    in_flight: int
    """Fetches from this host that are under way, including this one."""


class Web:
    """A simulated web.

    ``steps`` holds the answers of each URL in order; the last one repeats. ``lookups`` holds the
    results of each host's lookups in the same way (None if the name has addresses). Each lookup
    takes 0.05 seconds.
    """

    def __init__(
        self,
        steps: Mapping[str, Sequence[Step]],
        politeness: Callable[[str], Politeness] | None = None,
        *,
        lookups: Mapping[str, Sequence[Answer | None]] | None = None,
        workers: int = 8,
        ahead: LookupLimits | None = None,
        seed: int = 1,
    ) -> None:
        self.starts: list[Start] = []
        self.asked: list[tuple[float, str]] = []
        self.most_asked = 0
        """The largest number of lookups at once."""
        self.resolved: dict[str, float] = {}
        self.answered: dict[str, list[tuple[float, Answer]]] = defaultdict(list)
        self.ended: dict[str, FinishedTarget] = {}
        self.now = 1000.0
        """The time; it does not start at 0, so that an unset value is not a valid time."""
        targets = [LinkTarget(url=url) for url in steps]
        shared = Politeness()
        self.scheduler = Scheduler(targets, politeness or (lambda _: shared), Random(seed), ahead or LookupLimits())
        self._steps = {url: list(each) for url, each in steps.items()}
        self._lookups = {host: list(each) for host, each in (lookups or {}).items()}
        self._events: list[tuple[float, int, Job | str, Answer | None]] = []
        self._in_flight: dict[str, int] = defaultdict(int)
        self._idle = workers
        self._number = 0

    def run(self) -> Web:
        """Run from the first to the last answer."""
        scheduler = self.scheduler
        self._take()
        while scheduler.remaining:
            while (name := scheduler.next_lookup(self.now)) is not None:
                self._ask(name)
            while self._idle and (job := scheduler.next_job(self.now)) is not None:
                self._start(job)
            wake_at = scheduler.wake_at(self.now)
            assert wake_at is None or wake_at > self.now
            event_at = self._events[0][0] if self._events else None
            times = [time for time in (event_at, wake_at) if time is not None]
            assert times, "links are left, and nothing will ever happen"
            self.now = min(times)
            while self._events and self._events[0][0] <= self.now:
                self._happen()
            self._take()
        return self

    def times(self, host: str) -> list[float]:
        """Return the start times of the fetches from ``host``."""
        return [start.time for start in self.starts if start.host == host]

    def answers(self) -> dict[str, Answer]:
        """Return the last answer to each URL."""
        return {url: ended.answer for url, ended in self.ended.items()}

    def _take(self) -> None:
        for ended in self.scheduler.take_finished():
            assert ended.target.url not in self.ended, "it ended before"
            self.ended[ended.target.url] = ended

    def _ask(self, name: str) -> None:
        self.asked.append((self.now, name))
        asking = sum(isinstance(subject, str) for _, _, subject, _ in self._events)
        self.most_asked = max(self.most_asked, asking + 1)
        self._plan(0.05, name, _next(self._lookups.get(name, [None])))

    def _start(self, job: Job) -> None:
        url, host = job.target.url, host_of(job.target.url)
        self._idle -= 1
        self._in_flight[host] += 1
        self.starts.append(Start(self.now, host, url, job.keep_alive, self._in_flight[host]))
        step = _next(self._steps[url])
        self._plan(step.takes, job, step.answer)

    def _plan(self, takes: float, subject: Job | str, result: Answer | None) -> None:
        self._number += 1
        heapq.heappush(self._events, (self.now + takes, self._number, subject, result))

    def _happen(self) -> None:
        _, _, subject, result = heapq.heappop(self._events)
        if isinstance(subject, str):
            if result is None:
                self.resolved[subject] = self.now
            self.scheduler.lookup_done(subject, result, self.now)
        elif result is not None:
            self._idle += 1
            self._in_flight[subject.host.name] -= 1
            self.answered[subject.target.url].append((self.now, result))
            self.scheduler.job_done(subject, result, self.now)


def _next(each: list[T]) -> T:
    return each.pop(0) if len(each) > 1 else each[0]


def urls(host: str, count: int) -> list[str]:
    """Return ``count`` URLs of ``host``."""
    return [f"https://{host}/{number}" for number in range(count)]


def limited(retry_after: float | None, status: int = 429) -> Answer:
    """Return the answer of a host that limits the rate."""
    return Answer(status=status, retry_after=retry_after)


def steps(*answers: Answer, takes: float = 0.2) -> list[Step]:
    """Return the steps of a server with ``answers`` in order, each after ``takes`` seconds."""
    return [Step(answer, takes) for answer in answers]
