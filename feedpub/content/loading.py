"""The content folders → all valid articles and all problems, for commands that write nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from feedpub.config import Config
from feedpub.content import (
    ArticleFile,
    ArticleReading,
    Scan,
    Unreadable,
    read_article,
    read_source,
    scan,
    scan_paths,
)
from feedpub.content.generators.site import without_resources
from feedpub.content.read_settings import read_settings
from feedpub.core.errors import Problem
from feedpub.core.models import Article

T = TypeVar("T")


class Progress(Protocol):
    """A wrapper of an iterable that shows the progress of reading it."""

    def __call__(self, values: Iterable[T], count: int, /) -> Iterable[T]:
        """Return ``values`` unchanged; ``count`` is their number."""


def no_progress(values: Iterable[T], _count: int, /) -> Iterable[T]:
    """Return ``values``, and show nothing."""
    return values


class LoadedArticles(msgspec.Struct, frozen=True, kw_only=True):
    """The articles and problems of the content folders."""

    file_count: int
    """The number of files, and of folders or links in place of a file."""
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    """The problems that keep an article out, and the repairs."""
    invalid: int
    """The number of articles that are left out."""
    readings: tuple[tuple[ArticleFile, ArticleReading], ...]
    """The files that could be read, and what was read."""


def load_articles(config: Config, progress: Progress = no_progress, paths: Sequence[Path] = ()) -> LoadedArticles:
    """Read the articles of ``paths``, or every article if there are no ``paths``.

    Raise :class:`~feedpub.core.errors.UsageError` if a path or a content folder is missing.
    """
    files = scan_content(config, paths)
    return load_sources(config, progress(files.sources, len(files.sources)), files.problems)


def scan_content(config: Config, paths: Sequence[Path] = ()) -> Scan:
    """Return the article files: those of ``paths``, or all of them if there are no ``paths``.

    Raise :class:`~feedpub.core.errors.UsageError` if a path or a content folder is missing.
    """
    if paths:
        return scan_paths(config.root, config.folders, paths, config.content.pattern, config.content.exclude)
    skip = (config.root / config.output.path, config.state_folder)
    found = scan(config.root, config.folders, config.content.pattern, config.content.exclude, skip)
    return found if config.content.generator is None else without_resources(found, config.content.generator)


def load_sources(config: Config, sources: Iterable[ArticleFile], scanned: tuple[Problem, ...] = ()) -> LoadedArticles:
    """Read the articles of ``sources``; ``scanned`` are the problems of the scan for them."""
    settings = read_settings(config)
    readings: list[tuple[ArticleFile, ArticleReading]] = []
    problems = list(scanned)
    file_count = 0
    for source in sources:
        file_count += 1
        data = read_source(source, config.max_file_size)
        if isinstance(data, Unreadable):
            problems.append(data.problem)
            continue
        reading = read_article(source, data, settings)
        problems += reading.problems
        readings.append((source, reading))
    articles = tuple(reading.article for _, reading in readings if reading.article is not None)
    return LoadedArticles(
        file_count=file_count + len(scanned),
        articles=articles,
        problems=tuple(sorted(problems)),
        invalid=file_count + len(scanned) - len(articles),
        readings=tuple(readings),
    )
