"""uvicorn's connection with limits on the time and the memory that a client can take.

uvicorn alone waits for ever for a client that connects and sends nothing, that sends a request's
head byte by byte or without end, or that does not read the response.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

KEEP_ALIVE = 20
"""Seconds for which an idle connection stays open."""
_PATIENCE = 20.0  # seconds between two checks
_LONGEST_HEAD = 32_768
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedConnection(HttpToolsProtocol):
    """The connection of one client.

    A regular check closes it if no complete request has arrived, or if the client has read nothing
    of the response since the last check.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See :class:`asyncio.Protocol`."""
        super().connection_made(transport)
        self._requests = self._responses = self._head_size = self._unsent = 0
        self._is_in_head = True
        self._is_half_closed = False
        self._last_request = self.loop.time()
        self._next_check = self.loop.call_later(_PATIENCE, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """See :class:`asyncio.Protocol`."""
        self._next_check.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection while there are pending responses: a client may half-close it."""
        self._is_half_closed = self._requests != self._responses
        return self._is_half_closed

    def data_received(self, data: bytes) -> None:
        """See :class:`asyncio.Protocol`."""
        super().data_received(data)
        if self._is_in_head:
            self._head_size += len(data)
            if self._head_size > _LONGEST_HEAD and not self.transport.is_closing():
                self.transport.write(_TOO_LONG)
                self.transport.close()

    def on_message_begin(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self._is_in_head = False
        self._head_size = 0
        self._requests += 1
        self._last_request = self.loop.time()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """See :class:`uvicorn.protocols.http.httptools_impl.HttpToolsProtocol`."""
        self._responses += 1
        super().on_response_complete()
        if self._is_half_closed and self._requests == self._responses:
            self.transport.close()

    def _check(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        is_idle = self._requests == self._responses and not unsent
        if is_idle and self.loop.time() - self._last_request > _PATIENCE + KEEP_ALIVE - 1:
            self.transport.close()
        elif unsent and unsent == self._unsent:
            self.transport.abort()
        else:
            self._unsent = unsent
            self._next_check = self.loop.call_later(_PATIENCE, self._check)
