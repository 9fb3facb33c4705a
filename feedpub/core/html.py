"""The conversion of an article's Markdown and HTML to HTML that is safe in every feed reader.

The functions are pure, and the result depends on no other file. The sanitizer (nh3, which is
ammonia on html5ever) always runs last, so that no earlier step can make the result unsafe. Its
output is a subset of the HTML that the W3C feed validator calls safe
(https://validator.w3.org/feed/docs/warning/SecurityRisk.html).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import nh3

from feedpub.core.text import is_excessive, is_html, repair, unescape, without_tags

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
# The sanitizer writes attributes and iframes in this form.
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_IFRAME = re.compile(rf"<iframe(?P<attributes>(?:{_ATTRIBUTE.pattern})*)>.*?</iframe>", re.DOTALL)
# The numbers 128 to 159: HTML reads them as Windows-1252, and markdown-it drops them.
_WINDOWS_1252 = re.compile(r"&#(?:0{0,4}1(?:2[89]|[345][0-9])|x0{0,4}[89][0-9a-f]);", re.IGNORECASE)
# Steps of the Markdown parser, about 10 microseconds each; a long article takes thousands.
_MAX_STEPS = 150_000
# Characters that the parser copies or reads in about the time of one step.
_STEP = 20_000
_MAX_REPEATED = 1_000_000
# The parser's time for a URL grows with the square of its length.
_MAX_URL = 150_000


class _ExcessiveError(Exception):
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
                raise _ExcessiveError
        return definition


def render_body(markdown: str, *, base: str, page: str) -> str:
    """Return ``markdown`` as sanitized HTML.

    The dialect is CommonMark with tables, strikethrough and HTML. Relative URLs resolve against
    ``base``. A fragment alone resolves against ``page``, the article's own URL. Markdown that takes
    the parser too many steps is returned as escaped text. The limit counts steps, not time, so that
    every machine produces the same bytes.
    """
    try:
        markup = _markdown().render(markdown, {"references": _References(), "steps": 0})
    except _ExcessiveError:
        return repair(html.escape(without_tags(markdown), quote=False)).strip()
    return sanitize(markup, base=base, page=page)


def render_excerpt(excerpt: str, *, base: str, page: str) -> str:
    """Return ``excerpt``, which is plain text or HTML, as sanitized HTML.

    In both cases it may hold character references.
    """
    if is_html(excerpt):
        return sanitize(excerpt, base=base, page=page)
    return html.escape(repair(unescape(excerpt)).strip(), quote=False)


def sanitize(markup: str, *, base: str, page: str) -> str:
    """Return ``markup`` without everything that could run code, track a reader or break a page.

    All URLs become absolute, and each iframe becomes a link. Of markup that
    :func:`~feedpub.core.text.is_excessive`, such as one that nests over 250 deep, only the text is
    left. The sanitizer runs twice, for two reasons: once a tag between two others is gone, the
    nesting may not be valid HTML any more, and links replace iframes after the first run.
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
        return repair(html.escape(without_tags(markup), quote=False)).strip()
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
    """Return ``markup`` with an end tag for each iframe that lacks one, such as ``<iframe/>``.

    Without it, HTML takes the whole rest of the text for the content of the iframe.
    """
    last = max((match.start() for match in _CLOSED_IFRAME.finditer(markup)), default=-1)

    def closed(match: re.Match[str]) -> str:
        return f"{match[1]}></iframe>" if match[2] or match.start() > last else match[0]

    return _OPEN_IFRAME.sub(closed, markup)


def _link(iframe: re.Match[str]) -> str:
    """Return a link to the page in ``iframe``, or nothing if the iframe has no usable URL."""
    values = dict(_ATTRIBUTE.findall(iframe["attributes"]))
    source = values.get("src")
    return f'<a href="{source}">{values.get("title") or source}</a>' if source else ""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  # not every article has a body

    # The CommonMark preset drops everything deeper than 20, which is nine nested lists.
    markdown = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    markdown.block.ruler.before(
        "table", "steps", _count_block_step, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.inline.ruler.before("text", "steps", _count_inline_step)
    markdown.inline.ruler.before("entity", "windows", _windows_1252)
    normalize = markdown.normalizeLink

    def normalized(url: str) -> str:
        if len(url) > _MAX_URL:
            raise _ExcessiveError
        return normalize(url)

    markdown.normalizeLink = normalized  # type: ignore[method-assign]
    return markdown


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
    """Count a step over ``length`` characters. Raise :class:`_ExcessiveError` after too many."""
    env["steps"] += 1 + length // _STEP
    if env["steps"] > _MAX_STEPS:
        raise _ExcessiveError
    return False
