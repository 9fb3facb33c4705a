"""Sites as pages, made by the real reader, selection and formats, by their paths in output/; feeds in one line."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import html5lib

from feedpub import load_config
from feedpub.config import Config
from feedpub.content.loading import load_articles
from feedpub.core.feed_models import Feed, FeedListing
from feedpub.core.models import FeedKind
from feedpub.feeds.selection import select
from feedpub.feeds.status import group_by_status
from feedpub.output.entry import make_entry
from feedpub.output.opml import opml_files
from feedpub.output.pages import INDEX_ARTICLES, NOT_FOUND_PAGE, PAGE_FILE, Pages, PageSettings
from feedpub.output.site import site_of
from support.making import NOW, configuration, rendered

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "config.yaml"
SEEDS = ROOT / "config.yaml"


def settings_of(config: Config, **more: Any) -> PageSettings:
    """The settings that the build makes of a configuration."""
    return PageSettings(site=site_of(config), custom_feeds=config.feeds, **more)


SITE = settings_of(configuration()).site
EVERYTHING = frozenset(("topics/ai", "providers/wsj.com"))


def parse(data: bytes) -> Any:
    """A page, without a single parse error."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False)
    return parser.parse(data, transport_encoding="utf-8")


def feed(kind: FeedKind = FeedKind.TOPIC, folder: str = "topics/ai", label: str = "AI", **values: Any) -> FeedListing:
    made = {"title": f"AI News: {label}", "total": 3, "updated": datetime(2024, 5, 1, tzinfo=UTC)}
    made |= {"formats": ("rss", "atom", "json"), **values}
    return FeedListing(kind=kind, folder=folder, label=label, **made)


SITE_FEED = feed(FeedKind.SITE, "", "", title="AI News")


def text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def listed(feed: Feed) -> FeedListing:
    """``feed`` for an overview."""
    return FeedListing(**{name: getattr(feed, name) for name in FeedListing.__struct_fields__})


def site_files(config: Config, archives: int = 0) -> dict[str, bytes]:
    """Feeds, pages, OPML and static files of the site of ``config``."""
    feeds = select(group_by_status(load_articles(config).articles, NOW).published, config, {}, NOW)
    site, pages = site_of(config), Pages(settings_of(config))
    linked = frozenset(feed.folder for feed in feeds)
    articles: dict[str, Any] = {one.path: one for feed in feeds for one in feed.articles}
    entries = {path: pages.entry(make_entry(one, site), linked) for path, one in articles.items()}
    every = [listed(feed) for feed in feeds]
    files = pages.assets() | opml_files(site, every) | rendered(feeds, config)
    for feed, one in zip(feeds, every, strict=True):
        shown = [entries[article.path] for article in feed.articles]
        if feed.folder:
            files[f"{feed.folder}/{PAGE_FILE}"] = pages.feed_page(one, shown, archives)
        else:
            files[PAGE_FILE] = pages.index_page(every, shown[:INDEX_ARTICLES], archives)
            files[NOT_FOUND_PAGE] = pages.not_found_page(one, {listing.kind for listing in every})
    return files


_SYLLABLES = "ba der kon lis mo nex pra quil ro sten tu vor wix yel zan che fi gra hu jo".split()


def big_site(folder: Path, topics: int = 500, providers: int = 500, articles: int = 1500) -> Config:
    """A configuration with that many topics and providers, whose names are no two alike; the same each time."""
    rng = random.Random(7)

    def name() -> str:
        words = ("".join(rng.choices(_SYLLABLES, k=rng.randint(1, 3))) for _ in range(rng.randint(1, 3)))
        return " ".join(words).title()

    all_topics, all_providers = sorted(_many(name, topics)), sorted(_many(name, providers))
    content = folder / "content"
    content.mkdir(parents=True)
    for number in range(articles):
        provider = all_providers[number % providers]
        fields = {
            "title": f"{name()} and {name()}: what became of {name()}",
            "excerpt": " ".join(name().lower() for _ in range(rng.randint(10, 40))).capitalize() + ".",
            "publishedDateTime": f"2024-0{rng.randint(1, 5)}-{rng.randint(10, 28)}T10:00:00Z",
            "sourceUrl": f"https://example.com/{number}",
            "provider": {"name": provider, "domain": f"{provider.lower().replace(' ', '-')}.example"},
            "topics": [all_topics[number % topics], *rng.sample(all_topics, 2)],
            "images": [{"url": f"https://images.example.net/{number}.jpg", "width": 700, "height": 393}],
        }
        lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in fields.items())
        (content / f"{number}.md").write_text(f"---\n{lines}\n---\n")
    (folder / "config.yaml").write_text(
        "site: {title: AI News, base_url: 'https://news.example.org/', description: What matters in AI.}\n"
        "content: {path: content}\n"
        "feeds:\n- {slug: hot, title: Hot in AI, min_heat: 80}\n"
    )
    return load_config(folder / "config.yaml")


def _many(name: Any, number: int) -> set[str]:
    names: set[str] = set()
    while len(names) < number:
        names.add(name())
    return names
