"""The command line: its commands, their messages and their exit statuses.

Errors become messages in this package only. Results go to stdout, messages to stderr. Each command
is its own module, and imports most of the package when it runs, so that ``feedpub --help`` is
quick.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module

import click

from feedpub import __version__
from feedpub.cli import streams
from feedpub.cli.common import common_options
from feedpub.core.errors import FeedpubError, message_of, printable

_USAGE = 2
_STORAGE = 4
_INTERRUPTED = 130
_ON_WINDOWS = "feedpub: Windows is not supported; there, use the Windows Subsystem for Linux (WSL)\n"

_COMMANDS = {
    "build": "Publish the articles as feeds.",
    "validate": "Check articles, templates and configuration; write nothing.",
    "check": "Check whether the links still resolve.",
    "list": "List topics, providers, feeds or articles.",
    "explain": "Show which feeds contain an article, and why others do not.",
    "entries": "List the entries that builds published, changed and removed.",
    "deploy": "Upload what changed to an object store, a server or a folder.",
    "verify": "Verify that feed readers get the published feeds.",
    "ping": "Notify the WebSub hub of the feeds that changed.",
    "serve": "Serve the feeds, for a preview.",
    "hosting": "Print a web server's configuration for the feeds.",
    "init": "Start a new site: a configuration and an article.",
    "schema": "Print a JSON Schema, for editors.",
}


class _LazyGroup(click.Group):
    """A group that imports a command's module only to run the command, not to list it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return [*_COMMANDS]  # not list(), which is the module list.py after its import

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"feedpub.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([*_COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@common_options
def cli() -> int | None:
    """Publish a folder of Markdown articles as RSS 2.0, Atom 1.0 and JSON Feed 1.1.

    The site, each topic, each provider and each custom feed get one feed in each format. 'feedpub
    init' starts a site, and 'feedpub build' publishes it.

    \b
    Exit status:
      0    success; a build reports invalid articles and leaves them out
      1    a person must decide or correct something
      2    the command line, the configuration, a PATH or an ID cannot be used
      3    another build is running
      4    the output or the state cannot be written, a port is taken, no network
      130  interrupted
    Whatever the exit status, every published file is whole.
    """  # noqa: D301  # click needs the backspace itself
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        return None
    click.echo(context.get_help(), err=True)
    return _USAGE


def main() -> None:
    """Run the command line and end the process with its exit status: the entry point."""
    if sys.platform == "win32":
        sys.stderr.write(_ON_WINDOWS)
        sys.exit(_USAGE)
    streams.prepare()
    warnings.showwarning = _show_warning
    sys.exit(run())


def _show_warning(message: Warning | str, *_where: object, **_source: object) -> None:
    """Show a Python warning as one line, without the source code that raised it."""
    click.echo(f"feedpub: warning: {printable(str(message))}", err=True)


def run() -> int:
    """Run the command line and return its exit status."""
    try:
        status = cli.main(prog_name="feedpub", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        click.echo(f"feedpub: {_usage_message(error)}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("feedpub: interrupted; every published file is whole", err=True)
        return _INTERRUPTED
    except FeedpubError as error:
        click.echo(str(error) if error.is_located else f"feedpub: {printable(str(error))}", err=True)
        return error.exit_status
    except OSError as error:
        # Commands handle the errors of their own files; this one is usually of standard output.
        name = error.filename if isinstance(error.filename, str) else "standard output"
        click.echo(f"feedpub: {printable(name)}: {message_of(error)}", err=True)
        return _STORAGE
    return status if isinstance(status, int) else 0


def _usage_message(error: click.ClickException) -> str:
    """Return what is wrong with the command line, in one line."""
    message = printable(" ".join(error.format_message().split()))
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "feedpub"
    return f"{message[:1].lower()}{message[1:].removesuffix('.')} (see '{command} --help')"
