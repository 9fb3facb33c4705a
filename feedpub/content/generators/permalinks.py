"""The permalinks of generators: a pattern and the parts of a page → the path of a URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from feedpub.core.generators import with_braces

Parts = Mapping[str, str | Sequence[str] | Callable[[], str | Sequence[str]]]
"""The value of each part; a list is joined with slashes."""

FILL_IN = "{{ FILL IN }}"
"""The permalink for one that cannot be read. It keeps articles out until the owner replaces it."""

_PART = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?:\[([^\[\]{}]*)\])?\}")
_GO_DATES = {
    "2006": "year",
    "06": "short_year",
    "January": "long_month",
    "Jan": "short_month",
    "01": "month",
    "1": "i_month",
    "02": "day",
    "2": "i_day",
    "002": "y_day",
    "Monday": "weekdayname",
    "15": "hour",
    "04": "minute",
    "05": "second",
}
_GO_DATE = re.compile(rf":({'|'.join(sorted(_GO_DATES, key=len, reverse=True))})(?![A-Za-z0-9_])")
_SLASHES = re.compile("/{2,}")


def dates_of(local: datetime) -> dict[str, str]:
    """Return the parts of a permalink that are parts of the date ``local``."""
    return {
        "year": f"{local.year:04}",
        "month": f"{local.month:02}",
        "day": f"{local.day:02}",
        "short_year": f"{local.year % 100:02}",
        "i_month": str(local.month),
        "i_day": str(local.day),
        "y_day": f"{local:%j}",
        "yearday": str(int(f"{local:%j}")),
        "week": f"{local:%V}",
        "short_month": _MONTHS[local.month - 1][:3],
        "long_month": _MONTHS[local.month - 1],
        "monthname": _MONTHS[local.month - 1],
        "w_year": f"{local:%G}",
        "w_day": f"{local:%u}",
        "short_day": _DAYS[local.weekday()][:3],
        "long_day": _DAYS[local.weekday()],
        "weekday": f"{local:%w}",
        "weekdayname": _DAYS[local.weekday()],
        "hour": f"{local.hour:02}",
        "minute": f"{local.minute:02}",
        "second": f"{local.second:02}",
        "date": f"{local:%Y/%m/%d}",
    }


def expand(pattern: str, parts: Parts) -> str:
    """Return ``pattern`` with its ``parts``, with single slashes and one at the start."""

    def value(match: re.Match[str]) -> str:
        part = parts.get(match[1], "")
        part = part() if callable(part) else part
        if isinstance(part, str):
            return part
        return "/".join(_slice(list(part), match[2]) if match[2] else part)

    return _SLASHES.sub("/", "/" + _PART.sub(value, with_braces(pattern)))


def go_dates(pattern: str) -> str:
    """Return ``pattern`` with named parts for those in Go's form of dates, such as ``:2006``.

    See https://pkg.go.dev/time#pkg-constants; Hugo accepts them in permalinks.
    """
    return _GO_DATE.sub(lambda match: ":" + _GO_DATES[match[1]], pattern)


def _slice(parts: list[str], text: str) -> list[str]:
    """Return the ``parts`` that Hugo's ``[1:]``, ``[:last]`` or ``[0]`` select."""
    first, colon, end = text.partition(":")
    try:
        start = _index(first, len(parts), 0)
        stop = _index(end, len(parts), len(parts)) if colon else start + 1
    except ValueError:
        return []
    return parts[start:stop]


def _index(text: str, length: int, default: int) -> int:
    if not text:
        return default
    return max(0, length - 1) if text == "last" else int(text)


_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
