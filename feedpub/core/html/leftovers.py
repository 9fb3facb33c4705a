"""Template tags and marks that are left in HTML after Markdown, where only a parser sees them.

:mod:`~feedpub.core.html.templates` replaces tags before Markdown is read, and takes some text for
code that is none, such as indented lines in a table of HTML. In the HTML, code is known.
"""

from __future__ import annotations

import re

LITERAL = "\ufdd1"
"""The mark of a brace that is no template tag: one between ``{% raw %}`` tags, say."""

REMOVED = "\ufffe"
"""The mark of a template tag that was taken out of a URL. A URL with it is dropped, and no feed
holds it.
"""

IN_URL = re.compile(
    r"(?:\]\(<?|\]:[ \t]*<?|\b(?:src|href|srcset|data-src|poster|cite)\s*=\s*[\"']?)[^\s\"'()<>]*\Z", re.IGNORECASE
)
"""The end of a text after which a URL goes on."""

CLOSERS = {"{{<": ">}}", "{{%": "%}}", "{{": "}}", "{%": "%}"}
_CODE = re.compile(r"<(?P<name>pre|code|script|style)(?=[\s>]).*?(?:</(?P=name)\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_SIGN = re.compile(r"\{[{%][<%]?")
_BRACE = re.compile(r"\{(?=[{%#])")
_COLONS = re.compile(r"(^|<p>)[ \t]*:{3,}[^\n<]*(</p>)?\n?", re.MULTILINE)
_TAIL = 300


def literal(text: str) -> str:
    """Return ``text`` so that nothing in it is taken for a template tag."""
    return _BRACE.sub(LITERAL, text) if "{" in text else text


def without_leftovers(markup: str) -> str:
    """Return ``markup`` without template tags and marks of containers outside of code."""
    if not any(sign in markup for sign in ("{{", "{%", ":::")):
        return markup
    parts: list[str] = []
    position = 0
    for code in _CODE.finditer(markup):
        parts += [_swept(markup[position : code.start()]), code[0]]
        position = code.end()
    return "".join((*parts, _swept(markup[position:])))


def _swept(markup: str) -> str:
    if ":::" in markup:
        markup = _COLONS.sub(lambda match: "" if match[1] and match[2] else match[1] + (match[2] or ""), markup)
    parts: list[str] = []
    position = 0
    unclosed: set[str] = set()
    while sign := _SIGN.search(markup, position):
        parts.append(markup[position : sign.start()])
        # An escaped ``<`` is longer, and begins with ``&``.
        closer = CLOSERS.get(sign[0], CLOSERS[sign[0][:2]])
        end = -1 if closer in unclosed else markup.find(closer, sign.end())
        if end < 0:
            unclosed.add(closer)
        if IN_URL.search("".join(parts[-2:])[-_TAIL:]):
            parts.append(REMOVED)
        position = sign.start() + 2 if end < 0 else end + len(closer)
    return "".join((*parts, markup[position:]))
