"""The plan of a build, and the report and the new state of the output folder that follow from it.

:func:`full_plan` makes the plan from all files. :mod:`feedpub.building.incremental` makes the same
plan from the changes alone.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from feedpub.building.options import BuildContext
from feedpub.building.report import Report
from feedpub.building.snapshot import Snapshot, read_snapshot
from feedpub.content import Scan
from feedpub.core.counts import ArticleCounts, FeedCounts
from feedpub.core.errors import Problem
from feedpub.core.feed_models import Feed, FeedListing
from feedpub.core.format_registry import FORMATS
from feedpub.core.models import Candidate
from feedpub.feeds.groups import Group, groups_of
from feedpub.feeds.history import PublishedFeed
from feedpub.feeds.paths import feed_folder, path_in
from feedpub.feeds.rules import spans_of
from feedpub.feeds.selection import bound_warnings, feeds_of
from feedpub.feeds.status import ArticlesByStatus, group_by_status, moments_of
from feedpub.feeds.top import calendars_of
from feedpub.state.atomic_files import Changes, file_in
from feedpub.state.build_db import BuildCache
from feedpub.state.published import OutputState
from feedpub.state.records import ClockSpan, GroupRow, LastBuild, OutputFile, ProblemRow

_SHRINK_GUARD_MINIMUM = 20
"""The number of articles of the last build from which a build stops if half of them are gone."""

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_ALWAYS = ClockSpan(_FIRST.timestamp(), _LAST.timestamp())

NO_CHANGES = Changes(written=frozenset(), removed=frozenset(), foreign=frozenset())
"""The changes of a build that stops before it writes."""


class PreviousBuild(msgspec.Struct, frozen=True, kw_only=True):
    """The last build, if only article files and link facts can have changed since."""

    last: LastBuild
    published: OutputState
    outputs: Mapping[str, OutputFile]
    """The files in the output folder, by relative path, which are as that build left them."""
    checked: frozenset[str] | None = frozenset()
    """The URLs about which link checks found something new; None if any."""


class BuildPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The articles and problems that a build found, and the feeds that it publishes."""

    published: OutputState
    """The state of the output folder before the build."""
    snapshot: Snapshot
    articles: ArticleCounts
    clock_span: ClockSpan
    has_postdated: bool = False
    """True if the ``updated_at`` of a published article is in the future."""
    linked: frozenset[str]
    """The names of the articles that bodies link, or more; see :class:`LastBuild`."""
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...] = ()
    """The lines about feeds that are not as the configuration asks for."""
    feeds: tuple[Feed, ...]
    """All feeds but the unchanged ones, in order."""
    unchanged: frozenset[str] = frozenset()
    """The folders of the feeds that did not change."""
    unchanged_archives: frozenset[str] = frozenset()
    """The folders of the archives that did not change, of feeds that may have changed."""
    listings: tuple[FeedListing, ...]
    """Every feed, changed or not, in order."""
    groups: tuple[Group, ...] | None = None
    """All groups with all of their articles; None in an incremental plan."""
    group_rows: Mapping[str, GroupRow] = {}
    """The groups that changed, by folder, in an incremental plan."""
    file_numbers: Mapping[str, int] = {}
    """The numbers of the files that changed, in an incremental plan."""
    touched: Mapping[str, Candidate | None] | None = None
    """In an incremental plan, the entries of the files that changed, by id; None for an entry that
    is not published. None in a full plan.
    """

    def keeps(self, path: str) -> bool:
        """Return whether the file ``path`` of the last build needs no work."""
        return feed_folder(path) in self.unchanged or path.rpartition("/")[0] in self.unchanged_archives

    def problem_row(self, problem: Problem) -> ProblemRow:
        """Return ``problem`` as build.db holds it."""
        return problem.path, self.snapshot.digest(problem.path), str(problem)


class PublishedFiles(msgspec.Struct, frozen=True):
    """The result of publishing."""

    changes: Changes
    digests: dict[str, str]
    """The digest of each file that belongs to the output now, by relative path."""
    signatures: dict[str, bytes]
    """The signature of each of these files, see :class:`~feedpub.state.records.OutputFile`."""


