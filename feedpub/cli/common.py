"""What all commands share: the common options, loading the configuration, and how loud to be."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from feedpub.errors import printable

if TYPE_CHECKING:
    from feedpub.config import Config


class GivenPath(click.Path):
    """A path; an empty one is refused: what ``--output "$UNSET"`` means is not the folder one happens to be in."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See :class:`click.ParamType`."""
        if not os.fspath(value):
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

DEFAULT_CONFIG = Path("config.yaml")


class Settings:
    """The common options. Given before or after the command's name; the latter wins."""

    def __init__(self) -> None:
        self.config_file: Path | None = None
        self.quiet = False
        self.verbose = False

    def load_config(self) -> Config:
        """The configuration. Raises :class:`~feedpub.errors.UsageError`."""
        from feedpub.config import load_config

        return load_config(self.config_file or DEFAULT_CONFIG)


def common_options(command: F) -> F:
    """Give ``command`` the options -c, -q and -v; :func:`settings` has what they say."""

    @click.option(
        "-c",
        "--config",
        "config_file",
        type=GivenPath(),
        metavar="FILE",
        help="The configuration, config.yaml by default.",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Tell of problems only.")
    @click.option("-v", "--verbose", is_flag=True, help="Tell more.")
    @click.pass_context
    @functools.wraps(command)
    def with_options(
        ctx: click.Context, /, config_file: Path | None, quiet: bool, verbose: bool, **options: Any
    ) -> Any:
        found = ctx.ensure_object(Settings)
        found.config_file = config_file or found.config_file
        found.quiet |= quiet
        found.verbose |= verbose
        return command(**options)

    return with_options  # type: ignore[return-value]


def settings() -> Settings:
    """The common options of the running command."""
    return click.get_current_context().ensure_object(Settings)


def warn(lines: Iterable[object]) -> None:
    """Write messages to stderr, a line each."""
    for line in lines:
        click.echo(printable(str(line)), err=True)


def show_progress(sources: Iterable[T], count: int, /) -> Iterable[T]:
    """Draw a bar on a terminal while ``sources`` are read; nothing in a pipe."""
    if count == 0 or settings().quiet or not sys.stderr.isatty():
        yield from sources
        return
    with click.progressbar(sources, length=count, label="Reading", file=sys.stderr, update_min_steps=100) as bar:
        yield from bar
    # The bar has done its work; leave the line to what is to be said.
    click.echo("\x1b[1A\x1b[2K", nl=False, err=True)
