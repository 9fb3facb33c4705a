"""HTML references (``&#1;``) to characters that feeds cannot hold.

This module finds them, so that they are reported; it does not repair them. ``&#128;`` to ``&#159;``
are characters of Windows-1252, which feeds can hold.
https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from feedpub.core.html import render_body
from feedpub.core.text import unescape, xml_invalid_positions

_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?")
# An author may mean U+FFFD, which replaces invalid characters.
_REPLACEMENT = re.compile(r"&#(?:0*65533|[xX]0*[fF]{3}[dD]);?")
# Characters of private use (https://www.unicode.org/versions/latest/core-spec/chapter-23/#G19184).
_MARKS = range(0xF0000, 0xFFFFE)


def loses(text: str) -> bool:
    """Return whether ``text``, plain or HTML, refers to a character that feeds cannot hold."""
    return "&#" in text and next(_lost(text), None) is not None


def lost_reference_line(body: str) -> int | None:
    """Return the line, from 0, of the first such reference in the Markdown of ``body``, or None.

    A reference in code is text, and does not count.
    """
    if not loses(body):
        return None
    taken = {*body, *unescape(body)}
    marks = (mark for mark in _MARKS if chr(mark) not in taken)
    # Each is replaced with a reference to a mark. A mark in the rendered text was a reference.
    marked: list[str] = []
    positions: dict[str, int] = {}
    end = 0
    for match, mark in zip(_lost(body), marks, strict=False):
        marked += body[end : match.start()], _reference_to(mark, match)
        positions[chr(mark)] = match.start()
        end = match.end()
    markup = render_body("".join((*marked, body[end:])), base="", page="")
    first = min((positions[character] for character in {*unquote(markup)} & positions.keys()), default=None)
    return None if first is None else body.count("\n", 0, first)


def _lost(text: str) -> Iterator[re.Match[str]]:
    """Yield each reference to a character that feeds cannot hold."""
    for match in _REFERENCE.finditer(text):
        character = unescape(match[0])
        is_lost = character in ("", "\ufffd") or xml_invalid_positions(character)
        if is_lost and not _REPLACEMENT.fullmatch(match[0]):
            yield match


def _reference_to(mark: int, match: re.Match[str]) -> str:
    """Return the reference ``match`` with the number ``mark``.

    It has as many digits if possible, because Markdown accepts seven at most.
    """
    digits = match["hex"] or match["decimal"]
    number = ("x" + f"{mark:X}".zfill(len(digits))) if match["hex"] else str(mark).zfill(len(digits))
    return f"&#{number}{';' if match[0].endswith(';') else ''}"
