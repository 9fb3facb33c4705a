"""The data in AMP pages.

https://amp.dev/documentation/guides-and-tutorials/learn/spec/amphtml/ . Pages are not validated;
that is the purpose of the AMP validator.
"""

from __future__ import annotations

from feedpub.core import urls
from feedpub.links.judge.amp.tags import tags
from feedpub.links.model import AmpPage

_MAX_BODY = 1_000_000

_MARKS = ("⚡", "⚡\ufe0f", "amp")
"""Attributes that mark ``<html>`` as AMP HTML; ``⚡4email`` and ``⚡4ads`` mark other formats."""


def read_amp_page(body: bytes, base_url: str) -> AmpPage:
    """Return the data of the page ``body``, which may be incomplete; ``base_url`` is its URL.

    It reads the first megabyte, as UTF-8, which AMP requires; it takes linear time, and never
    raises.
    """
    is_amp = None
    base, canonical = base_url, None
    for tag in tags(body[:_MAX_BODY].decode("utf-8", "replace"), ("html", "base", "link")):
        if tag.name == "html":
            is_amp = any(mark in tag.attributes for mark in _MARKS) if is_amp is None else is_amp
        elif tag.name == "base":
            base = _resolved(base_url, tag.attributes.get("href")) or base if base is base_url else base
        elif "canonical" in tag.attributes.get("rel", "").lower().split():
            canonical = _resolved(base, tag.attributes.get("href"))
            if canonical is not None:
                break
    return AmpPage(is_amp=bool(is_amp), canonical=canonical)


def _resolved(base: str, reference: str | None) -> str | None:
    """Return ``reference`` as an absolute URL; None if it is empty or invalid."""
    if not reference or not reference.strip():
        return None
    try:
        return urls.resolve(base, reference)
    except urls.UrlError:
        return None
