"""Redirects that a page makes: a meta element, the header Refresh, or a script in an empty page.

HTML section 4.2.5.3 (https://html.spec.whatwg.org/#attr-meta-http-equiv-refresh). Pure functions.
"""

from __future__ import annotations

import html
import re

from feedpub.links.judge.soft.text import decoded, shown, shown_length

_LONGEST_WAIT = 10
"""Seconds. A page that waits longer is read."""
_LARGEST_SCRIPT = 4000
_HEAD_SIZE = 32 * 1024
_LEAST_TEXT = 20
# What is in these is not for browsers with scripts.
_HIDDEN = (("<noscript", "</noscript"), ("<!--", "-->"))
_META = re.compile(r"<meta\s[^<>]{0,500}?http-equiv\s{0,9}=\s{0,9}[\"']?refresh\b[^<>]{0,2000}>", re.IGNORECASE)
_CONTENT = re.compile(r"content\s{0,9}=\s{0,9}(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>]+))", re.IGNORECASE)
_REFRESH = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]*)?\s*[;,]\s*(?:url\s*=)?\s*[\"']?([^\"']+)", re.IGNORECASE)
_SCRIPT = re.compile(
    r"\blocation(?:\.href)?\s{0,9}=\s{0,9}[\"']([^\"'\s]{1,2000})[\"']"
    r"|\blocation\.(?:replace|assign)\(\s{0,9}[\"']([^\"'\s]{1,2000})[\"']"
)


def sends_on(body: bytes, content_type: str | None, refresh: str | None) -> str | None:
    """Return the reference to which a page sends the browser at once, or None.

    ``refresh`` is the header of that name.
    """
    text = decoded(body[:_HEAD_SIZE], content_type)
    meta = _META.search(text)
    content = _CONTENT.search(meta[0]) if meta and not _is_hidden(text[: meta.start()].lower()) else None
    values = (refresh, html.unescape(next(filter(None, content.groups()), "")) if content else None)
    for value in filter(None, values):
        match = _REFRESH.match(value)
        if match is not None and int(match[1]) <= _LONGEST_WAIT:
            return match[2].strip()
    if len(body) > _LARGEST_SCRIPT or shown_length(shown(text), _LEAST_TEXT) >= _LEAST_TEXT:
        return None
    match = _SCRIPT.search(text)
    return (match[1] or match[2]) if match else None


def _is_hidden(before: str) -> bool:
    return any(before.rfind(start) > before.rfind(end) for start, end in _HIDDEN)
