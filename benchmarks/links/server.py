"""A web server for load: many loopback addresses, a fixed latency, little CPU, and a count of what was asked of it.

    python -m benchmarks.links.server --links 20000 --latency 0.2 --certificate server.pem

:mod:`~benchmarks.links.pages` has what it serves: link n for every n below ``--links``. GET and HEAD, keep-alive,
pipelining; no request bodies, no timeouts. It says on stdout, in JSON, where it listens. A line ``count`` on stdin is
answered with the counts so far; so is ``reset``, and they begin anew. It ends with its stdin, so with its parent, and
after ``--seconds`` at the latest.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import json
import os
import resource
import signal
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from benchmarks.links.pages import NOT_FOUND, number_of, page

_END = b"\r\n\r\n"
_TOO_MUCH = 65536
_BACKLOG = 4096


class Address:
    """One of the addresses, and what was asked there."""

    __slots__ = ("active", "connections", "origin", "peak", "requests")

    def __init__(self, origin: str) -> None:
        self.origin = origin.encode()
        self.active = 0
        """Requests not answered yet."""
        self.reset()

    def reset(self) -> None:
        """Count anew."""
        self.requests = self.connections = 0
        self.peak = self.active


class Load:
    """The state of all connections: the links that exist, the latency, the counts."""

    def __init__(self, links: int, latency: float, *, closes: bool) -> None:
        self.links = links
        self.latency = latency
        self.closes = closes
        self.addresses: list[Address] = []
        self.active = self.open = 0
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[float, Connection, bytes, bool]] = deque()
        self.reset()

    def reset(self) -> None:
        """Count anew."""
        self.asked = bytearray(self.links)
        self.others = 0
        self.peak, self.open_peak = self.active, self.open
        self._started = time.process_time()
        for address in self.addresses:
            address.reset()

    def counts(self) -> dict[str, Any]:
        """Return the counts of requests since the last reset."""
        return {
            "requests": sum(address.requests for address in self.addresses),
            "connections": sum(address.connections for address in self.addresses),
            "distinct": sum(self.asked),
            "others": self.others,
            "peak": self.peak,
            "address_peak": max(address.peak for address in self.addresses),
            "open_peak": self.open_peak,
            "cpu": time.process_time() - self._started,
            "addresses": [(address.requests, address.connections, address.peak) for address in self.addresses],
        }

    def answer(self, method: bytes, target: bytes, address: Address, *, close: bool) -> bytes:
        """The response to a request."""
        number = number_of(target)
        if number is None or number >= self.links:
            self.others += 1
            status, media_type, body = NOT_FOUND
        else:
            self.asked[number] = 1
            status, media_type, body = page(target, number, address.origin)
        connection = b"close" if close else b"keep-alive"
        head = b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\nConnection: %b\r\n\r\n"
        head %= (status, media_type, len(body), connection)
        return head if method == b"HEAD" else head + body

    def send_later(self, connection: Connection, response: bytes, *, close: bool) -> None:
        """Send ``response`` when the latency has passed. One timer serves all: the latency is the same for all."""
        if not self._waiting:
            self._loop.call_later(self.latency, self._send_due)
        self._waiting.append((time.monotonic() + self.latency, connection, response, close))

    def _send_due(self) -> None:
        now = time.monotonic()
        while self._waiting and self._waiting[0][0] <= now:
            _, connection, response, close = self._waiting.popleft()
            connection.send(response, close=close)
        if self._waiting:
            self._loop.call_later(max(self._waiting[0][0] - now, 0.001), self._send_due)


class Connection(asyncio.Protocol):
    """A client's connection."""

    def __init__(self, load: Load, address: Address) -> None:
        self._load = load
        self._address = address
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        self._transport: Any = transport  # uvloop's is no asyncio.Transport
        load = self._load
        self._address.connections += 1
        load.open += 1
        load.open_peak = max(load.open_peak, load.open)

    def connection_lost(self, _: Exception | None) -> None:
        """Count that too."""
        self._load.open -= 1

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        *heads, self._rest = (self._rest + data).split(_END)
        for head in heads:
            self._respond(head)
        if len(self._rest) > _TOO_MUCH:
            self._transport.abort()

    def _respond(self, head: bytes) -> None:
        load, address = self._load, self._address
        address.requests += 1
        address.active += 1
        load.active += 1
        address.peak = max(address.peak, address.active)
        load.peak = max(load.peak, load.active)
        method, _, rest = head.partition(b" ")
        close = load.closes or b"\r\nconnection: close" in rest.lower()
        response = load.answer(method, rest.partition(b" ")[0], address, close=close)
        if load.latency:
            load.send_later(self, response, close=close)
        else:
            self.send(response, close=close)

    def send(self, response: bytes, *, close: bool) -> None:
        """Send a response, unless the client has gone."""
        self._address.active -= 1
        self._load.active -= 1
        if not self._transport.is_closing():
            self._transport.write(response)
            if close:
                self._transport.close()


def listen(count: int, port: int) -> list[socket.socket]:
    """A socket for each of 127.0.1.1, 127.0.1.2, … at one port: ``port``, or for 0 one that is free at all of them."""
    attempts = 1 if port else 10
    while True:
        attempts -= 1
        with contextlib.ExitStack() as stack:
            try:
                return _listen(count, port, stack)
            except OSError:
                if not attempts:
                    raise


def _listen(count: int, port: int, stack: contextlib.ExitStack) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    for number in range(1, count + 1):
        listener = socket.create_server((f"127.0.1.{number}", port), backlog=_BACKLOG)
        # What is accepted has it too; asyncio sets it only where it made the socket.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets.append(stack.enter_context(listener))
        port = listener.getsockname()[1]
    stack.pop_all()
    return sockets


async def serve(options: argparse.Namespace) -> None:
    """Serve until stdin ends."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    load = Load(options.links, options.latency, closes=options.close)
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate)
    sockets = listen(options.addresses, options.port)
    for listener in sockets:
        host, port = listener.getsockname()
        address = Address(f"{'https' if context else 'http'}://{host}:{port}")
        load.addresses.append(address)
        await loop.create_server(lambda a=address: Connection(load, a), sock=listener, ssl=context, backlog=_BACKLOG)

    def command() -> None:
        for line in os.read(0, _TOO_MUCH).split() or [b""]:
            if line in {b"count", b"reset"}:
                print(json.dumps(load.counts()), flush=True)
            if line == b"reset":
                load.reset()
            if not line:
                done.set()

    loop.add_reader(0, command)
    loop.call_later(options.seconds, done.set)
    print(json.dumps({"origins": [address.origin.decode() for address in load.addresses]}), flush=True)
    await done.wait()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where it is installed: asyncio's own loop takes twice the CPU."""
    with contextlib.suppress(ImportError):
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
        return factory
    return None


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--links", type=int, default=100_000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds from a request to its response")
    parser.add_argument("--addresses", type=int, default=200, help="from 127.0.1.1 on; at most 254")
    parser.add_argument("--port", type=int, default=0, help="by default any that is free")
    parser.add_argument("--certificate", help="certificate chain and key in one PEM file; then TLS")
    parser.add_argument("--close", action="store_true", help="close each connection after its first response")
    parser.add_argument("--seconds", type=float, default=3600, help="how long to serve at most")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when its parent has
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
