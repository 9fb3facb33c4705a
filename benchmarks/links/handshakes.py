"""Fresh TLS handshakes a second: feedpub's fetcher against requests as it comes."""

from __future__ import annotations

import itertools
import statistics
import sys
from pathlib import Path

from benchmarks.links.bench import Bench, table
from benchmarks.links.serving import LoadServer
from benchmarks.links.sites import Site
from benchmarks.measure import RunFailedError, run

_PROGRAM = Path(__file__).parent / "fresh_tls.py"
_FETCHERS = ("feedpub", "requests")
_THREADS = (1, 4, 16)


def compare_handshakes(bench: Bench, links: int) -> None:
    """Print how many connections a second each makes, of ``links`` that the server closes after one answer."""
    rates: dict[tuple[str, int], list[float]] = {}
    with bench.site(links, tls=True, closes=True) as (server, site):
        for _, threads, name in itertools.product(range(bench.rounds), _THREADS, _FETCHERS):
            rates.setdefault((name, threads), []).append(rate(bench, name, threads, server, site))
    medians = {key: statistics.median(found) for key, found in rates.items()}
    print(f"### Handshakes a second: {links:,} fresh TLS connections, 0 ms\n")
    rows = [(name, *(f"{medians[name, threads]:.0f}" for threads in _THREADS)) for name in _FETCHERS]
    table(("threads", *map(str, _THREADS)), rows)
    best = [max(medians[name, threads] for threads in _THREADS) for name in _FETCHERS]
    bench.bar("fresh TLS handshakes, against requests, each at its best", best[0] / best[1], least=5)


def rate(bench: Bench, name: str, threads: int, server: LoadServer, site: Site) -> float:
    """Connections a second of ``requests`` or ``feedpub``. Raises :class:`RunFailedError`."""
    server.reset()
    log = bench.folder / f"handshakes-{name}.log"
    with log.open("wb") as output:
        command = [sys.executable, str(_PROGRAM), name, str(site.urls("txt")), str(threads)]
        run(command, site.folder, environment=bench.box.environment, output=output)
    connections = server.counts().connections
    if connections != site.links:
        raise RunFailedError(f"{name} made {connections:,} connections for {site.links:,} links")
    return float(log.read_text().split()[-1])
