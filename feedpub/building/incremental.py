"""The plan of a build that finds few files changed, at the cost of what changed.

It is the plan that a look at everything would give: the groups that the changed articles leave and join are made anew
from :mod:`feedpub.state.group_index`, and every other feed stays as it is. Where that is not certain (many changes, articles that
share an id, a file that cannot be read, a gap in build.db) there is no such plan, and everything is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from feedpub.building.plan import BuildPlan, PreviousBuild
from feedpub.building.snapshot import BuildTools, Snapshot
from feedpub.config import Config
from feedpub.content import ArticleFile, Scan, Stamp
from feedpub.content.files import is_racy
from feedpub.core.errors import Problem
from feedpub.core.models import ArticleCounts, ArticleSummary, Candidate, Feed, FeedKind, FeedListing
from feedpub.feeds.paths import archive_folder
from feedpub.feeds.selection import Group, History, articles_of, feed_order, feeds_of, groups_of, listing_of, status_of
from feedpub.state.build_db import BuildCache
from feedpub.state.group_index import GroupIndex, GroupMove, NumberedFile
from feedpub.state.records import ClockSpan, GroupRow, LastBuild

MOST = 200
"""How many changed files are few."""


class BuildContext(msgspec.Struct, frozen=True, kw_only=True):
    """What decides besides the articles, and the means to read them."""

    config: Config
    now: datetime
    prune: bool
    work: BuildTools


def plan_changes(around: BuildContext, tree: Scan, cache: BuildCache, before: PreviousBuild) -> BuildPlan | None:
    """The plan; None where everything has to be looked at."""
    index = GroupIndex(cache)
    try:
        changed, gone = _differences(tree, cache, index, before.folders)
        if len(changed) + len(gone) > MOST:
            return None
        found = _Found(around, index, Snapshot(tree, around.work.spool), changed, gone)
        plan = found.plan(before) if found.is_plain() else None
    except (LookupError, msgspec.DecodeError):
        return None
    # Had build.db failed meanwhile, what was not told would seem not to be.
    return plan if cache.is_open else None


def _differences(
    tree: Scan, cache: BuildCache, index: GroupIndex, folders: Mapping[str, bytes]
) -> tuple[tuple[ArticleFile, ...], tuple[str, ...]]:
    """The files that are new, or may not be what they were; and the paths of those that are gone."""
    known = cache.folders()
    started = cache.started()
    differing = {folder for folder in known.keys() | folders.keys() if known.get(folder) != folders.get(folder)}
    stamps = {folder: index.stamps(folder) for folder in differing}
    changed = [source for sources in tree.folders for source in _changed(sources, stamps, started)]
    found = {source.path for sources in tree.folders if _folder(sources) in differing for source in sources}
    gone = {path for remembered in stamps.values() for path in remembered} - found
    return tuple(changed), tuple(sorted(gone))


def _changed(
    sources: Sequence[ArticleFile], stamps: Mapping[str, Mapping[str, Stamp]], started: int
) -> Iterator[ArticleFile]:
    """Those files of one folder that are not in ``stamps`` as they are, or whose times are not to be believed."""
    remembered = stamps.get(_folder(sources))
    for source in sources:
        is_other = remembered is not None and remembered.get(source.path) != source.stamp
        if is_other or is_racy(source.stamp, started):
            yield source


def _folder(sources: Sequence[ArticleFile]) -> str:
    return sources[0].path.rpartition("/")[0]


class _Found:
    """The changed files, read."""

    def __init__(
        self,
        around: BuildContext,
        index: GroupIndex,
        snapshot: Snapshot,
        changed: Sequence[ArticleFile],
        gone: Sequence[str],
    ) -> None:
        self.around = around
        self.index = index
        self.snapshot = snapshot
        self.before: dict[str, NumberedFile | None] = {
            path: index.file(path) for path in (*gone, *(source.path for source in changed))
        }
        self.snapshot.gone = {path for path in gone if self.before[path] is not None}
        self.snapshot.readable = len(self.snapshot.sources) - len(changed)
        known = {path: numbered.file for path, numbered in self.before.items() if numbered}
        self.snapshot.read(around.config, [(source, known.get(source.path)) for source in changed], around.work)
        next_number = index.last_number() + 1
        self.numbers = {}
        for path, numbered in self.before.items():
            self.numbers[path] = numbered.number if numbered else next_number
            next_number += numbered is None

    def is_plain(self) -> bool:
        """Whether every file could be read, and no two articles share an id, before or now."""
        if len(self.snapshot.unreadable) > 0:
            return False
        for side in (self._summaries_before(), self._summaries_after()):
            ids = [summary.id for summary in side]
            others = {path for entry_id in ids for path in self.index.paths_of(entry_id)} - self.before.keys()
            if others or len(set(ids)) < len(ids):
                return False
        return True

    def plan(self, before: PreviousBuild) -> BuildPlan:
        """The plan."""
        config, now = self.around.config, self.around.now
        affected: dict[tuple[FeedKind, str], list[GroupMove]] = {}
        for path, numbered in self.before.items():
            was = _live(numbered.file.record.summary if numbered else None, now)
            is_now = _live(self._summary_after(path), now)
            left, joined = _groups(was, config), _groups(is_now, config)
            for group in left.keys() | joined.keys():
                after = is_now if group in joined else None
                move = GroupMove(self.numbers[path], after, left.get(group, {}), joined.get(group, {}))
                affected.setdefault(group, []).append(move)
        moved = [self.index.moved(kind, key, moves, config) for (kind, key), moves in affected.items()]
        groups = [group for _, group in moved if group.total or group.kind in (FeedKind.SITE, FeedKind.CUSTOM)]
        folders = {group.folder for _, group in moved}
        history = before.old.feeds
        feeds = feeds_of(groups, config, history, () if self.around.prune else folders & history.keys())
        untouched = history.keys() - folders
        if config.output.pages:
            self._refuse_new_links(moved, history.keys(), {feed.folder for feed in feeds})
        problems = self._problems(before.last.problems)
        self._look_up(article.path for feed in feeds for article in articles_of(feed))
        self._look_up(problem.path for problem in problems)
        return BuildPlan(
            old=before.old,
            snapshot=self.snapshot,
            articles=self._counts(before.last),
            due=self._due(before.last),
            problems=problems,
            feeds=feeds,
            untouched=frozenset(untouched),
            untouched_archives=frozenset(_untouched_archives(feeds)),
            listed=self._listed(feeds, {folder: history[folder] for folder in untouched}),
            rows={group.folder: row for row, group in moved},
            numbers=self.numbers,
        )

    def _refuse_new_links(
        self, moved: Iterable[tuple[GroupRow, Group]], before: Container[str], now: Container[str]
    ) -> None:
        """Raise :class:`LookupError` where a feed came or went that pages link with articles that did not change."""
        changed = set(self.numbers.values())
        for row, group in moved:
            is_other = (group.folder in before) != (group.folder in now)
            if is_other and any(number not in changed for number in row.members):
                raise LookupError(group.folder)

    def _listed(self, feeds: Sequence[Feed], untouched: History) -> tuple[FeedListing, ...]:
        """Every feed, of which only ``feeds`` may have changed."""
        others = (listing_of(known, self.around.config) for known in untouched.values())
        return tuple(sorted((*feeds, *others), key=feed_order))

    def _summaries_before(self) -> Iterator[ArticleSummary]:
        for numbered in self.before.values():
            if numbered is not None and numbered.file.record.summary is not None:
                yield numbered.file.record.summary

    def _summaries_after(self) -> Iterator[ArticleSummary]:
        for path in self.before:
            summary = self._summary_after(path)
            if summary is not None:
                yield summary

    def _summary_after(self, path: str) -> ArticleSummary | None:
        record = self.snapshot.records.get(path)
        return record.summary if record else None

    def _problems(self, last: Iterable[Problem]) -> tuple[Problem, ...]:
        kept = (problem for problem in last if problem.path not in self.before)
        found = (problem for path in self.before for problem in self._problems_of(path))
        return tuple(sorted((*kept, *found)))

    def _problems_of(self, path: str) -> tuple[Problem, ...]:
        record = self.snapshot.records.get(path)
        return record.problems if record else ()

    def _counts(self, last: LastBuild) -> ArticleCounts:
        now = self.around.now
        counts = Counter(msgspec.structs.asdict(last.articles))
        counts["read"] = self.snapshot.found
        for path, numbered in self.before.items():
            if numbered is not None:
                counts[_standing(numbered.file.record.summary, now)] -= 1
            if path in self.snapshot.records:
                counts[_standing(self._summary_after(path), now)] += 1
        return ArticleCounts(**counts)

    def _due(self, last: LastBuild) -> ClockSpan:
        """Bounds that are too narrow cost time and nothing else."""
        now = self.around.now
        dates = [summary.published_at for summary in self._summaries_after() if not summary.withheld]
        return ClockSpan(
            since=max((last.due.since, *(date.timestamp() for date in dates if date <= now))),
            until=min((last.due.until, *(date.timestamp() for date in dates if date > now))),
        )

    def _look_up(self, paths: Iterable[str]) -> None:
        """Have the snapshot know the records of files that did not change."""
        for path in paths:
            if path not in self.snapshot.records:
                numbered = self.index.file(path)
                if numbered is not None:
                    self.snapshot.records[path] = numbered.file.record


def _untouched_archives(feeds: Iterable[Feed]) -> Iterator[str]:
    for feed in feeds:
        changed = {archive.number for archive in feed.archives}
        for number in range(1, feed.archived + 1):
            if number not in changed:
                yield archive_folder(feed.folder, number)


def _standing(summary: ArticleSummary | None, now: datetime) -> str:
    """Return among which of the :class:`~feedpub.core.models.ArticleCounts` an article is."""
    return status_of(summary, now) if summary else "invalid"


def _live(summary: ArticleSummary | None, now: datetime) -> Candidate | None:
    return summary if _standing(summary, now) == "published" else None


def _groups(article: Candidate | None, config: Config) -> dict[tuple[FeedKind, str], Mapping[str, int]]:
    """Return the groups that hold ``article``, each with what it calls the topic or provider."""
    groups = groups_of((article,), config) if article else ()
    return {(group.kind, group.key): group.names for group in groups if group.total}
