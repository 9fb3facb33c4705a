"""The tags of JSX in MDX (https://mdxjs.com/docs/what-is-mdx/): elements and components.

Values that are programs are left out; a text in braces is a text. Nothing is run.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from feedpub.core.html import template_tags as tags
from feedpub.core.html.template_arguments import Arguments, TemplateSite

_NAME = re.compile(r"<(/?)([A-Za-z][\w.:-]*)?(?=[\s/>])")
_ATTRIBUTE = re.compile(r"""\s*(?:([A-Za-z_@:][\w:.-]*)(?:\s*=\s*(?=(["'{]|[^\s"'{>]))|(?=[\s/>{]))|(?=\{))""")
_END = re.compile(r"\s*(/?)>")
_BARE = re.compile(r"[^\s\"'{<>`]+")
_TEXT_IN_BRACES = re.compile(r"""\{\s*(?:(?:useBaseUrl|require|withBase|url)\(\s*)?(["'`])([^"'`{}]*)\1[^{}]*\}""")
_LITERAL = re.compile(
    r"""\{\s*(?:(["'`])(?P<text>(?:(?!\1|\$\{)[^\\\n]|\\.)*)\1|(?P<number>[0-9]+(?:\.[0-9]+)?))\s*\}"""
)
_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&]")
_STRING_OR_BRACE = re.compile(r"""[{}]|"[^"\n]*"|'[^'\n]*'|`[^`]*`""")
_IMAGES = frozenset(("image", "img", "picture", "figure", "zoomimage", "imagezoom", "photo"))
_LINKS = frozenset(("link", "a", "anchor", "linkcard", "linkbutton", "button", "card"))
_MAX_TAG = 5000


class JsxTag(NamedTuple):
    """A tag of JSX, with the attributes that are texts."""

    name: str
    attributes: dict[str, str]
    end: int
    is_closing: bool = False
    is_empty: bool = False
    has_braces: bool = False

    @property
    def is_component(self) -> bool:
        """True if the tag is no element of HTML."""
        return not self.name or self.name[0].isupper() or "." in self.name

    def element(self) -> str:
        """Return the tag of an element as HTML has it, on one line."""
        shown = {"class" if key == "className" else key: value for key, value in self.attributes.items()}
        texts = "".join(f' {key}="{html.escape(value)}"' for key, value in shown.items())
        return f"<{'/' * self.is_closing}{self.name}{texts}{' /' * self.is_empty}>"

    def component(self, site: TemplateSite) -> str | None:
        """Return what a component shows: a picture, a link, a video; None if it is not known."""
        name, given = self.name.lower(), Arguments([], self.attributes)
        if self.is_closing:
            return "</a>" if name in ("link", "anchor") else ""
        source, target = given.get("src", "source", "image"), given.get("href", "to", "url")
        if name in _IMAGES and source:
            return f'<img src="{html.escape(source)}" alt="{html.escape(given.get("alt", "caption"))}">'
        if name in _LINKS and target:
            title = given.get("title", "text", "label") if self.is_empty or name not in ("link", "anchor") else ""
            opening = f'<a href="{html.escape(target)}">'
            return f"{opening}{html.escape(title or target)}</a>" if self.is_empty or title else opening
        if name in ("tabitem", "tab") and (label := given.get("label", "title", "value")):
            return f"<p><strong>{html.escape(label)}</strong></p>"
        return tags.expanded(name, given, site) if self.attributes else None


def tag_at(text: str, start: int) -> JsxTag | None:
    """Return the tag at ``start``; None if there is none, or one that is not closed."""
    match = _NAME.match(text, start)
    if match is None:
        return JsxTag("", {}, start + 2) if text.startswith("<>", start) else None
    attributes: dict[str, str] = {}
    position, limit, has_braces = match.end(), start + _MAX_TAG, False
    while position < limit:
        if end := _END.match(text, position):
            is_empty = bool(end[1])
            return JsxTag(match[2] or "", attributes, end.end(), bool(match[1]), is_empty, has_braces)
        attribute = _ATTRIBUTE.match(text, position)
        if attribute is None:
            return None
        position = attribute.end()
        if attribute[1] and attribute[2] is None:
            attributes[attribute[1]] = ""
            continue
        begun = text[position]
        has_braces |= begun == "{"
        after = value_end(text, position, limit)
        if after < 0:
            return None
        value = _value(text[position:after], begun)
        if attribute[1] and value is not None:
            attributes[attribute[1]] = value
        position = after
    return None


def text_in_braces(written: str) -> str | None:
    """Return the text that an expression in braces shows if it is a plain one, in Markdown.

    Return None for a program.
    """
    match = _LITERAL.fullmatch(written)
    if match is None:
        return "" if not written.strip("{} \t\n") else None
    text = match["number"] or re.sub(r"\\(.)", r"\1", match["text"])
    return _MARKUP.sub(r"\\\g<0>", text)


def _value(written: str, begun: str) -> str | None:
    """Return the text of a value; None if it is a program."""
    if begun == "{":
        match = _TEXT_IN_BRACES.fullmatch(written)
        return match[2] if match else None
    return html.unescape(written[1:-1] if begun in "\"'" else written)


def value_end(text: str, start: int, limit: int) -> int:
    """Return the end of the value at ``start``, a text or an expression in braces, or -1."""
    if text[start] in "\"'":
        return text.find(text[start], start + 1, limit) + 1 or -1
    if text[start] != "{":
        match = _BARE.match(text, start)
        return match.end() if match else -1
    depth = 0
    for match in _STRING_OR_BRACE.finditer(text, start, limit):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return -1
