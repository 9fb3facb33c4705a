"""Which articles a feed holds, in which order, and which feeds there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config import Config, CustomFeed
from feedpub.config.feed_model import Grouping
from feedpub.config.model import Output
from feedpub.core.errors import ProblemKind
from feedpub.core.feed_models import NEVER_UPDATED, Archive, Feed, FeedListing
from feedpub.core.models import Article, FeedKind, Provider
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.groups import Group
from feedpub.feeds.history import History, PublishedFeed
from feedpub.feeds.order import newest_first
from feedpub.feeds.selection import articles_of, listing_of, select
from feedpub.feeds.selection import feeds_of as feeds_of_groups
from feedpub.feeds.status import ArticlesByStatus, group_by_status, is_postdated
from support.making import NOW, article, configuration, day

WSJ = Provider(name="Wall Street Journal", domain="wsj.com")
MINT = Provider(name="Mint")


def feeds_of(
    articles: Sequence[Article], config: Config | None = None, history: History | None = None, **options: Any
) -> dict[str, Feed]:
    """Every feed of ``articles``, by folder."""
    published = group_by_status(articles, NOW).published
    return {feed.folder: feed for feed in select(published, config or configuration(), history or {}, NOW, **options)}


def names(articles: Sequence[Article]) -> list[str]:
    """The names that :func:`article` was given."""
    return [article.path.removeprefix("content/").removesuffix(".md") for article in articles]


def history_of(feeds: dict[str, Feed]) -> History:
    """Return the history that a build keeps of ``feeds``."""
    return {
        folder: PublishedFeed(kind=feed.kind, key=feed.key, label=feed.label, updated=feed.updated)
        for folder, feed in feeds.items()
    }


def own_feed_of(articles: Sequence[Article], **rules: Any) -> list[str]:
    """The names of those of ``articles`` that a feed of the owner's with ``rules`` holds."""
    config = configuration(feeds=(CustomFeed(slug="mine", title="Mine", **rules),))
    return sorted(names(feeds_of(articles, config)["feeds/mine"].articles))


# Published, embargo, duplicates.


def test_a_withheld_article_is_in_no_feed() -> None:
    feeds = feeds_of([article(withheld="draft: true", topics=("AI",), provider=WSJ)])
    assert set(feeds) == {""}
    assert feeds[""].articles == ()


@pytest.mark.parametrize(("offset", "is_published"), [(-1, True), (0, True), (1, False)])
def test_an_article_is_held_back_until_its_time_has_come(offset: int, is_published: bool) -> None:
    by_status = group_by_status([article(published_at=NOW + timedelta(microseconds=offset))], NOW)
    assert (len(by_status.published), len(by_status.embargoed)) == ((1, 0) if is_published else (0, 1))


def test_an_update_in_the_future_holds_nothing_back() -> None:
    assert group_by_status([article(updated_at=NOW + timedelta(days=1))], NOW).published


def test_an_update_in_the_future_counts_from_then_on_and_is_told() -> None:
    later = NOW + timedelta(days=1)
    early = article("early", updated_at=later, updated_place=("lastmod", 4))
    hidden = article("hidden", updated_at=later, withheld="draft: true")
    by_status = group_by_status([early, hidden, article("now", updated_at=NOW)], NOW)
    assert by_status.postdated == (early,)
    assert [one.updated_at for one in by_status.published] == [day(1), NOW]
    (problem,) = by_status.problems()
    assert (problem.path, problem.line, problem.key, problem.kind) == (early.path, 4, "lastmod", ProblemKind.IGNORED)
    assert problem.message == "2024-06-02T12:00:00Z is in the future; it is ignored until then"
    assert group_by_status([early], later).postdated == ()
    assert [is_postdated(one, NOW) for one in (early, hidden, article("now", updated_at=NOW))] == [True, False, False]


def test_an_unpublished_article_of_the_future_is_unpublished() -> None:
    by_status = group_by_status([article(published_at=NOW + timedelta(days=1), withheld="draft: true")], NOW)
    assert (len(by_status.unpublished), len(by_status.embargoed)) == (1, 0)


