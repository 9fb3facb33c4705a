"""The marks of code: its title (``js title="a.js"``), the label of its tab (``sh [npm]``), and
comments that only colour a line.

Docusaurus leaves out lines such as ``// highlight-next-line``, and VitePress comments such as
``// [!code focus]`` (https://docusaurus.io/docs/markdown-features/code-blocks,
https://vitepress.dev/guide/markdown).
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_TITLE = re.compile(r"\stitle=(?:\"([^\"\n]{1,200})\"|'([^'\n]{1,200})')")
_LABEL = re.compile(r"\[([^\[\]\n]{1,200})\]")
_BEGIN = r"(?://|#|--|%|;|\{?/\*|<!--)[ \t]*+"
_END = r"[ \t]*+(?:\*/\}?|-->)?[ \t]*+"
_LINE = re.compile(rf"^[ \t]*+{_BEGIN}highlight-(?:next-line|start|end){_END}\n", re.MULTILINE)
_COMMENT = re.compile(rf"(?<![ \t])[ \t]*+{_BEGIN}\[!code [^\]\n]{{1,50}}\]{_END}$", re.MULTILINE)


def add_code_marks(markdown: MarkdownIt) -> None:
    """Add the rule to ``markdown`` that shows titles and leaves out comments that colour lines."""
    markdown.core.ruler.after("block", "code_marks", _read_marks)


def add_code_labels(markdown: MarkdownIt) -> None:
    """Add the rule to ``markdown`` that shows the labels of a group of code of VitePress."""
    markdown.core.ruler.after("block", "code_labels", _show_labels)


def _read_marks(state: StateCore) -> None:
    tokens: list[Token] = []
    for token in state.tokens:
        if token.type == "fence":
            if title := _TITLE.search(token.info):
                tokens.append(_strong(title[1] or title[2]))
            token.content = _COMMENT.sub("", _LINE.sub("", token.content))
        tokens.append(token)
    state.tokens = tokens


def _show_labels(state: StateCore) -> None:
    tokens: list[Token] = []
    group = -1
    for token in state.tokens:
        if token.type == "container_box_open" and token.info.split()[:1] == ["code-group"]:
            group = token.level
        elif token.type == "container_box_close" and token.level == group:
            group = -1
        if token.type == "fence" and group >= 0 and (label := _LABEL.search(token.info)):
            tokens.append(_strong(label[1]))
        tokens.append(token)
    state.tokens = tokens


def _strong(text: str) -> Token:
    return Token("html_block", "", 0, content=f"<p><strong>{html.escape(text, quote=False)}</strong></p>\n")
