"""The reloading of pages after a build, for ``--watch``.

The server adds a script to each page. The script's URL has the revision of the page, and the script
asks the server for its revision every second. A page of another revision reloads itself.
"""

from __future__ import annotations

import re
import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

# No file is served from a hidden folder, so these paths are free. They do not lie below base_url,
# because it may change while the server runs.
SCRIPT_PATH = "/.feedpub/reload.js"
REVISION_PATH = "/.feedpub/revision"

_SCRIPT = b"""\
"use strict";
(() => {
  const shown = new URL(document.currentScript.src).searchParams.get("r");
  const timer = setInterval(async () => {
    try {
      const response = await fetch("/.feedpub/revision");
      if (!response.ok || await response.text() === shown) return;
      clearInterval(timer);
      location.reload();
    } catch {
      // The server may come back.
    }
  }, 1000);
})();
"""
# The last closing tag of the body.
_BODY_END = re.compile(rb"</body\s*>(?!.*</body\s*>)", re.IGNORECASE | re.DOTALL)
_UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Reloads:
    """The revision of the output."""

    def __init__(self) -> None:
        self._number = 0
        # Part of the revision, so that pages of an earlier run of the server reload, too.
        self._run = f"{time.time_ns():x}"

    @property
    def revision(self) -> str:
        """The revision of the output; a new one after each build."""
        return f"{self._run}-{self._number}"

    def announce(self) -> None:
        """Make every page reload."""
        self._number += 1

    def edit(self, page: bytes) -> bytes:
        """Return ``page`` with the script at the end of its body."""
        tag = f'<script src="{SCRIPT_PATH}?r={self.revision}"></script>'.encode()
        end = _BODY_END.search(page)
        at = end.start() if end else len(page)
        return page[:at] + tag + page[at:]

    async def script(self, _request: Request) -> Response:
        """Return the script."""
        return Response(_SCRIPT, media_type="text/javascript", headers=_UNCACHED)

    async def current(self, _request: Request) -> Response:
        """Return the revision."""
        return PlainTextResponse(self.revision, headers=_UNCACHED)
