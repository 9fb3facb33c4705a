"""A web server in the process of the tests that serves a site as it should, but for what a test changes."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from feedpub.delivery.media_types import content_type
from feedpub.state.atomic_files import digest
from support.ports import free_port
from support.site import SiteFolder

Fault = Callable[["Reply"], None]


@dataclass
class Reply:
    """A request, and the reply to it."""

    method: str
    path: str
    """The decoded path of the file, without the first slash."""
    agent: str
    status: int = 404
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"nothing here"


class PublicSite(ThreadingHTTPServer):
    """Serves the output of ``site``, and has ``fault`` change each reply."""

    daemon_threads = True

    def __init__(self, site: SiteFolder, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site
        self.base_url = f"http://127.0.0.1:{port}/"
        self.fault: Fault = lambda _: None
        self.agents: list[str] = []

    def handle_error(self, *_: object) -> None:
        """A client that has read enough closes the connection."""

    def reply(self, method: str, target: str, headers: Any) -> Reply:
        path = unquote(target.lstrip("/"))
        reply = Reply(method, path, headers["User-Agent"])
        self.agents.append(reply.agent)
        file = self.site.output / path
        file = file / "index.html" if file.is_dir() else file
        if file.is_file():
            data = file.read_bytes()
            reply.status, reply.body = 200, data
            reply.headers = {
                "Content-Type": content_type(file.relative_to(self.site.output).as_posix()),
                "Cache-Control": "public, max-age=300",
                "ETag": f'"{digest(data)}"',
                "Last-Modified": formatdate(file.stat().st_mtime, usegmt=True),
            }
            if headers["If-None-Match"] == reply.headers["ETag"]:
                reply.status, reply.body = 304, b""
        self.fault(reply)
        if "gzip" in headers.get("Accept-Encoding", "") and reply.status == 200 and len(reply.body) > 1000:
            reply.headers.setdefault("Content-Encoding", "gzip")
        if reply.headers.get("Content-Encoding") == "gzip":
            reply.body = gzip.compress(reply.body, 1)
        return reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PublicSite

    def do_GET(self) -> None:
        reply = self.server.reply(self.command, self.path, self.headers)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_HEAD = do_GET  # noqa: N815  # http.server looks for these names

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def public(site: SiteFolder, more: str = "") -> Iterator[PublicSite]:
    """Build ``site``, configured with ``more``, and serve it at its base URL."""
    port = free_port()
    site.configure(more, base=config_for(f"http://127.0.0.1:{port}/"))
    site.build()
    with PublicSite(site, port) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def config_for(base_url: str) -> str:
    """Return a configuration that asks a host for as much as it likes, at once."""
    check = {"delay": 0, "per_host": 8, "retries": 0, "timeout": 20, "known_names": ["one.test"]}
    return f"site: {{title: A, base_url: '{base_url}'}}\ncontent: {{path: content}}\ncheck: {json.dumps(check)}\n"


def rules_of(site: SiteFolder, *args: str) -> tuple[int, dict[str, set[str]]]:
    """Return the exit status of ``feedpub verify``, and the URLs' paths of the findings by rule."""
    done = site.run("verify", "--format", "json", *args)
    assert not done.stderr, done.stderr
    report = json.loads(done.stdout)
    found: dict[str, set[str]] = {}
    for finding in report["findings"]:
        found.setdefault(finding["rule"], set()).add(finding["url"].partition("//")[2].partition("/")[2])
    levels = {finding["level"] for finding in report["findings"]}
    assert done.returncode == ("error" in levels)
    return done.returncode, found
