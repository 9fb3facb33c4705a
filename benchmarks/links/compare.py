"""feedpub check, lychee, linkinator, linkchecker and plain requests on the same URLs, side by side.

    pip install -e . -r benchmarks/links/requirements.txt
    python -m benchmarks.links.compare --folder /tmp/links

The tools are installed into the folder, with pip and npm (Node.js with npm has to be there). They fetch from a server
of our own on 200 loopback addresses, in a process of its own on the same cores, whose count shows whether every URL was
asked for. Figures are medians of rounds in which the tools take turns; seconds, CPU and memory (peak of the sum of all
processes' Pss) are of whole commands, from start to exit. The tools get the URLs as a list, in any order; feedpub reads
articles with three URLs each.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.links.bench import Bench, table, version
from benchmarks.links.certificates import make_certificates
from benchmarks.links.handshakes import compare_handshakes
from benchmarks.links.many import compare_many
from benchmarks.links.politeness import compare_politeness
from benchmarks.links.server import loop_factory
from benchmarks.links.speed import compare_speed
from benchmarks.links.tools import TOOLS, Toolbox
from benchmarks.measure import RunFailedError

PARTS: Mapping[str, Callable[[Bench, argparse.Namespace], None]] = {
    "speed": lambda bench, options: compare_speed(bench, options.tools, options.links, options.latencies),
    "handshakes": lambda bench, options: compare_handshakes(bench, options.handshakes),
    "politeness": lambda bench, options: compare_politeness(bench, max(options.links), max(options.latencies)),
    "many": lambda bench, options: compare_many(bench, options.many),
}


def main() -> None:
    """Print the tables, and how the bars were met. Status 1 where something could not be measured."""
    options = arguments()
    bench = prepare(options)
    for part in options.parts:
        try:
            PARTS[part](bench, options)
        except RunFailedError as error:
            bench.failed(error)
    if bench.bars:
        rows = [(bar.what, bar.wanted, f"{bar.measured:.2f}", "yes" if bar.holds else "no") for bar in bench.bars]
        table(("bar", "wanted", "measured", "met"), rows)
    sys.exit(1 if bench.failures else 0)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="for the tools, the sites and what the tools say")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS), help="of the part speed")
    parser.add_argument("--links", nargs="+", type=int, default=[2_000, 20_000])
    parser.add_argument("--latencies", nargs="+", type=float, default=[0.0, 0.2], help="seconds")
    parser.add_argument("--handshakes", type=int, default=1_000, help="links of the part handshakes")
    parser.add_argument("--many", type=int, default=100_000, help="links of the part many")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--patience", type=float, default=120, help="a tool that took longer is not run again (seconds)"
    )
    return parser.parse_args()


def prepare(options: argparse.Namespace) -> Bench:
    """Make certificates and install the tools that will run."""
    folder: Path = options.folder.absolute()
    (folder / "home").mkdir(parents=True, exist_ok=True)
    box = Toolbox(folder, make_certificates(folder))
    loop = "uvloop" if loop_factory() else "asyncio (uvloop is not installed)"
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, server on {loop}", end="")
    names = options.tools if "speed" in options.parts else ["feedpub"]
    for name in names:
        TOOLS[name].install(box)
    print("", *dict.fromkeys(version(name, box) for name in names), sep=", ", end="\n\n", flush=True)
    return Bench(folder, box, rounds=options.rounds, patience=options.patience)


if __name__ == "__main__":
    main()
