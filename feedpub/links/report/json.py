"""The report for programs: every result, its places and what was measured, and how many there are of each verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from feedpub.links.model import Result
from feedpub.links.redact import masked
from feedpub.links.report.base import CheckSummary, ReportContext, first_place, streamed


class JsonReport:
    """See the module."""

    name = "json"

    def render(self, results: Iterable[Result], context: ReportContext) -> Iterator[str]:
        """``{"summary": {verdict: n}, "links": [...]}``, one entry for a URL of one kind."""
        summary = CheckSummary()
        ordered = sorted(summary.counted(results), key=lambda result: first_place(result, context))
        yield from streamed({"summary": summary.counts(), "links": []}, (_entry(result, context) for result in ordered))


def _entry(result: Result, context: ReportContext) -> dict[str, Any]:
    return {
        "url": masked(result.url),
        "kind": result.kind.value,
        "verdict": result.verdict.value,
        "status": result.status,
        "message": masked(result.message),
        "final_url": result.final_url and masked(result.final_url),
        "elapsed_ms": result.elapsed_ms,
        "attempts": result.attempts,
        "cached": result.cached,
        "locations": [{"path": context.path(path), "line": line} for path, line in sorted(result.locations)],
    }
