"""A connection: uvicorn's, with bounds on what a client may make it wait for and remember.

uvicorn waits for ever for a client that connects and says nothing, sends a request's head byte by byte or without end,
or takes no answer.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

KEEP_ALIVE = 20
"""Seconds that a connection is kept for the next request."""
_PATIENCE = 20.0
_LONGEST_HEAD = 32_768
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedConnection(HttpToolsProtocol):
    """One client. Every so often it is looked at: one whose request is not there yet, or who took nothing of an answer
    since the last look, is cut off.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See :class:`asyncio.Protocol`."""
        super().connection_made(transport)
        self._asked = self._answered = self._head = self._unsent = 0
        self._is_in_head = True
        self._has_ended = False
        self._last_asked = self.loop.time()
        self._look = self.loop.call_later(_PATIENCE, self._look_after)

    def connection_lost(self, exc: Exception | None) -> None:
        """See :class:`asyncio.Protocol`."""
        self._look.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """See :class:`asyncio.Protocol`. Who has asked all that he wants to is answered still."""
        self._has_ended = self._asked != self._answered
        return self._has_ended

    def data_received(self, data: bytes) -> None:
        """See :class:`asyncio.Protocol`."""
        super().data_received(data)
        if self._is_in_head:
            self._head += len(data)
            if self._head > _LONGEST_HEAD and not self.transport.is_closing():
                self.transport.write(_TOO_LONG)
                self.transport.close()

    def on_message_begin(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self._is_in_head = False
        self._head = 0
        self._asked += 1
        self._last_asked = self.loop.time()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """See uvicorn."""
        self._answered += 1
        super().on_response_complete()
        if self._has_ended and self._asked == self._answered:
            self.transport.close()

    def _look_after(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        is_idle = self._asked == self._answered and not unsent
        if is_idle and self.loop.time() - self._last_asked > _PATIENCE + KEEP_ALIVE - 1:
            self.transport.close()
        elif unsent and unsent == self._unsent:
            self.transport.abort()
        else:
            self._unsent = unsent
            self._look = self.loop.call_later(_PATIENCE, self._look_after)
