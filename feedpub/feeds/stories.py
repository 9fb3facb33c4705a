"""The stories of a feed: its articles that tell one event, and the one that stands for them. Pure.

Articles are taken from the oldest to the newest, so that a newer one changes no older story. An
article belongs to a story that began at most 48 hours before, if it names an article of the story
as related or is named by one, or if the story began with a headline like its own from another
newsroom.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Container, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from feedpub.core.models import Candidate, StoryFacets
from feedpub.feeds.headlines import Headline, are_alike
from feedpub.feeds.order import rank_by, rank_for

_SPAN = timedelta(hours=48)
"""The most time from the first article of a story to the last."""
_MOST_COMPARED = 100
"""The number of stories with one key that an article is compared with, the newest."""
_NO_FACETS = StoryFacets()
_NEVER = datetime.min.replace(tzinfo=UTC)


class Story(msgspec.Struct, frozen=True):
    """The articles of a feed that tell one event."""

    entry: Candidate
    """The article that stands for the story in the feed."""
    others: tuple[Candidate, ...]
    """The hottest first."""
    began: datetime
    """The ``published_at`` of the oldest article."""


class ShownStories(msgspec.Struct, frozen=True):
    """The stories that a feed shows, and the ids that its next build needs."""

    stories: tuple[Story, ...]
    entries: tuple[str, ...]
    """The ids of the articles that stand for a story of the feed, and go on to do so."""


def shown_stories(articles: Sequence[Candidate], limit: int, sort: str, kept: Container[str]) -> ShownStories:
    """Return the stories that a feed with ``limit`` shows.

    ``articles`` are in the order ``sort`` of the feed. The hottest article stands for a story, of
    equals the newest. One whose id is in ``kept``, as it was published, goes on to stand for it.
    """
    count = 4 * limit + _MOST_COMPARED
    # The newest articles often are enough, and reading all of them takes time.
    while sort == "date" and count < len(articles):
        newest = articles[:count]
        grouping = _Grouping(newest, newest[-1].published_at)
        shown = _shown(grouping, limit, sort, kept)
        if len(shown.stories) == limit and grouping.is_certain(shown.stories[-1].entry.published_at):
            return shown
        count *= 4
    return _shown(_Grouping(articles[:], None), limit, sort, kept)


def _shown(grouping: _Grouping, limit: int, sort: str, kept: Container[str]) -> ShownStories:
    rank = rank_for(sort)
    stories = sorted(grouping.stories(kept), key=lambda story: rank(story.entry))
    shown, beyond = stories[:limit], stories[limit:]
    entries = [story.entry.id for story in shown]
    if beyond:
        last, end = rank(shown[-1].entry), grouping.end
        entries += [
            story.entry.id
            for story in beyond
            if story.entry.id in kept
            # It may grow, or the feed would show it with another article.
            and (end - story.began <= _SPAN or any(rank(article) < last for article in story.others))
        ]
    return ShownStories(tuple(shown), tuple(entries))


class _Report(msgspec.Struct, frozen=True):
    """An article as grouping sees it."""

    article: Candidate
    facets: StoryFacets
    headline: Headline
    newsroom: str
    """The key of the provider, or else the host of the article's URL."""

    @classmethod
    def of(cls, article: Candidate) -> _Report:
        facets = article.story_facets or _NO_FACETS
        provider = article.provider.key if article.provider else None
        return cls(article, facets, Headline(facets.title), provider or urlsplit(facets.url).hostname or "")

    def is_like(self, earlier: _Report) -> bool:
        return earlier.newsroom != self.newsroom and are_alike(earlier.headline, self.headline)


class _Grouping:
    """The stories of articles: of all, or of the newest ones from the moment ``edge`` on.

    Of the newest ones, the stories of the oldest are not certain: they may belong to stories that
    began before, and so may those that are related to them or like them.
    """

    def __init__(self, articles: Sequence[Candidate], edge: datetime | None) -> None:
        self._edge = edge
        self._members: list[list[Candidate]] = []
        """The articles of each story, from the oldest on."""
        self._first: list[_Report] = []
        """The first article of each story."""
        self._by_key: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_MOST_COMPARED))
        """The stories, as positions in the lists, by the keys of their first headlines."""
        self._by_url: dict[str, int] = {}
        """By the URL of an article: the last story that has it."""
        self._by_related: dict[str, int] = {}
        """By a URL: the last story that has an article which names it as related."""
        self._uncertain: dict[str, list[_Report]] = defaultdict(list)
        """The uncertain articles, by their keys and by the URLs that they have and name."""
        self._last_uncertain = _NEVER
        self._has_full_key = False
        self.end = max((article.published_at for article in articles), default=_NEVER)
        for article in sorted(articles, key=lambda article: (article.published_at, article.id)):
            self._add(_Report.of(article))

    def is_certain(self, since: datetime) -> bool:
        """Return whether stories with an article from ``since`` on are as if all were grouped."""
        return not self._has_full_key and since - self._last_uncertain > _SPAN

    def stories(self, kept: Container[str]) -> Iterator[Story]:
        """Yield the stories; most have one article."""
        for members in self._members:
            by_heat = sorted(members, key=rank_by("heat")) if len(members) > 1 else members
            entry = next((article for article in by_heat if article.id in kept), by_heat[0])
            others = tuple(article for article in by_heat if article is not entry)
            yield Story(entry, others, members[0].published_at)

    def _add(self, report: _Report) -> None:
        if self._edge is not None and self._is_uncertain(report, self._edge):
            self._last_uncertain = report.article.published_at
            for key in (*report.headline.keys, report.facets.url, *report.facets.related):
                self._uncertain[key].append(report)
        story = self._related_story(report)
        if story is None:
            story = self._like_story(report)
        if story is None:
            story = len(self._members)
            self._members.append([])
            self._first.append(report)
            for key in report.headline.keys:
                self._by_key[key].append(story)
                self._has_full_key |= len(self._by_key[key]) == _MOST_COMPARED
        self._members[story].append(report.article)
        self._by_url[report.facets.url] = story
        self._by_related.update(dict.fromkeys(report.facets.related, story))

    def _is_uncertain(self, report: _Report, edge: datetime) -> bool:
        """Return whether the story may be another if all articles are grouped."""
        start = report.article.published_at - edge
        if start <= _SPAN:
            return True
        linked = (report.facets.url, *report.facets.related)
        return any(
            key in linked or report.is_like(other)
            for key in (*report.headline.keys, *linked)
            for other in self._uncertain.get(key, ())
            if report.article.published_at - other.article.published_at <= _SPAN
        )

    def _related_story(self, report: _Report) -> int | None:
        """Return the first open story with an article that is related; None if there is none."""
        linked = {self._by_url.get(url) for url in report.facets.related} | {self._by_related.get(report.facets.url)}
        return min((story for story in linked if story is not None and self._is_open(story, report)), default=None)

    def _like_story(self, report: _Report) -> int | None:
        """Return the first open story that began with a headline like that of the article."""
        stories: set[int] = set()
        for key in report.headline.keys:
            with_key = self._by_key.get(key, deque())
            while with_key and not self._is_open(with_key[0], report):
                with_key.popleft()
            stories.update(with_key)
        return next((story for story in sorted(stories) if report.is_like(self._first[story])), None)

    def _is_open(self, story: int, report: _Report) -> bool:
        return report.article.published_at - self._first[story].article.published_at <= _SPAN
