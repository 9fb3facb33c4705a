"""The server, and the socket that it listens on until a signal ends it."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from feedpub.core.errors import StorageError, UsageError, message_of, printable, quoted
from feedpub.delivery.serving.live_reload import REVISION_PATH

_BACKLOG = 2048
_GRACE = 3
"""Seconds that pending responses have when the server ends."""


class Server(uvicorn.Server):
    """uvicorn with the task ``beside`` it. Each of them ends with the other."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        log_requests: bool = False,
        beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        _prepare_logs()
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=log_requests,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE,
                backlog=_BACKLOG,
            )
        )
        self._beside = beside
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
        await super().startup(sockets)
        if self._beside:
            self._task = asyncio.create_task(self._beside())
            self._task.add_done_callback(self._end)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
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


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address of ``host``; port 0 is any free port.

    Raise :class:`~feedpub.core.errors.UsageError` if ``host`` is no name or address of this
    machine, and :class:`~feedpub.core.errors.StorageError` if the port cannot be used.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"--host {quoted(host)}: there is no such host; 127.0.0.1 is this machine alone") from None
    # A name such as localhost may have several addresses.
    family, *_, address = min(infos, key=lambda info: info[0] != socket.AF_INET)
    try:
        return socket.create_server(address, family=family, backlog=_BACKLOG)
    except OSError as error:
        raise _error_of(host, port, error) from None


def is_loopback(listener: socket.socket) -> bool:
    """Return whether only this machine can connect to ``listener``."""
    return _address(listener).is_loopback


def origin(host: str, listener: socket.socket) -> str:
    """Return the origin of the URLs of ``listener``, such as http://127.0.0.1:8000.

    The host is localhost if it listens on any address.
    """
    name = "localhost" if _address(listener).is_unspecified else host
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"


def _address(listener: socket.socket) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(listener.getsockname()[0].partition("%")[0])


def run(server: Server, listener: socket.socket) -> None:
    """Serve on ``listener`` until SIGTERM ends it.

    Raise the error of the task beside, if it failed, and :class:`KeyboardInterrupt` after Ctrl-C.
    """
    # uvicorn raises the signal that ended it once more. SIGTERM is the regular end, no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server.run([listener])
    if error := server.failure():
        raise error


def _error_of(host: str, port: int, error: OSError) -> UsageError | StorageError:
    if error.errno == errno.EADDRINUSE:
        return StorageError(f"port {port} is taken; --port 0 finds one that is free")
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return UsageError(f"--host {quoted(host)}: this machine does not have that address")
    return StorageError(f"port {port} cannot be used: {message_of(error)}")


class _LogFormatter(logging.Formatter):
    """Records on one line each."""

    def format(self, record: logging.LogRecord) -> str:
        """See :class:`logging.Formatter`."""
        error = record.exc_info[1] if record.exc_info else None
        text = " ".join(record.getMessage().split())
        return printable(f"feedpub: {text}: {type(error).__name__}: {error}" if error else f"feedpub: {text}")


def _prepare_logs() -> None:
    """Send errors, and a line for each request if uvicorn logs them, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LogFormatter())
    # An open page sends this request every second.
    handler.addFilter(lambda record: REVISION_PATH not in record.getMessage())
    for name, level in (("uvicorn.error", logging.ERROR), ("uvicorn.access", logging.INFO), ("asyncio", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
