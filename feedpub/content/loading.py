"""The content folders → every valid article and every problem, for the commands that only look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

import msgspec

from feedpub.config import Config
from feedpub.content import ArticleFile, ReadSettings, Scan, Unreadable, keys_of, read_article, read_source, scan
from feedpub.core.errors import Problem
from feedpub.core.models import Article
from feedpub.core.zones import zone_of

T = TypeVar("T")


class Progress(Protocol):
    """Wraps a number of things, to show how far a build has come with them."""

    def __call__(self, things: Iterable[T], count: int, /) -> Iterable[T]:
        """``things``, as they are."""


def silent(things: Iterable[T], _count: int, /) -> Iterable[T]:
    """Show nothing."""
    return things


class LoadedArticles(msgspec.Struct, frozen=True, kw_only=True):
    """What the content folders hold."""

    found: int
    """Files, and what is in the place of one."""
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    """What keeps an article out, or was mended."""
    invalid: int
    """How many articles are left out."""


def collect(config: Config, progress: Progress = silent) -> LoadedArticles:
    """Read every article. Raises :class:`~feedpub.core.errors.UsageError` where a content folder is missing."""
    found = scan_content(config)
    return collect_sources(config, progress(found.sources, len(found.sources)), found.problems)


def scan_content(config: Config) -> Scan:
    """The article files. Raises :class:`~feedpub.core.errors.UsageError` where a content folder is missing."""
    skip = (config.root / config.output.path, config.state_folder)
    return scan(config.root, config.folders, config.content.pattern, config.content.exclude, skip)


def collect_sources(
    config: Config, sources: Iterable[ArticleFile], scanned: tuple[Problem, ...] = ()
) -> LoadedArticles:
    """Read the articles of ``sources``; ``scanned`` are the problems that finding them met."""
    settings = read_settings(config)
    articles: list[Article] = []
    problems = list(scanned)
    found = 0
    for source in sources:
        found += 1
        data = read_source(source, config.max_file_size)
        if isinstance(data, Unreadable):
            problems.append(data.problem)
            continue
        reading = read_article(source, data, settings)
        problems += reading.problems
        if reading.article is not None:
            articles.append(reading.article)
    return LoadedArticles(
        found=found + len(scanned),
        articles=tuple(articles),
        problems=tuple(sorted(problems)),
        invalid=found + len(scanned) - len(articles),
    )


def read_settings(config: Config) -> ReadSettings:
    """What of ``config`` the reader needs."""
    return ReadSettings(
        base_url=config.site.base_url,
        zone=zone_of(config.content.timezone),
        permalink=config.content.permalink,
        fields=keys_of({str(field): keys for field, keys in config.content.fields.items()}),
    )
