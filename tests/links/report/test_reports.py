"""The reports of a check for editors, scripts and CI servers."""

from __future__ import annotations

import json
import random
import re
import tracemalloc
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from lxml import etree

from feedpub.links.model import LinkKind, LinkResult, Verdict
from feedpub.links.redact import redacted
from feedpub.links.report import FORMATS, report_of
from feedpub.links.report.base import WORST_FIRST, ReportContext, advice
from support.making import ANY_TEXT

SECRET = "https://me:pa@ss@example.com/"
NOTABLE = [verdict for verdict in Verdict if verdict not in (Verdict.OK, Verdict.EXCLUDED)]
FAILING = {Verdict.BROKEN, Verdict.GONE, Verdict.UNREACHABLE, Verdict.INVALID}


def result(verdict: Verdict = Verdict.BROKEN, **values: Any) -> LinkResult:
    made = {
        "url": "https://example.com/a",
        "kind": LinkKind.SOURCE,
        "verdict": verdict,
        "status": 404,
        "message": "404 Not Found",
        "final_url": None,
        "elapsed_ms": 1234,
        "attempts": 1,
        "cached": False,
        "locations": (("content/a.md", 7),),
        **values,
    }
    return LinkResult(**made)


def rendered(name: str, *results: LinkResult, **context: Any) -> str:
    return "".join(report_of(name).render(results, ReportContext(**context)))


def lines(*results: LinkResult, **context: Any) -> list[str]:
    return rendered("text", *results, **context).splitlines()


MANY = [
    result(verdict, url=f"https://example.com/{verdict.value}/{number}", kind=kind, locations=places)
    for verdict in Verdict
    for number, (kind, places) in enumerate(
        [
            (LinkKind.SOURCE, (("content/b.md", 3),)),
            (LinkKind.AMP, (("content/a.md", 12), ("content/b.md", 4))),
            (LinkKind.IMAGE, (("content/a.md", 2), ("content/a.md", 30))),
        ]
    )
]


# All of them


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_has_its_name_and_ends_its_last_line(name: str) -> None:
    assert report_of(name).name == name
    for results in ([], [result()]):
        told = rendered(name, *results)
        assert told.endswith("\n")
        assert not told.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_does_not_depend_on_the_order_of_the_results(name: str) -> None:
    shuffled = [*MANY]
    random.Random(4).shuffle(shuffled)
    assert rendered(name, *shuffled, verbose=True) == rendered(name, *MANY, verbose=True)


@pytest.mark.parametrize("name", FORMATS)
def test_user_information_is_masked_wherever_it_stands(name: str) -> None:
    for verdict in Verdict:
        told = rendered(name, result(verdict, url=SECRET, final_url=SECRET, message=f"leads to {SECRET}"), verbose=True)
        assert "pa@ss" not in told
        assert "me:" not in told


@pytest.mark.parametrize("name", FORMATS)
@given(message=ANY_TEXT, path=ANY_TEXT)
def test_no_text_from_elsewhere_steers_a_terminal_or_breaks_a_report(name: str, message: str, path: str) -> None:
    bad = result(
        url=f"https://example.com/{message}",
        message=message,
        final_url=message,
        verdict=Verdict.REDIRECTED,
        locations=((path, 1),),
    )
    told = rendered(name, bad, verbose=True)
    told.encode()
    assert all(c.isprintable() or c in "\n\t\x7f" for c in told)
    if name == "json":
        assert json.loads(told)["links"][0]["message"] == redacted(message)
    elif name == "sarif":
        assert len(json.loads(told)["runs"][0]["results"]) == 1
    elif name == "junit":
        assert len(etree.fromstring(told.encode()).findall(".//testcase")) == 1
    else:
        # The link, the new URL where there is one, the advice, the counts, and the lines between.
        assert told.count("\n") == (5 + bool(message) if name == "text" else 2)


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_from_elsewhere_is_a_command_in_a_log(name: str) -> None:
    for hostile in ("##[error]x", "##vso[task.complete result=Succeeded;]", "::stop-commands::x", "x\n::error::y"):
        bad = result(
            url=f"https://example.com/{hostile}", message=hostile, final_url=hostile, locations=((hostile, 1),)
        )
        lines = rendered(name, bad, verbose=True).splitlines()
        own = [line for line in lines if name == "github" and re.match("::(error|warning) file=[^:]*::", line)]
        assert not any("##" in line and "[" in line.partition("##")[2] for line in lines), hostile
        assert [line for line in lines if line.lstrip().startswith("::")] == own


