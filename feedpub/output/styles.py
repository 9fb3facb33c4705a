"""The styles of entries: how much of an article a feed shows, and what it puts into the content.

Pure functions. The same article may be in feeds of several styles; it is read once, and its body is
rendered once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING

import msgspec

from feedpub.core.models import ArchivedCopy, ArticleBase, Candidate
from feedpub.core.urls import UrlError, normalize
from feedpub.feeds.order import rank
from feedpub.output.entry import Entry, SiteInfo, unlisted_related
from feedpub.output.media import Media

if TYPE_CHECKING:
    from markupsafe import Markup

_IMAGE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"')
# WordPress and others add the size of a scaled copy to the name: photo-300x200.jpg.
_SIZE = re.compile(r"-[0-9]+x[0-9]+(?=\.[a-z]+$)", re.IGNORECASE)


class EntryStyle(msgspec.Struct, frozen=True, array_like=True):
    """The choices of a feed about its entries; the keys of the same names have the meanings."""

    content: str = "full"
    """``full``, ``excerpt`` (no body) or ``none`` (title and link alone)."""
    lead_image: str = "media"
    """``media`` (the elements for media), ``content`` (the top of the content) or ``both``."""
    related: str = "none"
    """``content`` (a list of the related articles at the end of the content) or ``none``."""
    language: str | None = None
    """The language of the feed, if it is not that of the site."""
    profiles: tuple[str, ...] = ()
    """The names of the profiles that the feed follows."""


class EntryForm(msgspec.Struct, frozen=True, array_like=True):
    """A form in which articles are rendered: a format or a page, in a style."""

    format: str
    style: EntryStyle = EntryStyle()
    story: tuple[ArticleBase, ...] = ()
    """The other articles of the story that the article stands for."""


PAGE = EntryForm("page")
"""The form of articles in pages."""


def styled(entry: Entry, style: EntryStyle, site: SiteInfo) -> Entry:
    """Return the full ``entry`` as feeds of ``style`` show it."""
    if style == EntryStyle() and not entry.story and entry.article.archived is None:
        return entry
    changes: dict[str, object] = {"profiles": style.profiles}
    if style.language:
        changes["language"] = entry.language or site.language
    if style.content == "none":
        changes |= {"summary": None, "summary_html": None, "content_html": None}
    else:
        changes["content_html"] = _content(entry, style, site)
        if style.content == "excerpt" and not entry.summary_html:
            changes |= {"summary": entry.teaser, "summary_html": entry.teaser_html}
    if style.lead_image == "content":
        changes |= {"lead": None, "images": entry.images[1:]}
    return msgspec.structs.replace(entry, **changes)


def shortened(
    articles: Sequence[Candidate], entries: Sequence[bytes], excerpts: Sequence[bytes], excess: int
) -> list[bytes]:
    """Return ``entries``, ``excess`` bytes shorter if that is possible.

    ``entries`` and ``excerpts`` are the rendered ``articles``. From the oldest article on, the
    excerpt takes the place of the entry.
    """
    chosen = list(entries)
    for index in sorted(range(len(articles)), key=lambda index: rank(articles[index]), reverse=True):
        saved = len(entries[index]) - len(excerpts[index])
        if excess > 0 and saved > 0:
            chosen[index] = excerpts[index]
            excess -= saved
    return chosen


def _content(entry: Entry, style: EntryStyle, site: SiteInfo) -> str | None:
    """Return the content of ``entry``: lead image, body or excerpt, copy, other articles."""
    body = entry.body_html if style.content == "full" else None
    before = lead_image_block(entry, body) if style.lead_image != "media" else None
    story = _articles(site.story_heading, entry.story) if entry.story else None
    related = _related(entry, site) if style.related == "content" else None
    archived = _archived_block(entry.article.archived, site) if entry.article.archived else None
    if not before and not archived and not story and not related:
        return body
    return "\n".join(filter(None, (before, body or excerpt_block(entry), archived, story, related)))


def excerpt_block(entry: Entry) -> str | None:
    """Return the excerpt as a block of HTML.

    Readers that show the content do not show the excerpt as well.
    """
    html = entry.summary_html or entry.teaser_html
    return html if html is None or entry.summary_is_html else f"<p>{html}</p>"


def lead_image_block(entry: Entry, body: str | None) -> str | None:
    """Return the lead image as HTML; None if ``body`` shows it already."""
    from markupsafe import Markup  # noqa: PLC0415  # most sites need no such HTML

    lead = entry.lead
    if lead is None or lead.url.startswith("data:"):
        return None
    shown = {_picture(unescape(url)) for url in _IMAGE.findall(body or "")}
    if _picture(lead.url) in shown:
        return None
    image = Markup('<img src="{}" alt="{}"{}>').format(lead.url, _alt(lead, entry), _size(lead))
    if not lead.credit:
        return str(Markup("<p>{}</p>").format(image))
    return str(Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(image, lead.credit))


def _picture(url: str) -> str:
    """Return a key that is equal for the copies of one picture in several sizes."""
    # The URL of the lead image is normalized; in the body, it is as it was written.
    with suppress(UrlError):
        url = normalize(url)
    address = url.partition("?")[0].partition("#")[0].partition("://")[2]
    # Of many services, only the query tells pictures apart: https://www.bing.com/th?id=1.
    return _SIZE.sub("", address) if "." in address.rpartition("/")[2] else url


def _alt(lead: Media, entry: Entry) -> str:
    """Return the text for people who do not see the picture; they have heard the entry's title."""
    return "" if lead.title is None or lead.title == entry.title else lead.title


def _size(lead: Media) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415

    if not lead.width or not lead.height:
        return Markup("")
    return Markup(' width="{}" height="{}"').format(lead.width, lead.height)


def _archived_block(copy: ArchivedCopy, site: SiteInfo) -> str:
    """Return the link to the copy of a dead source, with the day of the copy."""
    from markupsafe import Markup  # noqa: PLC0415

    paragraph = Markup('<p>{}: <a href="{}">{:%Y-%m-%d}</a></p>')
    return str(paragraph.format(site.archived_label, copy.url, copy.taken_at))


def _related(entry: Entry, site: SiteInfo) -> str | None:
    """Return the related articles as a list of links; None if there are none."""
    related = unlisted_related(entry)
    return _articles(site.related_heading, related) if related else None


def _articles(heading: str, articles: Iterable[ArticleBase]) -> str:
    """Return ``articles`` as a list of links."""
    from markupsafe import Markup  # noqa: PLC0415

    items = Markup("\n").join(map(_article_item, articles))
    return str(Markup("<p><strong>{}</strong></p>\n<ul>\n{}\n</ul>").format(heading, items))


def _article_item(article: ArticleBase) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415

    link = Markup('<a href="{}">{}</a>').format(article.url, article.title or article.url)
    names = [article.provider.label] if article.provider and article.provider.label else []
    return Markup("<li>{}</li>").format(Markup("").join((link, *(f" ({name})" for name in names))))
