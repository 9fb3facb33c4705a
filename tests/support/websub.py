"""The participants of WebSub, on loopback: a web server, a hub in its own process, a subscriber; and hubs that
are hostile.
"""

from __future__ import annotations

import hmac
import logging
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

from support.site import CONFIG, SiteFolder

SECRET = "what only hub and subscriber know"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    scheme = "http"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, *args: object) -> None:
        """Say nothing of those who hang up."""


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class FileServer(_Server):
    """Serves a folder, with the Link headers of :mod:`feedpub.delivery.hosting`, and counts what is fetched."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Files, directory=os.fspath(folder)))
        self.hub = ""
        self.fetched: list[str] = []


class _Files(SimpleHTTPRequestHandler):
    server: FileServer

    def end_headers(self) -> None:
        self.send_header("Link", f'<{self.server.hub}>; rel="hub", <{self.server.url(self.path)}>; rel="self"')
        super().end_headers()

    def do_GET(self) -> None:
        self.server.fetched.append(self.path)
        super().do_GET()

    def log_message(self, *args: object) -> None:
        pass


class Subscriber(_Server):
    """Subscribes to feeds, confirms that it did, and takes what is signed with its secret."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Callbacks)
        self.wanted: set[str] = set()
        """Topics asked for."""
        self.confirmed: set[str] = set()
        self.received: list[tuple[str, bytes]] = []
        """Topic, and what it holds now."""
        self.forged: list[str] = []

    def subscribe(self, feed: str) -> str:
        """Find the hub of ``feed`` and subscribe; the topic's URL."""
        from flask_websub.subscriber import discover

        found = discover(feed, timeout=10)
        topic = str(found["topic_url"])
        self.wanted.add(topic)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic,
            "hub.callback": self.url(f"/callback?{urlencode({'topic': topic})}"),
            "hub.secret": SECRET,
        }
        with urlopen(str(found["hub_url"]), urlencode(form).encode(), timeout=10) as response:
            assert response.status == 202
        return topic


class _Callbacks(BaseHTTPRequestHandler):
    server: Subscriber

    def do_GET(self) -> None:
        """The hub wants to know whether we want this (section 5.3)."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        is_ours = query.get("hub.mode") == "subscribe" and query.get("hub.topic") in self.server.wanted
        if is_ours:
            self.server.confirmed.add(query["hub.topic"])
        self._answer(200 if is_ours else 404, query.get("hub.challenge", "").encode() if is_ours else b"")

    def do_POST(self) -> None:
        """The hub passes content on (section 7)."""
        topic = parse_qs(urlsplit(self.path).query)["topic"][0]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        method, _, signature = (self.headers["X-Hub-Signature"] or "").partition("=")
        if hmac.compare_digest(hmac.new(SECRET.encode(), body, method).hexdigest(), signature):
            self.server.received.append((topic, body))
        else:
            self.server.forged.append(topic)
        self._answer(200)

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def real_hub(folder: Path) -> Iterator[str]:
    """The hub of Flask-WebSub, its database in ``folder``; its URL. It works while it is asked, not after."""
    from celery import Celery
    from flask import Flask
    from flask_websub.hub import Hub, SQLite3HubStorage
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    tasks = Celery("hub", set_as_current=False)
    tasks.conf.task_always_eager = True
    app = Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    hub = Hub(SQLite3HubStorage(os.fspath(folder / "hub.db")), tasks)
    app.register_blueprint(hub.build_blueprint("/hub"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}/hub"


@contextmanager
def served(site: SiteFolder) -> Iterator[FileServer]:
    """``site``'s output/, where ``site.base_url`` says that it is."""
    site.output.mkdir()
    server = FileServer(site.output)
    with _running(server):
        yield server


@contextmanager
def subscriber() -> Iterator[Subscriber]:
    server = Subscriber()
    with _running(server):
        yield server


Form = dict[str, list[str]]
Behaviour = Callable[["Asked"], None]


class StubHub(_Server):
    """A hub that keeps no subscriptions: it notes what it is asked, and ``behave`` answers; a 204 as long as it is
    None.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.behave: Behaviour | None = None
        self.forms: list[Form] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        if context is not None:
            self.scheme = "https"
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def topics(self) -> list[str]:
        """The URLs of which the hub was notified, sorted."""
        return sorted(form["hub.url"][0] for form in self.forms)


class Asked(BaseHTTPRequestHandler):
    """A request, and the means to answer it."""

    server: StubHub
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.form = parse_qs(body.decode(), strict_parsing=True)
        self.server.forms.append(self.form)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.paths.append(self.path)
        (self.server.behave or (lambda asked: asked.answer(204)))(self)

    def do_GET(self) -> None:
        """A ping is a POST, and a redirect of it is not followed."""
        self.server.paths.append(f"GET {self.path}")
        self.answer(204)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A proper answer; ``_`` in a header's name is ``-``."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """These bytes, and the end."""
        self.wfile.write(data)
        self.close_connection = True

    def drip(self, head: bytes = b"") -> None:
        """``head``, and then a byte now and then, as long as somebody listens."""
        self.wfile.write(head)
        while not self.server.stopping.wait(0.1):
            self.wfile.write(b"x")

    def hold(self) -> None:
        """Nothing."""
        self.server.stopping.wait(60)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def stub_hub(context: ssl.SSLContext | None = None) -> Iterator[StubHub]:
    server = StubHub(context)
    with _running(server):
        try:
            yield server
        finally:
            server.stopping.set()


def configure(site: SiteFolder, hub: str, more: str = "", *, base_url: str = "https://news.example.org/") -> None:
    """Give ``site`` a hub."""
    site.configure(f"hub: {hub}\n{more}", base=CONFIG.replace("https://news.example.org/", base_url))
