"""The tags of an HTML page, in one pass that is linear whatever the page holds.

Neither of the parsers at hand will do. Of 1 MB of what is never closed (``<!--``, ``<?``, ``</`` or a quote, again and
again) Python 3.11's html.parser makes more than 15 seconds, as does libxml2 (lxml 6.1) of ``<b></p>``; libxml2 2.12
also of many attributes, and it loses the attribute ``⚡``. This takes 0.6 seconds at the most.

Every token matches where it begins, at worst to the end of the page, so that no character is looked at twice. After
https://html.spec.whatwg.org/multipage/parsing.html#tokenization ; no tree is built.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

MAX_VALUE = 4000
"""Characters. A longer attribute counts as empty, which also keeps html.unescape() from numbers that int() refuses."""

_MAX_ATTRIBUTES = 200

# What stands in a tag after its name. A quote means something only behind "=". An open one hides the rest of the page.
_REST = r"(?P<{0}>(?:[^=>]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+))*+)(?:(?P<{0}_end>>)|.*+)"
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>]){_REST.format('raw_rest')}"
    r"(?P<text>.*?)(?:</(?P=raw)(?=[\s/>])|\Z)"
    rf"|<(?P<name>[a-z][^\s/>]*+){_REST.format('name_rest')}"
    rf"|</[a-z]{_REST.format('end_rest')}"
    r"|<[!?/][^>]*+",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s/>=]++)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?+", re.ASCII
)


class Tag(NamedTuple):
    """A start tag."""

    name: str
    """Lower case."""
    attributes: dict[str, str]
    """By name in lower case, references (``&amp;``) resolved; empty where there is no value."""
    text: str = ""
    """Of an element that holds text only, such as a script: that text, as it stands."""


def tags(text: str, names: Collection[str]) -> Iterator[Tag]:
    """The start tags of ``names`` (lower case) in ``text``, outside of comments, scripts and the like."""
    for match in _TOKEN.finditer(text):
        kind = "name" if match["name"] else "raw"
        name = (match[kind] or "").lower()
        # What the page ends within is no tag: its last attribute may be cut.
        if name in names and match[f"{kind}_rest_end"]:
            yield Tag(name, _attributes(match[f"{kind}_rest"]), match["text"] or "")


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(rest), _MAX_ATTRIBUTES):
        value = match["double"] or match["single"] or match["bare"] or ""
        # Of two that are called the same, the first counts.
        found.setdefault(match["name"].lower(), html.unescape(value) if len(value) <= MAX_VALUE else "")
    return found
