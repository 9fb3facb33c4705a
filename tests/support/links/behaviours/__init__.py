"""Behaviours of sites, and what a person with a browser, and ``feedpub check``, say of links to them.

Each behaviour has a host of its own. ``new.test`` and ``other.test`` have every page; ``refused.test`` has no server.
"""

from __future__ import annotations

import re
import socket
import ssl
import zlib

from support.links.behaviours import (
    domains,
    encodings,
    lookalikes,
    moves,
    platforms,
    requests,
    scripts,
    soft,
    statuses,
    transport,
    walls,
    wire,
    words,
)
from support.links.behaviours.model import ARTICLE, Reply
from support.links.hostile_answers import Exchange

SECTIONS = {
    "Statuses": statuses.BEHAVIOURS,
    "Redirects to where the page is": moves.BEHAVIOURS,
    "Pages that are gone": soft.BEHAVIOURS,
    "“Not found” in many languages": words.BEHAVIOURS,
    "Pages that only look gone": lookalikes.BEHAVIOURS,
    "Pages that scripts fill": scripts.BEHAVIOURS,
    "Domains and hosting": domains.BEHAVIOURS,
    "Video hosts and other platforms": platforms.BEHAVIOURS,
    "Walls": walls.BEHAVIOURS,
    "Requests": requests.BEHAVIOURS,
    "Bytes": wire.BEHAVIOURS,
    "Types and encodings": encodings.BEHAVIOURS,
    "Names and TLS": transport.BEHAVIOURS,
}
BEHAVIOURS = tuple(behaviour for behaviours in SECTIONS.values() for behaviour in behaviours)
_ERRORS = {"missing.test": socket.EAI_NONAME, "missing2.test": socket.EAI_NONAME, "later.test": socket.EAI_AGAIN}
ZONE = ".test"
"""The end of the names of sites whose name does not matter."""
_OWN_HOST = re.compile(r"(?<=://)((?:[\w-]+\.)+test\.?)(?=[/?#\"'<>; ]|$)", re.IGNORECASE)
_FIRST_HOST = re.compile(r"^((?:https?:)?//[^/?#:]+)(?=[/?#]|$)", re.IGNORECASE)


def host_of(number: int) -> str:
    """Return the host of a behaviour."""
    return BEHAVIOURS[number].host or f"site{number}.test"


def links_of(number: int, port: str = "") -> list[str]:
    """Return the URLs of a behaviour's links; ``port`` is that of the server, with its colon."""
    behaviour, host = BEHAVIOURS[number], host_of(number)
    urls = (link if link.startswith("http") else f"{behaviour.scheme}://HOST{link}" for link in behaviour.links)
    return [_with_port(url.replace("HOST", host), _FIRST_HOST, port) for url in urls]


def resolve(host: str) -> list[str]:
    """Return the addresses of a name: any in 127.0.1.0/24 but the first has a server."""
    if host in _ERRORS:
        raise socket.gaierror(_ERRORS[host], "as the behaviour wants it")
    return ["127.0.9.9" if host == "refused.test" else ADDRESSES[zlib.crc32(host.encode()) % len(ADDRESSES)]]


ADDRESSES = tuple(f"127.0.1.{number}" for number in range(1, 4))


class Sites:
    """The sites of all behaviours, for :attr:`support.links.hostile.Hostile.site`.

    ``port`` is that of their URLs, ``zone`` the domain that their names end in.
    """

    def __init__(self, port: str = "", zone: str = ZONE) -> None:
        self._port = port
        self._zone = zone
        self._numbers: dict[tuple[str, str], int] = {}
        for number, behaviour in enumerate(BEHAVIOURS):
            for link in behaviour.links:
                self._numbers[host_of(number), link] = number
            self._numbers.setdefault((host_of(number), ""), number)

    def __call__(self, host: str, exchange: Exchange) -> None:
        """Answer as the site of ``host``."""
        host = host.lower().rstrip(".")
        host = host.removesuffix(self._zone) + ZONE if host.endswith(self._zone) else host
        exchange.is_tls = isinstance(exchange.sock, ssl.SSLSocket)
        number = self._find(host, exchange.seen.path)
        site = platforms.ELSEWHERE.get(host) if number is None else BEHAVIOURS[number].site
        reply = site(exchange) if site else ARTICLE
        if reply is None:
            return
        host = host if number is None else host_of(number)
        send(exchange, _placed(reply, host, self._port, self._zone))

    def _find(self, host: str, path: str) -> int | None:
        if (host, path) in self._numbers:
            return self._numbers[host, path]
        labels = host.split(".")
        parents = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self._numbers[name, ""] for name in parents if (name, "") in self._numbers), None)


def send(exchange: Exchange, reply: Reply) -> None:
    """Send a proper answer."""
    body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
    headers = "".join(
        f"{name}: {value}\r\n"
        for name, value in (*reply.headers, ("Content-Length", len(body)))
        if value or name == "Location"
    )
    has_body = not exchange.is_head and reply.status not in (204, 304)
    exchange.raw(f"HTTP/1.1 {reply.status} X\r\n{headers}\r\n".encode() + (body if has_body else b""))


def _placed(reply: Reply, host: str, port: str, zone: str) -> Reply:
    """Return ``reply`` with its own host, and with the port in the URLs of servers of ours."""
    headers = tuple(
        (name, _with_port(value.replace("HOST", host), _FIRST_HOST, port) if name == "Location" else value)
        for name, value in reply.headers
    )
    body = (
        reply.body if isinstance(reply.body, bytes) else _with_port(reply.body.replace("HOST", host), _OWN_HOST, port)
    )
    if zone != ZONE:
        headers = tuple((name, value.replace(ZONE, zone)) for name, value in headers)
        body = body.replace(ZONE, zone) if isinstance(body, str) else body
    return Reply(reply.status, body, headers)


def _with_port(text: str, pattern: re.Pattern[str], port: str) -> str:
    return pattern.sub(lambda match: match[1] + port, text)
