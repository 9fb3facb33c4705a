"""The command ``feedpub validate``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from feedpub.cli.common import GivenPath, common_options, settings, show_progress
from feedpub.cli.help_sections import HelpWithSections


@click.command(
    "validate",
    cls=HelpWithSections,
    statuses={
        0: "Every article is valid; duplicates and values that are ignored are named.",
        1: "An article is invalid, or the service of a profile refuses a feed or an entry.",
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

    Reports every article that is invalid, a duplicate or repaired, and every value that is
    ignored, with its line; counts the problems of each kind; names the topics, providers and
    rules of the configuration that no published article matches, the published feeds that are
    larger than some services take, and what the services of profiles refuse. PATH is an article
    or a folder, to check alone; without a PATH, the whole site is checked.
    """
    from feedpub.building.validation import ValidateOptions, validate
    from feedpub.content.loading import no_progress
    from feedpub.core.errors import ProblemKind

    options = ValidateOptions(paths=paths, progress=no_progress if paths else show_progress)
    report = validate(settings().load_config(), options)
    for problem in report.problems:
        click.echo(str(problem))
    if not settings().quiet:
        noun = "article" if report.articles == 1 else "articles"
        kinds = Counter(problem.kind for problem in report.problems)
        # An article may have several problems, so invalid ones are counted themselves.
        always = (ProblemKind.DUPLICATE, ProblemKind.IGNORED, ProblemKind.REPAIRED)
        of_profiles = (kind for kind in (ProblemKind.REFUSED, ProblemKind.ADVISED) if kinds[kind])
        counts = [f"{report.invalid} invalid", *(f"{kinds[kind]} {kind.value}" for kind in (*always, *of_profiles))]
        click.echo(f"{report.articles} {noun}, {', '.join(counts)}")
    for warning in (*report.configuration, *report.budgets):
        click.echo(warning)
    return 1 if report.invalid or report.refused else 0
