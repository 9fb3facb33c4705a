"""The report as annotations of GitHub Actions: an error if the check fails, else a warning.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from feedpub.core.errors import printable
from feedpub.links.model import LinkResult
from feedpub.links.report.base import CheckSummary, Finding, ReportContext, describe, findings, is_notable

# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


class GitHubReport:
    """The format ``github``."""

    name = "github"

    def render(self, results: Iterable[LinkResult], context: ReportContext) -> Iterator[str]:
        """Yield a workflow command for each notable link at each place, and the counts."""
        summary = CheckSummary()
        for finding in findings(filter(is_notable, summary.counted(results)), context):
            yield _command(finding, context)
        yield f"{summary}\n"


def _command(finding: Finding, context: ReportContext) -> str:
    level = "error" if context.fails(finding.result) else "warning"
    # The path is escaped before it is made printable, so that GitHub reads the file's real name.
    file = printable(finding.path.translate(_PROPERTY))
    title = f"{finding.result.verdict.value} link".translate(_PROPERTY)
    message = printable(describe(finding.result)).translate(_DATA)
    return f"::{level} file={file},line={finding.line},title={title}::{message}\n"
