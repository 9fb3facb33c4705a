"""What the content folders hold now, at the cost of what changed since the last build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from feedpub.building.render_jobs import ArticleOrigin
from feedpub.config import Config
from feedpub.content import ArticleFile, Scan
from feedpub.content.batches import ArticleRecord, ReadResult, compare, decode_results, read_all, read_batch
from feedpub.content.loading import Progress
from feedpub.core.errors import Problem
from feedpub.core.models import Candidate
from feedpub.core.workers import Workers
from feedpub.state.build_db import BuildCache
from feedpub.state.records import FileRecord, Interner
from feedpub.state.scratch import Scratch, ScratchSlice


class Snapshot:
    """The articles as they are, each parsed now or remembered."""

    def __init__(self, tree: Scan, spool: Scratch) -> None:
        self.sources = {source.path: source for folder in tree.folders for source in folder}
        self.found = len(self.sources) + len(tree.problems)
        self.readable = 0
        self.records: dict[str, ArticleRecord] = {}
        self.changed: dict[str, FileRecord] = {}
        """What the cache does not hold as it is now."""
        self.gone: set[str] = set()
        """What the cache holds and is no more."""
        self.unreadable: list[Problem] = list(tree.problems)
        self._spool = spool
        self._parsed: dict[str, ScratchSlice] = {}

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

    def origin(self, article: Candidate) -> ArticleOrigin:
        """What an article is rendered from."""
        place = self._parsed.get(article.path)
        if place is not None:
            return ArticleOrigin(self._spool.get(place))
        return ArticleOrigin(None, self.sources[article.path], self.records[article.path].digest)

    def keep(self, same: Sequence[str], remembered: Mapping[str, FileRecord]) -> None:
        """Take what is remembered of the files that are the ``same``."""
        self.readable += len(same)
        self.records.update((path, remembered[path].record) for path in same)

    def read(self, config: Config, to_read: Sequence[tuple[ArticleFile, FileRecord | None]], work: BuildTools) -> None:
        """Read files; one that still has the content that is remembered is not parsed."""
        digests = [(source, old.record.digest if old else None) for source, old in to_read]
        results = read_all(config, digests, work.workers, read_batch, decode_results)
        shared = Interner()
        for (source, old), result in zip(to_read, work.progress(results, len(to_read)), strict=True):
            self._add(source, old, result, shared)

    def _add(self, source: ArticleFile, old: FileRecord | None, result: ReadResult, shared: Interner) -> None:
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
            self.changed[source.path] = FileRecord(source.stamp, record)


class BuildTools(msgspec.Struct, frozen=True):
    """The means of a build."""

    workers: Workers
    spool: Scratch
    progress: Progress
    full: bool


def take(config: Config, tree: Scan, cache: BuildCache, reading: bytes, work: BuildTools) -> Snapshot:
    """Read what of ``tree`` is not in ``cache`` as it is now; ``reading`` is the fingerprint of how it is read."""
    remembered = {} if work.full else cache.files(reading)
    snapshot = Snapshot(tree, work.spool)
    # Also of what is not believed, the cache has to forget what is gone: it would be there when the file comes back.
    snapshot.gone = (cache.numbers() if work.full else remembered).keys() - snapshot.sources.keys()
    same, to_read = compare(tree.sources, remembered, cache.started())
    snapshot.keep(same, remembered)
    snapshot.read(config, to_read, work)
    return snapshot
