"""Abbreviations of kramdown and Python-Markdown: ``*[HTML]: Hypertext Markup Language``.

The line is no text, and each such word has the long form as its title. See
https://python-markdown.github.io/extensions/abbreviations/.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_LINE = re.compile(r"\*\[([^\[\]\n]{1,100})\] ?:[ \t]*([^\n]{0,500})")
_MOST = 100
_MOST_SHOWN = 10_000


def add_abbreviations(markdown: MarkdownIt) -> None:
    """Add the rules for abbreviations to ``markdown``."""
    markdown.block.ruler.before("reference", "abbreviation", _read_line, {"alt": ["paragraph", "reference"]})
    markdown.core.ruler.push("abbreviations", _show)


def _read_line(state: StateBlock, first: int, _last: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Read a line that defines an abbreviation."""
    if state.sCount[first] - state.blkIndent > 3:
        return False
    match = _LINE.fullmatch(state.src, state.bMarks[first] + state.tShift[first], state.eMarks[first])
    known = state.env.setdefault("abbreviations", {})
    if match is None or len(known) == _MOST:
        return False
    if not silent:
        known[match[1]] = match[2].strip()
        state.line = first + 1
    return True


def _show(state: StateCore) -> None:
    """Give a title to each abbreviation in the text."""
    known: dict[str, str] = state.env.get("abbreviations", {})
    if not known:
        return
    words = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    count = 0
    for token in state.tokens:
        children: list[Token] = []
        for child in token.children or ():
            parts = _split(child, pattern, known) if child.type == "text" and count < _MOST_SHOWN else [child]
            count += len(parts) - 1
            children += parts
        if token.children:
            token.children = children


def _split(text: Token, pattern: re.Pattern[str], known: dict[str, str]) -> list[Token]:
    """Return ``text`` as texts and abbreviations."""
    tokens: list[Token] = []
    position = 0
    for match in pattern.finditer(text.content):
        before = text.content[position : match.start()]
        short = f'<abbr title="{html.escape(known[match[0]])}">{html.escape(match[0], quote=False)}</abbr>'
        tokens += [Token("text", "", 0, content=before), Token("html_inline", "", 0, content=short)]
        position = match.end()
    return [*tokens, Token("text", "", 0, content=text.content[position:])] if tokens else [text]
