"""The links and pictures in the body of an article, as feeds show it, each with its line.

The body is rendered as for a feed. The line of a link is that of its URL in the Markdown; where the
URL is not written there, as behind a template tag, it is the line where the body begins.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html

from feedpub.content import ReadSettings
from feedpub.core import urls
from feedpub.core.html import render_body
from feedpub.core.models import Article
from feedpub.core.urls import page_of
from feedpub.links.model import Link, LinkKind

_ATTRIBUTES = {"a": "href", "img": "src"}


def body_links(article: Article, body_line: int, settings: ReadSettings) -> Iterator[Link]:
    """Yield the links of the body, which begins in ``body_line``, in their order.

    Links within the article, and to other articles of the site by their files, are left out.
    """
    position = 0
    for url in _urls_in(article, settings):
        found = next((at for text in _spellings(url) if (at := article.body.find(text, position)) >= 0), None)
        if found is None:  # the text of a link may come after its picture
            found = next((at for text in _spellings(url) if (at := article.body.find(text)) >= 0), None)
        else:
            position = found
        line = body_line + (article.body.count("\n", 0, found) if found is not None else 0)
        if page_of(url) != page_of(article.url):
            yield Link(LinkKind.BODY, url, article.path, line)


def _urls_in(article: Article, settings: ReadSettings) -> Iterator[str]:
    """Yield the absolute http and https URLs of the rendered body."""
    markup = render_body(
        article.body,
        base=article.url if article.own else settings.base_url,
        page=article.url,
        flavour=settings.generator,
        site_url=settings.base_url,
        source=article.path,
        resolve=_no_article,
    )
    if not markup.strip():
        return
    try:
        elements = lxml_html.fragment_fromstring(markup, create_parent="div").iter(*_ATTRIBUTES)
    except (etree.ParserError, ValueError):
        return
    for element in elements:
        reference = element.get(_ATTRIBUTES[element.tag], "")
        if reference.lower().startswith(("http://", "https://")):
            try:
                yield urls.normalize(reference)
            except urls.UrlError:
                continue


def _no_article(path: str, *, by_name: bool) -> str:  # noqa: ARG001  # those of a lookup
    """Return an empty URL for each link to an article: builds resolve these."""
    return ""


def _spellings(url: str) -> Iterator[str]:
    """Yield the ways in which ``url`` may be written in a body, the most exact one first."""
    for text in dict.fromkeys((url, unquote(url))):
        yield text
        yield html.escape(text, quote=False)
    path = url.partition("://")[2].partition("/")[2]
    if path:
        yield path
