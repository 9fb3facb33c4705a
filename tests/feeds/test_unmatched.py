"""Names in the configuration that no article has, and rules that match none."""

from __future__ import annotations

from typing import Any

import pytest

from feedpub.config import CustomFeed, FeedRule
from feedpub.config.feed_model import Grouping, NamedFeed, Top
from feedpub.core.models import NAME_PREFIX, FeedKind
from feedpub.feeds.families import key_of
from feedpub.feeds.unmatched import GroupSize, unmatched
from support.making import configuration

SITE = GroupSize(FeedKind.SITE, "", (), 3)
TOPICS = (
    GroupSize(FeedKind.TOPIC, "power apps", {"Power-Apps": 1, "Power Apps": 2}, 2),
    GroupSize(FeedKind.TOPIC, "robots", {"Robots": 1}, 1),
)
PROVIDERS = (
    GroupSize(FeedKind.PROVIDER, "wsj.com", {"Wall Street Journal": 2}, 2),
    GroupSize(FeedKind.PROVIDER, NAME_PREFIX + "the times", {"The Times": 1}, 1),
)
GROUPS = (SITE, *TOPICS, *PROVIDERS)
NO_TOPIC = "no published article has the topic"
NO_PROVIDER = "no published article is from the provider"


def found(*groups: GroupSize, **sections: Any) -> dict[str, str]:
    return dict(unmatched(configuration(**sections), groups or GROUPS))


def feed(**values: Any) -> CustomFeed:
    return CustomFeed(slug="a", title="A", **values)


def custom(total: int, key: str = "a") -> GroupSize:
    return GroupSize(FeedKind.CUSTOM, key, (), total)


@pytest.mark.parametrize("name", ["Power Apps", "power-apps", "ROBOTS"])
def test_a_topic_of_articles_is_known_however_it_is_spelt(name: str) -> None:
    assert found(topics=Grouping(exclude=(name,), feeds={name: NamedFeed(limit=1)}, aliases={"x": name})) == {}


@pytest.mark.parametrize("name", ["wsj.com", "WSJ.com", "Wall street  journal", "The Times"])
def test_a_provider_is_known_by_its_domain_and_by_its_names(name: str) -> None:
    assert found(providers=Grouping(exclude=("wsj.com", name), aliases={"x": name})) == {}


@pytest.mark.parametrize(
    ("section", "name", "told"),
    [
        ("topics", "Power App", f"{NO_TOPIC} 'Power App'; did you mean 'Power Apps'?"),
        ("topics", "robot", f"{NO_TOPIC} 'robot'; did you mean 'Robots'?"),
        ("topics", "Zzz", f"{NO_TOPIC} 'Zzz'"),
        ("topics", "wsj.com", f"{NO_TOPIC} 'wsj.com'"),
        ("providers", "wsj.org", f"{NO_PROVIDER} 'wsj.org'; did you mean 'wsj.com'?"),
        ("providers", "Times", f"{NO_PROVIDER} 'Times'; did you mean 'The Times'?"),
        ("providers", "Wall Street", f"{NO_PROVIDER} 'Wall Street'; did you mean 'Wall Street Journal'?"),
        ("providers", "Robots", f"{NO_PROVIDER} 'Robots'"),
    ],
)
def test_an_unknown_name_is_told_wherever_it_stands_with_the_nearest(section: str, name: str, told: str) -> None:
    known = "Robots" if section == "topics" else "wsj.com"
    grouping = Grouping(exclude=(known, name), feeds={name: NamedFeed(limit=1)}, aliases={"Old": name})
    places = {f"{section}.exclude[1]", f"{section}.feeds.{name}", f"{section}.aliases.Old"}
    assert found(**{section: grouping}) == dict.fromkeys(places, told)
    rule = feed(none=FeedRule(**{section: (name,)}), **{section: (known, name)})
    places = {f"feeds[0].{section}[1]", f"feeds[0].none.{section}[0]"}
    assert found(feeds=(rule,)) == dict.fromkeys(places, told)


def test_rules_within_rules_are_looked_through() -> None:
    inner = FeedRule(all=(FeedRule(topics=("Robots",)), FeedRule(topics=("Zzz",), none=FeedRule(providers=("Qqq",)))))
    rules = (feed(any=(FeedRule(topics=("Robots",)), inner)),)
    assert found(feeds=rules) == {
        "feeds[0].any[1].all[1].topics[0]": f"{NO_TOPIC} 'Zzz'",
        "feeds[0].any[1].all[1].none.providers[0]": f"{NO_PROVIDER} 'Qqq'",
    }


def test_a_rule_that_matches_no_article_is_told_if_its_names_are_known() -> None:
    told = {"feeds[1].slug": "the rule of 'a' matches no published article"}
    rules = (CustomFeed(slug="b", title="B", min_heat=1), feed(min_heat=99))
    sizes = (*GROUPS, custom(1, "b"))
    assert found(*sizes, custom(0), feeds=rules) == told
    assert found(*sizes, feeds=rules) == told
    assert found(*sizes, custom(1), feeds=rules) == {}
    assert set(found(*sizes, feeds=(rules[0], feed(topics=("Zzz",))))) == {"feeds[1].topics[0]"}


def test_a_rule_that_depends_on_the_time_may_match_no_article() -> None:
    rules = (feed(top=Top()), feed(since="7d"), feed(any=(FeedRule(since="7d"),)))
    assert found(feeds=rules) == {}


def test_a_family_matches_if_one_of_its_feeds_has_an_article() -> None:
    family = feed(combine=("topics",))
    key = key_of("a", [("topics", "robots")])
    assert found(*GROUPS, custom(1, key), feeds=(family,)) == {}
    assert set(found(*GROUPS, custom(0, key), feeds=(family,))) == {"feeds[0].slug"}


def test_a_site_without_articles_is_told_nothing() -> None:
    empty = tuple(group._replace(total=0) for group in GROUPS)
    assert found(*empty, topics=Grouping(exclude=("Zzz",)), feeds=(feed(min_heat=99),)) == {}
