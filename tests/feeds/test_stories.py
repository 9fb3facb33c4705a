"""Which articles of a feed are one story, and which of them stands for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config import CustomFeed
from feedpub.config.feed_model import Grouping, NamedFeed, Top
from feedpub.config.model import Output
from feedpub.config.podcast_model import Podcast
from feedpub.core.feed_models import Feed
from feedpub.core.models import Article, ArticleBase, ArticleSummary, FeedKind, Provider
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.order import newest_first, rank_for
from feedpub.feeds.selection import PublishedFeed, select
from feedpub.feeds.stories import ShownStories, shown_stories
from support.making import NOW, article, configuration, day

LAUNCH = "OpenAI launches GPT-5 for all users"
RECALL = "Tesla recalls 2 million cars in Norway"


def report(name: str, title: str = LAUNCH, hours: float = 0, related: Sequence[str] = (), **values: Any) -> Article:
    """An article of a provider of its own."""
    return article(
        name,
        **{
            "title": title,
            "published_at": day(1) + timedelta(hours=hours),
            "provider": Provider(name=name, domain=f"{name}.example"),
            "related": tuple(ArticleBase(url=f"https://example.com/{other}") for other in related),
            **values,
        },
    )


def shown(*articles: Article, limit: int = 50, sort: str = "date", kept: Collection[str] = ()) -> list[str]:
    """The stories that a feed shows: the name of the entry, and of the others after a colon."""
    result = shown_stories(
        sorted(articles, key=rank_for(sort)), limit, sort, {f"https://example.com/{k}" for k in kept}
    )
    return [":".join(_name(one) for one in (story.entry, *story.others)) for story in result.stories]


def _name(one: Any) -> str:
    return str(one.path).removeprefix("content/").removesuffix(".md")


def test_articles_with_like_headlines_are_one_story_and_the_hottest_stands_for_it() -> None:
    assert shown(
        report("a", heat=1), report("b", heat=9), report("c", "OpenAI launches GPT-5"), report("d", RECALL)
    ) == [
        "b:a:c",
        "d",
    ]


def test_of_equal_heat_the_newest_stands_for_the_story_and_then_the_first_id() -> None:
    assert shown(report("a"), report("b", hours=1)) == ["b:a"]
    assert shown(report("b"), report("a")) == ["a:b"]


@pytest.mark.parametrize(("hours", "stories"), [(48, ["b:a"]), (48.1, ["b", "a"])])
def test_a_story_ends_48_hours_after_it_began(hours: float, stories: list[str]) -> None:
    assert shown(report("a"), report("b", hours=hours)) == stories
    assert shown(report("a"), report("b", "Other", hours=hours, related=["a"])) == stories


def test_a_chain_of_reports_is_no_longer_than_one_story() -> None:
    assert shown(*(report(name, hours=24 * number) for number, name in enumerate("abcdef"))) == ["f:e:d", "c:b:a"]


@pytest.mark.parametrize(
    "providers",
    [
        (Provider(name="One", domain="one.example"), Provider(name="Other name", domain="one.example")),
        (Provider(name="One"), Provider(name="one")),
        (None, None),
    ],
)
def test_like_headlines_of_one_newsroom_are_two_articles(providers: tuple[Provider | None, Provider | None]) -> None:
    assert shown(report("a", provider=providers[0]), report("b", provider=providers[1])) == ["a", "b"]


def test_without_a_provider_the_host_is_the_newsroom() -> None:
    assert shown(report("a", provider=None), report("b", provider=None, url="https://example.net/b")) == ["a:b"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_related_article_is_of_the_story_whatever_its_headline_and_its_newsroom(hours: float) -> None:
    assert shown(report("a", "One", provider=None), report("b", "Other", hours, ["a"], provider=None)) in (
        ["a:b"],
        ["b:a"],
    )


def test_related_articles_come_before_like_headlines() -> None:
    assert shown(report("a", heat=1), report("b", RECALL, heat=1), report("c", LAUNCH, 1, ["b"])) == ["a", "b:c"]


def test_an_article_that_fits_two_stories_belongs_to_the_first() -> None:
    assert shown(report("a", "One", heat=1), report("b", "Other"), report("c", "Both", 1, ["b", "a"])) == ["a:c", "b"]
    one = Provider(domain="one.example")
    articles = (report("a", provider=one, heat=1), report("b", provider=one), report("c", hours=1))
    assert shown(*articles) == ["a:c", "b"]


def test_an_article_that_is_not_in_the_feed_links_nothing() -> None:
    assert shown(report("a", "One", related=["x"]), report("b", "Other", related=["y"])) == ["a", "b"]


def test_what_was_published_goes_on_to_stand_for_its_story() -> None:
    one, hotter = report("a"), report("b", hours=1, heat=9)
    assert shown(one, hotter, kept=["a"]) == ["a:b"]
    assert shown(hotter, kept=["a"]) == ["b"]
    assert shown(one, hotter, kept=["a", "b"]) == ["b:a"]


def test_a_feed_of_the_hottest_has_stories_by_the_heat_of_their_entries() -> None:
    articles = (report("a", heat=5), report("b", hours=1, heat=2), report("c", RECALL, heat=9))
    assert shown(*articles, sort="heat") == ["c", "a:b"]
    assert shown(*articles, sort="heat", kept=["b"]) == ["c", "b:a"]


def test_the_limit_counts_stories() -> None:
    assert shown(report("a"), report("b"), report("c", RECALL), report("d", "Other", -1), limit=2) == ["a:b", "c"]


# The whole and its newest part.

_TITLES = [
    LAUNCH,
    "OpenAI launches GPT-5",
    RECALL,
    "GPT-5 for all users of OpenAI in Norway",
    "Other",
    "华为发布新款折叠屏手机",
]
reports = st.lists(
    st.builds(
        lambda hours, title, heat, newsroom, related: {
            "hours": hours,
            "title": title,
            "heat": heat,
            "provider": Provider(domain=f"{newsroom}.example"),
            "related": related,
        },
        st.integers(0, 400),
        st.sampled_from(_TITLES),
        st.none() | st.integers(0, 3),
        st.integers(0, 3),
        st.lists(st.integers(0, 40).map(str), max_size=1),
    ),
    max_size=40,
).map(lambda rows: newest_first([report(str(number), **row) for number, row in enumerate(rows)]))


class Newest(Sequence[Any]):
    """Articles, of which only the newest ones are asked for."""

    def __init__(self, articles: Sequence[Article], together: int) -> None:
        self.articles, self.together, self.read = articles, together, 0

    def __len__(self) -> int:
        return len(self.articles)

    def __getitem__(self, index: Any) -> Any:
        self.read = max(self.read, len(self.articles[index]))
        return self.articles[index]


def outcome(stories: ShownStories) -> list[tuple[str, list[str]]]:
    return [(story.entry.id, [other.id for other in story.others]) for story in stories.stories]


@given(reports, st.integers(1, 6), st.sets(st.integers(0, 40).map(lambda number: f"https://example.com/{number}")))
def test_the_newest_articles_give_the_stories_of_all(articles: list[Article], limit: int, kept: set[str]) -> None:
    import feedpub.feeds.stories as module

    whole = module._shown(module._Grouping(articles, None), limit, "date", kept)
    for count in range(1, len(articles)):
        grouping = module._Grouping(articles[:count], articles[count - 1].published_at)
        part = module._shown(grouping, limit, "date", kept)
        if len(part.stories) == limit and grouping.is_certain(part.stories[-1].entry.published_at):
            assert outcome(part) == outcome(whole)
            assert part.entries == whole.entries


@pytest.mark.parametrize("related", [True, False])
@pytest.mark.parametrize("hours", [(0, 40), (0, 40, 80, 120)])
def test_what_older_articles_may_change_is_not_certain(hours: Sequence[int], related: bool) -> None:
    import feedpub.feeds.stories as module

    chain = [
        report(str(number), f"Report {number}", hour, [str(number - 1)])
        if related
        else report(str(number), LAUNCH, hour)
        for number, hour in enumerate(hours)
    ]
    newest = newest_first([report("x", "Other", 1), *chain[1:]])
    whole = shown_stories(newest_first([*newest, chain[0]]), 1, "date", ())
    grouping = module._Grouping(newest, newest[-1].published_at)
    assert outcome(module._shown(grouping, 1, "date", ())) != outcome(whole)
    assert not grouping.is_certain(newest[0].published_at)


def test_an_entry_beyond_the_limit_stands_for_its_story_while_another_would_be_shown() -> None:
    articles = newest_first(
        [report("a"), report("b", hours=47, heat=9), report("x", "Other", 30), report("y", "Next", 100)]
    )
    stories = shown_stories(articles, 2, "date", {"https://example.com/a"})
    assert [name.rpartition("/")[2] for name in stories.entries] == ["y", "x", "a"]
    assert outcome(shown_stories(articles, 2, "date", stories.entries)) == outcome(stories)


def test_of_many_articles_the_newest_are_enough() -> None:
    many = [report(str(number), f"Report {number} of Number {number}", hours=-number) for number in range(1000)]
    articles = Newest(many, 1000)
    assert len(shown_stories(articles, 10, "date", ()).stories) == 10
    assert articles.read < 500
    assert outcome(shown_stories(articles, 10, "date", ())) == outcome(shown_stories(many, 10, "date", ()))


@given(reports, st.integers(1, 4), st.sampled_from(["date", "heat"]), st.data())
def test_nothing_changes_if_nothing_changed(
    articles: list[Article], limit: int, sort: str, data: st.DataObject
) -> None:
    articles = sorted(articles, key=rank_for(sort))
    kept = data.draw(st.sets(st.sampled_from([one.id for one in articles]))) if articles else set()
    first = shown_stories(articles, limit, sort, kept)
    second = shown_stories(articles, limit, sort, frozenset(first.entries))
    assert outcome(second) == outcome(first)
    assert second.entries == first.entries


@given(reports, st.integers(1, 4), st.data())
def test_an_entry_that_was_shown_stays_while_articles_come(
    articles: list[Article], limit: int, data: st.DataObject
) -> None:
    """An article that comes later may be older, and hotter, than those that are there."""
    present: list[Article] = []
    kept: tuple[str, ...] = ()
    stood: set[str] = set()
    for new in data.draw(st.permutations(articles)):
        present = newest_first([*present, new])
        result = shown_stories(present, limit, "date", kept)
        for story in result.stories:
            ids = {one.id for one in (story.entry, *story.others)}
            assert story.entry.id in stood or ids.isdisjoint(stood)
        stood = {story.entry.id for story in result.stories}
        kept = result.entries


def test_a_summary_has_what_stories_need() -> None:
    one = report("a", related=["b"])
    assert ArticleSummary.of(one).story_facets is None
    assert ArticleSummary.of(one, with_story_facets=True).story_facets == one.story_facets


# Feeds.


def feeds_of(
    articles: Sequence[Article], history: dict[str, PublishedFeed] | None = None, **sections: Any
) -> dict[str, Feed]:
    config = configuration(**sections)
    return {feed.folder: feed for feed in select(newest_first(articles), config, history or {}, NOW)}


def test_a_feed_has_an_entry_for_each_story_and_counts_the_articles() -> None:
    mine = CustomFeed(slug="mine", title="Mine", group_stories=True)
    feeds = feeds_of([report("a", heat=1), report("b")], feeds=(mine,))
    feed = feeds["feeds/mine"]
    assert [_name(one) for one in feed.articles] == ["a"]
    assert {path: [_name(one) for one in others] for path, others in feed.stories.items()} == {"content/a.md": ["b"]}
    assert (feed.total, feed.story_entries) == (2, ("https://example.com/a",))
    assert len(feeds[""].articles) == 2
    assert (feeds[""].stories, feeds[""].story_entries) == ({}, ())


def test_the_history_says_which_article_stands_for_a_story() -> None:
    mine = CustomFeed(slug="mine", title="Mine", group_stories=True)
    known = PublishedFeed(
        kind=FeedKind.CUSTOM, key="mine", label="Mine", updated=NOW, story_entries=("https://example.com/b",)
    )
    feeds = feeds_of([report("a", heat=1), report("b")], {"feeds/mine": known}, feeds=(mine,))
    assert [_name(one) for one in feeds["feeds/mine"].articles] == ["b"]


def test_the_setting_is_one_of_output_of_kinds_and_of_single_feeds() -> None:
    config = configuration(
        output=Output(group_stories=True),
        topics=Grouping(group_stories=False, archive=True, feeds={"AI": NamedFeed(group_stories=True)}),
    )
    settings = SettingsByFeed(config)
    ai, robots = settings.of(FeedKind.TOPIC, "ai"), settings.of(FeedKind.TOPIC, "robots")
    assert settings.of(FeedKind.SITE, "").group_stories
    assert settings.of(FeedKind.PROVIDER, "one.example").group_stories
    assert (ai.group_stories, ai.archive) == (True, False)
    assert (robots.group_stories, robots.archive) == (False, True)
    assert config.has_stories
    assert not configuration().has_stories


@pytest.mark.parametrize("values", [{"top": Top()}, {"podcast": Podcast(category="News", image="/cover.png")}])
def test_the_setting_of_all_feeds_is_not_that_of_feeds_that_show_articles(values: dict[str, Any]) -> None:
    feeds = (CustomFeed(slug="mine", title="Mine", **values), CustomFeed(slug="all", title="All"))
    settings = SettingsByFeed(configuration(output=Output(group_stories=True), feeds=feeds))
    assert not settings.of(FeedKind.CUSTOM, "mine").group_stories
    assert settings.of(FeedKind.CUSTOM, "all").group_stories
