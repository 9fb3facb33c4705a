"""Removal of user information from URLs (RFC 3986 section 3.2.1). Pure functions.

User information is a secret, so it is neither stored nor shown.
"""

from __future__ import annotations

import re

from feedpub.core.errors import quoted

# The match ends at the last "@" of the authority, because a password can contain "@".
_SHOWN = 300
_USER = re.compile(r"(?:(?<=://)|(?<=\A//))[^/?#\s]*@")


def redacted(text: str) -> str:
    """Return ``text`` (a URL, or prose with URLs) with ``***@`` for each user information."""
    return _USER.sub("***@", text) if "@" in text else text


def shown_url(url: str) -> str:
    """Return ``url`` as messages show it: quoted and cut if it is long."""
    return url if len(url) <= _SHOWN else quoted(url, _SHOWN)


def has_user_information(url: str) -> bool:
    """Return whether ``url`` has user information, which :func:`redacted` would replace."""
    return "@" in url and _USER.search(url) is not None