def test_of_two_files_with_one_id_the_newest_update_wins() -> None:
    older = article("a", id="urn:x:1", published_at=day(2), updated_at=day(3))
    newer = article("b", id="urn:x:1", published_at=day(1), updated_at=day(4))
    by_status = group_by_status([older, newer], NOW)
    assert by_status.published == (newer,)
    assert by_status.duplicates == ((older, newer),)


def test_of_equally_new_duplicates_the_path_that_sorts_first_wins() -> None:
    twins = [article(name, id="urn:x:1") for name in ("c", "a", "b")]
    by_status = group_by_status(twins, NOW)
    assert names(by_status.published) == ["a"]
    assert names([loser for loser, _ in by_status.duplicates]) == ["b", "c"]


@pytest.mark.parametrize(
    "hidden", [{"withheld": "published: false"}, {"published_at": NOW + timedelta(days=1)}], ids=["draft", "embargoed"]
)
def test_only_published_articles_take_part_in_the_search_for_duplicates(hidden: dict[str, Any]) -> None:
    by_status = group_by_status(
        [article("a", id="urn:x:1"), article("b", id="urn:x:1", updated_at=day(9), **hidden)], NOW
    )
    assert names(by_status.published) == ["a"]
    assert by_status.duplicates == ()


def test_a_duplicate_is_a_problem_of_the_file_that_is_left_out() -> None:
    by_status = group_by_status([article("a", id="urn:x:1"), article("b", id="urn:x:1")], NOW)
    (problem,) = by_status.problems()
    assert problem.kind is ProblemKind.DUPLICATE
    assert (
        str(problem) == "content/b.md:1: id: has the id of content/a.md (urn:x:1), which is published instead; "
        "give one of them another id"
    )


# Order, limit, updated.


def test_newest_published_comes_first_then_the_id() -> None:
    articles = [article("b"), article("c", published_at=day(2)), article("a"), article("d", updated_at=day(9))]
    assert names(feeds_of(articles)[""].articles) == ["c", "a", "b", "d"]


def test_ids_are_in_order_of_code_points() -> None:
    articles = [article(name, id=f"urn:x:{name}") for name in ("a", "B", "~", "1")]
    assert names(feeds_of(articles)[""].articles) == ["1", "B", "a", "~"]


def test_a_feed_holds_the_newest_up_to_the_limit_and_counts_the_rest() -> None:
    articles = [article(str(number), published_at=day(number), topics=("AI",)) for number in range(1, 6)]
    feeds = feeds_of(articles, configuration(output=Output(limit=2)))
    for folder in ("", "topics/ai"):
        assert names(feeds[folder].articles) == ["5", "4"]
        assert feeds[folder].total == 5


def test_the_limit_is_50_by_default() -> None:
    feed = feeds_of([article(f"{number:03}") for number in range(60)])[""]
    assert len(feed.articles) == 50


def test_a_feed_is_as_new_as_the_newest_update_among_its_entries() -> None:
    articles = [
        article("old", published_at=day(1), updated_at=day(20)),
        article("new", published_at=day(3)),
        article("mid", published_at=day(2), updated_at=day(10)),
    ]
    assert feeds_of(articles)[""].updated == day(20)
    assert feeds_of(articles, configuration(output=Output(limit=2)))[""].updated == day(10)


def test_the_site_feed_comes_first_and_the_others_in_order_of_their_folders() -> None:
    config = configuration(feeds=(CustomFeed(slug="b", title="B"), CustomFeed(slug="a", title="A")))
    folders = list(feeds_of([article(topics=("ML", "AI"), provider=WSJ)], config))
    assert folders == ["", "feeds/a", "feeds/b", "providers/wsj.com", "topics/ai", "topics/ml"]


# Topics.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AI", "ai"),
        ("Power Apps", "power \t apps"),
        ("Power Apps", "Power\N{NO-BREAK SPACE}Apps"),
        ("Café", "Cafe\N{COMBINING ACUTE ACCENT}"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
    ],
    ids=["case", "white space", "no-break space", "composition", "sharp s", "final sigma"],
)
def test_topics_match_in_spite_of(one: str, other: str) -> None:
    feeds = feeds_of([article("a", topics=(one,)), article("b", topics=(other,))])
    (folder,) = set(feeds) - {""}
    assert names(feeds[folder].articles) == ["a", "b"]


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C++", "C#"), ("cafe", "café"), ("ai", "a i")])
def test_topics_that_differ_in_more_have_feeds_of_their_own(one: str, other: str) -> None:
    assert len(feeds_of([article("a", topics=(one, other))])) == 3


