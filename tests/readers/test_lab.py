"""The reader lab: every reader shows of our feeds what must arrive, but for the deviations that have a reason."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import Any

import pytest

from support.lab.comparing import differences
from support.lab.corpus import CASES, PICTURE, documents
from support.lab.deviations import DEVIATIONS
from support.lab.model import Format, Reader
from support.lab.readers import FROM_PYPI, PROGRAMS, READERS


def each(readers: tuple[Reader, ...]) -> list[Any]:
    return [
        pytest.param(reader, format_, id=f"{reader.name}-{format_}") for reader in readers for format_ in reader.formats
    ]


def agrees(reader: Reader, format_: Format) -> None:
    """Compare the differences of ``reader`` with those that have a reason."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for difference, pair in differences(reader, format_, documents()[format_]).items():
        found[difference.field][difference.case] = pair
    wanted = {one.field: one for one in DEVIATIONS if reader.name in one.readers and format_ in one.formats}
    for field, deviation in wanted.items():
        cases = found.pop(field, {})
        if deviation.cases:
            assert set(cases) == set(deviation.cases), (field, cases)
        assert cases, f"{field} arrives now; take the deviation away"
    assert not found


@pytest.mark.parametrize(("reader", "format_"), each(FROM_PYPI))
def test_a_parser_from_pypi_shows_what_must_arrive(reader: Reader, format_: Format) -> None:
    agrees(reader, format_)


@pytest.mark.campaign
@pytest.mark.parametrize(("reader", "format_"), each(PROGRAMS))
def test_a_reader_program_shows_what_must_arrive(reader: Reader, format_: Format) -> None:
    agrees(reader, format_)


@pytest.mark.parametrize(("reader", "format_"), each(FROM_PYPI))
def test_a_lead_image_in_the_content_arrives_with_every_body(reader: Reader, format_: Format) -> None:
    document = documents("output: {lead_image: both}\n")[format_]
    (body,) = (entry.body for entry in reader.read(document, format_) if entry.title == "Title of plain")
    assert f'src="{escape(PICTURE)}"' in (body or "")


def test_a_deviation_is_of_readers_that_there_are_and_the_only_one_for_its_field() -> None:
    formats = {reader.name: reader.formats for reader in READERS}
    places = [(name, format_, one.field) for one in DEVIATIONS for name in one.readers for format_ in one.formats]
    assert len(places) == len(set(places))
    assert all(format_ in formats[name] for name, format_, _ in places)
    assert {case for one in DEVIATIONS for case in one.cases} <= {case.name for case in CASES}


def test_every_case_is_an_entry() -> None:
    assert documents()["rss"].count(b"</item>") == documents()["atom"].count(b"</entry>") == len(CASES)
