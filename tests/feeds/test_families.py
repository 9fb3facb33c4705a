"""Families of feeds: which feeds an entry with ``combine`` makes, their folders, titles and settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config import Config, CustomFeed
from feedpub.config.feed_model import Grouping
from feedpub.config.model import Site
from feedpub.core.errors import UsageError
from feedpub.core.feed_models import Feed
from feedpub.core.models import NAME_PREFIX, Article, FeedKind, Provider
from feedpub.core.text import match_key, repair
from feedpub.feeds.families import MAX_FAMILY, family_of, is_made_by_articles, key_of, places_in
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.groups import groups_of
from feedpub.feeds.history import History, PublishedFeed
from feedpub.feeds.paths import FeedFolders, is_feed_folder
from feedpub.feeds.selection import bound_warnings, check_folders, refuse_full_families, select
from feedpub.feeds.status import group_by_status
from support.making import ANY_TEXT, NOW, article, configuration, day

WSJ = Provider(name="WSJ", domain="wsj.com")
TIMES = Provider(name="The Times", domain="thetimes.example")
ARTICLES = [
    article("a", ("AI", "Go"), WSJ, heat=80, language="de"),
    article("b", ("AI",), TIMES, heat=60, language="pt-BR"),
    article("c", ("AI", "Rust"), WSJ, heat=10, published_at=day(2)),
    article("d", ("ai",), WSJ, published_at=day(3)),
    article("e", (), WSJ, heat=90),
]


def family(**options: Any) -> CustomFeed:
    return CustomFeed(**{"slug": "hot", "title": "Hot", "combine": ("topics", "providers"), **options})


def feeds_of(articles: Sequence[Article], config: Config, history: History | None = None) -> dict[str, Feed]:
    """The feeds of families, by folder."""
    published = group_by_status(articles, NOW).published
    feeds = select(published, config, history or {}, NOW)
    return {feed.folder: feed for feed in feeds if family_of(feed.kind, feed.key)}


def titles(config: Config, articles: Sequence[Article] = ARTICLES) -> dict[str, str]:
    return {folder: feed.title for folder, feed in feeds_of(articles, config).items()}


def members(config: Config, folder: str) -> list[str]:
    return [one.path[len("content/") : -len(".md")] for one in feeds_of(ARTICLES, config)[folder].articles]


def test_each_pair_that_an_article_has_is_a_feed() -> None:
    config = configuration(feeds=(family(),))
    assert titles(config) == {
        "feeds/hot~ai~thetimes.example": "Hot: AI, The Times",
        "feeds/hot~ai~wsj.com": "Hot: AI, WSJ",
        "feeds/hot~go~wsj.com": "Hot: Go, WSJ",
        "feeds/hot~rust~wsj.com": "Hot: Rust, WSJ",
    }
    assert members(config, "feeds/hot~ai~wsj.com") == ["d", "c", "a"]


def test_the_rule_of_the_entry_selects_before_pairs_are_made() -> None:
    assert titles(configuration(feeds=(family(min_heat=50),))) == {
        "feeds/hot~ai~thetimes.example": "Hot: AI, The Times",
        "feeds/hot~ai~wsj.com": "Hot: AI, WSJ",
        "feeds/hot~go~wsj.com": "Hot: Go, WSJ",
    }


def test_topics_and_providers_of_the_entry_are_the_only_ones_with_feeds() -> None:
    config = configuration(feeds=(family(combine=("providers", "topics"), topics=("AI",), providers=("wsj.com",)),))
    assert titles(config) == {"feeds/hot~wsj.com~ai": "Hot: WSJ, AI"}


def test_excluded_topics_and_providers_have_no_feed_in_a_family_either() -> None:
    excluded = {"topics": Grouping(exclude=("AI",)), "providers": Grouping(exclude=("The Times",))}
    config = configuration(feeds=(family(), family(slug="all", combine=("providers",))), **excluded)
    assert [*titles(config)] == ["feeds/all~wsj.com", "feeds/hot~go~wsj.com", "feeds/hot~rust~wsj.com"]


def test_a_feed_needs_its_articles_only_until_it_is_published() -> None:
    config = configuration(feeds=(family(min_articles=2),))
    assert [*titles(config)] == ["feeds/hot~ai~wsj.com"]
    known = PublishedFeed(
        kind=FeedKind.CUSTOM,
        key=key_of("hot", (("topics", "go"), ("providers", "wsj.com"))),
        label="Hot: Go, WSJ",
        updated=day(1),
    )
    history = {"feeds/hot~go~wsj.com": known}
    assert feeds_of(ARTICLES, config, history).keys() == {"feeds/hot~ai~wsj.com", "feeds/hot~go~wsj.com"}
    emptied = feeds_of(ARTICLES[1:], config, history)["feeds/hot~go~wsj.com"]
    assert (emptied.title, emptied.articles, emptied.updated) == ("Hot: Go, WSJ", (), day(1))


def test_one_for_each_language_is_in_that_language() -> None:
    config = configuration(feeds=(family(combine=(), languages=True, limit=2),), site=Site(title="T", base_url="b"))
    assert titles(config) == {
        "feeds/hot~de": "Hot: de",
        "feeds/hot~en": "Hot: en",
        "feeds/hot~pt-br": "Hot: pt-BR",
    }
    assert members(config, "feeds/hot~en") == ["d", "c"]
    settings = SettingsByFeed(config)
    for feed in feeds_of(ARTICLES, config).values():
        assert settings.of(feed.kind, feed.key).language == feed.folder.rpartition("~")[2]
        assert settings.of(feed.kind, feed.key).limit == 2


def test_the_language_of_the_entry_comes_before_that_of_the_articles() -> None:
    config = configuration(feeds=(family(combine=("topics",), languages=True, language="fr"),))
    (feed,) = (feed for folder, feed in feeds_of(ARTICLES, config).items() if folder == "feeds/hot~ai~de")
    assert feed.title == "Hot: AI, de"
    assert SettingsByFeed(config).of(feed.kind, feed.key).language == "fr"


def test_a_family_can_be_sorted_by_heat() -> None:
    assert members(configuration(feeds=(family(sort="heat"),)), "feeds/hot~ai~wsj.com") == ["a", "c", "d"]


def test_slugs_of_the_owner_s_choice_are_in_the_folders() -> None:
    config = configuration(
        feeds=(family(),), topics=Grouping(slugs={"AI": "cpp"}), providers=Grouping(slugs={"WSJ": "x", "wsj.com": "w"})
    )
    assert "feeds/hot~cpp~w" in titles(config)


MANY = [article(str(number), tuple(f"topic {n}" for n in range(number, MAX_FAMILY + 3, 7)), WSJ) for number in range(7)]


def test_the_feeds_with_the_most_articles_are_published_up_to_the_bound() -> None:
    config = configuration(feeds=(family(combine=("topics",)),))
    more = [article("more", ("topic 999", "topic 1000", "topic 1001", "topic 1002"))]
    published = group_by_status([*MANY, *more], NOW).published
    feeds = select(published, config, {}, NOW)
    folders = {feed.folder for feed in feeds if feed.kind is FeedKind.CUSTOM}
    assert len(folders) == MAX_FAMILY
    assert {f"feeds/hot~topic-{number}" for number in range(999, 1003)} <= folders
    (warning,) = bound_warnings(groups_of(published, config, NOW, {}), feeds, config, {})
    assert warning.startswith("feeds/hot: 3 further feeds are not published")


def test_a_full_family_needs_all_articles_only_if_one_of_its_feeds_changes() -> None:
    config = configuration(feeds=(family(combine=("topics",)), CustomFeed(slug="own", title="Own")))
    by_folder = {group.folder: group for group in groups_of(MANY, config, NOW, {})}
    folders = [folder for folder in by_folder if family_of(by_folder[folder].kind, by_folder[folder].key)]

    def refuse(count: int, *changed: str) -> None:
        history = {
            folder: PublishedFeed(kind=FeedKind.CUSTOM, key=by_folder[folder].key, label="Hot", updated=day(1))
            for folder in folders[:count]
        }
        refuse_full_families([by_folder[folder] for folder in changed], history)

    refuse(MAX_FAMILY, "topics/topic-1", "feeds/own")
    refuse(MAX_FAMILY - 1, folders[0])
    for count, *changed in ((MAX_FAMILY, folders[0]), (MAX_FAMILY - 1, "feeds/own", folders[-1])):
        with pytest.raises(LookupError, match=r"^hot$"):
            refuse(count, *changed)


def test_articles_alone_make_feeds_of_topics_providers_and_families() -> None:
    assert is_made_by_articles(FeedKind.TOPIC, "ai")
    assert is_made_by_articles(FeedKind.PROVIDER, "wsj.com")
    assert is_made_by_articles(FeedKind.CUSTOM, key_of("hot", (("topics", "ai"),)))
    assert not is_made_by_articles(FeedKind.CUSTOM, "hot")
    assert not is_made_by_articles(FeedKind.SITE, "")


@pytest.mark.parametrize(
    ("section", "slugs", "told"),
    [
        ("topics", {"AI": "x", "Go": "x"}, "topics: 'ai' and 'go' have the same folder, topics/x"),
        (
            "providers",
            {"wsj.com": "x", "The Times": "x"},
            "providers: the domain 'wsj.com' and the name 'the times' have the same folder, providers/x",
        ),
    ],
)
def test_names_that_share_a_folder_are_both_named(section: str, slugs: dict[str, str], told: str) -> None:
    articles = [article("a", ("AI",), WSJ), article("b", ("Go",), Provider(name="The Times"))]
    with pytest.raises(UsageError, match=f"^{re.escape(told)}; choose it in {section}.slugs$"):
        feeds_of(articles, configuration(**{section: Grouping(slugs=slugs)}))


def test_a_folder_that_an_alias_had_is_no_other_s() -> None:
    groups = tuple(groups_of([article("a", ("AI",), WSJ)], configuration(), NOW, {}))
    told = "^topics: 'ai' has the folder of an alias, topics/ai; choose it in topics.slugs$"
    with pytest.raises(UsageError, match=told):
        check_folders(groups, {"topics/ai"})
    told = (
        "^providers: the domain 'wsj.com' has the folder of an alias, providers/wsj.com; choose it in providers.slugs$"
    )
    with pytest.raises(UsageError, match=told):
        check_folders(groups, {"providers/wsj.com"})


def test_published_feeds_stay_before_new_ones_even_if_they_are_empty() -> None:
    config = configuration(feeds=(family(combine=("topics",)),))
    history = {
        f"feeds/hot~old-{number}": PublishedFeed(
            kind=FeedKind.CUSTOM, key=key_of("hot", (("topics", f"old {number}"),)), label="Old", updated=day(1)
        )
        for number in range(MAX_FAMILY - 1)
    }
    feeds = feeds_of(MANY, config, history)
    assert len(feeds) == MAX_FAMILY
    assert len(feeds.keys() - history.keys()) == 1


def test_no_warning_below_the_bound() -> None:
    config = configuration(feeds=(family(min_articles=2),))
    published = group_by_status(ARTICLES, NOW).published
    groups = [*groups_of(published, config, NOW, {})]
    assert not [*bound_warnings(groups, select(published, config, {}, NOW), config, {})]


KEYS = ANY_TEXT.map(lambda text: match_key(repair(text)) or "x")
DOMAINS = st.sampled_from(["wsj.com", "xn--bcher-kva.example", "a." * 100 + "example"])
PAIRS = st.tuples(KEYS, KEYS.map(lambda key: f"{NAME_PREFIX}{key}") | DOMAINS).map(
    lambda keys: tuple(zip(("topics", "providers"), keys, strict=True))
)


@given(PAIRS, PAIRS)
def test_the_folders_of_a_family_are_safe_and_distinct(
    one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]
) -> None:
    keys = key_of("hot", one), key_of("hot", other)
    assert places_in(keys[0]) == one
    folders = [FeedFolders().folder_of(FeedKind.CUSTOM, key) for key in keys]
    for folder in folders:
        assert is_feed_folder(FeedKind.CUSTOM, folder)
        assert re.fullmatch(r"feeds/hot(~[^~/\\\s]+){1,2}", folder)
        assert len(folder.encode()) <= 255
    assert (folders[0] == folders[1]) is (one == other)


@pytest.mark.parametrize("key", ["a\tb", "a\tx:y", "a\ttopics:", "\t", "a\t"])
def test_a_key_of_no_family_makes_no_folder_that_is_valid(key: str) -> None:
    assert not is_feed_folder(FeedKind.CUSTOM, FeedFolders().folder_of(FeedKind.CUSTOM, key))
