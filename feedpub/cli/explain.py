"""The command ``feedpub explain``."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from feedpub.cli.common import GivenPath, common_options, settings, show_progress
from feedpub.cli.help_sections import HelpWithSections

if TYPE_CHECKING:
    from feedpub.config import Config
    from feedpub.content.loading import LoadedArticles


@click.command(
    "explain",
    cls=HelpWithSections,
    statuses={
        0: "Explained, whether or not the article is in a feed.",
        2: "The command line or the configuration cannot be used, or no article has this path, id or source URL.",
    },
    examples={
        "feedpub explain content/hello.md": "Explain the article of a file.",
        "feedpub explain https://example.com/hello": "Explain the article with an id or source URL.",
    },
)
@click.argument("article_name", metavar="PATH|ID", shell_complete=GivenPath().shell_complete)
@common_options
def command(article_name: str) -> None:
    """Show which feeds contain an article, and why others do not.

    PATH is the article's file; ID is its id or its source URL.
    """
    from feedpub.content.loading import load_articles
    from feedpub.core.errors import printable
    from feedpub.feeds.explain import feed_places, status_text
    from feedpub.feeds.selection import group_by_status
    from feedpub.state.published import history_of

    config = settings().load_config()
    collection = load_articles(config, show_progress)
    path = _relative(article_name, config)
    invalid = [problem for problem in collection.problems if problem.path == path]
    names = _possible_names(article_name, path)
    articles = [
        article for article in collection.articles if not names.isdisjoint((article.id, article.url, article.path))
    ]
    if not articles and invalid:
        click.echo(f"{printable(path)}: invalid, so no feed contains it")
        for problem in invalid:
            click.echo(f"  {problem}")
        return
    if not articles:
        raise _not_found(article_name, path, config, collection)
    standing = group_by_status(collection.articles, datetime.now(UTC))
    history = history_of(config)
    for article in articles:
        click.echo(printable(f"{article.path}: {status_text(article, standing)}"))
        click.echo(printable(f"  id     {article.id}"))
        click.echo(printable(f"  title  {article.title}"))
        for place in feed_places(article, standing, config, history):
            result = f"position {place.position}" if place.position else f"not in it: {place.reason}"
            click.echo(printable(f"  {place.folder or '.':<32}  {result}  ({place.title})"))


def _relative(file: str, config: Config) -> str:
    """Return the path of ``file`` relative to the folder of config.yaml, as articles have it."""
    from feedpub.content import display

    folder, name = os.path.split(file)
    # The path of an article begins with the real path of its content folder.
    return display(os.path.relpath(os.path.join(os.path.realpath(folder), name), config.root))


def _possible_names(article_name: str, path: str) -> set[str]:
    """Return the paths, URLs and ids that the user may mean, also an id as in the front matter."""
    from feedpub.content import entry_id
    from feedpub.core.urls import UrlError

    names = {article_name, path}
    with contextlib.suppress(UrlError):
        names.add(entry_id(article_name))
    return names


def _not_found(article_name: str, path: str, config: Config, collection: LoadedArticles) -> Exception:
    from feedpub.core.errors import UsageError

    if os.path.isfile(article_name):
        folders = ", ".join(config.folders)
        rules = f"below {folders}, matching content.pattern {config.content.pattern!r} and none of content.exclude"
        return UsageError(f"{path}: is not an article; articles are the files {rules}")
    return UsageError(f"{article_name}: none of the {collection.found} articles has this path, id or source URL")
