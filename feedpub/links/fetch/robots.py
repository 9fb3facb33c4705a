"""Whether a site's robots.txt lets a URL be fetched. Only heeded where ``check.robots`` is on.

RFC 9309 (Robots Exclusion Protocol). Not the standard library's parser, which knows no wildcards and takes the first
rule that matches instead of the longest; and what is kept is only the group that is for us, so that a file cannot cost
more than its length.

How robots.txt is fetched is handed in.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from feedpub.links.model import Failure
from feedpub.links.net.failures import TransportError

MOST_BYTES = 500 * 1024
"""Of a robots.txt that are read (section 2.5)."""

_TOKEN = re.compile(r"[A-Za-z_-]+")
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:([^#]*)")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRINTABLE = bytes(range(0x21, 0x7F))
# A file that leads nowhere is one that is not there (section 2.3.1.3). Of the site's own host none of these is said:
# it was resolved before.
_UNAVAILABLE = frozenset(
    (Failure.LOOP, Failure.REFUSED_SCHEME, Failure.REFUSED_ADDRESS, Failure.INVALID_URL, Failure.NO_SUCH_NAME)
)


class RobotsFile(NamedTuple):
    """What came of fetching a robots.txt."""

    status: int | None
    body: bytes
    """At most :data:`MOST_BYTES`."""
    error: TransportError | None
    has_moved: bool
    """Whether it was redirected."""


class _Rule(NamedTuple):
    length: int
    allows: bool
    parts: tuple[str, ...]
    """What stands between the wildcards."""
    is_anchored: bool


class Rules:
    """The rules of a robots.txt for one product token."""

    def __init__(self, text: str, agent: str) -> None:
        """``agent`` is a product token, or a User-Agent that begins with one."""
        match = _TOKEN.match(agent)
        own, others = _groups(text, match[0].lower() if match else "")
        # Longest first; of rules of one length the one that allows.
        self._rules = sorted(others if own is None else own, reverse=True)

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched."""
        parts = urlsplit(url)
        path = _canonical((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        return next((rule.allows for rule in self._rules if _matches(rule, path)), True)


class Robots:
    """Every robots.txt of a run, each read once. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: dict[tuple[str, str], threading.Lock] = {}
        self._known: dict[tuple[str, str], Rules | str] = {}

    def heed(self, url: str, agent: str, fetch: Callable[[str], RobotsFile], timeout: float) -> None:
        """Raise :class:`TransportError` unless the robots.txt of the site of ``url`` lets ``agent`` fetch it.

        The failure is ``ROBOTS``, or what became of the site where it gave no robots.txt: then it is not to be asked
        for anything else (section 2.3.1.4). ``timeout`` is how long to wait for another thread that reads the file.
        """
        key = urljoin(url, "/robots.txt"), agent
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        if key not in self._known:
            if not reading.acquire(timeout=timeout):
                raise TransportError(Failure.TIMEOUT, "no robots.txt in time")
            try:
                if key not in self._known:
                    self._known[key] = _rules(fetch(key[0]), agent)
            finally:
                reading.release()
        rules = self._known[key]
        if isinstance(rules, str):
            raise TransportError(Failure.ROBOTS, rules)
        if not rules.allows(url):
            raise TransportError(Failure.ROBOTS, "robots.txt refuses it")


def _rules(file: RobotsFile, agent: str) -> Rules | str:
    """The rules of ``file``, or why nothing may be fetched. Raises :class:`TransportError` for what may pass."""
    if file.error is not None:
        if file.error.failure in _UNAVAILABLE:
            return Rules("", agent)
        if file.has_moved:
            raise TransportError(Failure.ROBOTS, f"robots.txt cannot be read: {file.error}")
        raise file.error
    status = file.status or 0
    if status >= 500:
        return f"robots.txt cannot be read: status {status}"
    return Rules(file.body.decode("utf-8-sig", "replace") if 200 <= status <= 299 else "", agent)


def _groups(text: str, agent: str) -> tuple[list[_Rule] | None, list[_Rule]]:
    """The rules of all groups for ``agent``, None where there is no such group; and those for everybody."""
    own: list[_Rule] | None = None
    others: list[_Rule] = []
    names: set[str] = set()
    in_names = False
    for line in re.split(r"[\r\n]+", text):
        match = _LINE.match(line)
        key, value = (match[1].lower(), match[2].strip()) if match else ("", "")
        if key == "user-agent":
            names = names if in_names else set()
            in_names = True
            token = _TOKEN.match(value)
            names.add("*" if value.startswith("*") else token[0].lower() if token else "")
            if agent in names:
                own = own or []
        elif key in ("allow", "disallow"):
            in_names = False
            # An empty pattern matches nothing.
            if value and agent in names and own is not None:
                own.append(_rule(value, allows=key == "allow"))
            elif value and "*" in names:
                others.append(_rule(value, allows=key == "allow"))
    return own, others


def _rule(pattern: str, *, allows: bool) -> _Rule:
    text = _canonical(pattern)
    is_anchored = text.endswith("$")
    parts = re.sub(r"\*+", "*", text.removesuffix("$")).split("*")
    return _Rule(len(text), allows, tuple(parts), is_anchored)


def _matches(rule: _Rule, path: str) -> bool:
    """Whether the rule's pattern matches the beginning of ``path``, all of it where anchored. Takes linear time: with
    the first place for each part, what is left for the next is longest.
    """
    first, *rest = rule.parts
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return at == len(path) or not rule.is_anchored
    last = rest.pop()
    for part in rest:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if rule.is_anchored:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0


def _canonical(text: str) -> str:
    """``text`` as octets are compared (section 2.2.2): encoded if not ASCII, decoded where that means the same."""
    text = quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=_PRINTABLE)
    return _ENCODED.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