def test_two_files_have_two_names_in_junit_too() -> None:
    places = (("content/a\x1b.md", 1), ("content/a.md", 1), ("content/a\x02.md", 1))
    suites = etree.fromstring(rendered("junit", result(locations=places)).encode()).findall("testsuite")
    assert len({suite.get("name") for suite in suites}) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_paths_are_told_from_where_the_report_is_read(name: str) -> None:
    found = result(locations=(("content/a.md", 7), ("../else/b.md", 7)))
    told = rendered(name, found, prefix="sites/news")
    assert "sites/news/content/a.md" in told
    assert re.search(r"(?<!/)sites/else/b\.md", told)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["json", "sarif"])
def test_a_long_report_is_not_held_as_one_text(name: str) -> None:
    results = [result(url=f"https://example.com/{number}", final_url="x" * 2000) for number in range(5000)]
    tracemalloc.start()
    size = sum(len(piece) for piece in report_of(name).render(iter(results), ReportContext()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 1_000_000
    assert peak < size + 2_000_000, "what is held are the findings, not what is told of them"


# Text


def test_the_text_names_the_link_its_place_and_the_reason_by_article() -> None:
    found = [
        result(locations=(("content/b.md", 7),)),
        result(Verdict.BLOCKED, url="https://x.example/", message="", status=403, locations=(("content/a.md", 12),)),
        result(
            Verdict.INVALID,
            kind=LinkKind.AMP,
            message="is no AMP page",
            url="https://x.example/amp",
            locations=(("content/a.md", 9),),
        ),
        result(
            Verdict.REDIRECTED,
            url="http://x.example/old",
            final_url="https://x.example/new",
            status=301,
            message="moved",
            locations=(("content/b.md", 3),),
        ),
        result(Verdict.OK, url="https://x.example/ok"),
        result(Verdict.OK, url="https://x.example/fine"),
        result(Verdict.EXCLUDED, url="https://x.example/not"),
    ]
    assert lines(*found) == [
        "content/a.md:9: invalid: https://x.example/amp (amp: is no AMP page)",
        "content/a.md:12: blocked: https://x.example/ (status 403)",
        "",
        "content/b.md:3: redirected: http://x.example/old (moved)",
        "    -> https://x.example/new",
        "content/b.md:7: broken: https://example.com/a (404 Not Found)",
        "",
        "broken: Correct the URL, or take the link out.",
        "invalid: Correct the AMP URL, or take it out.",
        "blocked: Look at it in a browser: the site does not answer programs. See check.accept and check.exclude.",
        "redirected: Write the new URL, and the old one as id; --fix-redirects does both.",
        "",
        "1 broken, 1 invalid, 1 blocked, 1 redirected, 2 ok, 1 excluded",
    ]


def test_what_is_ok_is_told_when_asked_for_only() -> None:
    excluded = result(Verdict.EXCLUDED, message="by check.exclude", url="https://example.com/b", status=None)
    found = [result(Verdict.OK, message="", status=200), excluded]
    assert lines(*found) == ["1 ok, 1 excluded"]
    assert lines(*found, verbose=True) == [
        "content/a.md:7: ok: https://example.com/a (status 200)",
        "content/a.md:7: excluded: https://example.com/b (by check.exclude)",
        "",
        "1 ok, 1 excluded",
    ]
    assert lines() == ["no links"]


def test_a_quiet_report_tells_what_fails_and_nothing_else() -> None:
    assert lines(result(Verdict.BLOCKED), result(Verdict.OK), quiet=True) == []
    blocked = lines(result(Verdict.BLOCKED), result(), quiet=True, fails=lambda one: one.verdict is Verdict.BLOCKED)
    assert [line for line in blocked if "example.com" in line] == [lines(result(Verdict.BLOCKED))[0]]
    assert not any("broken" in line for line in blocked)


def test_a_link_of_many_articles_is_told_at_each_and_counted_once() -> None:
    found = result(locations=tuple((f"content/{name}.md", 7) for name in "abc"))
    told = lines(found)
    assert sum("example.com" in line for line in told) == 3
    assert told[-1] == "1 broken"


def test_colours_are_told_only_where_they_are_wanted() -> None:
    plain, coloured = rendered("text", *MANY), rendered("text", *MANY, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[31mbroken\x1b[0m" in coloured
    assert "\x1b[33mblocked\x1b[0m" in coloured
    assert re.sub("\x1b\\[[0-9]+m", "", coloured) == plain


def test_red_is_what_makes_the_check_fail() -> None:
    told = rendered(
        "text", result(Verdict.BLOCKED), result(), colour=True, fails=lambda one: one.verdict is Verdict.BLOCKED
    )
    assert "\x1b[31mblocked" in told
    assert "\x1b[33mbroken" in told


def test_every_verdict_has_its_place_in_the_counts() -> None:
    assert sorted(WORST_FIRST, key=list(Verdict).index) == list(Verdict)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("kind", LinkKind)
def test_there_is_advice_for_whatever_a_person_may_have_to_do(verdict: Verdict, kind: LinkKind) -> None:
    assert (advice(verdict, kind) is not None) == (verdict in NOTABLE)


def test_only_a_source_is_said_to_be_rewritten() -> None:
    assert "--fix-redirects" in (advice(Verdict.REDIRECTED, LinkKind.SOURCE) or "")
    assert "--fix-redirects" not in (advice(Verdict.REDIRECTED, LinkKind.IMAGE) or "")


# JSON


def test_json_holds_what_is_known_of_each_link() -> None:
    found = result(
        Verdict.REDIRECTED,
        status=200,
        message="moved",
        final_url="https://example.com/b",
        attempts=0,
        cached=True,
        locations=(("content/b.md", 7), ("content/a.md", 9)),
    )
    assert json.loads(rendered("json", found, result(url="https://example.com/z"))) == {
        "summary": {**dict.fromkeys((verdict.value for verdict in Verdict), 0), "redirected": 1, "broken": 1},
        "links": [
            {
                "url": "https://example.com/z",
                "kind": "source",
                "verdict": "broken",
                "status": 404,
                "message": "404 Not Found",
                "final_url": None,
                "elapsed_ms": 1234,
                "attempts": 1,
                "cached": False,
                "locations": [{"path": "content/a.md", "line": 7}],
            },
            {
                "url": "https://example.com/a",
                "kind": "source",
                "verdict": "redirected",
                "status": 200,
                "message": "moved",
                "final_url": "https://example.com/b",
                "elapsed_ms": 1234,
                "attempts": 0,
                "cached": True,
                "locations": [{"path": "content/a.md", "line": 9}, {"path": "content/b.md", "line": 7}],
            },
        ],
    }


def test_json_has_one_entry_for_a_url_of_a_kind_and_its_counts_add_up() -> None:
    report = json.loads(rendered("json", *MANY))
    assert len(report["links"]) == len(MANY) == sum(report["summary"].values())
    assert list(report["summary"]) == [verdict.value for verdict in Verdict]
    assert {link["kind"] for link in report["links"]} <= {kind.value for kind in LinkKind}


# JUnit


def suites(*results: LinkResult, **context: Any) -> etree._Element:
    return etree.fromstring(rendered("junit", *results, **context).encode())


def test_junit_has_a_suite_for_each_article_and_a_test_for_each_link_in_it() -> None:
    root = suites(*MANY)
    assert root.tag == "testsuites"
    assert [suite.get("name") for suite in root] == ["content/a.md", "content/b.md"]
    for suite in root:
        tests = suite.findall("testcase")
        assert suite.get("tests") == str(len(tests)) == str(len({test.get("name") for test in tests}))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
    for attribute in ("tests", "failures"):
        assert int(root.get(attribute)) == sum(int(suite.get(attribute)) for suite in root)


@pytest.mark.parametrize("verdict", Verdict)
def test_junit_fails_what_the_check_fails_and_skips_what_is_not_known(verdict: Verdict) -> None:
    (test,) = suites(result(verdict)).iter("testcase")
    children = [child.tag for child in test]
    passed = {Verdict.OK: [], Verdict.REDIRECTED: ["system-out"]}
    assert children == (["failure"] if verdict in FAILING else passed.get(verdict, ["skipped"]))
    assert [child.tag for child in next(suites(result(verdict), fails=lambda _: True).iter("testcase"))] == ["failure"]


def test_a_junit_failure_says_what_where_and_why() -> None:
    (test,) = suites(result(message="404 \x1b \ud800 \ufffe & <gone>")).iter("testcase")
    assert dict(test.attrib) == {
        "name": "source: https://example.com/a",
        "classname": "content/a.md",
        "time": "1.234",
    }
    failure = test[0]
    assert failure.get("type") == "broken"
    assert failure.get("message") == "broken: 404    & <gone>"
    reason = r"404 \x1b \ud800 \ufffe & <gone>"
    assert failure.text.startswith(f"content/a.md:7: source link is broken: https://example.com/a ({reason})\n")


def test_junit_keeps_to_what_its_schema_knows() -> None:
    known = {
        "testsuites": {"name", "tests", "failures", "errors"},
        "testsuite": {"name", "file", "tests", "failures", "errors", "skipped"},
        "testcase": {"name", "classname", "time"},
        "failure": {"type", "message"},
        "skipped": {"type", "message"},
        "system-out": set(),
    }
    for element in suites(*MANY).iter():
        assert set(element.attrib) == known[element.tag]
        assert element.get("time") is None or re.fullmatch(r"[0-9]+\.[0-9]{3}", element.get("time"))


# GitHub


def unescaped(text: str) -> str:
    """As the runner reads a command: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs."""
    for escaped, plain in [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]:
        text = text.replace(escaped, plain)
    return text


def commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for line in text.splitlines()[:-1]:
        match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert match
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        yield match[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(match[3])


def test_github_gets_an_annotation_at_each_place() -> None:
    found = result(locations=(("content/a.md", 7), ("content/b.md", 9)))
    message = "source link is broken: https://example.com/a (404 Not Found)"
    assert rendered("github", found, result(Verdict.OK)).splitlines() == [
        f"::error file=content/a.md,line=7,title=broken link::{message}",
        f"::error file=content/b.md,line=9,title=broken link::{message}",
        "1 broken, 1 ok",
    ]


@pytest.mark.parametrize("verdict", Verdict)
def test_github_is_warned_of_what_does_not_fail(verdict: Verdict) -> None:
    levels = [level for level, _, _ in commands(rendered("github", result(verdict)))]
    assert levels == (["error"] if verdict in FAILING else ["warning"] if verdict in NOTABLE else [])


def test_a_github_command_holds_any_name_and_message() -> None:
    path = "content/100%25: a,b::c\r\n.md"
    found = result(url="https://example.com/a%20b", message="::error::50% \r\n::stop", locations=((path, 7),))
    told = rendered("github", found)
    assert told.count("\n") == 2
    ((_, properties, message),) = commands(told)
    assert properties == {"file": path, "line": "7", "title": "broken link"}
    assert message == r"source link is broken: https://example.com/a%20b (::error::50% \r\n::stop)"


# SARIF


def test_sarif_has_what_the_specification_requires() -> None:
    log = json.loads(rendered("sarif", *MANY))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "feedpub"
    assert [rule["id"] for rule in rules] == [verdict.value for verdict in NOTABLE]
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    places = sum(len(one.locations) for one in MANY if one.verdict in NOTABLE)
    assert len(run["results"]) == places
    assert len({one["partialFingerprints"]["link/v1"] for one in run["results"]}) == len(
        {(path, one.kind, one.url) for one in MANY if one.verdict in NOTABLE for path, _ in one.locations}
    )
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["message"]["text"]
        (location,) = one["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert location["physicalLocation"]["artifactLocation"]["uriBaseId"] == "%SRCROOT%"


@pytest.mark.parametrize("verdict", NOTABLE)
def test_sarif_levels(verdict: Verdict) -> None:
    (found,) = json.loads(rendered("sarif", result(verdict)))["runs"][0]["results"]
    assert found["level"] == ("error" if verdict in FAILING else "note" if verdict is Verdict.REDIRECTED else "warning")


def test_a_sarif_uri_is_a_relative_reference() -> None:
    path = "con:tent/ä b#c?d%20.md"
    (found,) = json.loads(rendered("sarif", result(locations=((path, 1),))))["runs"][0]["results"]
    uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "con%3Atent/%C3%A4%20b%23c%3Fd%2520.md"
    assert unquote(uri) == path
