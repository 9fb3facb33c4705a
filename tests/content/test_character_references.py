"""References such as ``&#1;`` to characters that feeds cannot hold: repairs, and reports for excerpts."""

from __future__ import annotations

import pytest

from feedpub.core.errors import ProblemKind
from feedpub.core.html import render_body
from feedpub.core.text import xml_invalid_positions
from support.reading import article, read, text_of

SAID = "referred to characters that feeds cannot hold; they were taken out"
LOST = ["&#1;", "&#0;", "&#11;", "&#12;", "&#x1F;", "&#XFFFE;", "&#xffff;", "&#xD800;", "&#x110000;", "&#0000001;"]
KEPT = [
    "&#128;",
    "&#146;",
    "&#x9F;",
    "&#x81;",
    "&#9;",
    "&#10;",
    "&#160;",
    "&#xFFFD;",
    "&#65533;",
    "&#x1F600;",
    "&amp;#1;",
    "&#;",
    "&#x;",
]


def repaired(text: str) -> list[tuple[int, str, str]]:
    """The line, the key and the message of each repair of an article that is valid."""
    reading = read(text)
    assert reading.article is not None
    assert all(problem.kind is ProblemKind.REPAIRED for problem in reading.problems)
    return [(problem.line, problem.key, problem.message) for problem in reading.problems]


@pytest.mark.parametrize("reference", [*LOST, "&#1", "&#" + "0" * 5000 + "1;", "&#" + "9" * 5000 + ";"])
@pytest.mark.parametrize("excerpt", ["one {} two", "<b>one {}</b>"])
def test_those_of_an_excerpt_are_reported(reference: str, excerpt: str) -> None:
    assert repaired(text_of(f'summary: "{excerpt.format(reference)}"')) == [(5, "summary", SAID)]


@pytest.mark.parametrize("reference", LOST)
def test_those_of_a_body_are_shown_as_u_fffd(reference: str) -> None:
    body = f"One {reference} two.\n\n<p>{reference}</p>"
    assert repaired(text_of(body=body)) == []
    markup = render_body(body, base="https://example.com/", page="https://example.com/a")
    assert xml_invalid_positions(markup) == []
    assert reference not in markup


@pytest.mark.parametrize("reference", KEPT)
def test_what_is_a_character_or_no_reference_is_no_repair(reference: str) -> None:
    text = text_of(f'summary: "one {reference} two"', body=f"One {reference} two.\n\n<p>{reference}</p>")
    assert repaired(text) == []


def test_characters_and_references_of_one_field_are_one_repair() -> None:
    found = repaired(text_of('summary: "\\x01 &#1;"', "related: [{sourceUrl: 'http://r.example/', excerpt: '&#1;'}]"))
    assert [(line, key) for line, key, _ in found] == [(5, "summary"), (6, "related[0].excerpt")]


def test_what_is_reported_is_what_is_lost() -> None:
    found = article(text_of(body="&#146; &#x80; &#159;\n\n<p>&#146;</p>"))
    markup = render_body(found.body, base="https://example.com/", page=found.url)
    assert markup == "<p>\u2019 \u20ac \u0178</p>\n<p>\u2019</p>"
    assert xml_invalid_positions(markup) == []
