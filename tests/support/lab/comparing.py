"""The comparison of what a reader shows with what must arrive, as a person would make it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import NamedTuple

from support.lab.corpus import CASES
from support.lab.model import FIELDS, Format, Reader, Shown

_SPACES = re.compile(r"\s+")
_ADDRESSES = ("href", "src")


class Difference(NamedTuple):
    """A field of a case in which a reader shows something else."""

    reader: str
    format: Format
    field: str
    case: str


class _Reading(HTMLParser):
    """The text of HTML, and the addresses that it leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.addresses: list[str | None] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in _ADDRESSES]


def text_of(markup: str) -> str:
    """Return the text that a person reads of ``markup``."""
    return "".join(_read(markup).text)


def _read(markup: str) -> _Reading:
    reading = _Reading()
    reading.feed(markup)
    reading.close()
    return reading


def differences(reader: Reader, format_: Format, document: bytes) -> dict[Difference, tuple[object, object]]:
    """Return each difference of ``reader`` with what it shows and what must arrive.

    An entry that is missing, or that is shown under another id, is found by its link.
    """
    shown = reader.read(document, format_)
    by_key = {key: entry for entry in shown for key in (entry.link, entry.id) if key}
    found = {}
    for case in CASES:
        got = by_key.get(case.shown.id or "") or by_key.get(case.shown.link or "") or Shown()
        for field in FIELDS:
            if not _agree(field, got, case.shown):
                pair = getattr(got, field), getattr(case.shown, field)
                found[Difference(reader.name, format_, field, case.name)] = pair
    return found


def _agree(field: str, got: Shown, wanted: Shown) -> bool:
    value, expected = getattr(got, field), getattr(wanted, field)
    match field:
        case "title":
            return _line(value) == expected
        case "published":
            return _moment(value) == _moment(expected)
        case "updated":
            # RSS has such a date only for an article that changed later.
            return _moment(value) in ({_moment(expected)} if expected else {None, _moment(wanted.published)})
        case "summary":
            # Without an excerpt, the beginning of the body serves, or nothing.
            return expected is None or expected in _readings(value)
        case "body":
            return _bodies_agree(value, wanted)
        case "image":
            return expected is None or value == expected
        case "enclosures":
            return set(expected) <= set(value)
        case "topics":
            return sorted(value) == sorted(expected)
    return bool(value == expected)


def _bodies_agree(value: str | None, wanted: Shown) -> bool:
    if wanted.body is None:
        # Readers that must have a body show the excerpt or the title.
        return not value or bool(_readings(value) & {wanted.summary, wanted.title})
    got, expected = _read(value or ""), _read(wanted.body)
    return _squeezed(got.text) == _squeezed(expected.text) and got.addresses == expected.addresses


def _readings(value: str | None) -> set[str | None]:
    """Return ``value`` as text, and as HTML."""
    return {None} if value is None else {_line(value), _line(text_of(value))}


def _line(value: str | None) -> str | None:
    return None if value is None else _SPACES.sub(" ", value).strip()


def _squeezed(parts: Iterable[str]) -> str:
    return _SPACES.sub("", "".join(parts))


def _moment(value: str | None) -> datetime | None:
    """Return the date in ``value``, which RSS, Atom, or a reader's own language wrote."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = parsedate_to_datetime(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
