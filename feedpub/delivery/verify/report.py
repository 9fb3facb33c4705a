"""The reports of a verification, in the formats of the link check. Pure functions.

A finding is about a URL and not about a file. Where a format wants a file, it is config.yaml, whose
``site.base_url`` begins the URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec

from feedpub.core.errors import printable
from feedpub.delivery.verify.advice import ADVICE, advice_lines
from feedpub.delivery.verify.feed_findings import unreadable
from feedpub.delivery.verify.model import FeedAnswer, FeedFinding, Rule, VerifiedFeed, VerifyReport
from feedpub.links.redact import redacted
from feedpub.links.report.base import stream_json
from feedpub.links.report.github import annotation
from feedpub.links.report.junit import junit_document, set_outcome, suite, test_case
from feedpub.links.report.sarif import artifact, fingerprint, rule, sarif_log
from feedpub.links.report.text import BOLD, GREEN, RED, YELLOW, coloured

_MOST_GROUPS = 5
"""The number of different messages on one rule that the report for people has."""
_SUITE = "feedpub verify"


class VerifyContext(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a report."""

    config_path: str = "config.yaml"
    """The path of config.yaml relative to the current folder, with ``/`` between folders."""
    colour: bool = False
    verbose: bool = False
    """True if a report for people has each feed and each finding."""
    quiet: bool = False
    """True if a report for people has only errors, and no counts."""


def render(name: str, report: VerifyReport, context: VerifyContext) -> Iterator[str]:
    """Yield ``report`` in the format ``name`` in pieces."""
    return _FORMATS[name](report, context)


def _text(report: VerifyReport, context: VerifyContext) -> Iterator[str]:
    """Yield the findings by their rules, then what to do, then the counts."""
    if context.verbose:
        yield from (_feed_line(verified, context) for verified in report.feeds)
    shown = [finding for finding in report.findings if finding.is_error or not context.quiet]
    by_rule = [(name, list(group)) for name, group in groupby(shown, key=lambda each: (each.is_error, each.rule))]
    for _, group in by_rule:
        yield from _rule_lines(group, context)
    rules = dict.fromkeys(name[1] for name, _ in by_rule)
    if rules:
        yield "\n"
    for each in rules:
        first, *others = advice_lines(each)
        yield f"{coloured(each.value, BOLD, colour=context.colour)}: {first}\n"
        yield from (f"    {line}\n" for line in others)
    if not context.quiet:
        yield "\n" if rules else ""
        yield f"{_counts(report)}\n"


def _rule_lines(findings: Iterable[FeedFinding], context: VerifyContext) -> Iterator[str]:
    """Yield a line for each message, with the first URL and the number of others."""
    shown = [[finding] for finding in findings] if context.verbose else _alike(findings)
    limit = len(shown) if context.verbose else _MOST_GROUPS
    for group in shown[:limit]:
        first = group[0]
        level = coloured(_level(first), RED if first.is_error else YELLOW, colour=context.colour)
        place = coloured(f"{_shown(first.url)}:", BOLD, colour=context.colour)
        yield f"{place} {level}: {printable(first.message)} ({first.rule.value})\n"
        if len(group) > 1:
            yield f"    and {_urls(len(group) - 1)}, such as {_shown(group[1].url)}\n"
    hidden = sum(map(len, shown[limit:]))
    if hidden:
        yield f"    and {_urls(hidden)} for other reasons ({shown[0][0].rule.value}); -v names all\n"


def _alike(findings: Iterable[FeedFinding]) -> list[list[FeedFinding]]:
    """Return ``findings`` in groups of the same rule, level and message."""
    groups: dict[tuple[Rule, bool, str], list[FeedFinding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.is_error, finding.message), []).append(finding)
    return list(groups.values())


def _feed_line(verified: VerifiedFeed, context: VerifyContext) -> str:
    answer = verified.answer
    problem = unreadable(answer)
    if problem is not None or not isinstance(answer, FeedAnswer) or answer.content is None:
        details = printable(problem[1]) if problem else "was not fetched"
    else:
        values = (
            answer.media_type or "no media type",
            f"{answer.content.size:,} bytes",
            answer.headers.get("content-encoding", "not compressed"),
            answer.headers.get("cache-control", "no Cache-Control"),
            answer.content.state.value,
        )
        details = printable(", ".join(values))
    colour = GREEN if problem is None else RED
    return f"{coloured(_shown(verified.feed.url), colour, colour=context.colour)}: {details}\n"


def _json(report: VerifyReport, _context: VerifyContext) -> Iterator[str]:
    """Yield ``{"url", "summary", "findings": [...], "feeds": [...]}``."""
    document = {
        "url": redacted(report.url),
        "summary": {
            "feeds": len(report.feeds),
            "errors": report.errors,
            "warnings": len(report.findings) - report.errors,
        },
        "findings": [
            {
                "rule": finding.rule.value,
                "level": _level(finding),
                "url": redacted(finding.url),
                "message": redacted(finding.message),
                "advice": {"text": ADVICE[finding.rule].text, **ADVICE[finding.rule].servers},
            }
            for finding in report.findings
        ],
        "feeds": [],
    }
    yield from stream_json(document, map(_feed_entry, report.feeds))


