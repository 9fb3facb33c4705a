"""HTTP as few servers speak it."""

from __future__ import annotations

import gzip
import zlib

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    MISSING,
    TEXT,
    UNCLEAR,
    B,
    Reply,
    Site,
    always,
    html,
    raw,
)
from support.links.hostile_answers import Exchange

STORY = str(ARTICLE.body).encode()
TYPE = "Content-Type: text/html\r\n"


def of(headers: str, body: bytes = STORY, line: str = "HTTP/1.1 200 OK", *, ends: bool = True) -> Site:
    """Return a site that answers the link with this line, these headers, and this body."""
    return raw(f"{line}\r\n{TYPE}{headers}\r\n".encode("utf-8", "surrogateescape") + body, ends=ends)


def chunked(*pieces: bytes, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a body in chunks."""
    return b"".join(b"%x%s\r\n%s\r\n" % (len(one), extension, one) for one in pieces) + b"0\r\n" + trailer + b"\r\n"


def encoded(name: str, data: bytes) -> Site:
    """Return a site with an encoded page."""
    return of(f"Content-Encoding: {name}\r\nContent-Length: {len(data)}\r\n", data)


def endless(exchange: Exchange) -> None:
    """Send a page without an end."""
    exchange.ends = True
    exchange.raw(f"HTTP/1.1 200 OK\r\n{TYPE}\r\n".encode() + STORY)
    while not exchange.stopping.is_set():
        exchange.raw(TEXT.encode() * 50)


def stalls(exchange: Exchange) -> None:
    """Send the page but for its last bytes, and then nothing."""
    exchange.raw(f"HTTP/1.1 200 OK\r\n{TYPE}Content-Length: {len(STORY) + 9}\r\n\r\n".encode() + STORY)
    exchange.hold()


def late(exchange: Exchange) -> Reply:
    """Answer after a second."""
    exchange.stopping.wait(1)
    return ARTICLE


LENGTH = f"Content-Length: {len(STORY)}\r\n"
_DEFLATE = zlib.compressobj(wbits=-15)
_RAW_DEFLATE = _DEFLATE.compress(STORY) + _DEFLATE.flush()

BEHAVIOURS = (
    B("speaks HTTP/1.0", ALIVE, of(LENGTH, line="HTTP/1.0 200 OK")),
    B("speaks HTTP/1.0 without Content-Length", ALIVE, of("", line="HTTP/1.0 200 OK")),
    B("ends the page by closing", ALIVE, of("")),
    B("says Connection: close", ALIVE, of("Connection: close\r\n" + LENGTH)),
    B("sends no reason with the status", ALIVE, of(LENGTH, line="HTTP/1.1 200")),
    B("sends a reason in UTF-8", ALIVE, of(LENGTH, line="HTTP/1.1 200 très bien")),
    B("sends a wrong reason", ALIVE, of(LENGTH, line="HTTP/1.1 200 Not Found")),
    B("answers 404 with the reason OK", DEAD, of("Content-Length: 0\r\n", b"", "HTTP/1.1 404 OK")),
    B("says HTTP/1.2", ALIVE, of(LENGTH, line="HTTP/1.2 200 OK")),
    B("says HTTP/2.0 over HTTP/1.1", ALIVE, of(LENGTH, line="HTTP/2.0 200 OK")),
    B("answers in ICY", UNCLEAR, raw(b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n" + STORY)),
    B("answers in HTTP/0.9, without headers", UNCLEAR, raw(STORY)),
    B(
        "sends 100 Continue, unasked",
        ALIVE,
        raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + f"{TYPE}{LENGTH}\r\n".encode() + STORY),
    ),
    B(
        "sends 102 Processing first",
        ALIVE,
        raw(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n" + f"{TYPE}{LENGTH}\r\n".encode() + STORY),
    ),
    B(
        "sends 103 Early Hints first",
        ALIVE,
        raw(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n"
            + f"{TYPE}{LENGTH}\r\n".encode()
            + STORY
        ),
    ),
    B(
        "sends 103 three times, then 404",
        DEAD,
        raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3 + b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"),
    ),
    B("sends the page in chunks", ALIVE, of("Transfer-Encoding: chunked\r\n", chunked(STORY[:99], STORY[99:]))),
    B(
        "sends chunks with extensions and a trailer",
        ALIVE,
        of("Transfer-Encoding: chunked\r\n", chunked(STORY, extension=b";a=b", trailer=b"X-A: b\r\n")),
    ),
    B(
        "sends chunks with upper-case and padded sizes",
        ALIVE,
        of("Transfer-Encoding: Chunked\r\n", b"000%X  \r\n%s\r\n0\r\n\r\n" % (len(STORY), STORY)),
    ),
    B("sends no last chunk", ALIVE, of("Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n" % (len(STORY), STORY))),
    B(
        "sends chunks and a Content-Length",
        ALIVE,
        of("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunked(STORY)),
    ),
    B("says that the page is longer than it is", ALIVE, of(f"Content-Length: {len(STORY) + 500}\r\n")),
    B("says that the page is shorter than it is", ALIVE, of(f"Content-Length: {len(STORY) - 50}\r\n")),
    B("says the length twice", ALIVE, of(LENGTH * 2)),
    B("says the length twice in one header", ALIVE, of(f"Content-Length: {len(STORY)}, {len(STORY)}\r\n")),
    B("says two different lengths", UNCLEAR, of(f"{LENGTH}Content-Length: 5\r\n")),
    B("says a length that is no number", UNCLEAR, of("Content-Length: many\r\n")),
    B("says a length below zero", UNCLEAR, of("Content-Length: -1\r\n")),
    B(
        "ends its lines with LF alone",
        ALIVE,
        raw(b"HTTP/1.1 200 OK\nContent-Type: text/html\n" + LENGTH.replace("\r", "").encode() + b"\n" + STORY),
    ),
    B("sends a header without a colon", ALIVE, of(f"X-Nothing\r\n{LENGTH}")),
    B("sends a header without a name", ALIVE, of(f": x\r\n{LENGTH}")),
    B("sends a header over two lines", ALIVE, of(f"X-Long: a\r\n b\r\n{LENGTH}")),
    B("sends a space before a colon", ALIVE, of(f"X-Space : a\r\n{LENGTH}")),
    B("sends a header in Latin-1", ALIVE, of(f"X-Name: caf\udce9\r\n{LENGTH}")),
    B("sends a header in UTF-8", ALIVE, of(f"X-Name: café 中\r\n{LENGTH}")),
    B("sends a NUL in a header", UNCLEAR, of(f"X-Name: a\0b\r\n{LENGTH}")),
    B("sends 250 headers", ALIVE, of("".join(f"X-{n}: {n}\r\n" for n in range(250)) + LENGTH)),
    B("sends a header of 60 kB", ALIVE, of(f"X-Policy: {'x' * 60_000}\r\n{LENGTH}")),
    B("sends a header of 1 MB", UNCLEAR, of(f"X-Policy: {'x' * 1_000_000}\r\n{LENGTH}")),
    B(
        "sends an empty line before its answer",
        ALIVE,
        raw(b"\r\n" + f"HTTP/1.1 200 OK\r\n{TYPE}{LENGTH}\r\n".encode() + STORY),
    ),
    B("closes without an answer", UNCLEAR, raw(b"")),
    B("answers with garbage", UNCLEAR, raw(bytes(range(256)))),
    B("resets the connection", UNCLEAR, lambda exchange: exchange.reset()),
    B("ends within its headers", UNCLEAR, raw(b"HTTP/1.1 200 OK\r\nContent-Ty")),
    B(
        "resets after the headers",
        UNCLEAR,
        lambda exchange: (exchange.raw(f"HTTP/1.1 200 OK\r\n{TYPE}{LENGTH}\r\n".encode()), exchange.reset())[1],
    ),
    B("closes after half of the page", ALIVE, of(LENGTH, STORY[: len(STORY) // 2])),
    B("sends a page without an end", ALIVE, endless),
    B("stalls before the end of the page", ALIVE, stalls),
    B("answers after a second", ALIVE, late),
    B("keeps the connection, and sends more than the page", ALIVE, of(LENGTH, STORY + b"junk", ends=False)),
    B("says keep-alive, and closes", ALIVE, of(f"Connection: keep-alive\r\n{LENGTH}")),
    B("compresses the page (gzip)", ALIVE, encoded("gzip", gzip.compress(STORY))),
    B("compresses the page (x-gzip)", ALIVE, encoded("x-gzip", gzip.compress(STORY))),
    B("compresses the page (deflate)", ALIVE, encoded("deflate", zlib.compress(STORY))),
    B("compresses the page (raw deflate)", ALIVE, encoded("deflate", _RAW_DEFLATE)),
    B(
        "compresses the page in two members of gzip",
        ALIVE,
        encoded("gzip", gzip.compress(STORY[:50]) + gzip.compress(STORY[50:])),
    ),
    B("says gzip, and sends plain text", UNCLEAR, encoded("gzip", STORY)),
    B("cuts the compressed page", UNCLEAR, encoded("gzip", gzip.compress(STORY)[:-20])),
    B("names an encoding that does not exist", ALIVE, encoded("utf-8", STORY)),
    B("names the encoding “none”", ALIVE, encoded("none", STORY)),
    B("names the encoding “identity”", ALIVE, encoded("identity", STORY)),
    B("compresses “not found” with 200", DEAD, encoded("gzip", gzip.compress(str(MISSING.body).encode()))),
    B(
        "sends “not found” with 200 in chunks of a byte",
        DEAD,
        of("Transfer-Encoding: chunked\r\n", chunked(*(bytes((one,)) for one in str(MISSING.body).encode()))),
    ),
    B(
        "sends “not found” with 200 after 100 kB of styles",
        DEAD,
        always(html(str(MISSING.body).replace("<head>", f"<head><style>{'a{} ' * 25_000}</style>"))),
    ),
    B(
        "switches protocols, unasked",
        UNCLEAR,
        raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
    ),
    B("answers with a status of two digits", UNCLEAR, raw(b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n")),
    B("answers with status 0", UNCLEAR, raw(b"HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n")),
    B("answers with status 600", UNCLEAR, raw(b"HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n")),
)
