"""Parsers for the dates and durations of articles. Pure functions; datetimes are aware and in UTC.

Sources: RFC 3339, ISO 8601, RFC 2822, and the timestamps of YAML 1.1
(https://yaml.org/type/timestamp.html). Dates with English names of months are read, too; dates
whose order of day and month is not certain (``05/06/2024``) are not.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache

from feedpub.core.errors import quoted

NO_DATE = datetime.min.replace(tzinfo=UTC)
"""The result of :func:`parse_optional_datetime` for a date that stands for none."""
_CLOCK_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?(?:[ \t]*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_OFFSET = r"(?P<utc>[Zz]|UTC?|GMT)|(?:GMT|UTC)?(?P<sign>[+-])(?P<off_hour>[0-9]{1,2})(?::?(?P<off_minute>[0-9]{2}))?"
_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})(?P<hyphen>[-/.])(?P<month>[0-9]{1,2})(?P=hyphen)(?P<day>[0-9]{1,2})"
    rf"(?:(?:[Tt]|[ \t]+){_CLOCK_TIME}(?:[ \t]*(?:{_OFFSET}|(?P<zone>[ECMP][SD]T)))?)?"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = "(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?[.,]?[ \t]+)?"
# The names of zones in RFC 2822 section 4.3, with their hours.
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
# Hugo's zero date is 0001-01-01, and MySQL's is 0000-00-00.
_ZERO = re.compile("0[0-9]{3}[-/.]")
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    rf"P(?=[0-9T])(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER})S)?)?"
)
_CLOCK = re.compile(r"(?:(?:(?P<hours>[0-9]+):)?(?P<minutes>[0-9]{1,2}):)?(?P<seconds>[0-9]+(?:\.[0-9]+)?)")
# datetime.fromisoformat accepts other separators, too, which are not in ISO 8601.
_RARE = re.compile(
    r"(?:[0-9]{8}|[0-9]{4}-?W[0-9]{2}(?:-?[1-7])?|[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ][0-9:.,]+(?:[Zz]|[+-][0-9:]+)?)?"
)
# An ordinal date (year and day of the year), which datetime cannot parse, and perhaps a time.
_ORDINAL = re.compile(r"(?P<year>[0-9]{4})(?P<hyphen>-?)(?P<day>[0-9]{3})(?P<time>[Tt \t].*)?", re.DOTALL)
# The form of nearly all articles; datetime.fromisoformat parses it in a tenth of the time.
_COMMON = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_UNITS = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
_MAX_DURATION = 48
_FORMS = "write 2024-05-31, 2024-05-31T10:00:00+02:00 or 'May 31, 2024'"
_SWAPPED = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}(?![0-9])")
_SECONDS = re.compile("[0-9]{10}(?:[0-9]{3})?")
_ZONE_NAME = re.compile(r"[0-9][ \t]+(?:[A-Z][A-Za-z_]+/[A-Z][A-Za-z_/]+|[A-Z]{3,5})$")


class DateError(ValueError):
    """A date that cannot be used. ``str()`` is a message with the text."""


def parse_datetime(text: str, zone: tzinfo) -> datetime:
    """Return the date ``text`` in UTC. A date without a time means 00:00.

    A date without an offset is in ``zone``. Raise :class:`DateError` if ``text`` has no form of a
    date, or is not one that exists in the years 1 to 9999.
    """
    if _COMMON.fullmatch(text):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
    try:
        return parse_with_offset(text, zone).astimezone(UTC)
    except OverflowError:
        raise DateError(f"{_quoted(text.strip())} is outside the years 1 to 9999") from None


def parse_with_offset(text: str, zone: tzinfo) -> datetime:
    """Return the date ``text`` with its own offset, or in ``zone`` if it has none.

    Raise :class:`DateError` as :func:`parse_datetime` does.
    """
    stripped = text.strip()
    try:
        return _parsed(stripped, zone)
    except OverflowError:
        raise DateError(f"{_quoted(stripped)} is outside the years 1 to 9999") from None
    except DateError:
        raise
    except ValueError:
        raise DateError(f"{_quoted(stripped)} is not a date that exists") from None


def parse_optional_datetime(text: str, zone: tzinfo) -> datetime:
    """Return :func:`parse_datetime`, or :data:`NO_DATE` for a date before the year 1000.

    Programs write such dates where there is none.
    """
    return NO_DATE if _ZERO.match(text.lstrip()) else parse_datetime(text, zone)


def parse_duration(text: str) -> float:
    """Return the seconds of ``text``, an ISO 8601 duration such as ``PT10M15S``.

    Raise ValueError if ``text`` is not such a duration, or has years or months.
    The length of those varies.
    """
    return _seconds(_DURATION.fullmatch(text.strip().upper()), text)


def parse_length(text: str) -> float:
    """Return the seconds of ``text``: a duration of ISO 8601, ``[h:]mm:ss``, or a number.

    Raise ValueError if ``text`` is none of these.
    """
    return _seconds(_DURATION.fullmatch(text.strip().upper()) or _CLOCK.fullmatch(text.strip()), text)


def _seconds(match: re.Match[str] | None, text: str) -> float:
    if match is None or len(text) > _MAX_DURATION:
        raise ValueError("not a duration")
    parts = {unit: value.replace(",", ".") for unit, value in match.groupdict().items() if value}
    return sum(float(value) * _UNITS[unit] for unit, value in parts.items())


def rfc3339(moment: datetime) -> str:
    """Return ``moment`` in UTC in the form of RFC 3339: ``2019-12-21T04:58:00Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _quoted(text: str) -> str:
    return quoted(" ".join(text.split()))


