"""Boxes beside the text, as quotes with a bold title: alerts, containers and admonitions.

``> [!NOTE]`` is GitHub's (Hugo's and Obsidian's may have a title), ``:::tip Title`` that of
Docusaurus and VitePress, ``!!! note "Title"`` that of MkDocs. Task lists are here, too: their boxes
are characters, because a sanitizer drops form elements.
"""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_ALERT = re.compile(r"\[!(?P<kind>[A-Za-z][\w-]{0,40})\](?:[+-](?=\s|$))?(?:[ \t]+(?P<title>[^\n]{1,200}))?(?:\n|$)")
_CONTAINER = re.compile(
    r"\s*(?:\{[^{}]*\}|(?P<kind>[A-Za-z][\w-]*)\s*(?:\[(?P<bracketed>[^\[\]]*)\])?\s*"
    r"(?:\{[^{}]*title=[\"']?(?P<attribute>[^\"'{}]*)[\"']?[^{}]*\}|\{[^{}]*\})?(?P<title>[^{}]*))\s*"
)
_COLONS = re.compile(r":{3,}[ \t]*\Z")
_OPENING_COLONS = re.compile(r":{3,}[ \t]*[^: \t]")
_MAX_LEVEL = 24
_TITLED = frozenset(
    """
    note tip info warning warn danger caution important success abstract summary hint attention error failure bug
    example quote question seealso secondary tldr todo
    """.split()
)
_BOX_CHARACTERS = {False: "\u2610 ", True: "\u2611 "}


def add_alerts(markdown: MarkdownIt) -> None:
    """Add the rule for alerts to ``markdown``."""
    markdown.core.ruler.after("block", "alerts", _mark_alerts)


def add_tasks(markdown: MarkdownIt) -> None:
    """Add the rule for task lists to ``markdown``."""
    markdown.options["tasklists"] = True
    markdown.core.ruler.after("block", "tasks", _mark_tasks)


def add_containers(markdown: MarkdownIt) -> None:
    """Add the rules for containers between lines of colons to ``markdown``."""
    markdown.use(container_plugin, "box", validate=lambda info, _markup: bool(info.strip()))
    markdown.add_render_rule(
        "container_box_open", lambda _self, tokens, index, _options, env: _open_container(markdown, tokens[index], env)
    )
    markdown.add_render_rule("container_box_close", lambda _self, _tokens, _index, _options, env: _close(env))
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("container_box", "deep_colons", _drop_deep_colons, {"alt": interrupted})
    markdown.block.ruler.after("container_box", "lone_colons", _drop_colons, {"alt": interrupted})


def add_admonitions(markdown: MarkdownIt) -> None:
    """Add the rule for admonitions, whose lines are indented, to ``markdown``."""
    markdown.use(admon_plugin)
    markdown.add_render_rule("admonition_open", _open_admonition)
    markdown.add_render_rule("admonition_close", lambda _self, _tokens, _index, _options, env: _close(env))
    markdown.add_render_rule("admonition_title_open", _open_admonition_title)
    markdown.add_render_rule("admonition_title_close", _close_admonition_title)


def _open_admonition(
    _renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: MutableMapping[str, Any]
) -> str:
    token = tokens[index]
    # The text in a tab is no quote. ``???`` opens a box that may be closed.
    is_details = token.markup.startswith("?")
    element = "div" if token.meta.get("tag") == "tab" else "details" if is_details else "blockquote"
    env.setdefault("containers", []).append(element)
    return f"<{element}{' open' * token.markup.endswith('+')}>\n"


def _open_admonition_title(*arguments: Any) -> str:
    return "<summary>" if arguments[-1]["containers"][-1] == "details" else "<p><strong>"


def _close_admonition_title(*arguments: Any) -> str:
    return "</summary>\n" if arguments[-1]["containers"][-1] == "details" else "</strong></p>\n"


def _open_container(markdown: MarkdownIt, token: Token, env: MutableMapping[str, Any]) -> str:
    match = _CONTAINER.fullmatch(token.info[:1000])
    parts = match.groupdict("") if match else {}
    kind = parts.get("kind", "").lower()
    title = parts.get("bracketed") or parts.get("attribute") or parts.get("title", "").strip()
    element = "details" if kind == "details" else "blockquote" if kind in _TITLED else "div"
    env.setdefault("containers", []).append(element)
    if element == "details":
        return f"<details>\n<summary>{_inline(markdown, title or 'Details', env)}</summary>\n"
    # The rest of ``::: package.module`` is no title.
    title = "" if title.startswith(".") else title or (kind.capitalize() if element == "blockquote" else "")
    return f"<{element}>\n" + (f"<p><strong>{_inline(markdown, title, env)}</strong></p>\n" if title else "")


def _inline(markdown: MarkdownIt, title: str, env: MutableMapping[str, Any]) -> str:
    """Return the Markdown ``title`` as HTML, without the footnotes of the article."""
    return str(markdown.renderInline(title, {"references": env["references"], "steps": 0}))


def _drop_colons(state: StateBlock, first: int, _last: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Drop a line of colons that closes no container."""
    return _drop_line(state, first, _COLONS, silent=silent)


def _drop_deep_colons(state: StateBlock, first: int, _last: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Drop a line that opens a container within too many: each looks for its end in all lines."""
    return state.level >= _MAX_LEVEL and _drop_line(state, first, _OPENING_COLONS, silent=silent)


def _drop_line(state: StateBlock, first: int, pattern: re.Pattern[str], *, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    if state.sCount[first] - state.blkIndent > 3 or not pattern.match(state.src, start, state.eMarks[first]):
        return False
    if not silent:
        state.line = first + 1
    return True


def _close(env: MutableMapping[str, Any]) -> str:
    return f"</{env['containers'].pop()}>\n"


def _title(text: str) -> str:
    return f"<p><strong>{html.escape(text, quote=False)}</strong></p>\n" if text else ""


def _mark_alerts(state: StateCore) -> None:
    """Put the title of each alert into its quote."""
    tokens: list[Token] = []
    skipped = 0
    for index, token in enumerate(state.tokens):
        if skipped:
            skipped -= 1
            continue
        tokens.append(token)
        if token.type != "blockquote_open" or state.tokens[index + 1].type != "paragraph_open":
            continue
        text = state.tokens[index + 2]
        match = _ALERT.match(text.content)
        if match:
            title = (match["title"] or "").strip() or match["kind"].capitalize()
            tokens.append(Token("html_block", "", 0, content=_title(title)))
            text.content = text.content[match.end() :]
            skipped = 0 if text.content else 3
    state.tokens = tokens


def _mark_tasks(state: StateCore) -> None:
    """Put a box before the text of each task."""
    for token, inline in zip(state.tokens, state.tokens[2:], strict=False):
        if token.type == "list_item_open" and "checked" in token.meta:
            box = _BOX_CHARACTERS[token.meta.pop("checked")]
            if inline.type == "inline":
                inline.content = box + inline.content
