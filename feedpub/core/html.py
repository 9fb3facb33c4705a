"""Markdown and HTML of articles → HTML that is safe in a reader program and stands on its own. Pure functions.

The sanitizer (nh3, that is ammonia on html5ever) always comes last, so that nothing done before it can open a hole.
What it lets through is a subset of what the W3C feed validator calls safe.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import nh3

from feedpub.core.text import bare, is_excessive, is_html, repair, unescape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_ALLOWED = frozenset(
    """
    a abbr address article aside audio b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt
    em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p picture pre q rp rt
    ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr track tt
    u ul var video wbr
    """.split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls", "loop", "preload"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "headers", "align"},
    "th": {"colspan", "rowspan", "headers", "scope", "align"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "controls", "loop", "preload", "poster", "width", "height"},
}
_WITH_CONTENT = {"script", "style", "template", "noscript", "title", "svg", "math", "object", "select", "textarea"}
_URL_ATTRIBUTES = frozenset(("href", "src", "cite", "poster"))
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_IN_URLS = re.compile(r"[\x00-\x20\x7f]")
_OPEN_IFRAME = re.compile(r"""(<iframe(?=[\s/>])(?:[^<>"']|"[^"]*"|'[^']*')*?)((?<=[\s"'])/)?>""", re.IGNORECASE)
_CLOSED_IFRAME = re.compile("</iframe", re.IGNORECASE)
# The same as the sanitizer writes them.
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_IFRAME = re.compile(rf"<iframe(?P<attributes>(?:{_ATTRIBUTE.pattern})*)>.*?</iframe>", re.DOTALL)
# 128 to 159, which HTML reads as Windows-1252, and markdown-it as nothing.
_WINDOWS = re.compile(r"&#(?:0{0,4}1(?:2[89]|[345][0-9])|x0{0,4}[89][0-9a-f]);", re.IGNORECASE)
# Steps of the Markdown parser, some 10 microseconds each; a long article takes thousands.
_MAX_STEPS = 150_000
# Characters that the parser's expressions copy, or look at, in about a step's time.
_STEP = 20_000
_MAX_REPEATED = 1_000_000
# The parser takes quadratic time for a URL.
_MAX_URL = 150_000


class _ExcessiveError(Exception):
    """Markdown that would take minutes."""


class _References(dict[str, Any]):
    """What ``[label]: url "title"`` defined. Ten bytes each, references could repeat a long one without bounds."""

    def __init__(self) -> None:
        super().__init__()
        self.repeated = 0

    def get(self, label: str, default: Any = None) -> Any:
        found = super().get(label, default)
        if found:
            self.repeated += len(found["href"]) + len(found["title"])
            if self.repeated > _MAX_REPEATED:
                raise _ExcessiveError
        return found


def render_body(markdown: str, *, base: str, page: str) -> str:
    """``markdown`` (CommonMark with tables and strikethrough, HTML allowed) as sanitized HTML.

    Relative URLs resolve against ``base``; a mere fragment is one of ``page``, the article's own URL. Markdown that
    takes the parser too many steps (their number, not the time, so that every machine decides alike) stays as it is
    written.
    """
    try:
        markup = _markdown().render(markdown, {"references": _References(), "steps": 0})
    except _ExcessiveError:
        return repair(html.escape(bare(markdown), quote=False)).strip()
    return sanitize(markup, base=base, page=page)


def render_excerpt(excerpt: str, *, base: str, page: str) -> str:
    """An excerpt, plain or HTML, in either case with entities, as sanitized HTML."""
    if is_html(excerpt):
        return sanitize(excerpt, base=base, page=page)
    return html.escape(repair(unescape(excerpt)).strip(), quote=False)


def sanitize(markup: str, *, base: str, page: str) -> str:
    """``markup`` without what could run, track or break out of a reader; every URL absolute; an iframe a link.

    Markup that nests over 250 deep, or is excessive otherwise, keeps its text alone. It is cleaned twice: what is left
    of nested markup once a tag between is gone may be no valid HTML, and the links that stand for iframes have to find
    their place.
    """

    def absolute(_tag: str, attribute: str, value: str) -> str | None:
        if attribute not in _URL_ATTRIBUTES:
            return value
        value = _IN_URLS.sub(lambda match: "%20" if match[0] == " " else "", value.strip())
        scheme = _SCHEME.match(value)
        if scheme:
            return value if scheme[0][:-1].lower() in _SCHEMES else None
        try:
            return urljoin(page if value.startswith("#") else base, value)
        except ValueError:
            return None

    if is_excessive(markup):
        return repair(html.escape(bare(markup), quote=False)).strip()
    clean = _clean(_with_closed_iframes(markup), absolute, {"iframe": {"src", "title"}})
    return repair(_clean(_IFRAME.sub(_link, clean), absolute, {})).strip()


def _clean(markup: str, absolute: Callable[[str, str, str], str | None], more: dict[str, set[str]]) -> str:
    return nh3.clean(
        markup,
        tags={*_ALLOWED, *more},
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES | more,
        attribute_filter=absolute,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def _with_closed_iframes(markup: str) -> str:
    """``markup`` with an end tag after each iframe that would swallow all that follows: left open, or ``<iframe/>``."""
    last = max((match.start() for match in _CLOSED_IFRAME.finditer(markup)), default=-1)

    def closed(match: re.Match[str]) -> str:
        return f"{match[1]}></iframe>" if match[2] or match.start() > last else match[0]

    return _OPEN_IFRAME.sub(closed, markup)


def _link(iframe: re.Match[str]) -> str:
    """A link to what an iframe, as the sanitizer writes one, shows. One without a usable URL shows nothing."""
    values = dict(_ATTRIBUTE.findall(iframe["attributes"]))
    source = values.get("src")
    return f'<a href="{source}">{values.get("title") or source}</a>' if source else ""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  # not every article has a body

    # The preset of CommonMark stops at 20, that is nine nested lists, and drops what is deeper.
    markdown = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    markdown.block.ruler.before(
        "table", "steps", _block_step, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.inline.ruler.before("text", "steps", _inline_step)
    markdown.inline.ruler.before("entity", "windows", _windows)
    normalize = markdown.normalizeLink

    def normalized(url: str) -> str:
        if len(url) > _MAX_URL:
            raise _ExcessiveError
        return normalize(url)

    markdown.normalizeLink = normalized  # type: ignore[method-assign]
    return markdown


def _windows(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """A reference such as ``&#146;``, which old articles hold, as a browser reads it."""
    match = _WINDOWS.match(state.src, state.pos) if state.src[state.pos] == "&" else None
    if match is None:
        return False
    if not silent:
        token = state.push("text_special", "", 0)
        token.content, token.markup, token.info = html.unescape(match[0]), match[0], "entity"
    state.pos = match.end()
    return True


def _block_step(state: StateBlock, _first: int, _last: int, _silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    """Count a step; a rule that never matches."""
    return _step(state.env, 0)


def _inline_step(state: StateInline, _silent: bool) -> bool:  # noqa: FBT001  # markdown-it's
    return _step(state.env, len(state.src))


def _step(env: MutableMapping[str, Any], length: int) -> bool:
    env["steps"] += 1 + length // _STEP
    if env["steps"] > _MAX_STEPS:
        raise _ExcessiveError
    return False
