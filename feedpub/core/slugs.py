"""Folder names of feeds: a pure function of the key that the feed is matched by, never of history.

Two keys never share a slug but for a collision of 32 bits of SHA-256, and a slug is a safe file name everywhere.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SIMPLE = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_SIMPLE = 60
_MAX_CUT = 40

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))))


def slug(key: str) -> str:
    """The folder name for ``key`` (see :func:`feedpub.core.text.match_key`).

    Short keys of ASCII words keep their words: ``power apps`` is ``power-apps``. Any other key is told apart by the
    first 8 hex digits of its SHA-256: ``c++`` is ``c--`` and those.
    """
    if _SIMPLE.fullmatch(key) and len(key) <= _MAX_SIMPLE and key not in _DEVICES:
        return key.replace(" ", "-")
    letters = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", letters))[:_MAX_CUT]
    return f"{words}--{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def is_slug(text: str) -> bool:
    """Whether an owner may name a feed's folder ``text``."""
    return _SLUG.fullmatch(text) is not None and len(text) <= _MAX_SIMPLE and text not in _DEVICES
