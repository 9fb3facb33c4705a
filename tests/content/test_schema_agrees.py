"""The printed JSON Schemas take whatever feedpub takes: any value of any field, and keys without a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from feedpub.config import ConfigError, load_config
from feedpub.content import FIELDS, ArticleFile, ReadSettings, read_article
from feedpub.content.schema import article_schema, config_schema
from feedpub.core.field_keys import WITHHOLDING

SETTINGS = ReadSettings(base_url="https://news.example.org/", zone=UTC)
ARTICLE = {"title": "T", "date": "2024-05-01", "sourceUrl": "https://example.com/a"}
SITE = {"title": "T", "base_url": "https://x.org/"}

# What may stand where something else is expected, and what is expected somewhere.
ABSENT = ["", " \n", None, []]
WORDS = [
    "5",
    " 5\n",
    "-1",
    "+7",
    "010",
    "1_000",
    "0x1F",
    "5.0",
    "yes",
    " No ",
    "TRUE",
    "oFF",
    "maybe",
    "download",
    "share",
]
DATES = ["2024-05-01", "2024-122", " 2024-W18-3 ", "20240501T100000Z", "2024-05-01\n"]
URLS = [
    "https://example.com/a",
    " HTTP://EXAMPLE.COM\n",
    "https://e.org?a=\n",
    "http://[::1]:8080/",
    "/a.png",
    "#x",
    "ftp://x.org/",
]
OTHERS = ["PT10M15S", "10:15", "audio/mpeg", "wsj.com", "1.5", "en_US", "AI, ML", "tag:x.org,2005:1"]
SCALARS = (
    st.sampled_from([*ABSENT, *WORDS, *DATES, *URLS, *OTHERS, " Download ", "doWNload"])
    | st.booleans()
    | st.integers(-3, 20)
    | st.sampled_from([20240501, 2024122, 1.5, 5.0, 88, 98.5])
    | st.text(max_size=3)
)
KEYS = [
    *("url", "width", "height", "title", "attribution", "type", "mime_type", "length", "size", "duration"),
    *("name", "domain", "images", "authors", "email"),
]
ALL_KEYS = sorted({*KEYS, *WITHHOLDING}.union(*FIELDS.values()))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ALL_KEYS), inner, max_size=4),
    max_leaves=8,
)


@cache
def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"article": article_schema, "config": config_schema}[schema]())


def is_taken(front: dict[str, Any]) -> bool:
    """Return whether the reader takes this front matter as it is, and every value of it.

    A value with a control character is repaired and reported, so an editor may underline it, too.
    """
    reading = read_article(ArticleFile("a.md", "a.md", "a.md"), json.dumps(front).encode(), SETTINGS)
    return reading.problems == ()


def wrong(front: dict[str, Any]) -> list[str]:
    """Return the errors that an editor shows."""
    return [f"{error.json_path}: {error.message}" for error in validator("article").iter_errors(front)]


@pytest.mark.parametrize("key", sorted({*WITHHOLDING}.union(*FIELDS.values())))
@settings(max_examples=min(40, settings.default.max_examples))
@given(value=VALUES)
@example(value=[{"type": "share"}, {}, {"type": " Download", "url": 5}])
@example(value=[None, "", [], {"url": "/a", "width": "50", "length": " 5 ", "height": None}])
@example(value="0\x08")
@example(value=[{"sourceUrl": "https://e.org/", "quality": "5", "provider": [], "images": "", "draft": " Yes "}])
def test_any_value_that_the_reader_takes_of_a_field_is_valid(key: str, value: Any) -> None:
    # Alone of its field: what stands behind another key is not looked at.
    others = next((keys for keys in FIELDS.values() if key in keys), ())
    front = {name: given_value for name, given_value in ARTICLE.items() if name not in others} | {key: value}
    if is_taken(front):
        assert wrong(front) == []


@pytest.mark.parametrize(
    "front",
    [
        {"actions": [{"type": "share"}]},
        {"actions": [{}, None, {"type": "download", "url": "/a"}]},
        {"actions": [{"type": "share", "url": [1], "length": {}}]},
        {"quality": "5", "heat": "-1"},
        {"topics": 5},
        {"topics": True},
        {"topics": ["AI", None, [], 7]},
        {"excerpt": [], "provider": "", "images": " ", "related": None},
        {"images": [None, "", {"url": 5, "width": "50"}]},
        {"provider": {"domain": 1.5, "authors": [None, {"name": 20, "url": []}]}},
        {"updated": 20240501},
        {"ampUrl": "https://e.org/a\n"},
        {"images": "/a.png", "enclosure": {"url": "/a.mp3"}, "attachments": ["/a.mp3", {"url": "/b"}]},
        {"author": "A", "authors": ["A", {"name": "B", "url": "/b", "email": "b@x.org"}], "expires": "2030-01-01"},
        {"date": "May 1, 2024", "updated": "Wed, 01 May 2024 10:00:00 +0200", "expiryDate": "0001-01-01"},
        {"published": "Yes", "draft": " off\n", "removed": []},
        {"related": [[], {"webUrl": "https://e.org/", "published": "no", "quality": "7"}]},
    ],
)
def test_what_the_reader_takes_is_valid(front: dict[str, Any]) -> None:
    assert is_taken({**ARTICLE, **front})
    assert wrong({**ARTICLE, **front}) == []


@pytest.mark.parametrize(
    "front",
    [
        {"actions": [{"type": "download"}]},
        {"actions": [{"type": " DownLoad\n", "title": "T"}]},
        {"actions": [{"type": ["share"]}]},
        {"actions": [["download"]]},
        {"authors": [{"url": "https://e.org/"}]},
        {"author": {"name": "A", "email": "a"}},
        {"author": [["A"]]},
        {"expires": "never"},
        {"quality": "high"},
        {"quality": "5.5"},
        {"images": [{"url": ""}]},
        {"images": [{"url": "/a", "width": -1}]},
        {"images": [["/a.png"]]},
        {"images": {"title": "T"}},
        {"provider": "wsj.com"},
        {"provider": ["wsj.com"]},
        {"published": "maybe"},
        {"draft": 1},
        {"related": [{"sourceUrl": "https://e.org/", "draft": "perhaps"}]},
        {"excerpt": ["a"]},
        {"topics": {"a": "b"}},
    ],
)
def test_what_the_reader_refuses_is_not(front: dict[str, Any]) -> None:
    assert not is_taken({**ARTICLE, **front})
    assert wrong({**ARTICLE, **front}) != []


def sections(name: str) -> Iterator[tuple[str, bool]]:
    """The keys of a section of the configuration, each with whether it is required."""
    section = config_schema()["$defs"][name]
    return ((key, key in section["required"]) for key in section["properties"])


def is_loaded(folder: Path, document: dict[str, Any]) -> bool:
    """Return whether the loader accepts the configuration ``document``."""
    file = folder / "config.yaml"
    file.write_text(json.dumps(document), encoding="utf-8")
    try:
        load_config(file)
    except ConfigError:
        return False
    return True


def within(name: str, section: dict[str, Any]) -> dict[str, Any]:
    """A configuration that holds ``section`` where those called ``name`` stand."""
    paths = {
        "ConfigDocument": [],
        "Site": ["site"],
        "SiteAuthor": ["site", "author"],
        "Content": ["content"],
        "FrontMatterDefaults": ["content", "defaults"],
        "CascadeEntry": ["content", "cascade"],
        "ContentMount": ["content", "mounts"],
        "Output": ["output"],
        "Grouping": ["topics"],
        "NamedFeed": ["topics", "feeds", "AI"],
        "CustomFeed": ["feeds"],
        "Check": ["check"],
        "Ttl": ["check", "ttl"],
        "HostCheck": ["check", "hosts", "x.org"],
        "HostTtl": ["check", "hosts", "x.org", "ttl"],
        "DeployTarget": ["deploy", "live"],
        "Purge": ["deploy", "live", "purge"],
    }
    of_feeds = {"FeedRule": "any", "Podcast": "podcast", "Top": "top"}
    required = {"Site": SITE, "SiteAuthor": {"name": "N"}, "CustomFeed": {"slug": "a", "title": "A"}}
    required |= {"FrontMatterDefaults": {"path": "a/**", "values": {"tags": "x"}}}
    required |= {"CascadeEntry": {"values": {"tags": "x"}}, "ContentMount": {"path": "a"}}
    required |= {"Podcast": {"category": "News"}, "PodcastOwner": {"email": "a@x.org"}}
    required |= {"PodcastFunding": {"url": "/give", "text": "Give"}}
    required |= {"DeployTarget": {"url": "file:www"}, "Purge": {"command": ["true"]}}
    document: dict[str, Any] = {"site": {**SITE}, "deploy": {"live": required["DeployTarget"]}}
    whole = {**required.get(name, {}), **section}
    if name in ("PodcastOwner", "PodcastFunding"):
        return within("Podcast", {name.removeprefix("Podcast").lower(): whole})
    if name in of_feeds:
        document["feeds"] = [{"slug": "a", "title": "A", of_feeds[name]: whole}]
        return document
    place = document
    *above, last = paths[name] or [""]
    for key in above:
        place = place.setdefault(key, {})
    if not last:
        return {**document, **section}
    place[last] = [whole] if name in ("CustomFeed", "FrontMatterDefaults", "CascadeEntry", "ContentMount") else whole
    if "content" in above:
        document["content"]["generator"] = "hugo"
    return document


OF_SECTIONS = [(name, key, required) for name in config_schema()["$defs"] for key, required in sections(name)]


@pytest.mark.parametrize(("name", "key", "required"), OF_SECTIONS)
def test_a_key_without_a_value_is_valid_where_the_loader_takes_it(
    name: str, key: str, required: bool, tmp_path: Path
) -> None:
    document = within(name, {key: None})
    assert is_loaded(tmp_path, document) is not required
    assert validator("config").is_valid(document) is not required


LIKENESSES = [
    "5",
    "05",
    "1.5",
    "1e1",
    "-1",
    "yes",
    "No",
    " off ",
    "403",
    5,
    403,
    1.5,
    True,
    False,
    "no",
    "7d",
    5000000,
    [],
    {},
]


@pytest.mark.slow  # loads a configuration for each of its keys
@pytest.mark.parametrize("value", LIKENESSES, ids=repr)
def test_whatever_value_the_loader_takes_of_a_key_is_valid(value: Any, tmp_path: Path) -> None:
    for name, key, _ in OF_SECTIONS:
        document = within(name, {key: value})
        if is_loaded(tmp_path, document):
            assert validator("config").is_valid(document), (name, key)


def test_a_list_may_hold_no_null(tmp_path: Path) -> None:
    for document in (within("Content", {"exclude": [None]}), within("Check", {"headers": {"X": None}})):
        assert not is_loaded(tmp_path, document)
        assert not validator("config").is_valid(document)
