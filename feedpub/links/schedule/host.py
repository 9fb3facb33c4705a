"""The state of one host in a run: its queued targets, and the results so far.

The objects are mutable, and only the thread of :mod:`feedpub.links.schedule.scheduler` uses them. A
run can have a hundred thousand hosts, most with one target, so the objects are small.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from feedpub.links.model import Answer, LinkTarget
from feedpub.links.schedule.politeness import Politeness


class Phase(Enum):
    """The progress of a host in a run."""

    UNRESOLVED = auto()
    """The first lookup of its name, or another one, is still to be done."""
    RESOLVING = auto()
    RESOLVED = auto()
    """The name is resolved, and no fetch has started yet."""
    STARTED = auto()
    CLOSED = auto()
    """No more fetches start."""


class FinishedTarget(NamedTuple):
    """A target with its last answer."""

    target: LinkTarget
    answer: Answer
    attempts: int
    """The number of fetches; 0 if its host failed before the first one."""


class Job:
    """A target that was given to a thread at least once."""

    __slots__ = ("answer", "attempts", "failures", "has_waited", "host", "keep_alive", "started", "target")

    def __init__(self, target: LinkTarget, host: Host) -> None:
        self.target = target
        self.host = host
        self.keep_alive = False
        """True if the host has more targets queued."""
        self.started = 0.0
        self.attempts = 0
        self.failures = 0
        self.has_waited = False
        """True if it was already queued again because a host limited the rate."""
        self.answer: Answer | None = None
        """The last answer."""


class Host:
    """The queued targets and the state of one host. All times are those of the scheduler."""

    __slots__ = (
        "earliest_start",
        "entry_number",
        "entry_time",
        "failed_at",
        "failures",
        "in_flight",
        "limited_at",
        "name",
        "phase",
        "politeness",
        "retry_heap",
        "timeouts",
        "turn_began",
        "unstarted",
    )

    def __init__(self, name: str, politeness: Politeness) -> None:
        self.name = name
        self.politeness = politeness
        self.phase = Phase.UNRESOLVED
        self.unstarted: list[LinkTarget] = []
        """Targets that were never fetched; the last one is next. A deque is ten times as large."""
        self.retry_heap: list[tuple[float, int, Job]] | None = None
        """A heap of jobs that are fetched again, ordered by time."""
        self.in_flight = 0
        """Fetches that are under way."""
        self.earliest_start = 0.0
        """The time from which delays and pauses permit the next fetch."""
        self.failures = 0
        """The number of consecutive connection failures."""
        self.timeouts = 0
        """The number of consecutive fetches without any response until the deadline."""
        self.failed_at: float | None = None
        """The time of the last counted connection failure."""
        self.limited_at: float | None = None
        """The time at which it first limited the rate."""
        self.entry_number = 0
        """The number of its valid entry in the queue; 0 for none. Other entries are outdated."""
        self.entry_time = 0.0
        """The time of that entry: when the next fetch can start."""
        self.turn_began = 0.0
        """The time at which its last turn began."""

    @property
    def queued(self) -> int:
        """The number of queued targets, retries included."""
        return len(self.unstarted) + (len(self.retry_heap) if self.retry_heap else 0)

    @property
    def min_duration(self) -> float:
        """The least number of seconds that delays require for the queued targets."""
        return self.queued * self.politeness.delay

    def ready_at(self) -> float | None:
        """Return the time at which the next fetch can start; None until the next answer."""
        # After a connection failure, the host gets one fetch at a time until a connection succeeds.
        limit = 1 if self.failures else self.politeness.per_host
        if self.phase not in (Phase.RESOLVED, Phase.STARTED) or self.in_flight >= limit:
            return None
        if self.unstarted:
            return self.earliest_start
        return max(self.earliest_start, self.retry_heap[0][0]) if self.retry_heap else None

    def start(self, now: float) -> Job:
        """Return the next job, which starts now. A retry that is due comes before a new target."""
        if self.retry_heap and (not self.unstarted or self.retry_heap[0][0] <= now):
            job = heapq.heappop(self.retry_heap)[2]
        else:
            job = Job(self.unstarted.pop(), self)
        self.phase = Phase.STARTED
        self.in_flight += 1
        self.earliest_start = now + self.politeness.delay
        job.started = now
        job.attempts += 1
        job.keep_alive = self.queued > 0
        return job

    def retry_later(self, job: Job, due: float, number: int) -> None:
        """Queue ``job`` again; ``number`` orders the jobs that are due at the same time."""
        self.retry_heap = self.retry_heap or []
        heapq.heappush(self.retry_heap, (due, number, job))

    def close(self, answer: Answer) -> Iterator[FinishedTarget]:
        """Finish all queued targets, each with its last answer; ``answer`` if it has none."""
        unstarted, retry_heap = self.unstarted, self.retry_heap or []
        self.phase, self.entry_number, self.unstarted, self.retry_heap = Phase.CLOSED, 0, [], None
        for target in reversed(unstarted):
            yield FinishedTarget(target, answer, 0)
        for _, _, job in retry_heap:
            yield FinishedTarget(job.target, job.answer or answer, job.attempts)
