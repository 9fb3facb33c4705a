"""The command ``feedpub explain``."""

from __future__ import annotations

import click

from feedpub.cli.common import GivenPath, common_options, settings, show_progress
from feedpub.cli.help_sections import HelpWithSections


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
    from feedpub.building.explanation import ExplainOptions, explain
    from feedpub.core.errors import printable

    explanation = explain(settings().load_config(), article_name, ExplainOptions(progress=show_progress))
    if explanation.problems:
        click.echo(f"{printable(explanation.path)}: invalid, so no feed contains it")
    for problem in explanation.problems:
        click.echo(f"  {problem}")
    for article in explanation.articles:
        click.echo(printable(f"{article.path}: {article.status}"))
        click.echo(printable(f"  id     {article.id}"))
        if article.url != article.id:
            click.echo(printable(f"  url    {article.url}"))
        click.echo(printable(f"  title  {article.title}"))
        for problem in article.problems:
            click.echo(f"  {problem}")
        for place in article.feeds:
            result = f"position {place.position}" if place.position else f"not in it: {place.reason}"
            click.echo(printable(f"  {place.folder or '.':<32}  {result}  ({place.title})"))
