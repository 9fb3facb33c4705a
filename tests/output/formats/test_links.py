"""The head of a feed: the hub, the stylesheet for browsers, its end; and the spelling of URLs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lxml import etree

from feedpub.config import CustomFeed, Podcast
from feedpub.config.model import Output
from feedpub.feeds.order import newest_first
from feedpub.feeds.selection import select
from support.making import BASE_URL, NOW, article, configuration, day, rendered
from support.published_feeds import published_at
from support.site import SiteFolder

HUB = "https://hub.example.net/?a&b"
PODCAST = Podcast(category="News", image="https://news.example.org/cover.jpg", complete=True)
ATOM = "{http://www.w3.org/2005/Atom}"


def publish(hub: str | None = HUB, **output: object) -> dict[str, bytes]:
    config = configuration(hub=hub, output=Output(**output))
    articles = [article(f"a{number}", ("AI",), published_at=day(number)) for number in (1, 2, 3)]
    return rendered(select(newest_first(articles), config, {}, NOW), config)


@pytest.mark.parametrize("folder", ["", "topics/ai/"])
def test_every_format_names_hub_and_self_once(folder: str) -> None:
    files = publish()
    for name in ("rss.xml", "atom.xml"):
        links = [
            (link.get("rel"), link.get("href")) for link in etree.fromstring(files[folder + name]).iter(f"{ATOM}link")
        ]
        assert [href for rel, href in links if rel == "hub"] == [HUB]
        assert [href for rel, href in links if rel == "self"] == [f"{BASE_URL}{folder}{name}"]
    document = json.loads(files[f"{folder}feed.json"])
    assert document["hubs"] == [{"type": "WebSub", "url": HUB}]
    assert document["feed_url"] == f"{BASE_URL}{folder}feed.json"


def test_without_a_hub_and_in_archives_none_is_named() -> None:
    for path, data in publish(None).items():
        assert b'"hub"' not in data, path
        assert b"hubs" not in data, path
    files = publish(limit=1, archive=True, pages=False)
    archives = {path: data for path, data in files.items() if "archive/" in path}
    assert len(archives) == 18
    assert not any(HUB.encode().replace(b"&", b"&amp;") in data or b"hubs" in data for data in archives.values())


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("rss.xml", "feedpub.css"),
        ("topics/ai/atom.xml", "../../feedpub.css"),
        ("topics/ai/archive/1/rss.xml", "../../../../feedpub.css"),
    ],
)
def test_a_browser_finds_the_stylesheet_and_the_page(path: str, href: str) -> None:
    files = publish(limit=1, archive=True)
    root = etree.fromstring(files[path])
    (instruction,) = root.itersiblings(preceding=True)
    assert (instruction.target, dict(instruction.attrib)) == ("xml-stylesheet", {"type": "text/css", "href": href})
    page = BASE_URL + "topics/ai/" if path.startswith("topics") else BASE_URL
    alternate = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert (alternate or [root.findtext("channel/link")]) == [page]


def test_without_pages_there_is_no_stylesheet_and_the_page_is_the_sites() -> None:
    files = publish(pages=False)
    assert not any(b"xml-stylesheet" in data for data in files.values())
    assert etree.fromstring(files["topics/ai/rss.xml"]).findtext("channel/link") == BASE_URL
    assert not any(path.endswith((".html", ".css", ".js")) for path in files)


def test_every_url_that_a_field_gives_is_written_in_one_way(site: SiteFolder) -> None:
    head = 'site: {title: News, base_url: "https://news.example", icon: "https://icon.example"}\n'
    more = "content: {path: content}\noutput: {pages: false, related: content, lead_image: both}\n"
    site.configure(more, base=head)
    site.add(
        "a",
        sourceUrl="https://source.example",
        ampUrl="https://amp.example",
        cdnAmpUrl="https://cache.example",
        provider={"name": "P", "domain": "p.example", "images": [{"url": "https://avatar.example"}]},
        authors=[{"name": "A", "url": "https://author.example"}],
        images=[{"url": "https://image.example"}],
        enclosures=[{"url": "https://media.example"}],
        related=[{"webUrl": "https://related.example", "title": "R"}],
    )
    files = published_at(site.root).files
    urls = {url for path in files for url in re.findall(r"https://\w+\.example\b/?", files[path].decode())}
    assert len(urls) == 10
    assert all(url.endswith("/") for url in urls)


def test_an_id_is_the_source_of_another_article_with_or_without_its_slash(site: SiteFolder) -> None:
    site.add("a", id="https://example.com", sourceUrl="https://example.net/a")
    site.add("b", sourceUrl="https://example.com/", publishedDateTime="2024-05-02")
    (item,) = json.loads(published_at(site.root).files["feed.json"])["items"]
    assert (item["id"], item["url"]) == ("https://example.com/", "https://example.com/")


@pytest.mark.parametrize("settings", [{"expired": True}, {"podcast": PODCAST}], ids=["expired", "podcast"])
def test_a_feed_that_is_finished_says_so_in_json(settings: dict[str, Any]) -> None:
    config = configuration(feeds=(CustomFeed(slug="done", title="Done", **settings),))
    files = rendered(select([article()], config, {}, NOW), config)
    assert json.loads(files["feeds/done/feed.json"])["expired"] is True
    assert "expired" not in json.loads(files["feed.json"])
