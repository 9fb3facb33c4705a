"""Documents → files: their bytes.

An article is rendered once a format, by whatever worker, and its bytes are put by until the last document that holds it
is joined. A document is joined as soon as its articles are there, while the workers render on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

import msgspec

from feedpub.building.render_jobs import RENDER_BATCH, ArticleOrigin, RenderJob, look_up_batch, render_batch
from feedpub.config import Config
from feedpub.content.batches import batched
from feedpub.content.loading import read_settings
from feedpub.core.errors import StorageError
from feedpub.core.format_registry import FORMATS
from feedpub.core.models import Candidate
from feedpub.core.workers import Workers
from feedpub.links.facts import NO_FACTS, LinkFacts
from feedpub.output.documents import PAGE, Document, page_settings, site_of
from feedpub.state.scratch import Scratch, ScratchSlice

T = TypeVar("T")


class ChangedError(StorageError):
    """An article changed after it was read for this build."""


class Renderer(msgspec.Struct, frozen=True, kw_only=True):
    """What rendering needs besides the feeds."""

    config: Config
    origin: Callable[[Candidate], ArticleOrigin]
    """What an article is rendered from."""
    homes: Callable[[Candidate], Iterable[str]]
    """The folders of the feeds that pages link with an article."""
    facts: LinkFacts
    workers: Workers
    spool: Scratch


def render(documents: Sequence[Document], renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """Every file of ``documents``: its path in output/, and its bytes.

    Raises :class:`ChangedError` where an article is no longer what its origin says, and
    :class:`~feedpub.output.pages.TemplateError`.
    """
    spool = renderer.spool
    parts = [part for part in (*FORMATS, PAGE) if any(part in document.parts for document in documents)]
    work = _Rendering(renderer, tuple(parts))
    rendered: dict[str, tuple[ScratchSlice, ...]] = {}
    needed = {article.path: article for document in documents for article in document.articles}
    batches = work.run(list(needed.values()))
    for document in documents:
        while any(article.path not in rendered for article in document.articles):
            rendered.update((path, tuple(map(spool.add, entry))) for path, entry in next(batches))

        def entries(part: str, articles: Sequence[Candidate] = document.articles) -> list[bytes]:
            index = parts.index(part)
            return [spool.get(rendered[article.path][index]) for article in articles]

        yield from document.make(entries)
    # Lets the workers' executor see that all is done.
    for _ in batches:
        pass


_LookedUp = dict[str, tuple[ScratchSlice, tuple[str, ...]]]
"""The articles, encoded and put by, each with the links of which facts may be known."""


class _Rendering:
    """Articles, rendered by the workers."""

    def __init__(self, renderer: Renderer, parts: tuple[str, ...]) -> None:
        config = renderer.config
        self._renderer = renderer
        self._settings = read_settings(config)
        self._site = site_of(config)
        self._formats = tuple(part for part in parts if part != PAGE)
        self._pages = page_settings(config) if PAGE in parts else None
        self._found: _LookedUp = {}

    def run(self, needed: Sequence[Candidate]) -> Iterator[list[tuple[str, list[bytes]]]]:
        """The ``needed`` articles, in order and in batches: path, and bytes in each part."""
        batches = list(batched(needed, RENDER_BATCH))
        if self._renderer.facts:
            self._look_up(batches)
        for batch, entries in zip(batches, self._map(render_batch, batches), strict=True):
            yield [(article.path, entry) for article, entry in zip(batch, entries, strict=True)]

    def _look_up(self, batches: Sequence[Sequence[Candidate]]) -> None:
        """Find out which links the articles have: only a worker that has an article before it knows."""
        found: _LookedUp = {}
        for batch, articles in zip(batches, self._map(look_up_batch, batches), strict=True):
            found.update(
                (one.path, (self._renderer.spool.add(data), urls))
                for one, (data, urls) in zip(batch, articles, strict=True)
            )
        self._found = found

    def _map(
        self, work: Callable[[RenderJob], list[T] | None], batches: Sequence[Sequence[Candidate]]
    ) -> Iterator[list[T]]:
        """What ``work`` makes of each of ``batches``."""
        for result in self._renderer.workers.map(work, _Jobs(batches, self._job)):
            if result is None:
                raise ChangedError("articles changed while they were read; nothing was published")
            yield result

    def _job(self, batch: Sequence[Candidate]) -> RenderJob:
        renderer = self._renderer
        urls = (url for article in batch if article.path in self._found for url in self._found[article.path][1])
        return RenderJob(
            settings=self._settings,
            max_size=renderer.config.max_file_size,
            site=self._site,
            formats=self._formats,
            pages=self._pages,
            linked=frozenset(chain.from_iterable(map(renderer.homes, batch))) if self._pages else frozenset(),
            origins=tuple(map(self._origin, batch)),
            facts=renderer.facts.of(urls) if self._found else NO_FACTS,
        )

    def _origin(self, article: Candidate) -> ArticleOrigin:
        found = self._found.get(article.path)
        return ArticleOrigin(self._renderer.spool.get(found[0])) if found else self._renderer.origin(article)


class _Jobs(Sequence[RenderJob]):
    """Jobs that are made when they are asked for: an article's bytes need not be in memory before."""

    def __init__(
        self, batches: Sequence[Sequence[Candidate]], make: Callable[[Sequence[Candidate]], RenderJob]
    ) -> None:
        self._batches = batches
        self._make = make

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> RenderJob:  # type: ignore[override]
        return self._make(self._batches[index])
