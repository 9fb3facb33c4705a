"""The feeds that an article is in, its position in each, and why it is not in the others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from feedpub.config import Config, CustomFeed
from feedpub.core.dates import rfc3339
from feedpub.core.feed_models import Feed
from feedpub.core.models import Candidate, FeedKind
from feedpub.feeds.families import MAX_FAMILY, Family
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.groups import Group, groups_of, members_of, providers_of, topics_of
from feedpub.feeds.history import History
from feedpub.feeds.paths import folders_of
from feedpub.feeds.rules import CustomRule
from feedpub.feeds.selection import refusal_of, select
from feedpub.feeds.status import ArticlesByStatus
from feedpub.feeds.top import TopChoice


class FeedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that an article could be in."""

    folder: str
    """Empty for the site's feed."""
    title: str
    position: int | None
    """The number of its entry, from 1, the newest; None if the article is not in the feed."""
    reason: str | None
    """Why the article is not in the feed; None if it is."""


def status_texts(by_status: ArticlesByStatus) -> dict[str, str]:
    """Return the status of each article in words, by the article's path."""
    return {
        **{article.path: "published" for article in by_status.published},
        **{article.path: f"unpublished ({article.withheld})" for article in by_status.unpublished},
        **{article.path: f"embargoed until {rfc3339(article.published_at)}" for article in by_status.embargoed},
        **{
            article.path: f"expired since {rfc3339(article.expires_at)}"
            for article in by_status.expired
            if article.expires_at is not None
        },
        **{
            loser.path: f"duplicate of {winner.path}, which is published instead"
            for loser, winner in by_status.duplicates
        },
    }


def status_text(article: Candidate, by_status: ArticlesByStatus) -> str:
    """Return the status of ``article`` in words."""
    return status_texts(by_status)[article.path]


def feed_places(
    article: Candidate, by_status: ArticlesByStatus, config: Config, history: History, now: datetime
) -> Iterator[FeedPlace]:
    """Yield every feed that ``article`` could be in.

    These are the site's feed, its topics', its provider's, and the custom feeds.
    """
    feeds = {feed.folder: feed for feed in select(by_status.published, config, history, now)}
    settings = SettingsByFeed(config)
    words = status_text(article, by_status)
    withheld = None if words == "published" else words
    for folder, title, refusal in _candidates(article, by_status, config, history, now):
        feed = feeds.get(folder)
        position = _position(article, feed) if feed is not None else None
        limit = settings.of(feed.kind, feed.key).limit if feed is not None else None
        beyond = f"beyond the limit of {limit}" if limit else f"beyond the {MAX_FAMILY} feeds of a family"
        reason = None if position else withheld or refusal or _story_reason(article, feed) or beyond
        yield FeedPlace(folder=folder, title=feed.title if feed else title, position=position, reason=reason)


def _position(article: Candidate, feed: Feed) -> int | None:
    """Return the number of the entry that shows ``article``; None if none does."""
    entries = [issue.articles for issue in feed.issues] or [(other,) for other in feed.articles]
    shown = (any(other.path == article.path for other in entry) for entry in entries)
    return next((number for number, is_shown in enumerate(shown, 1) if is_shown), None)


def _story_reason(article: Candidate, feed: Feed | None) -> str | None:
    """Return which other article stands for the story of ``article`` in ``feed``, if one does."""
    for path, others in feed.stories.items() if feed else ():
        if any(other.path == article.path for other in others):
            return f"shown in the story of {path}"
    return None


def _candidates(
    article: Candidate, by_status: ArticlesByStatus, config: Config, history: History, now: datetime
) -> Iterator[tuple[str, str, str | None]]:
    """Yield folder and title of each feed, and the reason why it does not hold ``article``.

    The limit on the length of feeds is ignored.
    """
    yield "", config.site.title, None
    folders, settings = folders_of(config), SettingsByFeed(config)
    groups = {(group.kind, group.key): group for group in groups_of(by_status.published, config, now, history)}

    def refusal(own_group: Group) -> str | None:
        # An article that is not published may be the only one of its topic.
        empty = msgspec.structs.replace(own_group, articles=(), total=0)
        return refusal_of(groups.get((own_group.kind, own_group.key), empty), config, history)

    for own_group in (*topics_of((article,), folders).values(), *providers_of((article,), folders).values()):
        yield own_group.folder, f"{config.site.title}: {own_group.label}", refusal(own_group)
    for custom in config.feeds:
        rule = CustomRule(custom, config.site.language)
        if custom.dimensions:
            yield from _members(article, custom, rule.reasons(article, now), config, refusal)
            continue
        chosen = groups[FeedKind.CUSTOM, custom.slug].chosen
        if chosen is None:
            reasons = rule.reasons(article, now)
        else:
            choice = TopChoice(rule, settings.of(FeedKind.CUSTOM, custom.slug))
            reasons = choice.reasons(article, by_status.published, chosen, now)
        yield folders.folder_of(FeedKind.CUSTOM, custom.slug), custom.title, reasons


def _members(
    article: Candidate,
    custom: CustomFeed,
    reasons: str | None,
    config: Config,
    refusal: Callable[[Group], str | None],
) -> Iterator[tuple[str, str, str | None]]:
    """Yield the feeds of a family for ``article``; one line if it can be in none of them.

    ``reasons`` are those of the rule, and ``refusal`` gives the reason why there is no such feed.
    """
    family = Family(custom, config)
    if reasons := reasons or family.lacks(article):
        yield f"{FeedKind.CUSTOM.value}/{custom.slug}~", custom.title, reasons
        return
    for own_group in members_of((article,), family, folders_of(config)).values():
        yield own_group.folder, own_group.label, refusal(own_group)
