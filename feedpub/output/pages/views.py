"""Articles and feeds as the templates see them: with every word and address that a page shows decided.

Pure functions; nothing here knows Jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from feedpub.config import CustomFeed
from feedpub.core.dates import rfc3339
from feedpub.core.format_registry import FORMATS
from feedpub.core.models import NEVER_UPDATED, Article, ArticleBase, FeedKind, FeedListing, Provider
from feedpub.core.text import one_line, plain, repair
from feedpub.feeds.paths import folder_of, path_in
from feedpub.output.entry import Entry, SiteInfo
from feedpub.output.media import Media, type_by_extension
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

PAGE = "index.html"
"""The page in a feed's folder. Links name it, so that they work from a disk as well."""

_EXCERPT_LENGTH = 300
_UNKNOWN = "application/octet-stream"
_KILO = 1000
_TEN = 10


def feed_view(
    feed: FeedListing, site: SiteInfo, formats: tuple[str, ...], words: Words, own: Mapping[str, CustomFeed]
) -> FeedView:
    """``feed``. ``own``: the owner's own feeds, by folder."""
    prefix = path_in(feed.folder, "")
    updated = rfc3339(feed.updated) if feed.updated != NEVER_UPDATED else ""
    return FeedView(
        kind=feed.kind.value,
        label=feed.label or feed.title,
        title=feed.title,
        prefix=prefix,
        path=prefix + PAGE,
        url=site.base_url + prefix,
        description=_description(feed, site, words, own.get(feed.folder)),
        total=feed.total,
        count=_count(feed, words),
        date=updated[:10],
        updated=updated,
        formats=_formats(formats),
    )


def article_view(entry: Entry, site: SiteInfo, words: Words, linked: frozenset[str]) -> ArticleView:
    """``entry``; its topics and its provider are links where their feeds' folders are in ``linked``."""
    article = entry.article
    published = rfc3339(entry.published)
    duration = _duration(entry)
    provider = article.provider
    return ArticleView(
        url=entry.url,
        title=entry.title,
        language=_other(entry.language, site),
        published=published,
        date=published[:10],
        type=_type(article, words),
        duration=_clock(duration) if duration else None,
        seconds=duration,
        excerpt=_excerpt(entry),
        image=_lead(entry),
        provider=_provider(provider, linked) if provider else None,
        icon=ImageView(url=provider.images[0].url) if provider and provider.images else None,
        topics=tuple(_link(topic.label, FeedKind.TOPIC, topic.key, linked) for topic in article.topics),
        attachments=tuple(_download(media, words) for media in entry.attachments),
        related=tuple(_related(story, site) for story in article.related),
    )


@lru_cache(8)
def _formats(names: tuple[str, ...]) -> tuple[FormatView, ...]:
    return tuple(
        FormatView(name=name, label=info.label, type=info.media_type, file=info.filename)
        for name, info in ((name, FORMATS[name]) for name in names)
    )


def _count(feed: FeedListing, words: Words) -> str:
    return words.count.of(feed.total) if feed.total else words.empty


def _description(feed: FeedListing, site: SiteInfo, words: Words, own: CustomFeed | None) -> str:
    """What ``feed`` holds, and how much of it; of the site, what its owner says."""
    if feed.kind is FeedKind.SITE:
        return site.description
    if own is not None:
        return f"{_count(feed, words)} · {_rule(own, words)}"
    counts = {FeedKind.TOPIC: words.on_topic, FeedKind.PROVIDER: words.from_provider}
    if not feed.total or feed.kind not in counts:
        return _count(feed, words)
    return counts[feed.kind].of(feed.total).replace("{name}", feed.label)


def _rule(own: CustomFeed, words: Words) -> str:
    parts = (
        (words.rule_topics, ", ".join(own.topics)),
        (words.rule_providers, ", ".join(own.providers)),
        (words.rule_heat, "" if own.min_heat is None else str(own.min_heat)),
        (words.rule_quality, "" if own.min_quality is None else str(own.min_quality)),
    )
    return " · ".join(text.replace("{}", value) for text, value in parts if value) or words.rule_all


def _other(language: str | None, site: SiteInfo) -> str | None:
    return language if language and language.lower() != site.language.lower() else None


def _type(article: Article, words: Words) -> str | None:
    kind = (article.type or "article").strip()
    return None if kind.lower() == "article" else words.types.get(kind.lower(), kind)


def _duration(entry: Entry) -> int | None:
    """Whole seconds."""
    lengths = (entry.article.duration, *(media.duration for media in entry.attachments))
    return next((round(length) for length in lengths if length and round(length)), None)


def _clock(seconds: int) -> str:
    """``12:03``, or ``1:02:03``."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _excerpt(entry: Entry) -> str | None:
    """The excerpt, else how the body begins, on one line, cut at the end of a word."""
    text = " ".join((entry.summary or plain(entry.content_html or "")).split())
    if len(text) > _EXCERPT_LENGTH:
        head, _, _ = text[: _EXCERPT_LENGTH + 1].rpartition(" ")
        text = f"{(head or text[:_EXCERPT_LENGTH]).rstrip('.,;:…')}…"
    return text or None


def _lead(entry: Entry) -> ImageView | None:
    if not entry.images:
        return None
    image = entry.images[0]
    # A screen reader has the heading already.
    alt = "" if image.title is None or image.title == entry.title else image.title
    return ImageView(url=image.url, alt=alt, width=image.width, height=image.height)


def _provider(provider: Provider, linked: frozenset[str]) -> LinkView | None:
    if provider.label is None or provider.key is None:
        return None
    return _link(provider.label, FeedKind.PROVIDER, provider.key, linked)


@lru_cache(4096)  # the same few topics and providers for all articles
def _page(kind: FeedKind, key: str) -> tuple[str, str]:
    folder = folder_of(kind, key)
    return folder, f"{folder}/{PAGE}"


def _link(label: str, kind: FeedKind, key: str, linked: frozenset[str]) -> LinkView:
    folder, path = _page(kind, key)
    return LinkView(label=label, path=path if folder in linked else None)


def _download(media: Media, words: Words) -> DownloadView:
    # Decoded, it may be any characters: what no page holds goes, as NUL, which stands for the way to the top.
    name = one_line(repair(unquote(re.split("[?#]", media.url, maxsplit=1)[0].rstrip("/").rpartition("/")[2])))
    extension = name.rpartition(".")[2]
    kind = extension.upper() if type_by_extension(media.url) == media.type else media.type.replace(_UNKNOWN, "")
    notes = (kind, _size(media.length, words.decimal), _clock(round(media.duration)) if media.duration else "")
    return DownloadView(url=media.url, label=media.title or name or media.url, note=", ".join(filter(None, notes)))


def _size(length: int, decimal: str) -> str:
    """``850 kB``, ``1.4 MB``; nothing where it is not known."""
    if not length:
        return ""
    size, unit = float(length), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if round(size) < _KILO:
            break
        size, unit = size / _KILO, larger
    shown = f"{size:.1f}" if unit != "B" and size < _TEN else f"{size:.0f}"
    return f"{shown.replace('.', decimal)}\u00a0{unit}"


def _related(story: ArticleBase, site: SiteInfo) -> RelatedView:
    return RelatedView(
        url=story.url,
        title=story.title or story.url,
        provider=story.provider.label if story.provider else None,
        language=_other(story.language, site),
    )
