"""The dates of front matter as Ruby reads them: Psych, and ``Time.parse``. Pure."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo

import yaml

from feedpub.core.dates import DateError, parse_optional_datetime

# The timestamps of Psych, Ruby's YAML. Without an offset, they are in UTC.
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|\s+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?")
_TIME = r"(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?![0-9])"
_YEAR_FIRST = re.compile(
    rf"(?P<year>[0-9]{{4}})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}})(?![0-9])(?:[-,Tt\s]+{_TIME})?"
)
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-9]{{1,2}})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<year>[0-9]{{4}})(?![0-9])(?:[-,Tt\s]+{_TIME})?"
)
# The form that the program "date" of Unix prints.
_UNIX = re.compile(
    rf"(?:[A-Za-z]{{3}},?\s+)?(?P<month>[A-Z][a-z]{{2}})\s+(?P<day>[0-9]{{1,2}})\s+{_TIME}\s+"
    r"(?:[A-Z]{2,5}\s+)?(?P<year>[0-9]{4})"
)


def ruby_date(node: yaml.Node, zone: tzinfo) -> str | None:
    """Return the text of the date that Ruby reads in ``node``; None if it is the one written there.

    A plain timestamp with seconds, but without an offset, is in UTC. ``Time.parse`` takes the date
    and the time at the start of a text, and reads ``05/06/2024`` as a day of June.
    """
    if not isinstance(node, yaml.ScalarNode):
        return None
    text = node.value.strip()
    if not node.style and zone is not UTC and _TIMESTAMP.fullmatch(text):
        return f"{text}Z"
    try:
        parse_optional_datetime(text, zone)
    except DateError:
        match = _YEAR_FIRST.match(text) or _DAY_FIRST.match(text) or _UNIX.match(text)
        if match is None:
            return None
        time = f" {match['time']}" if match["time"] else ""
        month = match["month"]
        day = (
            f"{month} {match['day']}, {match['year']}" if month.isalpha() else f"{match['year']}-{month}-{match['day']}"
        )
        return day + time
    return None
