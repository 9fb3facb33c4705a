"""The report for people, in a terminal or in a mail from cron: a line for each link, by article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from feedpub.core.errors import printable
from feedpub.links.judge.verdicts import AMP_PREFIX
from feedpub.links.model import LinkKind, LinkResult, Verdict
from feedpub.links.redact import redacted
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

RED, YELLOW, GREEN, BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


class TextReport:
    """The format ``text``."""

    name = "text"

    def render(self, results: Iterable[LinkResult], context: ReportContext) -> Iterator[str]:
        """Yield lines ``path:line: verdict: url (reason)``, then what to do, then the counts."""
        summary = CheckSummary()
        shown = findings((result for result in summary.counted(results) if _is_shown(result, context)), context)
        for _, article in groupby(shown, key=lambda finding: finding.path):
            yield from (_lines(finding, context) for finding in article)
            yield "\n"
        yield from _advice({(finding.result.verdict, finding.result.kind) for finding in shown}, context)
        if not context.quiet:
            yield f"{summary}\n"


def _is_shown(result: LinkResult, context: ReportContext) -> bool:
    if context.quiet:
        return context.fails(result)
    return context.verbose or is_notable(result)


def _lines(finding: Finding, context: ReportContext) -> str:
    result = finding.result
    place = coloured(f"{printable(finding.path)}:{finding.line}:", BOLD, colour=context.colour)
    verdict = coloured(result.verdict.value, _colour(result, context), colour=context.colour)
    # The source is the usual kind of link; any other kind is named, unless the message names it.
    is_kind_clear = result.kind is LinkKind.SOURCE or result.message.startswith(AMP_PREFIX)
    kind = "" if is_kind_clear else result.kind.value
    details = printable(": ".join(filter(None, (kind, reason(result)))))
    text = f"{place} {verdict}: {printable(finding.url)}{f' ({details})' if details else ''}\n"
    if result.verdict is Verdict.REDIRECTED and result.final_url:
        # The URL has a line of its own, because two URLs rarely fit on one line.
        text += f"    -> {printable(redacted(result.final_url))}\n"
    if result.archived_url:
        text += f"    archived copy: {printable(result.archived_url)}\n"
    return text


def _advice(shown: Collection[tuple[Verdict, LinkKind]], context: ReportContext) -> Iterator[str]:
    """Yield each piece of advice once, that on the worst verdict first."""
    ordered = ((verdict, kind) for verdict in WORST_FIRST for kind in LinkKind if (verdict, kind) in shown)
    unique = dict.fromkeys((verdict, advice(verdict, kind)) for verdict, kind in ordered)
    lines = [f"{coloured(verdict.value, BOLD, colour=context.colour)}: {text}\n" for verdict, text in unique if text]
    yield from (*lines, "\n") if lines else ()


def _colour(result: LinkResult, context: ReportContext) -> str:
    if context.fails(result):
        return RED
    return YELLOW if is_notable(result) else GREEN


def coloured(text: str, code: str, *, colour: bool) -> str:
    """Return ``text`` in the colour of ``code``, if the report has colours."""
    return f"{code}{text}{_PLAIN}" if colour else text
