"""The command ``feedpub entries``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from feedpub.cli.common import common_options, settings
from feedpub.cli.help_sections import CONFIG, HelpWithSections

if TYPE_CHECKING:
    from feedpub.state.event_log import EntryEvent


@click.command(
    "entries",
    cls=HelpWithSections,
    statuses={
        0: "Listed, also if there is nothing new.",
        1: "Events after the cursor are lost: it is too old, or of a log that was lost.",
        2: "The command line or the configuration cannot be used, or nothing was published yet.",
        4: "The log cannot be read.",
    },
    files={**CONFIG, ".feedpub/entries-….db": "The log of entries, of which the last 10,000 events are kept."},
    examples={
        "feedpub entries --json": "Print all events that are kept, and the cursor to go on with.",
        "feedpub entries --since 9f31c02a-152 --json": "Print what happened after that cursor.",
    },
)
@click.option("--since", "cursor", metavar="CURSOR", help="Print only the events after CURSOR.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an object with the events and a cursor.")
@common_options
def command(cursor: str | None, *, as_json: bool) -> None:
    """List the entries that builds published, changed and removed, each once.

    An event is about an article of the site, whether or not it is among the newest of a feed. The
    last line is the cursor to give to --since the next time. Articles of the first build that keeps
    this log have no events.
    """
    import msgspec

    from feedpub.core.errors import printable, printable_json
    from feedpub.state.event_log import EventLog
    from feedpub.state.published import output_key

    config = settings().load_config()
    page = EventLog(config.state_folder, output_key(config, None)).since(cursor)
    if as_json:
        click.echo(printable_json(msgspec.json.format(msgspec.json.encode(page), indent=2).decode()))
        return
    for event in page.events:
        click.echo(printable(_line(event)))
    click.echo(f"cursor {page.cursor}")


def _line(event: EntryEvent) -> str:
    date = event.date_published.date().isoformat() if event.date_published else ""
    return f"{event.event:<9}  {date:<10}  {event.url}  {event.title}".rstrip()
