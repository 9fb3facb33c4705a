"""Attribute lists of Markdown, such as ``{#id}``, ``{: .class}`` and ``{width=300}``.

The rules keep the part of an attribute list that a feed can hold: the id, and the size and texts of
images. They take out tables of contents (``{:toc}``, ``[TOC]``): a reader has no use for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# kramdown's block attributes and extensions (https://kramdown.gettalong.org/syntax.html).
_LINE = re.compile(r"\{:[^{}\n]{0,1000}\}[ \t]*(?=\n|$)|\[(?:TOC|\[toc\]|\[TOC\]|\[_TOC_\])\][ \t]*(?=\n|$)")
_INLINE = re.compile(r"\{:?[ \t]*(?:[#.][^{}\n]{0,500}|[A-Za-z][\w:-]{0,50}=[^{}\n]{0,500})\}")
_TRAILING = re.compile(r"[ \t\n]*\{:?[ \t]*(?P<list>[#.][^{}\n]{0,500})\}[ \t]*$")
_ITEM = re.compile(
    r"""#(?P<id>[^\s#.{}"']+)|(?P<key>[A-Za-z][\w-]*)=(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s"']+))"""
)
_KEPT = {"image": ("id", "width", "height", "title"), "link_open": ("id", "title")}
# The blocks before an attribute list are searched for their beginning up to here.
_MAX_BLOCK = 2000


def add_attributes(markdown: MarkdownIt) -> None:
    """Add the rules for attribute lists to ``markdown``."""
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("table", "attributes", _read_line, {"alt": interrupted})
    markdown.inline.ruler.after("link", "attributes", _read_inline)
    markdown.core.ruler.after("block", "trailing_attributes", _read_trailing)


def _values(attributes: str) -> dict[str, str]:
    """Return the id and the keys of an attribute list."""
    values: dict[str, str] = {}
    for match in _ITEM.finditer(attributes):
        key = (match["key"] or "id").lower()
        values[key] = match["id"] or match["a"] or match["b"] or match["c"] or ""
    return values


def _read_line(state: StateBlock, first: int, _last: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Read a line that holds an attribute list alone; its id goes to the block before it."""
    start = state.bMarks[first] + state.tShift[first]
    if state.sCount[first] - state.blkIndent > 3 or state.src[start : start + 1] not in ("{", "["):
        return False
    match = _LINE.match(state.src, start)
    if match is None:
        return False
    if not silent:
        begin = _beginning(state.tokens)
        if begin is not None and match[0].startswith("{:toc") and state.tokens[begin].tag in {"ul", "ol"}:
            del state.tokens[begin:]
        elif begin is not None:
            attributes = _values(match[0])
            if "id" in attributes:
                state.tokens[begin].attrs["id"] = attributes["id"]
        state.line = first + 1
    return True


def _beginning(tokens: list[Token]) -> int | None:
    """Return the index of the token that opens the last block of ``tokens``."""
    if not tokens or tokens[-1].nesting > 0:
        return None
    level = tokens[-1].level
    if tokens[-1].nesting == 0:
        return len(tokens) - 1
    for index in range(len(tokens) - 2, max(len(tokens) - _MAX_BLOCK, 0) - 1, -1):
        if tokens[index].level == level and tokens[index].nesting > 0:
            return index
    return None


def _read_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Read an attribute list right after a link, an image, code or emphasis."""
    if state.src[state.pos] != "{" or state.pos == 0 or state.src[state.pos - 1] not in ")]`*_~>":
        return False
    match = _INLINE.match(state.src, state.pos)
    if match is None or state.pending:
        return False
    if not silent and state.tokens:
        target = _target(state.tokens)
        if target is not None:
            values = _values(match[0])
            for key in _KEPT[target.type]:
                value = values.get(key, "")
                value = value.removesuffix("px") if key in {"width", "height"} else value
                if value and (key not in {"width", "height"} or value.isdecimal()):
                    target.attrs[key] = value
    state.pos = match.end()
    return True


def _target(tokens: list[Token]) -> Token | None:
    """Return the token of the image or link at the end of ``tokens`` that can hold attributes."""
    if tokens[-1].type == "image":
        return tokens[-1]
    if tokens[-1].type != "link_close":
        return None
    for token in reversed(tokens[-100:]):
        if token.type == "link_open":
            return token
    return None


def _read_trailing(state: StateCore) -> None:
    """Read an attribute list at the end of a heading or of a paragraph."""
    for token, text in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type not in {"heading_open", "paragraph_open"} or not text.content.endswith("}"):
            continue
        start = text.content.rfind("{")
        # Spaces before it belong to the list.
        while start > 0 and text.content[start - 1] in " \t\n":
            start -= 1
        match = _TRAILING.match(text.content, start) if start >= 0 else None
        if match and (token.type == "heading_open" or match[0][0] in " \t\n"):
            text.content = text.content[:start]
            values = _values(match["list"])
            if "id" in values:
                token.attrs["id"] = values["id"]