def test_a_topic_feed_is_called_by_the_most_frequent_spelling() -> None:
    articles = [article(str(n), topics=(label,)) for n, label in enumerate(("ai", "AI", "AI", "Ai"))]
    feed = feeds_of(articles)["topics/ai"]
    assert (feed.label, feed.title) == ("AI", "AI News: AI")


def test_of_equally_frequent_spellings_the_smaller_code_point_is_taken() -> None:
    articles = [article(str(n), topics=(label,)) for n, label in enumerate(("ai", "Ai", "AI"))]
    assert feeds_of(articles)["topics/ai"].label == "AI"


def test_spellings_are_counted_beyond_the_limit() -> None:
    articles = [article(str(n), topics=(label,), published_at=day(n)) for n, label in enumerate(("AI", "AI", "ai"), 1)]
    assert feeds_of(articles, configuration(output=Output(limit=1)))["topics/ai"].label == "AI"


def test_an_article_keeps_its_own_spelling() -> None:
    feed = feeds_of([article("a", topics=("ai",)), article("b", topics=("AI",)), article("c", topics=("AI",))])
    assert [entry.topics[0].label for entry in feed["topics/ai"].articles] == ["ai", "AI", "AI"]


def test_an_excluded_topic_has_no_feed_however_it_is_spelt() -> None:
    config = configuration(topics=Grouping(exclude=("power  APPS",)))
    assert set(feeds_of([article(topics=("Power Apps", "AI"))], config)) == {"", "topics/ai"}


# Providers.


def test_a_provider_is_known_by_its_domain() -> None:
    other = Provider(name="The Journal", domain="wsj.com")
    feeds = feeds_of([article("a", provider=WSJ), article("b", provider=other)])
    assert names(feeds["providers/wsj.com"].articles) == ["a", "b"]


def test_a_domain_of_several_names_shows_the_most_frequent_and_the_domain() -> None:
    providers = (WSJ, WSJ, Provider(name="Journal", domain="wsj.com"), Provider(domain="wsj.com"))
    feed = feeds_of([article(str(n), provider=provider) for n, provider in enumerate(providers)])["providers/wsj.com"]
    assert feed.title == "AI News: Wall Street Journal (wsj.com)"


@pytest.mark.parametrize(
    ("providers", "title"),
    [
        ((WSJ, WSJ), "AI News: Wall Street Journal"),
        ((WSJ, Provider(domain="wsj.com")), "AI News: Wall Street Journal"),
        ((Provider(domain="wsj.com"),), "AI News: wsj.com"),
    ],
    ids=["one name", "one name and none", "no name"],
)
def test_a_domain_of_one_name_is_called_by_it(providers: tuple[Provider, ...], title: str) -> None:
    articles = [article(str(n), provider=provider) for n, provider in enumerate(providers)]
    assert feeds_of(articles)["providers/wsj.com"].title == title


def test_a_provider_without_a_domain_is_known_by_its_name() -> None:
    feeds = feeds_of([article("a", provider=MINT), article("b", provider=Provider(name="MINT"))])
    assert names(feeds["providers/mint"].articles) == ["a", "b"]
    # Two spellings of a name are no two names of a domain.
    assert feeds["providers/mint"].title == "AI News: MINT"


def test_a_name_that_looks_like_a_domain_is_not_that_domain() -> None:
    feeds = feeds_of([article("a", provider=WSJ), article("b", provider=Provider(name="wsj.com"))])
    assert names(feeds["providers/wsj.com"].articles) == ["a"]
    assert len(feeds) == 3


def test_an_article_without_a_provider_is_in_no_provider_feed() -> None:
    assert set(feeds_of([article("a"), article("b", provider=Provider())])) == {""}


