"""The answers of servers: valid ones, odd headers, and invalid bytes. The same random state gives the same answers.

Pure. Answers that need more than bytes (drips, bombs, endless ones) are in tests/support/links/hostile_answers.py; here are their paths.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from typing import NamedTuple

from campaigns.hostile_network.places import ZONE

_PAGE = b"<!doctype html><html amp><head><link rel=canonical href=/a><title>T</title></head><body>Text</body></html>"


class Plan(NamedTuple):
    """The answer to a request of any method."""

    pieces: tuple[bytes, ...]
    pause: float
    """Seconds between two pieces."""
    end: str
    """What then becomes of the connection: ``keep``, ``close``, ``reset``, ``hold``."""


_TOKENS = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\n\n", b"\r\r", b": ", b":", b" ", b"\t", b"\xff", b"\xc3", "é".encode(), b";", b",", b"%", b"..",
    b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/9.9 999 \xff\r\n", b"9" * 20, b"9" * 5000, b"-1", b"0x10", b"1e9", b"+5",
    b"Content-Length: 5\r\n", b"Content-Length: 5, 6\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip, chunked\r\n",
    b"Content-Encoding: " + b"gzip, " * 200 + b"gzip\r\n", b"Content-Encoding: br\r\n", b"Content-Encoding: zstd, deflate\r\n",
    b"Set-Cookie: a=" + b"x" * 5000 + b"; Domain=.example\r\n", b"Location: //10.0.0.1/\r\n", b"Location: http://127.0.0.1:8080/\r\n",
    b"Location: \r\n", b"Location: http://[::1\r\n", b"f" * 16 + b"\r\n", b"0\r\n\r\n", b"\x1b[2J\x1b]0;t\x07", "\u202e\u2028".encode(), b"x" * 70_000,
    b" folded\r\n\tmore\r\n", b"\r\n " * 300, b"A: b\r\n" * 120, b"=?utf-8?b?" + b"QQ" * 99 + b"?=", b"\x1f\x8b\x08\0", b"\x16\x03\x01\x02\0\x01\0",
)  # fmt: skip

_STATUS_LINES = (
    "HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/1.1 204 No Content", "HTTP/1.1 206 Partial", "HTTP/1.1 304 Not Modified",
    "HTTP/1.1 301 M", "HTTP/1.1 302 F", "HTTP/1.1 303 S", "HTTP/1.1 307 T", "HTTP/1.1 308 P", "HTTP/1.1 300 C", "HTTP/1.1 305 U",
    "HTTP/1.1 401 U", "HTTP/1.1 403 F", "HTTP/1.1 404 N", "HTTP/1.1 407 P", "HTTP/1.1 408 T", "HTTP/1.1 421 M", "HTTP/1.1 429 T",
    "HTTP/1.1 500 I", "HTTP/1.1 503 S", "HTTP/1.1 599 ?", "HTTP/1.1 999 ?", "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 199 ?",
    "HTTP/2 200", "HTTP/0.9 200 OK", "HTTP/1.1 0 OK", "HTTP/1.1 -1 OK", "HTTP/1.1 1000 OK", "HTTP/1.1 2OO OK", "HTTP/1.1 ２００ OK",
    "ICY 200 OK", "http/1.1 200 ok", "HTTP/1.1  200  OK", "HTTP/1.1\t200\tOK", "HTTP/1.1 200 \x00\x1b[2J", "<html>", "SSH-2.0-x", "", "\r\n\r\n",
)  # fmt: skip

_RULES = (
    "User-agent: *", "User-agent: feedpub", "User-agent:", "Disallow: /", "Allow: /", "Disallow: " + "*" * 900 + "x", "Disallow: /" + "*a" * 500 + "$",
    "Disallow: %", "Disallow: %ff%00", "Crawl-delay: 1e9", "Sitemap: http://127.0.0.1/", "\0", "\ufeff", ":", "x" * 9000, "Allow: \u202e", "\r", "#",
)  # fmt: skip
_ROBOTS_MOVE_TO = (
    "http://10.0.0.1/robots.txt", "//127.0.0.1:8080/", "/robots.txt", "/ok", "file:///etc/passwd", f"http://c0.pub.{ZONE}/ok",
)  # fmt: skip

_VALUES: dict[str, tuple[str, ...]] = {
    "Retry-After": (
        "0", "1", "-5", "1e3", "61", "999999999", "9" * 400, "3.5", "+2", "soon", "", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sun, 99 Foo 2024 25:61:61 GMT", "Wed, 01 May 2024 10:00:00 +9999", "\xff", "0x10", "1, 2", "\u0661", "NaN", "inf", "Mon, 1 Jan 99999 0:0:0 GMT",
    ),
    "Date": ("Wed, 01 May 2024 10:00:00 GMT", "never", "Fri, 31 Dec 9999 23:59:59 GMT", "1", "\0"),
    "Content-Length": ("0", "5", "-1", "9" * 30, "5, 5", "5, 6", "0x5", " 5 ", "", "five", "5\0", "1000000000", "+5", "5.0", "\u0665"),
    "Transfer-Encoding": ("chunked", "Chunked", "identity", "gzip", "gzip, chunked", "chunked, chunked", "xchunked", "chunked;x=y", "\tchunked", "", "\0chunked"),
    "Content-Encoding": ("gzip", "deflate", "br", "zstd", "compress", "x-gzip", "gzip, gzip", "identity", "unknown", "gzip," * 500, "", "GZIP", "deflate, br, gzip"),
    "Content-Type": ("text/html", "text/html; charset=utf-8", "text/html; charset=utf-7", "text/html; charset=\0", "image/png", "/", "a/b/c", "", "x" * 9000, "text/html; charset=" + "x" * 999),
    "Content-Range": ("bytes 0-0/1234", "bytes */0", "bytes 5-1/-3", "bytes 0-0/" + "9" * 40, "lines 1-2/3", ""),
    "Set-Cookie": ("a=b", "a=b; Domain=example", "=; Path", "a=" + "x" * 9000, "a=b; Max-Age=-" + "9" * 50, "a=b; Expires=never", "\0=\1", "a=b; Domain=10.0.0.1", ";" * 2000, "a=b; Path=//x"),
    "Location": ("", "/ok", "?", "#", "//", "///", "http://", "http:", ":", "http://[", "http://a b/", "http://%00/", "http://x:99999/", "javascript:1", "data:,x", "\\\\10.0.0.1\\", "http://" + "a" * 70_000, "x" * 9000, f"//c0.pub.{ZONE}/ok", "http://10.0.0.1/", "\x00http://127.0.0.1/", "http://0/"),
    "Refresh": ("0; url=http://127.0.0.1/", "0"),
    "Link": ("<http://10.0.0.1/>; rel=canonical", "</a.css>; rel=preload"),
    "Alt-Svc": ('h2="127.0.0.1:8080"; ma=9', "clear"),
    "Content-Location": ("http://127.0.0.1/",),
    "WWW-Authenticate": ("Negotiate", "Basic realm=\xff", "Digest " + "a=b," * 900),
    "Connection": ("close", "keep-alive", "upgrade", "", "close, keep-alive", "\0"),
    "Upgrade": ("h2c", "websocket"),
    "cf-mitigated": ("challenge", ""),
    "x-silent-redirect": ("true", "TRUE", "1"),
    "Trailer": ("Content-Length",),
    "Proxy-Authenticate": ("Basic",),
}  # fmt: skip


def _valid(chance: random.Random) -> bytes:
    """An answer as servers send it."""
    body, headers = _PAGE * chance.choice((0, 1, 1, 30)), [b"Content-Type: text/html"]
    encoding = chance.choice((None, None, "gzip", "deflate"))
    if encoding:
        body = gzip.compress(body, mtime=0) if encoding == "gzip" else zlib.compress(body)
        headers.append(f"Content-Encoding: {encoding}".encode())
    if chance.random() < 0.4:
        headers.append(b"Transfer-Encoding: chunked")
        pieces = [body[at : at + 40] for at in range(0, len(body), 40)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    else:
        headers.append(b"Content-Length: %d" % len(body))
    status = chance.choice(
        (b"200 OK", b"200 OK", b"206 Partial", b"302 Found", b"301 Moved", b"404 Not Found", b"503 Busy", b"429 Slow")
    )
    headers += [b"Location: /ok", b"Set-Cookie: a=b; Path=/", b"Retry-After: 1", b"Date: Wed, 01 May 2024 10:00:00 GMT"]
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * chance.choice((0, 0, 0, 2, 25))
    return interim + b"HTTP/1.1 " + status + b"\r\n" + b"\r\n".join(headers) + b"\r\n\r\n" + body


def damaged(chance: random.Random, data: bytes) -> bytes:
    """``data`` with a few bytes gone, repeated, wrong, or too many; what comes first is hit most."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(max(len(data) if chance.random() < 0.4 else min(len(data), 300), 1))
        end = at + chance.choice((0, 1, 1, 2, 8, 40))
        middle = chance.choice(
            (
                b"",
                bytes([chance.randrange(256)]),
                chance.choice(_TOKENS),
                chance.choice(_TOKENS),
                data[at:end] * chance.choice((2, 3, 300)),
            )
        )
        data = data[:at] + middle + data[end:]
    return data


