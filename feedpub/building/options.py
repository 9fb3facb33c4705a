"""The options and the context of a build, and the errors of a build that need a person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.building.report import Report
from feedpub.config import Config
from feedpub.content.loading import Progress, no_progress
from feedpub.content.read_settings import ReadSettings
from feedpub.core.errors import AttentionError
from feedpub.core.workers import Workers
from feedpub.state.scratch import Scratch


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``feedpub build``."""

    output: Path | None = None
    """The folder to publish into; ``output.path`` of the configuration if None."""
    full: bool = False
    """True if the build ignores what build.db holds."""
    strict: bool = False
    """True if an invalid or duplicate article stops the build."""
    prune: bool = False
    """True if empty feeds are removed."""
    allow_shrink: bool = False
    """True if the build continues although most articles are missing, or would not be published."""
    dry_run: bool = False
    """True if the build writes nothing."""
    changed: tuple[str, ...] | None = None
    """The paths that changed since the last build, relative to the folder of config.yaml; None if
    the content folders have to be walked."""
    jobs: int | None = None
    """The number of processes; one for each core if None."""
    scheduler: str | None = None
    """The address of a Dask scheduler, whose workers replace the processes."""
    now: datetime | None = None
    """The time, with an offset, that embargoes are compared with; the present if None."""
    progress: Progress = no_progress


class BuildContext(msgspec.Struct, frozen=True, kw_only=True):
    """The settings and the means of one build, which do not change while it runs."""

    config: Config
    options: BuildOptions
    now: datetime
    """The time that embargoes are compared with."""
    settings: ReadSettings
    """The settings that articles are read with, from before any is read."""
    reading: bytes
    """The digest of all inputs of articles other than their files, from before any is read."""
    folder: Path
    """The output folder."""
    workers: Workers
    scratch: Scratch
    """The store for encoded articles and rendered entries."""


class ShrunkError(AttentionError):
    """An error: the build found or would publish fewer than half of the articles of the last."""


class StrictError(AttentionError):
    """An error: a strict build found invalid or duplicate articles, which ``report`` names."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report
