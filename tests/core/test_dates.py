"""Dates and durations, in every spelling that the contract names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core.dates import parse_datetime, parse_duration, parse_length, rfc3339


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
        ("2024-05-01t10:00:00z", "2024-05-01T10:00:00Z"),
        ("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00Z"),
        ("2024-05-01 10:00:00 +0200", "2024-05-01T08:00:00Z"),
        ("2024-05-01 10:00:00 +02", "2024-05-01T08:00:00Z"),
        ("2024-05-01 10:00:00 -5", "2024-05-01T15:00:00Z"),
        ("2024-05-01T10:00:00+05:45", "2024-05-01T04:15:00Z"),
        ("2024-05-01T10:00:00-00:30", "2024-05-01T10:30:00Z"),
        ("2024-05-01T10:00:00+14:00", "2024-04-30T20:00:00Z"),
        ("2024-05-01T10:00:00-23:59", "2024-05-02T09:59:00Z"),
        ("2024-05-01 10:30 pm", "2024-05-01T22:30:00Z"),
        ("2024-05-01 12:00 PM", "2024-05-01T12:00:00Z"),
        ("2024-05-01 12:15:01 a.m.", "2024-05-01T00:15:01Z"),
        ("2024-05-01 10:00 UTC", "2024-05-01T10:00:00Z"),
        ("2024-05-01T10:00Z", "2024-05-01T10:00:00Z"),
        ("2024-05-01\t10:00:00", "2024-05-01T10:00:00Z"),
        ("2024-05-01T10:00:00.25Z", "2024-05-01T10:00:00.250000Z"),
        ("2024-05-01T10:00:00,5Z", "2024-05-01T10:00:00.500000Z"),
        ("2024-05-01T10:00:00.123456789Z", "2024-05-01T10:00:00.123456Z"),
        ("2024-05-01", "2024-05-01T00:00:00Z"),
        (" 2024-05-01 ", "2024-05-01T00:00:00Z"),
        ("2024-5-1", "2024-05-01T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2024-05-01T24:00:00Z", "2024-05-02T00:00:00Z"),
        ("20240501", "2024-05-01T00:00:00Z"),
        ("20240501T100000Z", "2024-05-01T10:00:00Z"),
        ("20240501T100000+0200", "2024-05-01T08:00:00Z"),
        ("2024-W18-3", "2024-05-01T00:00:00Z"),
        ("2024-05-01T10", "2024-05-01T10:00:00Z"),
        ("2024-122", "2024-05-01T00:00:00Z"),
        ("2024122", "2024-05-01T00:00:00Z"),
        ("2024-001", "2024-01-01T00:00:00Z"),
        ("2024-366", "2024-12-31T00:00:00Z"),
        ("2023-365", "2023-12-31T00:00:00Z"),
        ("9999-365", "9999-12-31T00:00:00Z"),
        ("2024-122T10:00:00+02:00", "2024-05-01T08:00:00Z"),
        ("2024-122 10:00", "2024-05-01T10:00:00Z"),
        ("2024122T100000Z", "2024-05-01T10:00:00Z"),
    ],
)
def test_every_spelling_of_a_date_is_read(text: str, expected: str) -> None:
    assert rfc3339(parse_datetime(text, UTC)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2024",
        "2024-05",
        "2024-13-01",
        "2024-02-30",
        "2023-02-29",
        "2024-00-10",
        "0000-01-01",
        "2024-05-01T25:00:00Z",
        "2024-05-01T10:60:00Z",
        "2024-05-01T10:00:61Z",
        "2024-05-01T24:00:01Z",
        "2024-05-01T10:00:00+24:00",
        "2024-05-01T10:00:00+02:60",
        "2024-05-01x10:00",
        "2024-000",
        "0001-000",
        "2023-366",
        "2024-367",
        "9999-366",
        "0000-122",
        "2024-12",
        "2024-0122",
        "2024-122x",
        "2024-122T25:00",
        "202412",
        "2024-05-01-10:00",
        "2024-05-01T10:00:00 Europe/Berlin",
        "2024-05-01T10:00:00Z and more",
        "01.05.2024",
        "05/01/2024",
        "\u0662\u0660\u0662\u0664-\u0660\u0665-\u0660\u0661",
        "-2024-05-01",
        "1714557600",
    ],
)
def test_what_is_no_date_or_none_that_exists_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_datetime(text, UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("0001-01-01T00:00:00+14:00", UTC),
        ("9999-12-31T23:00:00-14:00", UTC),
        ("9999-12-31T24:00:00Z", UTC),
        ("0001-01-01", timezone(timedelta(hours=1))),
    ],
)
def test_a_moment_outside_the_years_1_to_9999_is_refused(text: str, zone: timezone) -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        parse_datetime(text, zone)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-01 12:00", "2024-01-01T11:00:00Z"),
        ("2024-07-01 12:00", "2024-07-01T10:00:00Z"),
        ("2024-07-01", "2024-06-30T22:00:00Z"),
        ("20240701", "2024-06-30T22:00:00Z"),
        ("2024-183", "2024-06-30T22:00:00Z"),
        ("2024-07-01 12:00 +0000", "2024-07-01T12:00:00Z"),
        ("2024-03-31 02:30", "2024-03-31T01:30:00Z"),
    ],
)
def test_a_date_without_an_offset_is_in_the_sites_time_zone(text: str, expected: str) -> None:
    assert rfc3339(parse_datetime(text, ZoneInfo("Europe/Berlin"))) == expected


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.timezones()))
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    offset = moment.utcoffset() or timedelta(0)
    written = moment.replace(tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    assert parse_datetime(written.isoformat(), UTC) == written
    assert parse_datetime(rfc3339(written), UTC) == written


@given(st.text())
def test_any_other_text_is_a_date_in_utc_or_a_value_error(text: str) -> None:
    try:
        assert parse_datetime(text, UTC).utcoffset() == timedelta(0)
    except ValueError as error:
        assert str(error)  # noqa: PT017  # a date may well come out


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT10M15S", 615),
        ("pt10m15s", 615),
        (" PT45S ", 45),
        ("PT1H", 3600),
        ("PT1H2M3S", 3723),
        ("PT1.5H", 5400),
        ("PT0,5M", 30),
        ("PT15.25S", 15.25),
        ("P1D", 86400),
        ("P1DT1H", 90000),
        ("P2W", 1209600),
        ("PT0S", 0),
    ],
)
def test_every_spelling_of_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == parse_length(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"), [("10:15", 615), ("1:02:03", 3723), ("00:45", 45), ("615", 615), ("615.5", 615.5)]
)
def test_a_clock_and_a_number_are_the_length_of_a_recording_but_no_iso_duration(text: str, seconds: float) -> None:
    assert parse_length(text) == seconds
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "P1Y", "P1M", "PT1S1M", "-PT5S", "PT5", "5M", "ten minutes", "1e3", "nan", "9" * 5000],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024.05.01 10:00",
        "Wed May  1 10:00:00 2024",
        "Wed May 1 10:00:00 UTC 2024",
        "Wed May 01 2024 12:00:00 GMT+0200 (Central European Summer Time)",
        "1st of May 2024, 10:00",
        "2024年5月1日 10:00",
        "2024년 5월 1일 10:00",
    ],
)
def test_a_date_of_another_program_is_read_where_it_is_certain(text: str) -> None:
    assert parse_datetime(text, UTC) == datetime(2024, 5, 1, 10, tzinfo=UTC)
