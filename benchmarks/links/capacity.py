"""The capacity of the load server, measured with the simplest client: the tools' figures mean little without it.

    python -m benchmarks.links.capacity [--latency 0.2] [--tls] [--close]

The client is one process; each of its connections sends a request when the last was answered. It shares the machine's
cores with the server, as the tools do.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import ssl
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.links.certificates import make_certificates
from benchmarks.links.pages import path
from benchmarks.links.server import loop_factory
from benchmarks.links.serving import load_server


class Client(asyncio.Protocol):
    """A connection that asks for one link after the other, with HEAD: the end of the headers ends the answer."""

    def __init__(self, numbers: deque[int], host: str) -> None:
        self._numbers = numbers
        self._host = host
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: Any = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Go on."""
        assert data.startswith(b"HTTP/1.1 200 ")
        assert data.endswith(b"\r\n\r\n")
        if b"Connection: close" not in data:
            self._ask()

    def connection_lost(self, _: Exception | None) -> None:
        """Say so."""
        self.lost.set_result(None)

    def _ask(self) -> None:
        if not self._numbers:
            self._transport.close()
            return
        target = path("source", self._numbers.popleft())
        self._transport.write(f"HEAD {target} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())


async def ask(origins: tuple[str, ...], requests: int, connections: int, context: ssl.SSLContext | None) -> None:
    """Send ``requests`` requests over ``connections`` connections at once, which are renewed when they are closed."""
    numbers = deque(range(requests))
    loop = asyncio.get_running_loop()

    async def keep_asking(origin: str) -> None:
        host = urlsplit(origin).netloc
        address, _, port = host.partition(":")
        while numbers:
            _, client = await loop.create_connection(lambda: Client(numbers, host), address, int(port), ssl=context)
            await client.lost

    await asyncio.gather(*(keep_asking(origins[number % len(origins)]) for number in range(connections)))


def main() -> None:
    """Print the server's figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=256, help="at once")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--close", action="store_true", help="a connection for each request")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        certificates = make_certificates(Path(folder)) if options.tls else None
        context = ssl.create_default_context(cafile=certificates.bundle) if certificates else None
        with load_server(
            options.requests, latency=options.latency, certificates=certificates, closes=options.close
        ) as server:
            started = time.monotonic()
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(ask(server.origins, options.requests, options.connections, context))
            seconds, counts = time.monotonic() - started, server.counts()
    print(f"{counts.distinct} of {options.requests} links asked for, over {counts.connections} connections")
    print(f"{counts.requests / seconds:.0f} requests/s, at most {counts.peak} at once, {counts.open_peak} open")
    print(f"server: {counts.cpu / seconds:.0%} of a core, {counts.cpu / counts.requests * 1e6:.0f} µs a request")


if __name__ == "__main__":
    main()
