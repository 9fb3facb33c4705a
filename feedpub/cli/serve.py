"""The command ``feedpub serve``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from feedpub.cli.common import DEFAULT_CONFIG, common_options, settings, warn
from feedpub.cli.help_sections import CONFIG, HelpWithSections

if TYPE_CHECKING:
    from feedpub.config import Config
    from feedpub.delivery.hosting.site_target import SiteTarget
    from feedpub.delivery.serving.app import ServedSite

_EXTRA = ("starlette", "uvicorn", "watchfiles")
_HOST = "127.0.0.1"
_PORT = 8000


@click.command(
    "serve",
    cls=HelpWithSections,
    statuses={
        0: "Stopped by SIGTERM.",
        2: "The command line or the configuration cannot be used, or there is no output folder and it cannot be built.",
        4: "The port is taken, or cannot be used.",
        130: "Stopped by Ctrl-C.",
    },
    files={**CONFIG, "output/": "The files to serve; output.path sets its place."},
    examples={
        "feedpub serve": "Serve the site at http://127.0.0.1:8000/.",
        "feedpub serve --watch": "Build after each change, and reload pages.",
    },
)
@click.option("--host", default=_HOST, metavar="H", help=f"Listen on the address H; {_HOST} by default.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    metavar="N",
    help=f"Listen on port N; {_PORT} by default. 0 means any free port.",
)
@click.option("--watch", is_flag=True, help="Build again after each change, and reload open pages.")
@common_options
def command(host: str, port: int, *, watch: bool) -> int:
    """Serve the feeds, for a preview.

    Serves the files of the output folder at the path of site.base_url, with the media types and the
    headers of a web server. With -v, prints a line for each request. By default, only this machine
    can connect.
    """
    _require_extra()
    import asyncio

    from feedpub.core.errors import UsageError
    from feedpub.delivery.hosting.site_target import target_of
    from feedpub.delivery.serving.app import ServedSite, application
    from feedpub.delivery.serving.live_reload import Reloads
    from feedpub.delivery.serving.server import Server, is_loopback, listening_socket, origin, run
    from feedpub.delivery.serving.watch import build
    from feedpub.state.published import check_output, output_folder

    config = settings().load_config()
    check_output(config, output_folder(config, None))
    target = target_of(config)
    listener = listening_socket(host, port)
    if not os.path.isdir(target.folder):
        if not watch:
            raise UsageError(f"{target.folder}: there is no such folder; run 'feedpub build' first")
        if status := asyncio.run(build(_common_arguments())):
            return status
    site = ServedSite(target, Reloads() if watch else None)
    url_origin = origin(host, listener)
    _print_url(url_origin, target)
    hosts = _host_names(host, target) if is_loopback(listener) else None
    app = application(site, hosts)
    beside = _watch(site, url_origin) if watch else None
    run(Server(app, log_requests=settings().verbose, beside=beside), listener)
    return 0


def _require_extra() -> None:
    """Raise :class:`~feedpub.core.errors.UsageError` if the extra ``serve`` is not installed."""
    from importlib import import_module

    from feedpub.core.errors import UsageError

    for name in _EXTRA:
        try:
            import_module(name)
        except ImportError:
            raise UsageError(f"serve needs {name}: pip install 'feedpub[serve]'") from None


def _host_names(host: str, target: SiteTarget) -> list[str]:
    """Return the accepted Host headers of a server that only this machine can connect to."""
    return ["localhost", "127.0.0.1", "[::1]", target.address, f"[{host}]" if ":" in host else host]


def _watch(site: ServedSite, url_origin: str) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return the function that watches and builds ``site``, which is served at ``url_origin``."""
    from feedpub.core.errors import UsageError
    from feedpub.delivery.hosting.site_target import target_of
    from feedpub.delivery.serving.watch import Watch

    file = settings().config_file or DEFAULT_CONFIG

    def show(config: Config) -> None:
        before = site.files.target
        try:
            site.use(target_of(config))
        except UsageError as error:
            warn([f"feedpub: {error}"])
        if site.files.target.path != before.path:
            _print_url(url_origin, site.files.target)
        if site.reloads:
            site.reloads.announce()

    return Watch(file, _common_arguments(), show).run


def _common_arguments() -> list[str]:
    """Return the common options of this command as arguments for another command."""
    options = settings()
    flags = [flag for flag, is_set in (("-q", options.quiet), ("-v", options.verbose)) if is_set]
    return ["-c", os.fspath(options.config_file or DEFAULT_CONFIG), *flags]


def _print_url(url_origin: str, target: SiteTarget) -> None:
    click.echo(url_origin + urlsplit(target.base_url).path)
    sys.stdout.flush()
