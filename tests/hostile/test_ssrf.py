"""Addresses that nobody outside may reach, in every spelling, through the real checker: not one connection.

A listener on every loopback address counts. What a name resolves to is the test's; the rest is feedpub's own.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from campaigns.hostile.pools import HOST_NAMES, HOSTS
from feedpub.config.check_model import Check
from feedpub.core import urls
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.model import Failure, LinkTarget
from feedpub.links.settings import SettingsByHost
from support.site import SiteFolder

pytestmark = pytest.mark.slow


class Names:
    """A resolver whose answers change: what was vetted once must not be asked for again."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    def __call__(self, host: str) -> list[str]:
        self.asked[host] = self.asked.get(host, 0) + 1
        if host == "rebinding.test":
            return ["127.0.0.1"] if self.asked[host] > 1 else ["10.255.255.1"]
        if host in HOST_NAMES:
            return HOST_NAMES[host]
        raise socket.gaierror(socket.EAI_NONAME, "as the test has it")


def public(*allowed: str) -> SettingsByHost:
    """Return settings that open no network but those that a test names."""
    return SettingsByHost(Check(timeout=5, allow_private=allowed), "https://news.example.org/")


class Counting:
    """Listens on all addresses of this machine, and counts. ``location``: where it redirects to."""

    def __init__(self, family: int = socket.AF_INET6) -> None:
        self.sock = socket.create_server(("::", 0), family=family, dualstack_ipv6=True)
        self.port = self.sock.getsockname()[1]
        self.connections: list[Any] = []
        self.location = ""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            self.connections.append(sock.getsockname()[0])
            with sock:
                sock.recv(65536)
                answer = (
                    f"HTTP/1.1 302 Found\r\nLocation: {self.location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                sock.sendall(answer.encode("utf-8"))


@contextmanager
def counting() -> Iterator[Counting]:
    if not socket.has_dualstack_ipv6():
        pytest.skip("there is no IPv6 here")
    server = Counting()
    try:
        yield server
    finally:
        server.sock.close()


def test_there_are_enough_forms() -> None:
    assert len(set(HOSTS)) >= 100


def test_the_listener_counts() -> None:
    with counting() as server:
        for address in ("127.0.0.1", "127.9.9.9", "::1"):
            socket.create_connection((address, server.port), timeout=5).close()
        fetch = Fetcher(public("127.0.0.0/8"), resolve=Names())
        fetch(LinkTarget(url=f"http://loopback.test:{server.port}/"), keep_alive=False)
        fetch.close()
        assert len(server.connections) >= 4


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_form_of_an_address_is_connected_to(scheme: str) -> None:
    with counting() as server:
        fetch = Fetcher(public(), resolve=Names())
        for host in HOSTS:
            raw = f"{scheme}://{host}:{server.port}/"
            for url in {raw, *_normalized(raw)}:
                answer = fetch(LinkTarget(url=url), keep_alive=False)
                assert answer.failure in (Failure.REFUSED_ADDRESS, Failure.INVALID_URL, Failure.NO_SUCH_NAME), (
                    url,
                    answer,
                )
        fetch.close()
        assert server.connections == []


def test_nor_by_a_redirect() -> None:
    with counting() as server, counting() as inner:
        # The first step is allowed, at an address of its own.
        fetch = Fetcher(public("127.0.0.9/32"), resolve=Names())
        for host in HOSTS:
            for scheme in ("http://", "https://", "//", "http:\\\\", "http:/\t/"):
                server.location = f"{scheme}{host}:{inner.port}/"
                fetch(LinkTarget(url=f"http://127.0.0.9:{server.port}/"), keep_alive=False)
        for location in (
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "ftp://127.0.0.1/",
            "dict://127.0.0.1/",
            "unix:/run/x",
        ):
            server.location = location
            fetch(LinkTarget(url=f"http://127.0.0.9:{server.port}/"), keep_alive=False)
        fetch.close()
        assert len(server.connections) >= 5 * len(HOSTS)
        assert inner.connections == []


def test_nor_by_what_was_vetted_and_then_changed() -> None:
    names = Names()
    with counting() as server:
        fetch = Fetcher(public("10.255.255.0/24"), resolve=names)
        for _ in range(3):
            fetch(LinkTarget(url=f"http://rebinding.test:{server.port}/"), keep_alive=False)
        fetch.close()
        assert names.asked == {"rebinding.test": 1}
        assert server.connections == []


def test_nor_by_any_link_of_an_article(site: SiteFolder) -> None:
    with counting() as server:
        number = 0
        for host in HOSTS:
            if "@" in host or host.endswith("test"):
                continue
            url = f"http://{host}:{server.port}/"
            more: dict[str, Any] = {
                "images": [{"url": url}],
                "enclosures": [{"url": url}],
                "related": [{"sourceUrl": url}],
            }
            site.add(f"a{number}", ampUrl=url, cdnAmpUrl=url, sourceUrl=url, **more)
            number += 1
        site.configure(
            "check: {kinds: [source, amp, amp-cache, image, attachment, related], timeout: 5, retries: 0, robots: true}\n"
        )
        done = site.run("check", "--all", "--refresh")
        assert done.returncode in (1, 4), done.stderr
        assert "Traceback" not in done.stderr
        assert server.connections == []
        assert number >= 60


def _normalized(url: str) -> list[str]:
    try:
        return [urls.normalize(url)]
    except urls.UrlError:
        return []
