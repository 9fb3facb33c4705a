"""Best-of feeds and digests over several builds: the clock, the history, and what readers keep."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import Any

import pytest

from feedpub import BuildOptions, Report, build, load_config
from feedpub.building import plan
from support.site import SiteFolder

FEEDS = """\
feeds:
  - {slug: best, title: Best, top: {count: 2}}
  - {slug: week, title: The week, top: {count: 2, digest: true}}
"""
SUNDAY = datetime(2024, 5, 5, 23, 59, 59, tzinfo=UTC)
MONDAY = datetime(2024, 5, 6, tzinfo=UTC)
ISSUE = "https://news.example.org/feeds/week/#2024-W18"


@pytest.fixture
def weekly(site: SiteFolder) -> SiteFolder:
    """A site with three articles of one week."""
    site.configure(FEEDS)
    for name, heat in (("a", 10), ("b", 30), ("c", 20)):
        site.add(name, heat=heat)
    return site


def built(site: SiteFolder, now: datetime, **options: Any) -> Report:
    return build(load_config(site.root / "config.yaml"), BuildOptions(now=now, jobs=1, **options))


def items(site: SiteFolder, slug: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(site.files()[f"feeds/{slug}/feed.json"])["items"]
    return listed


def ids(site: SiteFolder, slug: str = "best") -> list[str]:
    return [item["id"].removeprefix("https://example.com/") for item in items(site, slug)]


def test_the_feeds_fill_when_the_week_is_over_though_no_file_changed(weekly: SiteFolder) -> None:
    built(weekly, SUNDAY)
    assert ids(weekly) == ids(weekly, "week") == []
    assert "feeds/week/rss.xml" in built(weekly, MONDAY).files
    assert ids(weekly) == ["b", "c"]
    (issue,) = items(weekly, "week")
    assert (issue["id"], issue["date_published"]) == (ISSUE, "2024-05-06T00:00:00Z")
    assert issue["_feedpub"] == {"digest": ["https://example.com/b", "https://example.com/c"]}
    assert built(weekly, MONDAY).files == ()


def test_a_published_week_stays_as_it_is_until_published_json_is_lost(weekly: SiteFolder) -> None:
    built(weekly, MONDAY)
    before = weekly.files()
    weekly.add("a", heat=99)
    weekly.add("late", heat=100)
    for options in ({}, {"full": True}):
        built(weekly, MONDAY, **options)
        files = weekly.files()
        assert {path: files[path] for path in before if path.startswith("feeds/")} == {
            path: data for path, data in before.items() if path.startswith("feeds/")
        }
    done = weekly.run("explain", "content/late.md").stdout
    assert "feeds/best" in done
    assert "number 1 of its week by heat, but 2024-W18 was published without it" in done
    (weekly.state / "published.json").unlink()
    built(weekly, MONDAY)
    assert ids(weekly) == ["a", "late"]
    assert ids(weekly, "week") == [ISSUE]


def test_an_article_that_is_withdrawn_goes_and_nothing_takes_its_place(weekly: SiteFolder) -> None:
    built(weekly, MONDAY)
    weekly.add("b", heat=30, draft=True)
    built(weekly, MONDAY)
    assert ids(weekly) == ["c"]
    (issue,) = items(weekly, "week")
    assert issue["_feedpub"] == {"digest": ["https://example.com/c"]}
    (weekly.content / "c.md").unlink()
    built(weekly, MONDAY)
    assert ids(weekly) == ids(weekly, "week") == []
    weekly.add("b", heat=30)
    built(weekly, MONDAY)
    assert ids(weekly) == ["b"]
    assert ids(weekly, "week") == [ISSUE]


def test_an_edit_of_a_chosen_article_is_planned_from_the_changes_alone(
    weekly: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(weekly, MONDAY)
    weekly.age()
    built(weekly, MONDAY)
    weekly.add("b", heat=1, title="Another title")
    weekly.add("new", heat=50, publishedDateTime="2024-05-06T00:00:00Z")
    twin = SiteFolder(weekly.root.parent / "twin")
    shutil.copytree(weekly.root, twin.root, dirs_exist_ok=True)
    built(twin, MONDAY, full=True)
    monkeypatch.setattr(plan, "read_snapshot", None)
    built(weekly, MONDAY)
    assert weekly.files() == twin.files()
    assert "Another title" in items(weekly, "week")[0]["content_html"]


def test_a_late_article_of_a_week_without_any_is_shown(weekly: SiteFolder) -> None:
    built(weekly, MONDAY)
    weekly.add("older", heat=1, publishedDateTime="2024-04-01")
    built(weekly, MONDAY)
    assert ids(weekly) == ["b", "c", "older"]
    assert [item["id"][-8:] for item in items(weekly, "week")] == ["2024-W18", "2024-W14"]


def test_lists_and_pages_show_digests_as_other_feeds(weekly: SiteFolder) -> None:
    built(weekly, MONDAY)
    files = weekly.files()
    assert b'text="The week"' in files["feeds.opml"]
    page = files["feeds/week/index.html"].decode()
    assert '<h2 id="2024-W18">2024-W18</h2>' in page
    assert page.index("Title of b") < page.index("Title of c")
    rows = {row["folder"]: row for row in json.loads(weekly.run("list", "feeds", "--json").stdout)}
    assert (rows["feeds/week"]["articles"], rows["feeds/week"]["entries"]) == (2, 1)
    assert "position 1  (The week)" in weekly.run("explain", "content/c.md").stdout


def test_a_feed_without_top_again_holds_every_article_and_forgets_the_choice(weekly: SiteFolder) -> None:
    built(weekly, MONDAY)
    weekly.configure(FEEDS.replace(", top: {count: 2}", ""))
    built(weekly, MONDAY)
    assert ids(weekly) == ["a", "b", "c"]
    feeds = json.loads((weekly.state / "published.json").read_bytes())["outputs"]["output"]["feeds"]
    assert [folder for folder, feed in feeds.items() if "chosen" in feed] == ["feeds/week"]


@pytest.mark.parametrize("damage", [{"2024-W99": ["x"]}, {"../../x": ["y"], "2024-05": []}, {"2024-W18": []}])
def test_names_that_are_no_weeks_and_weeks_of_nothing_are_ignored(weekly: SiteFolder, damage: dict[str, Any]) -> None:
    built(weekly, MONDAY)
    before = weekly.files()
    state = weekly.state / "published.json"
    history = json.loads(state.read_bytes())
    del history["checksum"]
    history["outputs"]["output"]["feeds"]["feeds/week"]["chosen"] = damage
    state.write_text(json.dumps(history))
    built(weekly, MONDAY)
    assert weekly.files() == before
