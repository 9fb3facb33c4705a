"""Feeds → files: which have to be rendered anew, and their bytes.

An article is rendered once a format, by whatever worker, and its bytes are put by until the last feed that holds it is
joined. A feed is joined as soon as its entries are there, while the workers render on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from feedpub.collect import read_settings
from feedpub.config import Config
from feedpub.entries import Site
from feedpub.errors import StorageError
from feedpub.executors import Workers
from feedpub.formats import FILENAMES, FeedHead, format_of
from feedpub.models import Author, Candidate, Feed
from feedpub.spool import Place, Spool
from feedpub.work import RENDER_BATCH, Origin, RenderJob, batched, content_digest, render_batch


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


def render(
    feeds: Sequence[Feed], config: Config, origin: Callable[[Candidate], Origin], workers: Workers, spool: Spool
) -> Iterator[tuple[str, bytes]]:
    """Every file of ``feeds``: its path in output/, and its bytes.

    Raises :class:`ChangedError` where an article is no longer what ``origin`` says.
    """
    site = site_of(config)
    rendered: dict[str, tuple[Place, ...]] = {}
    batches = _render(feeds, site, config, origin, workers)
    for feed in feeds:
        while any(article.path not in rendered for article in feed.articles):
            rendered.update((path, tuple(map(spool.add, entry))) for path, entry in next(batches))
        yield from _join_feed(feed, site, config, lambda path, index: spool.get(rendered[path][index]))
    # Lets the workers' executor see that all is done.
    for _ in batches:
        pass


def _render(
    feeds: Sequence[Feed], site: Site, config: Config, origin: Callable[[Candidate], Origin], workers: Workers
) -> Iterator[list[tuple[str, list[bytes]]]]:
    """The entries of ``feeds`` in the order in which they are needed, in batches: path, and bytes in each format."""
    needed = list({article.path: article for feed in feeds for article in feed.articles}.values())
    batches = list(batched(needed, RENDER_BATCH))
    settings = read_settings(config)
    jobs = _Jobs(
        batches,
        lambda batch: RenderJob(settings, config.max_file_size, site, config.output.formats, tuple(map(origin, batch))),
    )
    for batch, entries in zip(batches, workers.map(render_batch, jobs), strict=True):
        if entries is None:
            raise ChangedError("articles changed while they were read; nothing was published")
        yield [(article.path, entry) for article, entry in zip(batch, entries, strict=True)]


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
