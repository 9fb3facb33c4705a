"""The selection of feeds and of their articles. It does not render feeds.

It is pure: the time, the history and the configuration are arguments, and the same articles in any
order give the same feeds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from feedpub.config import Config
from feedpub.core.errors import UsageError, quoted
from feedpub.core.feed_models import NEVER_UPDATED, Archive, Feed, FeedListing
from feedpub.core.models import NAME_PREFIX, Candidate, FeedKind, name_key
from feedpub.core.text import match_key
from feedpub.feeds.families import MAX_FAMILY, family_of
from feedpub.feeds.feed_settings import FeedSettings, SettingsByFeed
from feedpub.feeds.groups import Group, groups_of
from feedpub.feeds.history import History, PublishedFeed
from feedpub.feeds.paths import moved_folders, moved_members
from feedpub.feeds.rules import keys_of_providers
from feedpub.feeds.top import issues_of

if TYPE_CHECKING:
    from feedpub.feeds.stories import ShownStories

T = TypeVar("T")


def select(
    published: Sequence[Candidate], config: Config, history: History, now: datetime, *, prune: bool = False
) -> tuple[Feed, ...]:
    """Return all feeds to publish: the site's first, the others in the order of their folders.

    ``published`` is in the order of :func:`newest_first`. With ``prune``, feeds without articles
    are dropped, except for those that the configuration defines.
    """
    return feeds_of(groups_of(published, config, now, history), config, history, () if prune else history)


def feeds_of(groups: Iterable[Group], config: Config, history: History, kept: Iterable[str]) -> tuple[Feed, ...]:
    """Return the feeds of ``groups``, in the order of :func:`select`.

    A folder of ``kept`` without a group gets an empty feed, unless it is retired or an alias moved
    it. Raise :class:`~feedpub.core.errors.UsageError` if two groups have one folder, or one that
    was moved.
    """
    settings, moved = SettingsByFeed(config), moved_folders(config)
    gone = {*moved, *moved_members(config, history), *config.retired}
    wanted = [group for group in check_folders(groups, moved) if refusal_of(group, config, history) is None]
    staying = [folder for folder in kept if folder not in gone]
    beyond = _beyond_bound(wanted, staying, history)
    feeds = {
        group.folder: _feed(settings, group.folder, _known(group, history, settings), group)
        for group in wanted
        if group.folder not in beyond
    }
    feeds |= {folder: _feed(settings, folder, history[folder]) for folder in staying if folder not in feeds}
    return tuple(sorted(feeds.values(), key=feed_order))


def _beyond_bound(wanted: Iterable[Group], staying: Iterable[str], history: History) -> set[str]:
    """Return the folders of those of the ``wanted`` feeds that are too many for their families.

    Published feeds, which are those of ``wanted`` in ``history`` and the ``staying`` ones, are not
    too many. Of the others, those with the most articles are added.
    """
    new: dict[str, list[Group]] = defaultdict(list)
    published = set(staying)
    for group in wanted:
        family = family_of(group.kind, group.key)
        if family and group.folder not in history:
            new[family].append(group)
        elif family:
            published.add(group.folder)
    if not new:
        return set()
    sizes = sizes_of_families(history[folder] for folder in published)
    return {
        group.folder
        for family, groups in new.items()
        for group in sorted(groups, key=lambda group: (-group.total, group.folder))[
            max(MAX_FAMILY - sizes[family], 0) :
        ]
    }


def sizes_of_families(feeds: Iterable[PublishedFeed | Group]) -> Counter[str]:
    """Return the number of ``feeds`` of each family, by its slug."""
    return Counter(family for feed in feeds if (family := family_of(feed.kind, feed.key)))


def refuse_full_families(changed: Sequence[Group], history: History) -> None:
    """Raise :class:`LookupError` if one of the ``changed`` groups is of a family that is full.

    Only the groups of all articles show which feeds such a family has.
    """
    touched = sizes_of_families(changed)
    if not touched:
        return
    sizes = sizes_of_families(history.values())
    sizes += sizes_of_families(group for group in changed if group.folder not in history)
    if full := [family for family in touched if sizes[family] >= MAX_FAMILY]:
        raise LookupError(full[0])


def bound_warnings(groups: Iterable[Group], feeds: Iterable[Feed], config: Config, history: History) -> Iterator[str]:
    """Yield a line for each family that would have more ``feeds`` than it may."""
    published = {feed.folder for feed in feeds}
    missing = sizes_of_families(
        group
        for group in groups
        if group.kind is FeedKind.CUSTOM
        and group.folder not in published
        and refusal_of(group, config, history) is None
    )
    for family, count in sorted(missing.items()):
        yield (
            f"feeds/{family}: {count} further feeds are not published, because a family has at most {MAX_FAMILY}; "
            "raise min_articles, or narrow its rule"
        )


def check_folders(groups: Iterable[Group], moved: Container[str]) -> tuple[Group, ...]:
    """Return ``groups``.

    Raise :class:`~feedpub.core.errors.UsageError` if two have one folder, or one that ``moved``.
    """
    by_folder: dict[str, Group] = {}
    groups = tuple(groups)
    for group in groups:
        if group.folder in moved:
            section = group.kind.value
            problem = f"{_name_of(group)} has the folder of an alias, {group.folder}"
            raise UsageError(f"{section}: {problem}; choose it in {section}.slugs")
        other = by_folder.setdefault(group.folder, group)
        if other.key != group.key:
            section = group.kind.value
            names = " and ".join(sorted(map(_name_of, (other, group))))
            raise UsageError(f"{section}: {names} have the same folder, {group.folder}; choose it in {section}.slugs")
    return groups


def _name_of(group: Group) -> str:
    """Return the key of a topic or provider as messages show it."""
    if group.kind is not FeedKind.PROVIDER:
        return quoted(group.key)
    name = group.key.removeprefix(NAME_PREFIX)
    return f"the {'domain' if name == group.key else 'name'} {quoted(name)}"


def feed_order(feed: FeedListing) -> tuple[bool, str]:
    """Return the sort key of feeds: the site's first, the others by their folders."""
    return feed.kind is not FeedKind.SITE, feed.folder


