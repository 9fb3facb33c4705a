"""The scheduler of a run: the order and times of fetches, within the politeness of each host.

The scheduler is pure except for its own state. One thread calls it and passes the time (in seconds,
never decreasing). This module does not wait, fetch or resolve. A step takes a time that is
logarithmic in the number of hosts.

- The targets of a host start in the order given, at most ``per_host`` at once and ``delay`` apart,
  after its name is resolved. Lookups are only somewhat ahead of the fetches. Hosts whose targets
  take the most time come first.
- A target with a temporary failure is queued again with a backoff. Its last answer counts.
- A host that limits the rate is not fetched from for as long as it says. It is given up if it says
  more than a minute, or if it limits the rate a second time.
- A host is given up after three consecutive connection failures, where each attempt started after
  the failure before. Until a connection succeeds, the host gets one fetch at a time, after a
  backoff.
- A host is given up if, in ``5 * per_host`` consecutive fetches, it sends nothing until the
  deadline. Thousands of such fetches would occupy the threads for days.
- Without a delay, a host that has just answered continues for some seconds, because its connection
  is open.
- Redirects are followed within the same fetch, and do not count against the politeness of another
  host. If that other host limits the rate, the pause is for that host.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple

from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.schedule import politeness as rules
from feedpub.links.schedule.host import FinishedTarget, Host, Job, Phase
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.schedule.queue import HostQueue

_MAX_FAILURES = 3
_TIMEOUTS_PER_SLOT = 5
# Seconds for which a host continues over an open connection before other hosts have their turn.
_TURN_LENGTH = 3.0


class LookupLimits(NamedTuple):
    """Limits on how far lookups are ahead of fetches."""

    lookups: int = 64
    """Lookups at once; at most the number of threads of the resolver, so that no lookup waits."""
    hosts: int = 512
    """Hosts whose lookup is under way, or that are resolved and wait for their first fetch."""


class Scheduler:
    """A scheduler of all targets. ``politeness`` is called once for each host."""

    def __init__(
        self,
        targets: Iterable[LinkTarget],
        politeness: Callable[[str], Politeness],
        random: Random,
        limits: LookupLimits,
    ) -> None:
        self.remaining = 0
        """The number of targets that :meth:`take_finished` has not returned yet."""
        self._random = random
        self._limits = limits
        self._resolving = 0
        self._resolved = 0
        self._numbers = itertools.count(1)
        self._finished: list[FinishedTarget] = []
        self._turns = HostQueue()
        self._connected: list[Host] = []
        """Hosts that have just answered."""
        self._failed_lookups: list[tuple[float, int, Host]] = []
        """A heap of hosts whose lookup is repeated, ordered by time."""
        self._hosts: dict[str, Host] = {}
        for target in targets:
            self._add(target, politeness)
        for host in self._hosts.values():
            host.unstarted.reverse()
        # The last host is first. Hosts of equal duration keep the order of their first targets.
        self._unresolved = sorted(self._hosts.values(), key=lambda host: host.min_duration, reverse=True)[::-1]

    def take_finished(self) -> list[FinishedTarget]:
        """Return the targets that finished since the last call."""
        finished, self._finished = self._finished, []
        self.remaining -= len(finished)
        return finished

    def next_lookup(self, now: float) -> str | None:
        """Return a host to resolve now, for :meth:`lookup_done`; None if there is none."""
        limits = self._limits
        while self._resolving < limits.lookups and self._resolving + self._resolved < limits.hosts:
            if self._failed_lookups and self._failed_lookups[0][0] <= now:
                host = heapq.heappop(self._failed_lookups)[2]
            elif self._unresolved:
                host = self._unresolved.pop()
            else:
                break
            if host.phase is Phase.UNRESOLVED:
                host.phase = Phase.RESOLVING
                self._resolving += 1
                return host.name
        return None

    def lookup_done(self, name: str, failure: Answer | None, now: float) -> None:
        """Record the result of a lookup: None if the name has addresses that are allowed.

        A permanent failure is the answer to all targets of the host. So is a temporary one after as
        many lookups as a target has attempts.
        """
        host = self._hosts.get(name)
        if host is None:
            return  # The host was given up meanwhile, as the end of redirects from other hosts.
        self._resolving -= 1
        if failure is None:
            host.phase, host.failures, host.earliest_start = Phase.RESOLVED, 0, max(host.earliest_start, now)
            self._resolved += 1
            self._turns.update(host, now)
            return
        host.phase = Phase.UNRESOLVED
        host.failures += 1
        max_lookups = min(_MAX_FAILURES, host.politeness.retries + 1)
        if rules.is_final(failure, host.politeness) or host.failures >= max_lookups:
            self._close(host, failure)
            return
        due = now + rules.backoff(host.failures, self._random)
        heapq.heappush(self._failed_lookups, (due, next(self._numbers), host))

    def next_job(self, now: float) -> Job | None:
        """Return a job to fetch now, for :meth:`job_done`; None if none can start."""
        host = self._connected_host(now)
        if host is None:
            host = self._turns.pop(now)
            if host is None:
                return None
            host.turn_began = now
        self._resolved -= host.phase is Phase.RESOLVED
        job = host.start(now)
        self._turns.update(host, now)
        return job

    def _connected_host(self, now: float) -> Host | None:
        """Return a host that has just answered and can continue over its open connection."""
        while self._connected:
            host = self._connected.pop()
            time = host.ready_at()
            if time is not None and time <= now and now - host.turn_began < _TURN_LENGTH:
                host.entry_number = 0
                return host
        return None

    def wake_at(self, now: float) -> float | None:
        """Return the next time at which a job or lookup may become ready; None if there is none.

        Call this after :meth:`next_job` and :meth:`next_lookup` have both returned None.
        """
        turn = self._turns.next_time(now)
        lookup = self._failed_lookups[0][0] if self._failed_lookups else None
        return min((time for time in (turn, lookup) if time is not None and time > now), default=None)

    def job_done(self, job: Job, answer: Answer, now: float) -> None:
        """Record the answer to a job from :meth:`next_job`."""
        host = job.host
        host.in_flight -= 1
        job.answer = answer
        pause = rules.pause_of(answer, host.politeness)
        if pause is not None:
            self._rate_limited(job, answer, pause, now)
        elif rules.is_name_failure(answer):
            self._finish(job.target, answer, job.attempts)
            self._close(host, answer)
        else:
            self._count_failures(job, answer, now)
            self._retry_or_finish(job, answer, now)
        self._turns.update(host, now)
        if host.queued and job.keep_alive:
            self._connected.append(host)
        if not host.in_flight and not host.queued:
            self._hosts.pop(host.name, None)

    def _add(self, target: LinkTarget, politeness: Callable[[str], Politeness]) -> None:
        self.remaining += 1
        name = rules.host_of(target.url)
        if not name:
            self._finish(target, Answer(failure=Failure.INVALID_URL, message="the URL has no host"), 0)
            return
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(name, politeness(name))
        host.unstarted.append(target)

    def _count_failures(self, job: Job, answer: Answer, now: float) -> None:
        """Give up a host that has too many consecutive failures."""
        host = job.host
        host.timeouts = host.timeouts + 1 if rules.is_silent(answer) else 0
        if not rules.is_connection_failure(answer):
            host.failures = 0
        elif host.failed_at is None or job.started >= host.failed_at:
            # Failures of fetches that were under way at the same time count once.
            host.failures, host.failed_at = host.failures + 1, now
            host.earliest_start = max(host.earliest_start, now + rules.backoff(host.failures, self._random))
        if host.failures >= _MAX_FAILURES or host.timeouts >= _TIMEOUTS_PER_SLOT * host.politeness.per_host:
            self._give_up(host, answer, f"{max(host.failures, host.timeouts)} times in a row: {answer.message}")

    def _retry_or_finish(self, job: Job, answer: Answer, now: float) -> None:
        job.failures += 1
        is_last = job.failures > job.host.politeness.retries or job.host.phase is Phase.CLOSED
        if is_last or rules.is_final(answer, job.host.politeness):
            self._finish(job.target, answer, job.attempts)
        else:
            due = now + rules.backoff(job.failures, self._random)
            job.host.retry_later(job, due, next(self._numbers))

    def _rate_limited(self, job: Job, answer: Answer, pause: float, now: float) -> None:
        """Pause or give up the host that limits the rate. The target gets one more attempt."""
        job.host.failures = job.host.timeouts = 0
        limiter = self._limiter(job, answer)
        if limiter is not None:
            # A fetch that was already under way at the first limit is not a second one.
            is_second = limiter.limited_at is not None and job.started >= limiter.limited_at
            if pause > rules.LONGEST_PAUSE or is_second:
                self._give_up(limiter, answer, f"it answered {answer.status}")
            else:
                limiter.limited_at = now if limiter.limited_at is None else limiter.limited_at
                limiter.earliest_start = max(limiter.earliest_start, now + pause)
                self._turns.update(limiter, now)
        if pause > rules.LONGEST_PAUSE or job.has_waited or job.host.phase is Phase.CLOSED:
            self._finish(job.target, answer, job.attempts)
        else:
            job.has_waited = True
            job.host.retry_later(job, now + pause, next(self._numbers))

    def _limiter(self, job: Job, answer: Answer) -> Host | None:
        """Return the host that gave ``answer``; None if it has no targets in this run."""
        if not answer.hops:
            return job.host
        return self._hosts.get(rules.host_of(answer.final_url or answer.hops[-1].url))

    def _give_up(self, host: Host, answer: Answer, reason: str) -> None:
        message = f"not fetched, because its host was given up ({reason})"
        self._close(host, Answer(status=answer.status, failure=Failure.GIVEN_UP, message=message))

    def _close(self, host: Host, answer: Answer) -> None:
        self._resolving -= host.phase is Phase.RESOLVING
        self._resolved -= host.phase is Phase.RESOLVED
        self._finished += host.close(answer)
        self._hosts.pop(host.name, None)

    def _finish(self, target: LinkTarget, answer: Answer, attempts: int) -> None:
        self._finished.append(FinishedTarget(target, answer, attempts))
