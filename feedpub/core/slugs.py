"""The folder names of feeds: pure functions of the feed's key.

A slug depends on the key alone, never on earlier builds. Two keys share a slug only if 80 bits of
their SHA-256 digests collide. A slug is a valid file name on every operating system, and slugs stay
distinct in file systems that ignore case or composition.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from feedpub.core.text import is_letter_or_digit, is_mark

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_LENGTH = 60
_MAX_BYTES = 180
_MAX_CUT = 40
_HASH_DIGITS = 20
# Letters and marks that are invisible by themselves: some file systems ignore them in names
# (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))))


def slug(key: str) -> str:
    """Return the folder name for ``key`` (see :func:`feedpub.core.text.match_key`).

    Short keys of words keep their words, in any script: ``power apps`` becomes ``power-apps``. Any
    other key becomes its ASCII words, ``--`` and the first 20 hex digits of its SHA-256: ``c++``
    becomes ``c--`` with 20 digits.
    """
    if len(key) <= _MAX_LENGTH and _is_words(key) and len(key.encode()) <= _MAX_BYTES and key not in _DEVICES:
        return key.replace(" ", "-")
    letters = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", letters))[:_MAX_CUT]
    return f"{words}--{hashlib.sha256(key.encode()).hexdigest()[:_HASH_DIGITS]}"


def is_slug(text: str) -> bool:
    """Return whether ``text`` may be a slug of the owner's choice."""
    return _SLUG.fullmatch(text) is not None and len(text) <= _MAX_LENGTH and text not in _DEVICES


def _is_words(key: str) -> bool:
    """Return whether ``key`` holds only words of letters, their marks and digits, and spaces."""
    if _INVISIBLE.search(key):
        return False
    return all(
        word and is_letter_or_digit(word[0]) and all(is_letter_or_digit(part) or is_mark(part) for part in word)
        for word in key.split(" ")
    )
