"""What a build found, what became of it, and what follows from that: the report, and what the next build is told.

Pure but for a look at which files are there.
"""

from __future__ import annotations

import math
import os
from collections.abc import Container
from pathlib import Path

import msgspec

from feedpub.cache import LastBuild, ProblemRow
from feedpub.errors import Problem
from feedpub.models import Feed
from feedpub.report import ArticleCounts, FeedCounts, Report
from feedpub.selection import PublishedFeed, Standing
from feedpub.snapshot import Snapshot
from feedpub.state import OutputState
from feedpub.writer import Changes

NOTHING = Changes(written=frozenset(), removed=frozenset(), foreign=frozenset())
"""What a build changes that stops before it writes."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a build found, and what it means to write."""

    old: OutputState
    snapshot: Snapshot
    standing: Standing
    problems: tuple[Problem, ...]
    feeds: tuple[Feed, ...]

    def row(self, problem: Problem) -> ProblemRow:
        """``problem`` as the cache knows it."""
        return problem.path, self.snapshot.digest(problem.path), str(problem)


class Files(msgspec.Struct, frozen=True):
    """What became of the output."""

    changes: Changes
    digests: dict[str, str]
    """Of every file that belongs to the output now."""
    signatures: dict[str, bytes]


def output_state(plan: Plan, files: Files, folder: Path) -> OutputState:
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
        feeds={
            feed.folder: PublishedFeed(kind=feed.kind, key=feed.key, label=feed.label, updated=feed.updated)
            for feed in plan.feeds
        },
    )


def last_build(standing: Standing, report: Report, inputs: bytes) -> LastBuild:
    """What lets the next build find that nothing changed: the same ``inputs``, and a clock that decides the same."""
    live = (*standing.published, *(loser for loser, _ in standing.duplicates))
    return LastBuild(
        inputs=inputs,
        valid_from=max((article.published_at.timestamp() for article in live), default=-math.inf),
        valid_until=min((article.published_at.timestamp() for article in standing.embargoed), default=math.inf),
        articles=report.articles,
        feeds=report.feeds,
        problems=report.problems,
    )


def report_of(plan: Plan, changes: Changes, known: Container[ProblemRow]) -> Report:
    """The report, without warnings and time; ``known`` are the problems that an earlier build named."""
    folders = {path.rpartition("/")[0] for path in changes.written}
    written = sum(feed.folder in folders for feed in plan.feeds)
    removed = plan.old.feeds.keys() - {feed.folder for feed in plan.feeds}
    standing = plan.standing
    return Report(
        articles=ArticleCounts(
            read=plan.snapshot.found,
            published=len(standing.published),
            unpublished=len(standing.unpublished),
            embargoed=len(standing.embargoed),
            invalid=plan.snapshot.invalid,
            duplicates=len(standing.duplicates),
        ),
        feeds=FeedCounts(
            total=len(plan.feeds), written=written, unchanged=len(plan.feeds) - written, removed=len(removed)
        ),
        problems=plan.problems,
        new_problems=tuple(problem for problem in plan.problems if plan.row(problem) not in known),
        files=tuple(sorted(changes.written | changes.removed)),
        warnings=(),
        seconds=0.0,
    )
