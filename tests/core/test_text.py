"""Text as feeds need it: repaired, on one line, plain, and as a key to match by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedpub.core.text import is_html, match_key, one_line, plain_text, repair, xml_invalid_positions
from support.making import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\x00b\x1fc", "abc"),
        ("a\x0bb\x0cc", "a b c"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\uffffc", "abc"),
        ("]]> & <b> \"'", "]]> & <b> \"'"),
        ("\u200b\u202e\u2066\ufeff", "\u200b\u202e\u2066\ufeff"),
        ("\x7f\x80\x85\x9f\x81", "\x7f€…Ÿ"),
        ("\N{GRINNING FACE}\U0010ffff", "\N{GRINNING FACE}\U0010ffff"),
        ("", ""),
    ],
)
def test_repair_takes_out_what_xml_cannot_hold_and_nothing_else(text: str, expected: str) -> None:
    assert repair(text) == expected


@given(ANY_TEXT)
def test_repaired_text_survives_xml(text: str) -> None:
    element = etree.Element("a")
    element.text = repair(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == repair(text)


@given(ANY_TEXT)
def test_repair_is_done_once_and_for_all(text: str) -> None:
    assert repair(repair(text)) == repair(text)
    assert xml_invalid_positions(repair(text)) == []


def test_unrepaired_tells_every_position() -> None:
    assert xml_invalid_positions("a\x00b\ud800\x0c") == [1, 3, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t\n b\r\nc ", "a b c"),
        ("a\N{NO-BREAK SPACE}b", "a\N{NO-BREAK SPACE}b"),
        ("\n\t ", ""),
    ],
)
def test_one_line_collapses_blanks_and_line_ends(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize(
    "text",
    ["AI", " ai ", "aI\n", "\tAI", "\N{NO-BREAK SPACE}ai\N{EM SPACE}"],
)
def test_keys_forget_case_and_white_space(text: str) -> None:
    assert match_key(text) == "ai"


@pytest.mark.parametrize(
    "text",
    ["Model-driven apps", "model driven apps", "model-driven-apps", "model_driven  apps", "MODEL -_- DRIVEN\tAPPS"],
)
def test_white_space_hyphens_and_underscores_between_words_are_one_space(text: str) -> None:
    assert match_key(text) == "model driven apps"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C++", "c++"),
        ("-x", "-x"),
        ("x-", "x-"),
        ("_private_", "_private_"),
        ("a - b", "a b"),
        ("a-+b", "a-+b"),
        ("a+ - b", "a+ - b"),
        ("a +  b", "a + b"),
        (".NET-Core", ".net core"),
        ("covid-19", "covid 19"),
        ("cafe\u0301-bar", "café bar"),
        ("q\u0301-bar", "q\u0301 bar"),
        ("नि-ि", "नि-ि"),
        ("हिन्दी_समाचार", "हिन्दी समाचार"),
        ("机器-学习", "机器 学习"),
        ("+\u0301-b", "+\u0301-b"),
        ("a\N{NON-BREAKING HYPHEN}b", "a\N{NON-BREAKING HYPHEN}b"),
        ("ΣΟΦΟΣ", "σοφοσ"),
        ("İ", "i\u0307"),
        ("ß\u0301", "sś"),
    ],
)
def test_marks_belong_to_their_letters_and_other_signs_stay(text: str, key: str) -> None:
    assert match_key(text) == key


@given(st.text())
def test_keys_forget_composition(text: str) -> None:
    assert match_key(unicodedata.normalize("NFD", text)) == match_key(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(codec="utf-8")))
def test_a_key_is_its_own_key(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)


@pytest.mark.parametrize("text", ["<b>x</b>", "a<br>b", "<BR/>", "<p class='x'>", "</p >", "a <!-- b --> c"])
def test_tags_of_html_are_html(text: str) -> None:
    assert is_html(text)


@pytest.mark.parametrize(
    "text",
    ["a < b", "a<b", "1 <2> 3", "<T>", "List<String>", "<p", "H&#038;M", "x <y@example.org>", "", "<>", "</>"],
)
def test_a_less_than_sign_alone_is_not_html(text: str) -> None:
    assert not is_html(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H&#038;M", "H&M"),
        ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
        ("a < b & c", "a < b & c"),
        ("<p>one</p><p>two</p>", "one two"),
        ("<b>bo</b>ld", "bold"),
        ("a<br/>b", "a b"),
        ("<script>alert(1)</script>text<style>p{}</style>", "text"),
        ("<p>H&#038;M &amp;amp; Co.</p>", "H&M &amp; Co."),
        ("<p>a &lt;b&gt; c</p>", "a <b> c"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("a <!-- hidden --> b", "a b"),
        ("&#0;&#x1F600;&#xD800;", "\ufffd\N{GRINNING FACE}\ufffd"),
        ("<p>&#11;x&#8;</p>", "x"),
        ("  spaced  ", "spaced"),
        ("two\n\nparagraphs", "two\n\nparagraphs"),
        ("<p></p>", ""),
    ],
)
def test_plain_is_what_a_reader_of_the_page_sees(text: str, expected: str) -> None:
    assert plain_text(text) == expected


@given(ANY_TEXT | st.text("<>/!-&;#p b\n=\"'script", max_size=200))
def test_plain_takes_any_text(text: str) -> None:
    assert xml_invalid_positions(plain_text(repair(text))) == []


@given(st.text(st.characters(exclude_characters="<&")).map(repair).map(str.strip))
def test_plain_leaves_text_without_markup_as_it_is(text: str) -> None:
    assert plain_text(text) == text
