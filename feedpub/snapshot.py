"""What the content folders hold now, at the cost of what changed since the last build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from feedpub.work import Origin, ReadResult, Record, decode_results, read_batch, read_jobs

RACY = 2_000_000_000
"""Nanoseconds before the last build's start within which a file's times are not believed: a coarse clock may have let
it change once more without a trace.
"""


def is_racy(stamp: Stamp, last_started: int) -> bool:
    """Whether a file has to be read though its stamp is what it was."""
    return max(stamp[1], stamp[2]) >= last_started - RACY


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

    def keep(self, source: Source, old: Remembered | None, result: ReadResult | None, shared: Shared) -> None:
        """Note what came of ``source``: the ``result`` of reading it, or what is remembered."""
        if result is not None and result.unreadable is not None:
            self.readable += not result.is_missing
            self.unreadable.append(result.unreadable)
            if old is not None:
                self.gone.add(source.path)
            return
        self.readable += 1
        if result is not None and result.record is not None:
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
    last_started = cache.started()
    snapshot = Snapshot(tree, work.spool)
    # Also of what is not believed, the cache has to forget what is gone: it would be there when the file comes back.
    snapshot.gone = (cache.numbers() if work.full else remembered).keys() - snapshot.sources.keys()
    shared = Shared()
    to_read = []
    for source in tree.sources:
        old = remembered.get(source.path)
        if old is not None and old.stamp == source.stamp and not is_racy(source.stamp, last_started):
            snapshot.keep(source, old, None, shared)
        else:
            to_read.append((source, old))
    for (source, old), result in zip(
        to_read, work.progress(read_all(config, to_read, work.workers), len(to_read)), strict=True
    ):
        snapshot.keep(source, old, result, shared)
    return snapshot


def read_all(
    config: Config, to_read: Sequence[tuple[Source, Remembered | None]], workers: Workers
) -> Iterator[ReadResult]:
    """What came of each file; one that still has the content that is remembered is not parsed."""
    jobs = read_jobs(config, [(source, old.record.digest if old else None) for source, old in to_read])
    for data in workers.map(read_batch, jobs):
        yield from decode_results(data)