@pytest.mark.parametrize(
    ("excluded", "provider"),
    [
        ("WSJ.com", WSJ),
        ("wall  street JOURNAL", WSJ),
        ("MINT", MINT),
        ("bücher.example", Provider(domain="xn--bcher-kva.example")),
    ],
    ids=["domain", "name beside a domain", "name", "international domain"],
)
def test_an_excluded_provider_has_no_feed(excluded: str, provider: Provider) -> None:
    config = configuration(providers=Grouping(exclude=(excluded,)))
    assert set(feeds_of([article(provider=provider)], config)) == {""}


def test_other_providers_than_the_excluded_keep_their_feeds() -> None:
    config = configuration(providers=Grouping(exclude=("Mint",)))
    assert set(feeds_of([article("a", provider=WSJ), article("b", provider=MINT)], config)) == {"", "providers/wsj.com"}


# The owner's own feeds.

CANDIDATES = (
    article("ai-wsj-hot", topics=("AI",), provider=WSJ, heat=80, quality=50),
    article("ml-mint-cool", topics=("ML",), provider=MINT, heat=79, quality=90),
    article("ai-unknown", topics=("ai", "Other")),
    article("none-wsj-best", provider=WSJ, heat=100, quality=100),
    article("zero", heat=0, quality=0),
)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, ["ai-unknown", "ai-wsj-hot", "ml-mint-cool", "none-wsj-best", "zero"]),
        ({"topics": ("aI",)}, ["ai-unknown", "ai-wsj-hot"]),
        ({"topics": ("ML", "Other")}, ["ai-unknown", "ml-mint-cool"]),
        ({"providers": ("WSJ.com",)}, ["ai-wsj-hot", "none-wsj-best"]),
        ({"providers": ("wall street  journal",)}, ["ai-wsj-hot", "none-wsj-best"]),
        ({"providers": ("mint", "wsj.com")}, ["ai-wsj-hot", "ml-mint-cool", "none-wsj-best"]),
        ({"min_heat": 80}, ["ai-wsj-hot", "none-wsj-best"]),
        ({"min_heat": 0}, ["ai-wsj-hot", "ml-mint-cool", "none-wsj-best", "zero"]),
        ({"min_quality": 90}, ["ml-mint-cool", "none-wsj-best"]),
        ({"min_quality": 0}, ["ai-wsj-hot", "ml-mint-cool", "none-wsj-best", "zero"]),
        ({"topics": ("AI",), "min_heat": 80}, ["ai-wsj-hot"]),
        ({"topics": ("AI", "ML"), "providers": ("mint",)}, ["ml-mint-cool"]),
        ({"topics": ("ML",), "providers": ("wsj.com",)}, []),
        ({"min_heat": 80, "min_quality": 51}, ["none-wsj-best"]),
        ({"topics": ("AI",), "providers": ("wsj.com",), "min_heat": 80, "min_quality": 50}, ["ai-wsj-hot"]),
    ],
    ids=str,
)
def test_any_value_of_a_key_matches_and_all_keys_have_to(rules: dict[str, Any], expected: list[str]) -> None:
    assert own_feed_of(CANDIDATES, **rules) == expected


def test_an_own_feed_takes_what_lies_beyond_the_limit_of_the_others() -> None:
    articles = [article(str(n), published_at=day(n), topics=("AI",) if n < 3 else ()) for n in range(1, 9)]
    config = configuration(output=Output(limit=2), feeds=(CustomFeed(slug="ai", title="AI", topics=("AI",)),))
    assert names(feeds_of(articles, config)["feeds/ai"].articles) == ["2", "1"]


def test_an_own_feed_has_its_own_title_and_is_published_even_empty() -> None:
    feed = feeds_of([], configuration(feeds=(CustomFeed(slug="hot", title="Hot in AI"),)))["feeds/hot"]
    assert (feed.title, feed.articles, feed.updated) == ("Hot in AI", (), NEVER_UPDATED)


def test_excluded_topics_and_providers_still_count_in_own_feeds() -> None:
    config = configuration(
        topics=Grouping(exclude=("AI",)), feeds=(CustomFeed(slug="mine", title="Mine", topics=("AI",)),)
    )
    assert feeds_of([article(topics=("AI",))], config)["feeds/mine"].total == 1


