"""The tokens of JavaScript and TypeScript: names, literals and marks, and their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/|\#![^\n]*)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>[0-9][\w.]*)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<mark>=>|\.\.\.|\?\?|\|\||&&|\?\.|===?|!==?|.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|\n|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}

_MAX_DEPTH = 20
PAIRS = {"(": ")", "[": "]", "{": "}"}
"""The brackets that open, and those that close them."""
ENDS = frozenset(",;)]}")
"""The marks after an expression."""
_STATEMENTS = frozenset(("const", "export", "import", "let", "return", "var"))


class Tokens:
    """The tokens of a program. Past the last there is none, of no kind and with no text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._list = list(tokens(text))

    def __len__(self) -> int:
        return len(self._list)

    def between(self, start: int, stop: int) -> str:
        """Return the text from token ``start`` to before token ``stop``."""
        return self._text[self._list[start][2] : self._list[stop - 1][3]] if start < stop else ""

    def end(self, index: int) -> int:
        """Return the index of the token that ends the expression at ``index``."""
        while index < len(self._list):
            text = self.word(index)
            if text in ENDS or (text in _STATEMENTS and "\n" in self.gap(index)):
                return index
            index = self.closing(index) + 1 if text in PAIRS else index + 1
        return index

    def closing(self, index: int) -> int:
        """Return the index of the bracket that closes that at ``index``."""
        depth = 0
        for position in range(index, len(self._list)):
            text = self.word(position)
            if self.kind(position) == "mark" and text in "([{":
                depth += 1
            elif self.kind(position) == "mark" and text in ")]}":
                depth -= 1
                if depth <= 0:
                    return position
        return len(self._list)

    def kind(self, index: int) -> str:
        """Return the kind of a token; empty after the last."""
        return self._list[index][0] if 0 <= index < len(self._list) else ""

    def word(self, index: int) -> str:
        """Return the text of a token; empty after the last."""
        return self._list[index][1] if 0 <= index < len(self._list) else ""

    def gap(self, index: int) -> str:
        """Return the text between the token ``index`` and the one before it."""
        if not 0 < index < len(self._list):
            return ""
        return self._text[self._list[index - 1][3] : self._list[index][2]]


def tokens(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield the kind, the text, the start and the end of each token."""
    position, before = 0, ""
    while position < len(text):
        if text[position] == "`":
            kind, end = "template", _template_end(text, position)
        elif text[position] == "/" and (before in ("", "return", "=>", "||", "&&") or before in "(,=:[!?{};+"):
            match = _TOKEN.match(text, position)
            regex = _REGEX.match(text, position) if match is None or match.lastgroup != "space" else None
            kind, end = ("regex", regex.end()) if regex else (match.lastgroup or "", match.end()) if match else ("", 0)
        else:
            match = _TOKEN.match(text, position)
            kind, end = (match.lastgroup or "", match.end()) if match else ("", position + 1)
        if kind != "space":
            before = text[position:end]
            yield kind, before, position, end
        position = end


def _template_end(text: str, start: int, depth: int = 0) -> int:
    position = start + 1
    while position < len(text) and text[position] != "`":
        if text[position] == "\\":
            position += 1
        elif text.startswith("${", position):
            position = _expression_end(text, position + 2, depth + 1)
        position += 1
    return min(position + 1, len(text))


def _expression_end(text: str, position: int, level: int = 0) -> int:
    """Return the position of the brace that ends the expression of a template literal."""
    depth = 1
    while position < len(text):
        if text[position] == "`" and level < _MAX_DEPTH:
            position = _template_end(text, position, level) - 1
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
        position += 1
    return position


def template_parts(text: str) -> Iterator[str]:
    """Yield the texts of a template literal, and its expressions as ``${…}``."""
    position = start = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text.startswith("${", position):
            yield text[start:position]
            start = position
            position = _expression_end(text, position + 2)
            yield text[start : position + 1]
            start = position + 1
        position += 1
    yield text[start:]


def unescaped(text: str) -> str:
    """Return the inside of a literal with the characters that its escapes mean."""

    def character(match: re.Match[str]) -> str:
        escape = match[1]
        if escape[0] in "ux" and len(escape) > 1:
            code = int(escape[1:].strip("{}"), 16)
            return chr(code) if code < 0x110000 else ""
        return _ESCAPES.get(escape, escape)

    return _ESCAPE.sub(character, text) if "\\" in text else text
