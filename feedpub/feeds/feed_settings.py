"""The settings of single feeds: the keys of a feed, else of all feeds of its kind, else the site's.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from feedpub.config import Config, CustomFeed, FeedOptions, Podcast, Top
from feedpub.config.value_types import size_of
from feedpub.core.format_registry import FORMATS
from feedpub.core.models import FeedKind, provider_keys
from feedpub.core.profile_registry import PODCAST
from feedpub.core.text import match_key
from feedpub.feeds.families import LANGUAGES, family_of, places_in
from feedpub.feeds.periods import Calendar, calendar_of


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one feed. The configuration describes the keys of the same names."""

    title: str | None
    description: str | None
    language: str | None
    """The language of the feed, if it is not that of the site."""
    icon: str | None
    expired: bool
    limit: int
    formats: tuple[str, ...]
    archive: bool
    sort: str
    content: str
    lead_image: str
    group_stories: bool
    max_bytes: str | None
    """The largest size of a document, such as ``1 MB``; None for any size."""
    top: Top | None
    """The choice of the best articles of each period; None if the feed has all articles."""
    zone: str
    """The time zone of the site."""
    podcast: Podcast | None = None
    profiles: tuple[str, ...] = ()

    @property
    def has_issues(self) -> bool:
        """True if the feed is a digest."""
        return self.top is not None and self.top.digest

    @property
    def most_articles(self) -> int | None:
        """The most articles of the feed; None for a digest, which has a limit of issues."""
        return None if self.has_issues else self.limit

    @property
    def size_limit(self) -> int | None:
        """The largest size of a document in bytes; None for any size, and without bodies."""
        has_bodies = self.content == "full" and not self.has_issues
        return size_of(self.max_bytes) if self.max_bytes and has_bodies else None

    @property
    def calendar(self) -> Calendar:
        """The periods of ``top``."""
        return calendar_of(self.top.per if self.top else "day", self.zone)

    @property
    def is_finished(self) -> bool:
        """True if the feed gets no more entries, or no more episodes."""
        return self.expired or (self.podcast is not None and self.podcast.complete)

    @property
    def every_profile(self) -> tuple[str, ...]:
        """The names of its profiles, that of podcasts included."""
        return self.profiles if self.podcast is None else (PODCAST, *self.profiles)


class SettingsByFeed:
    """The settings of all feeds of a site."""

    def __init__(self, config: Config) -> None:
        output = config.output
        self._title = config.site.title
        self._site = FeedSettings(
            title=None,
            description=None,
            language=None,
            icon=None,
            expired=False,
            limit=output.limit,
            formats=output.formats,
            archive=output.archive and not output.group_stories,
            sort="date",
            content=output.content,
            lead_image=output.lead_image,
            group_stories=output.group_stories,
            max_bytes=output.max_bytes,
            top=None,
            zone=config.content.timezone,
        )
        self._by_kind = {
            FeedKind.TOPIC: _merged(self._site, config.topics),
            FeedKind.PROVIDER: _merged(self._site, config.providers),
        }
        topics, providers = self._by_kind[FeedKind.TOPIC], self._by_kind[FeedKind.PROVIDER]
        self._by_feed = {
            **{(FeedKind.CUSTOM, feed.slug): _merged(self._site, feed) for feed in config.feeds},
            **{(FeedKind.TOPIC, match_key(name)): _merged(topics, feed) for name, feed in config.topics.feeds.items()},
            **{
                (FeedKind.PROVIDER, key): _merged(providers, feed)
                for name, feed in config.providers.feeds.items()
                for key in provider_keys(name)
            },
        }

    def of(self, kind: FeedKind, key: str) -> FeedSettings:
        """Return the settings of the feed of ``kind`` with ``key``."""
        known = self._by_feed.get((kind, key))
        if known is None and (family := family_of(kind, key)):
            known = self._by_feed[kind, key] = _in_language(self.of(kind, family), key)
        return known or self._by_kind.get(kind, self._site)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of all feeds, in the order of the registry."""
        used = {name for settings in self._every() for name in settings.formats}
        return tuple(name for name in FORMATS if name in used)

    @property
    def have_archives(self) -> bool:
        """True if at least one feed has archives."""
        return any(settings.archive for settings in self._every())

    def _every(self) -> Iterator[FeedSettings]:
        yield self._site
        yield from self._by_kind.values()
        yield from self._by_feed.values()

    def title_of(self, kind: FeedKind, key: str, label: str) -> str:
        """Return the title of a feed whose topic or provider is called ``label``.

        For a custom feed, the label is the title.
        """
        if kind is FeedKind.SITE:
            return self._title
        if kind is FeedKind.CUSTOM:
            return label
        return self.of(kind, key).title or f"{self._title}: {label}"


def _in_language(family: FeedSettings, key: str) -> FeedSettings:
    """Return the settings of a ``family`` for its feed with ``key``, perhaps of one language."""
    language = family.language or dict(places_in(key)).get(LANGUAGES)
    return msgspec.structs.replace(family, language=language)


def _merged(base: FeedSettings, options: FeedOptions | CustomFeed) -> FeedSettings:
    """Return ``base`` with those of ``options`` that are set."""
    chosen = {name: getattr(options, name, None) for name in FeedSettings.__struct_fields__}
    merged = msgspec.structs.replace(base, **{name: value for name, value in chosen.items() if value is not None})
    # Top chooses articles, an episode is an article, and an archive is a slice of all by date.
    groups_stories = merged.group_stories and merged.top is None and merged.podcast is None
    has_archives = merged.archive and merged.sort == "date" and merged.top is None and not groups_stories
    return msgspec.structs.replace(merged, archive=has_archives, group_stories=groups_stories)
