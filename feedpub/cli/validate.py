"""The command ``feedpub validate``."""

from __future__ import annotations

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
    from feedpub.building.validation import ValidateOptions, validate
    from feedpub.content.loading import no_progress

    options = ValidateOptions(paths=paths, progress=no_progress if paths else show_progress)
    report = validate(settings().load_config(), options)
    for problem in report.problems:
        click.echo(str(problem))
    if not settings().quiet:
        noun = "article" if report.articles == 1 else "articles"
        click.echo(f"{report.articles} {noun}, {report.invalid} invalid, {report.duplicates} duplicate")
    return 1 if report.invalid else 0
