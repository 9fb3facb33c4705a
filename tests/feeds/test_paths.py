"""The folders of feeds and archives in output/, and the feed to which a path there belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.config import CustomFeed
from feedpub.config.feed_model import Grouping
from feedpub.config.model import Output
from feedpub.core.models import FeedKind, Provider
from feedpub.feeds.families import key_of
from feedpub.feeds.history import PublishedFeed
from feedpub.feeds.order import newest_first
from feedpub.feeds.paths import feed_folder, folders_in, is_archived, is_feed_folder, moved_folders, moved_members
from feedpub.feeds.selection import select
from support.making import NOW, article, configuration, day, rendered


@pytest.mark.parametrize(
    ("path", "folder", "archived"),
    [
        ("rss.xml", "", False),
        ("topics/ai/rss.xml", "topics/ai", False),
        ("archive/1/rss.xml", "", True),
        ("topics/ai/archive/12/feed.json", "topics/ai", True),
        ("feeds/archive/rss.xml", "feeds/archive", False),
        ("feeds/archive/archive/3/rss.xml", "feeds/archive", True),
        ("topics/ai/archive/rss.xml", "topics/ai/archive", False),
        ("topics/ai/archive/old/rss.xml", "topics/ai/archive/old", False),
    ],
)
def test_a_path_tells_its_feed_and_whether_it_is_in_an_archive(path: str, folder: str, archived: bool) -> None:
    assert (feed_folder(path), is_archived(path)) == (folder, archived)


def test_aliases_move_folders() -> None:
    topics = Grouping(aliases={"ML": "Machine learning", "C++": "Go", "X": "Y"}, slugs={"C++": "cpp", "X": "y"})
    providers = Grouping(aliases={"Old.example": "new.example", "Old Times": "new.example", "c.example": "New Times"})
    assert moved_folders(configuration(topics=topics, providers=providers)) == {
        "topics/ml": "topics/machine-learning",
        "topics/cpp": "topics/go",
        "providers/old.example": "providers/new.example",
        "providers/old-times": "providers/new.example",
        "providers/c.example": "providers/new-times",
    }


def test_aliases_move_the_feeds_of_families() -> None:
    topics = Grouping(aliases={"ML": "Machine learning", "Deep": "Machine learning"})
    providers = Grouping(aliases={"old.example": "new.example"})
    config = configuration(topics=topics, providers=providers)

    def published(*keys: str) -> dict[str, PublishedFeed]:
        feeds = (PublishedFeed(kind=FeedKind.CUSTOM, key=key, label="", updated=NOW) for key in keys)
        return {feed.key: feed for feed in feeds} | {
            "topics/ml": PublishedFeed(kind=FeedKind.TOPIC, key="ml", label="", updated=NOW)
        }

    former = key_of("hot", [("topics", "ml"), ("providers", "old.example")])
    moves = {
        "feeds/hot~ml~old.example": "feeds/hot~machine-learning~new.example",
        "feeds/hot~deep~old.example": "feeds/hot~machine-learning~new.example",
        "feeds/hot~machine-learning~old.example": "feeds/hot~machine-learning~new.example",
        "feeds/hot~ml~new.example": "feeds/hot~machine-learning~new.example",
        "feeds/hot~deep~new.example": "feeds/hot~machine-learning~new.example",
    }
    assert moved_members(config, published(former)) == moves
    assert (
        moved_members(config, published(key_of("hot", [("topics", "machine learning"), ("providers", "new.example")])))
        == moves
    )
    assert moved_members(config, published("hot", key_of("hot", [("topics", "ai")]))) == {}
    assert moved_members(configuration(), published(former)) == {}


def test_every_folder_of_a_feed_or_an_archive_is_found_the_inner_ones_first(tmp_path: Path) -> None:
    config = configuration(output=Output(limit=1, archive=True), feeds=(CustomFeed(slug="mine", title="Mine"),))
    wsj = Provider(name="Wall Street Journal", domain="wsj.com")
    articles = [article(f"a{number}", ("AI", "ML"), wsj, published_at=day(number)) for number in (1, 2)]
    files = [tmp_path / path for path in rendered(select(newest_first(articles), config, {}, NOW), config)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    # Of the owner's own, and where a folder could be.
    (tmp_path / "images/archive/1").mkdir(parents=True)
    (tmp_path / "topics/ai/notes").mkdir()
    (tmp_path / "feeds/notes.txt").touch()
    found = list(folders_in(tmp_path))
    wanted = {folder for file in files for folder in file.parents if not tmp_path.is_relative_to(folder)} | {tmp_path}
    assert len(wanted) > 12
    assert sorted(found) == sorted(wanted)
    assert not any(outer in inner.parents for place, outer in enumerate(found) for inner in found[place:])


def test_of_an_output_folder_that_is_not_there_or_empty_only_that_is_found(tmp_path: Path) -> None:
    assert list(folders_in(tmp_path / "output")) == [tmp_path / "output"]
    (tmp_path / "archive").touch()
    (tmp_path / "topics").mkdir()
    assert list(folders_in(tmp_path)) == [tmp_path / "topics", tmp_path]


@pytest.mark.parametrize(
    ("kind", "folder", "is_one"),
    [
        (FeedKind.SITE, "", True),
        (FeedKind.SITE, "topics/ai", False),
        (FeedKind.TOPIC, "topics/ai", True),
        (FeedKind.TOPIC, "providers/ai", False),
        (FeedKind.TOPIC, "topics/a/b", False),
        (FeedKind.TOPIC, "topics/", False),
        (FeedKind.TOPIC, "", False),
        (FeedKind.CUSTOM, "feeds/hot", True),
    ],
)
def test_the_folder_of_a_feed_is_a_name_in_the_folder_of_its_kind(kind: FeedKind, folder: str, is_one: bool) -> None:
    assert is_feed_folder(kind, folder) is is_one
