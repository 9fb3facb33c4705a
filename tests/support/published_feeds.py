"""The feeds for the tests of the formats: the corpus and the repository's own seeds, straight from the pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from lxml import etree

from feedpub import load_config
from feedpub.config import Config
from feedpub.config.model import Output, Site
from feedpub.content.loading import load_articles
from feedpub.core.feed_models import Feed
from feedpub.core.models import ArchivedCopy, Article, ArticleBase, Image, Provider
from feedpub.feeds.order import newest_first
from feedpub.feeds.selection import select
from feedpub.feeds.status import group_by_status
from feedpub.output.entry import Entry, make_entry
from feedpub.output.issues import issue_entry, list_item
from feedpub.output.site import site_of
from feedpub.output.styles import EntryStyle
from support.making import article, configuration, day, rendered

TESTS = Path(__file__).parents[1]
SITES = {"corpus": TESTS / "corpus", "seeds": TESTS.parent}
NOW = datetime(2024, 6, 1, tzinfo=UTC)
"""The clock of every test: between the corpus's articles and the one that is yet to come."""

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


class Published(NamedTuple):
    """A site with every feed and file of it."""

    config: Config
    feeds: dict[str, Feed]
    """By folder."""
    files: dict[str, bytes]


class FeedFiles(NamedTuple):
    """One feed: the values that went in, and the documents that came out."""

    entries: tuple[Entry, ...]
    feed: Feed
    base_url: str
    home_url: str
    """The page that it belongs to."""
    rss: etree._Element
    atom: etree._Element
    json: dict[str, Any]


@cache
def published(name: str) -> Published:
    """Every feed of the site ``name``."""
    return published_at(SITES[name])


def published_at(root: Path) -> Published:
    """Every feed of the site in ``root``."""
    config = load_config(root / "config.yaml")
    by_status = group_by_status(load_articles(config).articles, NOW)
    feeds = select(by_status.published, config, {}, NOW)
    return Published(config, {feed.folder: feed for feed in feeds}, rendered(feeds, config))


@cache
def archived() -> Published:
    """The corpus with archives, pages and a hub."""
    config = published("corpus").config
    output = msgspec.structs.replace(config.output, archive=True, limit=2, pages=True)
    config = msgspec.structs.replace(config, output=output, hub="https://hub.example.net/")
    by_status = group_by_status(load_articles(config).articles, NOW)
    found = select(by_status.published, config, {}, NOW)
    return Published(config, {feed.folder: feed for feed in found}, rendered(found, config))


@cache
def storied() -> Published:
    """A site whose feeds group stories: one of three articles, of which one is related, and one of one article."""

    def told(name: str, title: str, heat: int, **values: Any) -> Article:
        provider = Provider(name=f"The {name.title()} & Co.", domain=f"{name}.example")
        body = f"What the {name} wrote."
        return article(name, ("AI",), provider, title=title, heat=heat, body=body, **values)

    related = tuple(ArticleBase(url=f"https://example.com/{name}", title=name) for name in ("gazette", "elsewhere"))
    articles = [
        told("herald", "OpenAI launches GPT-5 for all <users>", 40),
        told("gazette", "OpenAI launches GPT-5 for all", 90, related=related[1:]),
        told("courier", "It is here", 60, published_at=day(2), related=related),
        told("mirror", "Tesla recalls 2 million cars in Norway", 10, published_at=day(3)),
    ]
    config = configuration(output=Output(group_stories=True, related="content"))
    found = select(newest_first(articles), config, {}, NOW)
    return Published(config, {feed.folder: feed for feed in found}, rendered(found, config))


@cache
def copied() -> Published:
    """A German site of two dead sources with archived copies: one with a body, one with an excerpt alone."""
    moment = datetime(2019, 4, 12, 8, 15, tzinfo=UTC)
    articles = [
        article(
            name,
            archived=ArchivedCopy(f"https://web.archive.org/web/20190412081500/https://example.com/{name}?a&b", moment),
            published_at=day(number),
            **values,
        )
        for number, name, values in (
            (
                2,
                "body",
                {"body": "*Was* darin stand.", "excerpt": "Kurz.", "images": (Image(url="https://e.example/i"),)},
            ),
            (1, "excerpt", {"excerpt": "Kurz & <b>gut</b>."}),
        )
    ]
    config = configuration(site=Site(title="KI", base_url="https://news.example.org/", language="de"))
    found = select(newest_first(articles), config, {}, NOW)
    return Published(config, {feed.folder: feed for feed in found}, rendered(found, config))


@cache
def feed_files(name: str, folder: str) -> FeedFiles:
    """The feed in ``folder`` of the site ``name``."""
    config, feeds, files = published(name)
    at = f"{folder}/" if folder else ""
    site = site_of(config)
    return FeedFiles(
        tuple(_entries(feeds[folder], config)),
        feeds[folder],
        site.base_url,
        site.base_url + at if config.output.pages else site.base_url,
        etree.fromstring(files[f"{at}rss.xml"]),
        etree.fromstring(files[f"{at}atom.xml"]),
        json.loads(files[f"{at}feed.json"]),
    )


def _entries(feed: Feed, config: Config) -> Iterator[Entry]:
    """The entries of a feed; each issue of a digest is one."""
    site, style = site_of(config), EntryStyle(lead_image="both")
    items = {article.path: list_item(make_entry(article, site), style, site) for article in feed.articles}
    for issue in feed.issues:
        yield issue_entry(issue, feed, items, site, has_page=config.output.pages)
    if not feed.issues:
        yield from (make_entry(article, site) for article in feed.articles)


def every_feed() -> list[Any]:
    """Parameters: site and folder of each feed."""
    return [
        pytest.param(name, folder, id=f"{name}/{folder or '-'}") for name in SITES for folder in published(name).feeds
    ]


def every_file(suffix: str) -> list[Any]:
    """Parameters: site and path of each file that ends in ``suffix``."""
    return [
        pytest.param(name, path, id=f"{name}/{path}")
        for name in SITES
        for path in published(name).files
        if path.endswith(suffix)
    ]


def find(element: etree._Element, path: str) -> list[Any]:
    """XPath with the prefixes that feeds use."""
    return element.xpath(path, namespaces=NAMESPACES)
