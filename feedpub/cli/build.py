"""``feedpub build``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedpub.cli.common import GivenPath, check_file, common_options, settings, show_progress, warn, write_file
from feedpub.cli.help_sections import CONFIG, HelpWithSections
from feedpub.cli.ping import tell_hub

if TYPE_CHECKING:
    from feedpub.building.report import Report
    from feedpub.config import Config


@click.command(
    "build",
    cls=HelpWithSections,
    statuses={
        0: "Published. Invalid articles are named, and left out.",
        1: "Most articles of the last build are gone, or --strict found one that is invalid or a duplicate; nothing "
        "was written. With --ping: the hub refused.",
        2: "The command line, the configuration or a template cannot be used, or a content folder is missing; nothing "
        "was written.",
        3: "Another build is running; nothing was written.",
        4: "The output or the state cannot be written, or a worker was lost; every published file is whole. With "
        "--ping: the hub gave no answer.",
        130: "Interrupted; every published file is whole.",
    },
    files={
        **CONFIG,
        "output/": "The feeds and pages; output.path says where.",
        ".feedpub/published.json": "What was published: keep it.",
        ".feedpub/build.db": "A cache: it may be deleted.",
    },
    examples={
        "feedpub build": "Publish.",
        "feedpub build --dry-run -v": "Tell which files would change.",
        "feedpub build --strict --report report.json": "Publish all or nothing, and tell a program what was wrong.",
    },
)
@click.option("--output", type=GivenPath(is_folder=True), metavar="DIR", help="Write here instead of output.path.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Work in N processes; all cores by default.")
@click.option("--scheduler", metavar="URL", help="Work on the Dask cluster of tcp://host:8786 instead.")
@click.option("--full", is_flag=True, help="Start from nothing: forget what build.db remembers.")
@click.option("--strict", is_flag=True, help="Write nothing and exit 1 if an article is invalid or a duplicate.")
@click.option("--prune", is_flag=True, help="Remove feeds that have become empty.")
@click.option("--allow-shrink", is_flag=True, help="Go ahead though most articles of the last build are gone.")
@click.option("--dry-run", is_flag=True, help="Tell what would be written; write nothing.")
@click.option("--now", metavar="TIME", help="Publish as if it were TIME, such as 2026-05-01T08:00:00Z.")
@click.option("--report", "report_file", type=GivenPath(), metavar="FILE", help="Write the report as JSON.")
@click.option("--ping", is_flag=True, help="Then tell the WebSub hub which feeds changed; not with --dry-run.")
@common_options
def command(
    output: Path | None,
    jobs: int | None,
    scheduler: str | None,
    now: str | None,
    report_file: Path | None,
    **flags: bool,
) -> int:
    """Publish the articles as feeds.

    Reads every article, and writes the feeds whose content changed; a feed is never seen half-written. An article that
    is wrong is named, with its line, and left out; the rest of the site is published.

    Off a terminal, a build that changed nothing and met no new problem prints nothing: fit for cron.
    """
    from feedpub.building.builder import build
    from feedpub.building.options import BuildOptions, StrictError

    config = settings().load_config()
    check_file(report_file, "--report")
    wants_ping = flags.pop("ping")
    if wants_ping:
        from feedpub.delivery.websub import hub_of

        hub_of(config)  # without a hub, nothing is done
    options = BuildOptions(
        output=output, jobs=jobs, scheduler=scheduler, now=_moment(now, config), progress=show_progress, **flags
    )
    try:
        report = build(config, options)
    except StrictError as error:
        _warn_of_state(error.report)
        warn(error.report.problems)
        _write_report(error.report, report_file)
        raise
    _tell(report, dry_run=options.dry_run)
    _write_report(report, report_file)
    return tell_hub(config, output) if wants_ping and not options.dry_run else 0


def _moment(text: str | None, config: Config) -> datetime | None:
    from feedpub.content.loading import read_settings
    from feedpub.core.dates import parse_datetime

    if text is None:
        return None
    try:
        return parse_datetime(text, read_settings(config).zone)
    except ValueError:
        message = f"{text!r} is not a date that exists, such as 2026-05-01 or 2026-05-01T08:00:00Z"
        raise click.BadParameter(message, param_hint="'--now'") from None


def _tell(report: Report, *, dry_run: bool) -> None:
    from feedpub.building.report import known_line

    said = settings()
    _warn_of_state(report)
    warn(report.new_problems)
    is_news = report.changed or report.new_problems or sys.stdout.isatty() or said.verbose
    if said.quiet or not is_news:
        return
    if said.verbose:
        warn(f"{'would change' if dry_run else 'changed'}: {file}" for file in report.files)
    known = known_line(tuple(problem for problem in report.problems if problem not in report.new_problems))
    warn([known] if known else [])
    click.echo(report.line(dry_run=dry_run))


def _warn_of_state(report: Report) -> None:
    warn(f"feedpub: warning: {warning}" for warning in report.warnings)


def _write_report(report: Report, file: Path | None) -> None:
    if file is not None:
        write_file(file, report.to_json())
