"""Folder names of feeds: exact, safe, distinct, and a function of the match key alone."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core.models import FeedKind, name_key
from feedpub.core.slugs import is_slug, slug
from feedpub.core.text import match_key, repair
from feedpub.feeds.paths import folder_of
from support.making import ANY_TEXT

SAFE = re.compile(r"[a-z0-9-]{1,60}")
DEVICES = ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
NAMES = ANY_TEXT.map(repair) | st.text(st.characters(max_codepoint=127), max_size=100)


def hashed(letters: str, key: str) -> str:
    """The design's slug of a key that is no short row of ASCII words."""
    return f"{letters}--{hashlib.sha256(key.encode()).hexdigest()[:8]}"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ai", "ai"),
        ("power apps", "power-apps"),
        ("2024 in 3 words", "2024-in-3-words"),
        ("x" * 60, "x" * 60),
        ("con artists", "con-artists"),
        ("com10", "com10"),
    ],
)
def test_short_keys_of_ascii_words_keep_their_words(key: str, expected: str) -> None:
    assert slug(key) == expected


@pytest.mark.parametrize(
    ("key", "letters"),
    [
        ("c++", "c"),
        ("c#", "c"),
        (".net", "net"),
        ("power-apps", "power-apps"),
        ("café", "cafe"),
        ("künstliche intelligenz", "kunstliche-intelligenz"),
        ("ﬁnance ①", "finance-1"),
        ("brand™", "brandtm"),
        ("人工智能", ""),
        ("", ""),
        ("x" * 61, "x" * 40),
        ("ab " * 20 + "ab", "ab-" * 13 + "a"),
    ],
)
def test_any_other_key_is_told_apart_by_its_hash(key: str, letters: str) -> None:
    assert slug(key) == hashed(letters, key)


def test_the_hash_is_that_of_the_key_as_utf_8() -> None:
    assert slug("c++") == "c--cedb1bac"


@pytest.mark.parametrize("device", DEVICES)
def test_a_windows_device_name_is_no_slug(device: str) -> None:
    assert slug(device) == hashed(device, device)
    assert not is_slug(device)


@pytest.mark.parametrize(
    "hostile",
    ["..", "../../etc/passwd", "/etc/passwd", "a/../b", "..\\..\\x", "a\\b", "c:", "~", "-rf", "a\x00b", "index.html"],
)
@pytest.mark.parametrize("kind", [FeedKind.TOPIC, FeedKind.PROVIDER])
def test_a_topic_or_name_cannot_leave_its_folder(hostile: str, kind: FeedKind) -> None:
    key = match_key(hostile) if kind is FeedKind.TOPIC else name_key(hostile)
    group, *rest = folder_of(kind, key).split("/")
    assert group == kind.value
    assert len(rest) == 1
    assert SAFE.fullmatch(rest[0])


def test_the_topic_that_spells_a_name_key_is_no_provider() -> None:
    assert folder_of(FeedKind.TOPIC, match_key("ai")) == "topics/ai"
    assert folder_of(FeedKind.PROVIDER, name_key("ai")) == "providers/ai"
    assert folder_of(FeedKind.PROVIDER, "wsj.com") == "providers/wsj.com"
    assert folder_of(FeedKind.CUSTOM, "hot-ai") == "feeds/hot-ai"
    assert folder_of(FeedKind.SITE, "") == ""


@given(NAMES)
def test_every_slug_is_a_safe_file_name(text: str) -> None:
    made = slug(match_key(text))
    assert SAFE.fullmatch(made)
    assert made not in DEVICES


@given(NAMES)
def test_a_slug_is_what_the_rule_says(text: str) -> None:
    key = match_key(text)
    is_simple = re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", key) and len(key) <= 60 and key not in DEVICES
    if is_simple:
        assert slug(key) == key.replace(" ", "-")
    else:
        assert re.fullmatch(r"[a-z0-9-]{0,40}--[0-9a-f]{8}", slug(key))
        assert slug(key).endswith(hashed("", key))


@given(st.lists(st.text("aA b-+é./", max_size=6) | NAMES, max_size=50))
def test_different_keys_have_different_slugs(texts: list[str]) -> None:
    keys = {match_key(text) for text in texts}
    assert len({slug(key) for key in keys}) == len(keys)


@given(NAMES, NAMES)
def test_topics_that_match_share_a_slug(one: str, other: str) -> None:
    assert (slug(match_key(one)) == slug(match_key(other))) is (match_key(one) == match_key(other))


@pytest.mark.parametrize("text", ["hot-ai", "a", "2024", "x" * 60])
def test_lower_case_words_joined_by_hyphens_may_name_an_own_feed(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "Hot", "hot ai", "-a", "a-", "a--b", "a/b", "..", "é", "x" * 61, "a\n"])
def test_nothing_else_may_name_an_own_feed(text: str) -> None:
    assert not is_slug(text)
