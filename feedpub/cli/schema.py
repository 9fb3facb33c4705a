"""The command ``feedpub schema``."""

from __future__ import annotations

import click

from feedpub.cli.common import common_options
from feedpub.cli.help_sections import UNUSABLE, HelpWithSections


@click.command(
    "schema",
    cls=HelpWithSections,
    statuses={0: "Printed.", **UNUSABLE},
    files={},
    examples={"feedpub schema config > config.schema.json": "Write it beside config.yaml for an editor."},
)
@click.argument("document", type=click.Choice(["config", "article"]))
@common_options
def command(document: str) -> None:
    """Print a JSON Schema, for editors that complete and check YAML."""
    import msgspec

    from feedpub.content.schema import article_schema, config_schema

    schema = config_schema() if document == "config" else article_schema()
    click.echo(msgspec.json.format(msgspec.json.encode(schema), indent=2).decode())
