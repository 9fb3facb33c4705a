"""Pictures that a script of the site would load: their real URLs in place of the placeholders.

:func:`without_placeholders` reads any HTML and is only a help for the sanitizer, which runs after
it. :func:`load_pictures` reads what the sanitizer has written, so that each attribute has one form.
"""

from __future__ import annotations

import re
from collections.abc import Callable

LAZY_ATTRIBUTES = {
    "data-src": "src",
    "data-original": "src",
    "data-lazy-src": "src",
    "data-lazyload": "src",
    "data-lazy": "src",
    "data-actualsrc": "src",
    "data-echo": "src",
    "data-orig-file": "src",
    "data-cfsrc": "src",
    "data-ezsrc": "src",
    "data-flickity-lazyload": "src",
    "data-img-src": "src",
    "data-lazysrc": "src",
    "data-srcset": "srcset",
    "data-lazy-srcset": "srcset",
    "data-ezsrcset": "srcset",
    "data-flickity-lazyload-srcset": "srcset",
    "data-lazysrcset": "srcset",
    "data-original-set": "srcset",
    "data-sizes": "sizes",
    "data-lazy-sizes": "sizes",
}
"""The attributes that scripts for late loading read, and what a browser reads."""

_VALUES = r"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*+"""
_IMAGE = rf"<img(?=[\s/>]){_VALUES}>"
_PICTURE = r"<picture(?=[\s>])[^<>]*+>(?:(?!</picture|<noscript)<[^<>]*+>|[^<]++)*+</picture\s*+>"
_NOSCRIPT = re.compile(
    rf"(?P<before>(?:{_IMAGE}|{_PICTURE})\s*+)?"
    rf"<noscript(?=[\s>])[^<>]*+>(?P<inside>.*?)</noscript\s*+>(?P<after>\s*+{_IMAGE})?",
    re.IGNORECASE | re.DOTALL,
)
_NOSCRIPT_END = re.compile(r"</noscript\s*+>", re.IGNORECASE)
_NEXT_IMAGE = re.compile(rf"\s*+{_IMAGE}", re.IGNORECASE)
_ONE_IMAGE = re.compile(_IMAGE, re.IGNORECASE)
_AMP = re.compile(r"<amp-img(?=[\s>/])", re.IGNORECASE)
_PIXEL = re.compile(r"""\b(?:width|height)\s*=\s*["']?[01](?:px)?["'\s/>]|display\s*:\s*none""", re.IGNORECASE)
_LAZY = re.compile(r"""\bdata-[a-z-]*(?:src|original|file)|src\s*=\s*["']?data:|\blazy""", re.IGNORECASE)
_LOADED = re.compile(r'<(?P<name>img|source)(?P<attributes>(?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_CANDIDATE = re.compile(r"[\s,]*+(?P<url>[^\s,](?:\S*[^\s,])?)(?:,+(?=\s|$)|(?:\s+(?P<size>[^,\s]+))?\s*(?:,|$))")
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)[wx]")
_MAX_CANDIDATES = 100


def without_placeholders(markup: str) -> str:
    """Return ``markup`` with the pictures of each ``<noscript>`` in place of the placeholder beside
    it.

    A ``<noscript>`` without a picture, or with a counting pixel, goes.
    """
    if "<amp-" in markup:
        markup = _AMP.sub("<img", markup)
    if "</n" not in markup and "</N" not in markup:
        return markup
    last = max((match.end() for match in _NOSCRIPT_END.finditer(markup)), default=0)
    if not last:
        return markup
    beside = _NEXT_IMAGE.match(markup, last)
    end = beside.end() if beside else last
    return _NOSCRIPT.sub(_real_picture, markup[:end]) + markup[end:]


def _real_picture(match: re.Match[str]) -> str:
    before, inside, after = (match[group] or "" for group in ("before", "inside", "after"))
    image = _ONE_IMAGE.search(inside)
    if image is None or _PIXEL.search(image[0]):
        return before + after
    if before:
        return inside + after
    return inside if _LAZY.search(after) else inside + after


def load_pictures(markup: str) -> str:
    """Return sanitized ``markup`` with the late attributes of its pictures as ``src`` and
    ``srcset``.

    A picture that has a ``srcset`` alone gets the largest of it as ``src``, for readers that do
    not support ``srcset``.
    """
    return _LOADED.sub(_loaded, markup) if "<img " in markup or "<source " in markup else markup


def _loaded(match: re.Match[str]) -> str:
    written = dict(_ATTRIBUTE.findall(match["attributes"]))
    values = {name: value for name, value in written.items() if name not in LAZY_ATTRIBUTES}
    for name, value in written.items():
        if name in LAZY_ATTRIBUTES and value and value != "auto":
            target = LAZY_ATTRIBUTES[name]
            if target not in values or name in {"data-src", "data-srcset"} or written.get(target) == values[target]:
                values[target] = value
    if match["name"] == "img" and "src" not in values and "srcset" in values:
        values["src"] = _largest(values["srcset"])
    if values == written:
        return match[0]
    return f"<{match['name']}" + "".join(f' {name}="{value}"' for name, value in values.items()) + ">"


def _candidates(srcset: str) -> list[tuple[str, str]]:
    """Return the URLs of ``srcset`` with their sizes (HTML, section 4.8.4.2.1)."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(srcset) and len(found) < _MAX_CANDIDATES:
        match = _CANDIDATE.match(srcset, position)
        if match is None:
            break
        found.append((match["url"], match["size"] or ""))
        position = match.end()
    return found


def _largest(srcset: str) -> str:
    sizes = [(float(size[1]) if (size := _SIZE.fullmatch(text)) else 1.0, url) for url, text in _candidates(srcset)]
    return max(sizes, key=lambda pair: pair[0], default=(0.0, ""))[1]


def absolute_srcset(srcset: str, absolute: Callable[[str], str | None]) -> str | None:
    """Return ``srcset`` with each URL as ``absolute`` returns it, or None if none can be used."""
    usable = [(absolute(url), size) for url, size in _candidates(srcset)]
    return ", ".join(f"{url} {size}".rstrip() for url, size in usable if url) or None
