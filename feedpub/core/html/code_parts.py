"""The code in a Markdown text, found without a parser: where template tags and marks are only
shown.

Code is fenced code, a code span, indented code after a blank line, ``<pre>`` or ``<code>``. The
time is linear: the end of unclosed code is searched once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

CODE = (
    r"(?P<fence>^[ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?(?:(?P<ticks>`{3,})[^`\n]*|(?P<tildes>~{3,})[^\n]*)$)"
    r"|(?P<span>`+)"
    r"|<(?P<element>pre|code|script|style)(?=[\s>])"
    r"|(?P<indented>^(?: {4}| {0,3}\t)[ \t]*(?=\S))"
)
"""A pattern for the beginning of code; compile it with re.MULTILINE and re.IGNORECASE."""

_RUN = re.compile("`+")
_BLANK = re.compile(r"\n[ \t]*\n")
_INDENTED_LINES = re.compile(r"(?:(?: {4}| {0,3}\t)[^\n]*(?:\n|\Z)|[ \t]*\n)*+")
# The line before indented code; after these, indented lines are text of an item or a box.
_ITEM = re.compile(r"\s|[-*+]\s|[0-9]{1,9}[.)]\s|\[\^|:\s|!!!|\?\?\?|:::|===")
_LOOK_BACK = 2000


def replace_outside_code(pattern: str, text: str, replacement: Callable[[re.Match[str]], str]) -> str:
    """Return ``text`` with each match of ``pattern`` outside of code replaced."""
    found = re.compile(rf"(?P<found>{pattern})|{CODE}", re.MULTILINE | re.IGNORECASE)
    finder = CodeFinder(text)
    parts: list[str] = []
    position = 0
    while match := found.search(text, position):
        parts.append(text[position : match.start()])
        if match["found"] is not None:
            parts.append(replacement(match))
            position = match.end()
        else:
            position = finder.end(match) or match.end()
            parts.append(text[match.start() : position])
    return "".join((*parts, text[position:]))


class CodeFinder:
    """The ends of the code in one text."""

    def __init__(self, text: str, *, indented: bool = True) -> None:
        """Find code in ``text``, of which indented lines are code if ``indented``."""
        self._text = text
        self._indented = indented
        self._unclosed: set[str] = set()

    def end(self, match: re.Match[str]) -> int | None:
        """Return the end of the code that begins at ``match`` (of :data:`CODE`), or None."""
        if match["fence"] is not None:
            return self._end_of_fence(match)
        if match["span"]:
            return self._end_of_span(match)
        if match["element"]:
            return self._end_of_element(match["element"].lower(), match.end())
        return self._end_of_indented(match.start()) if self._indented else None

    def _end_of_fence(self, match: re.Match[str]) -> int:
        mark = match["ticks"] or match["tildes"]
        # A fence inside, such as one in a tab, is indented more.
        indent = self._text[match.start() : match.start("ticks" if match["ticks"] else "tildes")]
        blanks = "[ \t>]*" if ">" in indent else f"[ \t]{{0,{len(indent.expandtabs(4)) + 3}}}"
        closing = re.compile(rf"^{blanks}{mark[0]}{{{min(len(mark), 1000)},}}[ \t]*$", re.MULTILINE)
        closed = closing.search(self._text, match.end())
        return closed.end() if closed else len(self._text)

    @cached_property
    def _runs(self) -> dict[int, list[int]]:
        """The positions of all runs of backticks, by their length."""
        runs: dict[int, list[int]] = defaultdict(list)
        for match in _RUN.finditer(self._text):
            runs[len(match[0])].append(match.start())
        return runs

    def _end_of_span(self, match: re.Match[str]) -> int | None:
        same = self._runs.get(len(match[0]), [])
        index = bisect_left(same, match.end())
        if index == len(same) or _BLANK.search(self._text, match.end(), same[index]):
            return None
        return same[index] + len(match[0])

    def _end_of_element(self, element: str, start: int) -> int | None:
        if element in self._unclosed:
            return None
        closed = re.compile(f"</{element}", re.IGNORECASE).search(self._text, start)
        if closed is None:
            self._unclosed.add(element)
        return closed.end() if closed else None

    def _end_of_indented(self, start: int) -> int | None:
        before = self._text[max(start - _LOOK_BACK, 0) : start]
        lines = before.rsplit("\n", 2)
        if start and (len(lines) < 2 or lines[-2].strip()):
            return None
        last = before.rstrip().rpartition("\n")[2]
        if last and _ITEM.match(last):
            return None
        match = _INDENTED_LINES.match(self._text, start)
        return match.end() if match else None