def mutated(chance: random.Random) -> Plan:
    """A valid answer that was damaged, or ends too early."""
    data = _valid(chance)
    if chance.random() < 0.85:
        data = damaged(chance, data)
    if chance.random() < 0.25:
        data = data[: chance.randrange(len(data) + 1)]
    return sent(chance, data)


def headers(chance: random.Random) -> Plan:
    """A status line and headers that were never meant to stand together."""
    lines = [chance.choice(_STATUS_LINES)]
    for name in chance.sample(sorted(_VALUES), chance.randint(1, 6)):
        values = _VALUES[name]
        lines += [
            f"{chance.choice((name, name, name.upper(), name + ' '))}: {one}"
            for one in chance.choices(values, k=chance.choice((1, 1, 2)))
        ]
    line_end = chance.choice(("\r\n", "\r\n", "\r\n", "\n", "\r"))
    text = line_end.join([*lines, "", ""])
    return sent(
        chance, text.encode("utf-8", "surrogateescape") + chance.choice((b"", _PAGE, b"5\r\nhello\r\n0\r\n\r\n"))
    )


def robots(chance: random.Random) -> Plan:
    """A robots.txt of sorts."""
    end = chance.choice(("\n", "\r\n", "\r", "\0"))
    body = end.join(chance.choices(_RULES, k=chance.choice((1, 5, 500)))).encode()
    status = chance.choice((200, 200, 200, 204, 301, 302, 404, 401, 500, 503, 429))
    length = len(body) if chance.random() < 0.8 else chance.choice((0, 5, 10**9))
    moved_to = f"Location: {chance.choice(_ROBOTS_MOVE_TO)}"
    data = f"HTTP/1.1 {status} X\r\n{moved_to}\r\nContent-Length: {length}\r\n\r\n".encode() + body
    return sent(chance, damaged(chance, data) if chance.random() < 0.4 else data)


