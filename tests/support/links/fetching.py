"""Helpers of the engine's tests: counting servers on addresses of their own, fetchers that may connect to them, and a
record of the answers.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from feedpub.config.check_model import Check
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.model import Answer, LinkTarget
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.settings import SettingsByHost

HANGING = 99
"""The last number of an address that is no other server's."""

LOOPBACK = SettingsByHost(Check(allow_private=("127.0.0.0/8",), timeout=90), "https://news.example.org/")


@contextmanager
def fetcher(**options: Any) -> Iterator[Fetcher]:
    """A fetcher for one run."""
    each = Fetcher(LOOPBACK, **options)
    try:
        yield each
    finally:
        each.close()


class Server(ThreadingHTTPServer):
    """Answers at once, or when ``release`` is set. ``answers`` gives for a path the statuses to answer with, and the
    Retry-After; the last goes on for ever.
    """

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, address: str, *, is_released: bool = True) -> None:
        super().__init__((address, 0), Handler)
        self.answers: dict[str, list[tuple[int, str | None]]] = {}
        self.requests: Counter[str] = Counter()
        self.most_at_once = 0
        self.release = threading.Event()
        if is_released:
            self.release.set()
        self.lock = threading.Lock()
        self.at_once = 0

    def url(self, path: str = "/") -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}{path}"

    def answer(self, path: str) -> tuple[int, str | None]:
        """Return the current answer."""
        with self.lock:
            self.requests[path] += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            planned = self.answers.get(path, [(200, None)])
            answer = planned.pop(0) if len(planned) > 1 else planned[0]
        try:
            # Long enough for others to come meanwhile, if they are let.
            self.release.wait(180)
            threading.Event().wait(0.01)
        finally:
            with self.lock:
                self.at_once -= 1
        return answer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_HEAD(self) -> None:
        status, retry_after = self.server.answer(self.path)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def servers(count: int = 1, *, first: int = 2, is_released: bool = True) -> Iterator[list[Server]]:
    """Servers on the addresses from 127.0.0.``first``: a host each. Without ``is_released`` they answer nothing, while
    they are needed.
    """
    begun = [Server(f"127.0.0.{first + number}", is_released=is_released) for number in range(count)]
    for server in begun:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield begun
    finally:
        for server in begun:
            server.release.set()
            server.shutdown()
            server.server_close()


def targets(servers: list[Server], count: int) -> list[LinkTarget]:
    """``count`` links of each server."""
    return [LinkTarget(url=server.url(f"/{number}")) for number in range(count) for server in servers]


class Answers:
    """Everything that was delivered."""

    def __init__(self) -> None:
        self.by_url: dict[str, Answer] = {}
        self.attempts: dict[str, int] = {}
        self.threads: set[threading.Thread] = set()

    def __call__(self, finished: Sequence[FinishedTarget]) -> None:
        for target, answer, attempts in finished:
            assert target.url not in self.by_url, "delivered twice"
            self.by_url[target.url] = answer
            self.attempts[target.url] = attempts
        self.threads.add(threading.current_thread())

    @property
    def statuses(self) -> Counter[int | None]:
        return Counter(answer.status for answer in self.by_url.values())
