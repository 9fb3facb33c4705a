"""The sockets, and the server that listens on them until it is told to end."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from feedpub.core.errors import StorageError, UsageError, message_of, printable, quoted
from feedpub.delivery.serving.bounded_connection import KEEP_ALIVE, BoundedConnection
from feedpub.links.net.file_limit import affordable

_MOST_CONNECTIONS = 4096
_BACKLOG = 2048
_GRACE = 3
"""Seconds that answers under way have when the server ends."""
_FAMILIES = (socket.AF_INET, socket.AF_INET6)


class Server(uvicorn.Server):
    """uvicorn with our bounds. ``beside`` runs as long as it does; ``at_end`` is called before it waits for answers
    under way.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        log_requests: bool = False,
        beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        _prepare_logs(log_requests=log_requests)
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=BoundedConnection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=log_requests,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=_GRACE,
                limit_concurrency=affordable(_MOST_CONNECTIONS),
                backlog=_BACKLOG,
            )
        )
        self._beside = beside
        self._at_end = at_end
        self._running: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
        await super().startup(sockets)
        if self._beside:
            self._running = asyncio.create_task(self._beside())
            self._running.add_done_callback(self._ended)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
        self._at_end()
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])
        await super().shutdown(sockets)

    def failure(self) -> BaseException | None:
        """What ended the task beside, if that ended the server."""
        ended = self._running if self._running and self._running.done() and not self._running.cancelled() else None
        return ended.exception() if ended else None

    def _ended(self, _task: object) -> None:
        self.should_exit = True


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of ``host``; port 0 is any that is free.

    Raises :class:`~feedpub.core.errors.UsageError` where that is no host of this machine, and
    :class:`~feedpub.core.errors.StorageError` where the port cannot be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"--host {quoted(host)}: there is no such host; 127.0.0.1 is this machine alone") from None
    addresses = dict.fromkeys((family, address) for family, _, _, _, address in found if family in _FAMILIES)
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            # All get the port that the first found free.
            same = sockets[0].getsockname()[1] if sockets else port
            sockets.append(_listen(family, (address[0], same, *address[2:])))
    except OSError as error:
        for one in sockets:
            one.close()
        raise _refused(host, port, error) from None
    return sockets


def is_loopback(sockets: Sequence[socket.socket]) -> bool:
    """Whether only this machine can connect to ``sockets``."""
    return all(ipaddress.ip_address(one.getsockname()[0].partition("%")[0]).is_loopback for one in sockets)


def origin(host: str, sockets: Sequence[socket.socket]) -> str:
    """The beginning of the URLs that ``sockets``, those of ``host``, serve; for any address, that of this machine."""
    address, port = sockets[0].getsockname()[:2]
    is_any = ipaddress.ip_address(address.partition("%")[0]).is_unspecified
    name = "localhost" if is_any else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def run(server: Server, sockets: list[socket.socket]) -> None:
    """Serve on ``sockets``, which listen by now, until SIGTERM ends it.

    Raises what the task beside raised, and :class:`KeyboardInterrupt` after Ctrl-C.
    """
    # uvicorn sends itself again what ended it: to end so is what a server is told to do, and no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server.run(sockets)
    if error := server.failure():
        raise error


def _listen(family: int, address: tuple[Any, ...]) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
        # Now, and not when the server starts: only here is it told that the port is taken.
        one.listen(_BACKLOG)
    except BaseException:
        one.close()
        raise
    return one


def _refused(host: str, port: int, error: OSError) -> UsageError | StorageError:
    if error.errno == errno.EADDRINUSE:
        return StorageError(f"port {port} is taken; --port 0 finds one that is free")
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return UsageError(f"--host {quoted(host)}: this machine does not have that address")
    return StorageError(f"port {port} cannot be used: {message_of(error)}")


class _LogFormatter(logging.Formatter):
    """Records on one line each; what went wrong in the program in full where ``in_full`` is set."""

    def __init__(self, *, in_full: bool) -> None:
        super().__init__("feedpub: %(message)s")
        self._in_full = in_full

    def format(self, record: logging.LogRecord) -> str:
        """See :class:`logging.Formatter`."""
        if self._in_full and record.exc_info:
            return super().format(record)
        error = record.exc_info[1] if record.exc_info else None
        text = " ".join(record.getMessage().split())
        return printable(f"feedpub: {text}: {type(error).__name__}: {error}" if error else f"feedpub: {text}")


def _prepare_logs(*, log_requests: bool) -> None:
    """Have errors and, with ``log_requests``, a line for each request go to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LogFormatter(in_full=log_requests))
    for name, level in (("uvicorn.error", logging.ERROR), ("uvicorn.access", logging.INFO), ("asyncio", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
