"""The URLs of the articles that other articles link, which the entries of these depend on.

A link to an article that is not published is left out, and reported. Without a generator, a link to
a file that is no article stays as it is: it may be a page of the source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from feedpub.content import ArticleFile
from feedpub.content.batches import ArticleRecord
from feedpub.content.bodies import CrossLink, LinkedFile, link_problem, name_of, names_of, target_of
from feedpub.core.digests import content_digest
from feedpub.core.errors import Problem
from feedpub.feeds.status import status_of
from feedpub.output.entry import ArticleLinks

Named = Callable[[str], Mapping[str, ArticleRecord]]
"""A function from a name to the records of the article files that have it, by path."""


class LinkedArticles:
    """The articles that bodies link, at one moment."""

    def __init__(self, named: Named, files: Mapping[str, ArticleFile], generator: str | None, now: datetime) -> None:
        self._named = named
        self._files = files
        self._generator = generator
        self._now = now

    def links(self, path: str, record: ArticleRecord) -> ArticleLinks:
        """Return the links of the article at ``path`` with their URLs."""
        return tuple((link.text, link.by_name, url) for link, url in self._resolved(path, record) if url is not None)

    def digest(self, path: str, record: ArticleRecord) -> bytes:
        """Return the digest of the article at ``path`` and of the URLs that it links."""
        if not record.links:
            return record.digest
        return content_digest(record.digest + msgspec.msgpack.encode(self.links(path, record)))

    def problems(self, records: Iterable[tuple[str, ArticleRecord]]) -> Iterator[Problem]:
        """Yield the problems of the links that are left out, of those of ``records`` that are
        published.
        """
        for path, record in records:
            if record.links and published_url(record, self._now) is not None:
                yield from (link_problem(link, path) for link, url in self._resolved(path, record) if url == "")

    def linked_names(self, records: Iterable[tuple[str, ArticleRecord]]) -> frozenset[str]:
        """Return the names of all articles that ``records`` may link."""
        return frozenset(
            name
            for path, record in records
            for link in record.links
            for name in names_of(link, path, self._files[path].below)
        )

    def _resolved(self, path: str, record: ArticleRecord) -> Iterator[tuple[CrossLink, str | None]]:
        below = self._files[path].below
        for link in record.links:
            files = [
                LinkedFile(other, published_url(candidate, self._now))
                for name in sorted(names_of(link, path, below))
                for other, candidate in self._named(name).items()
            ]
            target = target_of(link, path, below, files)
            is_left_out = target is not None or link.by_name or self._generator is not None
            yield link, (target.url if target else None) or ("" if is_left_out else None)


def published_url(record: ArticleRecord | None, now: datetime) -> str | None:
    """Return the URL of an article; None if it is not published at ``now``."""
    if record is None or record.summary is None or status_of(record.summary, now) != "published":
        return None
    return record.article_url


def by_name(records: Mapping[str, ArticleRecord]) -> Named:
    """Return the function that finds ``records``, which are complete, by name."""
    names: dict[str, dict[str, ArticleRecord]] = defaultdict(dict)

    def named(name: str) -> Mapping[str, ArticleRecord]:
        # Most sites have no such links, and need no names.
        if not names:
            for path, record in records.items():
                names[name_of(path)][path] = record
        return names.get(name, {})

    return named
