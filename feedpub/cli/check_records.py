"""The options ``--forget`` and ``--stats`` of ``feedpub check``, which check nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from feedpub.config import Config


def manage_records(config: Config, patterns: Sequence[str], *, stats: bool, as_json: bool) -> int:
    """Forget the answers that match ``patterns``, print the statistics if wanted, and return 0."""
    from feedpub.links.records import forget, statistics

    if patterns:
        count = forget(config, patterns)
        click.echo(f"forgot {count} {'response' if count == 1 else 'responses'}", err=stats)
    if stats:
        found = statistics(config)
        verdicts = {verdict.value: count for verdict, count in found.verdicts.items()}
        if as_json:
            click.echo(json.dumps({"verdicts": verdicts, "ages": found.ages}))
        else:
            _print("verdict", {name: count for name, count in verdicts.items() if count})
            _print("age", {_age(name): count for name, count in found.ages.items()})
    return 0


def _age(name: str) -> str:
    if not name.isdigit():
        return name
    return f"up to {name} {'day' if name == '1' else 'days'}"


def _print(name: str, counts: Mapping[str, int]) -> None:
    click.echo(f"{name:<14}responses")
    for value, count in counts.items():
        click.echo(f"{value:<14}{count:>9}")
