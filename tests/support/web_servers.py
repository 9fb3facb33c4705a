"""nginx, Apache and Caddy, started with the configuration that ``feedpub hosting`` prints."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from support.ports import free_port
from support.site import SiteFolder

HUB = "https://hub.example.net/"


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def varies(self) -> set[str]:
        return {name.strip() for line in self.headers.get_all("Vary", []) for name in line.split(",")}

    @property
    def media_type(self) -> str:
        return (self.headers["Content-Type"] or "").partition(";")[0]


def nginx(printed: str, port: int, folder: Path) -> list[str]:
    assert printed.count("listen ") == 2
    printed = printed.replace(f"    listen [::]:{port};\n", "").replace(f"listen {port};", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    head = f"daemon off; master_process off; {user} pid {folder}/pid; error_log {folder}/log; events {{ }}"
    types = "types { text/html html; text/css css; text/xml xml; application/json json; }"
    write(folder / "nginx.conf", f"{head}\nhttp {{ access_log off; {paths} {types}\n{printed}\n}}\n")
    return ["nginx", "-c", f"{folder}/nginx.conf", "-p", f"{folder}/"]


def apache(printed: str, port: int, folder: Path) -> list[str]:
    modules = "mpm_event authz_core headers deflate filter rewrite alias dir mime setenvif".split()
    loads = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules)
    head = f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\n"
    head += f"PidFile {folder}/pid\nErrorLog {folder}/log\n"
    traps = "AddLanguage br .br\nAddType application/x-gzip .gz\nAddType text/html .html\nAddType text/xml .xml\n"
    types = f"TypesConfig {folder}/mime.types\n<Directory />\nRequire all denied\n</Directory>\nMutex file:{folder}\n"
    write(folder / "mime.types", "")
    write(folder / "apache2.conf", f"{loads}{head}{types}{traps}{printed}")
    return ["apache2", "-X", "-f", f"{folder}/apache2.conf"]


def caddy(printed: str, port: int, folder: Path) -> list[str]:
    assert f"http://127.0.0.1:{port} {{\n" in printed
    bound = printed.replace(f":{port} {{\n", f":{port} {{\n\tbind 127.0.0.1\n", 1)
    write(folder / "Caddyfile", f"{{\n\tadmin off\n}}\n{bound}")
    return ["caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


PROGRAMS: dict[str, Callable[[str, int, Path], list[str]]] = {"nginx": nginx, "apache": apache, "caddy": caddy}


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


class Served:
    """A site behind a server."""

    def __init__(self, site: SiteFolder, port: int, path: str) -> None:
        self.site, self.port, self.path = site, port, path

    def get(self, name: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, self.path + name, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def serving(kind: str, site: SiteFolder, folder: Path, path: str = "/", more: str = "") -> Iterator[Served]:
    port = free_port()
    base = f"site: {{title: A, base_url: 'http://127.0.0.1:{port}{path}'}}\ncontent: {{path: content}}\nhub: {HUB}\n"
    site.configure(more, base=base)
    site.build()
    write(site.output / "feeds.opml", "<opml version='2.0'/>")
    write(site.output / "index.html", "<!doctype html><title>A</title>")
    write(site.output / ".feedpub-tmp-1", "half")
    write(site.output / "topics" / ".hidden", "hidden")
    folder.mkdir()
    with started(PROGRAMS[kind](printed_for(kind, site), port, folder), port, folder):
        yield Served(site, port, path)


def printed_for(kind: str, site: SiteFolder) -> str:
    """Return what ``feedpub hosting`` prints."""
    printed = site.run("hosting", kind)
    assert (printed.returncode, printed.stderr) == (0, "")
    return printed.stdout


@contextmanager
def started(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """Run the server ``command``, whose files are in ``folder``, until the end of the block."""
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        wait_for(port, process, folder)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "output").read_text() + "".join(
            log.read_text() for log in folder.glob("log")
        )
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server does not listen")


@pytest.fixture(autouse=True)
def with_sbin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin")
