"""Polls at a fixed rate, whatever the server does: how long each took from when it was due.

A client that waits for each answer measures a slow server rarely, and a fast one often ("coordinated
omission"). Here each poll has its time; one that has to wait for a connection has that wait counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple, cast

import uvloop

_NOT_MODIFIED = b"HTTP/1.1 304 "
_HEAD_END = b"\r\n\r\n"


class Poll(NamedTuple):
    """A conditional GET that finds nothing new."""

    path: str
    etag: str


class Found(NamedTuple):
    """Milliseconds."""

    median: float
    p99: float
    p999: float
    worst: float


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._answer: asyncio.Future[None] | None = None
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See :class:`asyncio.Protocol`."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """See :class:`asyncio.Protocol`. A 304 has no body, and nothing else is expected."""
        self._received += data
        if not self._answer or self._answer.done():
            return
        if not _NOT_MODIFIED.startswith(self._received[: len(_NOT_MODIFIED)]):
            self._answer.set_exception(ConnectionError(f"was answered with {self._received[:80]!r}"))
        elif self._received.endswith(_HEAD_END):
            self._received = b""
            self._answer.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """See :class:`asyncio.Protocol`."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed"))

    def ask(self, request: bytes) -> asyncio.Future[None]:
        """Send ``request``; its answer."""
        assert self._transport
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer


async def poll(port: int, polls: Sequence[Poll], rate: int, seconds: float, connections: int) -> Found:
    """Ask for each of ``polls`` in turn, ``rate`` a second, over so many ``connections``.

    Raises ConnectionError where an answer is no 304.
    """
    loop = asyncio.get_running_loop()
    idle: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(connections):
        _, connection = await loop.create_connection(_Connection, "127.0.0.1", port)
        idle.put_nowait(connection)
    requests = [
        f"GET {one.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: reader/1.0\r\nAccept: */*\r\n"
        f"Accept-Encoding: gzip, deflate\r\nIf-None-Match: {one.etag}\r\n\r\n".encode()
        for one in polls
    ]
    taken: list[float] = []

    async def one(due: float, request: bytes) -> None:
        connection = await idle.get()
        await connection.ask(request)
        taken.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    started = time.perf_counter() + 0.1
    tasks = []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = loop.create_task(one(due, requests[number % len(requests)]))
        tasks.append(task)
    # Raises where a connection was closed; what waits for one then waits no longer than this.
    await asyncio.wait_for(asyncio.gather(*tasks), 60)
    taken.sort()
    at = [taken[int(len(taken) * share)] * 1000 for share in (0.5, 0.99, 0.999)]
    return Found(*at, taken[-1] * 1000)


def main() -> None:
    """Read polls as JSON from stdin, and print what was found as JSON: a process of its own, beside the server's."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("port", type=int)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=100)
    options = parser.parse_args()
    polls = [Poll(*one) for one in json.load(sys.stdin)]
    found = uvloop.run(poll(options.port, polls, options.rate, options.seconds, options.connections))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
