"""Which files are topics: what one can subscribe to, and nothing else."""

from __future__ import annotations

from feedpub.config.model import Output
from feedpub.core.models import FeedKind
from feedpub.delivery.websub.feed_urls import changed, topics_of, url_of
from feedpub.feeds.selection import PublishedFeed
from feedpub.state.published import HubState, OutputState
from support.making import BASE_URL, configuration, day

TOPICS = ("rss.xml", "atom.xml", "feed.json", "topics/ai/rss.xml", "topics/ai/atom.xml", "topics/ai/feed.json")
OTHERS = ("index.html", "feeds.opml", "rss.xml.gz", "atom.xml.br", "topics/ai/archive/1/atom.xml", "topics/old/rss.xml")
FEED = PublishedFeed(kind=FeedKind.TOPIC, key="ai", label="AI", updated=day(1))
STATE = OutputState(files={path: path for path in TOPICS + OTHERS}, feeds={"": FEED, "topics/ai": FEED})


def test_the_feeds_are_topics_and_what_lies_beside_them_is_not() -> None:
    assert set(topics_of(STATE, configuration())) == set(TOPICS)


def test_a_format_that_is_not_published_is_no_topic() -> None:
    topics = topics_of(STATE, configuration(output=Output(formats=("atom",))))
    assert set(topics) == {"atom.xml", "topics/ai/atom.xml"}
    assert topics_of(OutputState(feeds=STATE.feeds), configuration()) == {}


def test_what_the_hub_does_not_know_as_it_is_has_changed() -> None:
    told = HubState(hub="https://hub.example.org/", files={"a": "1", "b": "1", "gone": "1"})
    assert changed({"c": "1", "b": "2", "a": "1"}, told) == ["b", "c"]


def test_a_topic_s_url_lies_below_the_base_url() -> None:
    assert url_of("topics/ai/rss.xml", configuration()) == f"{BASE_URL}topics/ai/rss.xml"
