"""The sections of ``--help`` after the options: exit statuses, files and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

CONFIG = {"config.yaml": "The configuration; paths in it are relative to its folder."}
UNUSABLE = {2: "The command line or the configuration cannot be used."}


class HelpWithSections(click.Command):
    """A command whose help has its exit statuses, its files and examples."""

    def __init__(
        self,
        *args: Any,
        statuses: Mapping[int, str],
        examples: Mapping[str, str],
        files: Mapping[str, str] = CONFIG,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.sections = {
            "Exit status": {str(status): meaning for status, meaning in statuses.items()},
            "Files": dict(files),
            "Examples": dict(examples),
        }

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See :class:`click.Command`."""
        for title, rows in self.sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl([*rows.items()], col_max=34)
        super().format_epilog(ctx, formatter)
