"""Families of feeds in builds: what is told of them, and that a full family is as from nothing."""

from __future__ import annotations

import json
import shutil

import pytest

from feedpub.feeds.families import MAX_FAMILY
from support.commands import run_here
from support.site import SiteFolder

PAIRS = "feeds: [{slug: hot, title: Hot, combine: [topics, providers], min_articles: 2, min_heat: 50}]\n"
WSJ = {"name": "WSJ", "domain": "wsj.com"}


@pytest.fixture
def pairs(site: SiteFolder) -> SiteFolder:
    """A site with one pair of two articles, one of a single article, and one that is too cold."""
    site.configure(PAIRS)
    site.add("a", topics=["AI", "Go"], provider=WSJ, heat=60)
    site.add("b", topics=["AI"], provider=WSJ, heat=70)
    site.add("c", topics=["AI"], provider=WSJ, heat=10)
    site.add("d", topics=["AI"], heat=90)
    site.build()
    return site


def test_explain_names_each_pair_and_why_there_is_none(pairs: SiteFolder) -> None:
    lines = pairs.run("explain", "content/a.md").stdout.splitlines()
    (found,) = (line for line in lines if "feeds/hot~ai~wsj.com" in line)
    assert "position 1  (Hot: AI, WSJ)" in found
    (missing,) = (line for line in lines if "feeds/hot~go~wsj.com" in line)
    assert "not in it: 1 of min_articles 2  (Hot: Go, WSJ)" in missing
    for name, reason in (("c", "heat 10 < min_heat 50"), ("d", "has none of the providers that have feeds")):
        (line,) = (line for line in pairs.run("explain", f"content/{name}.md").stdout.splitlines() if "hot~" in line)
        assert f"not in it: {reason}  (Hot)" in line


def test_pages_and_lists_show_each_feed_of_a_family(pairs: SiteFolder) -> None:
    files = pairs.files()
    assert b"Hot: AI, WSJ" in files["index.html"]
    assert b"feeds/hot~ai~wsj.com/rss.xml" in files["feeds.opml"]
    feed = json.loads(files["feeds/hot~ai~wsj.com/feed.json"])
    assert (feed["title"], len(feed["items"])) == ("Hot: AI, WSJ", 2)
    assert "feeds/hot~ai~wsj.com" in pairs.run("list", "feeds").stdout


def test_a_feed_of_a_family_stays_when_it_is_empty_and_goes_with_prune(pairs: SiteFolder) -> None:
    for name in "ab":
        pairs.add(name, topics=["Other"])
    pairs.build()
    assert json.loads(pairs.files()["feeds/hot~ai~wsj.com/feed.json"])["items"] == []
    pairs.build("--prune")
    assert "feeds/hot~ai~wsj.com/feed.json" not in pairs.files()


@pytest.mark.slow
def test_a_full_family_is_told_and_stays_as_a_build_from_nothing_has_it(site: SiteFolder) -> None:
    site.configure(
        "output: {formats: [json], pages: false}\ntopics: {min_articles: 99}\n"
        "feeds: [{slug: by, title: By, combine: [topics]}]\n"
    )
    for number in range(5):
        site.add(str(number), topics=[f"Topic {n}" for n in range(number, MAX_FAMILY + 5, 5)])
    warning = "feedpub: warning: feeds/by: 5 further feeds are not published, because a family has at most 1000;"
    assert warning in site.build().stderr
    assert len([path for path in site.files() if path.startswith("feeds/by~")]) == MAX_FAMILY
    site.age()
    # One topic loses its feed, which makes room for the one of those without a feed that comes first.
    site.add("0", topics=[f"Topic {n}" for n in range(5, MAX_FAMILY + 5, 5)])
    twin = site.root.parent / "twin"
    shutil.copytree(site.root, twin)
    (twin / ".feedpub/build.db").unlink()
    site.build("--prune")
    run_here(twin, ["build", "--full", "--prune"], "")
    files = site.files()
    assert "feeds/by~topic-0/feed.json" not in files
    assert "feeds/by~topic-995/feed.json" in files
    made = (path for path in twin.rglob("output/**/*") if path.is_file())
    assert files == {path.relative_to(twin / "output").as_posix(): path.read_bytes() for path in made}
