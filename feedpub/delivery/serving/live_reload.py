"""The reloading of pages after a build, for ``--watch``.

The server adds a script to each page. The script listens to an event stream
(https://html.spec.whatwg.org/multipage/server-sent-events.html). The script's URL has the page's
revision, and its request for events repeats it. So a page of an older revision reloads, even if the
build finished before the script connected.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

# No file is served from a hidden folder, so these paths are free. They do not lie below base_url,
# because it may change while the server runs.
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
# The last closing tag of the body.
_BODY_END = re.compile(rb"</body\s*>(?!.*</body\s*>)", re.IGNORECASE | re.DOTALL)
_UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Reloads:
    """The revision of the output, and the event streams that wait for the next one.

    For use from one event loop.
    """

    def __init__(self) -> None:
        self._number = 0
        # Part of the revision, so that pages of an earlier run of the server reload, too.
        self._run = f"{time.time_ns():x}"
        self._changed = asyncio.Event()
        self._is_over = False
        self.edit = self._new_edit()
        """The function that adds the script to a page; a new one for each revision."""

    def announce(self) -> None:
        """Make every page reload."""
        self._number += 1
        self.edit = self._new_edit()
        self._wake()

    def close(self) -> None:
        """End the event streams, because the server waits for them when it ends."""
        self._is_over = True
        self._wake()

    async def script(self, _request: Request) -> Response:
        """Return the script."""
        return Response(_SCRIPT, media_type="text/javascript", headers=_UNCACHED)

    async def events(self, request: Request) -> Response:
        """Return the event stream."""
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
                # Only a write shows that a client has gone.
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
    """Return ``page`` with the script at the end of its body."""
    tag = f'<script src="{SCRIPT_PATH}?r={revision}"></script>'.encode()
    end = _BODY_END.search(page)
    at = end.start() if end else len(page)
    return page[:at] + tag + page[at:]
