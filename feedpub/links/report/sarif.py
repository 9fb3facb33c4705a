"""The report as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from feedpub import __version__
from feedpub.core.errors import printable
from feedpub.links.model import LinkKind, LinkResult, Verdict
from feedpub.links.report.base import Finding, ReportContext, advice, describe, findings, is_notable, stream_json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_RULES = {
    Verdict.INVALID: "The link is not a public URL, or not an AMP page of its article",
    Verdict.REDIRECTED: "The link has moved for good",
    Verdict.BLOCKED: "The site does not answer programs",
    Verdict.RATE_LIMITED: "The site limits the rate of requests",
    Verdict.UNREACHABLE: "The site does not answer",
    Verdict.BROKEN: "The link does not resolve",
    Verdict.GONE: "The page is gone, though the site answers",
    Verdict.SUSPECT: "The page may be gone, though the site answers",
}
"""The description of the rule for each notable verdict."""
_INDEX = {verdict: index for index, verdict in enumerate(_RULES)}


class SarifReport:
    """The format ``sarif``."""

    name = "sarif"

    def render(self, results: Iterable[LinkResult], context: ReportContext) -> Iterator[str]:
        """Yield a result for each notable link at each place, with the rule of its verdict."""
        driver = {"name": "feedpub", "version": __version__, "rules": [_rule(verdict) for verdict in _RULES]}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": []}
        notable = findings(filter(is_notable, results), context)
        document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        yield from stream_json(document, (_result(finding, context) for finding in notable))


def _rule(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.value,
        "shortDescription": {"text": f"{_RULES[verdict]}."},
        "help": {"text": advice(verdict, LinkKind.SOURCE)},
    }


def _result(finding: Finding, context: ReportContext) -> dict[str, Any]:
    result = finding.result
    region = {"startLine": finding.line}
    return {
        "ruleId": result.verdict.value,
        "ruleIndex": _INDEX[result.verdict],
        "level": _level(result, context),
        "message": {"text": printable(describe(result))},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}],
        "partialFingerprints": {"link/v1": _fingerprint(finding)},
    }


def _artifact(path: str) -> dict[str, str]:
    """Return the location as a relative URI (section 3.4); a colon in a name is encoded."""
    return {"uri": quote(path, errors="replace"), "uriBaseId": "%SRCROOT%"}


def _level(result: LinkResult, context: ReportContext) -> str:
    if context.fails(result):
        return "error"
    return "note" if result.verdict is Verdict.REDIRECTED else "warning"


def _fingerprint(finding: Finding) -> str:
    """Return an identifier of the finding that does not depend on its line."""
    text = "\0".join((finding.path, finding.kind, finding.url))
    return sha256(text.encode(errors="replace")).hexdigest()
