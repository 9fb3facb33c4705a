"""A WebSub hub that accepts and records every notification."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class NotingHub(ThreadingHTTPServer):
    """On a port of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Told)
        self.told: list[str] = []
        """The topics, by URL, in order."""
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, *args: object) -> None:
        """Say nothing of those who are killed."""


class _Told(BaseHTTPRequestHandler):
    server: NotingHub

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.told += form["hub.url"]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def noting_hub() -> Iterator[NotingHub]:
    """A hub that runs."""
    with NotingHub() as hub:
        threading.Thread(target=hub.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield hub
        finally:
            hub.shutdown()
