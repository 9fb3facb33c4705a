"""The findings and figures of a run, and the verdict on its bars. Pure apart from its own state.

The bars: no address connected to but the allowed ones, and a log that would have shown it; nothing that a server says
ends in a traceback, a hang, a wrong exit status or a link found fine that leads where none may; nothing left behind;
and of the long-lived process threads and descriptors as in the beginning, memory in the last quarter as in the second;
and so the peaks of the commands. Resident memory holds what the allocators keep for later, and settles slowly; what
Python has in use is counted in blocks, the caches of bounded size that fill among them.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from campaigns.hostile_network.cases import Case

GROWTH, SLACK = 0.05, 2.0
"""By how much the last quarter's memory may be above the second's: a share, and MB."""
MORE_BLOCKS = 0.03
"""By what share the blocks in use may: one for ten links of half an hour would be more."""
LEAST_ROUNDS = 12
"""Of fewer nothing is said about memory: it is allotted in steps, and caches have their sizes."""
OVERRUN = 3
"""By how many time-outs a link may be late before it hangs."""
_SHOWN = 20


class Sample(NamedTuple):
    """The resources of the long-lived process after a round."""

    memory: float
    """MB."""
    blocks: int
    """Of memory that Python has in use, however much of it the system has given."""
    threads: int
    descriptors: int


class Tally:
    """Counts."""

    def __init__(self, timeout: float) -> None:
        self._limit = timeout * (1 + OVERRUN)
        self.outcomes: dict[str, Counter[str]] = {}
        """Verdicts by kind of case."""
        self.links = 0
        self._distinct: set[int] = set()
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        """How long each run took, by what was run."""
        self.statuses: dict[str, Counter[int]] = {}
        self.slowest = 0.0
        self.samples: list[Sample] = []
        self.peaks: list[float] = []
        """Of each check from the command line, in MB."""
        self.allowed: Counter[str] = Counter()
        """Addresses connected to that may be."""
        self.breaches: list[str] = []
        self.complaints: list[str] = []
        """Tracebacks, hangs, what is left behind, statuses that should not be."""
        self.missed: list[str] = []
        """Of the control: what the log should have shown."""
        self.seen = 0
        """Of the control: the forbidden addresses that the log has shown."""
        self.dropped = 0

    def link(self, name: str, verdict: str, seconds: float) -> None:
        """Count a link of the article ``name``."""
        kind, *more = name.split(".")
        self.links += 1
        self.outcomes.setdefault(kind, Counter())[verdict] += 1
        self.slowest = max(self.slowest, seconds)
        if seconds > self._limit:
            self.complaints.append(f"{name}: hangs: {seconds:.1f} s")
        if "forbidden" in more and verdict in ("ok", "redirected"):
            self.complaints.append(f"{name}: is found {verdict}")

    def case(self, number: int, one: Case) -> None:
        """Count a case; two are the same that differ in their number alone."""
        self._distinct.add(hash((one.kind, one.plan, *(url.replace(str(number), "") for url in one.links.values()))))

    def ran(self, what: str, status: int, expected: Sequence[int], seconds: float, complaints: Sequence[str]) -> None:
        """Count a run, and what is to be said of it."""
        self._seconds[what].append(seconds)
        self.statuses.setdefault(what, Counter())[status] += 1
        if status not in expected:
            self.complaints.append(f"{what}: exit status {status}")
        self.complaints += [f"{what}: {one}" for one in complaints]

    def failures(self) -> Iterator[str]:
        """Return the bars that were missed."""
        yield from (f"connected to what is not allowed: {one}" for one in self.breaches[:_SHOWN])
        yield from (f"the control was not seen: {one}" for one in self.missed[:_SHOWN])
        if not self.seen:
            yield "no control was run"
        if self.dropped:
            yield f"the log lost {self.dropped} packets"
        yield from self.complaints[:_SHOWN]
        yield from self._growth()

    def quarters(self) -> list[float]:
        """The memory of the long-lived process by quarter of the run: medians, in MB; none where it was too short."""
        return _quarters([one.memory for one in self.samples])

    def blocks(self) -> list[float]:
        """The same of the blocks in use, in thousands."""
        return _quarters([one.blocks / 1000 for one in self.samples])

    def lines(self) -> Iterator[str]:
        """All figures."""
        yield f"{len(self._distinct)} distinct cases, {self.links} links"
        yield from (f"  {kind:10} {_counted(found)}" for kind, found in sorted(self.outcomes.items()))
        for what, found in sorted(self.statuses.items()):
            seconds = self._seconds[what]
            mean = f"{statistics.mean(seconds):.1f} s each, {max(seconds):.1f} s at most"
            yield f"{len(seconds)} x {what}, {mean}; exit statuses: {_counted(found)}"
        yield f"slowest link {self.slowest:.2f} s; more than {self._limit:.0f} s would be a hang"
        if self.samples:
            first, last = self.samples[0], self.samples[-1]
            threads = max(one.threads for one in self.samples)
            yield f"long-lived process: threads {first.threads} -> {last.threads} (most {threads})"
            most = max(one.descriptors for one in self.samples)
            yield f"  descriptors {first.descriptors} -> {last.descriptors} (most {most})"
            yield f"  memory {first.memory:.1f} -> {last.memory:.1f} MB; by quarter {_listed(self.quarters())}"
            yield f"  blocks in use {first.blocks} -> {last.blocks}; by quarter, in thousands {_listed(self.blocks())}"
        if self.peaks:
            quarters = _listed(_quarters(self.peaks))
            yield f"checks from the command line: peak memory {max(self.peaks):.1f} MB; by quarter {quarters}"
        yield f"addresses connected to: {len(self.allowed)} that are allowed, {len(set(self.breaches))} that are not"
        missed, lost = len(self.missed), self.dropped
        yield f"control: {self.seen} forbidden addresses seen, {missed} missed; packets lost by the log: {lost}"
        yield f"complaints: {len(self.complaints)}"

    def _growth(self) -> Iterator[str]:
        if not self.samples:
            return
        held = self.samples[0].threads, self.samples[0].descriptors
        for one in self.samples:
            if (one.threads, one.descriptors) != held:
                yield f"threads and descriptors were {held}, and are {(one.threads, one.descriptors)}"
                break
        for what, quarters, share, slack in (
            ("memory of the long-lived process", self.quarters(), GROWTH, SLACK),
            ("blocks of the long-lived process", self.blocks(), MORE_BLOCKS, 0.0),
            ("peak memory of the commands", _quarters(self.peaks), GROWTH, SLACK),
        ):
            if quarters and quarters[3] > quarters[1] * (1 + share) + slack:
                yield f"{what}: grows: {_listed(quarters)}"


def _quarters(values: Sequence[float]) -> list[float]:
    if len(values) < LEAST_ROUNDS:
        return []
    size = len(values) / 4
    return [statistics.median(values[round(size * nth) : round(size * (nth + 1))]) for nth in range(4)]


def _listed(values: Sequence[float]) -> str:
    return " ".join(f"{one:.1f}" for one in values) if values else "too short to say"


def _counted(found: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in found.most_common())
