"""What a build may write: every document of a plan, what its bytes depend on, and how they are joined from rendered
articles.

The subscription documents of a feed, each of its archives (RFC 5005 section 4), its page, and what tells of all feeds.
Pure but for templates, which are read when a page is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

import msgspec

from feedpub.config import Config
from feedpub.core.digests import content_digest
from feedpub.core.format_registry import FORMATS, FormatInfo
from feedpub.core.models import Author, Candidate, Feed, FeedKind, FeedListing
from feedpub.feeds.paths import archive_folder, homes_of, path_in
from feedpub.output import pages
from feedpub.output.entry import SiteInfo
from feedpub.output.formats import ArchiveLinks, FeedHead, format_of

PAGE = "page"
"""An article as pages show it, beside what the formats make of it."""

Rendered = Callable[[str], Sequence[bytes]]
"""A document's articles, in order, as a format or :data:`PAGE` has them."""


class ArchivePosition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where a document stands among the archives of its feed, by their numbers."""

    number: int | None = None
    """Its own, if it is an archive."""
    previous: int | None = None
    next: int | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One file or more, made of the same articles, that are written anew together."""

    paths: tuple[str, ...]
    """Relative to output/."""
    signature: bytes
    """A digest of everything that the bytes depend on."""
    articles: tuple[Candidate, ...] = ()
    parts: tuple[str, ...] = ()
    """As what the articles are needed."""
    make: Callable[[Rendered], Iterable[tuple[str, bytes]]]
    """Each path and its bytes."""


def site_of(config: Config) -> SiteInfo:
    """What feeds tell of the site."""
    site = config.site
    author = site.author
    return SiteInfo(
        title=site.title,
        base_url=site.base_url,
        description=site.description or site.title,
        language=site.language,
        author=Author(name=author.name, uri=author.url, email=author.email) if author else Author(name=site.title),
        icon=site.icon,
        logo=site.logo,
        ttl=site.ttl,
    )


def page_settings(config: Config) -> pages.PageSettings:
    """What decides how pages look."""
    templates = config.output.templates
    return pages.PageSettings(
        site=site_of(config),
        formats=config.output.formats,
        templates=str((config.root / templates).absolute()) if templates else None,
        templates_shown=templates or "",
        own=config.feeds,
    )


class InputDigests(msgspec.Struct, frozen=True, kw_only=True):
    """Digests of what bytes depend on."""

    program: bytes
    """Of the program, the configuration, and what is known of links."""
    pages: bytes
    """Of the templates, and what else decides how pages look."""
    article: Callable[[str], bytes]
    """Of an article's file, by its path."""


