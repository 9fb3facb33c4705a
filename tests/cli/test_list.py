"""``feedpub list``: for people line by line, for programs as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.site import SiteFolder


@pytest.fixture
def stocked(site: SiteFolder) -> SiteFolder:
    """A site with an article in every state, and topics and providers with and without a feed."""
    site.configure("topics: {exclude: [Spam], min_articles: 2}\nproviders: {min_articles: 2}\n")
    site.add("a", topics=["AI", "spam"], provider={"name": "Journal", "domain": "journal.example"})
    site.add("b", topics=["ai", "Rare"], provider={"name": "Journal", "domain": "journal.example"})
    site.add("c", provider={"name": "Small Paper"}, publishedDateTime="2024-06-01")
    site.add("d", draft=True)
    site.add("e", publishedDateTime="2999-01-01")
    site.add("f", sourceUrl="https://example.com/a")
    site.add("g", title=None, quality="high")
    return site


def rows(site: SiteFolder, what: str) -> list[dict[str, Any]]:
    done = site.run("list", what, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_topics_come_with_their_articles_and_why_they_have_no_feed(stocked: SiteFolder) -> None:
    assert rows(stocked, "topics") == [
        {"name": name, "folder": folder, "articles": articles, "feed": reason is None, "reason": reason}
        for name, folder, articles, reason in (
            ("AI", "topics/ai", 2, None),
            ("Rare", "topics/rare", 1, "1 of topics.min_articles 2"),
            ("spam", "topics/spam", 1, "the topic is in topics.exclude"),
        )
    ]


def test_providers_come_with_their_articles_and_why_they_have_no_feed(stocked: SiteFolder) -> None:
    assert [(row["name"], row["folder"], row["articles"], row["reason"]) for row in rows(stocked, "providers")] == [
        ("Journal", "providers/journal.example", 2, None),
        ("Small Paper", "providers/small-paper", 1, "1 of providers.min_articles 2"),
    ]


def test_feeds_come_with_their_folder_title_and_size(stocked: SiteFolder) -> None:
    assert rows(stocked, "feeds") == [
        {"folder": "", "title": "AI News", "articles": 3, "entries": 3, "updated": "2024-06-01T00:00:00Z"},
        {
            "folder": "providers/journal.example",
            "title": "AI News: Journal",
            "articles": 2,
            "entries": 2,
            "updated": "2024-05-01T10:00:00Z",
        },
        {
            "folder": "topics/ai",
            "title": "AI News: AI",
            "articles": 2,
            "entries": 2,
            "updated": "2024-05-01T10:00:00Z",
        },
    ]


def test_a_feed_that_was_emptied_is_listed(stocked: SiteFolder) -> None:
    stocked.build()
    stocked.add("a")
    stocked.add("b")
    assert {row["folder"]: row["articles"] for row in rows(stocked, "feeds")} == {
        "": 3,
        "providers/journal.example": 0,
        "topics/ai": 0,
    }


def test_articles_come_with_their_state_and_the_reason(stocked: SiteFolder) -> None:
    assert [(row["path"], row["status"], row["reason"]) for row in rows(stocked, "articles")] == [
        ("content/a.md", "published", None),
        ("content/b.md", "published", None),
        ("content/c.md", "published", None),
        ("content/d.md", "unpublished", "unpublished (draft: true)"),
        ("content/e.md", "embargoed", "embargoed until 2999-01-01T00:00:00Z"),
        ("content/f.md", "duplicate", "duplicate of content/a.md, which is published instead"),
        (
            "content/g.md",
            "invalid",
            (
                "content/g.md:1: title: missing; every article needs a title; if the site's generator makes it, "
                "set content.generator"
            ),
        ),
    ]


@pytest.mark.parametrize("what", ["topics", "providers", "feeds", "articles"])
def test_a_person_gets_a_line_for_each_row(stocked: SiteFolder, what: str) -> None:
    done = stocked.run("list", what)
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(stocked, what)
    assert len(done.stdout.splitlines()) == len(found) > 1
    for line, row in zip(done.stdout.splitlines(), found, strict=True):
        assert str(row.get("name") or row.get("path") or row["folder"]) in line


def test_an_empty_site_has_a_feed_and_nothing_else(site: SiteFolder) -> None:
    assert [len(rows(site, what)) for what in ("topics", "providers", "feeds", "articles")] == [0, 0, 1, 0]
    assert site.run("list", "topics").stdout == ""


def test_listing_writes_nothing(stocked: SiteFolder) -> None:
    rows(stocked, "feeds")
    assert {path.name for path in stocked.root.iterdir()} == {"config.yaml", "content"}


def test_json_is_safe_to_print_and_means_the_same(site: SiteFolder) -> None:
    title = "Grüße \x9b\u202e\u2066\u200e\u061c\u2028 ##[error]x ##vso[task.complete]"
    site.add("a", topics=[title])
    done = site.run("list", "topics", "--json")
    shown = json.loads(done.stdout)[0]["name"]
    assert {"\u202e", "\u2066", "\u200e", "\u061c"} <= set(shown)
    assert all(line.isprintable() for line in done.stdout.split("\n"))
    assert "##" not in done.stdout
    assert "Grüße" in done.stdout


def test_a_title_cannot_steer_the_terminal_or_forge_a_line(site: SiteFolder) -> None:
    site.add("a", topics=["one\u2028two", "\u202ethree", "\x1b[2Jfour"])
    done = site.run("list", "topics")
    assert len(done.stdout.split("\n")) == 4
    assert not set(done.stdout) & {"\x1b", "\u202e", "\u2028"}
