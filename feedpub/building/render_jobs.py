"""The work that a build gives to its workers: batches of articles to render.

It is pure but for reading article files. A job and its result can be pickled, so that any kind of
worker can do it (:mod:`feedpub.core.workers`).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub.content import ArticleFile, ReadSettings, Unreadable, read_article, read_source
from feedpub.core.digests import content_digest
from feedpub.core.models import Article
from feedpub.links.facts import NO_FACTS, LinkFacts, enriched
from feedpub.output.entry import ArticleLinks, Entry, SiteInfo, make_entry
from feedpub.output.formats import format_of
from feedpub.output.issues import LIST_ITEM, list_item
from feedpub.output.pages import PageSettings, pages_of
from feedpub.output.styles import PAGE, EntryForm, styled

RENDER_BATCH = 100
"""The number of articles in a job."""


class ArticleOrigin(msgspec.Struct, frozen=True):
    """The place of a whole article: its encoded bytes, or a file with this content digest."""

    encoded: bytes | None = None
    file: ArticleFile | None = None
    digest: bytes = b""
    updated_at: datetime | None = None
    """The ``updated_at`` to show, because that of the article may be in the future."""
    links: ArticleLinks = ()
    """The links of its body to other articles."""
    facts: LinkFacts = NO_FACTS
    """The link facts about its URLs."""


class RenderJob(msgspec.Struct, frozen=True):
    """A batch of articles to render."""

    settings: ReadSettings
    max_size: int
    site: SiteInfo
    forms: tuple[tuple[EntryForm, ...], ...]
    """The forms that are needed of each article."""
    pages: PageSettings | None
    """The settings of the pages that show these articles; None without pages."""
    linked: frozenset[str]
    """The folders of the feeds that pages link with these articles."""
    origins: tuple[ArticleOrigin, ...]


_ARTICLE = msgspec.msgpack.Decoder(Article)


def render_batch(job: RenderJob) -> list[list[bytes]] | None:
    """Return each article in each of its forms; None if a file has changed."""
    pages = pages_of(job.pages) if job.pages else None
    rendered = []
    for origin, forms in zip(job.origins, job.forms, strict=True):
        article = _article(job, origin)
        if article is None:
            return None
        entry = make_entry(enriched(article, origin.facts), job.site, origin.links)
        rendered.append(
            [
                pages.entry(_with_story(entry, form), job.linked)
                if pages and form.format == PAGE.format
                else _feed_entry(_with_story(entry, form), form, job.site)
                for form in forms
            ]
        )
    return rendered


def _with_story(entry: Entry, form: EntryForm) -> Entry:
    return msgspec.structs.replace(entry, story=form.story) if form.story else entry


def _feed_entry(entry: Entry, form: EntryForm, site: SiteInfo) -> bytes:
    """Return ``entry`` in ``form``, for feeds."""
    language = form.style.language
    feed_site = msgspec.structs.replace(site, language=language) if language else site
    if form.format == LIST_ITEM:
        return list_item(entry, form.style, site)
    return format_of(form.format).render_entry(styled(entry, form.style, site), feed_site)


def _article(job: RenderJob, origin: ArticleOrigin) -> Article | None:
    article = whole_article(origin, job.settings, job.max_size)
    if article is None or origin.updated_at in (None, article.updated_at):
        return article
    return msgspec.structs.replace(article, updated_at=origin.updated_at)


def whole_article(origin: ArticleOrigin, settings: ReadSettings, max_size: int) -> Article | None:
    """Return the article of ``origin``; None if its file has changed."""
    if origin.encoded is not None:
        return _ARTICLE.decode(origin.encoded)
    data = read_source(origin.file, max_size) if origin.file else b""
    if origin.file is None or isinstance(data, Unreadable) or content_digest(data) != origin.digest:
        return None
    return read_article(origin.file, data, settings).article
