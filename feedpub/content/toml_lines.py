"""The lines of the keys of a TOML document, which tomllib does not give.

This module does not check whether the document is valid. https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re

from feedpub.core.yaml_nodes import MAX_DEPTH, NodeError

Path = tuple[str | int, ...]

# Each text ends at its quote, or at the end of its line or of the document: the scan is linear.
_LONG = r'"""(?:[^"\\]++|\\.?|"(?!""))*+(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)'
_SHORT = r'"(?:[^"\\\n]++|\\[^\n])*+"?|\'[^\'\n]*+\'?'
_TOKEN = re.compile(rf"{_LONG}|{_SHORT}|#[^\n]*+|[\[\]{{}},=\n]", re.DOTALL)
_PART = re.compile(rf"[A-Za-z0-9_-]++|{_SHORT}")
# Python can be set to refuse numbers with more than 640 digits:
# https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
_MAX_NUMBER = 600


def key_lines(text: str, offset: int) -> dict[Path, int]:
    """Return the line, from 0, of each table and of each key outside of inline tables.

    Line 0 is line ``offset`` of the file. Raise :class:`NodeError` for a document that tomllib
    would need too long for.
    """
    keys = _Keys()
    # Inside of a value, the depth is 1 and the number of open brackets.
    line = start = end = depth = dots = 0
    for match in _TOKEN.finditer(text):
        symbol, between = match[0], text[end : match.start()].strip()
        end = match.end()
        dots += between.count(".")
        if depth and len(between) > _MAX_NUMBER and between[0] in "+-0123456789":
            raise NodeError(line + offset, "a number has too many digits")
        if max(dots, depth) > MAX_DEPTH:
            raise too_deep(line + offset)
        dots = dots if symbol[0] in "\"'" else 0
        if symbol in "=]" and not depth:
            keys.add(text[start : match.start()].lstrip(), line, is_table=symbol == "]")
            start, depth = end, int(symbol == "=")
        elif symbol in "[{" and depth:
            depth += 1
        elif symbol in "]}" and depth > 1:
            depth -= 1
        elif symbol == "\n" and depth < 2:
            start, depth = end, 0
        line += symbol.count("\n")
    return keys.lines


class _Keys:
    """The lines of the keys so far, and the table that the next key is in."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._table: Path = ()
        self._counts: dict[Path, int] = {}

    def add(self, key: str, line: int, *, is_table: bool) -> None:
        """Add a key, or the name of a table behind its opening brackets."""
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
    """Return the error for a document that nests too deep at ``line``."""
    return NodeError(line, f"nested more than {MAX_DEPTH} deep")
