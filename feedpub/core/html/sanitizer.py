"""The sanitizer: HTML that is safe in every feed reader, with absolute URLs.

nh3, which is ammonia on html5ever, always runs last, so that no earlier step can make the result
unsafe. Its output is a subset of the HTML that the W3C feed validator calls safe
(https://validator.w3.org/feed/docs/warning/SecurityRisk.html).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urljoin, urlsplit

import nh3

from feedpub.core.html.leftovers import REMOVED
from feedpub.core.html.pictures import LAZY_ATTRIBUTES, absolute_srcset, load_pictures, without_placeholders
from feedpub.core.markup_bounds import within_bounds
from feedpub.core.text import repair, without_tags


class ArticleLookup(Protocol):
    """A function from the path of an article, as a link names it, to its URL."""

    def __call__(self, path: str, *, by_name: bool) -> str | None:
        """Return the URL, no text if the link is to be left out, or None if it stays as it is.

        With ``by_name``, the path may be a name that is unique on the site.
        """
        ...


_ALLOWED = set(
    """
    a abbr address article aside audio b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt
    em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p picture pre q rp rt
    ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr track tt
    u ul var video wbr
    """.split()
)
_ATTRIBUTES = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls", "loop", "preload"},
    "blockquote": {"cite"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "media", "type", "width", "height"},
    "td": {"colspan", "rowspan", "headers", "align"},
    "th": {"colspan", "rowspan", "headers", "scope", "align"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "controls", "loop", "preload", "poster", "width", "height"},
}
_WITH_CONTENT = {"script", "style", "template", "noscript", "title", "svg", "math", "object", "select", "textarea"}
_LATE_ALLOWED = _ALLOWED | {"iframe"}
_LATE_ATTRIBUTES = _ATTRIBUTES | {
    "iframe": {"src", "title"},
    "img": _ATTRIBUTES["img"] | set(LAZY_ATTRIBUTES),
    "source": _ATTRIBUTES["source"] | set(LAZY_ATTRIBUTES),
}
_URL_ATTRIBUTES = frozenset(("href", "src", "cite", "poster"))
_SCHEMES = {"http", "https", "mailto", "tel"}
# The filter of the attributes drops all data: URLs but those of small pictures.
_URL_SCHEMES = {*_SCHEMES, "data"}
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE)
_MAX_DATA_IMAGE = 32 * 1024
# Hexo makes ids with curly quotes and dashes.
_ID = re.compile(r"[\w:.\u2013\u2014\u2018\u2019\u201c\u201d\u2026-]{1,200}")
_LANGUAGE = re.compile(r"(?:^|(?<= ))lang(?:uage)?-([\w+#.-]{1,50})")
_TEMPLATE = re.compile(rf"{REMOVED}|%EF%BF%BE|\{{[{{%]|%7B(?:%7B|%25|%)", re.IGNORECASE)
# The lists of Pelican, such as {tag}news, are no articles.
_PREFIX = re.compile(
    r"(?:\{|%7B|\||%7C)(?:filename|static|(?P<attach>attach)|(?P<list>tag|category|author|index))(?:\}|%7D|\||%7C)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?P<path>[^?#:]+\.(?:md|mdx|markdown))(?P<rest>[?#].*)?", re.IGNORECASE | re.DOTALL)
_FILE = re.compile(r"[^/?#][^?#]*\.[A-Za-z0-9]{2,5}(?:[?#]|\Z)")
_LEFT_OUT = "tel:left-out"
"""The URL of a link whose text alone is left."""
# The sanitizer writes links in this form.
_LINK = re.compile(r'<a(?P<attributes>(?: [a-z]+="[^"]*")*)>|</a>')
_POSTS = re.compile("(?:[^/]+/)*?posts/")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_IN_URLS = re.compile(r"[\x00-\x20\x7f]")
_OPEN_IFRAME = re.compile(r"""(<iframe(?=[\s/>])(?:[^<>"']|"[^"]*"|'[^']*')*?)((?<=[\s"'])/)?>""", re.IGNORECASE)
_CLOSED_IFRAME = re.compile("</iframe", re.IGNORECASE)
# The sanitizer writes attributes and iframes in this form.
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_IFRAME = re.compile(rf"<iframe(?P<attributes>(?:{_ATTRIBUTE.pattern})*)>.*?</iframe>", re.DOTALL)


def sanitize(  # noqa: PLR0913  # each but the first has a name
    markup: str,
    *,
    base: str,
    page: str,
    resolve: ArticleLookup | None = None,
    site: str | None = None,
    root: str | None = None,
    files: str | None = None,
    beside: str | None = None,
) -> str:
    """Return ``markup`` without everything that could run code, track a reader or break a page.

    All URLs become absolute, each iframe becomes a link, and pictures that a script would load
    become plain ones. ``resolve`` returns the URL of an article for a link to its file. Paths of
    Pelican's files begin at ``site``, or at ``files``, the folder of the article's file; with
    ``beside``, so do relative paths of files. A path
    such as ``/a.png`` begins at ``root``, if there is one, else at the host of ``base``. Of markup
    that is not :func:`~feedpub.core.markup_bounds.within_bounds`, such as one that nests over 250
    deep, only the text is left. The sanitizer runs twice, for two reasons: once a tag between two
    others is gone, the nesting may not be valid HTML any more, and links replace iframes after the
    first run.
    """
    bases = _Bases(base, page, site or base, root, files or base, beside)

    def absolute(value: str) -> str | None:
        return _absolute(value, bases)

    def kept(tag: str, attribute: str, value: str) -> str | None:
        attribute = LAZY_ATTRIBUTES.get(attribute, attribute)
        if attribute == "id":
            return value if _ID.fullmatch(value) else None
        if attribute == "class":
            return _language(value)
        if attribute == "srcset":
            return absolute_srcset(value, absolute)
        if attribute not in _URL_ATTRIBUTES:
            return value
        picture = _data_image(value) if tag == "img" else None
        url = _resolved(value, resolve if tag == "a" else None, bases)
        if attribute == "href" and _is_template(url):
            return _LEFT_OUT
        return picture or absolute(url)

    bounded = within_bounds(markup)
    if bounded is None:
        return repair(html.escape(without_tags(markup), quote=False)).strip()
    markup = without_placeholders(_with_closed_iframes(bounded))
    clean = _IFRAME.sub(_link, load_pictures(_clean(markup, kept, late=True)))
    clean = _clean(clean, kept, late=False)
    return repair(_without_links(clean) if _LEFT_OUT in clean else clean).strip()


class _Bases(NamedTuple):
    """The URLs against which relative ones resolve, as in :func:`sanitize`."""

    base: str
    page: str
    site: str
    root: str | None
    files: str
    beside: str | None


def _absolute(value: str, bases: _Bases) -> str | None:
    """Return the URL ``value`` as an absolute one, or None if a feed may not hold it."""
    value = _IN_URLS.sub(lambda match: "%20" if match[0] == " " else "", value.strip())
    if _is_template(value):
        return None
    scheme = _SCHEME.match(value)
    if scheme:
        return value if scheme[0][:-1].lower() in _SCHEMES else None
    root, beside = bases.root, bases.beside
    try:
        if value.startswith("#"):
            return urljoin(bases.page, value)
        if root is not None and value[:1] == "/" != value[1:2] and not value.startswith(urlsplit(root).path):
            return urljoin(root, value[1:])
        folder = beside if beside and _FILE.match(value) else None
        url = urljoin(folder or bases.base, value)
        return _without_posts(url, folder, bases.site) if folder else url
    except ValueError:
        return None


def _is_template(url: str) -> bool:
    """Return whether ``url`` has, or had, a template tag, or means an article that is none."""
    return ("%" in url or "{" in url or REMOVED in url) and _TEMPLATE.search(url) is not None


def _without_posts(url: str, beside: str, site: str) -> str:
    """Return where Material publishes a file below its folder of posts: above that folder."""
    posts = _POSTS.match(beside.removeprefix(site))
    folder = site + posts[0] if posts else ""
    return folder.removesuffix("posts/") + url.removeprefix(folder) if posts and url.startswith(folder) else url


def _language(classes: str) -> str | None:
    """Return the class of the language of code, or None without one."""
    match = _LANGUAGE.search(classes)
    return f"language-{match[1]}" if match else None


def _data_image(url: str) -> str | None:
    """Return the picture that ``url`` holds if it is small and can hold nothing but a picture."""
    if url[:5].lower() != "data:":
        return None
    url = "".join(url.split())
    size = (len(url) - url.find(",") - 1) * 3 // 4
    return url if size <= _MAX_DATA_IMAGE and _DATA_IMAGE.fullmatch(url) else None


def _resolved(url: str, resolve: ArticleLookup | None, bases: _Bases) -> str:
    """Return the URL of the article whose file ``url`` links, or ``url`` itself.

    ``@/`` begins the paths of Zola, ``{filename}`` and ``{static}`` those of Pelican, whose
    lists (``{tag}``) have no URL that is known.
    """
    if ".m" not in url and url.lstrip()[:1] not in tuple("@{|%"):
        return url
    prefix = _PREFIX.match(url.strip())
    if prefix and prefix["list"]:
        return REMOVED
    path = url.strip()[prefix.end() :] if prefix else url.strip()
    match = _ARTICLE.fullmatch(path)
    target = resolve(unquote(match["path"]), by_name=False) if match and resolve else None
    if match and target is not None:
        return target + (match["rest"] or "") if target else REMOVED
    if (match and prefix) or path.startswith("@/"):
        return REMOVED
    if prefix and prefix["attach"]:
        # Pelican puts the file beside the article that links it.
        return urljoin(bases.page, path if path[:1] not in "/." else path.rpartition("/")[2])
    return urljoin(bases.site if path.startswith("/") else bases.files, path.lstrip("/")) if prefix else path


def _clean(markup: str, kept: Callable[[str, str, str], str | None], *, late: bool) -> str:
    """Return sanitized ``markup``, with iframes and the attributes of late pictures if ``late``."""
    return nh3.clean(
        markup,
        tags=_LATE_ALLOWED if late else _ALLOWED,
        clean_content_tags=_WITH_CONTENT,
        attributes=_LATE_ATTRIBUTES if late else _ATTRIBUTES,
        attribute_filter=kept,
        url_schemes=_URL_SCHEMES,
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


def _without_links(markup: str) -> str:
    """Return ``markup`` with the text alone of each link whose URL is left out.

    An element with an id stays, for other links may lead to it.
    """
    is_kept: list[bool] = []

    def replaced(match: re.Match[str]) -> str:
        if match["attributes"] is None:
            return match[0] if not is_kept or is_kept.pop() else ""
        attributes = match["attributes"].replace(f' href="{_LEFT_OUT}"', "")
        is_kept.append(attributes == match["attributes"] or ' id="' in attributes)
        return f"<a{attributes}>" if is_kept[-1] else ""

    return _LINK.sub(replaced, markup)


def _link(iframe: re.Match[str]) -> str:
    """Return a link to the page in ``iframe``, or nothing if the iframe has no usable URL."""
    values = dict(_ATTRIBUTE.findall(iframe["attributes"]))
    source = values.get("src")
    return f'<a href="{source}">{values.get("title") or source}</a>' if source else ""
