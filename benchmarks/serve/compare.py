"""feedpub serve and nginx on the same files, side by side: polls that find nothing new, whole feeds, polls at a rate.

    pip install -e '.[serve]' && apt install nginx-light wrk
    python -m benchmarks.serve.compare --folder /tmp/serve

nginx runs with what ``feedpub hosting nginx`` prints and one worker process, feedpub is one process; wrk asks with one
thread. Both servers run all the time and take turns; a figure is the median of the rounds, a ratio that of the ratios
of each round.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.links.bench import table
from benchmarks.measure import RunFailedError
from benchmarks.serve.servers import FEEDPUB, SERVERS, Running

HERE = Path(__file__).parent
READER = {"User-Agent": "reader/1.0", "Accept": "*/*"}
GZIP = {**READER, "Accept-Encoding": "gzip, deflate"}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="for the site and what nginx writes")
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each run of wrk")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rate", type=int, default=2000, help="polls a second")
    options = parser.parse_args()
    site = prepare(options.folder.absolute(), options.articles)
    feeds = [f"/{path.relative_to(site / 'output')}" for path in sorted((site / "output").rglob("rss.xml"))][:1000]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {len(feeds)} feeds\n")
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(start(site, options.folder.absolute())) for start in SERVERS.values()]
        for part in options.parts:
            PARTS[part](servers, feeds, options)


def prepare(folder: Path, articles: int) -> Path:
    """A site that is built, made once."""
    site = folder / f"site-{articles}"
    if not (site / "output").exists():
        subprocess.run([sys.executable, str(HERE.parent / "articles.py"), str(articles), str(site)], check=True)
        subprocess.run([*FEEDPUB, "build"], cwd=site, check=True)
    return site


def throughput(servers: Sequence[Running], _feeds: Sequence[str], options: argparse.Namespace) -> None:
    """Answers a second."""
    rows = []
    for what, path, headers, is_poll in (
        ("304", "/rss.xml", READER, True),
        ("304, gzip", "/rss.xml", GZIP, True),
        ("200", "/rss.xml", READER, False),
        ("200, gzip", "/rss.xml", GZIP, False),
        ("200, a topic", "/topics/topic-1/rss.xml", READER, False),
        ("200, a topic, gzip", "/topics/topic-1/rss.xml", GZIP, False),
    ):
        rates: dict[str, list[float]] = {server.name: [] for server in servers}
        asked = {server.name: _conditional(server, path, headers) if is_poll else headers for server in servers}
        for _ in range(options.rounds):
            for server in servers:
                rates[server.name].append(wrk(server.url(path), asked[server.name], options))
        ratio = statistics.median(ours / theirs for theirs, ours in zip(*rates.values(), strict=True))
        sizes = [f"{server.ask(path, headers).length:,}" for server in servers]
        figures = [f"{statistics.median(rate):,.0f}" for rate in rates.values()]
        rows.append((what, *figures, f"{ratio:.2f}", *sizes))
    table(("answers a second", "nginx", "feedpub", "ratio", "bytes, nginx", "bytes, feedpub"), rows)


def pace(servers: Sequence[Running], feeds: Sequence[str], options: argparse.Namespace) -> None:
    """Measure the duration of polls at a fixed rate."""
    polls = {
        server: json.dumps([(path, _conditional(server, path, GZIP)["If-None-Match"]) for path in feeds])
        for server in servers
    }
    found: dict[str, list[list[float]]] = {server.name: [] for server in servers}
    for _ in range(options.rounds):
        for server in servers:
            command = [sys.executable, "-m", "benchmarks.serve.polls", str(server.port), "--rate", str(options.rate)]
            done = subprocess.run(
                command, input=polls[server], stdout=subprocess.PIPE, text=True, check=True, timeout=120
            )
            found[server.name].append(json.loads(done.stdout))
    rows = [
        (name, *(f"{statistics.median(figures):.2f}" for figures in zip(*rounds, strict=True)))
        for name, rounds in found.items()
    ]
    table((f"{options.rate} polls a second, ms", "median", "p99", "p99.9", "worst"), rows)


PARTS = {"throughput": throughput, "pace": pace}


def wrk(url: str, headers: Mapping[str, str], options: argparse.Namespace) -> float:
    """Answers a second. Raises :class:`~benchmarks.measure.RunFailedError` where there were errors."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds:g}s", *given, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    match = re.search(r"^Requests/sec: +([0-9.]+)", done.stdout, re.MULTILINE)
    if match is None or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RunFailedError(f"{url}:\n{done.stdout}")
    return float(match[1])


def _conditional(server: Running, path: str, headers: Mapping[str, str]) -> dict[str, str]:
    """``headers`` of a poll that finds nothing new."""
    asked = {**headers, "If-None-Match": server.ask(path, headers).etag}
    if server.ask(path, asked).status != 304:
        raise RunFailedError(f"{server.url(path)} is not answered with 304")
    return asked


if __name__ == "__main__":
    main()
