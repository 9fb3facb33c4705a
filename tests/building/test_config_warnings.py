"""The warnings about a configuration that is valid, but does not fit the articles."""

from __future__ import annotations

import pytest

from feedpub import load_config, validate
from support.site import SiteFolder

HEAD_LINES = 7
"""The lines of config.yaml before those of a test."""
WSJ = {"name": "Wall Street Journal", "domain": "wsj.com"}


@pytest.fixture
def filled(site: SiteFolder) -> SiteFolder:
    site.add("a", topics=["AI", "Power Apps"], provider=WSJ, heat=60)
    site.add("b", topics=["Robots"], provider={"name": "The Times"})
    site.add("draft", topics=["Secret"], draft=True)
    return site


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("topics: {exclude: [ai, power-apps], feeds: {Robots: {limit: 3}}, aliases: {ML: Robots}}", ""),
        ("providers: {exclude: [WSJ.com, the  times], feeds: {Wall Street Journal: {limit: 3}}}", ""),
        ("feeds: [{slug: a, title: A, topics: [AI], none: {providers: [wsj.com]}, since: 7d}]", ""),
        ("feeds: [{slug: a, title: A, min_heat: 99, top: {}}]", ""),
        (
            "topics: {exclude: [Robtos]}",
            "topics.exclude[0]: no published article has the topic 'Robtos'; did you mean 'Robots'?",
        ),
        ("topics: {exclude: [Secret]}", "topics.exclude[0]: no published article has the topic 'Secret'"),
        (
            "topics: {feeds: {Power App: {limit: 3}}}",
            "topics.feeds.Power App: no published article has the topic 'Power App'; did you mean 'Power Apps'?",
        ),
        (
            "topics: {aliases: {ML: AJ}}",
            "topics.aliases.ML: no published article has the topic 'AJ'; did you mean 'AI'?",
        ),
        (
            "providers: {exclude: [wsj.co]}",
            "providers.exclude[0]: no published article is from the provider 'wsj.co'; did you mean 'wsj.com'?",
        ),
        (
            "providers: {feeds: {Times: {limit: 1}}}",
            "providers.feeds.Times: no published article is from the provider 'Times'; did you mean 'The Times'?",
        ),
        (
            "providers: {aliases: {old.example: xyzzy.example}}",
            "providers.aliases.old.example: no published article is from the provider 'xyzzy.example'",
        ),
        (
            "feeds: [{slug: a, title: A, topics: [AI, Robot]}]",
            "feeds[0].topics[1]: no published article has the topic 'Robot'; did you mean 'Robots'?",
        ),
        (
            "feeds: [{slug: a, title: A, none: {topics: [Zz]}}]",
            "feeds[0].none.topics[0]: no published article has the topic 'Zz'",
        ),
        (
            "feeds: [{slug: a, title: A, any: [{types: [x]}, {providers: [w.com]}]}]",
            "feeds[0].any[1].providers[0]: no published article is from the provider 'w.com'; did you mean 'wsj.com'?",
        ),
        ("feeds: [{slug: a, title: A, min_heat: 99}]", "feeds[0].slug: the rule of 'a' matches no published article"),
        (
            "feeds: [{slug: a, title: A, combine: [topics], types: [x]}]",
            "feeds[0].slug: the rule of 'a' matches no published article",
        ),
    ],
)
def test_a_name_or_rule_that_matches_nothing_is_told_once(filled: SiteFolder, written: str, told: str) -> None:
    filled.configure(written + "\n")
    expected = [f"config.yaml:{HEAD_LINES + 1}: {told}"] if told else []
    done = filled.run("validate")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, expected)
    assert filled.build().stderr == ""
    # Nothing changes, and so the build looks at no article.
    assert [line for line in filled.build("-v").stderr.splitlines() if "config.yaml" in line] == expected


def test_lines_are_those_of_the_names(filled: SiteFolder) -> None:
    feeds = "feeds:\n  - slug: a\n    title: A\n    topics:\n    - Ai\n    - Zz\n"
    filled.configure(f"topics:\n  exclude:\n    - AI\n    - Robot\n{feeds}")
    lines = [line.partition(" ")[0] for line in filled.run("validate").stdout.splitlines()[1:]]
    assert lines == ["config.yaml:11:", "config.yaml:17:"]


def test_a_site_without_articles_and_a_part_of_a_site_are_told_nothing(site: SiteFolder) -> None:
    site.configure("topics: {exclude: [Robtos]}\n")
    assert len(site.run("validate").stdout.splitlines()) == 1
    assert "config.yaml" not in site.build("-v").stderr
    path = site.add("a", topics=["Robots"])
    assert len(site.run("validate", str(path)).stdout.splitlines()) == 1
    report = validate(load_config(site.root / "config.yaml"))
    assert [line.partition(": ")[2].partition(":")[0] for line in report.configuration] == ["topics.exclude[0]"]
