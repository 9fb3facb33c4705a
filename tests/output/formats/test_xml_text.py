"""Elements as text have the bytes that lxml gives them, and the values that were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import etree

from feedpub.core.text import repair
from feedpub.output.formats.xml_text import element, escaped, plain
from support.making import ANY_TEXT


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_is_written_as_lxml_writes_it(text: str, value: str) -> None:
    text, value = repair(text), repair(value)
    expected = etree.Element("a", {"b": value})
    expected.text = text or None
    written = element("a", escaped(text), {"b": value, "none": None})
    assert written.encode() == etree.tostring(expected, encoding="UTF-8", xml_declaration=False)


@given(ANY_TEXT)
def test_plain_text_has_its_value_and_no_entity_of_html(text: str) -> None:
    text = repair(text)
    written = element("title", plain(text))
    assert (etree.fromstring(written).text or "") == text
    assert "&lt;" not in written
    assert "&amp;" not in written


@pytest.mark.parametrize(("attributes", "written"), [(None, "<a/>"), ({"b": None}, "<a/>"), ({"b": ""}, '<a b=""/>')])
def test_an_element_without_content_is_empty(attributes: dict[str, str | None] | None, written: str) -> None:
    assert element("a", "", attributes) == written
