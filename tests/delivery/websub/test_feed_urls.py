"""The feeds' URLs, of which a hub is notified: what one can subscribe to, and nothing else."""

from __future__ import annotations

from feedpub.core.models import FeedKind
from feedpub.delivery.websub.feed_urls import changed_feeds, feed_digests, feed_url
from feedpub.feeds.history import PublishedFeed
from feedpub.state.published import HubState, OutputState
from support.making import BASE_URL, configuration, day

FEEDS = ("rss.xml", "atom.xml", "feed.json", "topics/ai/rss.xml", "topics/ai/atom.xml", "topics/ai/feed.json")
OTHERS = ("index.html", "feeds.opml", "rss.xml.gz", "atom.xml.br", "topics/ai/archive/1/atom.xml", "topics/old/rss.xml")
FEED = PublishedFeed(kind=FeedKind.TOPIC, key="ai", label="AI", updated=day(1))
STATE = OutputState(files={path: path for path in FEEDS + OTHERS}, feeds={"": FEED, "topics/ai": FEED})


def test_the_feeds_count_and_the_other_files_do_not() -> None:
    assert set(feed_digests(STATE)) == set(FEEDS)


def test_a_format_that_is_not_published_does_not_count() -> None:
    atom = {path: path for path in FEEDS if path.endswith("atom.xml")}
    assert set(feed_digests(OutputState(files=atom, feeds=STATE.feeds))) == {"atom.xml", "topics/ai/atom.xml"}
    assert feed_digests(OutputState(feeds=STATE.feeds)) == {}


def test_a_feed_that_the_hub_does_not_have_as_it_is_has_changed() -> None:
    hub_state = HubState(hub="https://hub.example.org/", files={"a": "1", "b": "1", "gone": "1"})
    assert changed_feeds({"c": "1", "b": "2", "a": "1"}, hub_state) == ["b", "c"]


def test_a_feed_s_url_lies_below_the_base_url() -> None:
    assert feed_url("topics/ai/rss.xml", configuration()) == f"{BASE_URL}topics/ai/rss.xml"
