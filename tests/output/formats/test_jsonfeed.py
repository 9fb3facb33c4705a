"""JSON Feed 1.1, against a JSON Schema written from the specification, and what a schema cannot say."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.published_feeds import copied, every_feed, feed_files, published

SCHEMA = json.loads(Path(__file__).with_name("jsonfeed.schema.json").read_bytes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_every_feed_is_valid(name: str, folder: str) -> None:
    errors = VALIDATOR.iter_errors(feed_files(name, folder).json)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_a_feed_with_links_to_copies_is_valid() -> None:
    assert list(VALIDATOR.iter_errors(json.loads(copied().files["feed.json"]))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda feed: feed.update(version="https://jsonfeed.org/version/1"), id="the version before"),
        pytest.param(lambda feed: feed.update(author={"name": "A"}), id="author, which authors replaced"),
        pytest.param(lambda feed: feed.pop("title"), id="no title"),
        pytest.param(lambda feed: feed.update(_a={"b": 1}, **{"_a.b": {"c": 1}}), id="an extension with a dot"),
        pytest.param(lambda feed: feed["items"][0].update(id=5), id="an id that is a number"),
        pytest.param(lambda feed: feed["items"][0].pop("content_html"), id="an item without content"),
        pytest.param(lambda feed: feed["items"][0].update(summary=None), id="null"),
        pytest.param(lambda feed: feed["items"][0].update(date_published="2024-05-01"), id="a date without a time"),
        pytest.param(lambda feed: feed["items"][1]["attachments"][0].pop("mime_type"), id="no mime_type"),
        pytest.param(lambda feed: feed["items"][1]["attachments"][1].update(size_in_bytes="12"), id="size as text"),
    ],
)
def test_the_schema_sees_what_is_wrong(spoil: Callable[[Any], object]) -> None:
    feed = copy.deepcopy(feed_files("corpus", "").json)
    spoil(feed)
    assert not VALIDATOR.is_valid(feed)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_no_object_names_a_key_twice(name: str, folder: str) -> None:
    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    json.loads(published(name).files[f"{folder}/feed.json".lstrip("/")], object_pairs_hook=distinct)


def item(title: str) -> dict[str, Any]:
    """The item of the corpus with that title."""
    return next(item for item in feed_files("corpus", "").json["items"] if item["title"] == title)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Pictures only", "Tom & Jerry, H&M, café, 3 < 4"),
        ("A podcast, with a picture", "With HTML, a relative link, and H&M."),
        ("Neither excerpt nor body", "Neither excerpt nor body"),
    ],
)
def test_without_a_body_the_text_is_the_excerpt_else_the_title(title: str, text: str) -> None:
    assert item(title)["content_text"] == text
    assert "content_html" not in item(title)


def test_an_item_with_a_body_has_no_second_text() -> None:
    assert "content_text" not in item("Everything that a body may hold")


def test_sizes_and_durations_are_numbers() -> None:
    attachments = {media["url"]: media for media in item("A podcast, with a picture")["attachments"]}
    assert attachments["https://cdn.example.net/7.mp3"] == {
        "url": "https://cdn.example.net/7.mp3",
        "mime_type": "audio/mpeg",
        "title": "Episode 7 <full>",
        "size_in_bytes": 12345678,
        "duration_in_seconds": 3723,
    }


def test_the_extension_tells_what_the_specification_has_no_word_for() -> None:
    assert item("Pictures only")["_feedpub"] == {
        "amp_url": "https://xn--bcher-kva.example/amp/stra%C3%9Fe",
        "amp_cache_url": "https://b-cher-example.cdn.ampproject.org/c/s/amp",
        "provider": {"name": "Bücher & Co", "domain": "xn--bcher-kva.example"},
        "related": [
            {
                "url": "https://www.example.com/related/1",
                "title": "A related <article>",
                "date_published": "2024-04-28T12:00:00Z",
                "amp_url": "https://www.example.com/related/1/amp",
                "type": "article",
                "quality": 59,
                "provider": {"name": "Mint", "domain": "example.com"},
            },
            {"url": "https://www.example.com/related/2?a=1&b=2", "title": "Another one"},
        ],
    }


def test_an_empty_feed_has_an_empty_list_of_items_and_is_not_expired() -> None:
    feed = feed_files("corpus", "feeds/nothing-yet").json
    assert feed["items"] == []
    assert "expired" not in feed
