"""The command ``feedpub validate``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from feedpub.cli.common import GivenPath, common_options, settings, show_progress
from feedpub.cli.help_sections import HelpWithSections


@click.command(
    "validate",
    cls=HelpWithSections,
    statuses={
        0: "Every article is valid.",
        1: "An article is invalid.",
        2: "The command line, the configuration or a PATH cannot be used, or a content folder is missing.",
    },
    examples={
        "feedpub validate": "Check the whole site.",
        "feedpub validate content/2024": "Check some articles.",
    },
)
@click.argument("paths", nargs=-1, type=GivenPath(), metavar="[PATH]...")
@common_options
def command(paths: tuple[Path, ...]) -> int:
    """Check articles, templates and configuration; write nothing.

    Reports every article that is invalid, a duplicate or repaired, with its line. PATH is an
    article or a folder; without a PATH, every article of the site is checked.
    """
    from feedpub.content import scan_paths
    from feedpub.content.loading import load_articles, load_sources
    from feedpub.feeds.selection import group_by_status
    from feedpub.state.published import check_output, output_folder

    config = settings().load_config()
    check_output(config, output_folder(config, None))
    if config.output.pages and config.output.templates:
        from feedpub.output.documents import page_settings
        from feedpub.output.pages import pages_of

        pages_of(page_settings(config)).check()
    if paths:
        content = config.content
        scan = scan_paths(config.root, config.folders, paths, content.pattern, content.exclude)
        collection = load_sources(config, scan.sources, scan.problems)
    else:
        collection = load_articles(config, show_progress)
    duplicates = group_by_status(collection.articles, datetime.now(UTC)).problems()
    for problem in sorted((*collection.problems, *duplicates)):
        click.echo(str(problem))
    if not settings().quiet:
        noun = "article" if collection.found == 1 else "articles"
        click.echo(f"{collection.found} {noun}, {collection.invalid} invalid, {len(duplicates)} duplicate")
    return 1 if collection.invalid else 0