def articles_of(feed: Feed) -> Iterator[Candidate]:
    """Yield the articles of ``feed`` and of those of its archives that may have changed."""
    yield from feed.articles
    for archive in feed.archives:
        yield from archive.articles


def _known(group: Group, history: History, by_feed: SettingsByFeed) -> PublishedFeed:
    old = history.get(group.folder)
    updated = old.updated if old else NEVER_UPDATED
    chosen = group.chosen
    if chosen is None:
        chosen = old.chosen if old and by_feed.of(group.kind, group.key).top else {}
    return PublishedFeed(
        kind=group.kind,
        key=group.key,
        label=group.label,
        updated=updated,
        chosen=dict(chosen),
        story_entries=old.story_entries if old else (),
    )


def _feed(by_feed: SettingsByFeed, folder: str, known: PublishedFeed, group: Group | None = None) -> Feed:
    """Return the feed ``known`` with the articles of ``group``.

    A feed without articles keeps its last ``updated``.
    """
    settings = by_feed.of(known.kind, known.key)
    stories = _stories(group, settings, known) if group and settings.group_stories else None
    if stories is not None:
        articles = tuple(story.entry for story in stories.stories)
    else:
        articles = tuple(group.articles[: settings.most_articles]) if group else ()
    issues = issues_of(known.chosen, articles, settings) if settings.has_issues else ()
    dates = (issue.end for issue in issues) if issues else (article.updated_at for article in articles)
    return Feed(
        kind=known.kind,
        key=known.key,
        folder=folder,
        label=known.label,
        title=by_feed.title_of(known.kind, known.key, known.label),
        formats=settings.formats,
        description=settings.description,
        icon=_icon(articles) if known.kind is FeedKind.PROVIDER else None,
        updated=max(dates, default=known.updated),
        articles=articles,
        chosen=known.chosen,
        issues=issues,
        total=group.total if group else 0,
        archived=archive_count(group.total, settings) if group else 0,
        archives=_archives(group, settings) if group else (),
        stories={story.entry.path: story.others for story in stories.stories if story.others} if stories else {},
        story_entries=stories.entries if stories else (),
    )


def _stories(group: Group, settings: FeedSettings, known: PublishedFeed) -> ShownStories:
    from feedpub.feeds.stories import shown_stories  # noqa: PLC0415  # few sites group stories

    return shown_stories(group.articles, settings.limit, settings.sort, frozenset(known.story_entries))


def _icon(articles: Iterable[Candidate]) -> str | None:
    """Return the picture of the provider in the newest article that has one."""
    pictures = (article.provider.images for article in articles if article.provider)
    return next((images[0].url for images in pictures if images), None)


def listing_of(known: PublishedFeed, folder: str, by_feed: SettingsByFeed) -> FeedListing:
    """Return the entry of the unchanged feed ``known`` in ``folder`` for an overview."""
    settings = by_feed.of(known.kind, known.key)
    return FeedListing(
        kind=known.kind,
        folder=folder,
        label=known.label,
        title=by_feed.title_of(known.kind, known.key, known.label),
        total=known.total,
        updated=known.updated,
        formats=settings.formats,
        description=settings.description,
    )


def archive_count(total: int, settings: FeedSettings) -> int:
    """Return the number of archives of a feed with ``total`` articles: one for each full feed."""
    return total // settings.limit if settings.archive else 0


def archive_members(members: Sequence[T], number: int, limit: int) -> Sequence[T]:
    """Return those of the ``members`` of a feed, newest first, that are in its archive ``number``.

    Archives are filled from the oldest article on, so that a newer article changes none of them. An
    article that no archive holds is among the newest ``limit``.
    """
    end = len(members) - (number - 1) * limit
    return members[end - limit : end]


def _archives(group: Group, settings: FeedSettings) -> tuple[Archive, ...]:
    if len(group.articles) < group.total:
        return group.archives
    return tuple(
        Archive(number=number, articles=tuple(archive_members(group.articles, number, settings.limit)))
        for number in range(1, archive_count(group.total, settings) + 1)
    )


def refusal_of(group: Group, config: Config, history: History) -> str | None:
    """Return the reason why ``group`` gets no feed; None if it gets one.

    A provider is excluded by its domain or by any of its names.
    """
    if group.folder in config.retired:
        return "the feed is retired"
    if group.kind is FeedKind.TOPIC:
        section, rule = "topics", config.topics
        is_excluded = group.key in {match_key(name) for name in rule.exclude}
    elif group.kind is FeedKind.PROVIDER:
        section, rule = "providers", config.providers
        excluded = keys_of_providers(rule.exclude)
        is_excluded = bool(excluded) and not excluded.isdisjoint((group.key, *map(name_key, group.names)))
    elif family := family_of(group.kind, group.key):
        minimum = next((feed.min_articles or 1 for feed in config.feeds if feed.slug == family), 1)
        is_enough = group.total >= minimum or group.folder in history
        return None if is_enough else f"{group.total} of min_articles {minimum}"
    else:
        return None
    if is_excluded:
        return f"the {section[:-1]} is in {section}.exclude"
    # A feed that has subscribers is not removed.
    if group.total >= rule.min_articles or group.folder in history:
        return None
    return f"{group.total} of {section}.min_articles {rule.min_articles}"
