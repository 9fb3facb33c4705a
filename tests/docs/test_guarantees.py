"""docs/guarantees.md and docs/security.md name tests that there are, for all that is promised."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from support.documents import NAMES, ROOT, text_of

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def named_in(file: str) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def sections(name: str) -> dict[str, str]:
    """The sections of a document by their headings."""
    parts = re.split(r"^## (.*)\n", text_of(name), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_test_that_a_document_names_is_there(name: str) -> None:
    for file, test in NAMED.findall(text_of(name)):
        assert test in named_in(file), f"{file}::{test}"


def test_every_guarantee_that_users_are_told_is_shown() -> None:
    told = re.findall(r"^(\d+)\. ", sections("docs/feeds.md")["Guarantees"], re.MULTILINE)
    shown = [heading.partition(". ")[0] for heading in sections("docs/guarantees.md") if heading[0].isdigit()]
    assert told == shown == list("1234567")


def test_every_section_of_the_guarantees_names_tests() -> None:
    for heading, text in sections("docs/guarantees.md").items():
        assert len(NAMED.findall(text)) >= 2, heading
        for point in re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE):
            assert NAMED.search(point), point


@pytest.mark.parametrize("heading", ["Articles", "Links", "What is published"])
def test_every_defence_names_a_test(heading: str) -> None:
    points = re.findall(r"^- .*(?:\n  .*)*", sections("docs/security.md")[heading], re.MULTILINE)
    assert len(points) >= 3
    for point in points:
        assert NAMED.search(point), point
