"""The report as JUnit XML, as Jenkins and GitLab read it: a suite for each article, a test for each of its links.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lxml import etree

from feedpub.core.text import repair
from feedpub.links.model import Result, Verdict
from feedpub.links.report.base import Finding, ReportContext, advice, findings, reason, told

_PASSED = (Verdict.OK, Verdict.REDIRECTED)


class JUnitReport:
    """See the module."""

    name = "junit"

    def render(self, results: Iterable[Result], context: ReportContext) -> Iterator[str]:
        """A failure where the check fails; what is not known of a link, or not asked, is skipped."""
        found = _once(findings(results, context))
        buffer = io.BytesIO()
        # In ASCII, so that no terminal is steered by it.
        with etree.xmlfile(buffer, encoding="us-ascii") as document:
            document.write_declaration()
            with document.element("testsuites", name="feedpub check", **_counts(found, context)):
                for path, tests in groupby(found, key=lambda finding: finding.path):
                    document.write("\n", _suite(path, list(tests), context))
                    yield _taken(buffer)
                document.write("\n")
        yield f"{_taken(buffer)}\n"


def _once(found: Iterable[Finding]) -> list[Finding]:
    """``found`` with each link of an article once, at its first place: two tests of a suite need two names."""
    return list({(one.path, one.kind, one.url): one for one in reversed(list(found))}.values())[::-1]


def _counts(found: Sequence[Finding], context: ReportContext) -> dict[str, str]:
    failures = sum(context.fails(finding.result) for finding in found)
    return {"tests": str(len(found)), "failures": str(failures), "errors": "0"}


def _suite(path: str, found: Sequence[Finding], context: ReportContext) -> etree._Element:
    skipped = sum(_is_skipped(finding.result, context) for finding in found)
    name = repair(path)
    attributes = {"name": name, "file": name, "skipped": str(skipped), **_counts(found, context)}
    suite = etree.Element("testsuite", attributes)
    for finding in found:
        suite.append(_test(finding, context))
    return suite


def _test(finding: Finding, context: ReportContext) -> etree._Element:
    result = finding.result
    name = repair(f"{finding.kind}: {finding.url}")
    test = etree.Element("testcase", name=name, classname=repair(finding.path), time=f"{result.elapsed_ms / 1000:.3f}")
    if context.fails(result) or _is_skipped(result, context):
        message = repair(f"{result.verdict.value}: {reason(result)}".removesuffix(": "))
        element = etree.SubElement(test, "failure" if context.fails(result) else "skipped", message=message)
        element.set("type", result.verdict.value)
        element.text = _text(finding)
    elif result.verdict is Verdict.REDIRECTED:
        etree.SubElement(test, "system-out").text = _text(finding)
    return test


def _text(finding: Finding) -> str:
    what = advice(finding.result.verdict, finding.result.kind)
    text = f"{finding.path}:{finding.line}: {told(finding.result)}"
    return repair(f"{text}\n{what}" if what else text)


def _is_skipped(result: Result, context: ReportContext) -> bool:
    return result.verdict not in _PASSED and not context.fails(result)


def _taken(buffer: io.BytesIO) -> str:
    """What was written so far, which is forgotten."""
    text = buffer.getvalue().decode("ascii")
    buffer.seek(0)
    buffer.truncate()
    return text
