"""What a build found, what became of it, and what follows from that: the report, and what is kept of the output.

Pure but for a look at which files are there.
"""

from __future__ import annotations

import math
import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import msgspec

from feedpub.building.report import Report
from feedpub.building.snapshot import Snapshot
from feedpub.core.errors import Problem
from feedpub.core.format_registry import FORMATS
from feedpub.core.models import ArticleCounts, Feed, FeedCounts, FeedListing
from feedpub.feeds.paths import feed_folder, path_in
from feedpub.feeds.selection import ArticlesByStatus, Group, PublishedFeed
from feedpub.state.atomic_files import Changes
from feedpub.state.published import OutputState
from feedpub.state.records import ClockSpan, GroupRow, LastBuild, OutputFile, ProblemRow

NOTHING = Changes(written=frozenset(), removed=frozenset(), foreign=frozenset())
"""What a build changes that stops before it writes."""


class PreviousBuild(msgspec.Struct, frozen=True, kw_only=True):
    """What the last build left, of the same program, configuration and options, with a clock that decides the same."""

    last: LastBuild
    old: OutputState
    outputs: Mapping[str, OutputFile]
    """The files that it left, as they are now."""
    folders: Mapping[str, bytes]
    """Of the files found now, see :func:`feedpub.building.fingerprints.folders`."""


class BuildPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a build found, and what it means to write."""

    old: OutputState
    snapshot: Snapshot
    articles: ArticleCounts
    due: ClockSpan
    problems: tuple[Problem, ...]
    feeds: tuple[Feed, ...]
    """In order; those that may have changed, and every other but the untouched."""
    untouched: frozenset[str] = frozenset()
    """The folders of the feeds that certainly are as they were."""
    untouched_archives: frozenset[str] = frozenset()
    """Those of the archives that are, of other feeds."""
    listed: tuple[FeedListing, ...]
    """Every feed there is to be, in order."""
    groups: tuple[Group, ...] | None = None
    """All of them with all of their articles, where everything was looked at."""
    rows: Mapping[str, GroupRow] = {}
    """Else those that changed, as the cache has them."""
    numbers: Mapping[str, int] = {}
    """Of the files that changed, where there are ``rows``."""

    def leaves_alone(self, path: str) -> bool:
        """Whether the file ``path``, which the last build left in output/, certainly is as it has to be."""
        return feed_folder(path) in self.untouched or path.rpartition("/")[0] in self.untouched_archives

    def row(self, problem: Problem) -> ProblemRow:
        """``problem`` as the cache knows it."""
        return problem.path, self.snapshot.digest(problem.path), str(problem)


class PublishedFiles(msgspec.Struct, frozen=True):
    """What became of the output."""

    changes: Changes
    digests: dict[str, str]
    """Of every file that belongs to the output now."""
    signatures: dict[str, bytes]


def subscriptions(feed: FeedListing) -> Iterator[str]:
    """The files that subscribers of ``feed`` may poll, whether each is written or not."""
    return (path_in(feed.folder, info.filename) for info in FORMATS.values())


def output_state(plan: BuildPlan, files: PublishedFiles, folder: Path) -> OutputState:
    """What is kept of the output ``folder``."""
    # An orphan that could not be removed stays ours; one that someone changed no longer is.
    gone = files.changes.removed | files.changes.foreign
    orphans = {
        path: written
        for path, written in plan.old.files.items()
        if path not in files.digests and path not in gone and os.path.lexists(folder / path)
    }
    return OutputState(
        articles=plan.snapshot.readable,
        files={**orphans, **files.digests},
        feeds={folder: plan.old.feeds[folder] for folder in plan.untouched}
        | {
            feed.folder: PublishedFeed(
                kind=feed.kind, key=feed.key, label=feed.label, updated=feed.updated, total=feed.total
            )
            for feed in plan.feeds
        },
    )


def due_of(standing: ArticlesByStatus) -> ClockSpan:
    """The span in which the clock decides what ``standing`` says."""
    live = (*standing.published, *(loser for loser, _ in standing.duplicates))
    return ClockSpan(
        max((article.published_at.timestamp() for article in live), default=-math.inf),
        min((article.published_at.timestamp() for article in standing.embargoed), default=math.inf),
    )


def counts_of(snapshot: Snapshot, standing: ArticlesByStatus) -> ArticleCounts:
    """How many articles there are of each kind."""
    return ArticleCounts(
        read=snapshot.found,
        published=len(standing.published),
        unpublished=len(standing.unpublished),
        embargoed=len(standing.embargoed),
        invalid=snapshot.invalid,
        duplicates=len(standing.duplicates),
    )


def report_of(plan: BuildPlan, changes: Changes, known: Container[ProblemRow]) -> Report:
    """The report, without warnings and time; ``known`` are the problems that an earlier build named."""
    # Not pages, which change with what they tell of other feeds, and not archives.
    written = sum(any(path in changes.written for path in subscriptions(feed)) for feed in plan.feeds)
    removed = plan.old.feeds.keys() - plan.untouched - {feed.folder for feed in plan.feeds}
    total = len(plan.feeds) + len(plan.untouched)
    return Report(
        articles=plan.articles,
        feeds=FeedCounts(total=total, written=written, unchanged=total - written, removed=len(removed)),
        problems=plan.problems,
        new_problems=tuple(problem for problem in plan.problems if plan.row(problem) not in known),
        files=tuple(sorted(changes.written | changes.removed)),
        warnings=(),
        seconds=0.0,
    )
