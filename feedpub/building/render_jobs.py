"""The two kinds of work that a build hands out in batches: reading article files, and rendering entries.

Pure but for reading files; a batch and its result are picklable, whoever runs it (:mod:`feedpub.core.workers`).
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from feedpub.content import ArticleFile, ReadSettings, Unreadable, read_article, read_source
from feedpub.content.batches import encode_article
from feedpub.core.digests import content_digest
from feedpub.core.models import Article
from feedpub.links.facts import NO_FACTS, LinkFacts, enriched, urls_of
from feedpub.output.entry import SiteInfo, make_entry
from feedpub.output.formats import format_of
from feedpub.output.pages import PageSettings, pages_of

T = TypeVar("T")

RENDER_BATCH = 100


class ArticleOrigin(msgspec.Struct, frozen=True):
    """Where an article comes from: encoded already, or from a file that still must have the digest."""

    article: bytes | None
    source: ArticleFile | None = None
    digest: bytes = b""


class RenderJob(msgspec.Struct, frozen=True):
    """Entries to render."""

    settings: ReadSettings
    max_size: int
    site: SiteInfo
    formats: tuple[str, ...]
    pages: PageSettings | None
    """Where the entries are to be shown on pages, too."""
    linked: frozenset[str]
    """The folders of the feeds that pages link with these articles."""
    origins: tuple[ArticleOrigin, ...]
    facts: LinkFacts = NO_FACTS
    """Of the links of these articles, at the least."""


_ARTICLE = msgspec.msgpack.Decoder(Article)


def render_batch(job: RenderJob) -> list[list[bytes]] | None:
    """Each entry in each format, and then as pages show it; None where a file is no longer what it was."""
    chosen = [format_of(name) for name in job.formats]
    pages = pages_of(job.pages) if job.pages else None
    rendered = []
    for origin in job.origins:
        article = _article_of(job, origin)
        if article is None:
            return None
        entry = make_entry(enriched(article, job.facts), job.site)
        rendered.append([format_.render_entry(entry, job.site) for format_ in chosen])
        if pages is not None:
            rendered[-1].append(pages.entry(entry, job.linked))
    return rendered


def look_up_batch(job: RenderJob) -> list[tuple[bytes, tuple[str, ...]]] | None:
    """Each article, encoded, with the links of which facts may be known; None where a file is no longer what it was."""
    found = []
    for origin in job.origins:
        article = _article_of(job, origin)
        if article is None:
            return None
        found.append((encode_article(article), urls_of(article)))
    return found


def _article_of(job: RenderJob, origin: ArticleOrigin) -> Article | None:
    return _ARTICLE.decode(origin.article) if origin.article is not None else _read_again(job, origin)


def _read_again(job: RenderJob, origin: ArticleOrigin) -> Article | None:
    data = read_source(origin.source, job.max_size) if origin.source else b""
    if origin.source is None or isinstance(data, Unreadable) or content_digest(data) != origin.digest:
        return None
    return read_article(origin.source, data, job.settings).article
