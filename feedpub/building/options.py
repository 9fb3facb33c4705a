"""What a build may be told, and how it stops where a person has to decide."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.building.report import Report
from feedpub.content.loading import Progress, no_progress
from feedpub.core.errors import AttentionError


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``feedpub build``."""

    output: Path | None = None
    """Instead of ``output.path``."""
    full: bool = False
    """Forget what build.db remembers."""
    strict: bool = False
    prune: bool = False
    allow_shrink: bool = False
    dry_run: bool = False
    jobs: int | None = None
    """Processes; all cores where it is not set."""
    scheduler: str | None = None
    """The address of a Dask scheduler whose workers do the work instead."""
    now: datetime | None = None
    """The clock of embargoes, aware; the present where it is not set."""
    progress: Progress = no_progress


class ShrunkError(AttentionError):
    """Fewer than half of the articles of the last build are still found."""


class StrictError(AttentionError):
    """A strict build met articles that are invalid or duplicates. ``report`` names them."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report
