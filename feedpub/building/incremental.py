"""The plan of a build that finds few files changed, at the cost of these changes.

It equals the plan that :func:`~feedpub.building.plan.full_plan` makes. The groups that the changed
articles leave and join are made anew from :mod:`feedpub.state.group_index`; every other feed stays
as it is. There is no incremental plan if the result would be uncertain: after many changes, if
articles share an id or have an ``updated_at`` in the future, if a file cannot be read, and if
build.db has a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from feedpub.building.changed_files import changed_files
from feedpub.building.linked_articles import published_url
from feedpub.building.options import BuildContext
from feedpub.building.plan import BuildPlan, PreviousBuild, clock_span
from feedpub.building.snapshot import Snapshot
from feedpub.content import ArticleFile, Scan
from feedpub.content.batches import ArticleRecord
from feedpub.content.bodies import name_of
from feedpub.core.counts import ArticleCounts
from feedpub.core.errors import Problem
from feedpub.core.feed_models import Feed, FeedListing
from feedpub.core.models import ArticleSummary, Candidate, FeedKind
from feedpub.feeds.families import is_made_by_articles
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.groups import Group, GroupMaker
from feedpub.feeds.history import History
from feedpub.feeds.paths import archive_folder
from feedpub.feeds.selection import articles_of, feed_order, feeds_of, listing_of, refuse_full_families
from feedpub.feeds.status import is_postdated, status_of
from feedpub.state.build_db import BuildCache
from feedpub.state.group_index import GroupIndex, GroupMove
from feedpub.state.records import GroupRow, LastBuild, NumberedFile

MAX_CHANGES = 200
"""The number of changed files up to which the changes alone are planned."""


def incremental_plan(
    context: BuildContext, scan: Scan, cache: BuildCache, previous: PreviousBuild, folders: Mapping[str, bytes]
) -> BuildPlan | None:
    """Return the plan; None if all files have to be compared.

    ``folders`` are the fingerprints of the folders as they are now.
    """
    if previous.checked is None:
        return None
    index = GroupIndex(cache, context.config)
    try:
        changed, gone = changed_files(scan, cache, index, folders, previous.checked)
        if len(changed) + len(gone) > MAX_CHANGES:
            return None
        changes = _Changes(context, index, scan, changed, gone)
        plan = changes.plan(previous) if changes.are_independent() and not previous.last.has_postdated else None
    except LookupError:
        return None
    # A build.db that fails meanwhile gives empty results, which look like missing rows.
    return plan if cache.is_open else None


class _Changes:
    """The changed files, read."""

    def __init__(
        self,
        context: BuildContext,
        index: GroupIndex,
        scan: Scan,
        changed: Sequence[ArticleFile],
        gone: Sequence[str],
    ) -> None:
        self.context = context
        self.index = index
        self.snapshot = Snapshot(scan, context, self._named)
        index.present = self.snapshot.files
        self.before: dict[str, NumberedFile | None] = {
            path: index.file(path) for path in (*gone, *(file.path for file in changed))
        }
        for path in gone:
            numbered = self.before[path]
            if numbered is not None:
                self.snapshot.forget(path, numbered.file)
        self.snapshot.readable_count = self.snapshot.all_count - len(changed)
        known = {path: numbered.file for path, numbered in self.before.items() if numbered}
        self.snapshot.read(context, [(file, known.get(file.path)) for file in changed])
        next_number = index.last_number() + 1
        self.numbers = {}
        for path, numbered in self.before.items():
            self.numbers[path] = numbered.number if numbered else next_number
            next_number += numbered is None

    def are_independent(self) -> bool:
        """Return whether all files could be read, no articles share an id, none is postdated."""
        if self.snapshot.unreadable:
            return False
        for summaries in (self._summaries_before(), self._summaries_after()):
            ids = [summary.id for summary in summaries]
            paths = {path for entry_id in ids for path in self.index.paths_with_id(entry_id)}
            if paths - self.before.keys() or len(set(ids)) < len(ids):
                return False
        # Groups would have to hold another updated_at than build.db does.
        return not any(is_postdated(summary, self.context.now) for summary in self._summaries_after())

    def plan(self, previous: PreviousBuild) -> BuildPlan:
        """Return the plan.

        Raise :class:`LookupError` if build.db has a gap, or if pages of unchanged articles would
        change.
        """
        config, history = self.context.config, previous.published.feeds
        moved = [self.index.apply_moves(kind, key, moves) for (kind, key), moves in self._moves(history).items()]
        groups = [group for _, group in moved if group.total or not is_made_by_articles(group.kind, group.key)]
        refuse_full_families([group for _, group in moved], history)
        folders = {group.folder for _, group in moved}
        feeds = feeds_of(groups, config, history, () if self.context.options.prune else folders & history.keys())
        unchanged = history.keys() - folders
        if config.output.pages:
            self._refuse_new_links(moved, history.keys(), {feed.folder for feed in feeds})
        self._refuse_new_urls(previous.last.linked)
        problems = self._problems(previous.last.problems)
        self._load_records({article.path for feed in feeds for article in articles_of(feed)}, are_files=True)
        # An unreadable file has a problem and no record.
        self._load_records({problem.path for problem in problems}, are_files=False)
        return BuildPlan(
            published=previous.published,
            snapshot=self.snapshot,
            articles=self._counts(previous.last),
            # It may be too narrow, which costs time and changes no result.
            clock_span=clock_span(self._summaries_after(), self.context, previous.last.clock_span),
            linked=previous.last.linked | self.snapshot.linked.linked_names(self._changed_records()),
            problems=problems,
            feeds=feeds,
            unchanged=frozenset(unchanged),
            unchanged_archives=frozenset(_unchanged_archives(feeds)),
            listings=self._listings(feeds, {folder: history[folder] for folder in unchanged}),
            group_rows={group.folder: row for row, group in moved},
            file_numbers=self.numbers,
            touched=self._touched(),
        )

    def _touched(self) -> dict[str, Candidate | None]:
        """Return the entries of the changed files as they are now, by id."""
        before = (summary.id for summary in self._summaries_before())
        after = (_published(summary, self.context.now) for summary in self._summaries_after())
        return {**dict.fromkeys(before), **{summary.id: summary for summary in after if summary is not None}}

    def _moves(self, history: History) -> dict[tuple[FeedKind, str], list[GroupMove]]:
        """Return the moves of the changed articles out of groups, into groups and within them.

        Raise :class:`LookupError` if an article may be the best of a period of which nothing was
        chosen: only all articles show which ones are.
        """
        now, maker = self.context.now, GroupMaker(self.context.config)
        moves: dict[tuple[FeedKind, str], list[GroupMove]] = {}
        for path, numbered in self.before.items():
            before = _published(numbered.file.record.summary if numbered else None, now)
            after = _published(self._summary_after(path), now)
            names_before, names_after = (_group_names(one, maker, now, history) for one in (before, after))
            for group in names_before.keys() | names_after.keys():
                move = GroupMove(
                    self.numbers[path],
                    after if group in names_after else None,
                    names_before.get(group, {}),
                    names_after.get(group, {}),
                )
                moves.setdefault(group, []).append(move)
        return moves

    def _refuse_new_links(
        self, moved: Iterable[tuple[GroupRow, Group]], before: Container[str], now: Container[str]
    ) -> None:
        """Raise :class:`LookupError` if unchanged articles link a feed that is new or gone."""
        changed = set(self.numbers.values())
        for row, group in moved:
            # Articles link the feeds of their topics and provider alone.
            is_new_or_gone = group.kind is not FeedKind.CUSTOM and (group.folder in before) != (group.folder in now)
            if is_new_or_gone and any(number not in changed for number in row.members):
                raise LookupError(group.folder)

    def _refuse_new_urls(self, linked: Container[str]) -> None:
        """Raise :class:`LookupError` if an article that others may link has another URL now."""
        now = self.context.now
        for path, numbered in self.before.items():
            before, after = numbered.file.record if numbered else None, self.snapshot.records.get(path)
            is_same = published_url(before, now) == published_url(after, now) and (before is None) == (after is None)
            if not is_same and name_of(path) in linked:
                raise LookupError(path)

    def _named(self, name: str) -> Mapping[str, ArticleRecord]:
        """Return the records of the articles with a name, those of the changed files as now."""
        records = {path: record for path, record in self.index.named(name).items() if path not in self.before}
        return records | {path: record for path, record in self._changed_records() if name_of(path) == name}

    def _changed_records(self) -> list[tuple[str, ArticleRecord]]:
        return [(path, self.snapshot.records[path]) for path in self.before if path in self.snapshot.records]

    def _listings(self, feeds: Sequence[Feed], unchanged: History) -> tuple[FeedListing, ...]:
        """Return the listing of every feed, in order."""
        by_feed = SettingsByFeed(self.context.config)
        listings = (listing_of(feed, folder, by_feed) for folder, feed in unchanged.items())
        return tuple(sorted((*feeds, *listings), key=feed_order))

    def _summaries_before(self) -> Iterator[ArticleSummary]:
        for numbered in self.before.values():
            if numbered is not None and numbered.file.record.summary is not None:
                yield numbered.file.record.summary

    def _summaries_after(self) -> Iterator[ArticleSummary]:
        return filter(None, map(self._summary_after, self.before))

    def _summary_after(self, path: str) -> ArticleSummary | None:
        record = self.snapshot.records.get(path)
        return record.summary if record else None

    def _problems(self, last: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the ``last`` problems of unchanged files, and those of the changed files now."""
        kept = (problem for problem in last if problem.path not in self.before)
        # The snapshot holds only changed files so far.
        links = self.snapshot.linked.problems(self._changed_records())
        return tuple(sorted((*kept, *self.snapshot.problems(), *links)))

    def _counts(self, last: LastBuild) -> ArticleCounts:
        now = self.context.now
        counts = Counter(msgspec.structs.asdict(last.articles))
        counts["read"] = self.snapshot.file_count
        for path, numbered in self.before.items():
            if numbered is not None:
                counts[_count_name(numbered.file.record.summary, now)] -= 1
            if path in self.snapshot.records:
                counts[_count_name(self._summary_after(path), now)] += 1
        return ArticleCounts(**counts)

    def _load_records(self, paths: Iterable[str], *, are_files: bool) -> None:
        """Add the records of unchanged files to the snapshot."""
        for path in paths:
            if path not in self.snapshot.records:
                numbered = self.index.unchanged_file(path)
                if numbered is not None:
                    self.snapshot.records[path] = numbered.file.record
                elif are_files:
                    raise LookupError(path)


def _unchanged_archives(feeds: Iterable[Feed]) -> Iterator[str]:
    for feed in feeds:
        unchanged = set(range(1, feed.archived + 1)) - {archive.number for archive in feed.archives}
        yield from (archive_folder(feed.folder, number) for number in unchanged)


def _count_name(summary: ArticleSummary | None, now: datetime) -> str:
    """Return the field of :class:`~feedpub.core.counts.ArticleCounts` that counts an article."""
    return status_of(summary, now) if summary else "invalid"


def _published(summary: ArticleSummary | None, now: datetime) -> Candidate | None:
    return summary if _count_name(summary, now) == "published" else None


def _group_names(
    article: Candidate | None, maker: GroupMaker, now: datetime, history: History
) -> dict[tuple[FeedKind, str], Mapping[str, int]]:
    """Return the groups that hold ``article``, each with its names for the topic or provider.

    Raise :class:`LookupError` if ``top`` would choose it now.
    """
    groups = tuple(maker.groups_of((article,), now, history)) if article else ()
    for group in groups:
        if group.chosen is not None and group.chosen != history[group.folder].chosen:
            raise LookupError(group.folder)
    return {(group.kind, group.key): group.names for group in groups if group.total}
