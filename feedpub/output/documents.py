"""The documents of a site: their paths, digests of their inputs, and functions that make them.

The documents of a feed are its subscription documents, its archives (RFC 5005 section 4,
https://www.rfc-editor.org/rfc/rfc5005#section-4) and its page. The overview page, the OPML lists
and the static files belong to the whole site. This module writes no file and renders no article.
The functions are pure, except that the owner's templates are read when a page is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

import msgspec

from feedpub.config import Config
from feedpub.core.digests import content_digest
from feedpub.core.feed_models import Feed, FeedListing
from feedpub.core.format_registry import FORMATS, FormatInfo
from feedpub.core.models import Candidate, FeedKind
from feedpub.feeds.feed_settings import FeedSettings, SettingsByFeed
from feedpub.feeds.paths import archive_folder, folders_of, path_in, url_path
from feedpub.output import pages
from feedpub.output.document import Document, Rendered, stories_of
from feedpub.output.formats import ArchiveLinks, FeedHead, format_of
from feedpub.output.issues import LIST_ITEM, issue_entry
from feedpub.output.site import page_settings, site_of
from feedpub.output.styles import PAGE, EntryForm, EntryStyle, shortened


class ArchivePosition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The position of a document among the archives of its feed, as archive numbers."""

    number: int | None = None
    """The number of the document itself; None if it is not an archive."""
    previous: int | None = None
    next: int | None = None


class InputDigests(msgspec.Struct, frozen=True, kw_only=True):
    """The digests of the inputs of a build."""

    program: bytes
    """The digest of the program and the configuration."""
    pages: bytes
    """The digest of the templates and of everything else that changes all pages."""
    article: Callable[[str], bytes]
    """A function from the path of an article file to the digest of all that its entry shows."""


