"""Addresses that nobody outside may reach, in every spelling, through the real checker: not one connection.

A listener on every loopback address counts. What a name resolves to is the test's; the rest is feedpub's own.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import SiteFolder

from feedpub import urls
from feedpub.links.fetch import Fetcher
from feedpub.links.model import Failure, Target

HOSTS = """
    127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7F.0x0.0x0.0x1 0177.0.0.1 017700000001
    00000177.1 0177.1 127.000.000.001 0x7f.0.1 127.0x1 127.0.0.0x1 0 0. 0.0.0.0 00 0x0 0x00000000 1.0x7f.0.1@127.0.0.1
    [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::FFFF:7F00:0001]
    [::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::127.0.0.1]
    [2002:7f00:1::] [2002:7f00:0001::1] [2001:0:7f00:1::80ff:fffe] [fe80::1] [fe80::1%25lo] [fec0::1] [fc00::1] [fd00::1]
    [::1%25lo] [::ffff:0.0.0.0] [ff02::1] [2400:cb00::5efe:127.0.0.1]
    １２７.0.0.1 127。0。0。1 127．0．0．1 ①②⑦.0.0.1 ⓪ ０x7f.1 ⑫7.1 127.0.0.１ ２１３０７０６４３３ ０
    169.254.169.254 0xa9fea9fe 2852039166 169.16689662 0251.0376.0251.0376 [::ffff:169.254.169.254] 100.100.100.200 168.63.129.16
    10.0.0.1 172.16.0.1 192.168.0.1 100.64.0.1 224.0.0.1 255.255.255.255 198.18.0.1 192.0.0.1 240.0.0.1
    user@127.0.0.1 user:pass@127.0.0.1 example.com@127.0.0.1 127.0.0.1:80@127.0.0.1 example.com%40127.0.0.1 example.com\\@127.0.0.1
    127.0.0.1\\@example.com 127.0.0.1%2f@example.com 127.0.0.1#@example.com 127.0.0.1?@example.com 127.0.0.1%00.example.com
    127.0.0.1%09 %31%32%37.0.0.1 127.0.0.1;example.com 127.0.0.1,example.com localhost localhost. LOCALHOST a.localhost
    ⓛocalhost loc\u00adalhost localhost.localdomain ip6-localhost loopback.test mapped.test chain.test both.test rebinding.test zero.test
    nat64.test sixtofour.test metadata.test private.test 127.0.0.1.nip.test xn--test.test
    """.split()
"""After ``http://``, before the port."""

NAMES: dict[str, list[str]] = {
    "localhost": ["127.0.0.1"],
    "a.localhost": ["127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "loopback.test": ["127.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    # As getaddrinfo tells them: the last of a chain of CNAMEs.
    "chain.test": ["127.0.0.1"],
    "both.test": ["93.184.216.34", "127.0.0.1"],
    "zero.test": ["0.0.0.0"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "sixtofour.test": ["2002:7f00:1::1"],
    "metadata.test": ["169.254.169.254"],
    "private.test": ["10.0.0.1"],
    "127.0.0.1.nip.test": ["127.0.0.1"],
    "xn--test.test": ["127.0.0.1"],
}


class Names:
    """A resolver whose answers change: what was vetted once must not be asked for again."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    def __call__(self, host: str) -> list[str]:
        self.asked[host] = self.asked.get(host, 0) + 1
        if host == "rebinding.test":
            return ["127.0.0.1"] if self.asked[host] > 1 else ["10.255.255.1"]
        if host in NAMES:
            return NAMES[host]
        raise socket.gaierror(socket.EAI_NONAME, "as the test has it")


class Public:
    """No network is opened but what a test says."""

    def __init__(self, *allowed: str) -> None:
        self.allowed = [ipaddress.ip_network(one) for one in allowed]

    def headers_for(self, host: str) -> Mapping[str, str]:
        return {}

    def allowed_for(self, host: str) -> Sequence[Any]:
        return self.allowed

    def timeout_for(self, host: str) -> float:
        return 5

    def proxy_for(self, host: str) -> str | None:
        return None

    def robots_for(self, host: str) -> bool:
        return False


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
        fetch = Fetcher(Public("127.0.0.0/8"), resolve=Names())
        fetch(Target(url=f"http://loopback.test:{server.port}/"), keep_alive=False)
        fetch.close()
        assert len(server.connections) >= 4


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_form_of_an_address_is_connected_to(scheme: str) -> None:
    with counting() as server:
        fetch = Fetcher(Public(), resolve=Names())
        for host in HOSTS:
            raw = f"{scheme}://{host}:{server.port}/"
            for url in {raw, *_normalized(raw)}:
                answer = fetch(Target(url=url), keep_alive=False)
                assert answer.failure in (Failure.REFUSED_ADDRESS, Failure.INVALID_URL, Failure.NO_SUCH_NAME), (
                    url,
                    answer,
                )
        fetch.close()
        assert server.connections == []


def test_nor_by_a_redirect() -> None:
    with counting() as server, counting() as inner:
        # The first step is allowed, at an address of its own.
        fetch = Fetcher(Public("127.0.0.9/32"), resolve=Names())
        for host in HOSTS:
            for scheme in ("http://", "https://", "//", "http:\\\\", "http:/\t/"):
                server.location = f"{scheme}{host}:{inner.port}/"
                fetch(Target(url=f"http://127.0.0.9:{server.port}/"), keep_alive=False)
        for location in (
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "ftp://127.0.0.1/",
            "dict://127.0.0.1/",
            "unix:/run/x",
        ):
            server.location = location
            fetch(Target(url=f"http://127.0.0.9:{server.port}/"), keep_alive=False)
        fetch.close()
        assert len(server.connections) >= 5 * len(HOSTS)
        assert inner.connections == []


def test_nor_by_what_was_vetted_and_then_changed() -> None:
    names = Names()
    with counting() as server:
        fetch = Fetcher(Public("10.255.255.0/24"), resolve=names)
        for _ in range(3):
            fetch(Target(url=f"http://rebinding.test:{server.port}/"), keep_alive=False)
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