def full_plan(context: BuildContext, scan: Scan, cache: BuildCache, published: OutputState) -> BuildPlan:
    """Return the plan of a build that compares every file with ``cache`` and makes every feed."""
    config = context.config
    snapshot = read_snapshot(context, scan, cache)
    articles = group_by_status(snapshot.candidates, context.now)
    groups = tuple(groups_of(articles.published, config, context.now, published.feeds))
    feeds = feeds_of(groups, config, published.feeds, () if context.options.prune else published.feeds)
    return BuildPlan(
        published=published,
        snapshot=snapshot,
        articles=_counts(snapshot, articles),
        clock_span=clock_span(snapshot.candidates, context),
        has_postdated=bool(articles.postdated),
        linked=snapshot.linked.linked_names(snapshot.records.items()),
        problems=tuple(sorted((*snapshot.problems(), *articles.problems(), *snapshot.link_problems()))),
        warnings=tuple(bound_warnings(groups, feeds, config, published.feeds)),
        feeds=feeds,
        listings=feeds,
        groups=groups,
    )


def shrink_message(plan: BuildPlan, last_found: int, last_published: int) -> str | None:
    """Return why ``plan`` needs a person: most articles of the last build are gone; None otherwise.

    If few files are found, a disk may be missing. If few are published, the clock may be wrong, or
    a change may have made all articles invalid.
    """
    found, published = plan.snapshot.readable_count, plan.articles.published
    if found * 2 < last_found >= _SHRINK_GUARD_MINIMUM:
        return (
            f"only {found} of the {last_found} articles of the last build are still found; nothing was written "
            "(is a disk missing? --allow-shrink goes ahead)"
        )
    if published * 2 < last_published >= _SHRINK_GUARD_MINIMUM:
        counts = msgspec.structs.asdict(plan.articles)
        others = [f"{count} {name}" for name, count in counts.items() if count and name not in ("read", "published")]
        return (
            f"only {published} of the {last_published} articles that the last build published would be published "
            f"({', '.join(others) or 'no other'}); nothing was written (is the clock wrong? --allow-shrink goes ahead)"
        )
    return None


def new_output_state(plan: BuildPlan, files: PublishedFiles, folder: Path) -> OutputState:
    """Return the state of the output ``folder`` after the build."""
    # A file that could not be removed stays in the state. One that somebody else changed does not.
    gone = files.changes.removed | files.changes.foreign
    orphans = {
        path: digest
        for path, digest in plan.published.files.items()
        if path not in files.digests and path not in gone and os.path.lexists(file_in(folder, path))
    }
    return OutputState(
        articles=plan.snapshot.readable_count,
        published=plan.articles.published,
        files={**orphans, **files.digests},
        feeds={path: plan.published.feeds[path] for path in plan.unchanged}
        | {
            feed.folder: PublishedFeed(
                kind=feed.kind,
                key=feed.key,
                label=feed.label,
                updated=feed.updated,
                total=feed.total,
                chosen=feed.chosen,
                story_entries=feed.story_entries,
            )
            for feed in plan.feeds
        },
    )


def report_of(plan: BuildPlan, changes: Changes, known: Container[ProblemRow]) -> Report:
    """Return the report without warnings and time; ``known`` problems were named before."""
    # A feed counts as written by its feed files. Its page also shows other feeds, and an archive
    # is a document of its own.
    written = sum(any(path in changes.written for path in _feed_files(feed)) for feed in plan.feeds)
    removed = plan.published.feeds.keys() - plan.unchanged - {feed.folder for feed in plan.feeds}
    total = len(plan.feeds) + len(plan.unchanged)
    return Report(
        articles=plan.articles,
        feeds=FeedCounts(total=total, written=written, unchanged=total - written, removed=len(removed)),
        problems=plan.problems,
        new_problems=tuple(problem for problem in plan.problems if plan.problem_row(problem) not in known),
        files=tuple(sorted(changes.written | changes.removed)),
        warnings=(),
        seconds=0.0,
    )


def _feed_files(feed: FeedListing) -> Iterator[str]:
    return (path_in(feed.folder, info.filename) for info in FORMATS.values())


def clock_span(articles: Iterable[Candidate], context: BuildContext, within: ClockSpan = _ALWAYS) -> ClockSpan:
    """Return the part of ``within`` around now in which the clock does not change ``articles``."""
    now, spans, calendars = context.now, spans_of(context.config), calendars_of(context.config)
    moments = [moment for article in articles for moment in moments_of(article, spans, calendars)]
    since = max((moment for moment in moments if moment <= now), default=_FIRST).timestamp()
    until = min((moment for moment in moments if moment > now), default=_LAST).timestamp()
    return ClockSpan(max(within.since, since), min(within.until, until))


def _counts(snapshot: Snapshot, articles: ArticlesByStatus) -> ArticleCounts:
    return ArticleCounts(
        read=snapshot.file_count,
        published=len(articles.published),
        unpublished=len(articles.unpublished),
        embargoed=len(articles.embargoed),
        expired=len(articles.expired),
        invalid=snapshot.invalid_count,
        duplicates=len(articles.duplicates),
    )