class Documents:
    """The documents of ``feeds``, the feeds that may have changed.

    ``listed`` holds every feed of the site, for the overview page and the OPML lists.
    """

    def __init__(
        self, config: Config, feeds: Sequence[Feed], listed: Sequence[FeedListing], input_digests: InputDigests
    ) -> None:
        self._config = config
        self._feeds = feeds
        self._listed = listed
        self._folders = frozenset(feed.folder for feed in listed)
        self._folders_of_article = folders_of(config).folders_of_article
        self._digests = input_digests
        self._site = site_of(config)
        self._settings = SettingsByFeed(config)

    def __iter__(self) -> Iterator[Document]:
        # A document comes after those that it links, so that no published link is dead.
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
            yield from map(self._not_found, site)

    def linked_folders(self, article: Candidate) -> tuple[str, ...]:
        """Return the folders of the existing feeds of the article's topics and provider.

        Pages link these feeds beside the article.
        """
        return tuple(folder for folder in self._folders_of_article(article) if folder in self._folders)

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
        """Return the subscription document of ``feed``, or one of its archives, in every format."""
        settings = self._settings.of(feed.kind, feed.key)
        updated = feed.updated if position.number is None else max(article.updated_at for article in articles)
        paths = {name: path_in(folder, FORMATS[name].filename) for name in settings.formats}
        style = self._style(settings)
        forms = {name: EntryForm(LIST_ITEM if settings.has_issues else name, style) for name in paths}
        max_bytes, excerpt = settings.size_limit, msgspec.structs.replace(style, content="excerpt")
        excerpts = {name: EntryForm(name, excerpt) for name in paths} if max_bytes is not None else {}

        def make(rendered: Rendered) -> Iterator[tuple[str, bytes]]:
            for name, path in paths.items():
                head = self._head(feed, FORMATS[name], path, position, updated)
                entries, render_feed = rendered(forms[name]), format_of(name).render_feed
                if settings.has_issues:
                    entries = self._issues(feed, name, entries)
                document = render_feed(head, entries)
                if max_bytes is not None and len(document) > max_bytes:
                    excess = len(document) - max_bytes
                    document = render_feed(head, shortened(articles, entries, rendered(excerpts[name]), excess))
                yield path, document

        shown = (settings.description, settings.language, settings.icon, settings.podcast, _issues(feed))
        inputs = (feed.kind, feed.key, feed.title, updated, feed.icon, settings.expired, position, shown, style)
        stories = stories_of(feed, articles)
        return Document(
            paths=tuple(paths.values()),
            signature=self._sign((inputs, stories), articles),
            articles=articles,
            forms=tuple(dict.fromkeys((*forms.values(), *excerpts.values()))),
            make=make,
            stories=stories,
        )

    def _issues(self, feed: Feed, name: str, items: Sequence[bytes]) -> list[bytes]:
        """Return the entries of a digest in the format ``name``.

        ``items`` are the list items of its articles.
        """
        settings, site = self._settings.of(feed.kind, feed.key), self._site
        if settings.language:
            site = msgspec.structs.replace(site, language=settings.language)
        by_path = {article.path: item for article, item in zip(feed.articles, items, strict=True)}
        shown = {} if settings.content == "none" else by_path
        has_page = self._config.output.pages
        entries = (issue_entry(issue, feed, shown, site, has_page=has_page) for issue in feed.issues)
        return [format_of(name).render_entry(entry, site) for entry in entries]

    def _style(self, settings: FeedSettings) -> EntryStyle:
        return EntryStyle(
            content=settings.content,
            lead_image=settings.lead_image,
            related=self._config.output.related,
            language=settings.language,
            profiles=settings.every_profile,
        )

    def _head(self, feed: Feed, info: FormatInfo, path: str, position: ArchivePosition, updated: datetime) -> FeedHead:
        config, site = self._config, self._site
        settings = self._settings.of(feed.kind, feed.key)
        base, folder = site.base_url, url_path(feed.folder)
        icon = settings.icon or feed.icon
        cover = settings.podcast.image if settings.podcast else None

        def url(number: int | None) -> str | None:
            return base + path_in(archive_folder(folder, number), info.filename) if number else None

        is_archive = position.number is not None
        current = base + path_in(folder, info.filename) if is_archive else None
        return FeedHead(
            site=site,
            title=feed.title,
            description=settings.description or site.description,
            language=settings.language or site.language,
            icon=icon or site.icon,
            logo=cover or icon or site.logo,
            self_url=base + url_path(path),
            media_type=info.media_type,
            home_url=base + path_in(folder, "") if config.output.pages else base,
            updated=updated,
            expired=settings.is_finished,
            # Readers do not subscribe to an archive, so it needs no hub.
            hub=None if is_archive else config.hub,
            stylesheet="../" * path.count("/") + pages.STYLESHEET if config.output.pages else None,
            # The subscription document follows the newest archive.
            archived=ArchiveLinks(previous=url(position.previous), next=url(position.next) or current, current=current),
            profiles=settings.every_profile,
            podcast=settings.podcast,
        )

    def _page(self, feed: Feed) -> Document:
        path = path_in(feed.folder, pages.PAGE_FILE)

        def make(rendered: Rendered) -> Iterator[tuple[str, bytes]]:
            yield path, self._pages.feed_page(feed, rendered(PAGE), feed.archived, _issues(feed))

        inputs = (*_listing(feed), feed.kind, feed.archived, _issues(feed))
        return self._page_document(path, inputs, feed, feed.articles, make)

    def _index(self, feed: Feed) -> Document:
        def make(rendered: Rendered) -> Iterator[tuple[str, bytes]]:
            yield pages.PAGE_FILE, self._pages.index_page(self._listed, rendered(PAGE), feed.archived)

        listed = list(map(_listing, self._listed))
        newest = feed.articles[: pages.INDEX_ARTICLES]
        return self._page_document(pages.PAGE_FILE, (listed, feed.archived), feed, newest, make)

    def _not_found(self, feed: Feed) -> Document:
        kinds = {listing.kind for listing in self._listed}

        def make(_: Rendered) -> Iterator[tuple[str, bytes]]:
            yield pages.NOT_FOUND_PAGE, self._pages.not_found_page(feed, kinds)

        inputs = (*_listing(feed), sorted(kind.value for kind in kinds))
        return self._page_document(pages.NOT_FOUND_PAGE, inputs, feed, (), make)

    def _page_document(
        self,
        path: str,
        inputs: object,
        feed: Feed,
        articles: tuple[Candidate, ...],
        make: Callable[[Rendered], Iterable[tuple[str, bytes]]],
    ) -> Document:
        folders = list(map(self.linked_folders, articles))
        stories = stories_of(feed, articles)
        signature = self._sign((PAGE.format, self._digests.pages, inputs, folders, stories), articles)
        return Document(
            paths=(path,), signature=signature, articles=articles, forms=(PAGE,), make=make, stories=stories
        )

    def _assets(self) -> Document:
        def make(_: Rendered) -> Iterator[tuple[str, bytes]]:
            yield from self._pages.assets().items()

        return Document(paths=pages.ASSETS, signature=self._sign((pages.ASSETS, self._digests.pages)), make=make)

    def _opml(self) -> Document:
        from feedpub.output.opml import opml_files, opml_paths  # noqa: PLC0415  # many builds do not need lxml

        output = self._config.output

        def make(_: Rendered) -> Iterator[tuple[str, bytes]]:
            yield from opml_files(self._site, self._listed, pages=output.pages).items()

        inputs = [(feed.folder, feed.label, feed.title, feed.formats) for feed in self._listed]
        return Document(paths=opml_paths(self._site, self._listed), signature=self._sign(("opml", inputs)), make=make)

    @cached_property  # reads the owner's templates
    def _pages(self) -> pages.Pages:
        return pages.pages_of(page_settings(self._config))

    def _sign(self, inputs: object, articles: Iterable[Candidate] = ()) -> bytes:
        # A date of update in the future counts only from then on, and then no file changes.
        digests = [(article.path, self._digests.article(article.path), article.updated_at) for article in articles]
        return content_digest(self._digests.program + msgspec.msgpack.encode((inputs, digests)))


def _issues(feed: Feed) -> list[tuple[str, list[int]]]:
    """Return the name of each issue of ``feed``, and the places of its articles in the feed."""
    places = {article.path: place for place, article in enumerate(feed.articles)}
    return [(issue.name, [places[article.path] for article in issue.articles]) for issue in feed.issues]


def _listing(feed: FeedListing) -> tuple[object, ...]:
    """Return what pages show of ``feed`` besides its articles."""
    return (feed.folder, feed.label, feed.title, feed.description, feed.total, feed.updated, feed.formats)
