"""HTML references (``&#1;``) to characters that feeds cannot hold.

This module finds them, so that they are reported; it does not repair them. ``&#128;`` to ``&#159;``
are characters of Windows-1252, which feeds can hold.
https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state
"""

from __future__ import annotations

import re

from feedpub.core.text import unescape, xml_invalid_positions

_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
# An author may mean U+FFFD, which replaces invalid characters.
_REPLACEMENT = re.compile(r"&#(?:0*65533|[xX]0*[fF]{3}[dD]);?")


def loses(text: str) -> bool:
    """Return whether ``text``, plain or HTML, refers to a character that feeds cannot hold."""
    return "&#" in text and any(map(_is_lost, _REFERENCE.findall(text)))


def _is_lost(reference: str) -> bool:
    character = unescape(reference)
    is_invalid = character in ("", "\ufffd") or bool(xml_invalid_positions(character))
    return is_invalid and not _REPLACEMENT.fullmatch(reference)
