"""References of HTML (``&#1;``) to characters that feeds cannot hold. What shows text repairs them; this room finds
them, so that they are reported.

https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state; ``&#128;`` to ``&#159;`` are
those of Windows-1252, and no repair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from feedpub.core.html import render_body
from feedpub.core.text import unescape, xml_invalid_positions

_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?")
# U+FFFD, which stands for what is none, may be meant.
_REPLACEMENT = re.compile(r"&#(?:0*65533|[xX]0*[fF]{3}[dD]);?")
# Of private use (https://www.unicode.org/versions/latest/core-spec/chapter-23/#G19184).
_MARKS = range(0xF0000, 0xFFFFE)


def loses(text: str) -> bool:
    """Whether ``text``, plain or HTML, refers to a character that feeds cannot hold."""
    return "&#" in text and next(_lost(text), None) is not None


def lost_line(body: str) -> int | None:
    """The line, from 0, of the first such reference in the Markdown of ``body``; one in code is text."""
    if not loses(body):
        return None
    taken = {*body, *unescape(body)}
    marks = (mark for mark in _MARKS if chr(mark) not in taken)
    # Each is made one to a character of its own: those that come out are references.
    marked: list[str] = []
    places: dict[str, int] = {}
    end = 0
    for match, mark in zip(_lost(body), marks, strict=False):
        marked += body[end : match.start()], _referring(match, mark)
        places[chr(mark)] = match.start()
        end = match.end()
    markup = render_body("".join((*marked, body[end:])), base="", page="")
    found = min((places[character] for character in {*unquote(markup)} & places.keys()), default=None)
    return None if found is None else body.count("\n", 0, found)


def _lost(text: str) -> Iterator[re.Match[str]]:
    """Each such reference."""
    for match in _REFERENCE.finditer(text):
        character = unescape(match[0])
        is_lost = character in ("", "\ufffd") or xml_invalid_positions(character)
        if is_lost and not _REPLACEMENT.fullmatch(match[0]):
            yield match


def _referring(match: re.Match[str], mark: int) -> str:
    """``match`` with the number ``mark``, of as many digits where it can be: Markdown takes seven at most."""
    digits = match["hex"] or match["decimal"]
    number = ("x" + f"{mark:X}".zfill(len(digits))) if match["hex"] else str(mark).zfill(len(digits))
    return f"&#{number}{';' if match[0].endswith(';') else ''}"
