"""The base of the comparison: one run of one tool on one site, checked against the server's own count."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.links.serving import Counts, LoadServer, load_server
from benchmarks.links.sites import Site, write_site
from benchmarks.links.tools import TOOLS, Toolbox
from benchmarks.measure import Cost, RunFailedError, median, run

_LONGEST = 2 * 3600
"""Seconds after which a tool is ended."""


class Bar(NamedTuple):
    """A required figure, and the measured one."""

    what: str
    wanted: str
    measured: float
    holds: bool


class Outcome(NamedTuple):
    """The cost of a run, and the server's counts."""

    cost: Cost
    counts: Counts


class Median(NamedTuple):
    """The rounds of one tool."""

    cost: Cost
    counts: Counts
    """Of the last round."""
    server_cpu: float
    rounds: int


class Bench:
    """The folders, the number of rounds, and the bars that were checked."""

    def __init__(self, folder: Path, box: Toolbox, *, rounds: int, patience: float) -> None:
        self.folder = folder
        """For sites, and for what the tools say."""
        self.box = box
        self.rounds = rounds
        self.patience = patience
        self.bars: list[Bar] = []
        self.failures = 0

    @contextlib.contextmanager
    def site(
        self, links: int, *, latency: float = 0.0, tls: bool = False, zipf: bool = False, closes: bool = False
    ) -> Iterator[tuple[LoadServer, Site]]:
        """A running server, and a site whose links lead to it; both go with the block."""
        certificates = self.box.certificates if tls else None
        with (
            load_server(links, latency=latency, certificates=certificates, closes=closes) as server,
            tempfile.TemporaryDirectory(dir=self.folder) as folder,
        ):
            Path(folder).chmod(0o755)
            yield server, write_site(Path(folder) / "site", server.origins, links, zipf=zipf)

    def run(self, name: str, server: LoadServer, site: Site, *, afresh: bool = True) -> Outcome:
        """Run a tool once, ``afresh`` without what feedpub remembers. Raises :class:`RunFailedError`, also where then
        the server was not asked for every link.
        """
        tool = TOOLS[name]
        if afresh:
            shutil.rmtree(site.folder / ".feedpub", ignore_errors=True)
            site.configure(tool.config)
        server.reset()
        time.sleep(1)
        log = self.folder / f"{name}.log"
        try:
            with log.open("wb") as output:
                command, environment = tool.check(self.box, site), self.box.environment
                cost = run(command, site.folder, environment=environment, output=output, limit=_LONGEST)
            counts = server.counts()
            if afresh and counts.distinct != site.links:
                raise RunFailedError(f"{name} asked for {counts.distinct:,} of {site.links:,} links")
        except RunFailedError as error:
            raise RunFailedError(f"{error}; {log} has what it said") from None
        return Outcome(cost, counts)

    def repeat(self, name: str, server: LoadServer, site: Site) -> Median:
        """The medians of one tool's rounds. Raises :class:`RunFailedError`."""
        return _median([self.run(name, server, site) for _ in range(self.rounds)])

    def take_turns(self, names: Sequence[str], server: LoadServer, site: Site) -> dict[str, Median]:
        """The medians of the rounds, in which the tools take turns. A tool that fails is named and left out; one that
        took longer than ``patience`` is not run again.
        """
        found: dict[str, list[Outcome]] = {name: [] for name in names}
        for _ in range(self.rounds):
            for name, outcomes in list(found.items()):
                if outcomes and outcomes[-1].cost.seconds > self.patience:
                    continue
                try:
                    outcomes.append(self.run(name, server, site))
                except RunFailedError as error:
                    self.failed(error)
                    del found[name]
        return {name: _median(outcomes) for name, outcomes in found.items()}

    def failed(self, error: RunFailedError) -> None:
        """Note that something could not be measured."""
        print(error, file=sys.stderr, flush=True)
        self.failures += 1

    def bar(self, what: str, measured: float, *, least: float | None = None, most: float | None = None) -> None:
        """Note how a bar was met."""
        if least is not None:
            self.bars.append(Bar(what, f"≥ {least:g}", measured, measured >= least))
        if most is not None:
            self.bars.append(Bar(what, f"≤ {most:g}", measured, measured <= most))


def _median(outcomes: Sequence[Outcome]) -> Median:
    costs = [outcome.cost for outcome in outcomes]
    server = statistics.median(outcome.counts.cpu for outcome in outcomes)
    return Median(median(costs), outcomes[-1].counts, server, len(outcomes))


def version(name: str, box: Toolbox) -> str:
    """Return the version that a tool prints, sometimes the bare number."""
    command = TOOLS[name].version(box)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=box.environment)
    said = done.stdout.partition("\n")[0].strip()
    return f"{name.partition('-')[0]} {said}" if said[:1].isdigit() else said


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    for row in (heads, ["---"] * len(heads), *rows):
        print(f"| {' | '.join(row)} |")
    print(flush=True)
