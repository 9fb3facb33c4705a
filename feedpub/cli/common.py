"""The parts that all commands share: the common options, the configuration, and the messages."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from feedpub.core.errors import printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from feedpub.config import Config
    from feedpub.links.run.engine import StopFlag


class GivenPath(click.Path):
    """A path on the command line.

    An empty one is an error: ``--output "$UNSET"`` does not mean the current folder.
    """

    def __init__(self, *, is_folder: bool = False) -> None:
        super().__init__(path_type=Path)
        self._is_folder = is_folder
        """True if the shell completes folders alone. The command itself checks the path."""

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """See :class:`click.ParamType`."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="dir" if self._is_folder else "file")]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See :class:`click.ParamType`."""
        if not os.fspath(value):
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

DEFAULT_CONFIG = Path("config.yaml")


class CommonOptions:
    """The common options, from before and after the command's name; the later option wins."""

    def __init__(self) -> None:
        self.config_file: Path | None = None
        self.quiet = False
        self.verbose = False

    def load_config(self) -> Config:
        """Return the configuration.

        Raise :class:`~feedpub.core.errors.UsageError` if it is not valid.
        """
        from feedpub.config import load_config

        return load_config(self.config_file or DEFAULT_CONFIG)


def common_options(command: F) -> F:
    """Add the options -c, -q and -v to ``command``; :func:`settings` returns their values."""

    @click.option(
        "-c",
        "--config",
        "config_file",
        type=GivenPath(),
        metavar="FILE",
        help="The configuration; config.yaml by default.",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
    @click.option("-v", "--verbose", is_flag=True, help="Print more details.")
    @click.pass_context
    @functools.wraps(command)
    def with_options(
        ctx: click.Context, /, config_file: Path | None, quiet: bool, verbose: bool, **options: Any
    ) -> Any:
        common = ctx.ensure_object(CommonOptions)
        common.config_file = config_file or common.config_file
        common.quiet |= quiet
        common.verbose |= verbose
        return command(**options)

    return with_options  # type: ignore[return-value]


def one_of(words: tuple[str, ...]) -> str:
    """Return ``words`` as a list in a sentence, such as "text, json or junit"."""
    return f"{', '.join(words[:-1])} or {words[-1]}"


def format_option(formats: tuple[str, ...]) -> Callable[[F], F]:
    """Return the option ``--format`` of a report, whose value is ``format_name``."""
    return click.option(
        "--format",
        "format_name",
        type=click.Choice(formats),
        default=formats[0],
        metavar="FORMAT",
        help=f"The report's format: {one_of(formats)}; {formats[0]} by default.",
    )


def settings() -> CommonOptions:
    """Return the common options of the running command."""
    return click.get_current_context().ensure_object(CommonOptions)


def warn(lines: Iterable[object]) -> None:
    """Write each message to stderr, on its own line."""
    for line in lines:
        click.echo(printable(str(line)), err=True)


def show_progress(sources: Iterable[T], count: int, /) -> Iterable[T]:
    """Yield ``sources`` and draw a progress bar, on a terminal only."""
    if count == 0 or settings().quiet or not sys.stderr.isatty():
        yield from sources
        return
    with click.progressbar(sources, length=count, label="Reading", file=sys.stderr, update_min_steps=100) as bar:
        yield from bar
    # Remove the bar, so that the messages take its line.
    click.echo("\x1b[1A\x1b[2K", nl=False, err=True)


def check_file(file: Path | None, option: str) -> None:
    """Check that the ``file`` of ``option`` is no folder, and lies in an existing one.

    Raise :class:`click.BadParameter` if not. Commands call this before they do anything else.
    """
    if file is None:
        return
    reason = "is a folder" if os.path.isdir(file) else "there is no such folder"
    if os.path.isdir(file) or not os.path.isdir(os.path.dirname(os.path.realpath(file))):
        raise click.BadParameter(f"{str(file)!r}: {reason}", param_hint=f"'{option}'")


def write_file(file: Path, data: bytes) -> None:
    """Write a file of the user's choice.

    Raise :class:`~feedpub.core.errors.StorageError` if that fails.
    """
    from feedpub.core.errors import StorageError, message_of
    from feedpub.state.atomic_files import replace_file

    is_device = os.path.abspath(file).startswith(("/dev/fd/", "/dev/std", "/proc/"))
    if not is_device and (os.path.isfile(file) or not os.path.lexists(file)):
        replace_file(Path(os.path.realpath(file)), data)
        return
    try:
        # /dev/stdout or a named pipe, which cannot be replaced or truncated.
        with file.open("ab") as stream:
            stream.write(data)
    except OSError as error:
        raise StorageError(f"{file}: cannot be written: {message_of(error)}") from None


@contextlib.contextmanager
def stoppable() -> Iterator[StopFlag]:
    """Give a flag that Ctrl-C and SIGTERM set; a second signal ends the process at once."""
    import signal

    from feedpub.links.run.engine import StopFlag

    stop = StopFlag()
    handlers: dict[int, Any] = {}

    def on_signal(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, handlers[number])

    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        handlers[stop_signal] = signal.signal(stop_signal, on_signal)
    try:
        yield stop
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
