"""The text of a TOML document, looked at and not parsed: what tomllib, which knows values alone, cannot tell.

Numbers, dates and times as they are written, and where something begins that an error is about.
https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Texts each to where it ends, at worst the end of its line or of the document: no character is looked at twice.
_LONG = r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|(?P<cut>\Z))|\'\'\'.*?(?:\'{3,5}|(?P<cut_literal>\Z))'
_SHORT = r'"(?:[^"\\\n]++|\\[^\n])*+(?:"|(?P<cut_short>))|\'[^\'\n]*+(?:\'|(?P<cut_short_literal>))'
_END = r"""[^\s\[\]{},=#"']"""
# A date may be parted from its time by a blank.
_BARE = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:{_END}++|{_END}++"
_TOKEN = re.compile(rf"{_LONG}|{_SHORT}|(?P<comment>#[^\n]*+)|(?P<bare>{_BARE})|(?P<mark>[\[\]{{}},=])", re.DOTALL)
# What tomllib's values are written as again.
_SAME = re.compile(r"true|false|0|-?[1-9][0-9]*+|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[+-]?[0-9][0-9_]*|0[xob][0-9A-Fa-f_]+")
_CUTS = ("cut", "cut_literal", "cut_short", "cut_short_literal")
_MANY_DIGITS = 4000


def numbered(text: str) -> tuple[str, list[str]]:
    """``text``, a document that tomllib takes, with each number, date and time that would not stay as it is written
    (``0x1F``, ``1_000``, ``07:32:00.10``) replaced by a float, and what was written: ``3.0`` stands for the fourth.
    """
    opened: list[str] = []
    found: list[str] = []
    is_next = False  # a value

    def replaced(match: re.Match[str]) -> str:
        nonlocal is_next
        if match["comment"]:
            return match[0]
        is_value, is_next = is_next, False
        bare, mark = match["bare"], match["mark"]
        if bare and is_value and not _SAME.fullmatch(bare):
            found.append(bare)
            return f"{len(found) - 1}.0"
        if mark == "=":
            is_next = True
        elif mark == ",":
            is_next = opened[-1:] == ["["]
        elif mark in ("[", "{") and is_value:
            opened.append(mark)
            is_next = mark == "["
        elif mark in ("]", "}") and opened:
            # What is not opened as a value is the name of a table.
            opened.pop()
        return match[0]

    return _TOKEN.sub(replaced, text), found


def is_integer(written: str) -> bool:
    """Whether TOML has ``written``, a number, date or time, for a whole number."""
    return _WHOLE.fullmatch(written) is not None


def never_closed(text: str) -> int | None:
    """Where the text, list or table begins that the document ``text`` ends in; None where there is none."""
    opened: list[int] = []
    for match in _TOKEN.finditer(text):
        if any(match[name] is not None for name in _CUTS):
            return match.start()
        _follow(opened, match)
    return opened[0] if opened else None


def begins(text: str, end: int) -> int:
    """Where the value that ends at ``end`` begins, or what it is part of. ``text`` is valid up to there."""
    start = end
    opened: list[int] = []
    for match in _before(text, end):
        if not opened:
            start = match.start()
        _follow(opened, match)
    return start


def long_number(text: str) -> int:
    """Where the first number begins that has thousands of digits."""
    return next((m.start() for m in _TOKEN.finditer(text) if len(m["bare"] or "") > _MANY_DIGITS), 0)


def _before(text: str, end: int) -> Iterator[re.Match[str]]:
    return (match for match in _TOKEN.finditer(text, 0, end) if not match["comment"])


def _follow(opened: list[int], match: re.Match[str]) -> None:
    """Note in ``opened`` what ``match`` opens or closes."""
    if match["mark"] in ("[", "{"):
        opened.append(match.start())
    elif match["mark"] in ("]", "}") and opened:
        opened.pop()
