"""The settings of feeds: those of one feed, of all feeds of its kind, of the site."""

from __future__ import annotations

import pytest

from feedpub.config import CustomFeed, Top
from feedpub.config.feed_model import Grouping, NamedFeed
from feedpub.config.model import Output
from feedpub.core.models import FeedKind, Image, Provider
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.order import newest_first
from feedpub.feeds.selection import select
from support.making import NOW, article, configuration, day


def settings(kind: FeedKind, key: str, **sections: object) -> object:
    return SettingsByFeed(configuration(**sections)).of(kind, key)


def test_a_setting_is_that_of_the_feed_else_of_its_kind_else_of_the_site() -> None:
    topics = Grouping(limit=20, content="excerpt", feeds={"Machine-Learning": NamedFeed(limit=5, language="de")})
    config = configuration(output=Output(limit=30, lead_image="both"), topics=topics)
    by_feed = SettingsByFeed(config)
    single = by_feed.of(FeedKind.TOPIC, "machine learning")
    assert (single.limit, single.content, single.lead_image, single.language) == (5, "excerpt", "both", "de")
    kind = by_feed.of(FeedKind.TOPIC, "ai")
    assert (kind.limit, kind.content, kind.lead_image, kind.language) == (20, "excerpt", "both", None)
    site = by_feed.of(FeedKind.SITE, "")
    assert (site.limit, site.content, site.lead_image) == (30, "full", "both")


def test_a_provider_is_named_by_domain_or_name() -> None:
    providers = Grouping(feeds={"WSJ.com": NamedFeed(title="The Journal"), "Mint": NamedFeed(limit=3)})
    by_feed = SettingsByFeed(configuration(providers=providers))
    assert by_feed.title_of(FeedKind.PROVIDER, "wsj.com", "WSJ") == "The Journal"
    assert by_feed.of(FeedKind.PROVIDER, "name:mint").limit == 3
    assert by_feed.title_of(FeedKind.PROVIDER, "name:mint", "Mint") == "AI News: Mint"


def test_the_formats_of_the_site_are_those_that_any_feed_has() -> None:
    config = configuration(
        output=Output(formats=("atom",)), feeds=(CustomFeed(slug="a", title="A", formats=("json", "rss")),)
    )
    assert SettingsByFeed(config).formats == ("rss", "atom", "json")


def test_the_hottest_articles_come_first_and_unknown_heat_last() -> None:
    articles = [
        article("cold", ("AI",), heat=1, published_at=day(9)),
        article("unknown", ("AI",), published_at=day(8)),
        article("hot", ("AI",), heat=9, published_at=day(1)),
        article("hot-and-newer", ("AI",), heat=9, published_at=day(2)),
    ]
    config = configuration(topics=Grouping(sort="heat", limit=3))
    site, topic = select(newest_first(articles), config, {}, NOW)
    assert [one.path for one in topic.articles] == [f"content/{name}.md" for name in ("hot-and-newer", "hot", "cold")]
    assert [one.path for one in site.articles][:2] == ["content/cold.md", "content/unknown.md"]


def test_a_feed_in_the_order_of_heat_has_no_archives() -> None:
    by_feed = SettingsByFeed(configuration(output=Output(archive=True), topics=Grouping(sort="heat")))
    assert by_feed.of(FeedKind.SITE, "").archive
    assert not by_feed.of(FeedKind.TOPIC, "ai").archive


def test_one_feed_with_archives_is_enough_for_the_site_to_have_some() -> None:
    assert not SettingsByFeed(configuration()).have_archives
    assert SettingsByFeed(configuration(feeds=(CustomFeed(slug="a", title="A", archive=True),))).have_archives


def test_the_picture_of_a_provider_is_the_icon_of_its_feed() -> None:
    old = Provider(name="Mint", domain="mint.example", images=(Image(url="https://mint.example/old.png"),))
    new = Provider(name="Mint", domain="mint.example", images=(Image(url="https://mint.example/new.png"),))
    without = Provider(name="Mint", domain="mint.example")
    articles = [
        article("1", provider=old, published_at=day(1)),
        article("2", provider=new, published_at=day(2)),
        article("3", provider=without, published_at=day(3)),
    ]
    site, provider = select(newest_first(articles), configuration(), {}, NOW)
    assert (site.icon, provider.icon) == (None, "https://mint.example/new.png")


@pytest.mark.parametrize(
    ("feed", "limit"),
    [
        (CustomFeed(slug="a", title="A", max_bytes="5 kB"), 5000),
        (CustomFeed(slug="a", title="A", max_bytes="5 kB", content="excerpt"), None),
        (CustomFeed(slug="a", title="A", max_bytes="5 kB", top=Top(digest=True)), None),
        (CustomFeed(slug="a", title="A", max_bytes="5 kB", top=Top()), 5000),
        (CustomFeed(slug="a", title="A"), None),
    ],
)
def test_only_documents_with_bodies_have_a_largest_size(feed: CustomFeed, limit: int | None) -> None:
    assert SettingsByFeed(configuration(feeds=(feed,))).of(FeedKind.CUSTOM, "a").size_limit == limit
