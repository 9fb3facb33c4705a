"""The days, ISO weeks and months of a time zone, by which ``top`` divides the time. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import msgspec

from feedpub.core.zones import zone_of
from feedpub.feeds.order import END

_WHOLE_DATE = {"day": "", "week": "-1", "month": "-01"}
"""The text that completes the name of a period to the date of its first day, by ``per``."""
_MONTH = timedelta(days=31)
"""At least a month, and less than two."""


class Period(msgspec.Struct, frozen=True, order=True):
    """A day, a week or a month."""

    end: datetime
    """The first moment after it, in UTC."""
    name: str
    """``2026-11-27``, ``2026-W48`` or ``2026-11``, by ISO 8601."""


class Calendar:
    """The periods of one kind (``day``, ``week`` or ``month``) in one time zone."""

    def __init__(self, per: str, zone: str) -> None:
        self._per = per
        self._zone = zone_of(zone)
        self._period = cache(self._beginning)

    def period_of(self, moment: datetime) -> Period:
        """Return the period that ``moment`` is in."""
        try:
            local = moment.astimezone(self._zone).date()
        except OverflowError:
            # In the zone, it is outside the years 1 to 9999.
            local = moment.date()
        return self._period(self._first_day(local))

    def named(self, name: str) -> Period | None:
        """Return the period ``name``; None if the calendar has none of that name."""
        try:
            period = self._period(self._first_day(date.fromisoformat(name + _WHOLE_DATE[self._per])))
        except ValueError:
            return None
        return period if period.name == name else None

    def _first_day(self, day: date) -> date:
        if self._per == "week":
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self._per == "month" else day

    def _beginning(self, first: date) -> Period:
        """Return the period that begins on the day ``first``."""
        try:
            end = datetime.combine(self._next(first), time(), self._zone).astimezone(UTC)
        except OverflowError:
            end = END
        year, week, _ = first.isocalendar()
        names = {"day": first.isoformat(), "week": f"{year:04}-W{week:02}", "month": first.isoformat()[:7]}
        return Period(end, names[self._per])

    def _next(self, first: date) -> date:
        if self._per == "month":
            return (first + _MONTH).replace(day=1)
        return first + timedelta(days=7 if self._per == "week" else 1)


@cache
def calendar_of(per: str, zone: str) -> Calendar:
    """Return the calendar of the periods ``per`` in ``zone``, a name of a time zone."""
    return Calendar(per, zone)
