"""``feedpub ping``, and what ``feedpub build --ping`` does after a build."""

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
        0: "Told, or there was nothing to tell.",
        1: "The hub refused.",
        2: "hub is not set, or nothing was published yet.",
        3: "A build went on for so long that what the hub was told is not remembered; it is told again.",
        4: "The hub gave no answer, or the state cannot be written.",
        130: "Interrupted; what the hub took is remembered.",
    },
    files={**CONFIG, ".feedpub/published.json": "What was published, and what the hub was told: keep it."},
    examples={
        "feedpub ping": "Tell the hub what changed.",
        "feedpub build --ping": "The same after a build, where output/ is itself what is served.",
    },
)
@click.option(
    "--output", type=GivenPath(is_folder=True), metavar="DIR", help="Ping for what 'build --output DIR' wrote."
)
@common_options
def command(output: Path | None) -> int:
    """Tell the WebSub hub which feeds changed since the last ping.

    The hub fetches them from site.base_url at once, so run it after the output is deployed there. What the hub did not
    take is told with the next ping. The first ping tells nothing: it remembers what is published now.

    Off a terminal, a ping that had nothing to tell prints nothing: fit for cron.
    """
    return tell_hub(settings().load_config(), output)


def tell_hub(config: Config, output: Path | None) -> int:
    """Ping, and say what became of it; the exit status."""
    from feedpub.delivery.websub import ping

    said = settings()
    with stoppable() as stop:
        report = ping(config, output, stop)
    if said.verbose:
        warn(f"told: {url}" for url in report.told)
    warn(f"feedpub: {problem}" for problem in report.problems())
    is_news = report.told or report.baseline is not None
    if not said.quiet and (is_news or (report.exit_status == 0 and (sys.stdout.isatty() or said.verbose))):
        click.echo(report.line())
    if stop.is_set() and report.unasked:
        raise click.Abort
    return report.exit_status
