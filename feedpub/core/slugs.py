"""The folder names of feeds: pure functions of the feed's key.

A slug depends on the key alone, never on earlier builds. Two keys share a slug only if 32 bits of
their SHA-256 digests collide. A slug is a valid file name on every operating system.
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
    """Return the folder name for ``key`` (see :func:`feedpub.core.text.match_key`).

    Short keys of ASCII words keep their words: ``power apps`` becomes ``power-apps``. Any other key
    becomes its ASCII words, ``--`` and the first 8 hex digits of its SHA-256: ``c++`` becomes
    ``c--`` with 8 digits.
    """
    if _SIMPLE.fullmatch(key) and len(key) <= _MAX_SIMPLE and key not in _DEVICES:
        return key.replace(" ", "-")
    letters = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", letters))[:_MAX_CUT]
    return f"{words}--{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def is_slug(text: str) -> bool:
    """Return whether ``text`` may be the slug of a custom feed."""
    return _SLUG.fullmatch(text) is not None and len(text) <= _MAX_SIMPLE and text not in _DEVICES
