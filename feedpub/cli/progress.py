"""The progress line of commands that send requests, such as ``feedpub check``."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import Self

import click

from feedpub.cli.common import settings


class ProgressLine:
    """A line with the progress, the rate and the time left, on a terminal only."""

    _INTERVAL = 0.2  # seconds between two updates

    def __init__(self, verb: str = "Checking", noun: str = "links") -> None:
        self._verb = verb
        self._noun = noun
        self._is_shown = sys.stderr.isatty() and not settings().quiet
        self._started = self._last = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._is_shown:
            click.echo("\r\x1b[2K", nl=False, err=True)

    def show(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are finished."""
        now = time.monotonic()
        if done == 0:
            self._started = now
        if not self._is_shown or (0 < done < total and now - self._last < self._INTERVAL):
            return
        self._last = now
        rate = done / max(now - self._started, 0.001)
        left = timedelta(seconds=round((total - done) / rate)) if done else "?"
        text = f"{self._verb}: {done:,} of {total:,} {self._noun}, {rate:,.0f}/s, {left} left"
        click.echo(f"\r\x1b[2K{text}", nl=False, err=True)
