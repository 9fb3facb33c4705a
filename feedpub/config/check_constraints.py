"""The constraints on the section ``check`` that its types cannot express.

They concern networks, status ranges, host patterns, headers and proxies. No message shows a value
that may be secret: that of a header, or a proxy's user information.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

import idna

from feedpub.core import urls
from feedpub.core.errors import quoted

AddProblem = Callable[[str, str], None]
"""A function that takes a dotted key and the message of a problem with it."""

# RFC 9110 sections 5.6.2 and 5.5; http.client encodes as Latin-1.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
_SET_BY_FEEDPUB = frozenset(
    ("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization")
) | frozenset(("range", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"))
_CREDENTIALS = ("authorization", "cookie")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>.+?)(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_MAX_PORT = 65_535
_HOST_PATTERN = re.compile(r"[A-Za-z0-9*_-]+(?:\.[A-Za-z0-9*_-]+)*")
_PROXY = re.compile(r"(?P<scheme>http://)(?P<user>[!-~]*@)?(?P<rest>[^@]*)", re.IGNORECASE)


def check_links(check: dict[str, Any], add_problem: AddProblem) -> None:
    """Check the section ``check``, and call ``add_problem`` for each violation.

    Replace its hosts, networks and proxies by their normal forms.
    """
    _check_section("check", check, add_problem)
    _check_no_credentials("check", check, add_problem)
    _check_archive(check, add_problem)
    hosts: dict[str, Any] = {}
    for text, section in check.get("hosts", {}).items():
        if "@" in text:
            add_problem("check.hosts", "a pattern holds no name or password; set headers instead")
            continue
        key = f"check.hosts.{text}"
        _check_section(key, section, add_problem)
        pattern = _origin_pattern(text)
        if pattern is None:
            forms = "*.example.org, or an origin such as http://example.org:8080"
            add_problem(key, f"{quoted(text)} is not a host, a pattern such as {forms}")
            continue
        if not pattern.rpartition("://")[2].partition(":")[0].strip("*."):
            _check_no_credentials(key, section, add_problem)
        if pattern in hosts:
            add_problem(key, f"{quoted(text)} is set twice; merge the two sections")
        else:
            hosts[pattern] = section
    if hosts:
        check["hosts"] = hosts


def _check_section(key: str, section: dict[str, Any], add_problem: AddProblem) -> None:
    for index, text in enumerate(section.get("accept", ())):
        low, _, high = text.partition("-")
        if high and high < low:
            add_problem(f"{key}.accept[{index}]", f"{quoted(text)} is not a range: its end is below its start")
    _replace_each(f"{key}.allow_private", section.get("allow_private"), _network, add_problem)
    _replace_each(f"{key}.exclude", section.get("exclude"), _exclusion, add_problem)
    for name, value in section.get("headers", {}).items():
        if (message := _header_problem(name, value)) is not None:
            add_problem(f"{key}.headers.{name}", message)
    if not _HEADER_VALUE.fullmatch(section.get("user_agent") or ""):
        add_problem(f"{key}.user_agent", "holds a character that a header cannot hold")
    if section.get("proxy"):
        section["proxy"] = _proxy(section["proxy"])
        if section["proxy"] is None:
            add_problem(f"{key}.proxy", "is not the URL of a proxy such as http://proxy.example.org:3128")


def _check_archive(check: dict[str, Any], add_problem: AddProblem) -> None:
    text = check.get("archive")
    if text is None:
        return
    try:
        url = urls.normalize(text)
    except urls.UrlError:
        url = ""
    if not url or "#" in url or "@" in url:
        add_problem("check.archive", "is not the URL of an API such as https://archive.org/wayback/available")
    else:
        check["archive"] = url


def _check_no_credentials(key: str, section: dict[str, Any], add_problem: AddProblem) -> None:
    for name in section.get("headers", {}):
        if name.lower() in _CREDENTIALS:
            add_problem(
                f"{key}.headers.{name}",
                "goes to every server that an article names; set it in check.hosts for the host that it is for",
            )


def _replace_each(key: str, texts: list[str] | None, convert: Callable[[str], str], add_problem: AddProblem) -> None:
    for index, text in enumerate(texts or ()):
        try:
            texts[index] = convert(text)  # type: ignore[index]  # a list that has a text is not None
        except ValueError as error:
            add_problem(f"{key}[{index}]", str(error))


def _network(text: str) -> str:
    try:
        whole = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a network such as 10.0.0.0/8 or fd00::/8") from None
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError(f"{quoted(text)} is an address within the network {whole}; did you mean that?") from None


def _exclusion(text: str) -> str:
    if text.isascii():
        return text
    pattern = _host_pattern(text)
    if pattern is None:
        raise ValueError(f"{quoted(text)} holds a character that no URL holds; percent-encode it")
    return pattern


def _origin_pattern(text: str) -> str | None:
    """Return the normal form of a key of ``check.hosts``; None if it is not a pattern.

    That is ``host`` for https and port 443, else ``scheme://host:port``.
    """
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return _host_pattern(text)
    host, scheme = _host_pattern(match["host"]), match["scheme"].lower()
    port = int(match["port"] or urls.DEFAULT_PORTS[scheme])
    if host is None or not 0 < port <= _MAX_PORT:
        return None
    return host if (scheme, port) == ("https", urls.DEFAULT_PORTS["https"]) else f"{scheme}://{host}:{port}"


def _host_pattern(text: str) -> str | None:
    """Return ``text`` in lower case and A-labels; None if it is not a host or a pattern of hosts.

    An IPv6 address is returned without brackets.
    """
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


def _header_problem(name: str, value: str) -> str | None:
    if not _HEADER_NAME.fullmatch(name):
        return f"{quoted(name)} is not the name of a header"
    if name.lower() == "user-agent":
        return "set user_agent instead"
    if name.lower() in _SET_BY_FEEDPUB:
        return "is set by feedpub itself; leave it out"
    return None if _HEADER_VALUE.fullmatch(value) else "holds a character that a header cannot hold"


def _proxy(text: str) -> str | None:
    match = _PROXY.fullmatch(text)
    try:
        url = urls.normalize(f"http://{match['rest']}") if match else ""
    except urls.UrlError:
        url = ""
    authority, _, path = url.removeprefix("http://").partition("/")
    if match is None or not authority or path or "?" in url or "#" in url:
        return None
    return f"http://{match['user'] or ''}{authority}"
