"""What the types of ``check`` cannot say: networks, ranges, patterns, headers, proxies.

What is secret in a value (a header's, a proxy's password) is not repeated in a message.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

import idna

from feedpub.core import urls
from feedpub.core.errors import quoted

Tell = Callable[[str, str], None]
"""Takes a dotted key, and what is wrong with it."""

# RFC 9110 sections 5.6.2 and 5.5; http.client encodes as Latin-1.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
_OURS = frozenset(
    ("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization")
) | frozenset(("range", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"))
_HOST_PATTERN = re.compile(r"[A-Za-z0-9*_-]+(?:\.[A-Za-z0-9*_-]+)*")
_PROXY = re.compile(r"(?P<scheme>http://)(?P<user>[!-~]*@)?(?P<place>[^@]*)", re.IGNORECASE)


def check_links(check: dict[str, Any], problem: Tell) -> None:
    """Note what is wrong with ``check``; hosts, networks and proxies in it are replaced by what they are written as."""
    _section("check", check, problem)
    hosts: dict[str, Any] = {}
    for text, section in check.get("hosts", {}).items():
        key = f"check.hosts.{text}"
        _section(key, section, problem)
        pattern = _host_pattern(text)
        if pattern is None:
            problem(key, f"{quoted(text)} is not a host, or a pattern such as *.example.org")
        elif pattern in hosts:
            problem(key, f"{quoted(text)} stands here twice; join the two")
        else:
            hosts[pattern] = section
    if hosts:
        check["hosts"] = hosts


def _section(key: str, section: dict[str, Any], problem: Tell) -> None:
    for index, text in enumerate(section.get("accept", ())):
        low, _, high = text.partition("-")
        if high and high < low:
            problem(f"{key}.accept[{index}]", f"{quoted(text)} ends before it begins")
    _replace(f"{key}.allow_private", section.get("allow_private"), _network, problem)
    _replace(f"{key}.exclude", section.get("exclude"), _exclusion, problem)
    for name, value in section.get("headers", {}).items():
        if (wrong := _header(name, value)) is not None:
            problem(f"{key}.headers.{name}", wrong)
    if not _HEADER_VALUE.fullmatch(section.get("user_agent") or ""):
        problem(f"{key}.user_agent", "holds a character that a header cannot hold")
    if section.get("proxy"):
        section["proxy"] = _proxy(section["proxy"])
        if section["proxy"] is None:
            problem(f"{key}.proxy", "is not the URL of a proxy such as http://proxy.example.org:3128")


def _replace(key: str, texts: list[str] | None, convert: Callable[[str], str], problem: Tell) -> None:
    for index, text in enumerate(texts or ()):
        try:
            texts[index] = convert(text)  # type: ignore[index]  # there is one where there is a text
        except ValueError as error:
            problem(f"{key}[{index}]", str(error))


def _network(text: str) -> str:
    try:
        whole = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a network such as 10.0.0.0/8 or fd00::/8") from None
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError(f"{quoted(text)} begins within a network; did you mean {whole}?") from None


def _exclusion(text: str) -> str:
    if text.isascii():
        return text
    pattern = _host_pattern(text)
    if pattern is None:
        raise ValueError(f"{quoted(text)} holds what a URL does not; write it percent-encoded")
    return pattern


def _host_pattern(text: str) -> str | None:
    """``text`` in lower case and A-labels, IPv6 addresses without brackets; None where it can be no host."""
    if ":" in text:
        try:
            return str(ipaddress.IPv6Address(text.removeprefix("[").removesuffix("]")))
        except ValueError:
            return None
    try:
        labels = [label if label.isascii() else idna.encode(label, uts46=True).decode() for label in text.split(".")]
    except (idna.IDNAError, UnicodeError):
        return None
    pattern = ".".join(labels).lower().removesuffix(".")
    return pattern if _HOST_PATTERN.fullmatch(pattern) else None


def _header(name: str, value: str) -> str | None:
    if not _HEADER_NAME.fullmatch(name):
        return f"{quoted(name)} is not the name of a header"
    if name.lower() == "user-agent":
        return "set user_agent instead"
    if name.lower() in _OURS:
        return "is set by feedpub itself; leave it out"
    return None if _HEADER_VALUE.fullmatch(value) else "holds a character that a header cannot hold"


def _proxy(text: str) -> str | None:
    match = _PROXY.fullmatch(text)
    try:
        place = urls.normalize(f"http://{match['place']}") if match else ""
    except urls.UrlError:
        place = ""
    authority, _, path = place.removeprefix("http://").partition("/")
    if match is None or not authority or path or "?" in place or "#" in place:
        return None
    return f"http://{match['user'] or ''}{authority}"
