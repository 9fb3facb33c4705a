"""The rules of robots.txt, which apply where ``check.robots`` is on.

RFC 9309 (Robots Exclusion Protocol). The standard library's parser does not fit: it does not
support wildcards, and applies the first rule that matches instead of the longest. Only the rules
for feedpub are kept, so that a file needs no more memory than its length.

This module fetches nothing: the caller passes a function that does.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from feedpub.links.model import Failure
from feedpub.links.net.failures import TransportError
from feedpub.links.settings import matches

MOST_BYTES = 500 * 1024
"""The maximum number of bytes that are read of a robots.txt (section 2.5)."""

_TOKEN = re.compile(r"[A-Za-z_-]+")
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:([^#]*)")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRINTABLE = bytes(range(0x21, 0x7F))
# A file whose redirects lead nowhere does not exist (section 2.3.1.3). None of these failures comes
# from the site's own host: it was resolved before.
_UNAVAILABLE = frozenset(
    (Failure.LOOP, Failure.REFUSED_SCHEME, Failure.REFUSED_ADDRESS, Failure.INVALID_URL, Failure.NO_SUCH_NAME)
)


class RobotsFile(NamedTuple):
    """The result of fetching a robots.txt."""

    status: int | None
    body: bytes
    """At most :data:`MOST_BYTES`."""
    error: TransportError | None
    has_moved: bool
    """True if the request was redirected."""


class _Rule(NamedTuple):
    length: int
    allows: bool
    pattern: str
    """A pattern of :func:`~feedpub.links.settings.matches` for whole paths."""


class Rules:
    """The rules of a robots.txt for one product token."""

    def __init__(self, text: str, agent: str) -> None:
        """Parse ``text`` for ``agent``, a product token or a User-Agent that begins with one."""
        match = _TOKEN.match(agent)
        own, general = _groups(text, match[0].lower() if match else "")
        # The longest rule first; of rules of the same length, the one that allows.
        self._rules = sorted(general if own is None else own, reverse=True)

    def allows(self, url: str) -> bool:
        """Return whether ``url`` may be fetched."""
        parts = urlsplit(url)
        path = _canonical((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        return next((rule.allows for rule in self._rules if matches(rule.pattern, path)), True)


class Robots:
    """The robots.txt files of a run, each of which is read once; threads can share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: dict[tuple[str, str], threading.Lock] = {}
        self._rules: dict[tuple[str, str], Rules | str] = {}
        """By the file's URL and the agent: the rules, or why nothing may be fetched."""

    def require_allowed(self, url: str, agent: str, fetch: Callable[[str], RobotsFile], timeout: float) -> None:
        """Raise :class:`TransportError` unless robots.txt allows ``agent`` to fetch ``url``.

        The failure is ``ROBOTS``, or that of the request for robots.txt: a site that fails to serve
        the file may not be fetched from (section 2.3.1.4). ``timeout`` is the number of seconds to
        wait for another thread that reads the same file.
        """
        key = urljoin(url, "/robots.txt"), agent
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        if key not in self._rules:
            if not reading.acquire(timeout=timeout):
                raise TransportError(Failure.TIMEOUT, "no robots.txt in time")
            try:
                if key not in self._rules:
                    self._rules[key] = _rules(fetch(key[0]), agent)
            finally:
                reading.release()
        rules = self._rules[key]
        if isinstance(rules, str):
            raise TransportError(Failure.ROBOTS, rules)
        if not rules.allows(url):
            raise TransportError(Failure.ROBOTS, "robots.txt refuses it")


def _rules(file: RobotsFile, agent: str) -> Rules | str:
    """Return the rules of ``file``, or why nothing may be fetched.

    Raise :class:`TransportError` if the file could not be fetched.
    """
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
    """Return the rules for ``agent``, None without a group for it, and the rules for all agents."""
    own: list[_Rule] | None = None
    general: list[_Rule] = []
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
                general.append(_rule(value, allows=key == "allow"))
    return own, general


def _rule(pattern: str, *, allows: bool) -> _Rule:
    text = _canonical(pattern)
    # "$" ends a pattern that has to match the whole path, not only its beginning (section 2.2.3).
    pattern = text[:-1] if text.endswith("$") else f"{text}*"
    return _Rule(len(text), allows, re.sub(r"\*+", "*", pattern))


def _canonical(text: str) -> str:
    """Return ``text`` in the form in which paths are compared (section 2.2.2).

    All characters but printable ASCII are percent-encoded, and unreserved ones are decoded.
    """
    text = quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=_PRINTABLE)
    return _ENCODED.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
