"""The text of a TOML document: each key's line, and numbers, dates and times as written.

tomllib gives values alone. This module only tells tokens apart; whether the document is valid is tomllib's to say.
https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re

from feedpub.core.yaml_nodes import MAX_DEPTH, NodeError

Path = tuple[str | int, ...]

# Each text ends at its quote, at worst at the end of its line or of the document: no character is looked at twice.
_LONG = r'"""(?:[^"\\]++|\\.?|"(?!""))*+(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)'
_SHORT = r'"(?:[^"\\\n]++|\\[^\n])*+"?|\'[^\'\n]*+\'?'
_END = r"""[^\s\[\]{},=#"']"""
# A blank may stand between a date and its time.
_BARE = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9]{{2}}:{_END}++|{_END}++"
_TOKEN = re.compile(rf"{_LONG}|(?P<short>{_SHORT})|#[^\n]*+|(?P<bare>{_BARE})|[\[\]{{}},=\n]", re.DOTALL)
_PART = re.compile(rf"[A-Za-z0-9_-]++|{_SHORT}")
# What tomllib's values are written as again.
_SAME = re.compile(r"true|false|0|-?[1-9][0-9]*+|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile("[+-]?[0-9_]+")
# Fewer than Python can be told to take: https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
_MAX_DIGITS = 600


class TomlText:
    """The document ``text``, looked through once. Raises :class:`NodeError` for what would take tomllib too long.

    Lines count from 0; ``offset`` is the file's line of the first.
    """

    def __init__(self, text: str, offset: int) -> None:
        self.lines: dict[Path, int] = {}
        """The line of each table, and of each key that is not in an inline table."""
        self.unclosed: int | None = None
        """The line of the first text on one line that has no closing quote."""
        self.written: list[str] = []
        """The values that tomllib's would not be written as again (``0x1F``, ``1_000``, ``07:32:00.10``)."""
        self._text = text
        self._offset = offset
        self._line = self._start = self._dots = 0
        self._opened: list[str] = []
        self._is_next = False  # a value
        self._table: Path = ()
        self._counts: dict[Path, int] = {}
        self.numbered = _TOKEN.sub(self._token, text)
        """The document with a float in place of each of ``written``: ``3.0`` stands for the fourth."""

    def key_line(self, line: int) -> int:
        """Return the line of the last key that begins at ``line`` or before it."""
        return max((start for start in self.lines.values() if start <= line), default=0)

    def _token(self, match: re.Match[str]) -> str:
        found = match[0]
        line, self._line = self._line, self._line + found.count("\n")
        if found[0] == "#" or (found == "\n" and self._opened):
            return found
        is_value, self._is_next = self._is_next, False
        if match["bare"] and is_value:
            return self._value(found, line)
        if match["bare"]:
            self._dots += found.count(".")
        elif match["short"]:
            if self.unclosed is None and (found[-1] != found[0] or len(found) == 1):
                self.unclosed = line
        elif len(found) == 1:
            self._mark(found, match.start(), line, is_value=is_value)
        if max(self._dots, len(self._opened)) > MAX_DEPTH:
            raise too_deep(line + self._offset)
        return found

    def _value(self, value: str, line: int) -> str:
        if len(value) > _MAX_DIGITS and _DIGITS.fullmatch(value):
            raise NodeError(line + self._offset, "a number has too many digits")
        if _SAME.fullmatch(value):
            return value
        self.written.append(value)
        return f"{len(self.written) - 1}.0"

    def _mark(self, mark: str, place: int, line: int, *, is_value: bool) -> None:
        """Follow a bracket, comma, ``=`` or line end outside of texts."""
        self._dots = 0
        if mark in "[{" and is_value:
            self._opened.append(mark)
        elif mark in "]}" and self._opened:
            self._opened.pop()
        elif mark in "=]" and not self._opened:
            self._key(self._text[self._start : place].lstrip(" \t"), line, is_table=mark == "]")
        if mark in "\n]" and not self._opened:
            self._start = place + 1
        self._is_next = mark == "=" or (mark in "[," and self._opened[-1:] == ["["])

    def _key(self, key: str, line: int, *, is_table: bool) -> None:
        """Note a key, or a table's name behind its opening brackets."""
        path: Path = () if is_table else self._table
        for part in _PART.findall(key):
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
            path = (*path, part.strip("\"'"))
            self.lines.setdefault(path, line)
        if key.startswith("[["):
            self._counts[path] = self._counts.get(path, 0) + 1
            path = (*path, self._counts[path] - 1)
        if key:
            self.lines[path] = line
            self._table = path if is_table else self._table


def too_deep(line: int) -> NodeError:
    """Return the error of what nests too deep."""
    return NodeError(line, f"nested more than {MAX_DEPTH} deep")
