"""Many links: peak memory of a first run, and the time of a second one that has nothing to fetch."""

from __future__ import annotations

import statistics

from benchmarks.links.bench import Bench, Outcome, table
from benchmarks.measure import Cost, median

_TOOL = "feedpub"


def compare_many(bench: Bench, links: int) -> None:
    """Print what a first and a second run cost at ``links`` links, three of each article."""
    firsts: list[Outcome] = []
    seconds: list[Outcome] = []
    with bench.site(links) as (server, site):
        for _ in range(bench.rounds):
            firsts.append(bench.run(_TOOL, server, site))
            seconds.append(bench.run(_TOOL, server, site, afresh=False))
    print(f"### {links:,} links of {site.articles:,} articles, 0 ms, plain\n")
    table(("run", "seconds", "CPU s", "peak MB", "requests"), [_row("first", firsts), _row("second", seconds)])
    first, second = _cost(firsts), _cost(seconds)
    bench.bar(f"peak MB, {links:,} links", first.memory, most=200)
    bench.bar("second run, against the first", second.seconds / first.seconds, most=0.1)
    bench.bar("requests of the second run", max(outcome.counts.requests for outcome in seconds), most=0)


def _row(name: str, outcomes: list[Outcome]) -> list[str]:
    cost = _cost(outcomes)
    requests = statistics.median(outcome.counts.requests for outcome in outcomes)
    return [name, f"{cost.seconds:.2f}", f"{cost.cpu:.1f}", f"{cost.memory:.0f}", f"{requests:,.0f}"]


def _cost(outcomes: list[Outcome]) -> Cost:
    return median([outcome.cost for outcome in outcomes])
