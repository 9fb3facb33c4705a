"""The time of a polite run, against the time that politeness alone needs."""

from __future__ import annotations

from benchmarks.links.bench import Bench, table
from benchmarks.links.sites import WORKERS, Site
from feedpub.config.check_model import Check


def compare_politeness(bench: Bench, links: int, latency: float) -> None:
    """Print how long feedpub takes with its defaults, on hosts of Zipf shares, against the least that it could take."""
    with bench.site(links, latency=latency, zipf=True) as (server, site):
        least = least_seconds(site, Check(), latency)
        found = bench.repeat("feedpub-polite", server, site)
    seconds, counts = found.cost.seconds, found.counts
    print(f"### Politeness: {links:,} links, {latency * 1000:.0f} ms, hosts of Zipf shares\n")
    row = [
        f"{max(site.per_host):,}",
        f"{least:.1f}",
        f"{seconds:.1f}",
        f"{seconds / least:.2f}",
        f"{counts.address_peak}",
    ]
    table(("links of the largest host", "least seconds", "seconds", "ratio", "most at once at a host"), [row])
    bench.bar("politeness, against the time that it alone needs", seconds / least, least=1, most=1.2)
    bench.bar("most requests at once at one host", counts.address_peak, most=Check().per_host)


def least_seconds(site: Site, check: Check, latency: float) -> float:
    """The time that politeness alone needs: of the host with the most links, or of all where workers are too few.

    A request starts ``delay`` after the one before it, and not before there are fewer than ``per_host`` under way.
    """
    starts: list[float] = []
    for number in range(max(site.per_host)):
        earliest = [0.0]
        if number:
            earliest.append(starts[-1] + check.delay)
        if number >= check.per_host:
            earliest.append(starts[-check.per_host] + latency)
        starts.append(max(earliest))
    return max(starts[-1] + latency, site.links * latency / WORKERS)
