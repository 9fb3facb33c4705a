"""What every web server has to know of a site."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

import msgspec

from feedpub.config import Config
from feedpub.core.errors import UsageError
from feedpub.core.format_registry import FORMATS
from feedpub.feeds.paths import is_archived

# https://opml.org/spec2.opml names no media type; this is the one that readers know.
OPML_TYPE = "text/x-opml"

# Chromium shows application/rss+xml and application/atom+xml as text, Firefox saves them; both style this, Chromium
# where it is told not to look whether it is a feed (X-Content-Type-Options), as is Safari, which else hands feeds on.
STYLED_TYPE = "application/xml"
# Where they open a file as a page, browsers say so, and other programs do not
# (https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header).
DESTINATION = "Sec-Fetch-Dest"
NAVIGATION = "document"

# A cache on the way must not hold back for long what a hub has just announced; a poll that finds nothing costs a 304.
_MAX_AGE = 300


class FeedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One format's file, the same name in every feed's folder."""

    name: str
    media_type: str
    is_styled: bool
    """Whether it names a style sheet, and so is readable as a page."""
    is_json: bool
    """Whether scripts of other sites may read it: they have no other way to JSON Feeds."""


class SiteTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A site, as far as its server is concerned."""

    folder: str
    """The output folder, absolute, without a closing slash."""
    relative: str
    """The same, relative to config.yaml where that is possible."""
    base_url: str
    """Ends in a slash."""
    scheme: str
    address: str
    """The host as URLs have it."""
    port: int | None
    path: str
    """The path of ``base_url``, decoded: ``/``, or ``/news/``."""
    feeds: tuple[FeedFile, ...]
    max_age: int
    """Seconds for which a cache may answer without asking."""
    hub: str | None
    archive: bool
    """Whether feeds have archives."""
    precompressed: tuple[str, ...]
    """The encodings of the compressed copies beside the files: ``br`` before ``gzip``."""

    @property
    def cache_control(self) -> str:
        """The header's value."""
        return f"public, max-age={self.max_age}"

    @property
    def styled_cache_control(self) -> str:
        """The same of a feed that is opened as a page. A cache on the way may take no notice of Vary; it is not to have
        what readers' programs would take for another type.
        """
        return f"private, max-age={self.max_age}"

    @property
    def plain_port(self) -> int:
        """The port of HTTP without TLS, which a server's administrator adds."""
        return (self.port if self.scheme == "http" else None) or 80

    @property
    def styled(self) -> tuple[FeedFile, ...]:
        """Those of the feeds that a browser can show."""
        return tuple(feed for feed in self.feeds if feed.is_styled)

    @property
    def types(self) -> tuple[str, ...]:
        """The media types that feeds and their lists are sent as."""
        return (*(feed.media_type for feed in self.feeds), OPML_TYPE, *((STYLED_TYPE,) if self.styled else ()))

    def links(self, path: str) -> str | None:
        """The Link header of the feed at ``path`` below ``base_url`` (WebSub section 4, RFC 8288); None without a
        hub, and for an archive, to which nobody subscribes.
        """
        if not self.hub or is_archived(path):
            return None
        return f'<{self.hub}>; rel="hub", <{self.base_url}{path}>; rel="self"'


def target_of(config: Config) -> SiteTarget:
    """What the server of this site has to know. Raises :class:`~feedpub.core.errors.UsageError`."""
    folder = os.path.abspath(config.root / config.output.path)
    url = urlsplit(config.site.base_url)
    host = (url.hostname or "").lower()
    path = unquote(url.path)
    for key, text in (("output.path", folder), ("site.base_url", path)):
        if not text.isprintable():
            raise UsageError(f"{key} holds a character that a server's configuration cannot hold")
    return SiteTarget(
        folder=folder,
        relative=os.path.relpath(folder, config.root),
        base_url=config.site.base_url,
        scheme=url.scheme.lower(),
        address=f"[{host}]" if ":" in host else host,
        port=url.port,
        path=path,
        feeds=tuple(_feed_file(name, has_pages=config.output.pages) for name in config.output.formats),
        max_age=min(_MAX_AGE, config.site.ttl * 60),
        hub=config.hub,
        archive=config.output.archive,
        precompressed=tuple(sorted(config.output.precompress)),
    )


def _feed_file(format_name: str, *, has_pages: bool) -> FeedFile:
    info = FORMATS[format_name]
    # The style sheet is one of the pages' files.
    return FeedFile(
        name=info.filename, media_type=info.media_type, is_styled=has_pages and info.is_xml, is_json=info.is_json
    )
