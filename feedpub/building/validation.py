"""The validation of a site: the articles, the templates and the configuration, without a build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from feedpub.building.budgets import budget_warnings
from feedpub.building.config_warnings import config_warnings
from feedpub.building.linked_articles import LinkedArticles, by_name
from feedpub.config import Config
from feedpub.content.batches import record_of
from feedpub.content.loading import LoadedArticles, Progress, load_articles, no_progress
from feedpub.content.read_settings import read_settings
from feedpub.core.errors import Problem, ProblemKind
from feedpub.core.models import Article
from feedpub.feeds.groups import Group, groups_of
from feedpub.feeds.paths import moved_folders
from feedpub.feeds.selection import bound_warnings, check_folders, feeds_of
from feedpub.feeds.status import ArticlesByStatus, group_by_status
from feedpub.feeds.unmatched import GroupSize
from feedpub.state.published import check_output, history_of, output_folder


class ValidateOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``feedpub validate``."""

    paths: tuple[Path, ...] = ()
    """The articles and folders to validate; if empty, the whole site."""
    now: datetime | None = None
    """The time, with an offset, at which duplicates are sought; None for the current time."""
    progress: Progress = no_progress
    """A function of the article files and their number that yields the files as they are read."""


class ValidationReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report of a validation."""

    articles: int
    """The number of articles, valid or not."""
    invalid: int
    """The number of invalid articles, which a build leaves out."""
    duplicates: int
    """The number of articles that a build leaves out because another file has the same id."""
    refused: int
    """The number of reasons for which the services of profiles refuse a feed or an entry."""
    problems: tuple[Problem, ...]
    """All problems of all kinds, in the order of path and line."""
    configuration: tuple[str, ...] = ()
    """The names and rules of the configuration that no published article matches."""
    budgets: tuple[str, ...] = ()
    """The published feeds that are larger than some services take, with their largest entries."""


def validate(config: Config, options: ValidateOptions | None = None) -> ValidationReport:
    """Check the articles, the templates and the output folder, and return the report.

    Nothing is written. Raise :class:`UsageError` if a template or the output folder cannot be used,
    if a content folder or a path is missing, or if two topics or providers share a folder.

    Example::

        >>> from pathlib import Path
        >>> from feedpub import load_config, validate
        >>> report = validate(load_config(Path("config.yaml")))
        >>> report.articles, report.invalid
        (2, 1)
        >>> for problem in report.problems:
        ...     print(problem.path, problem.line, problem.key)
        content/bad.md 3 publishedDateTime
    """
    options = options or ValidateOptions()
    check_output(config, output_folder(config, None))
    if config.output.pages and config.output.templates:
        _check_templates(config)
    collection = load_articles(config, options.progress, options.paths)
    now = options.now or datetime.now(UTC)
    by_status = group_by_status(collection.articles, now)
    groups = check_folders(groups_of(by_status.published, config, now, {}), moved_folders(config))
    further = list(by_status.problems())
    if not options.paths:
        further += _link_problems(config, collection, now)
        further += _profile_problems(config, collection, by_status, now)
    return ValidationReport(
        articles=collection.file_count,
        invalid=collection.invalid,
        duplicates=len(by_status.duplicates),
        refused=sum(problem.kind is ProblemKind.REFUSED for problem in further),
        problems=tuple(sorted((*collection.problems, *further))),
        configuration=() if options.paths else _config_warnings(config, groups),
        budgets=() if options.paths else tuple(budget_warnings(config)),
    )


def _config_warnings(config: Config, groups: Sequence[Group]) -> tuple[str, ...]:
    history = history_of(config)
    sizes = (GroupSize(group.kind, group.key, group.names, group.total) for group in groups)
    full = bound_warnings(groups, feeds_of(groups, config, history, history), config, history)
    return (*config_warnings(config, sizes), *full)


def _link_problems(config: Config, collection: LoadedArticles, now: datetime) -> Iterator[Problem]:
    """Yield the problems of links between articles."""
    settings, generator = read_settings(config), config.content.generator
    records = {file.path: record_of(b"", reading, settings) for file, reading in collection.readings}
    files = {file.path: file for file, _ in collection.readings}
    yield from LinkedArticles(by_name(records), files, generator, now).problems(records.items())


def _profile_problems(
    config: Config, collection: LoadedArticles, by_status: ArticlesByStatus, now: datetime
) -> tuple[Problem, ...]:
    """Return what the services of profiles refuse."""
    if not any(feed.podcast is not None or feed.profiles for feed in config.feeds):
        return ()
    # Most sites have no such feeds, and need not load what makes entries.
    from feedpub.building.profile_problems import profile_problems  # noqa: PLC0415

    published = [article for article in by_status.published if isinstance(article, Article)]
    return profile_problems(config, collection.readings, published, now)


def _check_templates(config: Config) -> None:
    # Most sites have no templates of their own, and need not load Jinja2.
    from feedpub.output.pages import pages_of  # noqa: PLC0415
    from feedpub.output.site import page_settings  # noqa: PLC0415

    pages_of(page_settings(config)).check()