class Documents:
    """The documents of ``feeds``, which may have changed, among all that are ``listed``."""

    def __init__(
        self, config: Config, feeds: Sequence[Feed], listed: Sequence[FeedListing], basis: InputDigests
    ) -> None:
        self._config = config
        self._feeds = feeds
        self._listed = listed
        self._folders = frozenset(feed.folder for feed in listed)
        self._basis = basis
        self._site = site_of(config)

    def __iter__(self) -> Iterator[Document]:
        # What is linked comes before what links it, so that no one is led to where nothing is yet.
        site = [feed for feed in self._feeds if feed.kind is FeedKind.SITE]
        if site and self._config.output.pages:
            yield self._assets()
        for feed in self._feeds:
            yield from self._archives(feed)
        yield from map(self._subscription, self._feeds)
        if self._config.output.pages:
            yield from (self._page(feed) for feed in self._feeds if feed.kind is not FeedKind.SITE)
        if site:
            yield self._opml()
        if self._config.output.pages:
            yield from map(self._index, site)

    def homes(self, article: Candidate) -> tuple[str, ...]:
        """The folders of the feeds that pages link with ``article``: of its topics and its provider."""
        return tuple(folder for folder in homes_of(article) if folder in self._folders)

    def _subscription(self, feed: Feed) -> Document:
        return self._document(feed, feed.folder, feed.articles, ArchivePosition(previous=feed.archived or None))

    def _archives(self, feed: Feed) -> Iterator[Document]:
        for archive in feed.archives:
            position = ArchivePosition(
                number=archive.number,
                previous=archive.number - 1 or None,
                next=archive.number + 1 if archive.number < feed.archived else None,
            )
            yield self._document(feed, archive_folder(feed.folder, archive.number), archive.articles, position)

    def _document(
        self, feed: Feed, folder: str, articles: tuple[Candidate, ...], position: ArchivePosition
    ) -> Document:
        """A feed's subscription document, or an archive of it, in every format."""
        updated = feed.updated if position.number is None else max(article.updated_at for article in articles)
        paths = {name: path_in(folder, FORMATS[name].filename) for name in self._config.output.formats}

        def make(rendered: Rendered) -> Iterator[tuple[str, bytes]]:
            for name, path in paths.items():
                head = self._head(feed, FORMATS[name], path, position, updated)
                yield path, format_of(name).render_feed(head, rendered(name))

        what = (feed.kind, feed.key, feed.title, updated, position)
        return Document(
            paths=tuple(paths.values()),
            signature=self._sign(what, articles),
            articles=articles,
            parts=self._config.output.formats,
            make=make,
        )

    def _head(self, feed: Feed, info: FormatInfo, path: str, position: ArchivePosition, updated: datetime) -> FeedHead:
        config, site = self._config, self._site

        def url(number: int | None) -> str | None:
            return site.base_url + path_in(archive_folder(feed.folder, number), info.filename) if number else None

        is_archive = position.number is not None
        current = site.base_url + path_in(feed.folder, info.filename) if is_archive else None
        return FeedHead(
            site=site,
            title=feed.title,
            self_url=site.base_url + path,
            media_type=info.media_type,
            home_url=site.base_url + path_in(feed.folder, "") if config.output.pages else site.base_url,
            updated=updated,
            # Nobody subscribes to an archive.
            hub=None if is_archive else config.hub,
            stylesheet="../" * path.count("/") + pages.STYLESHEET if config.output.pages else None,
            # What follows the newest archive is in the feed itself: nobody is led to where nothing is yet.
            archived=ArchiveLinks(previous=url(position.previous), next=url(position.next) or current, current=current),
        )

    def _page(self, feed: Feed) -> Document:
        path = path_in(feed.folder, pages.PAGE)

        def make(rendered: Rendered) -> Iterator[tuple[str, bytes]]:
            yield path, self._pages.feed_page(feed, rendered(PAGE), feed.archived)

        what = (feed.kind, feed.label, feed.title, feed.total, feed.updated, feed.archived)
        return self._page_document(path, what, feed.articles, make)

    def _index(self, feed: Feed) -> Document:
        def make(rendered: Rendered) -> Iterator[tuple[str, bytes]]:
            yield pages.PAGE, self._pages.index_page(self._listed, rendered(PAGE), feed.archived)

        listed = [(one.folder, one.label, one.title, one.total, one.updated) for one in self._listed]
        newest = feed.articles[: pages.INDEX_ARTICLES]
        return self._page_document(pages.PAGE, (listed, feed.archived), newest, make)

    def _page_document(
        self,
        path: str,
        what: object,
        articles: tuple[Candidate, ...],
        make: Callable[[Rendered], Iterable[tuple[str, bytes]]],
    ) -> Document:
        signature = self._sign((PAGE, self._basis.pages, what, list(map(self.homes, articles))), articles)
        return Document(paths=(path,), signature=signature, articles=articles, parts=(PAGE,), make=make)

    def _assets(self) -> Document:
        def make(_: Rendered) -> Iterator[tuple[str, bytes]]:
            yield from self._pages.assets().items()

        return Document(paths=pages.ASSETS, signature=self._sign((pages.ASSETS, self._basis.pages)), make=make)

    def _opml(self) -> Document:
        from feedpub.output.opml import opml_files, opml_paths  # noqa: PLC0415  # lxml, which a build may not need

        output = self._config.output

        def make(_: Rendered) -> Iterator[tuple[str, bytes]]:
            yield from opml_files(self._site, output.formats, self._listed, pages=output.pages).items()

        what = [(feed.folder, feed.label, feed.title) for feed in self._listed]
        return Document(paths=opml_paths(self._listed), signature=self._sign(("opml", what)), make=make)

    @cached_property  # the owner's templates are read for it
    def _pages(self) -> pages.Pages:
        return pages.pages_of(page_settings(self._config))

    def _sign(self, what: object, articles: Iterable[Candidate] = ()) -> bytes:
        digests = [(article.path, self._basis.article(article.path)) for article in articles]
        return content_digest(self._basis.program + msgspec.msgpack.encode((what, digests)))
