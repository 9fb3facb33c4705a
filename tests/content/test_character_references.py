"""References such as ``&#1;`` to characters that feeds cannot hold: repaired where they are shown, and reported."""

from __future__ import annotations

import pytest

from feedpub.content.character_references import lost_reference_line
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
@pytest.mark.parametrize("body", ["One {} two.", "# One\n> * *two {}*", "<p>\none {}</p>", "| {} |\n|--|", "[{}](/a)"])
def test_those_of_a_body_are_reported_with_their_line(reference: str, body: str) -> None:
    body = body.format(reference)
    line = 8 + body.count("\n", 0, body.index("&"))
    assert repaired(text_of(body="First &#146;\n\n" + body + "\n\n&#1;")) == [(line, "body", SAID)]


@pytest.mark.parametrize("reference", KEPT)
def test_what_is_a_character_or_no_reference_is_no_repair(reference: str) -> None:
    text = text_of(f'summary: "one {reference} two"', body=f"One {reference} two.\n\n<p>{reference}</p>")
    assert repaired(text) == []


@pytest.mark.parametrize(
    "body",
    [
        "`&#1;`",
        "    &#1;",
        "```\n&#1;\n```",
        "One\\&#1; two",
        "One &#1 two, as Markdown wants a semicolon",
        "One &#00000001; two, as Markdown takes seven digits",
        "One &amp;#1; two",
        "<!-- &#1; -->",
        "<script>&#1;</script>",
    ],
)
def test_what_is_shown_as_it_is_written_or_not_at_all_is_no_repair(body: str) -> None:
    assert repaired(text_of(body=body)) == []
    markup = render_body(body, base="https://example.com/", page="https://example.com/a")
    assert "\ufffd" not in markup


def test_the_first_that_counts_is_told_behind_those_that_do_not() -> None:
    assert lost_reference_line("`&#1;`\n\n    &#2;\n\n<p>x\n&#3;</p>\n\n&#4;") == 5


def test_characters_of_private_use_are_taken_for_nothing_else() -> None:
    written = "".join(map(chr, range(0xF0000, 0xF0100)))
    assert lost_reference_line(f"{written}\n\n&#xF0100; `&#1;`") is None
    assert lost_reference_line(f"{written}\n\n&#xF0100; `&#1;`\n\n&#1;") == 4


def test_a_body_full_of_them_is_read_as_any_other() -> None:
    assert repaired(text_of(body="&#1;\n" * 100_000)) == [(6, "body", SAID)]


def test_characters_and_references_of_one_field_are_one_repair() -> None:
    found = repaired(text_of('summary: "\\x01 &#1;"', "related: [{sourceUrl: 'http://r.example/', excerpt: '&#1;'}]"))
    assert [(line, key) for line, key, _ in found] == [(5, "summary"), (6, "related[0].excerpt")]


def test_what_is_reported_is_what_is_lost() -> None:
    found = article(text_of(body="&#146; &#x80; &#159;\n\n<p>&#146;</p>"))
    markup = render_body(found.body, base="https://example.com/", page=found.url)
    assert markup == "<p>\u2019 \u20ac \u0178</p>\n<p>\u2019</p>"
    assert xml_invalid_positions(markup) == []
