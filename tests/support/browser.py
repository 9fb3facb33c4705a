"""A real browser on real files, over loopback HTTP; only pictures are made up, so that no other host is asked.

Needs Chromium, and the packages of the extra ``browser``.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/feed+json",
    ".opml": "text/x-opml",
    # What Chromium styles; it shows application/rss+xml as text.
    ".xml": "application/xml",
}
ICON = "https://news.example.org/assets/icon.png"
"""The corpus's; what a browser fetches for a tab is no image to Playwright."""
EXECUTABLE = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def needed() -> None:
    """Skip where a browser cannot be driven."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[browser]'")
    if EXECUTABLE is None:
        pytest.skip("chromium is not installed")


class _Handler(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path: Any) -> str:
        return TYPES.get(Path(path).suffix, "application/octet-stream")

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which ``folder`` is served."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page in a context of its own, and everything about it that must not be."""

    def __init__(
        self,
        browser: Any,
        base: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        has_pictures: bool = True,
        **options: Any,
    ) -> None:
        self._has_pictures = has_pictures
        self.base = base
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        """What was asked of other hosts and is no image."""
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def go(self, path: str) -> Any:
        """Open ``path`` of the site."""
        self.page.goto(self.base + path, wait_until="networkidle")
        return self.page

    def _answer(self, route: Any) -> None:
        request = route.request
        if request.url.startswith((self.base, "file:", "data:")):
            route.continue_()
        elif request.resource_type == "image" or request.url == ICON:
            route.fulfill(
                status=200 if self._has_pictures else 404,
                body=PICTURE if self._has_pictures else b"",
                content_type="image/png",
            )
        else:
            self.elsewhere.append(request.url)
            route.abort()

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


def _picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x88" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PICTURE = _picture(70, 39)
