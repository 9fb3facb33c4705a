"""The answers of the hostile server, selected by the first part of the path; see :mod:`support.links.hostile`."""

from __future__ import annotations

import contextlib
import gzip
import selectors
import socket
import struct
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

PAGE = b"<!doctype html><html amp><head><link rel=canonical href=https://example.com/a></head><body>Text</body></html>"
"""An AMP page."""


class Seen(NamedTuple):
    """A request."""

    method: str
    host: str
    """Without port."""
    path: str
    """With the query."""
    headers: dict[str, str]
    """By names in lower case."""
    connection: int
    """Which one it came over, from 1."""
    nth: int
    """Which one it was on that connection, from 1."""
    at: float
    """By ``time.monotonic``."""
    body: bytes = b""


class Exchange:
    """A request, and the means to answer it."""

    def __init__(self, sock: socket.socket, seen: Seen, stopping: threading.Event) -> None:
        self.stopping = stopping
        """Set when the server is."""
        self.sock = sock
        self.seen = seen
        self.is_head = seen.method == "HEAD"
        self.ends = seen.headers.get("connection") == "close"
        """Whether the connection is closed after the answer."""
        parts = urlsplit(seen.path)
        self.parts = ["connect"] if seen.method == "CONNECT" else parts.path.removeprefix("/").split("/")
        self.query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}

    def send(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """A proper answer, with ``Content_Length`` unless it is given."""
        self.raw(head(status, {"Content_Length": str(len(body)), **headers}) + (b"" if self.is_head else body))

    def raw(self, data: bytes) -> None:
        """These bytes."""
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float = 0.05) -> None:
        """One byte of ``data`` after the other, and from the start again, until the other side has enough."""
        self.ends = True
        while not self.stopping.is_set():
            for byte in data:
                self.raw(bytes((byte,)))
                if self.stopping.wait(every):
                    return

    def hold(self) -> None:
        """Say nothing more until the other side closes."""
        self.ends = True
        while self.sock.recv(65536):
            pass

    def reset(self) -> None:
        """Close with a RST."""
        self.ends = True
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def head(status: int, headers: dict[str, str]) -> bytes:
    """Status line and headers; ``_`` in a name is ``-``."""
    lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


ANSWERS: dict[str, Callable[[Exchange], None]] = {}
"""By the first part of the path."""


