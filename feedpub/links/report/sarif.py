"""The report as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        rules = [rule(verdict.value, _RULES[verdict], advice(verdict, LinkKind.SOURCE)) for verdict in _RULES]
        notable = findings(filter(is_notable, results), context)
        yield from sarif_log(rules, (_result(finding, context) for finding in notable))


def sarif_log(rules: Sequence[Mapping[str, Any]], results: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the log of one run of feedpub in pieces."""
    driver = {"name": "feedpub", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": []}
    yield from stream_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, results)


def rule(name: str, description: str, help_text: str | None) -> dict[str, Any]:
    """Return the rule ``name``, with ``description``, a sentence without its full stop."""
    return {"id": name, "shortDescription": {"text": f"{description}."}, "help": {"text": help_text}}


def _result(finding: Finding, context: ReportContext) -> dict[str, Any]:
    result = finding.result
    region = {"startLine": finding.line}
    return {
        "ruleId": result.verdict.value,
        "ruleIndex": _INDEX[result.verdict],
        "level": _level(result, context),
        "message": {"text": printable(describe(result))},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(finding.path), "region": region}}],
        "partialFingerprints": {"link/v1": fingerprint(finding.path, finding.kind, finding.url)},
    }


def artifact(path: str) -> dict[str, str]:
    """Return the location as a relative URI (section 3.4); a colon in a name is encoded."""
    return {"uri": quote(path, errors="replace"), "uriBaseId": "%SRCROOT%"}


def _level(result: LinkResult, context: ReportContext) -> str:
    if context.fails(result):
        return "error"
    return "note" if result.verdict is Verdict.REDIRECTED else "warning"


def fingerprint(*parts: str) -> str:
    """Return an identifier of a finding by the ``parts`` that do not depend on its line."""
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()
