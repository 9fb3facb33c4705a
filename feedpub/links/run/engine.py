"""Runs a schedule: threads that fetch, and one loop that hands them links, takes their answers and passes them on.

The loop is the caller's thread, so whatever it does with an answer needs no lock; the scheduler is its alone. A worker
(:mod:`feedpub.links.run.threads`) does nothing but fetch: it never waits for a host, a name or a backoff.

How a link is fetched, and how a name is resolved, is handed in. Nothing here judges or remembers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from queue import Empty
from random import Random
from typing import Protocol

import msgspec

from feedpub.links.model import Answer, Fetch, LinkTarget
from feedpub.links.run.threads import Answered, FetchThreads, HubState, LookedUp, Resolve
from feedpub.links.schedule.online import OnlineDetector
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.schedule.scheduler import Ahead, Scheduler

WORKERS = 256
# How soon a stop is seen while nothing else happens, in seconds.
TICK = 0.2
# Answers taken before workers are given more and the caller hears of them.
_BATCH = 64

OnAnswer = Callable[[LinkTarget, Answer, int], None]
"""Takes a target, its last answer, and how often it was fetched: 0 where its host failed before its turn."""


class Stop(Protocol):
    """What tells a run to end: a :class:`threading.Event`, or a :class:`StopFlag`."""

    def is_set(self) -> bool:
        """Whether to end."""


class StopFlag:
    """A stop that the handler of a signal may set. An event's lock would hang a handler that the next signal
    interrupts.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Tell the run to end."""
        self._is_set = True

    def is_set(self) -> bool:
        """Whether to end."""
        return self._is_set


class RunOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended."""

    answered: int
    """Targets whose answers were delivered."""
    no_network: bool = False
    """No public host could be resolved or reached; nothing was delivered."""
    is_stopped: bool = False
    """It was stopped before the last answer."""


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """What a run needs besides its targets."""

    fetch: Fetch
    resolve: Resolve
    politeness: Callable[[str], Politeness]
    """Asked once for each host; see :func:`~feedpub.links.schedule.politeness.host_of`."""
    workers: int = WORKERS
    """Threads, at most; never more than there are targets."""
    lookups: int = Ahead().lookups
    """Names resolved at once; no more than the resolver has threads."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that never go back."""
    random: Random = msgspec.field(default_factory=Random)
    """For the jitter of backoffs."""

    def run(
        self, targets: Iterable[LinkTarget], on_answer: OnAnswer, stop: Stop, *, is_online: bool = False
    ) -> RunOutcome:
        """Fetch every target once, and deliver its answer in this thread, in the order in which answers come.

        Answers are held back until there is a sign of a network (:mod:`feedpub.links.schedule.online`): a machine without one
        delivers none. ``is_online`` says that there is a network.

        Returns within moments of ``stop`` being set; what was answered by then was delivered. The links under way are
        dropped, and their threads, which are daemons, end with their deadlines or the process. An exception of
        ``on_answer``, and KeyboardInterrupt, leave in the same way, but take the answers with them that came last.
        """
        network = OnlineDetector(on_answer)
        if is_online:
            network.found()
        scheduler = Scheduler(targets, self.politeness, self.random, Ahead(self.lookups, self.lookups + self.workers))
        crew = FetchThreads(self.fetch, min(self.workers, scheduler.left))
        try:
            return _Run(self, scheduler, crew, network).until(stop)
        finally:
            crew.dismiss()


class _Run:
    """The loop."""

    def __init__(self, engine: Engine, scheduler: Scheduler, crew: FetchThreads, network: OnlineDetector) -> None:
        self._resolve = engine.resolve
        self._clock = engine.clock
        self._scheduler = scheduler
        self._crew = crew
        self._network = network

    def until(self, stop: Stop) -> RunOutcome:
        """Run to the end, or until ``stop``."""
        network, scheduler = self._network, self._scheduler
        network.deliver(scheduler.ended())
        while scheduler.left and not network.is_missed and not stop.is_set():
            self._feed()
            self._listen(_BATCH, self._patience())
            network.deliver(scheduler.ended())
        if scheduler.left and not network.is_missed:
            self._listen(self._crew.told.qsize(), 0)
            network.deliver(scheduler.ended())
            return RunOutcome(answered=network.delivered, is_stopped=scheduler.left > 0)
        return RunOutcome(no_network=network.close(), answered=network.delivered)

    def _feed(self) -> None:
        """Begin what may begin."""
        while (name := self._scheduler.lookup(self._clock())) is not None:
            self._look_up(name)
        while self._crew.idle > 0 and (job := self._scheduler.next(self._clock())) is not None:
            self._crew.give(job)

    def _look_up(self, name: str) -> None:
        tell = self._crew.told.put
        # The callback runs in the resolver's thread, so it does no more than tell.
        self._resolve(name).add_done_callback(
            lambda future: tell(future.exception() or LookedUp(name, future.result()))
        )

    def _patience(self) -> float:
        """Seconds to wait for something to be told."""
        now = self._clock()
        at = self._scheduler.wake_at(now)
        return TICK if at is None else min(TICK, at - now)

    def _listen(self, limit: int, patience: float) -> None:
        """Hear what is told within ``patience``, and what else is there by then, at most ``limit`` things."""
        told = self._crew.told
        try:
            for each in range(limit):
                self._hear(told.get_nowait() if each else told.get(timeout=patience))
        except Empty:
            return

    def _hear(self, told: HubState) -> None:
        now = self._clock()
        match told:
            case Answered(job, answer):
                self._crew.idle += 1
                self._network.answered(answer)
                self._scheduler.done(job, answer, now)
            case LookedUp(host, resolution):
                failure = None
                if resolution.failure is not None:
                    failure = Answer(failure=resolution.failure, message=resolution.message)
                elif resolution.addresses:
                    self._network.resolved(host)
                self._scheduler.resolved(host, failure, now)
            case BaseException() as error:
                raise error
