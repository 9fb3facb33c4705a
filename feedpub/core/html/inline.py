"""Inline syntax of Markdown beyond CommonMark: bare URLs and mathematics; and pictures of builds.

They are rules of markdown-it, with the parameters and results that it requires. Each searches a
limited number of characters, so that the time stays linear.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

# Characters of Chinese and Japanese punctuation end a URL; they stand right after it.
_REST = '[^\\s<>"`\\x00-\\x1f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u201c\u201d]'
_URL = re.compile(rf"(?:https?://|www\.)(?=[\w\[]){_REST}{{1,4000}}+", re.IGNORECASE)
_DOMAIN = re.compile(r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}(?![\w@-]|:\S)")
_LOCAL = re.compile(r"[A-Za-z0-9.+_-]{1,64}\Z")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?\Z", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"[A-Za-z0-9/.@_-]")
_TRAILING = "?!.,:*_~'\";]"
_ENTITY = re.compile(r"&[A-Za-z0-9]{1,31};\Z")

_MATHS = (
    re.compile(r"\$\$(?!\$)(?:[^$\\]|\\.){1,4000}?\$\$", re.DOTALL),
    re.compile(r"\$(?![\s$)])(?:[^$\\`\n]|\\[^\n]|\n(?!\n)){1,1000}?(?<![\s\\(])\$(?![\w$])"),
    re.compile(r"\\\\\((?:[^\\]|\\(?!\\\))){1,1000}\\\\\)", re.DOTALL),
    re.compile(r"\\\\\[(?:[^\\]|\\(?!\\\])){1,4000}\\\\\]", re.DOTALL),
    re.compile(r"\\\((?=[^()\n]{0,200}[\\^_=])(?:[^\\\n]|\\(?!\))){1,1000}\\\)"),
)
_MAX_LINES = 200
_SITE_STATIC = re.compile("(?:@site/static|pathname://)/")
_FILE_BESIDE = re.compile(r"(?![a-z][a-z0-9+.-]*:|[/#?]|\Z)", re.IGNORECASE)
_NOT_MATH = ("**", "](", "</")


def add_links(markdown: MarkdownIt, *, www: bool) -> None:
    """Add the rules to ``markdown`` that make links of URLs and e-mail addresses.

    Hosts that begin with ``www.`` become links only if ``www``.
    """
    if www:
        markdown.inline.add_terminator_char("w")
    markdown.inline.ruler.push("bare_urls", _read_url)


def add_math(markdown: MarkdownIt) -> None:
    """Add the rules to ``markdown`` that leave formulas as they are written."""
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("table", "math", _read_math_block, {"alt": interrupted})
    markdown.inline.ruler.before("escape", "math", _read_math)


def add_built_pictures(markdown: MarkdownIt) -> None:
    """Add the rule to ``markdown`` that shows the text of a picture whose file lies beside the
    article. Only the build of the site knows its URL, which holds a digest.
    """
    markdown.core.ruler.after("inline", "built_pictures", _show_text)


def _show_text(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or ():
            if child.type != "image":
                continue
            source = _SITE_STATIC.sub("/", str(child.attrs["src"]))
            if _FILE_BESIDE.match(source):
                child.type, child.tag, child.attrs = "text", "", {}
            else:
                child.attrs["src"] = source


def _read_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    if silent or state.linkLevel:
        return False
    character = state.src[state.pos]
    if character == "w":
        return state.src.startswith("www.", state.pos) and _read_from(state, state.pos, "http://")
    if character == ":" and state.src.startswith("://", state.pos):
        match = _SCHEME.search(state.src[max(state.pos - 6, 0) : state.pos])
        return bool(match) and _read_from(state, state.pos - len(match[0] if match else ""), "")
    return character == "@" and _read_address(state)


def _read_from(state: StateInline, start: int, prefix: str) -> bool:
    """Make a link of the URL that begins at ``start``, which may lie before the position."""
    match = _URL.match(state.src, start, state.posMax)
    if match is None or (start and _NOT_BEFORE.match(state.src[start - 1])):
        return False
    url = _without_trailing(match[0])
    host = url[4:] if prefix else url.partition("//")[2]
    return host.strip(".") != "" and _link(state, start, url, prefix + url)


def _without_trailing(url: str) -> str:
    """Return ``url`` without the punctuation that belongs to the sentence, as GFM says."""
    excess = url.count(")") - url.count("(")
    while url:
        entity = _ENTITY.search(url[-40:]) if url.endswith(";") else None
        if entity:
            url = url[: -len(entity[0])]
        elif url[-1] in _TRAILING:
            url = url[:-1]
        elif url[-1] == ")" and excess > 0:
            excess -= 1
            url = url[:-1]
        else:
            break
    return url


def _read_address(state: StateInline) -> bool:
    domain = _DOMAIN.match(state.src, state.pos, state.posMax)
    local = _LOCAL.search(state.src[max(state.pos - 64, 0) : state.pos]) if domain else None
    if domain is None or local is None:
        return False
    start = state.pos - len(local[0])
    if start and _NOT_BEFORE.match(state.src[start - 1]):
        return False
    address = local[0] + domain[0]
    return _link(state, start, address, f"mailto:{address}")


def _link(state: StateInline, start: int, text: str, url: str) -> bool:
    """Write a link in place of ``text``, whose beginning the parser has already read."""
    before = state.pos - start
    href = state.md.normalizeLink(url)
    if not state.md.validateLink(href) or (before and not state.pending.endswith(text[:before])):
        return False
    if before:
        state.pending = state.pending[:-before]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)
    state.pos = start + len(text)
    return True


def _read_math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    if state.src[state.pos] not in "$\\":
        return False
    for pattern in _MATHS:
        match = pattern.match(state.src, state.pos, state.posMax)
        if match and (match[0].startswith(("$$", "\\\\")) or not any(sign in match[0] for sign in _NOT_MATH)):
            if not silent:
                token = state.push("text", "", 0)
                token.content = match[0].replace("\\\\", "\\") if match[0][0] == "\\" else match[0]
            state.pos = match.end()
            return True
    return False


def _read_math_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    r"""Read the lines from ``$$`` or ``\[`` to the end of the formula as one paragraph."""
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : start + 2]
    if opening not in ("$$", "\\[") or state.sCount[first] - state.blkIndent > 3:
        return False
    # Lines that were searched for an end are not searched again.
    if first < state.env.get(opening, 0):
        return False
    line = _end_of_math(state, first, last, "$$" if opening == "$$" else "\\]")
    if line < 0:
        state.env[opening] = -line
        return False
    if not silent:
        state.push("paragraph_open", "p", 1)
        token = state.push("text", "", 0)
        token.content = state.getLines(first, line + 1, state.blkIndent, keepLastLF=False).strip()
        state.push("paragraph_close", "p", -1)
        state.line = line + 1
    return True


def _end_of_math(state: StateBlock, first: int, last: int, closing: str) -> int:
    """Return the last line of the formula that begins in line ``first``; if none, the negated line
    after it.
    """
    line = first
    while line < last and line - first < _MAX_LINES and not state.isEmpty(line):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if text.endswith(closing) and (line > first or len(text) > 4):
            return line
        line += 1
    return -line