def answer(function: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """Register ``function`` for the path of its name."""
    ANSWERS[function.__name__.strip("_").replace("_", "-")] = function
    return function


@answer
def ok(exchange: Exchange) -> None:
    exchange.send(body=b"fine", Content_Type="Text/HTML; charset=utf-8")


@answer
def missing(exchange: Exchange) -> None:
    exchange.send(404)


@answer
def status(exchange: Exchange) -> None:
    """/status/<to all>, or /status/<to HEAD>/<to GET>; the query is sent as headers."""
    codes = exchange.parts[1:]
    exchange.send(int(codes[0 if exchange.is_head else -1]), **exchange.query)


@answer
def page(exchange: Exchange) -> None:
    """/page/<status>/<hex>: this body; the query is sent as headers."""
    exchange.send(int(exchange.parts[1]), bytes.fromhex(exchange.parts[2]), **exchange.query)


@answer
def to(exchange: Exchange) -> None:
    """/to/<status>/<hex>: a redirect to the Location of these bytes."""
    location = bytes.fromhex(exchange.parts[2])
    exchange.raw(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % (int(exchange.parts[1]), location))


@answer
def nowhere(exchange: Exchange) -> None:
    """/nowhere/<status>/<hex>: a redirect without a Location, and with this body."""
    exchange.send(int(exchange.parts[1]), bytes.fromhex("".join(exchange.parts[2:])), Content_Type="text/html")


@answer
def redirects(exchange: Exchange) -> None:
    """/redirects/<n>: as many redirects."""
    left = int(exchange.parts[1])
    if left:
        exchange.send(301, Location=f"/redirects/{left - 1}")
    else:
        exchange.send()


@answer
def loop(exchange: Exchange) -> None:
    exchange.send(302, Location="/loop/b" if exchange.parts[1:] == ["a"] else "/loop/a")


@answer
def wants_cookie(exchange: Exchange) -> None:
    """Redirects to itself until it gets its cookie back."""
    if "seen=1" in exchange.seen.headers.get("cookie", ""):
        exchange.send()
    else:
        exchange.send(302, Location=exchange.seen.path, Set_Cookie="seen=1; Path=/; HttpOnly")


@answer
def new_cookies(exchange: Exchange) -> None:
    """Redirects to itself with another cookie each time."""
    exchange.send(302, Location=exchange.seen.path, Set_Cookie=f"n={exchange.seen.headers.get('cookie', '')}1")


@answer
def closes_on_head(exchange: Exchange) -> None:
    if exchange.is_head:
        exchange.ends = True
    else:
        exchange.send()


@answer
def hangs_on_head(exchange: Exchange) -> None:
    if exchange.is_head:
        exchange.hold()
    else:
        exchange.send()


@answer
def resets_on_head(exchange: Exchange) -> None:
    if exchange.is_head:
        exchange.reset()
    else:
        exchange.send()


@answer
def silent(exchange: Exchange) -> None:
    exchange.hold()


@answer
def closes(exchange: Exchange) -> None:
    exchange.ends = True


@answer
def resets(exchange: Exchange) -> None:
    exchange.reset()


@answer
def resets_in_headers(exchange: Exchange) -> None:
    exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Ty")
    exchange.reset()


@answer
def half_closed(exchange: Exchange) -> None:
    """Closes its side without an answer, and goes on listening."""
    exchange.sock.shutdown(socket.SHUT_WR)
    exchange.hold()


@answer
def half_closed_in_headers(exchange: Exchange) -> None:
    exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Cut: ye")
    exchange.sock.shutdown(socket.SHUT_WR)
    exchange.hold()


@answer
def drips_status(exchange: Exchange) -> None:
    exchange.drip(b"HTTP/1.1 200 ".ljust(10_000))


@answer
def drips_headers(exchange: Exchange) -> None:
    exchange.raw(b"HTTP/1.1 200 OK\r\n")
    exchange.drip(b"X-Drop: drip\r\n")


@answer
def drips_body(exchange: Exchange) -> None:
    exchange.raw(head(200, {"Content_Type": "text/html", "Content_Length": "100000"}))
    if not exchange.is_head:
        exchange.drip(b"drip ")


@answer
def drips_after_head(exchange: Exchange) -> None:
    """All that matters of a page at once, and the rest never."""
    exchange.raw(head(200, {"Content_Type": "text/html", "Content_Length": "100000"}) + PAGE)
    exchange.drip(b"drip ")


@answer
def endless_body(exchange: Exchange) -> None:
    exchange.ends = True
    exchange.raw(head(200, {"Content_Type": "text/html", "Transfer_Encoding": "chunked"}))
    while not exchange.is_head and not exchange.stopping.is_set():
        exchange.raw(b"10000\r\n" + bytes(0x10000) + b"\r\n")


@answer
def endless_headers(exchange: Exchange) -> None:
    exchange.ends = True
    exchange.raw(b"HTTP/1.1 200 OK\r\n")
    while not exchange.stopping.is_set():
        exchange.raw(b"X-More: and more\r\n" * 1000)


@answer
def endless_interim(exchange: Exchange) -> None:
    """103 Early Hints for ever."""
    exchange.ends = True
    while not exchange.stopping.is_set():
        exchange.raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 1000)


@answer
def interim(exchange: Exchange) -> None:
    exchange.raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    exchange.send(204)


@answer
def bomb(exchange: Exchange) -> None:
    """/bomb/<n>: a gigabyte of zeros, compressed ``n`` times."""
    data, times = _bomb(), int(exchange.parts[1])
    for _ in range(times - 1):
        data = gzip.compress(data)
    exchange.ends = True
    exchange.send(body=data, Content_Type="text/html", Content_Encoding=", ".join(["gzip"] * times))


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(1_000_000)) * 1000


