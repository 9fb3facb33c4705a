"""The report for programs: all results with their places and measurements, and the counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from feedpub.links.model import LinkResult
from feedpub.links.redact import redacted
from feedpub.links.report.base import CheckSummary, ReportContext, sort_key, stream_json


class JsonReport:
    """The format ``json``."""

    name = "json"

    def render(self, results: Iterable[LinkResult], context: ReportContext) -> Iterator[str]:
        """Yield ``{"summary": {verdict: n}, "links": [...]}``, one entry for each URL and kind."""
        summary = CheckSummary()
        ordered = sorted(summary.counted(results), key=lambda result: sort_key(result, context))
        yield from stream_json(
            {"summary": summary.counts(), "links": []}, (_entry(result, context) for result in ordered)
        )


def _entry(result: LinkResult, context: ReportContext) -> dict[str, Any]:
    entry = {
        "url": redacted(result.url),
        "kind": result.kind.value,
        "verdict": result.verdict.value,
        "status": result.status,
        "message": redacted(result.message),
        "final_url": result.final_url and redacted(result.final_url),
        "elapsed_ms": result.elapsed_ms,
        "attempts": result.attempts,
        "cached": result.cached,
        "locations": [{"path": context.path(path), "line": line} for path, line in sorted(result.locations)],
    }
    return entry if result.archived_url is None else {**entry, "archived_url": result.archived_url}
