"""Python-Markdown's and PyMdown's syntax: tabs, snippets, marks, keys, icons, Markdown in HTML.

Tabs (``=== "Title"``) become admonitions, whose lines are indented likewise. An included file
(``--8<-- "file"``) is not read, and icons have no text. See
https://facelessuser.github.io/pymdown-extensions/ and
https://python-markdown.github.io/extensions/md_in_html/.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from feedpub.core.html.code_parts import replace_outside_code

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

_BLOCKS = (
    r"^(?P<indent>[ \t]*)(?:===[!+]*[ \t]+(?P<title>\"[^\"\n]*\"|'[^'\n]*')"
    r"|;?-{1,3}8<-{1,3}(?P<snippet>[ \t]+\S[^\n]*|[ \t]*\n(?:[^\n]*\n){0,50}?[ \t]*-{1,3}8<-{1,3}))[ \t]*$"
)
_PAIRS = {
    "=": (re.compile(r"==(?=[^\s=])((?:[^\n=]|\n(?!\n)|=(?!=)){1,2000}?)(?<=\S)==(?!=)"), "mark"),
    "^": (re.compile(r"\^\^(?=[^\s^])((?:[^\n^]|\n(?!\n)|\^(?!\^)){1,2000}?)(?<=\S)\^\^(?!\^)"), "ins"),
}
_SMALL = {"^": (re.compile(r"\^([^\s^~]{1,50})\^"), "sup"), "~": (re.compile(r"~([^\s~^]{1,50})~(?!~)"), "sub")}
_KEYS = re.compile(r"\+\+(\"?[A-Za-z0-9][\w\" -]{0,40}(?:\+\"?[A-Za-z0-9][\w\" -]{0,40}){0,8})\+\+")
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]{1,80}:(?:\{[^{}\n]{0,100}\})?")
_OPEN = re.compile(
    r"^(?P<indent>[ \t]*)<(?P<name>[a-z][a-z0-9]*)(?P<before>[^<>\n]*?)[ \t]markdown(?:=[\"']?\w+[\"']?)?"
    r"(?P<after>(?:[ \t][^<>\n]*)?)>",
    re.IGNORECASE | re.MULTILINE,
)
_CODE_LANGUAGE = re.compile(r"(?::::+|#!)([\w+#.-]{1,50})[ \t]*(?:hl_lines=[^\n]{0,100})?\n")
_MAX_NESTED = 20


def without_tabs(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return ``text`` with tabs as admonitions and without snippets, and the lines (from 0) and
    signs of these.
    """
    removed: list[tuple[int, str]] = []
    counted = line = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal counted, line
        if match["title"] is not None:
            return f'{match["indent"]}!!! tab "{match["title"][1:-1]}"'
        line += text.count("\n", counted, match.start())
        counted = match.start()
        removed.append((line, "--8<--"))
        # A blank line could end the box that the snippet is in.
        return f"{match['indent']}<!-- -->"

    if "===" not in text and "8<-" not in text:
        return text, ()
    return replace_outside_code(_BLOCKS, text, replaced), tuple(removed)


def opened_html(text: str) -> str:
    """Return ``text`` with the contents of elements that have the attribute ``markdown`` between
    blank lines, and not indented, so that they are Markdown.
    """
    position = 0
    for _ in range(_MAX_NESTED):
        match = _OPEN.search(text, position)
        if match is None:
            break
        end = _end_of(match["name"], text, match.end())
        inside, after = text[match.end() : end], text[end:]
        tag = f"{match['indent']}<{match['name']}{match['before']}{match['after']}>"
        close = re.match(r"</[^>]*>", after)
        closing = close[0] if close else ""
        start = text[: match.start()] + tag + "\n\n"
        text = f"{start}{dedent(inside).strip(chr(10))}\n\n{closing}\n\n{after[len(closing) :]}"
        position = len(start)
    return text


def _end_of(name: str, text: str, position: int) -> int:
    """Return the start of the end tag of the element ``name`` that is open at ``position``."""
    depth = 1
    for match in re.compile(rf"<(/?){name}(?=[\s>])", re.IGNORECASE).finditer(text, position):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.start()
    return len(text)


def add_marks(markdown: MarkdownIt) -> None:
    """Add the rules for ``==mark==``, ``^^insert^^``, ``x^2^``, ``H~2~O``, ``++ctrl++``, icons."""
    markdown.inline.ruler.before("emphasis", "marks", _read_marks)


def add_code_languages(markdown: MarkdownIt) -> None:
    """Add the rule for indented code: a first line that only names its language (``:::python``,
    ``#!python``), and in lists the indentation, which is four columns in any.

    See https://python-markdown.github.io/extensions/code_hilite/.
    """
    markdown.core.ruler.after("block", "code_languages", _take_languages)


def _take_languages(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "code_block" and token.level:
            token.content = dedent(token.content)
        match = _CODE_LANGUAGE.match(token.content) if token.type == "code_block" else None
        if match:
            token.type, token.tag, token.info = "fence", "code", match[1]
            token.content = token.content[match.end() :]


def _read_marks(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    character = state.src[state.pos]
    if silent or character not in "=^~+:":
        return False
    if character == "+":
        return _read_keys(state)
    if character == ":":
        return _skip_icon(state)
    is_pair = state.src[state.pos + 1 : state.pos + 2] == character
    pattern, element = (_PAIRS if is_pair else _SMALL).get(character, (None, ""))
    match = pattern.match(state.src, state.pos, state.posMax) if pattern else None
    return match is not None and _enclose(state, element, match)


def _skip_icon(state: StateInline) -> bool:
    icon = _ICON.match(state.src, state.pos, state.posMax)
    if icon is None:
        return False
    state.pos = icon.end()
    if not state.pending.strip():
        while state.src[state.pos : state.pos + 1] == " ":
            state.pos += 1
    return True


def _enclose(state: StateInline, element: str, match: re.Match[str]) -> bool:
    """Write the first group of ``match`` as the contents of ``element``."""
    end = state.posMax
    state.push(f"{element}_open", element, 1)
    state.pos, state.posMax = match.start(1), match.end(1)
    state.md.inline.tokenize(state)
    state.push(f"{element}_close", element, -1)
    state.pos, state.posMax = match.end(), end
    return True


def _read_keys(state: StateInline) -> bool:
    match = _KEYS.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    for index, key in enumerate(match[1].split("+")):
        if index:
            state.push("text", "", 0).content = "+"
        state.push("kbd_open", "kbd", 1)
        state.push("text", "", 0).content = key.strip('"') if '"' in key else key.replace("-", " ").title()
        state.push("kbd_close", "kbd", -1)
    state.pos = match.end()
    return True
