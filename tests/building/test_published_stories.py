"""Stories over several builds: which article stands for a story stays, whatever the cache is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from test_incremental import NOW, built, from_nothing, refuse

from support.site import SiteFolder

STORIES = "feeds: [{slug: mine, title: Mine, group_stories: true}]\n"
LAUNCH = "OpenAI launches GPT-5 for all users"


def tell(site: SiteFolder, name: str, title: str = LAUNCH, hour: int = 0, **fields: Any) -> None:
    """Write an article of a provider of its own."""
    moment = f"2024-05-0{1 + hour // 24}T{hour % 24:02}:00:00Z"
    provider = {"name": name, "domain": f"{name}.example"}
    site.add(name, title=title, publishedDateTime=moment, provider=provider, **fields)


def shown(site: SiteFolder) -> dict[str, list[str]]:
    """The names of the articles that the feed shows, each with those of the others of its story."""
    items = json.loads((site.output / "feeds/mine/feed.json").read_text())["items"]
    return {
        item["id"].rpartition("/")[2]: [other["url"].rpartition("/")[2] for other in item["_feedpub"].get("story", ())]
        for item in items
    }


def test_an_entry_goes_on_to_stand_for_its_story_and_the_next_takes_over_when_it_is_withdrawn(site: SiteFolder) -> None:
    site.configure(STORIES)
    tell(site, "a", heat=10)
    built(site, NOW)
    assert shown(site) == {"a": []}
    tell(site, "b", hour=1, heat=90)
    built(site, NOW)
    assert shown(site) == {"a": ["b"]}
    built(site, NOW, full=True)
    assert shown(site) == {"a": ["b"]}
    tell(site, "a", heat=10, draft=True)
    built(site, NOW)
    assert shown(site) == {"b": []}
    tell(site, "a", heat=99)
    built(site, NOW)
    assert shown(site) == {"b": ["a"]}


def test_without_published_json_the_hottest_stands_for_its_story_again(site: SiteFolder) -> None:
    site.configure(STORIES)
    tell(site, "a", heat=10)
    built(site, NOW)
    tell(site, "b", heat=90)
    built(site, NOW)
    shutil.rmtree(site.root / ".feedpub")
    built(site, NOW)
    assert shown(site) == {"b": ["a"]}


def test_an_entry_beyond_the_limit_stands_for_its_story_while_that_may_grow(site: SiteFolder) -> None:
    site.configure(STORIES.replace("}]", ", limit: 1}]"))
    tell(site, "a")
    built(site, NOW)
    tell(site, "b", "Tesla recalls 2 million cars in Norway", hour=1)
    built(site, NOW)
    tell(site, "c", hour=2, heat=90)
    built(site, NOW)
    assert shown(site) == {"b": []}


@pytest.mark.parametrize("section", ["output", "topics", "providers"])
def test_one_article_that_changed_gives_the_bytes_of_a_build_from_nothing(
    site: SiteFolder, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.configure(f"{section}: {{group_stories: true, limit: 3}}\n")
    for number in range(12):
        title = LAUNCH if number % 3 else f"Report {number} of Number {number}"
        tell(site, f"n{number}", title, hour=5 * number, topics=["AI"], heat=number)
    built(site, NOW)
    tell(site, "n10", LAUNCH + " in Europe", hour=50, topics=["AI"], heat=99)
    tell(site, "new", "OpenAI launches GPT-5", hour=54, topics=["AI"], heat=100)
    _, files = from_nothing(site, NOW)
    monkeypatch.setattr("feedpub.building.plan.read_snapshot", refuse)
    built(site, NOW)
    assert site.files() == files
    assert built(site, NOW).files == ()


def test_a_story_whose_other_article_changes_is_written_again(site: SiteFolder) -> None:
    site.configure(STORIES)
    tell(site, "a", heat=10)
    tell(site, "b")
    built(site, NOW)
    tell(site, "b", LAUNCH + " today")
    assert "feeds/mine/rss.xml" in built(site, NOW).files
    assert f"{LAUNCH} today" in (site.output / "feeds/mine/index.html").read_text()


def test_an_entry_whose_body_is_left_out_still_lists_its_story(site: SiteFolder) -> None:
    site.configure(STORIES.replace("}]", ", max_bytes: 2 kB}]"))
    site.add("a", "word " * 1000, title=LAUNCH, heat=10, provider={"name": "A"}, excerpt="Short.")
    tell(site, "b", hour=10)
    built(site, NOW)
    (item,) = json.loads((site.output / "feeds/mine/feed.json").read_text())["items"]
    assert "word word" not in item["content_html"]
    assert "https://example.com/b" in item["content_html"]


def test_published_json_has_no_ids_of_feeds_without_stories(site: SiteFolder) -> None:
    tell(site, "a")
    built(site, NOW)
    assert "story" not in (site.root / ".feedpub/published.json").read_text()


def test_explain_names_the_article_that_stands_for_a_story(site: SiteFolder, tmp_path: Path) -> None:
    site.configure(STORIES)
    tell(site, "a", heat=10)
    tell(site, "b")
    lines = site.run("explain", "content/b.md").stdout.splitlines()
    assert any("feeds/mine" in line and "not in it: shown in the story of content/a.md" in line for line in lines)


def test_list_counts_the_articles_of_a_feed_and_its_entries(site: SiteFolder) -> None:
    site.configure(STORIES)
    tell(site, "a")
    tell(site, "b")
    rows = {row["folder"]: row for row in json.loads(site.run("list", "feeds", "--json").stdout)}
    assert (rows["feeds/mine"]["articles"], rows["feeds/mine"]["entries"]) == (2, 1)