def _parsed(text: str, zone: tzinfo) -> datetime:
    text = _as_calendar(text)
    match = _TIMESTAMP.fullmatch(text)
    if match is None and text[:1].isalnum():
        match = next(filter(None, (form.fullmatch(text) for form in _english())), None)
    return _from_match(match, zone) if match else _from_iso(text, zone)


@cache  # most sites have no such date
def _english() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of dates with the English name of a month, and of East Asian ones."""
    offset = rf"(?:[ \t]*(?:{_OFFSET}|(?P<zone>{'|'.join(_ZONES)})))?"
    time = rf"(?:,?[ \t]+(?:at[ \t]+)?{_CLOCK_TIME}{offset}(?:[ \t]*\([^()]*\))?)?"
    year = "(?P<year>[0-9]{4})"
    forms = (
        rf"{_WEEKDAY}{_DAY}[ \t-]+(?:of[ \t]+)?{_MONTH}[ \t-]+{year}{time}",
        rf"{_WEEKDAY}{_MONTH}[ \t]+{_DAY},?[ \t]+{year}{time}",
        # As the program date writes it.
        rf"{_WEEKDAY}{_MONTH}[ \t]+{_DAY}[ \t]+{_CLOCK_TIME}{offset}[ \t]+{year}",
        rf"{year}[年년][ \t]*(?P<month>[0-9]{{1,2}})[月월][ \t]*(?P<day>[0-9]{{1,2}})[日일]{time}",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def _why_not(text: str) -> str:
    """Return the reason that ``text`` is not read as a date, and the way to write it."""
    if _SWAPPED.match(text):
        return "has day and month in an order that is not certain; write 2024-05-31, the year first"
    if _SECONDS.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return f"is a number; if it counts the seconds since 1970, write {rfc3339(moment)}"
    if _ZONE_NAME.search(text):
        return "names a time zone; write an offset such as +02:00, or set content.timezone"
    return f"has no form of a date that is read; {_FORMS}"


def _as_calendar(text: str) -> str:
    """Return ``text`` with an ordinal date (``2024-122``, ``2024122``) as year, month and day.

    Any other text is returned unchanged. Raise ValueError if the year has no such day.
    """
    match = _ORDINAL.fullmatch(text)
    if match is None:
        return text
    first = date(int(match["year"]), 1, 1)
    day = first + timedelta(days=int(match["day"]) - 1)
    if day.year != first.year:
        raise ValueError("no day of that year")
    hyphen = match["hyphen"]
    return f"{match['year']}{hyphen}{day:%m}{hyphen}{day:%d}{match['time'] or ''}"


def _from_match(match: re.Match[str], zone: tzinfo) -> datetime:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    # RFC 3339 allows a leap second, and ISO 8601 allows 24:00; datetime allows neither.
    extra = timedelta(seconds=1) if second == 60 else timedelta(0)
    if (hour, minute, second) == (24, 0, 0):
        hour, extra = 0, timedelta(days=1)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("the hour of a half day is from 1 to 12")
        hour = hour % 12 + 12 * (match["half"] in "Pp")
    year, day = int(match["year"]), int(match["day"])
    month = int(match["month"]) if match["month"].isdecimal() else _MONTHS.index(match["month"][:3].lower()) + 1
    micro = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    moment = datetime(year, month, day, hour, minute, min(second, 59) if second <= 60 else second, micro)
    return (moment + extra).replace(tzinfo=_offset(match) or zone)


def _offset(match: re.Match[str]) -> tzinfo | None:
    if match["utc"]:
        return UTC
    zone = match.groupdict().get("zone")
    if zone:
        return timezone(timedelta(hours=_ZONES[zone.upper()]))
    if not match["sign"]:
        return None
    hours, minutes = int(match["off_hour"]), int(match["off_minute"] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("an offset is less than 24 hours")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if match["sign"] == "-" else 1))


def _from_iso(text: str, zone: tzinfo) -> datetime:
    """Return the date of a rarer form of ISO 8601.

    These are basic dates (``20240501T100000Z``), week dates (``2024-W18-3``) and an hour without
    minutes. Raise ValueError for any other text.
    """
    if not _RARE.fullmatch(text):
        raise DateError(f"{_quoted(text)} {_why_not(text)}")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
