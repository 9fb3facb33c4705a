"""The links of a site's articles. build.db caches them, so that only changed articles are parsed.

The cached links are separate from the records of builds. A check and a build never wait for each
other, and either can run first.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from feedpub.config import Config
from feedpub.content import ArticleFile, Scan, Stamp, Unreadable, read_source
from feedpub.content.batches import ReadJob, compare, read_all, read_jobs
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.read_settings import ReadSettings, read_settings
from feedpub.core.digests import content_digest
from feedpub.core.errors import LockedError, Problem, StorageError
from feedpub.core.models import ArticleSummary
from feedpub.core.workers import LocalWorkers, Workers
from feedpub.feeds.status import group_by_status
from feedpub.links.find.article_links import links_of
from feedpub.links.model import Link, LinkKind
from feedpub.links.options import CheckOptions
from feedpub.links.settings import SettingsByHost
from feedpub.state.build_db import BuildCache, decode_stamp
from feedpub.state.checksums import row_key, with_checksum, without_checksum
from feedpub.state.lock import build_lock


class _LinkRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A :class:`Link` without its article, as build.db stores it."""

    kind: LinkKind
    url: str
    line: int
    partner: str | None


class _FileLinks(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The links of one file, as build.db stores them."""

    digest: bytes
    """The digest of its content; empty if the file could not be read."""
    summary: ArticleSummary | None
    """None if the article is invalid."""
    rows: tuple[_LinkRow, ...]
    problems: tuple[Problem, ...]


class _CachedFile(NamedTuple):
    """The stamp and the links of a file at the last check."""

    stamp: Stamp
    links: _FileLinks


class _LastCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The last check that stored links in build.db."""

    reading: bytes
    """The fingerprint of reading."""
    started: int
    """Its start, in nanoseconds since the epoch."""


class SiteLinks(msgspec.Struct, frozen=True, kw_only=True):
    """The links to check."""

    links: tuple[Link, ...]
    """In the order of path and line."""
    other_urls: tuple[str, ...]
    """The URLs in articles that are not selected, such as drafts."""
    articles: int
    """The number of selected articles, with or without links."""
    problems: tuple[Problem, ...]
    """The problems of invalid articles, sorted. Links of invalid articles are not checked."""
    dates: Mapping[str, datetime]
    """The dates of the selected articles, by path; empty unless archived copies are looked for."""


_STATE = "links"
"""The key of the :class:`_LastCheck` in build.db."""
_DECODE = msgspec.msgpack.Decoder(_FileLinks).decode
_DECODE_ALL = msgspec.msgpack.Decoder(list[_FileLinks | None]).decode
_ENCODE = msgspec.msgpack.Encoder().encode


def read_links(config: Config, scan: Scan, workers: Workers, options: CheckOptions) -> SiteLinks:
    """Return the links of the articles that ``scan`` found in ``options.paths``."""
    files = _read(config, scan, workers, options)
    summaries = [file.summary for file in files.values() if file.summary is not None]
    now = options.now or datetime.now(UTC)
    selected = summaries if options.all_articles else group_by_status(summaries, now).published
    paths = {summary.path for summary in selected}
    links = tuple(
        Link(row.kind, row.url, path, row.line, row.partner)
        for path, file in sorted(files.items())
        if path in paths
        for row in file.rows
    )
    other_urls = tuple(row.url for path, file in files.items() if path not in paths for row in file.rows)
    # A build reports the problems of valid articles (text that it corrected).
    invalid = (problem for file in files.values() if file.summary is None for problem in file.problems)
    problems = tuple(sorted((*scan.problems, *invalid)))
    needs_dates = options.suggest_archive or SettingsByHost.of(config).archive_broken
    return SiteLinks(
        links=links,
        other_urls=other_urls,
        articles=len(paths),
        problems=problems,
        dates={summary.path: summary.published_at for summary in selected} if needs_dates else {},
    )


def _read(config: Config, scan: Scan, workers: Workers, options: CheckOptions) -> dict[str, _FileLinks]:
    """Return the links of each file, by path. Parse only the files that changed."""
    started = time.time_ns()
    cache = BuildCache(config.state_folder, config.cache_name, read_only=True)
    # The first check makes links.db, and the second needs not parse all articles again for that.
    settings = msgspec.structs.replace(
        read_settings(config), has_body_links=_wants_bodies(config, options), has_page_keys=False
    )
    reading = reading_fingerprint(config, settings)
    try:
        cached = _load(cache, reading)
        last_started = last.started if (last := cache.own_value(_STATE, _LastCheck)) else 0
    finally:
        cache.close()
    same, to_read = compare(scan.sources, cached, last_started)
    files = {path: cached[path].links for path in same}
    changed: dict[str, _CachedFile] = {}
    results = options.progress(_read_all(config, settings, to_read, workers), len(to_read))
    for (source, old), result in zip(to_read, results, strict=True):
        files[source.path] = new = result or (old.links if old else _FileLinks(b"", None, (), ()))
        changed[source.path] = _CachedFile(source.stamp, new)
    removed = cached.keys() - files.keys() if not options.paths else ()
    if changed or removed:
        _save(config, reading, started, changed, removed)
    return files


def _wants_bodies(config: Config, options: CheckOptions) -> bool:
    """Return whether links in bodies are checked, at least those to some hosts."""
    if options.kinds:
        return LinkKind.BODY in options.kinds
    kinds = (config.check.kinds, *(host_check.kinds or () for host_check in config.check.hosts.values()))
    return any(LinkKind.BODY.value in each for each in kinds)


def _load(cache: BuildCache, reading: bytes) -> dict[str, _CachedFile]:
    """Return the links of each file that the last check read in the same way.

    A file that is missing is parsed again.
    """
    last = cache.own_value(_STATE, _LastCheck)
    if last is None or last.reading != reading:
        return {}

    def load() -> dict[str, _CachedFile]:
        files = {}
        for path, stamp, stored in cache.iterate("SELECT path, stamp, value FROM links"):
            value = without_checksum(row_key(reading, 0, path, stamp), stored)
            files[path] = _CachedFile(decode_stamp(stamp), _DECODE(value))
        return files

    return cache.attempt(load) or {}


def _save(
    config: Config, reading: bytes, started: int, changed: Mapping[str, _CachedFile], removed: Iterable[str]
) -> None:
    """Store the links of the ``changed`` files, and delete those of the ``removed`` ones.

    Store nothing while a build runs, or if build.db cannot be written. Then the next check parses
    the same files again.
    """

    def write(db: sqlite3.Connection) -> None:
        # Made one by one, because all rows together need as much memory as the links.
        files = ((path, changed[path]) for path in sorted(changed))
        rows = ((path, *_row(reading, path, file)) for path, file in files if file.links.digest)
        last = cache.own_value(_STATE, _LastCheck)
        if last is None or last.reading != reading:
            db.execute("DELETE FROM links")
        state = with_checksum(_STATE.encode(), _ENCODE(_LastCheck(reading=reading, started=started)))
        db.execute("REPLACE INTO meta VALUES (?, ?)", (_STATE, state))
        db.executemany("DELETE FROM links WHERE path = ?", ((path,) for path in removed))
        db.executemany("REPLACE INTO links VALUES (?, ?, ?)", rows)

    try:
        with build_lock(config.state_folder):
            cache = BuildCache(config.state_folder, config.cache_name)
            cache.write(write)
            cache.close()
    except (LockedError, StorageError):
        return


def _row(reading: bytes, path: str, file: _CachedFile) -> tuple[bytes, bytes]:
    """Return the stamp and the links of a file as build.db stores them."""
    stamp = _ENCODE(file.stamp)
    return stamp, with_checksum(row_key(reading, 0, path, stamp), _ENCODE(file.links))


def _read_all(
    config: Config, settings: ReadSettings, to_read: list[tuple[ArticleFile, _CachedFile | None]], workers: Workers
) -> Iterator[_FileLinks | None]:
    """Yield the links of each file in order; None for a file whose content has the same digest."""
    digests = [(source, old.links.digest if old else None) for source, old in to_read]
    if all(digest for _, digest in digests):
        # Hashing the files here takes less time than starting processes.
        workers = LocalWorkers(1)
    jobs = read_jobs(settings, config.max_file_size, digests)
    return read_all(jobs, workers, read_links_batch, _DECODE_ALL)


def read_links_batch(job: ReadJob) -> bytes:
    """Return the links of each file of ``job``, in order, encoded. A worker process calls this."""
    return _ENCODE([_read_one(job, source, digest) for source, digest in zip(job.sources, job.known, strict=True)])


def _read_one(job: ReadJob, source: ArticleFile, old_digest: bytes | None) -> _FileLinks | None:
    data = read_source(source, job.max_size)
    if isinstance(data, Unreadable):
        return _FileLinks(b"", None, (), (data.problem,))
    digest = content_digest(data)
    if digest == old_digest:
        return None
    reading = links_of(source, data, job.settings)
    rows = tuple(_LinkRow(link.kind, link.url, link.line, link.partner) for link in reading.links)
    return _FileLinks(digest, ArticleSummary.of(reading.article) if reading.article else None, rows, reading.problems)
