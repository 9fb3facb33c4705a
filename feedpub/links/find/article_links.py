"""The links of one article file, each with its line.

The article is read as a build reads it. A :class:`~feedpub.content.fields.FieldReader` of this
module records the line of each URL as well. Builds do not use this module. It opens no file and
fetches no URL.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import msgspec
import yaml

from feedpub.content import ArticleFile, ReadSettings, read_article
from feedpub.content.fields import FieldReader
from feedpub.core.errors import Problem
from feedpub.core.models import Article
from feedpub.core.urls import page_of
from feedpub.links.find.body_links import body_links
from feedpub.links.model import Link, LinkKind, LinkTarget

_WANT_PAGE = frozenset((LinkKind.AMP, LinkKind.AMP_CACHE))
_WANT_LENGTH = frozenset((LinkKind.IMAGE, LinkKind.ATTACHMENT))

_Trail = tuple[tuple[str, ...], ...]
"""The path to a value: the accepted keys of each field, from the top."""


class LinkReading(msgspec.Struct, frozen=True, kw_only=True):
    """The article and the links of one file."""

    article: Article | None
    """None if it is invalid; then there are no links."""
    links: tuple[Link, ...]
    """In the order of their lines."""
    problems: tuple[Problem, ...]


class _UrlField(NamedTuple):
    """A URL in the front matter, and its place."""

    trail: _Trail
    line: int
    url: str


def links_of(source: ArticleFile, data: bytes, settings: ReadSettings) -> LinkReading:
    """Return the links in ``data``, the bytes of ``source``, also if the article is not published.

    No content of the bytes raises an exception.
    """
    url_fields: list[_UrlField] = []

    def new_reader(*args: Any, **options: Any) -> _UrlReader:
        reader = _UrlReader(*args, **options)
        reader.url_fields = url_fields
        return reader

    reading = read_article(source, data, settings, new_reader)
    article = reading.article
    links = dict.fromkeys(_links(article, url_fields, settings)) if article else {}
    if article is not None and settings.has_body_links:
        links |= dict.fromkeys(body_links(article, reading.body_line, settings))
    in_order = tuple(sorted(links, key=lambda link: link.line))
    return LinkReading(article=article, links=in_order, problems=reading.problems)


def targets_of(
    links: Iterable[Link],
    kinds: Collection[LinkKind],
    wants_text: Callable[[Link], bool] = lambda _: False,
    fragment_of: Callable[[Link], str | None] = lambda _: None,
) -> dict[str, LinkTarget]:
    """Return the targets of the ``links`` of ``kinds``, by URL without fragment.

    The targets keep the order of the first link of each. ``wants_text`` says whether the page of a
    link is read, and ``fragment_of`` returns the part of the page to look for.
    """
    texts: set[str] = set()
    fragments: dict[str, set[str]] = {}
    kinds_by_url: dict[str, set[LinkKind]] = {}
    for link in links:
        if link.kind in kinds:
            page = page_of(link.url)
            kinds_by_url.setdefault(page, set()).add(link.kind)
            if wants_text(link):
                texts.add(page)
            if fragment := fragment_of(link):
                fragments.setdefault(page, set()).add(fragment)
    return {
        url: LinkTarget(
            url=url,
            wants_page=not _WANT_PAGE.isdisjoint(url_kinds),
            wants_text=url in texts or url in fragments,
            fragments=tuple(sorted(fragments.get(url, ()))),
            wants_length=not _WANT_LENGTH.isdisjoint(url_kinds),
        )
        for url, url_kinds in kinds_by_url.items()
    }


class _UrlReader(FieldReader):
    """A reader of one mapping that records each URL with its line."""

    url_fields: list[_UrlField]
    """A list that all readers of one file use."""
    trail: _Trail = ()

    def url(self, *keys: str, base: str | None = None) -> str | None:
        return self._recorded(super().url(*keys, base=base), keys)

    def page(self, *keys: str, base: str) -> str | None:
        return self._recorded(super().page(*keys, base=base), keys)

    def _recorded(self, url: str | None, keys: tuple[str, ...]) -> str | None:
        """Return ``url``, the value of ``keys``, and record it with its line."""
        entry = self.find(keys)
        node = entry[1][1] if entry else None
        if url is not None and isinstance(node, yaml.ScalarNode):
            self.url_fields.append(_UrlField((*self.trail, keys), _line_of(node) + self.offset, url))
        return url

    def mapping(self, *keys: str) -> Self | None:
        inner = super().mapping(*keys)
        return self._nested(inner, keys) if inner is not None else None

    def mappings(self, *keys: str, text_key: str | None = None) -> Iterator[Self]:
        return (self._nested(inner, keys) for inner in super().mappings(*keys, text_key=text_key))

    def _nested(self, inner: Self, keys: tuple[str, ...]) -> Self:
        inner.url_fields = self.url_fields
        inner.trail = (*self.trail, keys)
        return inner


def _line_of(node: yaml.ScalarNode) -> int:
    """Return the line of a scalar's text, from 0, as the node counts.

    The node begins with its anchor or tag, or with the ``>`` or ``|`` of a block. These may be on
    an earlier line than the text.
    """
    if node.style in ("|", ">"):
        return int(node.start_mark.line) + 1 + len(node.value) - len(node.value.lstrip("\n"))
    if node.style:
        return int(node.start_mark.line)
    return int(node.end_mark.line)


def _links(article: Article, url_fields: Iterable[_UrlField], settings: ReadSettings) -> Iterator[Link]:
    kinds = _kinds(settings.fields)
    related = {story.url for story in article.related}
    partners = {LinkKind.AMP: article.url, LinkKind.AMP_CACHE: article.amp_url}
    for trail, line, url in url_fields:
        kind = kinds.get(trail)
        if kind is LinkKind.SOURCE and article.own:
            # A path below site.base_url is the article's own page.
            continue
        # A related article that is withheld is not in the feeds, and neither is its link.
        if kind is not None and (kind is not LinkKind.RELATED or url in related):
            yield Link(kind, url, article.path, line, partners.get(kind))


def _kinds(fields: Mapping[str, Sequence[str]]) -> dict[_Trail, LinkKind]:
    keys = {name: tuple(names) for name, names in fields.items()}
    return {
        (keys["url"],): LinkKind.SOURCE,
        (keys["amp_url"],): LinkKind.AMP,
        (keys["amp_cache_url"],): LinkKind.AMP_CACHE,
        (keys["images"], ("url",)): LinkKind.IMAGE,
        (keys["attachments"], ("url",)): LinkKind.ATTACHMENT,
        (keys["transcripts"], ("url",)): LinkKind.ATTACHMENT,
        (keys["chapters"],): LinkKind.ATTACHMENT,
        (keys["related"], keys["url"]): LinkKind.RELATED,
    }
