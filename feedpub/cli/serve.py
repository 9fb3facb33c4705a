"""``feedpub serve``."""

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

_EXTRA = ("starlette", "uvicorn", "httptools", "uvloop", "watchfiles")
_HOST = "127.0.0.1"
_PORT = 8000


@click.command(
    "serve",
    cls=HelpWithSections,
    statuses={
        0: "Stopped by SIGTERM.",
        2: "The command line or the configuration cannot be used, or there is no output folder and none can be made.",
        4: "The address is taken, or cannot be listened on.",
        130: "Stopped by Ctrl-C.",
    },
    files={**CONFIG, "output/": "What is served; output.path says where."},
    examples={
        "feedpub serve": "Look at the site on http://127.0.0.1:8000/.",
        "feedpub serve --watch": "Build and reload while articles are written.",
    },
)
@click.option("--host", default=_HOST, metavar="H", help=f"Listen on this address; {_HOST} by default.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    metavar="N",
    help=f"Listen on this port; {_PORT} by default, 0 is any that is free.",
)
@click.option("--watch", is_flag=True, help="Build again when something changes, and have open pages reload.")
@common_options
def command(host: str, port: int, *, watch: bool) -> int:
    """Serve the feeds, for a preview or a small site.

    Serves what is in the output folder at the path of site.base_url, with the right media types, ETags, compression
    and Link headers; with -v, tells of each request. By default only this machine can connect.
    """
    _require_extra()
    from feedpub.delivery.hosting.site_target import target_of
    from feedpub.delivery.serving.app import ServedSite, application
    from feedpub.delivery.serving.live_reload import Reloads
    from feedpub.delivery.serving.server import Server, is_loopback, listening, origin, run
    from feedpub.state.published import check_output, output_folder

    config = settings().load_config()
    check_output(config, output_folder(config, None))
    target = target_of(config)
    sockets = listening(host, port)
    if not os.path.isdir(target.folder) and (status := _first_build(target.folder, watch=watch)):
        return status
    site = ServedSite(target, Reloads() if watch else None)
    at = origin(host, sockets)
    _say(at, target)
    hosts = _names(host, target) if is_loopback(sockets) else None
    app = application(site, hosts)
    if site.reloads is None:
        run(Server(app, log_requests=settings().verbose), sockets)
        return 0
    server = Server(app, log_requests=settings().verbose, beside=_watch(site, at), at_end=site.reloads.close)
    run(server, sockets)
    return 0


def _require_extra() -> None:
    """Raises :class:`~feedpub.core.errors.UsageError` where what serves is not installed."""
    from importlib import import_module

    from feedpub.core.errors import UsageError

    for name in _EXTRA:
        try:
            import_module(name)
        except ImportError:
            raise UsageError(f"serve needs {name}: pip install 'feedpub[serve]'") from None


def _first_build(folder: str, *, watch: bool) -> int:
    """Make the output ``folder``; the exit status where that failed."""
    import asyncio

    from feedpub.core.errors import UsageError
    from feedpub.delivery.serving.watch import build

    if not watch:
        raise UsageError(f"{folder}: there is no such folder; 'feedpub build' makes it")
    return asyncio.run(build(_common())).status


def _names(host: str, target: SiteTarget) -> list[str]:
    """What a server may be called that only this machine can connect to."""
    return ["localhost", "127.0.0.1", "[::1]", target.address, f"[{host}]" if ":" in host else host]


def _watch(site: ServedSite, at: str) -> Callable[[], Coroutine[Any, Any, None]]:
    """What watches, for as long as ``site`` is served ``at`` an origin."""
    from feedpub.core.errors import UsageError
    from feedpub.delivery.hosting.site_target import target_of
    from feedpub.delivery.serving.watch import Watch

    said = settings()
    file = said.config_file or DEFAULT_CONFIG

    def use(config: Config) -> None:
        before = site.published.target
        try:
            site.use(target_of(config))
        except UsageError as error:
            warn([f"feedpub: {error}"])
        if site.published.target.path != before.path:
            _say(at, site.published.target)

    def changed() -> None:
        if site.reloads:
            site.reloads.announce()

    return Watch(file, _common(), use, changed).run


def _common() -> list[str]:
    """The common options that this command was given, for another one."""
    said = settings()
    flags = [flag for flag, is_set in (("-q", said.quiet), ("-v", said.verbose)) if is_set]
    return ["-c", os.fspath(said.config_file or DEFAULT_CONFIG), *flags]


def _say(at: str, target: SiteTarget) -> None:
    click.echo(at + urlsplit(target.base_url).path)
    sys.stdout.flush()
