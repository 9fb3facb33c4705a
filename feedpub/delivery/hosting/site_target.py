"""The values of a site that its web server needs: nginx or another, or ``feedpub serve``."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

import msgspec

from feedpub.config import Config
from feedpub.core.errors import UsageError
from feedpub.core.format_registry import FORMATS
from feedpub.core.urls import path_of
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.paths import WELL_KNOWN_FEEDS, has_well_known, is_archived, moved_folders, moved_members, url_path
from feedpub.output.pages import NOT_FOUND_PAGE
from feedpub.state.published import history_of

# https://opml.org/spec2.opml names no media type; feed readers expect this one.
OPML_TYPE = "text/x-opml"

# The type with which browsers apply the style sheet of a feed. Chromium shows application/rss+xml
# and application/atom+xml as text, and Firefox saves them. Chromium and Safari also need
# X-Content-Type-Options: without it they detect a feed, and Safari opens another program.
STYLED_TYPE = "application/xml"
# The header by which a browser, but no feed reader, says that it opens a file as a page
# (https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header).
DESTINATION = "Sec-Fetch-Dest"
NAVIGATION = "document"

# Seconds. A cache between the hub and the server must not keep an old feed for long after a ping. A
# poll of an unchanged feed costs only a 304.
_MAX_AGE = 300


class FeedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file of one format, with the same name in every feed's folder."""

    name: str
    media_type: str
    is_styled: bool
    """True if it names a style sheet, so that a browser can show it as a page."""
    is_json: bool
    """True if it is JSON, which scripts of other sites may read. They need CORS for that."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's folder that is no longer written, and the folder that took its place."""

    folder: str
    """The former folder in output/, decoded, without slashes at its ends."""
    path: str
    """The new folder, percent-encoded, with a slash at its end."""


class SiteTarget(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a site that its web server needs."""

    folder: str
    """The absolute path of the output folder, without a slash at its end."""
    relative: str
    """The same path relative to the folder of config.yaml."""
    base_url: str
    """The URL of the site, with a slash at its end."""
    scheme: str
    address: str
    """The host as in URLs, with brackets for IPv6."""
    port: int | None
    path: str
    """The decoded path of ``base_url``: ``/``, or ``/news/``."""
    well_known: str | None
    """The path below ``base_url`` of the list of feeds at its well-known URI."""
    error_page: str | None
    """The path below ``base_url`` of the page for addresses at which nothing is."""
    feeds: tuple[FeedFile, ...]
    max_age: int
    """Seconds for which a cache may use a response without a request to the server."""
    hub: str | None
    archive: bool
    """True if feeds have archives."""
    precompressed: tuple[str, ...]
    """The encodings of the compressed copies beside the files: ``br`` before ``gzip``."""
    moves: tuple[Move, ...]
    retired: tuple[str, ...]
    """The folders in output/, decoded, of feeds that are gone for good."""

    @property
    def cache_control(self) -> str:
        """The value of Cache-Control."""
        return f"public, max-age={self.max_age}"

    @property
    def styled_cache_control(self) -> str:
        """The value of Cache-Control for a feed that a browser opens as a page.

        It is private, because a shared cache may ignore Vary and send this type to feed readers.
        """
        return f"private, max-age={self.max_age}"

    @property
    def encoded_path(self) -> str:
        """The path of ``base_url`` as in URLs, percent-encoded."""
        return urlsplit(self.base_url).path

    @property
    def plain_port(self) -> int:
        """The port of HTTP without TLS. The administrator adds TLS."""
        return (self.port if self.scheme == "http" else None) or 80

    @property
    def styled(self) -> tuple[FeedFile, ...]:
        """The feed files that a browser can show as pages."""
        return tuple(feed for feed in self.feeds if feed.is_styled)

    @property
    def types(self) -> tuple[str, ...]:
        """The media types of the feeds and of their lists."""
        return (*(feed.media_type for feed in self.feeds), OPML_TYPE, *((STYLED_TYPE,) if self.styled else ()))

    @property
    def has_json(self) -> bool:
        """True if a feed is JSON. A script that reads it has to be allowed to follow redirects."""
        return any(feed.is_json for feed in self.feeds)

    def moved_to(self, path: str) -> str | None:
        """Return the encoded new path of the decoded ``path`` below ``base_url``, if it moved."""
        for move in self.moves:
            if _is_in(path, move.folder):
                return move.path + path_of(path[len(move.folder) + 1 :])
        return None

    def is_retired(self, path: str) -> bool:
        """Return whether the decoded ``path`` below ``base_url`` is that of a retired feed."""
        return any(_is_in(path, folder) for folder in self.retired)

    def link_header(self, path: str) -> str | None:
        """Return the Link header of the feed at ``path`` below ``base_url``.

        Return None without a hub, and for an archive, which has no subscribers. The sources are
        https://www.w3.org/TR/websub/#discovery and RFC 8288.
        """
        if not self.hub or is_archived(path):
            return None
        return f'<{self.hub}>; rel="hub", <{self.base_url}{path}>; rel="self"'


def target_of(config: Config) -> SiteTarget:
    """Return the values of the site of ``config``.

    Raise :class:`~feedpub.core.errors.UsageError` if the folder or the path has an unprintable
    character.
    """
    folder = os.path.abspath(config.root / config.output.path)
    settings = SettingsByFeed(config)
    url = urlsplit(config.site.base_url)
    host = (url.hostname or "").lower()
    path = unquote(url.path)
    for key, text in (("output.path", folder), ("site.base_url", path)):
        if not text.isprintable():
            raise UsageError(f"{key} has an unprintable character, which a server's configuration cannot contain")
    return SiteTarget(
        folder=folder,
        relative=os.path.relpath(folder, config.root),
        base_url=config.site.base_url,
        scheme=url.scheme.lower(),
        address=f"[{host}]" if ":" in host else host,
        port=url.port,
        path=path,
        well_known=WELL_KNOWN_FEEDS if has_well_known(config.site.base_url) else None,
        error_page=NOT_FOUND_PAGE if config.output.pages else None,
        feeds=tuple(_feed_file(name, has_pages=config.output.pages) for name in settings.formats),
        max_age=min(_MAX_AGE, config.site.ttl * 60),
        hub=config.hub,
        archive=settings.have_archives,
        precompressed=tuple(sorted(config.output.precompress)),
        retired=config.retired,
        moves=tuple(Move(folder=old, path=f"{url_path(new)}/") for old, new in _moved(config).items()),
    )


def _moved(config: Config) -> dict[str, str]:
    moved = moved_folders(config)
    if moved and any(feed.dimensions for feed in config.feeds):
        # Only a build knows which feeds a family has.
        moved |= moved_members(config, history_of(config))
    return moved


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _feed_file(format_name: str, *, has_pages: bool) -> FeedFile:
    info = FORMATS[format_name]
    # The style sheet belongs to the pages.
    return FeedFile(
        name=info.filename, media_type=info.media_type, is_styled=has_pages and info.is_xml, is_json=info.is_json
    )
