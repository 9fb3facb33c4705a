"""The records that one build keeps for the next, which :mod:`feedpub.state.build_db` stores.

There is a record for each article file, each group, each output file, and the build as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from feedpub.content import Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.core.counts import ArticleCounts, FeedCounts
from feedpub.core.errors import Problem
from feedpub.core.models import FeedKind, Provider, Topic

ProblemRow = tuple[str, bytes, str]
"""A problem that was named: the article file's path, the digest of its content, and the message."""


class FileRecord(msgspec.Struct, frozen=True):
    """An article file at the last build."""

    stamp: Stamp
    record: ArticleRecord

    @property
    def id(self) -> str | None:
        """The entry's id; None if the article is invalid."""
        return self.record.summary.id if self.record.summary else None


class NumberedFile(msgspec.Struct, frozen=True):
    """An article file at the last build, with its number in the groups."""

    number: int
    path: str
    file: FileRecord


class OutputFile(msgspec.Struct, frozen=True, array_like=True):
    """An output file at the last build."""

    signature: bytes
    """The digest of everything that its bytes depend on."""
    stamp: Stamp


class ClockSpan(msgspec.Struct, frozen=True, array_like=True):
    """The span of time in which the clock changes nothing, in seconds since the epoch."""

    since: float
    """The last moment before the build at which the clock changed something."""
    until: float
    """The first moment after the build at which it will."""

    def contains(self, moment: datetime) -> bool:
        """Return whether the same articles are published at ``moment``."""
        return self.since <= moment.timestamp() < self.until


class LastBuild(msgspec.Struct, frozen=True, kw_only=True, rename={"clock_span": "due"}):
    """The inputs and the result of the last build into one output folder."""

    inputs: bytes
    """The digest of the program, the configuration, the options and the state of the output."""
    tree: bytes
    """The digest of the content folders; empty if a file could not be read from the disk."""
    clock_span: ClockSpan
    articles: ArticleCounts
    feeds: FeedCounts
    problems: tuple[Problem, ...]
    has_postdated: bool = False
    """True if the ``updated_at`` of a published article was in the future."""
    linked: frozenset[str] = frozenset()
    """The names of the articles that bodies link (:func:`feedpub.content.bodies.name_of`), or
    more.
    """
    checks: int = 0
    """The revision of links.db; 0 if there was no link check."""


class GroupRow(msgspec.Struct, frozen=True, array_like=True):
    """A :class:`~feedpub.feeds.groups.Group` with the numbers of its article files."""

    kind: FeedKind
    key: str
    names: dict[str, int]
    """The names of the topic or provider, each with the number of articles that use it."""
    members: list[int]
    """The numbers of all its published articles, newest first."""


ROOT = "root"
"""The key of the :class:`CacheRoot` in build.db."""


class CacheRoot(msgspec.Struct, frozen=True, kw_only=True):
    """The row of build.db that proves all others, directly or through one of ``rows``."""

    articles: int
    """The number of article files that the last build could read."""
    started: int
    """The start of the last build, in nanoseconds since the epoch."""
    reading: bytes
    """The fingerprint of reading, see :mod:`feedpub.content.fingerprint`."""
    group_inputs: bytes
    """The digest of everything that the groups depend on."""
    epoch: bytes
    """The part of each file's checksum that rows from before all files were stored anew lack."""
    last_number: int
    """The largest number of a file so far."""
    rows: dict[str, bytes]
    """The checksum of each other row of ``meta`` that builds write, by key."""


class BuildRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The part of build.db that a build replaces."""

    articles: int
    """The number of article files that the disk gave."""
    started: int
    """The start of the build, in nanoseconds since the epoch."""
    reading: bytes
    """The fingerprint of reading, see :mod:`feedpub.content.fingerprint`."""
    changed: Mapping[str, FileRecord]
    """The files that differ from build.db, by path."""
    gone: frozenset[str] | set[str]
    """The paths of the files to remove from build.db."""
    file_numbers: Mapping[str, int]
    """The numbers of at least the changed and gone files."""
    last_ids: Mapping[str, str | None]
    """The ids in build.db of the gone files, and of the changed ones that have another id now."""
    groups: Mapping[str, GroupRow]
    """The groups to store, by folder."""
    has_all_groups: bool
    """True if all other groups are removed."""
    group_inputs: bytes
    """The digest of everything that the groups depend on."""
    folders: Mapping[str, bytes]
    """The digest of the stamps of each folder's files."""
    output: str
    """The name of the output folder in the state."""
    outputs: Mapping[str, OutputFile]
    """All files of the output folder, by relative path."""
    last: LastBuild
    problems: frozenset[ProblemRow]


class Interner:
    """A table that makes equal topics and providers of many articles one object in memory."""

    def __init__(self) -> None:
        self._topics: dict[Topic, Topic] = {}
        self._providers: dict[Provider, Provider] = {}

    def intern(self, record: ArticleRecord) -> ArticleRecord:
        """Return ``record`` with the shared topics and provider."""
        summary = record.summary
        if summary is not None:
            topics = tuple(self._topics.setdefault(topic, topic) for topic in summary.topics)
            msgspec.structs.force_setattr(summary, "topics", topics)
            if summary.provider is not None:
                provider = self._providers.setdefault(summary.provider, summary.provider)
                msgspec.structs.force_setattr(summary, "provider", provider)
        return record
