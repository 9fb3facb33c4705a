"""Folder names of feeds: exact, safe, distinct on every file system, and functions of the match key alone."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core.models import FeedKind, name_key
from feedpub.core.slugs import is_slug, slug
from feedpub.core.text import match_key, repair
from feedpub.feeds.paths import FeedFolders
from support.making import ANY_TEXT

# Letters, digits and marks of any script; of ASCII, no capitals.
SAFE = re.compile(r"[^\W_A-Z]|[-\u0300-\U0010ffff]")
HASHED = re.compile(r"[a-z0-9-]{0,40}--[0-9a-f]{20}")
FOLDERS = FeedFolders()
# Letters and marks whose foldings, compositions or widths meet.
FOLDING = (
    "s\u017f\xdf\ufb01fi\u0131\u0130i\u03c3\u03c2\u03a3\xb5\u03bc\u01f0j"
    "\u0307\u030c\u0301\u0345\u03b1\u1fb3\u03ac\u1fb4 \uff111"
)
DEVICES = ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
NAMES = ANY_TEXT.map(repair) | st.text(st.characters(max_codepoint=127), max_size=100)


def hashed(letters: str, key: str) -> str:
    """The design's slug of a key that is no short row of words."""
    return f"{letters}--{hashlib.sha256(key.encode()).hexdigest()[:20]}"


def on_disk(name: str) -> str:
    """Return ``name`` as a file system compares it that ignores case and composition, such as that of macOS."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ai", "ai"),
        ("power apps", "power-apps"),
        ("2024 in 3 words", "2024-in-3-words"),
        ("x" * 60, "x" * 60),
        ("con artists", "con-artists"),
        ("com10", "com10"),
        ("café", "café"),
        ("künstliche intelligenz", "künstliche-intelligenz"),
        ("机器学习", "机器学习"),
        ("नमस्ते दुनिया", "नमस्ते-दुनिया"),
        ("עברית", "עברית"),
        ("тест 2024", "тест-2024"),
        ("١٢٣", "١٢٣"),
        ("ﾃｽﾄ１", "ﾃｽﾄ１"),
        ("i\u0307stanbul", "i\u0307stanbul"),
        ("学" * 60, "学" * 60),
    ],
)
def test_short_keys_of_words_keep_their_words_in_any_script(key: str, expected: str) -> None:
    assert slug(key) == expected


@pytest.mark.parametrize(
    ("key", "letters"),
    [
        ("c++", "c"),
        ("c#", "c"),
        (".net", "net"),
        ("power-apps", "power-apps"),
        ("café!", "cafe"),
        ("finance ①", "finance-1"),
        ("brand™", "brandtm"),
        ("人工智能!", ""),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", ""),
        ("a\u200db", "ab"),
        ("a\ufe0fb", "ab"),
        ("a\u034fb", "ab"),
        ("a\u202eb", "ab"),
        ("a \u0301b", "a-b"),
        ("\u0301b", "b"),
        ("a  b", "a-b"),
        ("-x", "x"),
        ("", ""),
        ("学" * 61, ""),
        ("𠮷" * 46, ""),
        ("x" * 61, "x" * 40),
        ("ab " * 20 + "ab", "ab-" * 13 + "a"),
    ],
)
def test_any_other_key_is_told_apart_by_its_hash(key: str, letters: str) -> None:
    assert slug(key) == hashed(letters, key)


def test_the_hash_is_that_of_the_key_as_utf_8() -> None:
    assert slug("c++") == "c--cedb1bac7efcd7db47e9"


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
    group, *rest = FOLDERS.folder_of(kind, key).split("/")
    assert group == kind.value
    assert len(rest) == 1
    assert re.fullmatch("[a-z0-9-]{1,62}", rest[0])


def test_the_topic_that_spells_a_name_key_is_no_provider() -> None:
    assert FOLDERS.folder_of(FeedKind.TOPIC, match_key("ai")) == "topics/ai"
    assert FOLDERS.folder_of(FeedKind.PROVIDER, name_key("ai")) == "providers/ai"
    assert FOLDERS.folder_of(FeedKind.PROVIDER, "wsj.com") == "providers/wsj.com"
    assert FOLDERS.folder_of(FeedKind.CUSTOM, "hot-ai") == "feeds/hot-ai"
    assert FOLDERS.folder_of(FeedKind.SITE, "") == ""


@given(NAMES)
def test_every_slug_is_a_safe_file_name(text: str) -> None:
    made = slug(match_key(text))
    assert all(map(SAFE.fullmatch, made))
    assert 1 <= len(made) <= 62
    assert len(made.encode()) <= 180
    assert made not in DEVICES


@given(NAMES)
def test_a_slug_is_what_the_rule_says(text: str) -> None:
    key = match_key(text)
    if "--" in slug(key):
        assert HASHED.fullmatch(slug(key))
        assert slug(key).endswith(hashed("", key))
    else:
        assert slug(key) == key.replace(" ", "-")
        assert all(part[0] in "LMN" for part in map(unicodedata.category, key.replace(" ", "")))


@given(st.lists(st.text("aA b-+é./", max_size=6) | NAMES, max_size=50))
def test_different_keys_have_different_slugs(texts: list[str]) -> None:
    keys = {match_key(text) for text in texts}
    assert len({on_disk(slug(key)) for key in keys}) == len(keys)


@pytest.mark.slow
@pytest.mark.parametrize("before", ["", "a", "\u03b1"])
@pytest.mark.parametrize("unknown", [False, pytest.param(True, marks=pytest.mark.campaign)])
def test_no_character_gives_two_keys_one_folder_on_any_file_system(unknown: bool, before: str) -> None:
    """Of the 1.1 million characters, Unicode has assigned 150,000. The campaign takes the others, too."""
    key_of: dict[str, str] = {}
    for character in map(chr, range(sys.maxunicode + 1)):
        category = unicodedata.category(character)
        if category != "Cs" and (unknown or category not in {"Cn", "Co"}):
            key = match_key(before + character)
            assert key_of.setdefault(on_disk(slug(key)), key) == key


@given(st.lists(st.text(FOLDING, max_size=5), max_size=60))
def test_foldings_and_compositions_give_no_two_keys_one_folder(texts: list[str]) -> None:
    keys = {match_key(text) for text in texts}
    assert len({on_disk(slug(key)) for key in keys}) == len(keys)


@given(NAMES, NAMES)
def test_topics_that_match_share_a_slug(one: str, other: str) -> None:
    assert (slug(match_key(one)) == slug(match_key(other))) is (match_key(one) == match_key(other))


@pytest.mark.parametrize("text", ["hot-ai", "a", "2024", "x" * 60])
def test_lower_case_words_joined_by_hyphens_may_name_an_own_feed(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "Hot", "hot ai", "-a", "a-", "a--b", "a/b", "..", "é", "x" * 61, "a\n"])
def test_nothing_else_may_name_an_own_feed(text: str) -> None:
    assert not is_slug(text)
