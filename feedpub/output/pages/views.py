"""The functions that turn articles and feeds into values for the templates.

They decide every word and every address that a page shows. They are pure, and do not use Jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import unquote

from feedpub.config import CustomFeed
from feedpub.core.dates import rfc3339
from feedpub.core.feed_models import NEVER_UPDATED, FeedListing
from feedpub.core.format_registry import FORMATS
from feedpub.core.media_types import type_by_extension
from feedpub.core.models import Article, ArticleBase, FeedKind, Provider
from feedpub.core.text import one_line, plain_text, repair
from feedpub.feeds.paths import FeedFolders, path_in, url_path
from feedpub.output.entry import Entry, SiteInfo, unlisted_related
from feedpub.output.media import Media
from feedpub.output.pages.template_values import (
    ArticleView,
    DownloadView,
    FeedView,
    FormatView,
    ImageView,
    LinkView,
    RelatedView,
)
from feedpub.output.pages.words import Words

PAGE_FILE = "index.html"
"""The file name of a page. Links contain it, so that they also work with file: URLs."""

_EXCERPT_LENGTH = 300
_UNKNOWN = "application/octet-stream"
_KILO = 1000
_TEN = 10


def feed_view(feed: FeedListing, site: SiteInfo, words: Words, custom_feeds: Mapping[str, CustomFeed]) -> FeedView:
    """Return the values of ``feed``. ``custom_feeds`` holds the custom feeds by folder."""
    prefix = path_in(url_path(feed.folder), "")
    updated = rfc3339(feed.updated) if feed.updated != NEVER_UPDATED else ""
    return FeedView(
        kind=feed.kind.value,
        label=feed.label or feed.title,
        title=feed.title,
        prefix=prefix,
        path=prefix + PAGE_FILE,
        url=site.base_url + prefix,
        description=_description(feed, site, words, custom_feeds.get(feed.folder)),
        total=feed.total,
        count=_count(feed, words),
        date=updated[:10],
        updated=updated,
        formats=_formats(feed.formats),
    )


def article_view(
    entry: Entry, site: SiteInfo, words: Words, linked: frozenset[str], folders: FeedFolders
) -> ArticleView:
    """Return the values of ``entry``.

    A topic or a provider is a link if the folder of its feed, one of ``folders``, is in ``linked``.
    """

    def link(label: str, kind: FeedKind, key: str) -> LinkView:
        folder = folders.folder_of(kind, key)
        return LinkView(label=label, path=_page_path(folder) if folder in linked else None)

    article = entry.article
    published = rfc3339(entry.published)
    duration = _duration(entry)
    provider = article.provider
    return ArticleView(
        url=entry.url,
        title=entry.title,
        language=_unless_site_language(entry.language, site),
        published=published,
        date=published[:10],
        type=_type(article, words),
        duration=_clock(duration) if duration else None,
        seconds=duration,
        excerpt=_excerpt(entry),
        image=_lead_image(entry),
        provider=_provider(provider, link) if provider else None,
        icon=ImageView(url=provider.images[0].url) if provider and provider.images else None,
        topics=tuple(link(topic.label, FeedKind.TOPIC, topic.key) for topic in article.topics),
        attachments=tuple(_download(media, words) for media in entry.attachments),
        related=tuple(_related(related, site) for related in unlisted_related(entry)),
        story=tuple(_related(other, site) for other in entry.story),
    )


@lru_cache(8)
def _formats(names: tuple[str, ...]) -> tuple[FormatView, ...]:
    return tuple(
        FormatView(name=name, label=info.label, type=info.media_type, file=info.filename)
        for name, info in ((name, FORMATS[name]) for name in names)
    )


def _count(feed: FeedListing, words: Words) -> str:
    return words.count.of(feed.total) if feed.total else words.empty


def _description(feed: FeedListing, site: SiteInfo, words: Words, custom_feed: CustomFeed | None) -> str:
    """Return the owner's words, or else the number and the kind of the feed's articles."""
    if feed.description:
        return feed.description
    if feed.kind is FeedKind.SITE:
        return site.description
    if custom_feed is not None:
        return " · ".join(filter(None, (_count(feed, words), _rule(custom_feed, words))))
    counts = {FeedKind.TOPIC: words.on_topic, FeedKind.PROVIDER: words.from_provider}
    if not feed.total or feed.kind not in counts:
        return _count(feed, words)
    return counts[feed.kind].of(feed.total).replace("{name}", feed.label)


def _rule(feed: CustomFeed, words: Words) -> str:
    """Return the rule in words; empty if it has keys that only its owner can describe."""
    further = (
        feed.types,
        feed.languages,
        feed.authors,
        feed.titles,
        feed.since,
        feed.any,
        feed.all,
        feed.none,
        feed.top,
    )
    if any(further) or feed.top:
        return ""
    parts = (
        (words.rule_topics, ", ".join(feed.topics)),
        (words.rule_providers, ", ".join(feed.providers)),
        (words.rule_heat, "" if feed.min_heat is None else str(feed.min_heat)),
        (words.rule_quality, "" if feed.min_quality is None else str(feed.min_quality)),
    )
    return " · ".join(text.replace("{}", value) for text, value in parts if value) or words.rule_all


def _unless_site_language(language: str | None, site: SiteInfo) -> str | None:
    return language if language and language.lower() != site.language.lower() else None


def _type(article: Article, words: Words) -> str | None:
    kind = (article.type or "article").strip()
    return None if kind.lower() == "article" else words.types.get(kind.lower(), kind)


def _duration(entry: Entry) -> int | None:
    """Return the duration of the article, else of an attachment, in whole seconds."""
    durations = (entry.article.duration, *(media.duration for media in entry.attachments))
    return next((round(duration) for duration in durations if duration and round(duration)), None)


def _clock(seconds: int) -> str:
    """Return a duration as ``12:03`` or ``1:02:03``."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _excerpt(entry: Entry) -> str | None:
    """Return the excerpt, else the beginning of the body, in one line, cut at the end of a word."""
    text = " ".join((entry.summary or plain_text(entry.content_html or "")).split())
    if len(text) > _EXCERPT_LENGTH:
        head, _, _ = text[: _EXCERPT_LENGTH + 1].rpartition(" ")
        text = f"{(head or text[:_EXCERPT_LENGTH]).rstrip('.,;:…')}…"
    return text or None