def sent(chance: random.Random, data: bytes) -> Plan:
    """``data`` at once or in pieces, and then some end."""
    pieces: tuple[bytes, ...] = (data,)
    if chance.random() < 0.3:
        cut = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randint(1, 4)))
        pieces = tuple(data[start:end] for start, end in zip((0, *cut), (*cut, len(data)), strict=True))
    end = chance.choices(("keep", "close", "reset", "hold"), (30, 50, 15, 5))[0]
    return Plan(pieces, chance.choice((0.0, 0.01, 0.2)), end)


def redirect(chance: random.Random, location: str) -> Plan:
    """A redirect to ``location``."""
    status = chance.choice((301, 302, 303, 307, 308))
    return Plan((f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode(),), 0, "keep")


_PATHS = (
    "loop/a", "wants-cookie", "new-cookies", "closes-on-head", "hangs-on-head", "resets-on-head", "silent", "closes", "resets",
    "resets-in-headers", "half-closed", "half-closed-in-headers", "drips-status", "drips-headers", "drips-body", "drips-after-head",
    "endless-body", "endless-headers", "endless-interim", "interim", "bomb/1", "bomb/2", "decodes-to-nothing", "not-gzip", "amp", "amp-gzip",
    "amp-chunked", "silent-redirect", "silent-redirect?Location=http://10.0.0.1/", "no-length-on-head", "stale", "ok", "missing",
)  # fmt: skip
_MADE: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: f"status/{chance.randint(200, 599)}",
    lambda chance: f"status/{chance.choice((403, 404, 405, 500, 501, 503))}/{chance.randint(200, 599)}",
    lambda chance: f"redirects/{chance.randint(1, 14)}",
    lambda chance: f"huge-headers/{chance.choice((50, 101, 5000))}/{chance.choice((10, 1000, 65_530, 70_000))}",
    lambda chance: f"retry-at/{chance.choice((429, 503))}/{chance.choice((-9, 0, 1, 3600, 10**10))}",
)


def fixed(chance: random.Random) -> str:
    """The path of an answer of tests/support/links/hostile_answers.py, without the first slash."""
    return chance.choice(_PATHS) if chance.random() < 0.7 else chance.choice(_MADE)(chance)
