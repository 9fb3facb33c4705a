"""``feedpub explain``."""

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
        0: "Explained, in a feed or not.",
        2: "The command line or the configuration cannot be used, or no article has this path, id or URL.",
    },
    examples={
        "feedpub explain content/hello.md": "By its file.",
        "feedpub explain https://example.com/hello": "By its id or source URL.",
    },
)
@click.argument("what", metavar="PATH|ID", shell_complete=GivenPath().shell_complete)
@common_options
def command(what: str) -> None:
    """Tell which feeds an article is in, and why it is not in the others.

    The article is named by its file, its id or its source URL.
    """
    from feedpub.content.loading import collect
    from feedpub.core.errors import printable
    from feedpub.feeds.explain import places, standing_of
    from feedpub.feeds.selection import sort_out
    from feedpub.state.published import history_of

    config = settings().load_config()
    collection = collect(config, show_progress)
    path = _relative(what, config)
    invalid = [problem for problem in collection.problems if problem.path == path]
    meant = _names(what, path)
    articles = [one for one in collection.articles if not meant.isdisjoint((one.id, one.url, one.path))]
    if not articles and invalid:
        click.echo(f"{printable(path)}: invalid, and so in no feed")
        for problem in invalid:
            click.echo(f"  {problem}")
        return
    if not articles:
        raise _not_found(what, path, config, collection)
    standing = sort_out(collection.articles, datetime.now(UTC))
    history = history_of(config)
    for article in articles:
        click.echo(printable(f"{article.path}: {standing_of(article, standing)}"))
        click.echo(printable(f"  id     {article.id}"))
        click.echo(printable(f"  title  {article.title}"))
        for place in places(article, standing, config, history):
            where = f"position {place.position}" if place.position else f"not in it: {place.reason}"
            click.echo(printable(f"  {place.folder or '.':<32}  {where}  ({place.title})"))


def _relative(what: str, config: Config) -> str:
    from feedpub.content import display

    folder, name = os.path.split(what)
    # Folders on the way may be links: an article is named by where its content folder really is.
    return display(os.path.relpath(os.path.join(os.path.realpath(folder), name), config.root))


def _names(what: str, path: str) -> set[str]:
    """What the article that is meant may have for a path, a URL, an id, or an id as the front matter spells it."""
    from feedpub.content import entry_id
    from feedpub.core.urls import UrlError

    names = {what, path}
    with contextlib.suppress(UrlError):
        names.add(entry_id(what))
    return names


def _not_found(what: str, path: str, config: Config, collection: LoadedArticles) -> Exception:
    from feedpub.core.errors import UsageError

    if os.path.isfile(what):
        folders = ", ".join(config.folders)
        rules = f"below {folders}, matching content.pattern {config.content.pattern!r} and none of content.exclude"
        return UsageError(f"{path}: is not read as an article; articles are the files {rules}")
    return UsageError(f"{what}: none of the {collection.found} articles has this path, id or source URL")
