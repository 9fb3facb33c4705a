"""Batches of article files for workers, and the record that a build keeps of each file.

It only reads files. A batch and its result can be pickled, for workers that are processes
(:mod:`feedpub.core.workers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec

from feedpub.content.article import ArticleReading, read_article
from feedpub.content.bodies import CrossLink, links_in
from feedpub.content.files import ArticleFile, Stamp, Unreadable, is_racy, read_source
from feedpub.content.read_settings import ReadSettings
from feedpub.core.digests import content_digest
from feedpub.core.errors import Problem
from feedpub.core.models import Article, ArticleSummary
from feedpub.core.urls import page_key
from feedpub.core.workers import Workers

T = TypeVar("T")

_READ_BATCH = 200


class ArticleRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The data that the next build needs of an article file."""

    digest: bytes
    """The digest of the file's content."""
    summary: ArticleSummary | None
    """None if the article is invalid."""
    problems: tuple[Problem, ...]
    url: str | None = None
    """The URL of the article; None if it is the id."""
    links: tuple[CrossLink, ...] = ()
    """The links of the body to other articles."""
    page_keys: bytes = b""
    """The keys (:func:`feedpub.core.urls.page_key`) of :attr:`Article.checked_urls`; empty if there
    was no link check.
    """
    shown: bytes = b""
    """The short digest of what feeds show of the article; empty if it is withheld."""

    @property
    def article_url(self) -> str:
        """The URL of the article; empty if it is invalid."""
        return self.url or (self.summary.id if self.summary else "")


class ReadJob(msgspec.Struct, frozen=True):
    """A batch of files to read. A file whose content has the known digest is not parsed."""

    settings: ReadSettings
    max_size: int
    sources: tuple[ArticleFile, ...]
    known: tuple[bytes | None, ...]


class ReadResult(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The result for one file."""

    record: ArticleRecord | None
    """None if the file cannot be read, or has the known digest."""
    article: bytes | None
    """The valid article, encoded."""
    unreadable: Problem | None
    is_missing: bool = False
    """True if the disk failed."""


_READ_RESULTS = msgspec.msgpack.Decoder(list[ReadResult])
_ENCODER = msgspec.msgpack.Encoder()


class Stamped(Protocol):
    """A file record that has the stamp of the file."""

    @property
    def stamp(self) -> Stamp: ...  # noqa: D102


S = TypeVar("S", bound=Stamped)


def compare(
    sources: Iterable[ArticleFile], cached: Mapping[str, S], last_started: int
) -> tuple[list[str], list[tuple[ArticleFile, S | None]]]:
    """Return the paths of unchanged files, and the files to read, each with its old record."""
    same: list[str] = []
    to_read: list[tuple[ArticleFile, S | None]] = []
    for source in sources:
        old = cached.get(source.path)
        if old is not None and old.stamp == source.stamp and not is_racy(source.stamp, last_started):
            same.append(source.path)
        else:
            to_read.append((source, old))
    return same, to_read


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Return ``values`` in slices of at most ``size``."""
    return (values[start : start + size] for start in range(0, len(values), size))


def read_jobs(
    settings: ReadSettings, max_size: int, to_read: Sequence[tuple[ArticleFile, bytes | None]]
) -> list[ReadJob]:
    """Return the jobs for the files ``to_read``, each with its known digest or None."""
    return [
        ReadJob(settings, max_size, tuple(source for source, _ in batch), tuple(digest for _, digest in batch))
        for batch in batched(to_read, _READ_BATCH)
    ]


def read_all(
    jobs: Sequence[ReadJob], workers: Workers, read: Callable[[ReadJob], bytes], decode: Callable[[bytes], list[T]]
) -> Iterator[T]:
    """Yield the results of ``read`` for the files of ``jobs``.

    ``read`` returns the results of a job as bytes, which ``decode`` decodes.
    """
    for data in workers.map(read, jobs):
        yield from decode(data)


def encode_article(article: Article) -> bytes:
    """Return ``article`` in the encoding that an :class:`ArticleOrigin` holds."""
    return _ENCODER.encode(article)


def read_batch(job: ReadJob) -> bytes:
    """Return the :class:`ReadResult` of each source, in order, for :func:`decode_results`."""
    return _ENCODER.encode([_read(job, source, known) for source, known in zip(job.sources, job.known, strict=True)])


def decode_results(data: bytes) -> list[ReadResult]:
    """Return the results that :func:`read_batch` encoded."""
    return _READ_RESULTS.decode(data)


def _read(job: ReadJob, source: ArticleFile, known: bytes | None) -> ReadResult:
    data = read_source(source, job.max_size)
    if isinstance(data, Unreadable):
        return ReadResult(None, None, data.problem, data.is_missing)
    digest = content_digest(data)
    if digest == known:
        return ReadResult(None, None, None)
    reading = read_article(source, data, job.settings)
    article, record = reading.article, record_of(digest, reading, job.settings)
    return ReadResult(record, encode_article(article) if article and not article.withheld else None, None)


def record_of(digest: bytes, reading: ArticleReading, settings: ReadSettings) -> ArticleRecord:
    """Return the record of a file whose content has the ``digest``."""
    article = reading.article
    if article is None:
        return ArticleRecord(digest, None, reading.problems)
    url = article.url if article.url != article.id else None
    links = () if article.withheld else links_in(article, settings.generator, reading.body_line)
    has_keys = settings.has_page_keys and not article.withheld
    keys = b"".join(map(page_key, article.checked_urls)) if has_keys else b""
    summary = ArticleSummary.of(article, with_facets=settings.has_facets, with_story_facets=settings.has_story_facets)
    return ArticleRecord(digest, summary, reading.problems, url, links, keys, _shown(article))


def _shown(article: Article) -> bytes:
    """Return the short digest of what feeds show of ``article``, wherever its file is."""
    return b"" if article.withheld else content_digest(encode_article(msgspec.structs.replace(article, path="")))[:8]
