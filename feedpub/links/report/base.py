"""The interface of report formats, and their common functions.

A format is pure: it opens no file, and uses neither the clock nor a terminal. A new format is one
module and one line of the registry.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, assert_never

import msgspec

from feedpub.core.errors import printable_json
from feedpub.links.model import LinkKind, LinkResult, Verdict
from feedpub.links.redact import redacted

WORST_FIRST = (
    Verdict.BROKEN,
    Verdict.GONE,
    Verdict.INVALID,
    Verdict.UNREACHABLE,
    Verdict.RATE_LIMITED,
    Verdict.BLOCKED,
    Verdict.SUSPECT,
    Verdict.REDIRECTED,
    Verdict.OK,
    Verdict.EXCLUDED,
)

_FAILING = frozenset((Verdict.BROKEN, Verdict.GONE, Verdict.UNREACHABLE, Verdict.INVALID))


def fails_by_default(result: LinkResult) -> bool:
    """Return whether the check fails for ``result`` if ``check.fail_on`` is not set."""
    return result.verdict in _FAILING


class ReportContext(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a report."""

    fails: Callable[[LinkResult], bool] = fails_by_default
    """Returns whether the check fails for a result (``check.fail_on``, also that of its host)."""
    prefix: str = ""
    """The path of config.yaml's folder, with ``/`` between folders.

    It is relative to the current folder, or to the top of the repository.
    """
    colour: bool = False
    verbose: bool = False
    """True if a report for people lists all links, not only the notable ones."""
    quiet: bool = False
    """True if a report for people lists only the links that fail, and no counts."""

    def path(self, path: str) -> str:
        """Return the ``path`` of an article in the form of the report."""
        return posixpath.normpath(posixpath.join(self.prefix, path)) if self.prefix else path


class ReportFormat(Protocol):
    """A format of reports."""

    @property
    def name(self) -> str:
        """The value of ``--format``."""

    def render(self, results: Iterable[LinkResult], context: ReportContext) -> Iterator[str]:
        """Yield the report in pieces, which do not depend on the order of ``results``.

        The report ends with a line break.
        """


class Finding(NamedTuple):
    """A result at one place of an article."""

    path: str
    """The path of the article in the form of the report."""
    line: int
    kind: str
    url: str
    result: LinkResult


def findings(results: Iterable[LinkResult], context: ReportContext) -> list[Finding]:
    """Return a finding for each place of each of ``results``, in the order of the places."""
    unsorted = [
        Finding(context.path(path), line, result.kind.value, redacted(result.url), result)
        for result in results
        for path, line in result.locations
    ]
    # Results have no order. There is one for each URL and kind, so that four fields are enough.
    return sorted(unsorted, key=lambda finding: finding[:4])


def sort_key(result: LinkResult, context: ReportContext) -> tuple[str, int, str, str]:
    """Return the key by which results are sorted: the first place, then kind and URL."""
    path, line = min(((context.path(path), line) for path, line in result.locations), default=("", 0))
    return path, line, result.kind.value, result.url


class CheckSummary:
    """The number of results of each verdict.

    A URL of one kind is one result, even in many places.
    """

    def __init__(self) -> None:
        self._counts: Counter[Verdict] = Counter()

    def counted(self, results: Iterable[LinkResult]) -> Iterator[LinkResult]:
        """Count ``results`` and yield them unchanged."""
        for result in results:
            self._counts[result.verdict] += 1
            yield result

    def counts(self) -> dict[str, int]:
        """Return the number of results of each verdict, also where it is 0."""
        return {verdict.value: self._counts[verdict] for verdict in Verdict}

    def __str__(self) -> str:
        """Return the counts, the worst verdict first: ``3 broken, 1 blocked, 120 ok``."""
        counts = ((verdict, self._counts[verdict]) for verdict in WORST_FIRST)
        return ", ".join(f"{count} {verdict.value}" for verdict, count in counts if count) or "no links"


def stream_json(document: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield ``document`` as JSON, with ``items``, one a line, in its last list, which is empty.

    The items need not be in memory together. The JSON is ASCII, so that it cannot contain control
    sequences for a terminal, nor commands for the log of a CI system.
    """
    before, after = printable_json(json.dumps(document)).rsplit("[]", 1)
    yield f"{before}["
    separator = "\n"
    for item in items:
        yield f"{separator}{printable_json(json.dumps(item))}"
        separator = ",\n"
    yield f"]{after}\n"


def is_notable(result: LinkResult) -> bool:
    """Return whether a person should look at the link."""
    return result.verdict not in (Verdict.OK, Verdict.EXCLUDED)


def reason(result: LinkResult) -> str:
    """Return the reason of the verdict in a few words; it may be empty."""
    status = f"status {result.status}" if result.status is not None else ""
    return redacted(result.message) or status


def describe(result: LinkResult) -> str:
    """Return the verdict on a link as a sentence without a place."""
    text = f"{result.kind.value} link is {result.verdict.value}: {redacted(result.url)}"
    if result.final_url and result.verdict is Verdict.REDIRECTED:
        text += f" -> {redacted(result.final_url)}"
    details = reason(result)
    text += f" ({details})" if details else ""
    return f"{text}; archived copy: {result.archived_url}" if result.archived_url else text


def advice(verdict: Verdict, kind: LinkKind) -> str | None:
    """Return what to do about a link; None if there is nothing to do."""
    text: str | None
    match verdict:
        case Verdict.BROKEN:
            text = "Correct the URL, or take the link out."
        case Verdict.GONE:
            text = "Find the page elsewhere, or take the link out: the server answers, but the page is gone."
        case Verdict.SUSPECT:
            text = (
                "Look at it in a browser: the server answers, but perhaps not with the page, or without its part."
                " See check.gone_pages and check.fragments."
            )
        case Verdict.INVALID if kind in (LinkKind.AMP, LinkKind.AMP_CACHE):
            text = "Correct the AMP URL, or take it out."
        case Verdict.INVALID:
            text = "Correct the URL: it must lead to a public http or https address."
        case Verdict.REDIRECTED if kind is LinkKind.SOURCE:
            text = "Write the new URL, and the old one as id; --fix-redirects does both."
        case Verdict.REDIRECTED:
            text = "Write the new URL."
        case Verdict.BLOCKED:
            text = "Look at it in a browser: the site does not answer programs. See check.accept and check.exclude."
        case Verdict.RATE_LIMITED:
            text = "Run the check again later, or send fewer requests: see check.delay and check.per_host."
        case Verdict.UNREACHABLE:
            text = "Run the check again later; if that does not help, take the link out."
        case Verdict.OK | Verdict.EXCLUDED:
            text = None
        case _:
            assert_never(verdict)
    return text
