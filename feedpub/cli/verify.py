"""The command ``feedpub verify``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from feedpub.cli.common import common_options, format_option, settings, stoppable
from feedpub.cli.help_sections import CONFIG, HelpWithSections
from feedpub.cli.progress import ProgressLine
from feedpub.links.report import FORMATS

if TYPE_CHECKING:
    from feedpub.delivery.verify import VerifyReport


@click.command(
    "verify",
    cls=HelpWithSections,
    statuses={
        0: "Readers get the feeds; there may be warnings.",
        1: "At least one error hurts readers.",
        2: "The command line, the configuration or URL cannot be used, or nothing has been published.",
        4: "There is no network, or published.json cannot be read.",
        130: "Interrupted.",
    },
    files={**CONFIG, ".feedpub/published.json": "The record of the feeds that have to be public."},
    examples={
        "feedpub verify": "Verify the feeds below site.base_url.",
        "feedpub verify https://staging.example.org/": "Verify the same paths at another server.",
        "feedpub verify -q": "Print only what hurts readers.",
        "feedpub verify --format json": "Print all findings and measurements, for a script.",
    },
)
@click.argument("url", required=False, metavar="[URL]")
@format_option(FORMATS)
@common_options
def command(url: str | None, format_name: str) -> int:
    """Verify that feed readers get the published feeds.

    Fetches each feed that was ever published and compares it with output/. Reports what hurts
    readers as errors and the rest as warnings, each with what to do. URL takes the place of
    site.base_url: a staging host, or the server behind a CDN. check in config.yaml sets how many
    requests a host gets.
    """
    from feedpub.delivery.verify import VerifyOptions, verify

    config = settings().load_config()
    with stoppable() as stop, ProgressLine("Verifying", "requests") as progress:
        report = verify(config, VerifyOptions(url=url, on_progress=progress.show, stop=stop))
    _print(report, format_name, os.path.relpath(config.file))
    if report.is_stopped:
        raise click.Abort
    return report.exit_status


def _print(report: VerifyReport, format_name: str, config_path: str) -> None:
    """Print the report; a quiet one for people only has what hurts readers."""
    from feedpub.delivery.verify.report import VerifyContext, render

    options = settings()
    context = VerifyContext(
        config_path=config_path.replace(os.sep, "/"),
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        verbose=options.verbose and not options.quiet,
        quiet=options.quiet,
    )
    for piece in render(format_name, report, context):
        click.echo(piece, nl=False)
