"""The days, weeks and months of a time zone: their names and ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedpub.feeds.periods import calendar_of

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "America/Havana"]

moments = st.datetimes(timezones=st.just(UTC)) | st.datetimes(datetime(2011, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("per", "zone", "moment", "name", "end"),
    [
        ("day", "UTC", "2026-11-27T23:59:59+00:00", "2026-11-27", "2026-11-28T00:00:00+00:00"),
        ("day", "Europe/Berlin", "2026-11-27T23:30:00+00:00", "2026-11-28", "2026-11-28T23:00:00+00:00"),
        ("day", "America/Los_Angeles", "2026-11-27T07:59:00+00:00", "2026-11-26", "2026-11-27T08:00:00+00:00"),
        ("week", "UTC", "2026-11-29T23:59:59+00:00", "2026-W48", "2026-11-30T00:00:00+00:00"),
        ("week", "UTC", "2026-11-30T00:00:00+00:00", "2026-W49", "2026-12-07T00:00:00+00:00"),
        # The first days of 2027 are in the last week of 2026, and the last of 2024 in the first of 2025.
        ("week", "UTC", "2027-01-03T12:00:00+00:00", "2026-W53", "2027-01-04T00:00:00+00:00"),
        ("week", "UTC", "2024-12-30T00:00:00+00:00", "2025-W01", "2025-01-06T00:00:00+00:00"),
        # A week with the change to winter time lasts an hour longer.
        ("week", "Europe/Berlin", "2026-10-20T12:00:00+00:00", "2026-W43", "2026-10-25T23:00:00+00:00"),
        ("month", "UTC", "2024-02-29T12:00:00+00:00", "2024-02", "2024-03-01T00:00:00+00:00"),
        ("month", "Europe/Berlin", "2026-12-31T23:30:00+00:00", "2027-01", "2027-01-31T23:00:00+00:00"),
        # On this day, Cairo had no midnight, and Apia's day before does not exist.
        ("day", "Africa/Cairo", "2024-04-25T20:00:00+00:00", "2024-04-25", "2024-04-25T22:00:00+00:00"),
        ("day", "Pacific/Apia", "2011-12-30T09:00:00+00:00", "2011-12-29", "2011-12-30T10:00:00+00:00"),
        ("day", "Pacific/Apia", "2011-12-30T10:00:00+00:00", "2011-12-31", "2011-12-31T10:00:00+00:00"),
    ],
)
def test_a_period_has_the_name_of_iso_8601_and_ends_at_midnight_in_its_zone(
    per: str, zone: str, moment: str, name: str, end: str
) -> None:
    found = calendar_of(per, zone).period_of(datetime.fromisoformat(moment))
    assert (found.name, found.end.isoformat()) == (name, end)
    assert calendar_of(per, zone).named(name) == found


@pytest.mark.parametrize("per", ["day", "week", "month"])
@pytest.mark.parametrize("zone", ZONES)
@given(one=moments, other=moments)
@example(FIRST, LAST)
@example(LAST - timedelta(hours=1), LAST)
def test_every_moment_is_in_one_period_and_the_periods_follow_each_other(
    per: str, zone: str, one: datetime, other: datetime
) -> None:
    calendar = calendar_of(per, zone)
    early, late = calendar.period_of(min(one, other)), calendar.period_of(max(one, other))
    assert early <= late
    assert late.end > max(one, other) or late.end == LAST
    assert early == late or early.end <= max(one, other)
    assert calendar.named(early.name) == early


@pytest.mark.parametrize(
    ("per", "name"),
    [
        ("week", "2026-11-27"),
        ("week", "2025-W53"),
        ("week", "2026W48"),
        ("week", "2026-W48-1"),
        ("day", "2026-W48"),
        ("day", "2026-W48-5"),
        ("day", "20261127"),
        ("day", "2026-02-30"),
        ("month", "2026-13"),
        ("month", "2026-11-27"),
        ("month", "٢٠٢٦-11"),
        ("day", ""),
        ("week", "x" * 10_000),
    ],
)
def test_what_is_no_name_of_a_period_is_refused(per: str, name: str) -> None:
    assert calendar_of(per, "UTC").named(name) is None