# What was published before.


@pytest.mark.parametrize(("count", "is_published"), [(1, False), (2, True)])
def test_a_new_feed_is_published_from_min_articles_on(count: int, is_published: bool) -> None:
    config = configuration(topics=Grouping(min_articles=2), providers=Grouping(min_articles=2))
    feeds = feeds_of([article(str(n), topics=("AI",), provider=WSJ) for n in range(count)], config)
    assert ({"topics/ai", "providers/wsj.com"} <= set(feeds)) is is_published


def test_articles_beyond_the_limit_count_for_min_articles() -> None:
    config = configuration(topics=Grouping(min_articles=3), output=Output(limit=1))
    assert "topics/ai" in feeds_of([article(str(n), topics=("AI",)) for n in range(3)], config)


def test_a_published_feed_that_falls_under_min_articles_keeps_what_it_has() -> None:
    articles = [article("a", topics=("AI",), provider=WSJ), article("b", topics=("AI",), provider=WSJ)]
    config = configuration(topics=Grouping(min_articles=2), providers=Grouping(min_articles=2))
    history = history_of(feeds_of(articles, config))
    feeds = feeds_of(articles[:1], config, history)
    assert [names(feeds[folder].articles) for folder in ("topics/ai", "providers/wsj.com")] == [["a"], ["a"]]


def test_a_feed_that_lost_its_last_article_stays_as_an_empty_one() -> None:
    before = feeds_of([article(topics=("AI",), provider=WSJ, updated_at=day(9))])
    after = feeds_of([], history=history_of(before))
    assert set(after) == set(before) == {"", "topics/ai", "providers/wsj.com"}
    for folder, feed in after.items():
        assert (feed.articles, feed.total, feed.updated, feed.title) == ((), 0, day(9), before[folder].title)


def test_a_feed_that_lost_its_last_article_has_no_archives() -> None:
    config = configuration(output=Output(limit=1, archive=True))
    before = feeds_of([article(topics=("AI",))], config)
    after = feeds_of([], config, history_of(before))
    assert [(feed.archived, len(feed.archives)) for feed in before.values()] == [(1, 1), (1, 1)]
    assert [(feed.archived, len(feed.archives)) for feed in after.values()] == [(0, 0), (0, 0)]


def test_an_empty_feed_stays_empty_over_many_builds_and_fills_again() -> None:
    history = history_of(feeds_of([article(topics=("AI",), updated_at=day(9))]))
    for _ in range(3):
        history = history_of(feeds_of([], history=history))
    feed = feeds_of([article("b", topics=("ai",), updated_at=day(12))], history=history)["topics/ai"]
    assert (names(feed.articles), feed.updated, feed.label) == (["b"], day(12), "ai")


def test_prune_removes_empty_feeds_but_for_those_that_are_configured() -> None:
    config = configuration(feeds=(CustomFeed(slug="hot", title="Hot", topics=("AI",)),))
    history = history_of(feeds_of([article(topics=("AI",), provider=WSJ, updated_at=day(9))], config))
    feeds = feeds_of([], config, history, prune=True)
    assert set(feeds) == {"", "feeds/hot"}
    assert {feed.updated for feed in feeds.values()} == {day(9)}


def test_prune_keeps_what_holds_an_article() -> None:
    articles = [article(topics=("AI",), provider=WSJ)]
    config = configuration(topics=Grouping(min_articles=2))
    history = history_of(feeds_of(articles))
    assert "topics/ai" in feeds_of(articles, config, history, prune=True)


def test_an_own_feed_that_was_taken_out_of_the_configuration_becomes_empty() -> None:
    config = configuration(feeds=(CustomFeed(slug="hot", title="Hot"),))
    history = history_of(feeds_of([article()], config))
    feed = feeds_of([article()], configuration(), history)["feeds/hot"]
    assert (feed.title, feed.articles, feed.kind) == ("Hot", (), FeedKind.CUSTOM)


