"""The start tags of an HTML page, read in one pass that takes linear time for any page.

Neither of the available parsers is suitable. For 1 MB of constructs that are never closed
(``<!--``, ``<?``, ``</`` or a quote, repeated), Python 3.11's html.parser takes more than
15 seconds. libxml2 (lxml 6.1) takes as long for ``<b></p>``, and libxml2 2.12 also for many
attributes; libxml2 2.12 loses the attribute ``⚡``, too. This module takes 0.6 seconds at most.

Each token matches at its beginning, at worst up to the end of the page, so that no character is
read twice. It follows https://html.spec.whatwg.org/multipage/parsing.html#tokenization , and builds
no tree.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

_MAX_VALUE = 4000
"""The maximum length of an attribute in characters; a longer one counts as empty.

The limit also protects html.unescape() from numbers that are too long for int().
"""

_MAX_ATTRIBUTES = 200

# The rest of a tag after its name. A quote counts only after "=". A quote that is never closed
# hides the rest of the page.
_REST = r"(?P<{0}>(?:[^=>]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+))*+)(?:(?P<{0}_end>>)|.*+)"
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>]){_REST.format('raw_rest')}"
    r".*?(?:</(?P=raw)(?=[\s/>])|\Z)"
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
    """The name in lower case."""
    attributes: dict[str, str]
    """The values by name in lower case, with references (``&amp;``) resolved.

    An attribute without a value has an empty one.
    """


def tags(text: str, names: Collection[str]) -> Iterator[Tag]:
    """Yield the start tags of ``names`` (lower case) in ``text``.

    Tags in comments, scripts and the like do not count.
    """
    for match in _TOKEN.finditer(text):
        kind = "name" if match["name"] else "raw"
        name = (match[kind] or "").lower()
        # A tag that is not closed at the end of the page is dropped: its last attribute may be cut.
        if name in names and match[f"{kind}_rest_end"]:
            yield Tag(name, _attributes(match[f"{kind}_rest"]))


def _attributes(rest: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(rest), _MAX_ATTRIBUTES):
        value = match["double"] or match["single"] or match["bare"] or ""
        # The first of two attributes with the same name counts.
        attributes.setdefault(match["name"].lower(), html.unescape(value) if len(value) <= _MAX_VALUE else "")
    return attributes
