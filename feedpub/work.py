"""The two kinds of work that a build hands out in batches: reading article files, and rendering entries.

Pure but for reading files; a batch and its result are picklable, whoever runs it (:mod:`feedpub.executors`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from feedpub.collect import read_settings
from feedpub.config import Config
from feedpub.digests import content_digest
from feedpub.entries import Site, make_entry
from feedpub.errors import Problem
from feedpub.executors import Workers
from feedpub.facts import NO_FACTS, Facts, enriched, urls_of
from feedpub.formats import format_of
from feedpub.models import Article, Summary
from feedpub.pages import PageSettings, pages_of
from feedpub.reader import ReadSettings, Source, Unreadable, read_article, read_source

T = TypeVar("T")

READ_BATCH = 200
RENDER_BATCH = 100


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a build remembers of an article file."""

    digest: bytes
    """Of its content."""
    summary: Summary | None
    """None where the article is invalid."""
    problems: tuple[Problem, ...]


class ReadJob(msgspec.Struct, frozen=True):
    """Files to read; one whose content still has the digest that is known need not be parsed."""

    settings: ReadSettings
    max_size: int
    sources: tuple[Source, ...]
    known: tuple[bytes | None, ...]


class ReadResult(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What came of one file."""

    record: Record | None
    """None where it could not be read, or is known."""
    article: bytes | None
    """The valid article, encoded."""
    unreadable: Problem | None
    is_missing: bool = False
    """Whether it is the disk that failed."""


class Origin(msgspec.Struct, frozen=True):
    """Where an article comes from: encoded already, or from a file that still must have the digest."""

    article: bytes | None
    source: Source | None = None
    digest: bytes = b""


class RenderJob(msgspec.Struct, frozen=True):
    """Entries to render."""

    settings: ReadSettings
    max_size: int
    site: Site
    formats: tuple[str, ...]
    pages: PageSettings | None
    """Where the entries are to be shown on pages, too."""
    linked: frozenset[str]
    """The folders of the feeds that pages link with these articles."""
    origins: tuple[Origin, ...]
    facts: Facts = NO_FACTS
    """Of the links of these articles, at the least."""


_READ_RESULTS = msgspec.msgpack.Decoder(list[ReadResult])
_ARTICLE = msgspec.msgpack.Decoder(Article)
_ENCODER = msgspec.msgpack.Encoder()


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """``values`` in slices of at most ``size``."""
    return (values[start : start + size] for start in range(0, len(values), size))


def read_all(
    config: Config,
    to_read: Sequence[tuple[Source, bytes | None]],
    workers: Workers,
    read: Callable[[ReadJob], bytes],
    decode: Callable[[bytes], list[T]],
) -> Iterator[T]:
    """Give what ``read`` finds in each of the files ``to_read``, which come with the digest of the content that is
    known; ``decode`` takes it apart again.
    """
    settings = read_settings(config)
    jobs = [
        ReadJob(
            settings,
            config.max_file_size,
            tuple(source for source, _ in batch),
            tuple(digest for _, digest in batch),
        )
        for batch in batched(to_read, READ_BATCH)
    ]
    for data in workers.map(read, jobs):
        yield from decode(data)


def encode_article(article: Article) -> bytes:
    """``article`` as an :class:`Origin` holds it."""
    return _ENCODER.encode(article)


def read_batch(job: ReadJob) -> bytes:
    """The :class:`ReadResult` of each source, in order; for :func:`decode_results`."""
    return _ENCODER.encode([_read(job, source, known) for source, known in zip(job.sources, job.known, strict=True)])


def decode_results(data: bytes) -> list[ReadResult]:
    """What :func:`read_batch` found."""
    return _READ_RESULTS.decode(data)


def render_batch(job: RenderJob) -> list[list[bytes]] | None:
    """Each entry in each format, and then as pages show it; None where a file is no longer what it was."""
    chosen = [format_of(name) for name in job.formats]
    pages = pages_of(job.pages) if job.pages else None
    rendered = []
    for origin in job.origins:
        article = _article_of(job, origin)
        if article is None:
            return None
        entry = make_entry(enriched(article, job.facts), job.site)
        rendered.append([format_.render_entry(entry, job.site) for format_ in chosen])
        if pages is not None:
            rendered[-1].append(pages.entry(entry, job.linked))
    return rendered


def look_up_batch(job: RenderJob) -> list[tuple[bytes, tuple[str, ...]]] | None:
    """Each article, encoded, with the links of which facts may be known; None where a file is no longer what it was."""
    found = []
    for origin in job.origins:
        article = _article_of(job, origin)
        if article is None:
            return None
        found.append((encode_article(article), urls_of(article)))
    return found


def _article_of(job: RenderJob, origin: Origin) -> Article | None:
    return _ARTICLE.decode(origin.article) if origin.article is not None else _read_again(job, origin)


def _read(job: ReadJob, source: Source, known: bytes | None) -> ReadResult:
    data = read_source(source, job.max_size)
    if isinstance(data, Unreadable):
        return ReadResult(None, None, data.problem, data.is_missing)
    digest = content_digest(data)
    if digest == known:
        return ReadResult(None, None, None)
    reading = read_article(source, data, job.settings)
    article = reading.article
    record = Record(digest, Summary.of(article) if article else None, reading.problems)
    return ReadResult(record, encode_article(article) if article and not article.withheld else None, None)


def _read_again(job: RenderJob, origin: Origin) -> Article | None:
    data = read_source(origin.source, job.max_size) if origin.source else b""
    if origin.source is None or isinstance(data, Unreadable) or content_digest(data) != origin.digest:
        return None
    return read_article(origin.source, data, job.settings).article
