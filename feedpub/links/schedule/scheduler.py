"""Which link is fetched when: every host within its politeness, every host in its turn, no worker kept waiting.

Pure but for its own state: one thread calls it, the clock is handed in (seconds, that never go back), and nothing here
waits, fetches or resolves. A step costs the logarithm of the number of hosts.

- A host's links start in the order given, at most ``per_host`` at once and ``delay`` apart, once its name is resolved.
  Names are asked for only somewhat ahead of the workers, and those first whose links need most time.
- A link that fails in a way that passes is queued again with a backoff; it is judged by its last answer.
- A host that limits the rate is left alone for as long as it asks. One that asks for more than a minute, or a second
  time, is given up.
- So is one that cannot be connected to three times in a row, each try begun after the one before had failed; meanwhile
  it is asked for one link at a time, with a backoff.
- So is one that lets five times as many links in a row as it may have at once run into their deadline without a word:
  its thousands would hold workers for days.
- Without a delay, a host that has just answered goes on for some seconds, because its connection is open.
- Redirects are followed within the link's own turn: politeness does not count them against another host that they lead
  to. If that host limits the rate, it is the one that is left alone.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple

from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.schedule import politeness as rules
from feedpub.links.schedule.host import Host, Job, Phase
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.schedule.queue import HostQueue

_FAILURES = 3
_SILENT_ROUNDS = 5
# Seconds that a host goes on, over a connection that is open, before others have their turn.
_TURN = 3.0


class Ahead(NamedTuple):
    """How far look-ups may be ahead of the fetching."""

    lookups: int = 64
    """Names that are resolved at once: no more than the resolver has threads, or they would wait for one another and
    be late.
    """
    hosts: int = 512
    """Hosts that are asked for, or resolved and not begun."""


class Ended(NamedTuple):
    """A target that is done with."""

    target: LinkTarget
    answer: Answer
    attempts: int
    """How often it was fetched; 0 where its host failed before its turn."""


class Scheduler:
    """Every target, from the first to the last answer.

    ``politeness`` is asked once for each host, as :func:`~feedpub.links.schedule.politeness.host_of` has its name.
    """

    def __init__(
        self, targets: Iterable[LinkTarget], politeness: Callable[[str], Politeness], random: Random, ahead: Ahead
    ) -> None:
        self.left = 0
        """Targets that :meth:`ended` has not given yet."""
        self._random = random
        self._ahead = ahead
        self._asked = 0
        self._resolved = 0
        self._numbers = itertools.count(1)
        self._ended: list[Ended] = []
        self._turns = HostQueue()
        self._warm: list[Host] = []
        """Hosts that have just answered."""
        self._unresolved: list[tuple[float, int, Host]] = []
        self._hosts: dict[str, Host] = {}
        for target in targets:
            self._add(target, politeness)
        for host in self._hosts.values():
            host.fresh.reverse()
        # The last is asked for first; of those that need the same, the one that came first.
        self._unknown = sorted(self._hosts.values(), key=lambda host: host.need, reverse=True)[::-1]

    def ended(self) -> list[Ended]:
        """The targets that ended since this was last called."""
        ended, self._ended = self._ended, []
        self.left -= len(ended)
        return ended

    def lookup(self, now: float) -> str | None:
        """A host whose name is to be resolved now, and told of to :meth:`resolved`; None where there is none."""
        while self._asked < self._ahead.lookups and self._asked + self._resolved < self._ahead.hosts:
            if self._unresolved and self._unresolved[0][0] <= now:
                host = heapq.heappop(self._unresolved)[2]
            elif self._unknown:
                host = self._unknown.pop()
            else:
                break
            if host.phase is Phase.UNKNOWN:
                host.phase = Phase.ASKED
                self._asked += 1
                return host.name
        return None

    def resolved(self, name: str, failure: Answer | None, now: float) -> None:
        """Take note of a :meth:`lookup`: None where the name has addresses that may be connected to. A failure is every
        link's of the host, at once, or where it passes after as many look-ups as a link has tries.
        """
        host = self._hosts.get(name)
        if host is None:
            return  # given up since, as the end of others' redirects
        self._asked -= 1
        if failure is None:
            host.phase, host.failures, host.earliest = Phase.RESOLVED, 0, max(host.earliest, now)
            self._resolved += 1
            self._turns.place(host, now)
            return
        host.phase = Phase.UNKNOWN
        host.failures += 1
        tries = min(_FAILURES, host.politeness.retries + 1)
        if rules.is_final(failure, host.politeness) or host.failures >= tries:
            self._close(host, failure)
            return
        due = now + rules.backoff(host.failures, self._random)
        heapq.heappush(self._unresolved, (due, next(self._numbers), host))

    def next(self, now: float) -> Job | None:
        """A link to fetch now, and told of to :meth:`done`; None where none may start."""
        host = self._warm_host(now)
        if host is None:
            host = self._turns.pop(now)
            if host is None:
                return None
            host.turn_came = now
        self._resolved -= host.phase is Phase.RESOLVED
        job = host.start(now)
        self._turns.place(host, now)
        return job

    def _warm_host(self, now: float) -> Host | None:
        """A host that has just answered, and may be asked again at once: its connection is open."""
        while self._warm:
            host = self._warm.pop()
            time = host.ready_at()
            if time is not None and time <= now and now - host.turn_came < _TURN:
                host.ticket = 0
                return host
        return None

    def wake_at(self, now: float) -> float | None:
        """When :meth:`next` or :meth:`lookup`, which both had nothing, may have something without being told more:
        after ``now``. None where they will not.
        """
        turn = self._turns.next_time(now)
        lookup = self._unresolved[0][0] if self._unresolved else None
        return min((time for time in (turn, lookup) if time is not None and time > now), default=None)

    def done(self, job: Job, answer: Answer, now: float) -> None:
        """Take note of the answer to a link that :meth:`next` gave."""
        host = job.host
        host.flying -= 1
        job.answer = answer
        pause = rules.pause_of(answer, host.politeness)
        if pause is not None:
            self._limited(job, answer, pause, now)
        elif rules.is_of_the_name(answer):
            self._end(job.target, answer, job.attempts)
            self._close(host, answer)
        else:
            self._count(job, answer, now)
            self._again_or_end(job, answer, now)
        self._turns.place(host, now)
        if host.left and job.keep_alive:
            self._warm.append(host)
        if not host.flying and not host.left:
            self._hosts.pop(host.name, None)

    def _add(self, target: LinkTarget, politeness: Callable[[str], Politeness]) -> None:
        self.left += 1
        name = rules.host_of(target.url)
        if not name:
            self._end(target, Answer(failure=Failure.INVALID_URL, message="the URL has no host"), 0)
            return
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(name, politeness(name))
        host.fresh.append(target)

    def _count(self, job: Job, answer: Answer, now: float) -> None:
        """Give up a host that fails too often in a row."""
        host = job.host
        host.silent = host.silent + 1 if rules.is_silent(answer) else 0
        if not rules.has_no_connection(answer):
            host.failures = 0
        elif host.failed_at is None or job.started >= host.failed_at:
            # Else it was under way when another failed, and that is one event.
            host.failures, host.failed_at = host.failures + 1, now
            host.earliest = max(host.earliest, now + rules.backoff(host.failures, self._random))
        if host.failures >= _FAILURES or host.silent >= _SILENT_ROUNDS * host.politeness.per_host:
            self._give_up(host, answer, f"{max(host.failures, host.silent)} times in a row: {answer.message}")

    def _again_or_end(self, job: Job, answer: Answer, now: float) -> None:
        job.failures += 1
        is_last = job.failures > job.host.politeness.retries or job.host.phase is Phase.CLOSED
        if is_last or rules.is_final(answer, job.host.politeness):
            self._end(job.target, answer, job.attempts)
        else:
            due = now + rules.backoff(job.failures, self._random)
            job.host.put_off(job, due, next(self._numbers))

    def _limited(self, job: Job, answer: Answer, pause: float, now: float) -> None:
        """Leave the host that limits the rate alone, or give it up; the link has one more turn."""
        job.host.failures = job.host.silent = 0
        limiter = self._limiter(job, answer)
        if limiter is not None:
            # A link that was under way when another was refused is no second time.
            is_second = limiter.limited_at is not None and job.started >= limiter.limited_at
            if pause > rules.LONGEST_PAUSE or is_second:
                self._give_up(limiter, answer, f"it answered {answer.status}")
            else:
                limiter.limited_at = now if limiter.limited_at is None else limiter.limited_at
                limiter.earliest = max(limiter.earliest, now + pause)
                self._turns.place(limiter, now)
        if pause > rules.LONGEST_PAUSE or job.is_put_off or job.host.phase is Phase.CLOSED:
            self._end(job.target, answer, job.attempts)
        else:
            job.is_put_off = True
            job.host.put_off(job, now + pause, next(self._numbers))

    def _limiter(self, job: Job, answer: Answer) -> Host | None:
        """The host that gave ``answer``, if links of the run are its own."""
        if not answer.hops:
            return job.host
        return self._hosts.get(rules.host_of(answer.final_url or answer.hops[-1].url))

    def _give_up(self, host: Host, answer: Answer, why: str) -> None:
        message = f"not fetched, because its host was given up ({why})"
        self._close(host, Answer(status=answer.status, failure=Failure.GIVEN_UP, message=message))

    def _close(self, host: Host, answer: Answer) -> None:
        self._asked -= host.phase is Phase.ASKED
        self._resolved -= host.phase is Phase.RESOLVED
        for target, last, attempts in host.close(answer):
            self._end(target, last, attempts)
        self._hosts.pop(host.name, None)

    def _end(self, target: LinkTarget, answer: Answer, attempts: int) -> None:
        self._ended.append(Ended(target, answer, attempts))
