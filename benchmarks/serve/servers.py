"""The servers that are compared, each with one process, on the same files."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

FEEDPUB = [sys.executable, "-m", "feedpub"]


class Answer(NamedTuple):
    """The answer of a server to a GET."""

    status: int
    etag: str
    length: int
    coding: str | None


class Running(NamedTuple):
    """A server that listens."""

    name: str
    port: int

    def url(self, path: str) -> str:
        """Of a path below the root."""
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Ask for ``path`` once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=dict(headers))
            response = connection.getresponse()
            length = len(response.read())
            return Answer(response.status, response.headers["ETag"], length, response.headers["Content-Encoding"])


@contextlib.contextmanager
def nginx(site: Path, folder: Path) -> Iterator[Running]:
    """nginx, with what ``feedpub hosting nginx`` prints."""
    port = _free_port()
    done = subprocess.run([*FEEDPUB, "hosting", "nginx"], cwd=site, capture_output=True, text=True, check=True)
    printed = done.stdout.replace("    listen [::]:80;\n", "").replace("listen 80;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    head = f"daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/log; "
    types = "types { text/html html; text/xml xml; application/json json; }"
    # By default it closes a connection after a thousand requests.
    http_ = f"access_log off; sendfile on; keepalive_requests 1000000000; {paths} {types}"
    events = "events { worker_connections 4096; }"
    (folder / "nginx.conf").write_text(f"{head} {events}\nhttp {{ {http_}\n{printed}}}\n")
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    command = ["nginx", "-c", f"{folder}/nginx.conf", "-p", f"{folder}/"]
    with _process(command, folder, environment):
        yield _waited(Running("nginx", port))


@contextlib.contextmanager
def feedpub(site: Path, _folder: Path) -> Iterator[Running]:
    """``feedpub serve``."""
    port = _free_port()
    with _process([*FEEDPUB, "serve", "--port", str(port)], site, None):
        yield _waited(Running("feedpub", port))


SERVERS = {"nginx": nginx, "feedpub": feedpub}


@contextlib.contextmanager
def _process(command: list[str], folder: Path, environment: Mapping[str, str] | None) -> Iterator[None]:
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _waited(server: Running) -> Running:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", server.port), 1).close()
            return server
        time.sleep(0.05)
    raise SystemExit(f"{server.name} does not listen")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
