"""The conversion of an article's Markdown and HTML to HTML that is safe in every feed reader.

The functions are pure, and the result depends on no other file. A body is rendered in three steps:
template tags are replaced (:mod:`~feedpub.core.html.templates`), markdown-it makes HTML
(:mod:`~feedpub.core.html.parser`), and the sanitizer runs last
(:mod:`~feedpub.core.html.sanitizer`).
"""

from __future__ import annotations

import html
from urllib.parse import quote

from feedpub.core.html.excerpts import excerpt_of
from feedpub.core.html.flavours import FLAVOURS, Flavour, flavour_of
from feedpub.core.html.kramdown import without_extensions
from feedpub.core.html.leftovers import LITERAL, without_leftovers
from feedpub.core.html.parser import ExcessiveMarkdownError, to_html
from feedpub.core.html.python_markdown import opened_html, without_tabs
from feedpub.core.html.sanitizer import ArticleLookup, sanitize
from feedpub.core.html.templates import TemplateSite, ignored_tags, replace_tags
from feedpub.core.text import is_html, repair, unescape, without_tags

__all__ = (
    "FLAVOURS",
    "ArticleLookup",
    "excerpt_of",
    "ignored_tags",
    "render_body",
    "render_excerpt",
    "sanitize",
    "unsafe_html",
)


def render_body(  # noqa: PLR0913  # each but the first has a name
    markdown: str,
    *,
    base: str,
    page: str,
    flavour: str | None = None,
    site_url: str | None = None,
    source: str = "",
    resolve: ArticleLookup | None = None,
) -> str:
    """Return ``markdown`` as sanitized HTML.

    ``flavour`` is the generator whose Markdown it is (a key of :data:`FLAVOURS`); without one, it
    is CommonMark with the extensions of docs/articles.md. Relative URLs resolve against ``base``. A
    fragment alone resolves against ``page``, the article's own URL. ``site_url`` is the URL of the
    site, which template tags name; without it, the host of ``base`` is. ``source`` is the path of
    the article's file, against whose folder some generators resolve. ``resolve`` returns the URL
    of the article that a link or a tag names by its path, or None. Markdown that takes the parser
    too many steps is returned as escaped text.
    """
    settings = flavour_of(flavour, source)
    text = markdown
    if settings.python:
        text, _ = without_tabs(text)
    if settings.kramdown:
        text = without_extensions(text)
    if " markdown" in text:
        text = opened_html(text)
    if settings.modules or "{{" in text or "{%" in text or "{#" in text:
        site = TemplateSite.from_urls(site_url, base=base, page=page, resolve=resolve)
        text, _ = replace_tags(text, settings, site)
    try:
        markup = to_html(text, settings)
    except ExcessiveMarkdownError:
        return repair(html.escape(without_tags(text.replace(LITERAL, "{")), quote=False)).strip()
    if settings.templates:
        markup = without_leftovers(markup).replace(LITERAL, "{")
    files = _files(settings, source, site_url)
    beside = files if settings.is_relative_to_source else None
    root = site_url if settings.is_root_site else None
    return sanitize(markup, base=base, page=page, resolve=resolve, site=site_url, root=root, files=files, beside=beside)


def unsafe_html(markdown: str, flavour: str) -> str:
    """Return ``markdown`` as HTML, which :func:`sanitize` still has to make safe; unchanged if it
    takes the parser too many steps.
    """
    try:
        return to_html(markdown, flavour_of(flavour))
    except ExcessiveMarkdownError:
        return markdown


def _files(flavour: Flavour, source: str, site_url: str | None) -> str | None:
    """Return the URL of the folder of the file ``source``; None if it is not published there."""
    root = f"/{flavour.source_root}/"
    if not flavour.source_root or site_url is None or root not in f"/{source}":
        return None
    folder = f"/{source}".rpartition("/")[0] + "/"
    return site_url + quote(folder.partition(root)[2] if root in folder else "")


def render_excerpt(excerpt: str, *, base: str, page: str) -> str:
    """Return ``excerpt``, which is plain text or HTML, as sanitized HTML.

    In both cases it may hold character references.
    """
    if is_html(excerpt):
        return sanitize(excerpt, base=base, page=page)
    return html.escape(repair(unescape(excerpt)).strip(), quote=False)
