"""Every tool on the same URLs: links per second, CPU, memory, requests, and ratios to feedpub."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from benchmarks.links.bench import Bench, Median, table
from benchmarks.links.tools import TOOLS

BASE = "feedpub"
_HEADS = (
    *(
        "",
        "seconds",
        "links/s",
        "CPU s",
        "peak MB",
        "requests",
        "connections",
        "requests, connections at once",
        "server CPU s",
        "rounds",
    ),
    *("time ÷ feedpub's", "CPU ÷ feedpub's", "memory ÷ feedpub's"),
)
_BARS = (
    ("lychee", "feedpub", 1.4),
    ("lychee", "feedpub-polite", 1.4),
    ("lychee-no-gap", "feedpub", 0.6),
    ("linkinator", "feedpub", 2.0),
    ("linkinator-256", "feedpub", 2.0),
    ("linkchecker", "feedpub", 2.0),
    ("linkchecker-256", "feedpub", 2.0),
)
"""How many times the one's seconds have to be the other's, at 200 ms."""


def compare_speed(bench: Bench, tools: Sequence[str], counts: Sequence[int], latencies: Sequence[float]) -> None:
    """Print a table for each number of links, latency, and with and without TLS."""
    for links, latency, tls in itertools.product(counts, latencies, (False, True)):
        with bench.site(links, latency=latency, tls=tls) as (server, site):
            found = bench.take_turns(tools, server, site)
        what = f"{links:,} links, {latency * 1000:.0f} ms, {'TLS' if tls else 'plain'}"
        print(f"### {what}\n")
        show(links, found)
        if latency:
            _note_bars(bench, what, found)


def show(links: int, found: Mapping[str, Median]) -> None:
    """Print what was measured at ``links`` links."""
    table(_HEADS, [_row(links, name, one, found.get(BASE)) for name, one in found.items()])


def _row(links: int, name: str, one: Median, base: Median | None) -> list[str]:
    cost, counts = one.cost, one.counts
    figures = [f"{cost.seconds:.2f}", f"{links / cost.seconds:.0f}", f"{cost.cpu:.1f}", f"{cost.memory:.0f}"]
    seen = [
        f"{counts.requests:,}",
        f"{counts.connections:,}",
        f"{counts.peak}, {counts.open_peak}",
        f"{one.server_cpu:.1f}",
    ]
    ratios = [f"{mine / its:.2f}" for mine, its in zip(cost, base.cost, strict=True)] if base else [""] * len(cost)
    return [TOOLS[name].title, *figures, *seen, str(one.rounds), *ratios]


def _note_bars(bench: Bench, what: str, found: Mapping[str, Median]) -> None:
    for peer, ours, least in _BARS:
        if peer in found and ours in found:
            ratio = found[peer].cost.seconds / found[ours].cost.seconds
            bench.bar(f"{what}: {TOOLS[peer].title}, against {TOOLS[ours].title}", ratio, least=least)
