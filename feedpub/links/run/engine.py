"""The engine of a run: threads that fetch, and one loop that assigns jobs and passes on answers.

The loop runs in the caller's thread, so the caller needs no lock for answers, and only this thread
uses the scheduler. The other threads (:mod:`feedpub.links.run.threads`) only fetch. They never wait
for a host, a name or a backoff.

The functions that fetch and resolve are arguments. This module neither judges nor stores answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from queue import Empty
from random import Random
from typing import Protocol

import msgspec

from feedpub.links.model import Answer, Fetch, LinkTarget
from feedpub.links.run.known_names import AskedNames
from feedpub.links.run.threads import FetchDone, FetchThreads, LookupDone, Resolve, ThreadEvent
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.online import OnlineDetector
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.schedule.scheduler import LookupLimits, Scheduler

WORKERS = 256
# The longest wait for an event, in seconds: a stop takes effect within this time.
_TICK = 0.2
# The number of events that are handled before new jobs start and answers are passed on.
_BATCH = 64

OnAnswers = Callable[[Sequence[FinishedTarget]], None]
"""A function that receives the targets that have their last answers; at least one."""


class Stop(Protocol):
    """A flag that ends a run: a :class:`threading.Event`, or a :class:`StopFlag`."""

    def is_set(self) -> bool:
        """Return whether the run has to end."""


class StopFlag:
    """A flag that a signal handler can set.

    An event is not safe there: it has a lock, and a handler that interrupts another one would hang.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Request the end of the run."""
        self._is_set = True

    def is_set(self) -> bool:
        """Return whether the run has to end."""
        return self._is_set


class RunOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a run."""

    answered: int
    """The number of targets whose answers were delivered."""
    no_network: str | None = None
    """Why there is no network; then nothing was delivered. None if there is one."""
    is_stopped: bool = False
    """True if the run was stopped before the last answer."""


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """The functions and limits of a run."""

    fetch: Fetch
    resolve: Resolve
    politeness: Callable[[str], Politeness]
    """The limits of a host of :func:`~feedpub.links.schedule.politeness.host_of`.

    It is called once for each host.
    """
    workers: int = WORKERS
    """The maximum number of threads; there are never more threads than targets."""
    known_names: tuple[str, ...] = ()
    """Well-known public names, which decide in doubt about the network."""
    lookups: int = LookupLimits().lookups
    """Lookups at once; at most the number of threads of the resolver."""
    clock: Callable[[], float] = time.monotonic
    """A clock in seconds that never decreases."""
    random: Random = msgspec.field(default_factory=Random)
    """The source of the jitter of backoffs."""

    def run(
        self,
        targets: Iterable[LinkTarget],
        on_answers: OnAnswers,
        stop: Stop,
        *,
        is_online: bool = False,
        has_names: bool = True,
    ) -> RunOutcome:
        """Fetch every target once, and pass the answers to ``on_answers`` in this thread.

        Answers arrive in no fixed order. They are held back until there is a sign of a network
        (:mod:`feedpub.links.schedule.online`), so nothing is delivered on a machine without one.
        Pass ``is_online`` if it is known that there is a network; ``has_names`` is false if it is
        not known whether names are resolved there.

        Return soon after ``stop`` is set. All answers until then are delivered. The fetches under
        way are dropped: their daemon threads end at their deadlines, or with the process. An
        exception of ``on_answers`` and KeyboardInterrupt end the run in the same way, but the most
        recent answers may be lost.
        """
        network = OnlineDetector(on_answers, AskedNames(self.known_names, self.resolve, self.fetch))
        if is_online:
            network.set_online(has_names=has_names)
        limits = LookupLimits(self.lookups, self.lookups + self.workers)
        scheduler = Scheduler(targets, self.politeness, self.random, limits)
        threads = FetchThreads(self.fetch, min(self.workers, scheduler.remaining))
        try:
            return _Run(self, scheduler, threads, network).until(stop)
        finally:
            threads.stop()


class _Run:
    """The loop of one run."""

    def __init__(self, engine: Engine, scheduler: Scheduler, threads: FetchThreads, network: OnlineDetector) -> None:
        self._resolve = engine.resolve
        self._clock = engine.clock
        self._scheduler = scheduler
        self._threads = threads
        self._network = network

    def until(self, stop: Stop) -> RunOutcome:
        """Run to the end, or until ``stop`` is set."""
        network, scheduler = self._network, self._scheduler
        network.deliver(scheduler.take_finished())
        while scheduler.remaining and network.offline_reason is None and not stop.is_set():
            self._start_work()
            self._handle_events(_BATCH, self._wait_time())
            network.deliver(scheduler.take_finished())
            if network.is_due:
                network.decide()
        if scheduler.remaining and network.offline_reason is None:
            self._handle_events(self._threads.events.qsize(), 0)
            network.deliver(scheduler.take_finished())
            return RunOutcome(answered=network.delivered, is_stopped=scheduler.remaining > 0)
        network.decide()
        return RunOutcome(no_network=network.offline_reason, answered=network.delivered)

    def _start_work(self) -> None:
        """Start all lookups and jobs that can start now."""
        while (name := self._scheduler.next_lookup(self._clock())) is not None:
            self._start_lookup(name)
        while self._threads.idle > 0 and (job := self._scheduler.next_job(self._clock())) is not None:
            self._threads.submit(job)

    def _start_lookup(self, name: str) -> None:
        report = self._threads.events.put
        # The callback runs in a thread of the resolver, so it only adds an event.
        self._resolve(name).add_done_callback(
            lambda future: report(future.exception() or LookupDone(name, future.result()))
        )

    def _wait_time(self) -> float:
        """Return the number of seconds to wait for an event."""
        now = self._clock()
        wake_at = self._scheduler.wake_at(now)
        return _TICK if wake_at is None else min(_TICK, wake_at - now)

    def _handle_events(self, limit: int, timeout: float) -> None:
        """Handle up to ``limit`` events: wait up to ``timeout`` seconds for the first one only."""
        events = self._threads.events
        try:
            for index in range(limit):
                self._handle(events.get_nowait() if index else events.get(timeout=timeout))
        except Empty:
            return

    def _handle(self, event: ThreadEvent) -> None:
        now = self._clock()
        match event:
            case FetchDone(job, answer):
                self._threads.idle += 1
                self._network.answer_received(job.target, answer)
                self._scheduler.job_done(job, answer, now)
            case LookupDone(host, resolution):
                failure = None
                if resolution.failure is not None:
                    failure = Answer(failure=resolution.failure, message=resolution.message)
                elif resolution.addresses:
                    self._network.host_resolved(host, resolution.addresses)
                self._scheduler.lookup_done(host, failure, now)
            case BaseException() as error:
                raise error
