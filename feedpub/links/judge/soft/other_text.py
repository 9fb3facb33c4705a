"""The signs in a text, JSON or XML that stands where a page was."""

from __future__ import annotations

import json
from zlib import crc32

from feedpub.core.errors import printable
from feedpub.links.judge.soft.known import GONE_CODES
from feedpub.links.judge.soft.text import plain_of
from feedpub.links.judge.soft.titles import NOT_FOUND, parts_of, says_not_found
from feedpub.links.model import PageFacts, PageSign

_SHOWN = 80
_ERROR_SIZE = 200
_ERROR_KEYS = ("error", "errors", "message", "detail", "code", "status", "statusCode", "msg")


def read_text(text: str, media_type: str) -> PageFacts:
    """Return what a text, JSON or XML says."""
    if "json" in media_type:
        is_gone = _is_json_error(text)
    elif "xml" in media_type:
        is_gone = GONE_CODES.search(text) is not None
    else:
        is_gone = media_type == "text/plain" and any(map(NOT_FOUND.fullmatch, parts_of(text[:_ERROR_SIZE])))
    if not is_gone:
        return PageFacts(PageSign.NOTHING, checksum=crc32(text.encode()))
    return PageFacts(PageSign.NOT_FOUND, f"it says {printable(plain_of(text[:_SHOWN]))!r}", is_certain=True)


def _is_json_error(text: str) -> bool:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    while isinstance(found, dict | list):
        if isinstance(found, list):
            found = found[0] if found else None
            continue
        # The title of a problem (RFC 9457), which has a status, and not of a story.
        keys = (*_ERROR_KEYS, "title") if "status" in found else _ERROR_KEYS
        if any(says_not_found(str(found[key]).replace("_", " ")) for key in keys if key in found):
            return True
        found = found.get("error", found.get("errors"))
    return False
