"""What the content folders hold now, at the cost of what changed since the last build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec

from feedpub.cache import BuildCache
from feedpub.collect import Progress
from feedpub.config import Config
from feedpub.errors import Problem
from feedpub.executors import Workers
from feedpub.memory import Remembered, Shared
from feedpub.models import Candidate
from feedpub.reader import Scan, Source, Stamp
from feedpub.spool import Place, Spool
from feedpub.work import Origin, ReadResult, Record, decode_results, read_all, read_batch

RACY = 2_000_000_000
"""Nanoseconds before the last build's start within which a file's times are not believed: a coarse clock may have let
it change once more without a trace.
"""


def is_racy(stamp: Stamp, last_started: int) -> bool:
    """Whether a file has to be read though its stamp is what it was."""
    return max(stamp[1], stamp[2]) >= last_started - RACY


class Stamped(Protocol):
    """What is remembered of a file."""

    @property
    def stamp(self) -> Stamp: ...  # noqa: D102


S = TypeVar("S", bound=Stamped)


def compare(
    sources: Iterable[Source], remembered: Mapping[str, S], last_started: int
) -> tuple[list[str], list[tuple[Source, S | None]]]:
    """Return the paths of files that are as they are remembered, and the files that have to be read."""
    same: list[str] = []
    to_read: list[tuple[Source, S | None]] = []
    for source in sources:
        old = remembered.get(source.path)
        if old is not None and old.stamp == source.stamp and not is_racy(source.stamp, last_started):
            same.append(source.path)
        else:
            to_read.append((source, old))
    return same, to_read


class Snapshot:
    """The articles as they are, each parsed now or remembered."""

    def __init__(self, tree: Scan, spool: Spool) -> None:
        self.sources = {source.path: source for folder in tree.folders for source in folder}
        self.found = len(self.sources) + len(tree.problems)
        self.readable = 0
        self.records: dict[str, Record] = {}
        self.changed: dict[str, Remembered] = {}
        """What the cache does not hold as it is now."""
        self.gone: set[str] = set()
        """What the cache holds and is no more."""
        self.unreadable: list[Problem] = list(tree.problems)
        self._spool = spool
        self._parsed: dict[str, Place] = {}

    @property
    def is_complete(self) -> bool:
        """Whether the disk gave us every file that it lists."""
        return self.readable == len(self.sources)

    @property
    def candidates(self) -> list[Candidate]:
        """Every valid article."""
        return [record.summary for record in self.records.values() if record.summary is not None]

    @property
    def invalid(self) -> int:
        """How many articles are left out because they are wrong."""
        return self.found - sum(record.summary is not None for record in self.records.values())

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong with the articles themselves."""
        yield from self.unreadable
        for record in self.records.values():
            yield from record.problems

    def digest(self, path: str) -> bytes:
        """Of a file's content; empty where it could not be read."""
        record = self.records.get(path)
        return record.digest if record else b""

    def origin(self, article: Candidate) -> Origin:
        """What an article is rendered from."""
        place = self._parsed.get(article.path)
        if place is not None:
            return Origin(self._spool.get(place))
        return Origin(None, self.sources[article.path], self.records[article.path].digest)

    def keep(self, same: Sequence[str], remembered: Mapping[str, Remembered]) -> None:
        """Take what is remembered of the files that are the ``same``."""
        self.readable += len(same)
        self.records.update((path, remembered[path].record) for path in same)

    def read(self, config: Config, to_read: Sequence[tuple[Source, Remembered | None]], work: Work) -> None:
        """Read files; one that still has the content that is remembered is not parsed."""
        digests = [(source, old.record.digest if old else None) for source, old in to_read]
        results = read_all(config, digests, work.workers, read_batch, decode_results)
        shared = Shared()
        for (source, old), result in zip(to_read, work.progress(results, len(to_read)), strict=True):
            self._add(source, old, result, shared)

    def _add(self, source: Source, old: Remembered | None, result: ReadResult, shared: Shared) -> None:
        if result.unreadable is not None:
            self.readable += not result.is_missing
            self.unreadable.append(result.unreadable)
            if old is not None:
                self.gone.add(source.path)
            return
        self.readable += 1
        if result.record is not None:
            record = shared.record(result.record)
            if result.article is not None:
                self._parsed[source.path] = self._spool.add(result.article)
        elif old is not None:
            record = old.record
        else:
            return
        self.records[source.path] = record
        if old is None or old.record is not record or old.stamp != source.stamp:
            self.changed[source.path] = Remembered(source.stamp, record)


class Work(msgspec.Struct, frozen=True):
    """The means of a build."""

    workers: Workers
    spool: Spool
    progress: Progress
    full: bool


def take(config: Config, tree: Scan, cache: BuildCache, reading: bytes, work: Work) -> Snapshot:
    """Read what of ``tree`` is not in ``cache`` as it is now; ``reading`` is the fingerprint of how it is read."""
    remembered = {} if work.full else cache.files(reading)
    snapshot = Snapshot(tree, work.spool)
    # Also of what is not believed, the cache has to forget what is gone: it would be there when the file comes back.
    snapshot.gone = (cache.numbers() if work.full else remembered).keys() - snapshot.sources.keys()
    same, to_read = compare(tree.sources, remembered, cache.started())
    snapshot.keep(same, remembered)
    snapshot.read(config, to_read, work)
    return snapshot
