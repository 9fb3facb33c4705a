"""The Markdown parser: markdown-it with the extensions that a body needs, and bounds on its work.

Most bodies use few extensions, and a rule takes time at every character. So a parser has only
the extensions whose signs the body holds. Parsers are cached.
"""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping
from copy import copy
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from feedpub.core.html.code_parts import replace_outside_code

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.parser_block import RuleFuncBlockType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

    from feedpub.core.html.flavours import Flavour

# The numbers 128 to 159: HTML reads them as Windows-1252, and markdown-it drops them.
_WINDOWS_1252 = re.compile(r"&#(?:0{0,4}1(?:2[89]|[345][0-9])|x0{0,4}[89][0-9a-f]);", re.IGNORECASE)
_INLINE_HTML = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|em|i|img|kbd|mark|s|small|span|strong|sub|sup|u)[\s/>]", re.IGNORECASE
)
_BROKEN_URL = re.compile(r"\]\(https?://[^\s()<>\"]{1,500}(?:\n[^\s()<>\"]{1,500}){1,5}\)")
# The line ends between terms that have the same definition; the plugin reads one line.
_TERMS = re.compile(r"(?:(?<=\n\n)|\A)(?:[^\s:>#*+`|<-][^\n]*\n){1,5}[^\s:>#*+`|<-][^\n]*(?=\n {0,3}:[ \t]+\S)")
_DEFINITION = re.compile(r"\n {0,3}:[ \t]")
_NEXT_TERM = "\ufdd2"
_INTERRUPTED = ["paragraph", "reference", "blockquote"]
# Steps of the Markdown parser, about 10 microseconds each; a long article takes thousands.
_MAX_STEPS = 150_000
# Characters that the parser copies or reads in about the time of one step.
_STEP = 20_000
_MAX_REPEATED = 1_000_000
# The parser's time for a URL grows with the square of its length.
_MAX_URL = 150_000


class ExcessiveMarkdownError(Exception):
    """Markdown that would take the parser minutes."""


class _References(dict[str, Any]):
    """The link definitions (``[label]: url "title"``) of a document.

    A reference of ten bytes can repeat a definition of any length, so the total is limited.
    """

    def __init__(self) -> None:
        super().__init__()
        self.repeated = 0

    def get(self, label: str, default: Any = None) -> Any:
        definition = super().get(label, default)
        if definition:
            self.repeated += len(definition["href"]) + len(definition["title"])
            if self.repeated > _MAX_REPEATED:
                raise ExcessiveMarkdownError
        return definition


def to_html(markdown: str, flavour: Flavour) -> str:
    """Return ``markdown`` as HTML, which is not safe yet.

    Raise :class:`ExcessiveMarkdownError` after too many steps. The limit counts steps, not time, so
    that every machine produces the same bytes.
    """
    extensions = _extensions(markdown, flavour)
    parser = _parser(flavour, extensions)
    if "definitions" in extensions and _DEFINITION.search(markdown) and _TERMS.search(markdown):
        markdown = replace_outside_code(_TERMS.pattern, markdown, lambda match: match[0].replace("\n", _NEXT_TERM))
    if flavour.broken_urls and _BROKEN_URL.search(markdown):
        markdown = replace_outside_code(_BROKEN_URL.pattern, markdown, lambda match: match[0].replace("\n", ""))
    return str(parser.render(markdown, {"references": _References(), "steps": 0}))


def _extensions(markdown: str, flavour: Flavour) -> tuple[str, ...]:
    """Return the names of the extensions whose signs ``markdown`` holds."""
    hosts = markdown.count("www.") - markdown.count("//www.")
    # A URL in a link needs no extension.
    urls = markdown.count("://") - markdown.count("](http")
    # A search for one character is ten times as fast as one for two.
    signs = {
        "notes": "^" in markdown and "[^" in markdown,
        "definitions": flavour.definitions and ("\n:" in markdown or " : " in markdown),
        "abbreviations": flavour.abbreviations and "*[" in markdown and "]:" in markdown,
        "code_languages": flavour.python and any(sign in markdown for sign in ("    :::", "    #!", " " * 8)),
        "containers": ":::" in markdown,
        "code_marks": flavour.code_marks and any(sign in markdown for sign in ("title=", "highlight-", "[!code")),
        "code_labels": "code-group" in markdown and ":::" in markdown,
        "marks": flavour.python and any(sign in markdown for sign in ("==", "^", "~", "++", ":")),
        "admonitions": flavour.admonitions
        and (("!" in markdown and "!!!" in markdown) or ("?" in markdown and "???" in markdown)),
        "attributes": "{" in markdown or "[TOC]" in markdown or "[[" in markdown,
        "alerts": "!" in markdown and "[!" in markdown,
        "tasks": "[" in markdown and ("[ ]" in markdown or "[x]" in markdown or "[X]" in markdown),
        "math": "$" in markdown or "\\" in markdown,
        "tokens": "|" in markdown or "{" in markdown,
        "links": urls > 0 or hosts > 0 or "@" in markdown,
        "hosts": hosts > 0,
        "pictures": flavour.built_pictures and "![" in markdown,
        "headings": "#" in markdown or "\n=" in markdown or "\n--" in markdown or "\n-\n" in markdown,
    }
    return tuple(name for name, is_used in signs.items() if is_used)