def _feed_entry(verified: VerifiedFeed) -> dict[str, Any]:
    answer = verified.answer
    headers = answer.headers if isinstance(answer, FeedAnswer) else {}
    content = answer.content if isinstance(answer, FeedAnswer) else None
    return {
        "url": redacted(verified.feed.url),
        "path": verified.feed.path,
        "status": answer.status,
        "failure": answer.failure.value if answer.failure else None,
        "message": redacted(answer.message),
        "final_url": redacted(answer.final_url) if answer.final_url else None,
        "redirects": [{"status": hop.status, "url": redacted(hop.url)} for hop in answer.hops],
        "media_type": answer.media_type,
        "content": content.state.value if content else None,
        "size": content.size if content else None,
        "self_url": redacted(content.self_url) if content and content.self_url else None,
        **{name.replace("-", "_"): headers.get(name) for name in _SHOWN_HEADERS},
        "elapsed_ms": round(answer.elapsed * 1000),
    }


_SHOWN_HEADERS = ("etag", "last-modified", "content-encoding", "cache-control", "age", "expires")


def _junit(report: VerifyReport, _context: VerifyContext) -> Iterator[str]:
    """Yield a suite for each URL: a test for each finding, or one that passed."""
    by_url: dict[str, list[FeedFinding]] = {verified.feed.url: [] for verified in report.feeds}
    elapsed = {verified.feed.url: round(verified.answer.elapsed * 1000) for verified in report.feeds}
    for finding in report.findings:
        by_url.setdefault(finding.url, []).append(finding)
    tests = sum(max(len(found), 1) for found in by_url.values())

    def suites() -> Iterator[Any]:
        for url, found in by_url.items():
            name = redacted(url)
            cases = [test_case(f"{each.rule.value}: {redacted(each.message)}", name, 0) for each in found]
            for case, each in zip(cases, found, strict=True):
                text = "\n".join((f"{name} {redacted(each.message)}", *advice_lines(each.rule)))
                tag = "failure" if each.is_error else "skipped"
                set_outcome(case, tag, each.rule.value, printable(redacted(each.message)), text)
            yield suite(name, cases or [test_case("feed", name, elapsed.get(url, 0))])

    yield from junit_document(_SUITE, tests, report.errors, suites())


def _github(report: VerifyReport, context: VerifyContext) -> Iterator[str]:
    """Yield a workflow command for the findings of each message, and the counts.

    GitHub shows ten errors and ten warnings of a step.
    """
    for finding, *others in _alike(report.findings):
        more = f" (and {_urls(len(others))})" if others else ""
        message = f"{redacted(finding.url)} {redacted(finding.message)}{more}. {ADVICE[finding.rule].text}"
        yield annotation(_level(finding), f"feed: {finding.rule.value}", message, path=context.config_path, line=1)
    yield f"{_counts(report)}\n"


def _sarif(report: VerifyReport, context: VerifyContext) -> Iterator[str]:
    """Yield a log with a result for each finding."""
    order = list(Rule)
    rules = [rule(each.value, ADVICE[each].description, "\n".join(advice_lines(each))) for each in order]

    def result(finding: FeedFinding) -> dict[str, Any]:
        url = redacted(finding.url)
        return {
            "ruleId": finding.rule.value,
            "ruleIndex": order.index(finding.rule),
            "level": _level(finding),
            "message": {"text": printable(f"{url} {redacted(finding.message)}")},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": artifact(context.config_path),
                        "region": {"startLine": 1},
                    },
                    "logicalLocations": [{"fullyQualifiedName": url, "kind": "resource"}],
                }
            ],
            "partialFingerprints": {"feed/v1": fingerprint(finding.rule.value, url)},
        }

    yield from sarif_log(rules, map(result, report.findings))


_FORMATS: dict[str, Callable[[VerifyReport, VerifyContext], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "github": _github,
    "sarif": _sarif,
}


def _level(finding: FeedFinding) -> str:
    return "error" if finding.is_error else "warning"


def _counts(report: VerifyReport) -> str:
    warnings = len(report.findings) - report.errors
    counts = (_number(report.errors, "error"), _number(warnings, "warning"))
    found = ", ".join(text for text in counts if text) or "no findings"
    return f"{_number(len(report.feeds), 'feed URL') or 'no feed URLs'} verified: {found}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}" if count else ""


def _urls(count: int) -> str:
    return f"{count:,} more URL{'' if count == 1 else 's'}"


def _shown(url: str) -> str:
    return printable(redacted(url))
