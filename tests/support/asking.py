"""A server of the files in a folder, and a client for it."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from feedpub.config.model import Output, Site
from feedpub.delivery.hosting.site_target import SiteTarget, target_of
from feedpub.delivery.serving.app import ServedSite, application
from feedpub.delivery.serving.live_reload import Reloads
from feedpub.delivery.serving.server import Server, listening_socket
from support.making import configuration
from support.site import SiteFolder

LOCAL = ("localhost", "127.0.0.1", "[::1]", "news.example.org")


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def etag(self) -> str:
        return self.headers["ETag"]


class Asked:
    """A server on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for ``path`` as it is written, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def send(self, data: bytes, *, seconds: float = 30) -> bytes:
        """Send ``data`` as it is; everything that comes until the server closes, or nothing has come for a while."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as one:
            one.sendall(data)
            received = b""
            with contextlib.suppress(OSError):
                while piece := one.recv(65536):
                    received += piece
            return received


def target(folder: Path, path: str = "/", output: Mapping[str, Any] | None = None, **sections: object) -> SiteTarget:
    """Return the target of a site with the output ``folder``; ``output`` has other keys of that section."""
    site = Site(title="A", base_url=f"https://news.example.org{path}")
    config = configuration(site=site, output=Output(path=".", **(output or {})), **sections)
    return target_of(msgspec.structs.replace(config, root=folder))


@contextlib.contextmanager
def serving(served: SiteTarget, reloads: Reloads | None = None) -> Iterator[Asked]:
    """Serve it from a thread of this process."""
    listener = listening_socket("127.0.0.1", 0)
    server = Server(application(ServedSite(served, reloads), LOCAL))
    port = listener.getsockname()[1]
    thread = threading.Thread(target=server.run, args=[[listener]])
    thread.start()
    try:
        yield Asked(port)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@contextlib.contextmanager
def running(site: SiteFolder, *args: str) -> Iterator[tuple[subprocess.Popen[str], Asked, str]]:
    """Run ``feedpub serve`` in the site's folder, with the line that it says first."""
    command = [sys.executable, "-m", "feedpub", "serve", "--port", "0", *args]
    with subprocess.Popen(
        command, cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline().rstrip("\n")
            assert line, process.communicate()[1]
            yield process, Asked(int(line.split("/")[2].rpartition(":")[2])), line
        finally:
            process.terminate()
            process.wait(100)
