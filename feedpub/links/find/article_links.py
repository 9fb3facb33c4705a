"""An article file → the links that it has, with their lines.

The reader reads the article as a build does; a :class:`~feedpub.content.fields.FieldReader` of this room notes besides where
each URL stands. A build does not come here, and pays nothing for it. No file is opened, and no URL fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import msgspec
import yaml

from feedpub.content import ArticleFile, ReadSettings, read_article
from feedpub.content.fields import FieldReader
from feedpub.core.errors import Problem
from feedpub.core.models import Article
from feedpub.core.urls import page_of
from feedpub.links.model import Link, LinkKind, LinkTarget

_WANT_PAGE = frozenset((LinkKind.AMP, LinkKind.AMP_CACHE))
_WANT_LENGTH = frozenset((LinkKind.IMAGE, LinkKind.ATTACHMENT))

_Trail = tuple[tuple[str, ...], ...]
"""The keys that lead to a value, from the top: those of each field on the way."""


class LinkReading(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one file."""

    article: Article | None
    """None where it is invalid; then it has no links."""
    links: tuple[Link, ...]
    """In the order of their lines."""
    problems: tuple[Problem, ...]


class _Noted(NamedTuple):
    """A URL that was read."""

    trail: _Trail
    line: int
    url: str


def links_of(source: ArticleFile, data: bytes, settings: ReadSettings) -> LinkReading:
    """The links in ``data``, the bytes of ``source``. Never raises for what the bytes hold.

    Whether the article is published is not asked here.
    """
    noted: list[_Noted] = []

    def new_reader(*args: Any, **more: Any) -> _NotingReader:
        reader = _NotingReader(*args, **more)
        reader.noted = noted
        return reader

    reading = read_article(source, data, settings, new_reader)
    article = reading.article
    links = dict.fromkeys(_links(article, noted, settings)) if article else ()
    in_order = tuple(sorted(links, key=lambda link: link.line))
    return LinkReading(article=article, links=in_order, problems=reading.problems)


def targets_of(links: Iterable[Link], kinds: Collection[LinkKind]) -> dict[str, LinkTarget]:
    """What to fetch for the ``links`` of ``kinds``, by URL without fragment, in the order in which they first come."""
    wants: dict[str, set[LinkKind]] = {}
    for link in links:
        if link.kind in kinds:
            wants.setdefault(page_of(link.url), set()).add(link.kind)
    return {
        url: LinkTarget(url=url, wants_page=not _WANT_PAGE.isdisjoint(of), wants_length=not _WANT_LENGTH.isdisjoint(of))
        for url, of in wants.items()
    }


class _NotingReader(FieldReader):
    """Reads the values of one mapping, and notes each URL with its line."""

    noted: list[_Noted]
    """Shared by the readers of one file."""
    trail: _Trail = ()

    def url(self, *keys: str, base: str | None = None) -> str | None:
        found = self.find(keys)
        url = super().url(*keys, base=base)
        node = found[1][1] if found else None
        if url is not None and isinstance(node, yaml.ScalarNode):
            self.noted.append(_Noted((*self.trail, keys), _line_of(node) + self.offset, url))
        return url

    def mapping(self, *keys: str) -> Self | None:
        inner = super().mapping(*keys)
        return self._led(inner, keys) if inner is not None else None

    def mappings(self, *keys: str) -> Iterator[Self]:
        return (self._led(inner, keys) for inner in super().mappings(*keys))

    def _led(self, inner: Self, keys: tuple[str, ...]) -> Self:
        inner.noted = self.noted
        inner.trail = (*self.trail, keys)
        return inner


def _line_of(node: yaml.ScalarNode) -> int:
    """The line of a scalar's text, from 0, as the node counts.

    The node begins with its anchor or tag, or with the ``>`` or ``|`` of a block, which may stand on a line above.
    """
    if node.style in ("|", ">"):
        return int(node.start_mark.line) + 1 + len(node.value) - len(node.value.lstrip("\n"))
    if node.style:
        return int(node.start_mark.line)
    return int(node.end_mark.line)


def _links(article: Article, noted: Iterable[_Noted], settings: ReadSettings) -> Iterator[Link]:
    kinds = _kinds(settings.fields)
    related = {story.url for story in article.related}
    partners = {LinkKind.AMP: article.url, LinkKind.AMP_CACHE: article.amp_url}
    for trail, line, url in noted:
        kind = kinds.get(trail)
        # A related article that is withheld is not published, so nobody follows its link.
        if kind is not None and (kind is not LinkKind.RELATED or url in related):
            yield Link(kind, url, article.path, line, partners.get(kind))


def _kinds(fields: Mapping[str, Sequence[str]]) -> dict[_Trail, LinkKind]:
    keys = {name: tuple(of) for name, of in fields.items()}
    return {
        (keys["url"],): LinkKind.SOURCE,
        (keys["amp_url"],): LinkKind.AMP,
        (keys["amp_cache_url"],): LinkKind.AMP_CACHE,
        (keys["images"], ("url",)): LinkKind.IMAGE,
        (keys["attachments"], ("url",)): LinkKind.ATTACHMENT,
        (keys["related"], keys["url"]): LinkKind.RELATED,
    }
