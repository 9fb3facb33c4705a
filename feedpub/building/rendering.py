"""The rendering of documents: from the articles that they hold to the bytes of their files.

The workers render each article once in each form that a document needs. Its bytes stay in the
scratch file until all documents that hold the article are complete. A document is assembled as soon
as its articles are rendered, while the workers go on with the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from feedpub.building.render_jobs import RENDER_BATCH, ArticleOrigin, RenderJob, render_batch
from feedpub.config import Config
from feedpub.content.batches import batched
from feedpub.content.read_settings import ReadSettings
from feedpub.core.errors import StorageError
from feedpub.core.models import Candidate
from feedpub.core.workers import Workers
from feedpub.output.document import Document
from feedpub.output.site import page_settings, site_of
from feedpub.output.styles import PAGE, EntryForm
from feedpub.state.scratch import Scratch, ScratchSlice


class ChangedError(StorageError):
    """An error: an article file changed after this build read it."""

    def __init__(self) -> None:
        super().__init__("articles changed while they were read; nothing was published")


class Renderer(msgspec.Struct, frozen=True, kw_only=True):
    """The inputs of rendering besides the documents."""

    config: Config
    settings: ReadSettings
    origin: Callable[[Candidate], ArticleOrigin]
    """Returns the place of the whole article."""
    linked_folders: Callable[[Candidate], Iterable[str]]
    """Returns the folders of the feeds that pages link with the article."""
    workers: Workers
    scratch: Scratch


def render(documents: Sequence[Document], renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """Yield the path, relative to the output folder, and the bytes of every file of ``documents``.

    Raise :class:`ChangedError` if an article is no longer as its origin describes it, and
    :class:`~feedpub.output.pages.TemplateError` if a template fails.
    """
    scratch = renderer.scratch
    needed = {article.path: article for document in documents for article in document.articles}
    forms = _forms(documents)
    rendered: dict[str, tuple[ScratchSlice, ...]] = {}
    batches = _ArticleRendering(renderer, forms).run(list(needed.values()))
    for document in documents:
        while any(article.path not in rendered for article in document.articles):
            rendered.update((path, tuple(map(scratch.add, entry))) for path, entry in next(batches))

        def entries(form: EntryForm, document: Document = document) -> list[bytes]:
            return [
                scratch.get(rendered[article.path][forms[article.path].index(document.form_of(article, form))])
                for article in document.articles
            ]

        yield from document.make(entries)
    # The executor of the workers ends with the iterator.
    for _ in batches:
        pass


def _forms(documents: Iterable[Document]) -> dict[str, tuple[EntryForm, ...]]:
    """Return the forms that ``documents`` need of each article, by the article's path."""
    forms: dict[str, tuple[EntryForm, ...]] = {}
    # Most articles need the same forms; equal tuples are one object, which a job pickles once.
    united: dict[tuple[tuple[EntryForm, ...], tuple[EntryForm, ...]], tuple[EntryForm, ...]] = {}
    for document in documents:
        for article in document.articles:
            known = forms.get(article.path, ())
            key = (known, document.forms_of(article))
            if key not in united:
                united[key] = tuple(dict.fromkeys((*known, *key[1])))
            forms[article.path] = united[key]
    return forms


class _ArticleRendering:
    """The rendering of articles by the workers, in batches."""

    def __init__(self, renderer: Renderer, forms: Mapping[str, tuple[EntryForm, ...]]) -> None:
        config = renderer.config
        self._renderer = renderer
        self._forms = forms
        self._settings = renderer.settings
        self._site = site_of(config)
        has_pages = any(form.format == PAGE.format for needed in set(forms.values()) for form in needed)
        self._pages = page_settings(config) if has_pages else None

    def run(self, needed: Sequence[Candidate]) -> Iterator[list[tuple[str, list[bytes]]]]:
        """Yield batches of the ``needed`` articles in order: path, and bytes in each part."""
        batches = list(batched(needed, RENDER_BATCH))
        for batch, entries in zip(
            batches, self._renderer.workers.map(render_batch, _Jobs(batches, self._job)), strict=True
        ):
            if entries is None:
                raise ChangedError
            yield [(article.path, entry) for article, entry in zip(batch, entries, strict=True)]

    def _job(self, batch: Sequence[Candidate]) -> RenderJob:
        renderer = self._renderer
        return RenderJob(
            settings=self._settings,
            max_size=renderer.config.max_file_size,
            site=self._site,
            forms=tuple(self._forms[article.path] for article in batch),
            pages=self._pages,
            linked=frozenset(chain.from_iterable(map(renderer.linked_folders, batch))) if self._pages else frozenset(),
            origins=tuple(map(renderer.origin, batch)),
        )


class _Jobs(Sequence[RenderJob]):
    """Jobs that are made when they are sent, so that few articles are in memory at a time."""

    def __init__(
        self, batches: Sequence[Sequence[Candidate]], make: Callable[[Sequence[Candidate]], RenderJob]
    ) -> None:
        self._batches = batches
        self._make = make

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> RenderJob:  # type: ignore[override]
        return self._make(self._batches[index])
