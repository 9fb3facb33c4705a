"""The best articles of each day, week or month, for custom feeds with ``top``. Pure.

What was chosen for a period stays chosen, because readers have seen it: a late article or another
heat changes no period that was published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from feedpub.config import Config, Top
from feedpub.core.dates import rfc3339
from feedpub.core.feed_models import Issue
from feedpub.core.models import Candidate
from feedpub.feeds.feed_settings import FeedSettings
from feedpub.feeds.history import Chosen
from feedpub.feeds.order import rank_by
from feedpub.feeds.periods import Calendar, Period, calendar_of
from feedpub.feeds.rules import CustomRule


def calendars_of(config: Config) -> tuple[Calendar, ...]:
    """Return the calendars of feeds with ``top``. They change at the ends of periods."""
    kinds = sorted({feed.top.per for feed in config.feeds if feed.top})
    return tuple(calendar_of(per, config.content.timezone) for per in kinds)


class TopChoice:
    """The choice of the best articles that match ``rule``, for the feed with ``settings``."""

    def __init__(self, rule: CustomRule, settings: FeedSettings) -> None:
        self._rule = rule
        self._top = settings.top or Top()
        self._limit = settings.limit
        self._calendar = settings.calendar
        self._rank = rank_by(self._top.by)

    def choose(self, published: Sequence[Candidate], recorded: Chosen, now: datetime) -> dict[str, tuple[str, ...]]:
        """Return the ids of the best articles of each period that is over, if the feed can show it.

        The ``recorded`` ids of a period stay, whether or not the articles are still published.
        """
        chosen = self._choose(published, recorded, now)
        while not recorded.keys() <= chosen.keys():
            # An article of a period that left the feed may have another date now.
            recorded, chosen = chosen, self._choose(published, chosen, now)
        return chosen

    def _choose(self, published: Sequence[Candidate], recorded: Chosen, now: datetime) -> dict[str, tuple[str, ...]]:
        periods = {self._calendar.named(name): ids for name, ids in recorded.items()}
        chosen = {period: ids for period, ids in periods.items() if period and ids and period.end <= now}
        known = {entry_id for ids in chosen.values() for entry_id in ids}
        candidates: dict[Period, list[Candidate]] = defaultdict(list)
        for article in published:
            period = self._calendar.period_of(article.published_at)
            is_open = period.end <= now and period not in chosen and article.id not in known
            if is_open and self._rule.holds(article, period.end):
                candidates[period].append(article)
        for period, articles in candidates.items():
            best = sorted(articles, key=self._rank)[: self._top.count]
            chosen[period] = tuple(article.id for article in best)
        return self._shown(chosen)

    def _shown(self, chosen: dict[Period, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return the newest periods, as many as fill the feed.

        An article that is gone still counts, so that no older period takes its place.
        """
        shown: dict[str, tuple[str, ...]] = {}
        entries = 0
        for period, ids in sorted(chosen.items(), reverse=True):
            if entries >= self._limit:
                break
            shown[period.name] = ids
            entries += 1 if self._top.digest else len(ids)
        return shown

    def reasons(self, article: Candidate, published: Iterable[Candidate], chosen: Chosen, now: datetime) -> str | None:
        """Return why ``article`` is not ``chosen``; None if it is."""
        if any(article.id in ids for ids in chosen.values()):
            return None
        period, per, by = self._calendar.period_of(article.published_at), self._top.per, self._top.by
        if refusal := self._rule.reasons(article, period.end):
            return refusal
        if period.end > now:
            return f"its {per} is not over until {rfc3339(period.end)}"
        if period.name not in chosen:
            return f"its {per}, {period.name}, is older than those that the feed shows"
        better = sum(self._rank(other) < self._rank(article) for other in self._rivals(period, published))
        if better < self._top.count:
            return f"number {better + 1} of its {per} by {by}, but {period.name} was published without it"
        return f"number {better + 1} of its {per} by {by}; top takes {self._top.count}"

    def _rivals(self, period: Period, published: Iterable[Candidate]) -> Iterable[Candidate]:
        """Return the articles of ``period`` that match the rule."""
        return (
            article
            for article in published
            if self._calendar.period_of(article.published_at) == period and self._rule.holds(article, period.end)
        )


def issues_of(chosen: Chosen, articles: Sequence[Candidate], settings: FeedSettings) -> tuple[Issue, ...]:
    """Return the issues of a digest, the newest first: those of ``articles`` that were chosen.

    A period of which no article is left has no issue.
    """
    by_id = {article.id: article for article in articles}
    periods = sorted(filter(None, map(settings.calendar.named, chosen)), reverse=True)
    listed = ((period, tuple(by_id[one] for one in chosen[period.name] if one in by_id)) for period in periods)
    return tuple(Issue(name=period.name, end=period.end, articles=best) for period, best in listed if best)
