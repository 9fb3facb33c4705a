"""In which feeds an article is, at what position, and why it is not in the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config import Config, CustomFeed
from feedpub.config.feed_model import Grouping, NamedFeed
from feedpub.config.model import Output
from feedpub.core.models import Article, FeedKind, Provider
from feedpub.feeds.explain import feed_places, status_text
from feedpub.feeds.history import PublishedFeed
from feedpub.feeds.selection import select
from feedpub.feeds.status import group_by_status
from support.making import NOW, article, configuration, day
from support.site import SiteFolder

WSJ = Provider(name="Wall Street Journal", domain="wsj.com")
HOT = CustomFeed(slug="hot", title="Hot in AI", topics=("AI",), providers=("wsj.com",), min_heat=80, min_quality=50)


def places_of(
    explained: Article, others: Sequence[Article] = (), config: Config | None = None
) -> dict[str, tuple[int | None, str | None]]:
    """Folder → position and reason."""
    by_status = group_by_status([explained, *others], NOW)
    found = feed_places(explained, by_status, config or configuration(), {}, NOW)
    return {place.folder: (place.position, place.reason) for place in found}


def test_every_feed_that_holds_the_article_is_named_with_its_position() -> None:
    explained = article("a", topics=("AI", "ML"), provider=WSJ, heat=80, quality=50)
    others = [article("b", published_at=day(2), topics=("ai",)), article("c", published_at=day(3))]
    assert places_of(explained, others, configuration(feeds=(HOT,))) == {
        "": (3, None),
        "topics/ai": (2, None),
        "topics/ml": (1, None),
        "providers/wsj.com": (1, None),
        "feeds/hot": (1, None),
    }


def test_feeds_that_the_article_could_never_be_in_are_not_named() -> None:
    assert set(places_of(article("a"), [article("b", topics=("AI",), provider=WSJ)])) == {""}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"topics": ("ML",)}, "has none of the topics AI"),
        ({"provider": None}, "is from none of the providers wsj.com"),
        ({"heat": 79}, "heat 79 < min_heat 80"),
        ({"heat": None}, "heat is not known, min_heat is 80"),
        ({"quality": 49}, "quality 49 < min_quality 50"),
        ({"quality": None}, "quality is not known, min_quality is 50"),
    ],
)
def test_the_rule_that_keeps_an_article_out_of_an_own_feed_is_named(changes: dict[str, object], reason: str) -> None:
    values = {"topics": ("AI",), "provider": WSJ, "heat": 80, "quality": 50, **changes}
    assert places_of(article(**values), config=configuration(feeds=(HOT,)))["feeds/hot"] == (None, reason)


def test_what_lies_beyond_the_limit_is_told() -> None:
    found = places_of(
        article("a", topics=("AI",)), [article("b", published_at=day(2))], configuration(output=Output(limit=1))
    )
    assert found == {"": (None, "beyond the limit of 1"), "topics/ai": (1, None)}


def test_the_limit_is_that_of_the_feed() -> None:
    feeds = (CustomFeed(slug="one", title="One", limit=1), CustomFeed(slug="none", title="None", min_heat=1, limit=1))
    config = configuration(topics=Grouping(limit=2), feeds=feeds)
    newer = [article(str(number), ("AI",), published_at=day(number)) for number in (2, 3)]
    assert places_of(article("a", ("AI",)), newer, config) == {
        "": (3, None),
        "topics/ai": (None, "beyond the limit of 2"),
        "feeds/one": (None, "beyond the limit of 1"),
        "feeds/none": (None, "heat is not known, min_heat is 1"),
    }


def test_rules_are_explained_by_the_clock_and_the_language_of_the_site() -> None:
    recent = {"since": "2d", "languages": ("en",)}
    feeds = tuple(
        CustomFeed(slug=slug, title=slug, **{**recent, **changes})
        for slug, changes in (("both", {}), ("german", {"languages": ("de",)}), ("hour", {"since": "1h"}))
    )
    explained = article(published_at=NOW - timedelta(days=1))
    assert places_of(explained, config=configuration(feeds=feeds)) == {
        "": (1, None),
        "feeds/both": (1, None),
        "feeds/german": (None, "is in none of the languages de"),
        "feeds/hour": (None, "is older than since 1h (left at 2024-05-31T13:00:00Z)"),
    }


def test_the_feeds_of_a_family_are_those_of_the_article() -> None:
    family = CustomFeed(slug="hot", title="Hot", combine=("topics", "providers"), topics=("AI", "ML"), min_heat=50)
    explained = article("a", topics=("AI", "ML", "Go"), provider=WSJ, heat=80)
    own = CustomFeed(slug="own", title="Own")
    config = configuration(feeds=(family, own), topics=Grouping(exclude=("ML",)))
    places = places_of(explained, [article("b", published_at=day(2), topics=("AI",), provider=WSJ, heat=60)], config)
    assert places["feeds/hot~ai~wsj.com"] == (2, None)
    assert [folder for folder in places if folder.startswith("feeds/")] == ["feeds/hot~ai~wsj.com", "feeds/own"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"heat": 10}, "heat 10 < min_heat 50"),
        ({"topics": ("Go",)}, "has none of the topics AI"),
        ({"provider": None}, "has none of the providers that have feeds"),
    ],
)
def test_what_keeps_an_article_out_of_a_whole_family_is_told_once(changes: dict[str, object], reason: str) -> None:
    family = CustomFeed(slug="hot", title="Hot", combine=("topics", "providers"), topics=("AI",), min_heat=50)
    explained = article("a", **{"topics": ("AI",), "provider": WSJ, "heat": 80, **changes})
    places = places_of(explained, config=configuration(feeds=(family,)))
    assert {folder: place for folder, place in places.items() if folder.startswith("feeds/")} == {
        "feeds/hot~": (None, reason)
    }


def test_an_article_that_another_stands_for_is_shown_in_its_story() -> None:
    config = configuration(feeds=(CustomFeed(slug="stories", title="Stories", group_stories=True, limit=1),))
    title, mint = "OpenAI launches GPT-5 for all users", Provider(name="Mint", domain="mint.example")
    told = article("told", provider=WSJ, title=title, heat=1, published_at=day(2))
    other = article("other", provider=mint, title=title, heat=9, published_at=day(2))
    old = article("old")
    assert places_of(told, [other, old], config)["feeds/stories"] == (None, "shown in the story of content/other.md")
    assert places_of(other, [told, old], config)["feeds/stories"] == (1, None)
    assert places_of(old, [told, other], config)["feeds/stories"] == (None, "beyond the limit of 1")


def test_a_feed_is_called_by_its_title() -> None:
    config = configuration(topics=Grouping(feeds={"AI": NamedFeed(title="Machines that learn")}))
    explained = article(topics=("AI",))
    places = feed_places(explained, group_by_status([explained], NOW), config, {}, NOW)
    assert [place.title for place in places] == ["AI News", "Machines that learn"]


def test_excluded_topics_and_providers_are_told() -> None:
    config = configuration(topics=Grouping(exclude=("ai",)), providers=Grouping(exclude=("wsj.com",)))
    found = places_of(article(topics=("AI",), provider=WSJ), config=config)
    assert found["topics/ai"] == (None, "the topic is in topics.exclude")
    assert found["providers/wsj.com"] == (None, "the provider is in providers.exclude")


def test_a_retired_feed_is_told() -> None:
    config = configuration(retired=("topics/ai",))
    assert places_of(article("a", topics=("AI",)), config=config)["topics/ai"] == (None, "the feed is retired")


def test_too_few_articles_are_told() -> None:
    config = configuration(topics=Grouping(min_articles=2), providers=Grouping(min_articles=3))
    found = places_of(article(topics=("AI",), provider=WSJ), config=config)
    assert found["topics/ai"] == (None, "1 of topics.min_articles 2")
    assert found["providers/wsj.com"] == (None, "1 of providers.min_articles 3")


def test_a_feed_published_before_needs_no_min_articles() -> None:
    explained = article(topics=("AI",))
    history = {"topics/ai": PublishedFeed(kind=FeedKind.TOPIC, key="ai", label="AI", updated=day(1))}
    config = configuration(topics=Grouping(min_articles=2))
    found = list(feed_places(explained, group_by_status([explained], NOW), config, history, NOW))
    assert [(place.folder, place.position) for place in found] == [("", 1), ("topics/ai", 1)]


@pytest.mark.parametrize(
    ("explained", "status"),
    [
        (article(), "published"),
        (article(withheld="draft: true"), "unpublished (draft: true)"),
        (
            article(published_at=datetime(2024, 7, 1, 8, tzinfo=UTC)),
            "embargoed until 2024-07-01T08:00:00Z",
        ),
        (article(expires_at=datetime(2024, 5, 30, 8, tzinfo=UTC)), "expired since 2024-05-30T08:00:00Z"),
    ],
)
def test_the_status_of_an_article_is_given_in_words(explained: Article, status: str) -> None:
    assert status_text(explained, group_by_status([explained], NOW)) == status


def test_a_duplicate_names_the_file_that_is_published() -> None:
    loser = article("b", id="urn:x:1")
    by_status = group_by_status([article("a", id="urn:x:1"), loser], NOW)
    assert status_text(loser, by_status) == "duplicate of content/a.md, which is published instead"


@pytest.mark.parametrize(
    "hidden",
    [{"withheld": "draft: true"}, {"published_at": NOW + timedelta(days=1)}, {"id": "https://example.com/first"}],
    ids=["unpublished", "embargoed", "duplicate"],
)
def test_what_is_not_published_is_in_no_feed_and_each_says_why(hidden: dict[str, object]) -> None:
    explained = article("second", topics=("AI",), provider=WSJ, **hidden)
    by_status = group_by_status([explained, article("first")], NOW)
    found = list(feed_places(explained, by_status, configuration(feeds=(HOT,)), {}, NOW))
    assert [place.folder for place in found] == ["", "topics/ai", "providers/wsj.com", "feeds/hot"]
    assert {(place.position, place.reason) for place in found} == {(None, status_text(explained, by_status))}


def test_a_provider_without_a_feed_is_called_by_its_name() -> None:
    explained = article(provider=Provider(name="Mint"))
    config = configuration(providers=Grouping(min_articles=2))
    *_, place = feed_places(explained, group_by_status([explained], NOW), config, {}, NOW)
    assert (place.folder, place.title) == ("providers/mint", "AI News: Mint")


@given(limit=st.integers(1, 4), heats=st.lists(st.none() | st.integers(70, 90), min_size=1, max_size=6))
def test_places_agree_with_the_feeds(limit: int, heats: list[int | None]) -> None:
    config = configuration(output=Output(limit=limit), feeds=(CustomFeed(slug="hot", title="Hot", min_heat=80),))
    articles = [article(str(n), heat=heat, topics=("AI",), published_at=day(n % 3 + 1)) for n, heat in enumerate(heats)]
    by_status = group_by_status(articles, NOW)
    feeds = {feed.folder: feed for feed in select(by_status.published, config, {}, NOW)}
    for explained in articles:
        for place in feed_places(explained, by_status, config, {}, NOW):
            held = feeds[place.folder].articles
            assert (place.position is None) is (explained not in held)
            assert place.position is None or held[place.position - 1] == explained
            assert (place.reason is None) is (place.position is not None)


# The command.


def test_the_command_answers_for_a_path_an_id_and_a_source_url(site: SiteFolder) -> None:
    site.add("a", topics=["AI"], id="urn:x:1")
    answers = [site.run("explain", what) for what in ("content/a.md", "urn:x:1", "https://example.com/a")]
    assert {answer.returncode for answer in answers} == {0}
    assert len({answer.stdout for answer in answers}) == 1
    assert "topics/ai" in answers[0].stdout
    assert "position 1" in answers[0].stdout


def test_the_command_tells_what_is_wrong_with_an_invalid_article(site: SiteFolder) -> None:
    site.add("a", publishedDateTime="2024-02-30")
    answer = site.run("explain", "content/a.md")
    assert answer.returncode == 0
    assert "content/a.md:3: publishedDateTime: '2024-02-30' is not a date" in answer.stdout


@pytest.mark.parametrize("what", ["content/missing.md", "urn:x:nobody", "config.yaml"])
def test_the_command_refuses_what_is_no_article(site: SiteFolder, what: str) -> None:
    site.add("a")
    answer = site.run("explain", what)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert what in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
