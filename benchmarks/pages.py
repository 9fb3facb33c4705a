"""The cost of pages: the same site with and without them, after a change of one article, and in a first build.

    python benchmarks/pages.py 100000

A change of one article is the usual case of cron. Each figure is the median of rounds, in which the sites alternate;
the ratios of the rounds are printed, too, because a shared machine is never the same for two runs.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
from pathlib import Path

from articles import Articles, write_site
from compare import FEEDPUB, settle
from measure import Cost, median, run


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        compare(Path(folder), options.count, options.rounds)


def compare(folder: Path, count: int, rounds: int) -> None:
    """Measure at ``count`` articles."""
    sites = {"without pages": folder / "without", "with pages": folder / "with"}
    cold: dict[str, Cost] = {}
    for name, site in sites.items():
        write_site(site, count)
        if name == "with pages":
            config = site / "config.yaml"
            config.write_text(config.read_text().replace("pages: false", "pages: true"))
        settle()
        cold[name] = run(FEEDPUB, site)
    articles = Articles()
    changed: dict[str, list[Cost]] = {name: [] for name in sites}
    for turn in range(1, rounds + 1):
        for site in sites.values():
            (site / "content" / articles.path(turn)).write_text(articles.text(turn, revision=turn))
        settle()
        # Whoever comes first finds a colder machine.
        for name in sorted(sites, reverse=turn % 2 == 0):
            changed[name].append(run(FEEDPUB, sites[name]))
    show(cold, changed)
    index = (sites["with pages"] / "output/index.html").read_bytes()
    feeds = len(list((sites["with pages"] / "output").rglob("rss.xml")))
    size, compressed = len(index) / 1000, len(gzip.compress(index)) / 1000
    print(f"\nthe index page of {feeds:,} feeds: {size:.0f} KB, {compressed:.0f} KB gzipped")


def show(cold: dict[str, Cost], changed: dict[str, list[Cost]]) -> None:
    """Print what was measured."""
    print("| | | seconds | CPU s | peak MB |\n|---|---|---|---|---|")
    for name, cost in cold.items():
        print(f"| cold | {name} | {cost.seconds:.2f} | {cost.cpu:.1f} | {cost.memory:.0f} |")
    for name, costs in changed.items():
        cost = median(costs)
        print(f"| one changed | {name} | {cost.seconds:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} |")
    pairs = list(zip(changed["with pages"], changed["without pages"], strict=True))
    for what in ("seconds", "cpu"):
        ratios = sorted(getattr(one, what) / getattr(other, what) for one, other in pairs)
        print(
            f"\none changed, {what}: {statistics.median(ratios):.2f} times ({ratios[0]:.2f} to {ratios[-1]:.2f})",
            end="",
        )
    print(f"\ncold: {cold['with pages'].seconds / cold['without pages'].seconds:.2f} times")


if __name__ == "__main__":
    main()
