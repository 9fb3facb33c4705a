"""The command ``feedpub build``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from feedpub.cli.common import GivenPath, check_file, common_options, settings, show_progress, warn, write_file
from feedpub.cli.deploy import deploy_output
from feedpub.cli.help_sections import CONFIG, HelpWithSections
from feedpub.cli.ping import notify_hub

if TYPE_CHECKING:
    from feedpub.building.report import Report
    from feedpub.config import Config


@click.command(
    "build",
    cls=HelpWithSections,
    statuses={
        0: "Published. Invalid articles are reported and left out.",
        1: "Most articles of the last build are gone or would not be published, or with --strict an article is invalid "
        "or a duplicate; nothing was written. With --deploy: see 'feedpub deploy'. With --ping: the hub refused.",
        2: "The command line, the configuration or a template cannot be used, or a content folder is missing; nothing "
        "was written.",
        3: "Another build is running; nothing was written.",
        4: "The output or the state cannot be written, or a worker process died; every published file is whole. "
        "With --deploy or --ping: the target or the hub did not answer.",
        130: "Interrupted; every published file is whole.",
    },
    files={
        **CONFIG,
        "output/": "The feeds and pages; output.path sets its place.",
        ".feedpub/published.json": "The record of published files; keep it.",
        ".feedpub/build.db": "A cache; you may delete it.",
    },
    examples={
        "feedpub build": "Publish the site.",
        "feedpub build --dry-run -v": "Show which files would change.",
        "feedpub build --strict --report report.json": "Publish all or nothing, and write the problems for a program.",
    },
)
@click.option("--output", type=GivenPath(is_folder=True), metavar="DIR", help="Write to DIR instead of output.path.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processes; by default, one per core.")
@click.option("--scheduler", metavar="URL", help="Use the Dask cluster at URL instead, such as tcp://host:8786.")
@click.option("--full", is_flag=True, help="Read and render everything again; ignore the cache build.db.")
@click.option(
    "--changed-from",
    type=click.File("rb"),
    metavar="FILE",
    help="Look only at the paths in FILE, one a line, or in standard input if FILE is -; trust that nothing else "
    "changed since the last build.",
)
@click.option("--strict", is_flag=True, help="Write nothing and exit 1 if an article is invalid or a duplicate.")
@click.option("--prune", is_flag=True, help="Remove feeds that no longer have articles.")
@click.option("--allow-shrink", is_flag=True, help="Publish even if most articles of the last build would go.")
@click.option("--dry-run", is_flag=True, help="Report what would change; write nothing.")
@click.option("--now", metavar="TIME", help="Build as if the time were TIME, such as 2026-05-01T08:00:00Z.")
@click.option("--report", "report_file", type=GivenPath(), metavar="FILE", help="Write a report to FILE, as JSON.")
@click.option(
    "--changes", "changes_file", type=GivenPath(), metavar="FILE", help="Write what changed to FILE, as JSON."
)
@click.option("--deploy", "target", metavar="TARGET", help="Then run 'feedpub deploy TARGET'; not with --dry-run.")
@click.option("--ping", is_flag=True, help="At last, run 'feedpub ping' if all succeeded; not with --dry-run.")
@common_options
def command(
    output: Path | None,
    jobs: int | None,
    scheduler: str | None,
    now: str | None,
    report_file: Path | None,
    **flags: Any,
) -> int:
    """Publish the articles as feeds.

    Reads every article, and writes the feeds whose content changed. Readers never get an incomplete
    feed. An invalid article is reported with its line and left out; the rest of the site is
    published.

    With -v, also names the changed files, rules that match no article, and feeds that are larger
    than some services take.

    With --changed-from, the content folders are not walked. The paths are relative to the folder of
    config.yaml, and may be quoted as Git does. Changes that the list lacks are found by the next
    build without it. If the list is not enough, the folders are walked nevertheless.

    If its output is not a terminal, a build without changes and without new problems prints
    nothing, which suits cron.
    """
    from feedpub.building.builder import build
    from feedpub.building.options import BuildOptions, StrictError

    config = settings().load_config()
    check_file(report_file, "--report")
    changes_file: Path | None = flags.pop("changes_file")
    check_file(changes_file, "--changes")
    if changes_file is not None and flags["dry_run"]:
        raise click.UsageError("--changes is not for --dry-run, which changes nothing")
    target, then_ping = flags.pop("target"), flags.pop("ping")
    _check_what_follows(config, output, target, then_ping=then_ping)
    options = BuildOptions(
        output=output,
        jobs=jobs,
        scheduler=scheduler,
        now=_parse_time(now, config),
        changed=_listed(flags.pop("changed_from")),
        progress=show_progress,
        **flags,
    )
    try:
        report = build(config, options)
    except StrictError as error:
        _print_warnings(error.report)
        warn(error.report.problems)
        _write_report(error.report, report_file)
        raise
    _print_report(report, dry_run=options.dry_run)
    _print_further_warnings(config, output)
    _write_report(report, report_file)
    if changes_file is not None:
        from feedpub.delivery.changes import changes_document

        write_file(changes_file, changes_document(config, output, report.files))
    return 0 if options.dry_run else _follow(config, output, target, then_ping=then_ping)


def _check_what_follows(config: Config, output: Path | None, target: str | None, *, then_ping: bool) -> None:
    """Raise the errors of ``--deploy`` and ``--ping`` before the build."""
    if then_ping:
        from feedpub.delivery.websub import hub_of

        hub_of(config)
    if target is not None:
        from feedpub.delivery.deploy import check_target

        check_target(config, target, output)


def _follow(config: Config, output: Path | None, target: str | None, *, then_ping: bool) -> int:
    """Deploy, and then notify the hub, as far as that is wanted. Return the exit status."""
    status = deploy_output(config, target, output=output) if target is not None else 0
    return notify_hub(config, output) if then_ping and status == 0 else status


def _listed(file: IO[bytes] | None) -> tuple[str, ...] | None:
    """Return the paths that ``file`` lists; None without a file."""
    if file is None:
        return None
    from feedpub.cli.path_list import paths_in

    return paths_in(file.read())


def _parse_time(text: str | None, config: Config) -> datetime | None:
    from feedpub.core.dates import parse_datetime
    from feedpub.core.zones import zone_of

    if text is None:
        return None
    try:
        return parse_datetime(text, zone_of(config.content.timezone))
    except ValueError:
        message = f"{text!r} is not a date that exists, such as 2026-05-01 or 2026-05-01T08:00:00Z"
        raise click.BadParameter(message, param_hint="'--now'") from None


def _print_report(report: Report, *, dry_run: bool) -> None:
    from feedpub.building.report import known_line

    options = settings()
    _print_warnings(report)
    warn(report.new_problems)
    is_news = report.changed or report.new_problems or sys.stdout.isatty() or options.verbose
    if options.quiet or not is_news:
        return
    if options.verbose:
        warn(f"{'would change' if dry_run else 'changed'}: {file}" for file in report.files)
    new = frozenset(report.new_problems)
    known = known_line(tuple(problem for problem in report.problems if problem not in new))
    warn([known] if known else [])
    click.echo(report.line(dry_run=dry_run))


def _print_warnings(report: Report) -> None:
    warn(f"feedpub: warning: {warning}" for warning in report.warnings)


def _print_further_warnings(config: Config, output: Path | None) -> None:
    if settings().verbose:
        from feedpub.building.budgets import budget_warnings
        from feedpub.building.config_warnings import warnings_of_last_build

        warn(warnings_of_last_build(config))
        warn(f"feedpub: warning: {warning}" for warning in budget_warnings(config, output))


def _write_report(report: Report, file: Path | None) -> None:
    if file is not None:
        write_file(file, report.to_json())
