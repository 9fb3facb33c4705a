"""The content of the article files, at the cost of what changed since the last build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from feedpub.building.linked_articles import LinkedArticles, Named, by_name
from feedpub.building.options import BuildContext
from feedpub.building.render_jobs import ArticleOrigin
from feedpub.content import ArticleFile, Scan
from feedpub.content.batches import ArticleRecord, ReadResult, compare, decode_results, read_all, read_batch, read_jobs
from feedpub.core.digests import content_digest
from feedpub.core.errors import Problem
from feedpub.core.models import Candidate
from feedpub.links.facts import FactIndex
from feedpub.state.build_db import BuildCache
from feedpub.state.records import FileRecord, Interner
from feedpub.state.scratch import ScratchSlice


class _AllFiles(dict[str, ArticleFile]):
    """The files that a scan lists; the others are found when they are asked for."""

    def __init__(self, listed: Mapping[str, ArticleFile], find: Callable[[str], ArticleFile]) -> None:
        super().__init__(listed)
        self._find = find

    def __missing__(self, path: str) -> ArticleFile:
        return self._find(path)


class Snapshot:
    """The articles as they are now, each parsed in this build or taken from build.db."""

    def __init__(self, scan: Scan, context: BuildContext, named: Named | None = None) -> None:
        self.files = {file.path: file for files in scan.folders for file in files}
        self._unlisted = scan.unlisted
        if self._unlisted:
            self.files = _AllFiles(self.files, self._unlisted.find)
        self.all_count = len(self.files) + (self._unlisted.count if self._unlisted else 0)
        """The number of article files that a walk found now, or in the last build."""
        self.file_count = self.all_count + len(scan.problems)
        """The number of article files, with those that cannot be read."""
        self.readable_count = 0
        self.records: dict[str, ArticleRecord] = {}
        """The records by path. An incremental build has only those that it needs."""
        self.changed: dict[str, FileRecord] = {}
        """The files that build.db does not hold as they are now."""
        self.gone: set[str] = set()
        """The paths that build.db holds and that are no longer articles."""
        self.last_ids: dict[str, str | None] = {}
        """The ids in build.db of these, and of the changed files that have another id now."""
        self.unreadable: list[Problem] = list(scan.problems)
        self.linked = LinkedArticles(
            named or by_name(self.records), self.files, context.config.content.generator, context.now
        )
        """The articles that others link. ``named`` finds them; without it, ``records`` are all."""
        self.facts = FactIndex()
        """The link facts that entries show, once they are loaded."""
        self._scratch = context.scratch
        self._parsed: dict[str, ScratchSlice] = {}

    @property
    def is_complete(self) -> bool:
        """True if every file of the folders could be read from the disk."""
        return self.readable_count == self.all_count

    @property
    def is_walked(self) -> bool:
        """True if the files come from a walk, and not from a list of changes."""
        return self._unlisted is None

    @property
    def candidates(self) -> list[Candidate]:
        """Every valid article."""
        return [record.summary for record in self.records.values() if record.summary is not None]

    @property
    def invalid_count(self) -> int:
        """The number of articles that are left out because they are invalid or unreadable."""
        return self.file_count - sum(record.summary is not None for record in self.records.values())

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of single articles."""
        yield from self.unreadable
        for record in self.records.values():
            yield from record.problems

    def link_problems(self) -> Iterator[Problem]:
        """Yield the problems of links to articles that are not published."""
        return self.linked.problems(self.records.items())

    def digest(self, path: str) -> bytes:
        """Return the digest of a file's content; empty if the file could not be read."""
        record = self.records.get(path)
        return record.digest if record else b""

    def article_digest(self, path: str) -> bytes:
        """Return the digest of a file's content, of the URLs of the articles that it links, and of
        the link facts about its own URLs.
        """
        record = self.records[path]
        digest, facts = self.linked.digest(path, record), self.facts.digest(record.page_keys)
        return content_digest(digest + facts) if facts else digest

    def origin(self, article: Candidate) -> ArticleOrigin:
        """Return the place where a worker finds the whole ``article``."""
        parsed = self._parsed.get(article.path)
        record = self.records[article.path]
        origin = ArticleOrigin(
            updated_at=article.updated_at,
            links=self.linked.links(article.path, record),
            facts=self.facts.about(record.page_keys),
        )
        if parsed is not None:
            return msgspec.structs.replace(origin, encoded=self._scratch.get(parsed))
        # A file that is taken over may be behind a link.
        file = self._unlisted.find(article.path) if self._unlisted else self.files[article.path]
        return msgspec.structs.replace(origin, file=file, digest=record.digest)

    def forget(self, path: str, old: FileRecord) -> None:
        """Record that build.db holds a file that is no longer an article."""
        self.gone.add(path)
        self.last_ids[path] = old.id

    def reuse(self, paths: Sequence[str], cached: Mapping[str, FileRecord]) -> None:
        """Take over the ``cached`` records of ``paths``, which are unchanged."""
        self.readable_count += len(paths)
        self.records.update((path, cached[path].record) for path in paths)

    def read(self, context: BuildContext, to_read: Sequence[tuple[ArticleFile, FileRecord | None]]) -> None:
        """Read files, each given with its last record; parse those whose content differs."""
        digests = [(file, old.record.digest if old else None) for file, old in to_read]
        jobs = read_jobs(context.settings, context.config.max_file_size, digests)
        results = read_all(jobs, context.workers, read_batch, decode_results)
        interner = Interner()
        progress = context.options.progress(results, len(to_read))
        for (file, old), result in zip(to_read, progress, strict=True):
            self._add(file, old, result, interner)

    def _add(self, file: ArticleFile, old: FileRecord | None, result: ReadResult, interner: Interner) -> None:
        if result.unreadable is not None:
            self.readable_count += not result.is_missing
            self.unreadable.append(result.unreadable)
            if old is not None:
                self.forget(file.path, old)
            return
        self.readable_count += 1
        if result.record is not None:
            record = interner.intern(result.record)
            if result.article is not None:
                self._parsed[file.path] = self._scratch.add(result.article)
        elif old is not None:
            record = old.record
        else:
            return
        self.records[file.path] = record
        if old is None or old.record is not record or old.stamp != file.stamp:
            self.changed[file.path] = new = FileRecord(file.stamp, record)
            if old is not None and old.id != new.id:
                self.last_ids[file.path] = old.id


def read_snapshot(context: BuildContext, scan: Scan, cache: BuildCache) -> Snapshot:
    """Return the snapshot of all files of ``scan``; only those that ``cache`` lacks are read."""
    cached = {} if context.options.full else cache.files(context.reading)
    snapshot = Snapshot(scan, context)
    for path in cached.keys() - snapshot.files.keys():
        snapshot.forget(path, cached[path])
    same, to_read = compare(scan.sources, cached, cache.last_start())
    snapshot.reuse(same, cached)
    snapshot.read(context, to_read)
    return snapshot
