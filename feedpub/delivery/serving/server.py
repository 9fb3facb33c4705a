"""The server, and the sockets that it listens on until a signal ends it."""

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
"""Seconds that pending responses have when the server ends."""
_FAMILIES = (socket.AF_INET, socket.AF_INET6)


class Server(uvicorn.Server):
    """uvicorn with limits, and with a task beside it.

    The task ``beside`` runs as long as the server, and the server ends with it. ``at_end`` is
    called before the server waits for pending responses.
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
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
        await super().startup(sockets)
        if self._beside:
            self._task = asyncio.create_task(self._beside())
            self._task.add_done_callback(self._end)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
        self._at_end()
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        await super().shutdown(sockets)

    def failure(self) -> BaseException | None:
        """Return the error that ended the task beside, and with it the server; None without one."""
        task = self._task
        return task.exception() if task and task.done() and not task.cancelled() else None

    def _end(self, _task: object) -> None:
        self.should_exit = True


def listening_sockets(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on every address of ``host``; port 0 is any free port.

    Raise :class:`~feedpub.core.errors.UsageError` if ``host`` is no name or address of this
    machine, and :class:`~feedpub.core.errors.StorageError` if the port cannot be used.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"--host {quoted(host)}: there is no such host; 127.0.0.1 is this machine alone") from None
    addresses = dict.fromkeys((family, address) for family, _, _, _, address in infos if family in _FAMILIES)
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            # All addresses get the free port of the first.
            actual_port = sockets[0].getsockname()[1] if sockets else port
            sockets.append(_listen(family, (address[0], actual_port, *address[2:])))
    except OSError as error:
        for listener in sockets:
            listener.close()
        raise _error_of(host, port, error) from None
    return sockets


def is_loopback(sockets: Sequence[socket.socket]) -> bool:
    """Return whether only this machine can connect to ``sockets``."""
    addresses = (listener.getsockname()[0].partition("%")[0] for listener in sockets)
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)


def origin(host: str, sockets: Sequence[socket.socket]) -> str:
    """Return the origin of the URLs that ``sockets`` of ``host`` serve, such as http://127.0.0.1:8000.

    The host is localhost if the sockets listen on any address.
    """
    address, port = sockets[0].getsockname()[:2]
    is_any = ipaddress.ip_address(address.partition("%")[0]).is_unspecified
    name = "localhost" if is_any else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def run(server: Server, sockets: list[socket.socket]) -> None:
    """Serve on the listening ``sockets`` until SIGTERM ends it.

    Raise the error of the task beside, if it failed, and :class:`KeyboardInterrupt` after Ctrl-C.
    """
    # uvicorn raises the signal that ended it once more. SIGTERM is the regular end, no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server.run(sockets)
    if error := server.failure():
        raise error


def _listen(family: int, address: tuple[Any, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        # Before the server starts, so that a taken port is an error here.
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _error_of(host: str, port: int, error: OSError) -> UsageError | StorageError:
    if error.errno == errno.EADDRINUSE:
        return StorageError(f"port {port} is taken; --port 0 finds one that is free")
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return UsageError(f"--host {quoted(host)}: this machine does not have that address")
    return StorageError(f"port {port} cannot be used: {message_of(error)}")


class _LogFormatter(logging.Formatter):
    """Records on one line each; with ``in_full``, a traceback follows an error."""

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
    """Send errors, and with ``log_requests`` a line for each request, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LogFormatter(in_full=log_requests))
    for name, level in (("uvicorn.error", logging.ERROR), ("uvicorn.access", logging.INFO), ("asyncio", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
