"""One host in a run: the links that wait for it, and what it has done so far.

Mutable and for one thread: the parts of which :mod:`feedpub.links.schedule.scheduler` is made. There may be a hundred thousand of
them, most with one link, so they are small.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from enum import Enum, auto

from feedpub.links.model import Answer, LinkTarget
from feedpub.links.schedule.politeness import Politeness


class Phase(Enum):
    """How far a host is."""

    UNKNOWN = auto()
    """Its name has not been asked for, or has to be asked for again."""
    ASKED = auto()
    RESOLVED = auto()
    """No link has been started yet."""
    STARTED = auto()
    CLOSED = auto()
    """No link is started any more."""


class Job:
    """A target that is, or was, in a worker's hands."""

    __slots__ = ("answer", "attempts", "failures", "host", "is_put_off", "keep_alive", "started", "target")

    def __init__(self, target: LinkTarget, host: Host) -> None:
        self.target = target
        self.host = host
        self.keep_alive = False
        """Whether the host has more links queued."""
        self.started = 0.0
        self.attempts = 0
        self.failures = 0
        self.is_put_off = False
        """Whether it waited once because a host limited the rate."""
        self.answer: Answer | None = None
        """The last one."""


class Host:
    """The links of one host. Times are those of the scheduler's clock."""

    __slots__ = (
        "again",
        "earliest",
        "failed_at",
        "failures",
        "flying",
        "fresh",
        "limited_at",
        "name",
        "phase",
        "politeness",
        "silent",
        "ticket",
        "time",
        "turn_came",
    )

    def __init__(self, name: str, politeness: Politeness) -> None:
        self.name = name
        self.politeness = politeness
        self.phase = Phase.UNKNOWN
        self.fresh: list[LinkTarget] = []
        """Links that were never started; the last is the next. A deque is ten times as large."""
        self.again: list[tuple[float, int, Job]] | None = None
        """A heap of links that are tried again, by when."""
        self.flying = 0
        self.earliest = 0.0
        """When another link may start, as far as delays and pauses go."""
        self.failures = 0
        """Connections that failed in a row."""
        self.silent = 0
        """Links in a row to which it said nothing."""
        self.failed_at: float | None = None
        """When a connection last failed."""
        self.limited_at: float | None = None
        """When it first limited the rate."""
        self.ticket = 0
        """Which entry of the scheduler's heaps is the host's; 0 for none. The others are out of date."""
        self.time = 0.0
        """When it may be asked next, as the entry has it."""
        self.turn_came = 0.0
        """When it last had its turn."""

    @property
    def left(self) -> int:
        """Links that wait for their turn."""
        return len(self.fresh) + (len(self.again) if self.again else 0)

    @property
    def need(self) -> float:
        """Seconds that politeness alone makes those links take."""
        return self.left * self.politeness.delay

    def ready_at(self) -> float | None:
        """When the next link may start; None where only an answer can change that."""
        # A host that failed to take a connection is asked for one link at a time until it takes one.
        limit = 1 if self.failures else self.politeness.per_host
        if self.phase not in (Phase.RESOLVED, Phase.STARTED) or self.flying >= limit:
            return None
        if self.fresh:
            return self.earliest
        return max(self.earliest, self.again[0][0]) if self.again else None

    def start(self, now: float) -> Job:
        """The next link, to be fetched now: one that is due again before one that was never started."""
        if self.again and (not self.fresh or self.again[0][0] <= now):
            job = heapq.heappop(self.again)[2]
        else:
            job = Job(self.fresh.pop(), self)
        self.phase = Phase.STARTED
        self.flying += 1
        self.earliest = now + self.politeness.delay
        job.started = now
        job.attempts += 1
        job.keep_alive = self.left > 0
        return job

    def put_off(self, job: Job, due: float, number: int) -> None:
        """Queue ``job`` again; ``number`` decides between jobs that are due together."""
        self.again = self.again or []
        heapq.heappush(self.again, (due, number, job))

    def close(self, answer: Answer) -> Iterator[tuple[LinkTarget, Answer, int]]:
        """End what waits: links that were fetched with their last answer, the others with ``answer``. With each, the
        number of attempts.
        """
        fresh, again = self.fresh, self.again or []
        self.phase, self.ticket, self.fresh, self.again = Phase.CLOSED, 0, [], None
        for target in reversed(fresh):
            yield target, answer, 0
        for _, _, job in again:
            yield job.target, job.answer or answer, job.attempts
