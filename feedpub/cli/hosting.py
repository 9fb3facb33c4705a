"""The command ``feedpub hosting``."""

from __future__ import annotations

import click

from feedpub.cli.common import common_options, settings
from feedpub.cli.help_sections import HelpWithSections
from feedpub.delivery.hosting.servers import SERVERS


@click.command(
    "hosting",
    cls=HelpWithSections,
    statuses={
        0: "Printed.",
        2: "The command line or the configuration cannot be used, or the server cannot serve this site.",
    },
    examples={"feedpub hosting nginx > news.conf": "Save the configuration of nginx."},
)
@click.argument("server", metavar="SERVER", type=click.Choice([*SERVERS]))
@common_options
def command(server: str) -> None:
    """Print a web server's configuration for the feeds.

    It sets media types, caching, compression and, with a hub, Link headers, as far as the server
    lets it. SERVER is nginx, caddy, apache, netlify, cloudflare-headers, cloudflare-redirects,
    cloudfront, or github-pages. The command writes no files.
    """
    from feedpub.delivery.hosting.rendering import configuration

    click.echo(configuration(server, settings().load_config()), nl=False)
