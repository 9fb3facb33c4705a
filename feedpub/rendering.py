"""Feeds → files: which have to be rendered anew, and their bytes.

An article is rendered once a format, by whatever worker, and its bytes are put by until the last feed that holds it is
joined. A feed is joined as soon as its entries are there, while the workers render on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from feedpub.collect import read_settings
from feedpub.config import Config
from feedpub.digests import content_digest
from feedpub.entries import Site
from feedpub.errors import StorageError
from feedpub.executors import Workers
from feedpub.facts import NO_FACTS, Facts
from feedpub.formats import FILENAMES, FeedHead, format_of
from feedpub.models import Author, Candidate, Feed
from feedpub.spool import Place, Spool
from feedpub.work import RENDER_BATCH, Origin, RenderJob, batched, look_up_batch, render_batch

T = TypeVar("T")


class ChangedError(StorageError):
    """An article changed after it was read for this build."""


def site_of(config: Config) -> Site:
    """What feeds tell of the site."""
    site = config.site
    author = site.author
    return Site(
        title=site.title,
        base_url=site.base_url,
        description=site.description or site.title,
        language=site.language,
        author=Author(name=author.name, uri=author.url, email=author.email) if author else Author(name=site.title),
        icon=site.icon,
        logo=site.logo,
        ttl=site.ttl,
    )


def paths_of(feed: Feed, config: Config) -> dict[str, str]:
    """Each format's name, and where in output/ its file of ``feed`` lies."""
    return {name: _join(feed.folder, FILENAMES[name]) for name in config.output.formats}


def signature(feed: Feed, fingerprint: bytes, digest: Callable[[str], bytes]) -> bytes:
    """A digest of all that the bytes of ``feed`` depend on: ``fingerprint`` for the program and the configuration,
    ``digest`` of each article's file, by its path.
    """
    articles = [(article.path, digest(article.path)) for article in feed.articles]
    what = (feed.kind, feed.key, feed.title, feed.updated, articles)
    return content_digest(fingerprint + msgspec.msgpack.encode(what))


class Renderer(msgspec.Struct, frozen=True, kw_only=True):
    """What rendering needs besides the feeds."""

    config: Config
    origin: Callable[[Candidate], Origin]
    """What an article is rendered from."""
    facts: Facts
    workers: Workers
    spool: Spool


def render(feeds: Sequence[Feed], renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """Every file of ``feeds``: its path in output/, and its bytes.

    Raises :class:`ChangedError` where an article is no longer what its origin says.
    """
    config, spool = renderer.config, renderer.spool
    site = site_of(config)
    rendered: dict[str, tuple[Place, ...]] = {}
    needed = list({article.path: article for feed in feeds for article in feed.articles}.values())
    batches = _render(needed, site, renderer, _looked_up(needed, site, renderer) if renderer.facts else {})
    for feed in feeds:
        while any(article.path not in rendered for article in feed.articles):
            rendered.update((path, tuple(map(spool.add, entry))) for path, entry in next(batches))
        yield from _join_feed(feed, site, config, lambda path, index: spool.get(rendered[path][index]))
    # Lets the workers' executor see that all is done.
    for _ in batches:
        pass


_LookedUp = dict[str, tuple[Place, tuple[str, ...]]]
"""The articles, encoded and put by, each with the links of which facts may be known."""


def _looked_up(needed: Sequence[Candidate], site: Site, renderer: Renderer) -> _LookedUp:
    """Which links the ``needed`` articles have: only a worker that has an article before it knows."""
    found: _LookedUp = {}
    batches = list(batched(needed, RENDER_BATCH))
    for batch, articles in zip(batches, _map(look_up_batch, batches, site, renderer, {}), strict=True):
        found.update(
            (one.path, (renderer.spool.add(data), urls)) for one, (data, urls) in zip(batch, articles, strict=True)
        )
    return found


def _render(
    needed: Sequence[Candidate], site: Site, renderer: Renderer, looked_up: _LookedUp
) -> Iterator[list[tuple[str, list[bytes]]]]:
    """The entries of ``needed``, in order and in batches: path, and bytes in each format."""
    batches = list(batched(needed, RENDER_BATCH))
    for batch, entries in zip(batches, _map(render_batch, batches, site, renderer, looked_up), strict=True):
        yield [(article.path, entry) for article, entry in zip(batch, entries, strict=True)]


def _map(
    work: Callable[[RenderJob], list[T] | None],
    batches: Sequence[Sequence[Candidate]],
    site: Site,
    renderer: Renderer,
    looked_up: _LookedUp,
) -> Iterator[list[T]]:
    """What ``work`` makes of each of ``batches``."""
    config = renderer.config
    settings = read_settings(config)

    def origin(article: Candidate) -> Origin:
        found = looked_up.get(article.path)
        return Origin(renderer.spool.get(found[0])) if found else renderer.origin(article)

    def job(batch: Sequence[Candidate]) -> RenderJob:
        urls = (url for article in batch if article.path in looked_up for url in looked_up[article.path][1])
        facts = renderer.facts.of(urls) if looked_up else NO_FACTS
        origins = tuple(map(origin, batch))
        return RenderJob(settings, config.max_file_size, site, config.output.formats, origins, facts)

    for result in renderer.workers.map(work, _Jobs(batches, job)):
        if result is None:
            raise ChangedError("articles changed while they were read; nothing was published")
        yield result


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


def _join_feed(
    feed: Feed, site: Site, config: Config, entry: Callable[[str, int], bytes]
) -> Iterator[tuple[str, bytes]]:
    for index, (name, path) in enumerate(paths_of(feed, config).items()):
        head = FeedHead(
            site=site,
            title=feed.title,
            self_url=site.base_url + path,
            atom_url=site.base_url + _join(feed.folder, FILENAMES["atom"]),
            home_url=site.base_url,
            updated=feed.updated,
        )
        yield path, format_of(name).render_feed(head, [entry(article.path, index) for article in feed.articles])


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
