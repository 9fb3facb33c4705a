"""The articles' links, read through build.db, so that an article that did not change is not parsed again.

What is kept there is apart from what builds keep: neither waits for the other, and either may run first.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from feedpub.config import Config
from feedpub.content import ArticleFile, Scan, Stamp, Unreadable, read_source
from feedpub.content.batches import ReadJob, compare, read_all
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.loading import Progress, silent
from feedpub.core.digests import content_digest
from feedpub.core.errors import LockedError, Problem, StorageError
from feedpub.core.models import ArticleSummary
from feedpub.core.workers import LocalWorkers, Workers
from feedpub.feeds.selection import sort_out
from feedpub.links.find.article_links import links_of
from feedpub.links.model import Link, LinkKind
from feedpub.state.build_db import BuildCache, decode_stamp
from feedpub.state.lock import build_lock


class _LinkRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A :class:`Link` without its article."""

    kind: LinkKind
    url: str
    line: int
    partner: str | None


class _FileLinks(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a check knows of one file."""

    digest: bytes
    """Of its content; empty where it could not be read."""
    summary: ArticleSummary | None
    """None where the article is invalid."""
    places: tuple[_LinkRow, ...]
    problems: tuple[Problem, ...]


class _Remembered(NamedTuple):
    """A file at the last check."""

    stamp: Stamp
    known: _FileLinks


class SiteLinks(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to check."""

    links: tuple[Link, ...]
    """In order of path and line."""
    articles: int
    """How many articles they are from."""
    problems: tuple[Problem, ...]
    """Of the articles that are invalid, in order; their links are not known."""


_DECODE = msgspec.msgpack.Decoder(_FileLinks).decode
_DECODE_ALL = msgspec.msgpack.Decoder(list[_FileLinks | None]).decode
_ENCODE = msgspec.msgpack.Encoder().encode


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How articles are read, and which of them count."""

    now: datetime
    all_articles: bool = False
    """Those that are not published as well."""
    is_whole: bool = True
    """Whether the files are all that the site has."""
    progress: Progress = silent


def read_links(config: Config, tree: Scan, workers: Workers, options: ReadOptions) -> SiteLinks:
    """The links of the articles of ``tree``."""
    known = _read(config, tree, workers, options)
    summaries = [one.summary for one in known.values() if one.summary is not None]
    wanted = {one.path for one in (summaries if options.all_articles else sort_out(summaries, options.now).published)}
    links = tuple(
        Link(place.kind, place.url, path, place.line, place.partner)
        for path, one in sorted(known.items())
        if path in wanted
        for place in one.places
    )
    # Text that was mended is a build's business.
    problems = (problem for one in known.values() if one.summary is None for problem in one.problems)
    return SiteLinks(links=links, articles=len(wanted), problems=tuple(sorted((*tree.problems, *problems))))


def _read(config: Config, tree: Scan, workers: Workers, options: ReadOptions) -> dict[str, _FileLinks]:
    """What is known of each file."""
    started = time.time_ns()
    cache = BuildCache(config.state_folder, read_only=True)
    reading = reading_fingerprint(config)
    try:
        remembered = _remembered(cache, reading)
        last_started = cache.meta("links started", int) or 0
    finally:
        cache.close()
    same, to_read = compare(tree.sources, remembered, last_started)
    found = {path: remembered[path].known for path in same}
    changed: dict[str, _Remembered] = {}
    results = options.progress(_read_all(config, to_read, workers), len(to_read))
    for (source, old), result in zip(to_read, results, strict=True):
        known = result or (old.known if old else _FileLinks(b"", None, (), ()))
        found[source.path] = known
        changed[source.path] = _Remembered(source.stamp, known)
    gone = remembered.keys() - found.keys() if options.is_whole else ()
    if changed or gone:
        _save(config, reading, started, changed, gone)
    return found


def _remembered(cache: BuildCache, reading: bytes) -> dict[str, _Remembered]:
    if cache.meta("links reading", bytes) != reading:
        return {}
    rows = "SELECT path, stamp, value FROM links"
    return (
        cache.attempt(
            lambda: {path: _Remembered(decode_stamp(stamp), _DECODE(value)) for path, stamp, value in cache.each(rows)}
        )
        or {}
    )


def _save(
    config: Config, reading: bytes, started: int, changed: Mapping[str, _Remembered], gone: Iterable[str]
) -> None:
    """Keep what was read; where a build is at work, or nothing can be written, the next check reads it again."""
    rows = [(path, _ENCODE(one.stamp), _ENCODE(one.known)) for path, one in sorted(changed.items()) if one.known.digest]

    def write(db: sqlite3.Connection) -> None:
        if cache.meta("links reading", bytes) != reading:
            db.execute("DELETE FROM links")
        meta = {"links reading": reading, "links started": started}
        db.executemany("REPLACE INTO meta VALUES (?, ?)", ((key, _ENCODE(value)) for key, value in meta.items()))
        db.executemany("DELETE FROM links WHERE path = ?", ((path,) for path in gone))
        db.executemany("REPLACE INTO links VALUES (?, ?, ?)", rows)

    try:
        with build_lock(config.state_folder):
            cache = BuildCache(config.state_folder)
            cache.change(write)
            cache.close()
    except (LockedError, StorageError):
        return


def _read_all(
    config: Config, to_read: list[tuple[ArticleFile, _Remembered | None]], workers: Workers
) -> Iterator[_FileLinks | None]:
    """What came of each file; None where it still has the content that is known."""
    digests = [(source, old.known.digest if old else None) for source, old in to_read]
    if all(digest for _, digest in digests):
        # To hash files costs less than processes, which copy what is in memory here by looking at it.
        workers = LocalWorkers(1)
    return read_all(config, digests, workers, read_links_batch, _DECODE_ALL)


def read_links_batch(job: ReadJob) -> bytes:
    """What there is to know of each file, in order; for a worker."""
    return _ENCODE([_read_one(job, source, known) for source, known in zip(job.sources, job.known, strict=True)])


def _read_one(job: ReadJob, source: ArticleFile, known: bytes | None) -> _FileLinks | None:
    data = read_source(source, job.max_size)
    if isinstance(data, Unreadable):
        return _FileLinks(b"", None, (), (data.problem,))
    digest = content_digest(data)
    if digest == known:
        return None
    reading = links_of(source, data, job.settings)
    places = tuple(_LinkRow(link.kind, link.url, link.line, link.partner) for link in reading.links)
    return _FileLinks(digest, ArticleSummary.of(reading.article) if reading.article else None, places, reading.problems)