def _lead_image(entry: Entry) -> ImageView | None:
    if not entry.images:
        return None
    image = entry.images[0]
    # A screen reader reads the title in the heading.
    alt = "" if image.title is None or image.title == entry.title else image.title
    return ImageView(url=image.url, alt=alt, width=image.width, height=image.height)


def _provider(provider: Provider, link: Callable[[str, FeedKind, str], LinkView]) -> LinkView | None:
    if provider.label is None or provider.key is None:
        return None
    return link(provider.label, FeedKind.PROVIDER, provider.key)


@lru_cache(4096)  # articles share few topics and providers
def _page_path(folder: str) -> str:
    return f"{url_path(folder)}/{PAGE_FILE}"


def _download(media: Media, words: Words) -> DownloadView:
    # Decoding can give characters that a page must not hold, such as NUL, the value of ROOT.
    name = one_line(repair(unquote(re.split("[?#]", media.url, maxsplit=1)[0].rstrip("/").rpartition("/")[2])))
    extension = name.rpartition(".")[2]
    kind = extension.upper() if type_by_extension(media.url) == media.type else media.type.replace(_UNKNOWN, "")
    notes = (kind, _size(media.length, words.decimal), _clock(round(media.duration)) if media.duration else "")
    return DownloadView(url=media.url, label=media.title or name or media.url, note=", ".join(filter(None, notes)))


def _size(length: int, decimal: str) -> str:
    """Return ``850 kB`` or ``1.4 MB`` for a number of bytes; an empty text for 0."""
    if not length:
        return ""
    size, unit = float(length), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if round(size) < _KILO:
            break
        size, unit = size / _KILO, larger
    shown = f"{size:.1f}" if unit != "B" and size < _TEN else f"{size:.0f}"
    return f"{shown.replace('.', decimal)}\u00a0{unit}"


def _related(article: ArticleBase, site: SiteInfo) -> RelatedView:
    return RelatedView(
        url=article.url,
        title=article.title or article.url,
        provider=article.provider.label if article.provider else None,
        language=_unless_site_language(article.language, site),
    )
