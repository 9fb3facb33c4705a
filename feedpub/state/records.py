"""What is remembered between two builds, as values: of each article file, of each group, of each file in output/, of
the build as a whole. :mod:`feedpub.state.build_db` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from feedpub.content import Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.core.errors import Problem
from feedpub.core.models import ArticleCounts, FeedCounts, FeedKind, Provider, Topic

ProblemRow = tuple[str, bytes, str]
"""A problem as told from others: the file's path, the digest of its content, and what was said."""


class FileRecord(msgspec.Struct, frozen=True):
    """An article file at the last build."""

    stamp: Stamp
    record: ArticleRecord

    @property
    def id(self) -> str | None:
        """The entry's id; None where the article is invalid."""
        return self.record.summary.id if self.record.summary else None


class OutputFile(msgspec.Struct, frozen=True, array_like=True):
    """A file in output/ at the last build."""

    signature: bytes
    """Of everything that its bytes depend on."""
    stamp: Stamp


class ClockSpan(msgspec.Struct, frozen=True, array_like=True):
    """The span in which the clock changes nothing, in seconds since the epoch."""

    since: float
    """The newest publication of what was due."""
    until: float
    """The first of what was embargoed."""

    def holds(self, moment: datetime) -> bool:
        """Whether the same articles are due at ``moment``."""
        return self.since <= moment.timestamp() < self.until


class LastBuild(msgspec.Struct, frozen=True, kw_only=True):
    """A build as a whole, for the next that finds nothing changed."""

    inputs: bytes
    """A digest of the program, the configuration, the options and the history."""
    tree: bytes
    """A digest of the folders; empty where the disk did not give us every file."""
    due: ClockSpan
    articles: ArticleCounts
    feeds: FeedCounts
    problems: tuple[Problem, ...]


class GroupRow(msgspec.Struct, frozen=True, array_like=True):
    """A :class:`~feedpub.feeds.selection.Group`, its articles by their numbers."""

    kind: FeedKind
    key: str
    names: dict[str, int]
    members: list[int]
    """All of its published articles, newest first."""


class BuildRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a build wants kept."""

    articles: int
    """How many the disk gave us."""
    started: int
    """When it started, in nanoseconds since the epoch."""
    reading: bytes
    """A digest of what decides how files are read."""
    changed: Mapping[str, FileRecord]
    """The files that are not in the cache as they are now."""
    gone: Iterable[str]
    numbers: Mapping[str, int]
    """Of the changed files."""
    groups: Mapping[str, GroupRow]
    """Those that changed, by folder."""
    is_whole: bool
    """Whether these are all groups."""
    tree: bytes
    """The digest of the folders, and of what else decides how articles are grouped."""
    folders: Mapping[str, bytes]
    """A digest of the stamps of each folder's files."""
    output: str
    outputs: Mapping[str, OutputFile]
    last: LastBuild
    problems: frozenset[ProblemRow]


class Interner:
    """Lets equal topics and providers of many articles be one object: a site has few of them."""

    def __init__(self) -> None:
        self._topics: dict[Topic, Topic] = {}
        self._providers: dict[Provider, Provider] = {}

    def record(self, record: ArticleRecord) -> ArticleRecord:
        """``record`` with what it shares with others."""
        summary = record.summary
        if summary is not None:
            share = self._topics.setdefault
            msgspec.structs.force_setattr(summary, "topics", tuple(share(topic, topic) for topic in summary.topics))
            if summary.provider is not None:
                provider = self._providers.setdefault(summary.provider, summary.provider)
                msgspec.structs.force_setattr(summary, "provider", provider)
        return record
