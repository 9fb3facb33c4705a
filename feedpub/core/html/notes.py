"""Footnotes as HTML: a number that links to the note, and an arrow that links back.

The ids are those that the site's generator gives, so that the links work on its page, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from feedpub.core.html.flavours import Flavour

_REFERENCE = re.compile(r"\[\^[^\]\s]{1,200}\]")
_LABEL = re.compile(r"[\w.-]{1,100}")


def add_notes(markdown: MarkdownIt, flavour: Flavour) -> None:
    """Add the rules for footnotes to ``markdown``."""

    def note_id(token: Token) -> str:
        return _filled(flavour.note_id, token)

    def reference_id(token: Token) -> str:
        return _filled(flavour.repeated_id if token.meta.get("subId") else flavour.reference_id, token)

    def reference(_renderer: Any, tokens: Sequence[Token], index: int, *_options: Any) -> str:
        token = tokens[index]
        link = f'<a href="#{quote(note_id(token), safe=":")}">[{token.meta["id"] + 1}]</a>'
        return f'<sup id="{reference_id(token)}">{link}</sup>'

    def opening(_renderer: Any, tokens: Sequence[Token], index: int, *_options: Any) -> str:
        return f'<li id="{note_id(tokens[index])}">'

    def back_link(_renderer: Any, tokens: Sequence[Token], index: int, *_options: Any) -> str:
        return f' <a href="#{quote(reference_id(tokens[index]), safe=":")}">\u21a9\ufe0e</a>'

    markdown.use(footnote_plugin, inline=False)
    markdown.inline.ruler.at("footnote_ref", _read_reference)
    markdown.add_render_rule("footnote_ref", reference)
    markdown.add_render_rule("footnote_block_open", lambda *_arguments: "<hr>\n<section>\n<ol>\n")
    markdown.add_render_rule("footnote_open", opening)
    markdown.add_render_rule("footnote_anchor", back_link)


def _filled(form: str, token: Token) -> str:
    number = token.meta["id"] + 1
    label = token.meta["label"]
    repeat = token.meta.get("subId", 0)
    label = label if _LABEL.fullmatch(label) else str(number)
    return form.format(label=label, number=number, repeat=repeat, count=repeat + 1)


def _read_reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Read a reference such as ``[^1]``; its length is limited, as the rule searches its end."""
    return bool(_REFERENCE.match(state.src, state.pos)) and footnote_ref(state, silent)
