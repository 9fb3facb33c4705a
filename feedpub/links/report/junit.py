"""The report as JUnit XML for Jenkins and GitLab: a suite for each article, a test for each link.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lxml import etree

from feedpub.core.errors import printable
from feedpub.core.text import repair
from feedpub.links.model import LinkResult, Verdict
from feedpub.links.report.base import Finding, ReportContext, advice, describe, findings, reason

_PASSED = (Verdict.OK, Verdict.REDIRECTED)


class JUnitReport:
    """The format ``junit``."""

    name = "junit"

    def render(self, results: Iterable[LinkResult], context: ReportContext) -> Iterator[str]:
        """Yield the report: a failure if the check fails, "skipped" for a link without a result."""
        unique = _once(findings(results, context))
        buffer = io.BytesIO()
        # ASCII cannot contain control sequences for a terminal.
        with etree.xmlfile(buffer, encoding="us-ascii") as document:
            document.write_declaration()
            with document.element("testsuites", name="feedpub check", **_counts(unique, context)):
                for path, tests in groupby(unique, key=lambda finding: finding.path):
                    document.write("\n", _suite(path, list(tests), context))
                    yield _drain(buffer)
                document.write("\n")
        yield f"{_drain(buffer)}\n"


def _once(all_findings: Sequence[Finding]) -> list[Finding]:
    """Return only the first finding for each link of an article: tests need unique names."""
    unique = {(finding.path, finding.kind, finding.url): finding for finding in reversed(all_findings)}
    return list(unique.values())[::-1]


def _counts(tests: Sequence[Finding], context: ReportContext) -> dict[str, str]:
    failures = sum(context.fails(finding.result) for finding in tests)
    return {"tests": str(len(tests)), "failures": str(failures), "errors": "0"}


def _suite(path: str, tests: Sequence[Finding], context: ReportContext) -> etree._Element:
    skipped = sum(_is_skipped(finding.result, context) for finding in tests)
    name = printable(path)  # repair() would give two files one name
    attributes = {"name": name, "file": name, "skipped": str(skipped), **_counts(tests, context)}
    suite = etree.Element("testsuite", attributes)
    for finding in tests:
        suite.append(_test(finding, context))
    return suite


def _test(finding: Finding, context: ReportContext) -> etree._Element:
    result = finding.result
    name = repair(f"{finding.kind}: {finding.url}")
    test = etree.Element(
        "testcase", name=name, classname=printable(finding.path), time=f"{result.elapsed_ms / 1000:.3f}"
    )
    if context.fails(result) or _is_skipped(result, context):
        message = repair(f"{result.verdict.value}: {reason(result)}".removesuffix(": "))
        element = etree.SubElement(test, "failure" if context.fails(result) else "skipped", message=message)
        element.set("type", result.verdict.value)
        element.text = _text(finding)
    elif result.verdict is Verdict.REDIRECTED:
        etree.SubElement(test, "system-out").text = _text(finding)
    return test


def _text(finding: Finding) -> str:
    text = printable(f"{finding.path}:{finding.line}: {describe(finding.result)}")
    hint = advice(finding.result.verdict, finding.result.kind)
    return repair(f"{text}\n{hint}" if hint else text)


def _is_skipped(result: LinkResult, context: ReportContext) -> bool:
    return result.verdict not in _PASSED and not context.fails(result)


def _drain(buffer: io.BytesIO) -> str:
    """Return the content of ``buffer`` without commands for a CI system's log, and empty it."""
    text = buffer.getvalue().decode("ascii").replace("##", "&#35;#")
    buffer.seek(0)
    buffer.truncate()
    return text