@answer
def decodes_to_nothing(exchange: Exchange) -> None:
    """Empty gzip files for ever."""
    exchange.ends = True
    exchange.raw(head(200, {"Content_Type": "text/html", "Content_Encoding": "gzip"}))
    while not exchange.is_head and not exchange.stopping.is_set():
        exchange.raw(gzip.compress(b"") * 1000)


@answer
def not_gzip(exchange: Exchange) -> None:
    exchange.send(body=PAGE, Content_Encoding="gzip")


@answer
def malformed(exchange: Exchange) -> None:
    """/malformed/<hex>: these bytes."""
    exchange.ends = True
    # Where a Location among them leads to no hex, nothing is sent.
    with contextlib.suppress(ValueError):
        exchange.raw(bytes.fromhex(exchange.parts[1]))


@answer
def huge_headers(exchange: Exchange) -> None:
    """/huge-headers/<n>/<bytes of each>."""
    count, size = map(int, exchange.parts[1:])
    exchange.ends = True
    exchange.raw(head(200, {f"X-{number}": "x" * size for number in range(count)}))


@answer
def retry_at(exchange: Exchange) -> None:
    """/retry-at/<status>/<seconds from Date>, as a date."""
    now = datetime(2024, 5, 1, 10, tzinfo=UTC)
    until = datetime.fromtimestamp(now.timestamp() + int(exchange.parts[2]), UTC)
    date, retry_after = format_datetime(now, usegmt=True), format_datetime(until, usegmt=True)
    exchange.send(int(exchange.parts[1]), Date=date, Retry_After=retry_after)


@answer
def amp_of(exchange: Exchange) -> None:
    """/amp-of/<hex>: an AMP page that names this URL as canonical."""
    canonical = bytes.fromhex(exchange.parts[1])
    exchange.send(200, PAGE.replace(b"https://example.com/a", canonical), Content_Type="text/html")


@answer
def amp(exchange: Exchange) -> None:
    exchange.send(body=PAGE, Content_Type="text/html")


@answer
def amp_gzip(exchange: Exchange) -> None:
    exchange.send(body=gzip.compress(PAGE), Content_Type="text/html", Content_Encoding="gzip")


@answer
def amp_chunked(exchange: Exchange) -> None:
    exchange.raw(head(200, {"Transfer_Encoding": "chunked"}) + b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE))


@answer
def silent_redirect(exchange: Exchange) -> None:
    """Answer as the AMP Cache does for a page that it does not serve; ?location is the target."""
    body = b'<html><meta http-equiv=refresh content="0; url=https://example.com/page">'
    exchange.send(body=body, Content_Type="text/html", X_Silent_Redirect="true", **exchange.query)


@answer
def no_length_on_head(exchange: Exchange) -> None:
    """An image of 1234 bytes, as a server sends it that makes it while sending."""
    if exchange.is_head:
        exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    elif "range" in exchange.seen.headers:
        exchange.send(206, b"x", Content_Type="image/png", Content_Range="bytes 0-0/1234")
    else:
        exchange.send(body=b"x" * 1234, Content_Type="image/png")


@answer
def stale(exchange: Exchange) -> None:
    """Says that it keeps the connection, and closes it with the next request."""
    if exchange.seen.nth > 1:
        exchange.ends = True
    else:
        exchange.send()


@answer
def connect(exchange: Exchange) -> None:
    """As a proxy: a tunnel to this port of 127.0.0.1, whatever the name, unless it says otherwise."""
    exchange.ends = True
    host, _, port = exchange.seen.path.rpartition(":")
    if host.startswith("refused"):
        exchange.send(403)
        return
    with socket.create_connection(("127.0.0.1", int(port))) as there:
        exchange.raw(b"HTTP/1.1 200 Connected\r\n\r\n")
        with selectors.DefaultSelector() as selector:
            for here, other in ((exchange.sock, there), (there, exchange.sock)):
                selector.register(here, selectors.EVENT_READ, other)
            while True:
                for key, _ in selector.select():
                    if not (data := key.fileobj.recv(65536)):  # type: ignore[union-attr]
                        return
                    key.data.sendall(data)
