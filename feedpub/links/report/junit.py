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
        failures = sum(context.fails(finding.result) for finding in unique)
        by_path = groupby(unique, key=lambda finding: finding.path)
        suites = (suite(path, [_test(finding, context) for finding in tests]) for path, tests in by_path)
        yield from junit_document("feedpub check", len(unique), failures, suites)


def junit_document(name: str, tests: int, failures: int, suites: Iterable[etree._Element]) -> Iterator[str]:
    """Yield the document with ``suites``, which have ``tests`` tests in all, one suite a piece."""
    buffer = io.BytesIO()
    # ASCII cannot contain control sequences for a terminal.
    with etree.xmlfile(buffer, encoding="us-ascii") as document:
        document.write_declaration()
        with document.element("testsuites", name=name, **_counts(tests, failures)):
            for each in suites:
                document.write("\n", each)
                yield _drain(buffer)
            document.write("\n")
    yield f"{_drain(buffer)}\n"


def suite(name: str, tests: Sequence[etree._Element]) -> etree._Element:
    """Return the suite of ``tests``, elements of :func:`test_case`, with their counts."""
    shown = printable(name)  # repair() would give two files one name
    skipped, failures = (sum(each.find(tag) is not None for each in tests) for tag in ("skipped", "failure"))
    attributes = {"name": shown, "file": shown, "skipped": str(skipped), **_counts(len(tests), failures)}
    element = etree.Element("testsuite", attributes)
    element.extend(tests)
    return element


def test_case(name: str, classname: str, elapsed_ms: int) -> etree._Element:
    """Return a test that passed; :func:`set_outcome` makes another one of it."""
    return etree.Element("testcase", name=repair(name), classname=printable(classname), time=f"{elapsed_ms / 1000:.3f}")


def set_outcome(element: etree._Element, tag: str, kind: str, message: str, text: str) -> None:
    """Add to a test the ``tag``, which is failure or skipped, with what is wrong."""
    outcome = etree.SubElement(element, tag, message=repair(message), type=kind)
    outcome.text = repair(text)


def _once(all_findings: Sequence[Finding]) -> list[Finding]:
    """Return only the first finding for each link of an article: tests need unique names."""
    unique = {(finding.path, finding.kind, finding.url): finding for finding in reversed(all_findings)}
    return list(unique.values())[::-1]


def _counts(tests: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": "0"}


def _test(finding: Finding, context: ReportContext) -> etree._Element:
    result = finding.result
    element = test_case(f"{finding.kind}: {finding.url}", finding.path, result.elapsed_ms)
    if context.fails(result) or _is_skipped(result, context):
        message = f"{result.verdict.value}: {reason(result)}".removesuffix(": ")
        tag = "failure" if context.fails(result) else "skipped"
        set_outcome(element, tag, result.verdict.value, message, _text(finding))
    elif result.verdict is Verdict.REDIRECTED:
        etree.SubElement(element, "system-out").text = _text(finding)
    return element


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
