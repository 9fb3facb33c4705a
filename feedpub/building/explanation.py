"""The explanation of an article: the feeds that contain it, and why others do not.

:mod:`feedpub.feeds.explain` has the reasons. This module finds the article.
"""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import display, entry_id
from feedpub.content.loading import LoadedArticles, Progress, load_articles, no_progress
from feedpub.core.errors import Problem, ProblemKind, UsageError
from feedpub.core.models import Article
from feedpub.core.urls import UrlError
from feedpub.feeds.explain import FeedPlace, feed_places, status_text
from feedpub.feeds.status import group_by_status
from feedpub.state.published import history_of


class ExplainOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of an explanation."""

    now: datetime | None = None
    """The time of the build that is explained, with an offset; None for the current time."""
    progress: Progress = no_progress
    """A function of the article files and their number that yields the files as they are read."""


class ExplainedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """A valid article and its feeds."""

    path: str
    """The article's file, relative to the folder of config.yaml."""
    id: str
    url: str
    title: str
    status: str
    """``published``, or why the article is in no feed: ``unpublished (draft: true)``."""
    feeds: tuple[FeedPlace, ...]
    """Each feed that could contain the article."""
    problems: tuple[Problem, ...]
    """The values that are ignored or repaired."""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of :func:`explain`."""

    path: str
    """The path that was given, relative to the folder of config.yaml; without meaning for an id."""
    articles: tuple[ExplainedArticle, ...]
    """The valid articles with this path, id or source URL; several only if they share it."""
    problems: tuple[Problem, ...]
    """The problems that make the article invalid; empty if there are ``articles``."""


def explain(config: Config, path_or_id: str | Path, options: ExplainOptions | None = None) -> Explanation:
    """Return which feeds contain an article, and why others do not.

    ``path_or_id`` is the article's file, its id or its source URL. Nothing is written.

    Raise :class:`UsageError` if no article has this path, id or source URL, or if a content folder
    is missing.

    Example::

        >>> from pathlib import Path
        >>> from feedpub import explain, load_config
        >>> config = load_config(Path("config.yaml"))
        >>> (article,) = explain(config, "content/hello.md").articles
        >>> article.status
        'published'
        >>> for place in article.feeds:
        ...     print(place.title, place.position)
        AI News 1
        AI News: Python 1
    """
    options = options or ExplainOptions()
    name = os.fspath(path_or_id)
    collection = load_articles(config, options.progress)
    path = _relative(name, config)
    names = _possible_names(name, path)
    articles = [
        article for article in collection.articles if not names.isdisjoint((article.id, article.url, article.path))
    ]
    problems = tuple(problem for problem in collection.problems if problem.path == path)
    if not articles and not problems:
        raise _not_found(name, path, config, collection)
    explained = _explained(articles, collection, config, options.now or datetime.now(UTC))
    return Explanation(path=path, articles=explained, problems=() if articles else problems)


def _explained(
    articles: list[Article], collection: LoadedArticles, config: Config, now: datetime
) -> tuple[ExplainedArticle, ...]:
    if not articles:
        return ()
    by_status = group_by_status(collection.articles, now)
    history = history_of(config)
    return tuple(
        ExplainedArticle(
            path=article.path,
            id=article.id,
            url=article.url,
            title=article.title,
            status=status_text(article, by_status),
            feeds=tuple(feed_places(article, by_status, config, history, now)),
            problems=tuple(
                problem
                for problem in (*collection.problems, *by_status.problems())
                if problem.path == article.path and problem.kind is not ProblemKind.DUPLICATE
            ),
        )
        for article in articles
    )


def _relative(file: str, config: Config) -> str:
    """Return the path of ``file`` relative to the folder of config.yaml, as articles have it."""
    folder, name = os.path.split(file)
    # The path of an article begins with the real path of its content folder.
    return display(os.path.relpath(os.path.join(os.path.realpath(folder), name), config.root))


def _possible_names(path_or_id: str, path: str) -> set[str]:
    """Return the paths, URLs and ids that the user may mean, also an id as in the front matter."""
    names = {path_or_id, path}
    with contextlib.suppress(UrlError):
        names.add(entry_id(path_or_id))
    return names


def _not_found(path_or_id: str, path: str, config: Config, collection: LoadedArticles) -> UsageError:
    if os.path.isfile(path_or_id):
        folders = ", ".join(config.folders)
        rules = f"below {folders}, matching content.pattern {config.content.pattern!r} and none of content.exclude"
        return UsageError(f"{path}: is not an article; articles are the files {rules}")
    return UsageError(f"{path_or_id}: none of the {collection.file_count} articles has this path, id or source URL")
