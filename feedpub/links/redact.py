"""User information in URLs (RFC 3986 section 3.2.1) is a secret: it is neither kept nor shown. Pure."""

from __future__ import annotations

import re

# Up to the last "@" of the authority: a password may hold one.
_USER = re.compile(r"(?:(?<=://)|(?<=\A//))[^/?#\s]*@")


def masked(text: str) -> str:
    """``text``, a URL or prose that holds some, with ``***@`` for the user information of each."""
    return _USER.sub("***@", text) if "@" in text else text


def has_user_information(url: str) -> bool:
    """Whether :func:`masked` would change it."""
    return "@" in url and _USER.search(url) is not None
