"""The command ``feedpub ping``, and the ping of ``feedpub build --ping``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedpub.cli.common import GivenPath, common_options, settings, stoppable, warn
from feedpub.cli.help_sections import CONFIG, HelpWithSections

if TYPE_CHECKING:
    from feedpub.config import Config


@click.command(
    "ping",
    cls=HelpWithSections,
    statuses={
        0: "The hub was notified, or no feed changed.",
        1: "The hub refused.",
        2: "hub is not set, or nothing has been published.",
        3: "A build ran for too long, so the ping could not be recorded; the next ping repeats it.",
        4: "The hub did not answer, or the state cannot be written.",
        130: "Interrupted; the accepted notifications are recorded.",
    },
    files={**CONFIG, ".feedpub/published.json": "The record of published files and pings; keep it."},
    examples={
        "feedpub ping": "Notify the hub of the feeds that changed.",
        "feedpub build --ping": "Do the same after a build, if the web server serves output/ itself.",
    },
)
@click.option(
    "--output",
    type=GivenPath(is_folder=True),
    metavar="DIR",
    help="Notify of the feeds that 'build --output DIR' wrote.",
)
@common_options
def command(output: Path | None) -> int:
    """Notify the WebSub hub of the feeds that changed.

    The hub fetches them from site.base_url at once, so deploy the output before the ping. The next
    ping repeats each notification that failed. The first ping sends nothing: it records the feeds
    as they are now.

    If its output is not a terminal, a ping without changed feeds prints nothing, which suits cron.
    """
    return notify_hub(settings().load_config(), output)


def notify_hub(config: Config, output: Path | None) -> int:
    """Ping the hub, print the result, and return the exit status."""
    from feedpub.delivery.websub import ping

    options = settings()
    with stoppable() as stop:
        report = ping(config, output, stop)
    if options.verbose:
        warn(f"notified of {url}" for url in report.accepted)
    warn(f"feedpub: {problem}" for problem in report.problems())
    is_news = report.accepted or report.baseline is not None
    if not options.quiet and (is_news or (report.exit_status == 0 and (sys.stdout.isatty() or options.verbose))):
        click.echo(report.line())
    if stop.is_set() and report.skipped:
        raise click.Abort
    return report.exit_status
