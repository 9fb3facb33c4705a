"""The load server in a process of its own, for as long as a ``with`` block runs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from benchmarks.links.certificates import ADDRESSES, Certificates

ROOT = Path(__file__).parents[2]
_LONGEST = 24 * 3600


class Counts(NamedTuple):
    """The requests to the server, by its own count."""

    requests: int
    connections: int
    distinct: int
    """How many of the links were asked for."""
    others: int
    """Requests for what is no link: robots.txt, a favicon."""
    peak: int
    """Most requests under way at once; with a latency of 0 there is never more than one."""
    address_peak: int
    """The same, at any one address."""
    open_peak: int
    """Most connections open at once."""
    cpu: float
    """Seconds, of the server."""
    addresses: tuple[tuple[int, int, int], ...]
    """Requests, connections and peak of each address."""


class LoadServer(NamedTuple):
    """A running server."""

    origins: tuple[str, ...]
    """``http://127.0.1.1:1234`` and so on, one for each address."""
    stdin: IO[str]
    stdout: IO[str]

    def counts(self) -> Counts:
        """Return the requests since the start or the last reset."""
        return self._ask("count")

    def reset(self) -> Counts:
        """The same, and it counts anew."""
        return self._ask("reset")

    def _ask(self, command: str) -> Counts:
        print(command, file=self.stdin, flush=True)
        counts: dict[str, Any] = json.loads(self.stdout.readline())
        return Counts(**{**counts, "addresses": tuple(map(tuple, counts["addresses"]))})


@contextlib.contextmanager
def load_server(
    links: int,
    *,
    latency: float = 0.0,
    certificates: Certificates | None = None,
    closes: bool = False,
    addresses: int = ADDRESSES,
) -> Iterator[LoadServer]:
    """Start a server of ``links`` links, ended with the block: ``latency`` in seconds, TLS with ``certificates``, no
    keep-alive where it ``closes``.
    """
    command = [sys.executable, "-m", "benchmarks.links.server", "--links", str(links), "--latency", str(latency)]
    command += ["--addresses", str(addresses), "--seconds", str(_LONGEST), *(["--close"] if closes else [])]
    command += ["--certificate", str(certificates.server)] if certificates else []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ready = process.stdout.readline()
        if not ready:
            raise SystemExit("the load server does not start")
        yield LoadServer(tuple(json.loads(ready)["origins"]), process.stdin, process.stdout)
