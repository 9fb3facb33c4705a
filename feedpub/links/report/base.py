"""The seam between results and a report: what a report is handed, what it must do, and what all of them share.

A report is pure: it opens no file, and knows neither the clock nor a terminal. A new one is one module and one line in
the registry.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, assert_never

import msgspec

from feedpub.links.model import LinkKind, Result, Verdict
from feedpub.links.redact import masked

WORST_FIRST = (
    Verdict.BROKEN,
    Verdict.INVALID,
    Verdict.UNREACHABLE,
    Verdict.RATE_LIMITED,
    Verdict.BLOCKED,
    Verdict.REDIRECTED,
    Verdict.OK,
    Verdict.EXCLUDED,
)

_FAILING = frozenset((Verdict.BROKEN, Verdict.UNREACHABLE, Verdict.INVALID))


def fails_by_default(result: Result) -> bool:
    """Whether the check fails for ``result`` where ``check.fail_on`` is not set."""
    return result.verdict in _FAILING


class ReportContext(msgspec.Struct, frozen=True, kw_only=True):
    """How to tell it."""

    fails: Callable[[Result], bool] = fails_by_default
    """Whether the check fails for a result (``check.fail_on``, which may differ from host to host)."""
    prefix: str = ""
    """Where config.yaml's folder lies, seen from where the report is read: the current folder, or the repository's
    top; ``/`` between folders.
    """
    colour: bool = False
    verbose: bool = False
    """Whether a report for people names every link, not only what a person might look at."""
    quiet: bool = False
    """Whether it names only the links that fail, and counts nothing."""

    def path(self, path: str) -> str:
        """The ``path`` of an article as the report has it."""
        return posixpath.normpath(posixpath.join(self.prefix, path)) if self.prefix else path


class ReportFormat(Protocol):
    """One format."""

    @property
    def name(self) -> str:
        """As ``--format`` has it."""

    def render(self, results: Iterable[Result], context: ReportContext) -> Iterator[str]:
        """The report in pieces, the last of which ends its last line; the same for ``results`` in any order."""


class Finding(NamedTuple):
    """A result at one place. In the order of the places."""

    path: str
    """As the report has it."""
    line: int
    kind: str
    url: str
    result: Result


def findings(results: Iterable[Result], context: ReportContext) -> list[Finding]:
    """Each of ``results`` at each place that has it."""
    found = [
        Finding(context.path(path), line, result.kind.value, masked(result.url), result)
        for result in results
        for path, line in result.locations
    ]
    # One URL of one kind has one result, so that results, which have no order, are never compared.
    return sorted(found, key=lambda finding: finding[:4])


def first_place(result: Result, context: ReportContext) -> tuple[str, int, str, str]:
    """What to order results by: the first place, then kind and URL."""
    path, line = min(((context.path(path), line) for path, line in result.locations), default=("", 0))
    return path, line, result.kind.value, result.url


class CheckSummary:
    """Counts results as they go by; a URL of one kind is one result, wherever it stands."""

    def __init__(self) -> None:
        self._counts: Counter[Verdict] = Counter()

    def counted(self, results: Iterable[Result]) -> Iterator[Result]:
        """``results``, as they are."""
        for result in results:
            self._counts[result.verdict] += 1
            yield result

    def counts(self) -> dict[str, int]:
        """How many results each verdict has, 0 as well."""
        return {verdict.value: self._counts[verdict] for verdict in Verdict}

    def __str__(self) -> str:
        """``3 broken, 1 blocked, 120 ok``: the worst first."""
        return ", ".join(f"{self._counts[one]} {one.value}" for one in WORST_FIRST if self._counts[one]) or "no links"


def streamed(document: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """``document`` as JSON, with ``items``, a line each, in its last list, which is empty: they need not all be held.

    In ASCII, so that no terminal is steered by it.
    """
    before, after = json.dumps(document).rsplit("[]", 1)
    yield f"{before}["
    separator = "\n"
    for item in items:
        yield f"{separator}{json.dumps(item)}"
        separator = ",\n"
    yield f"]{after}\n"


def is_notable(result: Result) -> bool:
    """Whether a person might look at it."""
    return result.verdict not in (Verdict.OK, Verdict.EXCLUDED)


def reason(result: Result) -> str:
    """Why the verdict is what it is, in a few words; may be empty."""
    status = f"status {result.status}" if result.status is not None else ""
    return masked(result.message) or status


def told(result: Result) -> str:
    """The verdict on a link, in one sentence without a place."""
    text = f"{result.kind.value} link is {result.verdict.value}: {masked(result.url)}"
    if result.final_url and result.verdict is Verdict.REDIRECTED:
        text += f" -> {masked(result.final_url)}"
    return f"{text} ({why})" if (why := reason(result)) else text


def advice(verdict: Verdict, kind: LinkKind) -> str | None:
    """What to do about a link; None where nothing is to be done."""
    what: str | None
    match verdict:
        case Verdict.BROKEN:
            what = "Correct the URL, or take the link out."
        case Verdict.INVALID if kind in (LinkKind.AMP, LinkKind.AMP_CACHE):
            what = "Correct the AMP URL, or take it out."
        case Verdict.INVALID:
            what = "Correct the URL: it must lead to a public http or https address."
        case Verdict.REDIRECTED if kind is LinkKind.SOURCE:
            what = "Write the new URL, and the old one as id; --fix-redirects does both."
        case Verdict.REDIRECTED:
            what = "Write the new URL."
        case Verdict.BLOCKED:
            what = "Look at it in a browser: the site does not answer programs. See check.accept and check.exclude."
        case Verdict.RATE_LIMITED:
            what = "Run the check again later, or ask the host less: check.delay and check.per_host."
        case Verdict.UNREACHABLE:
            what = "Run the check again later; if it stays so, take the link out."
        case Verdict.OK | Verdict.EXCLUDED:
            what = None
        case _:
            assert_never(verdict)
    return what
