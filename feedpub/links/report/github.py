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
    title = f"{finding.result.verdict.value} link"
    return annotation(level, title, describe(finding.result), path=finding.path, line=finding.line)


def annotation(level: str, title: str, message: str, *, path: str, line: int) -> str:
    """Return the workflow command for an annotation of ``level``, which is error or warning."""
    # The path is escaped before it is made printable, so that GitHub reads the file's real name.
    file = printable(path.translate(_PROPERTY))
    text = printable(message).translate(_DATA)
    return f"::{level} file={file},line={line},title={title.translate(_PROPERTY)}::{text}\n"
