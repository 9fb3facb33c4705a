"""The recipes of docs/recipes.md: each is built on one small site, and its feed holds what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from support.documents import blocks, text_of
from support.published_feeds import NAMESPACES
from support.site import SiteFolder

PAGE = "docs/recipes.md"
NOW = "2026-11-20T12:00:00Z"
HERALD = {"name": "Herald", "domain": "herald.example"}
WIRE = {"name": "City Wire", "domain": "wire.example"}
LONG = "All of the text. " * 100
RECORDING = {"url": "/audio/7.mp3", "type": "audio/mpeg", "length": 12_345_678, "duration": "PT58M"}
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """A newsroom's site: its own articles, those of others, a diary, a link, a recording."""
    site = SiteFolder(tmp_path_factory.mktemp("site") / "site")

    def add(name: str, day: int, heat: int, topics: list[str], **values: Any) -> None:
        date = f"2026-11-{day:02}T10:00:00Z"
        site.add(name, LONG, publishedDateTime=date, heat=heat, topics=topics, excerpt=f"Excerpt of {name}.", **values)

    add("diary", 20, 5, ["Diary"], language="de")
    add("law", 19, 90, ["Health", "Politics"], images=[{"url": "/law.jpg", "width": 1200, "height": 800}])
    add("herald", 19, 70, ["Health"], provider=HERALD, title="Senate passes the new Health Bill of Smith")
    add("wire", 19, 60, ["Politics"], provider=WIRE, title="Senate passes the new Health Bill of Smith today")
    add("match", 12, 50, ["Sports", "Travel"], provider=HERALD)
    add("hospital", 11, 40, ["Health"], provider=HERALD, authors=["City Wire"])
    add("link", 10, 30, ["Politics"], type="link")
    add("episode", 5, 20, ["Politics"], enclosures=[RECORDING])
    return site


Feed = dict[str, Any]
Feeds = dict[str, Feed]


def names(feed: Feed) -> list[str]:
    """The names of the articles of ``feed``, in its order."""
    return [item["url"].rpartition("/")[2] for item in feed["items"]]


def everything_but(feeds: Feeds, _: Path) -> None:
    assert set(names(feeds[""])) - set(names(feeds["feeds/news"])) == {"diary"}
    assert len(names(feeds["feeds/news"])) == 7


def original(feeds: Feeds, _: Path) -> None:
    assert names(feeds["feeds/original"]) == ["diary", "herald", "law", "match", "episode"]


def both_topics(feeds: Feeds, _: Path) -> None:
    assert names(feeds["feeds/health-policy"]) == ["law"]


def full_text(feeds: Feeds, _: Path) -> None:
    partner, others = feeds["feeds/partner"], feeds[""]
    assert names(partner) == names(others)
    assert all("All of the text." in item["content_html"] for item in partner["items"])
    assert not any("All of the text." in str(item) for item in others["items"])


def fresh(feeds: Feeds, _: Path) -> None:
    assert names(feeds["feeds/fresh"]) == ["diary", "herald", "law", "wire"]


def languages(feeds: Feeds, _: Path) -> None:
    shown = {folder: (feed["language"], len(feed["items"])) for folder, feed in feeds.items() if "~" in folder}
    assert shown == {"feeds/in~de": ("de", 1), "feeds/in~en": ("en", 7)}


def pairs(feeds: Feeds, _: Path) -> None:
    (folder,) = (folder for folder in feeds if folder.startswith("feeds/"))
    assert folder == "feeds/by~health~herald.example"
    assert feeds[folder]["title"] == "By topic and source: Health, Herald"
    assert names(feeds[folder]) == ["herald", "hospital"]


def digest(feeds: Feeds, _: Path) -> None:
    week, first = feeds["feeds/week"]["items"]
    assert re.findall(r'href="https://example.com/(\w+)"', week["content_html"]) == ["match", "hospital", "link"]
    assert re.findall(r'href="https://example.com/(\w+)"', first["content_html"]) == ["episode"]