def test_a_topic_that_is_excluded_later_becomes_an_empty_feed() -> None:
    articles = [article(topics=("AI",))]
    history = history_of(feeds_of(articles))
    feeds = feeds_of(articles, configuration(topics=Grouping(exclude=("AI",))), history)
    assert feeds["topics/ai"].articles == ()


def test_a_site_without_articles_has_its_feed() -> None:
    feed = feeds_of([])[""]
    assert (feed.title, feed.label, feed.key, feed.articles, feed.updated) == ("AI News", "", "", (), NEVER_UPDATED)


def test_a_feed_that_did_not_change_is_listed_by_what_is_kept_of_it() -> None:
    config = configuration(feeds=(CustomFeed(slug="hot", title="Hot", description="The hottest"),))
    feeds = feeds_of([article(topics=("AI",), provider=MINT, updated_at=day(9))], config)
    assert feeds["feeds/hot"].description == "The hottest"
    for feed in feeds.values():
        kept = PublishedFeed(kind=feed.kind, key=feed.key, label=feed.label, updated=feed.updated, total=feed.total)
        shown = listing_of(kept, feed.folder, SettingsByFeed(config))
        assert {name: getattr(shown, name) for name in FeedListing.__struct_fields__} == {
            name: getattr(feed, name) for name in FeedListing.__struct_fields__
        }


def test_the_archives_of_a_group_that_is_not_all_there_are_those_that_it_names() -> None:
    articles = [article(str(number), ("AI",), published_at=day(number)) for number in (5, 4, 3, 2, 1)]
    changed = Archive(number=2, articles=tuple(articles[1:3]))
    group = Group(
        kind=FeedKind.TOPIC,
        key="ai",
        folder="topics/ai",
        articles=articles[:2],
        total=5,
        names={"AI": 5},
        archives=(changed,),
    )
    config = configuration(output=Output(limit=2, archive=True))
    (feed,) = feeds_of_groups([group], config, {}, ())
    assert (feed.total, feed.archived, feed.archives) == (5, 2, (changed,))
    assert names(list(articles_of(feed))) == ["5", "4", "4", "3"]


# Whatever the order.

LABELS = st.sampled_from(["AI", "ai", "Ai", "C++", "c++", "Café", "Cafe\N{COMBINING ACUTE ACCENT}"])
PROVIDERS = st.sampled_from([None, WSJ, MINT, Provider(name="Journal", domain="wsj.com"), Provider(name="MINT")])


@st.composite
def any_articles(draw: st.DrawFn) -> list[Article]:
    """Articles that share ids, dates, topics and providers."""
    return [
        article(
            str(number),
            topics=tuple(draw(st.lists(LABELS, max_size=3, unique_by=str.casefold))),
            provider=draw(PROVIDERS),
            id=f"urn:x:{draw(st.integers(0, 4))}",
            published_at=day(draw(st.integers(1, 3))),
            updated_at=day(draw(st.integers(3, 5))),
            heat=draw(st.none() | st.integers(0, 100)),
            withheld=draw(st.sampled_from([None, None, None, "draft: true"])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@given(articles=any_articles(), data=st.data())
def test_the_same_articles_in_any_order_give_the_same_feeds(articles: list[Article], data: st.DataObject) -> None:
    config = configuration(
        output=Output(limit=3), feeds=(CustomFeed(slug="hot", title="Hot", topics=("AI",), min_heat=50),)
    )
    shuffled = data.draw(st.permutations(articles))
    assert group_by_status(shuffled, NOW) == group_by_status(articles, NOW)
    assert list(feeds_of(shuffled, config).values()) == list(feeds_of(articles, config).values())


@given(any_articles())
def test_every_article_is_in_exactly_one_list(articles: list[Article]) -> None:
    by_status: ArticlesByStatus = group_by_status(articles, NOW)
    losers = [loser for loser, _ in by_status.duplicates]
    sorted_out = [*by_status.published, *by_status.unpublished, *by_status.embargoed, *losers]
    assert sorted(names(sorted_out)) == sorted(names(articles))
    assert list(by_status.published) == newest_first(by_status.published)
    assert len({entry.id for entry in by_status.published}) == len(by_status.published)
