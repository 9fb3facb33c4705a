"""Pages that reload themselves after a build, for ``--watch``: a script that is put into them, and the event stream
that it listens to (https://html.spec.whatwg.org/multipage/server-sent-events.html).

A page is told the revision that it was sent in, and asks with it: whatever happened between the page and the
question, a page of an older revision reloads.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

# No file can be had at a path with a hidden folder. Of the host, not below base_url, which may change meanwhile.
SCRIPT_PATH = "/.feedpub/reload.js"
EVENTS_PATH = "/.feedpub/events"

_SCRIPT = b"""\
"use strict";
(() => {
  const events = new EventSource("/.feedpub/events" + new URL(document.currentScript.src).search);
  events.addEventListener("reload", () => { events.close(); location.reload(); });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
"""
_HEARTBEAT = 15.0
# Before the closing tag: a page's own text cannot hold it unescaped.
_BODY_END = re.compile(rb"</body\s*>(?!.*</body\s*>)", re.IGNORECASE | re.DOTALL)
_UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Reloads:
    """The revision of the output, and who waits for the next. Used from one event loop."""

    def __init__(self) -> None:
        self._number = 0
        # A page of an earlier run of the server has an older revision, too.
        self._run = f"{time.time_ns():x}"
        self._changed = asyncio.Event()
        self._is_over = False
        self.edit = self._new_edit()
        """What puts the script into a page; another one for each revision."""

    def announce(self) -> None:
        """Have every page reload."""
        self._number += 1
        self.edit = self._new_edit()
        self._wake()

    def close(self) -> None:
        """End the event streams, which would keep the server from ending."""
        self._is_over = True
        self._wake()

    async def script(self, _request: Request) -> Response:
        """The script."""
        return Response(_SCRIPT, media_type="text/javascript", headers=_UNCACHED)

    async def events(self, request: Request) -> Response:
        """The event stream."""
        stream = self._events(request.query_params.get("r"))
        return StreamingResponse(stream, media_type="text/event-stream", headers=_UNCACHED)

    async def _events(self, revision: str | None) -> AsyncIterator[bytes]:
        yield b"retry: 500\n\n"
        while not self._is_over:
            changed = self._changed
            if revision != self._revision:
                yield b"event: reload\ndata:\n\n"
                return
            try:
                await asyncio.wait_for(changed.wait(), _HEARTBEAT)
            except TimeoutError:
                # Who has gone is only noticed by writing to him.
                yield b":\n\n"

    @property
    def _revision(self) -> str:
        return f"{self._run}-{self._number}"

    def _new_edit(self) -> partial[bytes]:
        return partial(with_script, self._revision)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def with_script(revision: str, page: bytes) -> bytes:
    """The ``page`` with the script at the end of its body."""
    tag = f'<script src="{SCRIPT_PATH}?r={revision}"></script>'.encode()
    end = _BODY_END.search(page)
    at = end.start() if end else len(page)
    return page[:at] + tag + page[at:]
