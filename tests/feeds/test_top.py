"""The best articles of each period: which they are, and that what was published stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config import Config, CustomFeed
from feedpub.core.feed_models import Feed
from feedpub.core.models import Article
from feedpub.feeds.explain import feed_places
from feedpub.feeds.history import Chosen, PublishedFeed
from feedpub.feeds.selection import select
from feedpub.feeds.status import group_by_status, moments_of
from feedpub.feeds.top import calendars_of
from support.making import article, configuration

FOLDER = "feeds/best"
MONDAY = datetime(2024, 5, 6, tzinfo=UTC)
"""The first moment of 2024-W19."""


def config_of(top: dict[str, Any], **keys: Any) -> Config:
    return configuration(
        feeds=(msgspec.convert({"slug": "best", "title": "Best", "top": top, **keys}, CustomFeed),),
    )


def at(hours: float) -> datetime:
    """The moment so many hours after :data:`MONDAY`."""
    return MONDAY + timedelta(hours=hours)


def hot(name: str, hours: float, heat: int | None, **values: Any) -> Article:
    return article(name, published_at=at(hours), heat=heat, **values)


class Builds:
    """Builds that follow each other, each with what the one before it left in published.json."""

    def __init__(self, top: dict[str, Any], **keys: Any) -> None:
        self.config = config_of(top, **keys)
        self.history: dict[str, PublishedFeed] = {}

    @property
    def chosen(self) -> Chosen:
        """The choice that the last build left."""
        return self.history[FOLDER].chosen if self.history else {}

    def feed(self, articles: Sequence[Article], now: datetime) -> Feed:
        """Return the feed at the time ``now``."""
        published = group_by_status(articles, now).published
        (feed,) = (feed for feed in select(published, self.config, self.history, now) if feed.folder == FOLDER)
        known = {name: getattr(feed, name) for name in PublishedFeed.__struct_fields__}
        self.history = {FOLDER: PublishedFeed(**known)}
        return feed

    def names(self, articles: Sequence[Article], now: datetime) -> list[str]:
        """Return the names of the articles of the feed."""
        return [one.url.rpartition("/")[2] for one in self.feed(articles, now).articles]

    def reason(self, explained: Article, articles: Sequence[Article], now: datetime) -> str | None:
        """Return why the feed does not hold an article."""
        places = feed_places(explained, group_by_status(articles, now), self.config, self.history, now)
        return next(place.reason for place in places if place.folder == FOLDER)


def test_the_best_of_each_week_that_is_over_are_shown_newest_first() -> None:
    builds = Builds({"count": 2})
    articles = [
        hot("a", 1, 10),
        hot("b", 2, 30),
        hot("c", 3, 20),
        hot("d", 4, None),
        hot("e", 7 * 24, None),
        hot("f", 7 * 24 + 1, 0),
        hot("g", 14 * 24, 99),
    ]
    assert builds.names(articles, at(14 * 24 + 1)) == ["f", "e", "c", "b"]
    assert builds.chosen == {
        "2024-W20": ("https://example.com/f", "https://example.com/e"),
        "2024-W19": ("https://example.com/b", "https://example.com/c"),
    }


def test_of_equals_the_newer_is_the_better_and_quality_may_be_the_measure() -> None:
    articles = [hot("a", 1, 10, quality=5), hot("b", 2, 10, quality=3), hot("c", 3, 10, quality=5)]
    assert Builds({"count": 1}).names(articles, at(200)) == ["c"]
    assert Builds({"count": 2, "by": "quality"}).names(articles, at(200)) == ["c", "a"]


def test_a_period_is_over_at_the_moment_of_its_end_in_the_zone_of_the_site() -> None:
    builds = Builds({"per": "day"})
    builds.config = configuration(content=msgspec.structs.replace(builds.config.content, timezone="Asia/Tokyo"),
                                  feeds=builds.config.feeds)  # fmt: skip
    articles = [hot("a", 1, 10), hot("b", 15, 10)]
    assert builds.names(articles, at(15) - timedelta(microseconds=1)) == []
    assert builds.names(articles, at(15)) == ["a"]
    assert builds.names(articles, at(39)) == ["b", "a"]
    (calendar,) = calendars_of(builds.config)
    assert [*moments_of(articles[0], (), (calendar,))] == [at(15), at(1), at(1)]
    assert at(15) not in [*moments_of(hot("c", 1, 1, withheld="draft: true"), (), (calendar,))]


def test_neither_a_late_article_nor_another_heat_changes_a_week_that_was_published() -> None:
    builds = Builds({"count": 2})
    first = [hot("a", 1, 10), hot("b", 2, 30), hot("c", 3, 20)]
    assert builds.names(first, at(168)) == ["c", "b"]
    later = [hot("a", 1, 99), hot("b", 2, None), hot("c", 3, 20), hot("late", 4, 100)]
    assert builds.names(later, at(169)) == ["c", "b"]
    assert Builds({"count": 2}).names(later, at(169)) == ["late", "a"]


def test_an_article_that_no_longer_matches_the_rule_stays() -> None:
    builds = Builds({"count": 2}, topics=["AI"], min_heat=5)
    assert builds.names([hot("a", 1, 10, topics=("AI",)), hot("b", 1, 1, topics=("AI",))], at(168)) == ["a"]
    assert builds.names([hot("a", 1, 1, topics=("Robots",))], at(169)) == ["a"]


def test_an_article_that_is_gone_leaves_and_comes_back_and_nothing_moves_up() -> None:
    builds = Builds({"count": 1}, limit=2)
    articles = [hot("a", 1, 10), hot("b", 2, 5), hot("c", 170, 10), hot("d", 340, 10)]
    assert builds.names(articles, at(600)) == ["d", "c"]
    without = [one for one in articles if not one.path.endswith("d.md")]
    assert builds.names(without, at(601)) == ["c"]
    assert builds.names([], at(602)) == []
    assert builds.names(articles, at(603)) == ["d", "c"]


def test_an_article_with_another_date_is_shown_once() -> None:
    builds = Builds({"count": 2})
    assert builds.names([hot("a", 1, 10)], at(168)) == ["a"]
    assert builds.names([hot("a", 170, 10), hot("b", 171, 5)], at(400)) == ["b", "a"]
    assert builds.chosen == {"2024-W20": ("https://example.com/b",), "2024-W19": ("https://example.com/a",)}


def test_a_week_that_had_nothing_is_filled_by_a_late_article() -> None:
    builds = Builds({})
    assert builds.names([hot("a", 200, 1)], at(400)) == ["a"]
    assert builds.names([hot("a", 200, 1), hot("late", 1, 1)], at(401)) == ["a", "late"]


def test_the_span_of_since_ends_with_the_period() -> None:
    articles = [hot("a", 1, 10), hot("b", 160, 5)]
    for hours in (168, 1000):
        assert Builds({}, since="2d").names(articles, at(hours)) == ["b"]


def test_a_clock_that_was_wrong_leaves_no_week_that_is_not_over() -> None:
    builds = Builds({"count": 1})
    assert builds.names([hot("a", 1, 10)], at(1000)) == ["a"]
    articles = [hot("a", 1, 10), hot("b", 2, 20)]
    assert builds.names(articles, at(100)) == []
    assert builds.names(articles, at(168)) == ["b"]


def test_only_the_periods_that_the_feed_can_show_are_kept() -> None:
    articles = [hot(str(number), 24 * number, 10) for number in range(40)]
    builds = Builds({"per": "day", "count": 3}, limit=4)
    assert builds.names(articles, at(24 * 40)) == ["39", "38", "37", "36"]
    assert [*builds.chosen] == ["2024-06-14", "2024-06-13", "2024-06-12", "2024-06-11"]
    digest = Builds({"count": 3, "digest": True}, limit=2)
    feed = digest.feed(articles, at(24 * 42))
    assert [(issue.name, len(issue.articles)) for issue in feed.issues] == [("2024-W24", 3), ("2024-W23", 3)]
    assert (feed.total, feed.updated) == (6, at(24 * 42))


def test_the_issues_of_a_digest_list_the_best_first_and_one_without_articles_goes() -> None:
    builds = Builds({"count": 2, "digest": True})
    articles = [hot("a", 1, 10), hot("b", 2, 30), hot("c", 3, 20), hot("d", 170, 1)]
    feed = builds.feed(articles, at(400))
    assert [[one.title for one in issue.articles] for issue in feed.issues] == [
        ["Title of d"],
        ["Title of b", "Title of c"],
    ]
    assert [issue.end for issue in feed.issues] == [at(336), at(168)]
    feed = builds.feed(articles[:2], at(401))
    assert [[one.title for one in issue.articles] for issue in feed.issues] == [["Title of b"]]


@pytest.mark.parametrize(
    ("name", "hours", "reason"),
    [
        ("b", 167, "its week is not over until 2024-05-13T00:00:00Z"),
        ("b", 168, None),
        ("a", 168, "number 3 of its week by heat; top takes 2"),
        ("none", 168, "heat is not known, min_heat is 1"),
        ("old", 400, "its week, 2024-W18, is older than those that the feed shows"),
        ("embargoed", 168, "embargoed until 2024-05-13T02:00:00Z"),
    ],
)
def test_the_reason_names_the_week_and_the_place_in_it(name: str, hours: float, reason: str | None) -> None:
    articles = {
        "a": hot("a", 1, 10),
        "b": hot("b", 2, 30),
        "c": hot("c", 3, 20),
        "none": hot("none", 3, None),
        "old": hot("old", -20, 10),
        "embargoed": hot("embargoed", 170, 10),
    }
    builds = Builds({"count": 2}, limit=2, min_heat=1)
    assert builds.reason(articles[name], [*articles.values()], at(hours)) == reason


def test_the_reason_of_a_late_article_is_that_its_week_was_published() -> None:
    builds = Builds({"count": 1})
    builds.feed([hot("a", 1, 10)], at(168))
    late = hot("late", 2, 20)
    reason = builds.reason(late, [hot("a", 1, 10), late], at(169))
    assert reason == "number 1 of its week by heat, but 2024-W19 was published without it"


@pytest.mark.parametrize("digest", [False, True])
@given(
    builds=st.lists(
        st.tuples(
            st.integers(-30, 60),
            st.lists(st.tuples(st.integers(0, 9), st.integers(0, 800), st.none() | st.integers(0, 5)), max_size=12),
        ),
        max_size=6,
    ),
    per=st.sampled_from(["day", "week", "month"]),
    count=st.integers(1, 3),
    limit=st.integers(1, 5),
)
def test_whatever_happens_what_was_chosen_stays_and_is_bounded(
    digest: bool, builds: list[tuple[int, list[Any]]], per: str, count: int, limit: int
) -> None:
    site = Builds({"per": per, "count": count, "digest": digest}, limit=limit)
    (calendar,) = calendars_of(site.config)
    now = MONDAY
    for days, values in builds:
        before, now = site.chosen, now + timedelta(days=days)
        articles = {name: hot(str(name), hours, heat) for name, hours, heat in values}
        feed = site.feed([*articles.values()], now)
        ends = {name: period.end for name in feed.chosen if (period := calendar.named(name))}
        assert ends.keys() == feed.chosen.keys()
        assert all(end <= now for end in ends.values())
        kept = feed.chosen.keys() & before.keys()
        assert {name: feed.chosen[name] for name in kept} == {name: before[name] for name in kept}
        ids = [entry_id for best in feed.chosen.values() for entry_id in best]
        assert len(ids) == len(set(ids))
        assert all(1 <= len(best) <= count for best in feed.chosen.values())
        assert len(feed.chosen) <= limit
        shown = feed.issues or feed.articles
        assert len(shown) <= limit
        assert {one.id for one in feed.articles} <= set(ids)
        again = site.feed([*articles.values()], now)
        assert again == feed
