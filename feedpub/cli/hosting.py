"""``feedpub hosting``."""

from __future__ import annotations

import click

from feedpub.cli.common import common_options, settings
from feedpub.cli.help_sections import HelpWithSections
from feedpub.delivery.hosting.servers import SERVERS


@click.command(
    "hosting",
    cls=HelpWithSections,
    statuses={0: "Printed.", 2: "The command line or the configuration cannot be used, or the server cannot do it."},
    examples={"feedpub hosting nginx > news.conf": "The configuration of nginx."},
)
@click.argument("server", type=click.Choice([*SERVERS]))
@common_options
def command(server: str) -> None:
    """Print the configuration of a web server that serves the feeds right.

    Media types, caching, compression and, with a hub, Link headers. Nothing is written or asked.
    """
    from feedpub.delivery.hosting.rendering import configuration

    click.echo(configuration(server, settings().load_config()), nl=False)
