"""The report for a person at a terminal, or one who reads cron's mail: a line for each link, by article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from feedpub.core.errors import printable
from feedpub.links.judge.verdicts import AMP_PREFIX
from feedpub.links.model import LinkKind, Result, Verdict
from feedpub.links.redact import masked
from feedpub.links.report.base import (
    WORST_FIRST,
    CheckSummary,
    Finding,
    ReportContext,
    advice,
    findings,
    is_notable,
    reason,
)

_RED, _YELLOW, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


class TextReport:
    """See the module."""

    name = "text"

    def render(self, results: Iterable[Result], context: ReportContext) -> Iterator[str]:
        """``path:line: verdict: url (reason)``, what to do, and the counts."""
        summary = CheckSummary()
        shown = findings((one for one in summary.counted(results) if _is_shown(one, context)), context)
        for _, article in groupby(shown, key=lambda finding: finding.path):
            yield from (_lines(finding, context) for finding in article)
            yield "\n"
        yield from _advice({(finding.result.verdict, finding.result.kind) for finding in shown}, context)
        if not context.quiet:
            yield f"{summary}\n"


def _is_shown(result: Result, context: ReportContext) -> bool:
    if context.quiet:
        return context.fails(result)
    return context.verbose or is_notable(result)


def _lines(finding: Finding, context: ReportContext) -> str:
    result = finding.result
    place = _coloured(f"{printable(finding.path)}:{finding.line}:", _BOLD, context)
    verdict = _coloured(result.verdict.value, _colour(result, context), context)
    # The source is what the article is about; of the others an editor wants to know which.
    is_told = result.kind is LinkKind.SOURCE or result.message.startswith(AMP_PREFIX)
    of = "" if is_told else result.kind.value
    why = printable(": ".join(filter(None, (of, reason(result)))))
    text = f"{place} {verdict}: {printable(finding.url)}{f' ({why})' if why else ''}\n"
    if result.verdict is Verdict.REDIRECTED and result.final_url:
        # On a line of its own: two URLs seldom fit on one.
        text += f"    -> {printable(masked(result.final_url))}\n"
    return text


def _advice(found: Collection[tuple[Verdict, LinkKind]], context: ReportContext) -> Iterator[str]:
    """What to do about each verdict, once, the worst first."""
    ordered = ((verdict, kind) for verdict in WORST_FIRST for kind in LinkKind if (verdict, kind) in found)
    what = dict.fromkeys((verdict, advice(verdict, kind)) for verdict, kind in ordered)
    told = [f"{_coloured(verdict.value, _BOLD, context)}: {text}\n" for verdict, text in what if text]
    yield from (*told, "\n") if told else ()


def _colour(result: Result, context: ReportContext) -> str:
    if context.fails(result):
        return _RED
    return _YELLOW if is_notable(result) else _GREEN


def _coloured(text: str, colour: str, context: ReportContext) -> str:
    return f"{colour}{text}{_PLAIN}" if context.colour else text
