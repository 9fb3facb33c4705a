"""The errors that Cloudflare answers for a site whose own server it cannot use.

https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
and …/cloudflare-1xxx-errors/ . Pure functions.
"""

from __future__ import annotations

import re

FIRST_STATUS = 520
LAST_STATUS = 530
MOST_OF_AN_ERROR = 16 * 1024
"""The maximum number of bytes that are read of an error's page."""

_STATUSES = {
    520: "the site's server gave an odd answer",
    521: "the site's server is down",
    522: "the site's server does not answer",
    523: "the site's server cannot be reached",
    524: "the site's server does not answer in time",
    525: "the TLS of the site's server fails",
    526: "the certificate of the site's server is not valid",
}
_CODES = {
    "1001": "the name of the site's server cannot be resolved",
    "1016": "the name of the site's server does not exist",
    "1018": "the site is not at Cloudflare any more",
    "1033": "the tunnel to the site's server is down",
}
_CODE = re.compile(rb"[Ee]rror(?: code)?:?\s{0,5}(?:<[^<>]{0,80}>)?\s{0,5}(1[0-9]{3})\b")
_CHALLENGE = re.compile(rb"<title>\s{0,20}Just a moment|/cdn-cgi/challenge-platform/", re.IGNORECASE)


def reason(status: int, body: bytes) -> str:
    """Return in a few words why Cloudflare answers ``status`` with ``body``; empty if not known."""
    match = _CODE.search(body) if status == LAST_STATUS else None
    text = _CODES.get(match[1].decode(), f"its error {match[1].decode()}") if match else _STATUSES.get(status)
    return f"Cloudflare: {text}" if text else ""


def is_challenge(status: int, body: bytes) -> bool:
    """Return whether the page of a 403 or 503 is a challenge that only browsers pass."""
    return status in (403, 503) and _CHALLENGE.search(body) is not None