@lru_cache(256)
def _parser(flavour: Flavour, extensions: tuple[str, ...]) -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  # not every article has a body

    # The CommonMark preset drops everything deeper than 20, which is nine nested lists.
    options = {"maxNesting": 100, "breaks": flavour.breaks}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    if flavour.inline_html:
        html_block = next(rule.fn for rule in markdown.block.ruler.__rules__ if rule.name == "html_block")
        markdown.block.ruler.at("html_block", partial(_html_block, html_block), {"alt": _INTERRUPTED})
    if not flavour.indented_code:
        markdown.block.ruler.disable("code")
    # The first rule of all: those of the extensions are put after it.
    markdown.block.ruler.before(
        "table", "steps", _count_block_step, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.inline.ruler.before("text", "steps", _count_inline_step)
    markdown.inline.ruler.before("entity", "windows", _windows_1252)
    if extensions:
        _extend(markdown, flavour, extensions)
    normalize = markdown.normalizeLink

    def normalized(url: str) -> str:
        if len(url) > _MAX_URL:
            raise ExcessiveMarkdownError
        return normalize(url)

    markdown.normalizeLink = normalized  # type: ignore[method-assign]
    return markdown


def _extend(markdown: MarkdownIt, flavour: Flavour, extensions: tuple[str, ...]) -> None:  # noqa: C901, PLR0912  # a table of cases
    from mdit_py_plugins.deflist import deflist_plugin  # noqa: PLC0415  # the same

    from feedpub.core.html import (  # noqa: PLC0415  # the same
        abbreviations,
        attributes,
        boxes,
        code_marks,
        heading_ids,
        inline,
        notes,
        python_markdown,
    )

    for extension in extensions:
        match extension:
            case "definitions":
                markdown.use(deflist_plugin)
                markdown.core.ruler.after("block", "terms", _split_terms)
            case "abbreviations":
                abbreviations.add_abbreviations(markdown)
            case "code_languages":
                python_markdown.add_code_languages(markdown)
            case "containers":
                boxes.add_containers(markdown)
            case "code_marks":
                code_marks.add_code_marks(markdown)
            case "code_labels":
                code_marks.add_code_labels(markdown)
            case "admonitions":
                boxes.add_admonitions(markdown)
            case "marks":
                python_markdown.add_marks(markdown)
            case "alerts":
                boxes.add_alerts(markdown)
            case "tasks":
                boxes.add_tasks(markdown)
            case "attributes":
                attributes.add_attributes(markdown)
            case "headings":
                heading_ids.add_heading_ids(markdown, flavour.ids)
            case "math":
                inline.add_math(markdown)
            case "tokens":
                markdown.core.ruler.after("block", "adaptation", _adapt_tokens)
            case "pictures":
                inline.add_built_pictures(markdown)
            case "notes":
                notes.add_notes(markdown, flavour)
            case "links":
                inline.add_links(markdown, www="hosts" in extensions)


def _html_block(rule: RuleFuncBlockType, state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Read a block of HTML, unless it begins with an element of inline text."""
    start = state.bMarks[first] + state.tShift[first]
    return not _INLINE_HTML.match(state.src, start) and rule(state, first, last, silent)


def _split_terms(state: StateCore) -> None:
    """Make a term of each line above a definition."""
    from markdown_it.token import Token  # noqa: PLC0415  # as above

    tokens: list[Token] = []
    for token in state.tokens:
        before = tokens[-1] if tokens else None
        if token.type == "inline" and before is not None and before.type == "dt_open" and _NEXT_TERM in token.content:
            for number, line in enumerate(token.content.split(_NEXT_TERM)):
                if number:
                    tokens += [Token("dt_close", "dt", -1, block=True, level=before.level), copy(before)]
                term = copy(token)
                term.content, term.children = line, []
                tokens.append(term)
        else:
            if token.type == "inline":
                token.content = token.content.replace(_NEXT_TERM, "\n")
            tokens.append(token)
    state.tokens = tokens


def _adapt_tokens(state: StateCore) -> None:
    """Read the language of code also where it is a class (``{.python}``), and the alignment of
    cells.

    The sanitizer drops ``style``, in which markdown-it writes the alignment.
    """
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}
        if token.type == "fence" and token.info.lstrip().startswith("{"):
            token.info = token.info.strip(" {}").lstrip(".=")


def _windows_1252(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Read a reference such as ``&#146;`` as browsers do. Old articles hold such references.

    The parameters and the result are those of a rule of markdown-it.
    """
    match = _WINDOWS_1252.match(state.src, state.pos) if state.src[state.pos] == "&" else None
    if match is None:
        return False
    if not silent:
        token = state.push("text_special", "", 0)
        token.content, token.markup, token.info = html.unescape(match[0]), match[0], "entity"
    state.pos = match.end()
    return True


def _count_block_step(state: StateBlock, _first: int, _last: int, _silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Count a step of the block parser; match nothing."""
    return _count_step(state.env, 0)


def _count_inline_step(state: StateInline, _silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Count a step of the inline parser, whose cost grows with the text; match nothing."""
    return _count_step(state.env, len(state.src))


def _count_step(env: MutableMapping[str, Any], length: int) -> bool:
    """Count a step over ``length`` characters. Raise :class:`ExcessiveMarkdownError` after too
    many.
    """
    env["steps"] += 1 + length // _STEP
    if env["steps"] > _MAX_STEPS:
        raise ExcessiveMarkdownError
    return False
