"""The excerpt that an author marks in a body: the part before ``<!--more-->`` and the like."""

from __future__ import annotations

import re

from feedpub.core.html.code_parts import CODE, CodeFinder

_MARK = re.compile(
    r"(?P<mark><!--[ \t]*(?:more|truncate|excerpt|end[ -]excerpt)[ \t]*-->|\{/\*[ \t]*truncate[ \t]*\*/\}"
    r"|\{\{[<%]?[ \t]*more[ \t]*[>%]?\}\})|" + CODE,
    re.MULTILINE | re.IGNORECASE,
)
# A heading at the beginning is the title.
_TITLE = re.compile(r"\A#[ \t]+[^\n]*\n*")
_MAYBE = re.compile(r"<!--[ \t]*(?:more|trunc|exc|end)|\{/\*[ \t]*trunc", re.IGNORECASE)


def excerpt_of(body: str, separator: str | None = None) -> str | None:
    """Return the Markdown of ``body`` before the mark that ends its excerpt, or None without a
    mark.

    ``separator`` is the mark of a site that has its own; an empty one means no excerpt.
    """
    if separator is not None:
        before, mark, _ = body.partition(separator) if separator else ("", "", "")
        return before.strip() or None if mark else None
    if not _MAYBE.search(body):
        return None
    finder = CodeFinder(body)
    position = 0
    while match := _MARK.search(body, position):
        if match["mark"]:
            return _TITLE.sub("", body[: match.start()].strip()) or None
        position = finder.end(match) or match.end()
    return None
