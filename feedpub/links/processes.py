"""Runs a schedule in several processes, each with the hosts of its shard; as one run to whoever starts it.

A process has an engine of its own, and sends what it learns: batches of answers, and the first sign of a network. Here
they are held back or delivered, in the caller's thread. Processes are spawned, not forked, because the caller may have
threads; they leave Ctrl-C to their parent, and end with it.

What is fetched when, and how, is the engine's business; into how many processes is :mod:`feedpub.links.shards`'.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Self

import msgspec

from feedpub.errors import FeedpubError, StorageError, message_of
from feedpub.executors import WorkerLostError, cores
from feedpub.links.engine import TICK, WORKERS, Engine, OnAnswer, Outcome, Stop, StopFlag
from feedpub.links.model import Target
from feedpub.links.network import Network
from feedpub.links.politeness import Politeness
from feedpub.links.schedule import Ended
from feedpub.links.shards import shards, useful_processes

MakeEngine = Callable[[int], AbstractContextManager[Engine]]
"""Makes an engine with so many workers, in the process that runs it, and closes what it needed. It is pickled: a
module's function, or a partial of one.
"""

_PARENTS_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# The last of the targets, and later a stop.
_NOTHING = b""
# Targets in a message.
_CHUNK = 1000
# Seconds that processes have to end by themselves.
_GRACE = 3.0


class _Batch(msgspec.Struct, tag=True):
    ended: list[Ended]


class _Sign(msgspec.Struct, tag=True):
    """There is a network."""


class _End(msgspec.Struct, tag=True):
    is_stopped: bool
    error: str | None = None


_Message = _Batch | _Sign | _End
_decode = msgspec.msgpack.Decoder(_Message).decode


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """As :class:`~feedpub.links.engine.Engine`, in as many processes as help."""

    make: MakeEngine
    politeness: Callable[[str], Politeness]
    """The same as the engines'."""
    workers: int = WORKERS
    """Threads of all processes."""
    processes: int | None = None
    """Instead of as many as help."""

    def run(self, targets: Iterable[Target], on_answer: OnAnswer, stop: Stop, *, is_online: bool = False) -> Outcome:
        """See :meth:`Engine.run`; ``is_online`` says that there is a network.

        Raises :class:`~feedpub.executors.WorkerLostError` where a process dies, and
        :class:`~feedpub.errors.StorageError` where one cannot work; what was answered by then was delivered.
        """
        targets = tuple(targets)
        network = Network(on_answer)
        if is_online:
            network.found()
        count = self.processes or useful_processes(
            targets, self.politeness, workers=self.workers, cores=min(cores(), self.workers)
        )
        if count == 1 or not targets:
            with self.make(self.workers) as engine:
                return engine.run_into(network, targets, stop)
        lists = [each for each in shards(targets, count) if each]
        with contextlib.ExitStack() as stack:
            share = math.ceil(self.workers / len(lists))
            processes = [stack.enter_context(_Process(self.make, share)) for _ in lists]
            for process, each in zip(processes, lists, strict=True):
                process.give(each)
            return _gather(processes, network, stop)


class _Process:
    """One that works on the hosts of a shard."""

    def __init__(self, make: MakeEngine, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, workers), daemon=True)
        # What is blocked here is blocked there, until it is ignored: else Ctrl-C while it starts is a traceback. The
        # tracker is what spawning starts first; it unblocks them.
        resource_tracker.ensure_running()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _PARENTS_SIGNALS)
        try:
            self._process.start()
        except OSError as error:
            raise StorageError(f"links cannot be checked: no process can be started: {message_of(error)}") from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        theirs.close()
        self._has_ended = False

    def give(self, targets: Sequence[Target]) -> None:
        """Tell what is to be fetched. Raises :class:`WorkerLostError`."""
        encode = msgspec.msgpack.Encoder().encode
        try:
            for first in range(0, len(targets), _CHUNK):
                self.pipe.send_bytes(encode(targets[first : first + _CHUNK]))
            self.pipe.send_bytes(_NOTHING)
        except OSError:
            raise _lost() from None

    def hear(self, network: Network) -> _End | None:
        """Pass on what it says next; what it says last is given back. Raises :class:`WorkerLostError`."""
        try:
            message = _decode(self.pipe.recv_bytes())
        except (EOFError, OSError):
            raise _lost() from None
        match message:
            case _Batch(ended=ended):
                network.deliver(ended)
            case _Sign():
                network.found()
            case _End(error=error):
                self._has_ended = True
                if error is not None:
                    raise StorageError(error)
                return message
        return None

    def stop(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(_NOTHING)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.pipe.close()
        self._process.join(_GRACE if self._has_ended else 0)
        self._process.kill()
        self._process.join()


def _gather(processes: Iterable[_Process], network: Network, stop: Stop) -> Outcome:
    """Deliver what ``processes`` say, until all have ended, or until ``stop``."""
    running = {process.pipe: process for process in processes}
    until = math.inf
    is_stopped = False
    while running and not network.is_missed and time.monotonic() < until:
        if stop.is_set() and until == math.inf:
            until = time.monotonic() + _GRACE
            for process in running.values():
                process.stop()
        for pipe in wait(list(running), TICK):
            end = running[pipe].hear(network)  # type: ignore[index]  # it is one of those given
            if end is not None:
                is_stopped |= end.is_stopped
                del running[pipe]  # type: ignore[arg-type]
    if (running or is_stopped) and not network.is_missed:
        return Outcome(answered=network.delivered, is_stopped=True)
    return Outcome(no_network=network.close(), answered=network.delivered)


class _Relay(Network):
    """Tells the parent, which knows what the other processes have seen."""

    def __init__(self, send: Callable[[_Message], None]) -> None:
        super().__init__(lambda *_: None)
        self._send = send

    def deliver(self, ended: Iterable[Ended]) -> None:
        """See :class:`~feedpub.links.network.Network`."""
        batch = list(ended)
        if batch:
            self._send(_Batch(batch))
            self.delivered += len(batch)

    def found(self) -> None:
        """See :class:`~feedpub.links.network.Network`."""
        self._is_there = True
        self._send(_Sign())

    def close(self) -> bool:
        """See :class:`~feedpub.links.network.Network`."""
        return False


def _serve(pipe: Connection, make: MakeEngine, workers: int) -> None:
    """What a process does."""
    for each in _PARENTS_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    encode = msgspec.msgpack.Encoder().encode
    stop = StopFlag()

    def send(message: _Message) -> None:
        try:
            pipe.send_bytes(encode(message))
        except OSError:
            os._exit(1)  # nobody listens any more

    targets = _taken(pipe)
    threading.Thread(target=_heed, args=(pipe, stop), daemon=True).start()
    try:
        with make(workers) as engine:
            outcome = engine.run_into(_Relay(send), targets, stop)
        send(_End(outcome.is_stopped))
    except FeedpubError as error:
        send(_End(is_stopped=True, error=str(error)))
    # Threads whose links are under way would keep the process.
    os._exit(0)


def _taken(pipe: Connection) -> list[Target]:
    """What is to be fetched."""
    decode = msgspec.msgpack.Decoder(list[Target]).decode
    targets: list[Target] = []
    while chunk := _received(pipe):
        targets += decode(chunk)
    return targets


def _heed(pipe: Connection, stop: StopFlag) -> None:
    """Stop when the parent says so, and end with it."""
    _received(pipe)
    stop.set()
    _received(pipe)


def _received(pipe: Connection) -> bytes:
    try:
        return pipe.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _lost() -> WorkerLostError:
    return WorkerLostError("a process that checks links died (killed, or out of memory?); what it had said is kept")