def stories(feeds: Feeds, _: Path) -> None:
    assert "wire" in names(feeds[""])
    assert "wire" not in names(feeds["feeds/stories"])
    (entry,) = (item for item in feeds["feeds/stories"]["items"] if item["url"].endswith("/herald"))
    assert "https://example.com/wire" in entry["content_html"]


def podcast(feeds: Feeds, output: Path) -> None:
    assert names(feeds["feeds/podcast"]) == ["episode"]
    channel = etree.parse(output / "feeds/podcast/rss.xml").find("channel")
    assert channel.find("{*}category").get("text") == "News"
    assert channel.find("item/enclosure").get("length") == "12345678"


def pictures(_: Feeds, output: Path) -> None:
    assert {path.name for path in (output / "feeds/pictures").iterdir()} == {"rss.xml", "index.html"}
    items = etree.parse(output / "feeds/pictures/rss.xml").iter("item")
    (law,) = (item for item in items if item.findtext("link", "").endswith("/law"))
    assert "https://news.example.org/law.jpg" in law.findtext(CONTENT).partition("All of the text.")[0]
    assert law.find("media:content", NAMESPACES).get("url") == "https://news.example.org/law.jpg"


def flipboard(feeds: Feeds, output: Path) -> None:
    assert names(feeds["feeds/flipboard"]) == names(feeds[""])
    items = etree.parse(output / "feeds/flipboard/rss.xml").iter("item")
    enclosures = {item.findtext("link", "").rpartition("/")[2]: item.find("enclosure") for item in items}
    assert enclosures["law"].get("url") == "https://news.example.org/law.jpg"
    # A recording is none that Flipboard shows.
    assert enclosures["episode"] is None


EXPECTED: tuple[Callable[[Feeds, Path], None], ...] = (
    everything_but,
    original,
    both_topics,
    full_text,
    fresh,
    languages,
    pairs,
    digest,
    stories,
    podcast,
    pictures,
    flipboard,
)
RECIPES = [block for block in blocks("yaml") if block.name == PAGE]


def test_there_are_twelve_short_recipes() -> None:
    assert len(RECIPES) == len(EXPECTED) == len(re.findall(r"^## \d+\. ", text_of(PAGE), re.MULTILINE)) == 12
    assert max(len(recipe.text.splitlines()) for recipe in RECIPES) <= 6


@pytest.mark.parametrize("number", range(1, 13))
def test_the_feed_of_a_recipe_holds_what_the_page_says(site: SiteFolder, number: int) -> None:
    site.configure(RECIPES[number - 1].text)
    output = site.root / f"output-{number}"
    done = site.build("--now", NOW, "--full", "--output", str(output))
    assert done.stderr == ""
    feeds = {
        "" if file.parent == output else file.parent.relative_to(output).as_posix(): json.loads(file.read_bytes())
        for file in output.rglob("feed.json")
    }
    EXPECTED[number - 1](feeds, output)


def test_the_recipes_may_stand_in_one_configuration(site: SiteFolder) -> None:
    parts = [yaml.safe_load(recipe.text) for recipe in RECIPES]
    together = {key: value for part in parts for key, value in part.items() if key != "feeds"}
    together["feeds"] = [feed for part in parts for feed in part["feeds"]]
    site.configure(yaml.safe_dump(together))
    assert site.build("--now", NOW, "--output", str(site.root / "output-all")).stderr == ""
    # The small site has fewer articles than Flipboard asks for, and some without pictures.
    refused = site.run("validate").stdout.splitlines()[1:]
    assert [line for line in refused if "feeds[" in line and "Flipboard" not in line] == []


def test_the_oldest_entries_of_a_partner_s_feed_have_excerpts_above_its_limit(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site")
    for number in range(4):
        date = f"2026-11-{10 + number}T10:00:00Z"
        site.add(f"{number}", LONG * 200, publishedDateTime=date, excerpt=f"Excerpt of {number}.")
    site.configure(RECIPES[10].text)
    site.build("--now", NOW)
    file = site.output / "feeds/pictures/rss.xml"
    assert 0 < file.stat().st_size <= 1_000_000
    bodies = [item.findtext(CONTENT, "") for item in etree.parse(file).iter("item")]
    assert ["All of the text." in body for body in bodies] == [True, True, False, False]
