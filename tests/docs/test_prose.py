"""The prose of the documents: its lines have at most 100 columns."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from support.documents import NAMES, text_of

WIDTH = 100
# The parts of a line before its first word: indentation, quotation, the marker of a list item.
MARKER = re.compile(r"^[\s>]*(?:[-*] |\d+\. )?\s*")


def prose(text: str) -> list[str]:
    """Return the lines of ``text`` that are neither code nor in a table nor HTML."""
    lines = text.splitlines()
    for token in MarkdownIt().enable("table").parse(text):
        if token.type in ("code_block", "fence", "table_open", "html_block"):
            assert token.map is not None
            first, end = token.map
            lines[first:end] = [""] * (end - first)
    return lines


def wide(text: str) -> list[str]:
    """Return the lines of prose that are too long and have a space at which they can be broken."""
    return [line for line in prose(text) if len(line) > WIDTH and " " in MARKER.sub("", line).strip()]


@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_prose_has_at_most_100_columns(name: str) -> None:
    assert wide(text_of(name)) == []


def test_what_is_not_released_is_as_narrow() -> None:
    _, _, rest = text_of("CHANGELOG.md").partition("## [Unreleased]\n")
    assert wide(rest.partition("\n## [")[0]) == []


def test_a_wide_line_is_found_if_it_can_be_broken() -> None:
    word, words = "x" * 101, "x " * 51
    assert wide(f"{words}\n\n- {words}y\n") == [words, f"- {words}y"]
    assert wide(f"{word}\n\n- {word}\n\n```text\n{words}\n```\n\n| a |\n|---|\n| {words} |\n\n    {words}\n") == []
