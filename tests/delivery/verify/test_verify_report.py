"""The reports of a verification for people, scripts and CI servers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from feedpub.core.format_registry import FORMATS
from feedpub.delivery.verify.model import (
    ContentFacts,
    ContentState,
    ExpectedFeed,
    FeedAnswer,
    FeedFinding,
    Rule,
    VerifiedFeed,
    VerifyReport,
)
from feedpub.delivery.verify.report import VerifyContext, render
from feedpub.links.report import FORMATS as REPORTS

BASE = "https://me:secret@news.example.org/"


def feed(path: str) -> VerifiedFeed:
    url = BASE + path
    content = ContentFacts(state=ContentState.SAME, size=1234, self_url=url)
    return VerifiedFeed(
        feed=ExpectedFeed(path=path, url=url, canonical_url=url, format=FORMATS["rss"], digest=""),
        answer=FeedAnswer(status=200, media_type="text/xml", headers={"etag": '"a"'}, content=content, elapsed=0.25),
    )


def finding(
    path: str, rule: Rule = Rule.MEDIA_TYPE, message: str = "is wrong", *, is_error: bool = True
) -> FeedFinding:
    return FeedFinding(rule=rule, url=BASE + path, message=message, is_error=is_error)


FEEDS = tuple(feed(f"{name}/rss.xml") for name in "abcd")
FINDINGS = (
    *(finding(f"{name}/rss.xml") for name in "abc"),
    finding("a/rss.xml", Rule.CACHING, "is kept ::error:: \x1b[31m##[x]", is_error=False),
)


def rendered(name: str, *findings: FeedFinding, **context: Any) -> str:
    report = VerifyReport(url=BASE, feeds=FEEDS, findings=findings)
    return "".join(render(name, report, VerifyContext(config_path="site/config.yaml", **context)))


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("context", [{}, {"verbose": True}, {"quiet": True}])
def test_no_report_has_a_secret_or_a_control_character(name: str, context: dict[str, bool]) -> None:
    text = rendered(name, *FINDINGS, **context)
    assert text.endswith("\n")
    assert "secret" not in text
    assert all(line.isprintable() for line in text.splitlines())
    assert "##[" not in text


def test_people_get_a_line_for_each_message_and_what_to_do() -> None:
    assert rendered("text", *FINDINGS[:3]).splitlines()[:5] == [
        "https://***@news.example.org/a/rss.xml: error: is wrong (media-type)",
        "    and 2 more URLs, such as https://***@news.example.org/b/rss.xml",
        "",
        "media-type: Send application/rss+xml, application/atom+xml or application/feed+json.",
        "    nginx: use what 'feedpub hosting nginx' prints.",
    ]
    assert rendered("text", *FINDINGS).splitlines()[-1] == "4 feed URLs verified: 3 errors, 1 warning"
    assert rendered("text").splitlines() == ["4 feed URLs verified: no findings"]
    assert "warning" not in rendered("text", *FINDINGS, quiet=True)
    assert rendered("text", FINDINGS[3], quiet=True) == ""
    assert rendered("text", *FINDINGS, verbose=True).count(": error: ") == 3
    assert "\x1b[31merror" in rendered("text", *FINDINGS, colour=True)


def test_many_different_messages_are_counted() -> None:
    many = [finding("a/rss.xml", message=f"is wrong {number}") for number in range(20)]
    assert "    and 15 more URLs for other reasons (media-type); -v names all\n" in rendered("text", *many)
    assert rendered("text", *many, verbose=True).count(": error: ") == 20


def test_scripts_get_every_finding_and_measurement() -> None:
    report = json.loads(rendered("json", *FINDINGS))
    assert report["summary"] == {"feeds": 4, "errors": 3, "warnings": 1}
    assert [found["level"] for found in report["findings"]] == ["error"] * 3 + ["warning"]
    assert report["findings"][0]["advice"]["S3"]
    first = report["feeds"][0]
    assert (first["path"], first["status"], first["size"], first["etag"]) == ("a/rss.xml", 200, 1234, '"a"')
    assert (first["content"], first["redirects"], first["elapsed_ms"]) == ("same", [], 250)


def test_a_suite_of_junit_is_a_url() -> None:
    root = etree.fromstring(rendered("junit", *FINDINGS).encode())
    assert (root.get("tests"), root.get("failures")) == ("5", "3")
    assert [suite.get("tests") for suite in root] == ["2", "1", "1", "1"]
    assert [suite.get("skipped") for suite in root] == ["1", "0", "0", "0"]
    assert [case.get("name") for case in root[3]] == ["feed"]
    failure = root[0][0].find("failure")
    assert failure is not None
    assert "feedpub hosting caddy" in (failure.text or "")


def test_github_shows_findings_at_the_configuration() -> None:
    first, warning, counts = rendered("github", *FINDINGS).splitlines()
    assert first.startswith("::error file=site/config.yaml,line=1,title=feed%3A media-type::https://***@news")
    assert "a/rss.xml is wrong (and 2 more URLs). Send " in first
    assert warning.startswith("::warning ")
    assert counts == "4 feed URLs verified: 3 errors, 1 warning"


def test_sarif_has_a_rule_for_each_result() -> None:
    run = json.loads(rendered("sarif", *FINDINGS))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.value for rule in Rule]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert [result["level"] for result in run["results"]] == ["error"] * 3 + ["warning"]
    place = run["results"][0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "site/config.yaml"
    assert place["logicalLocations"][0]["fullyQualifiedName"].endswith("@news.example.org/a/rss.xml")
