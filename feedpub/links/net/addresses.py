"""The IP addresses that are allowed: public ones, and the networks of ``check.allow_private``.

Articles come from strangers, and so do the names in their links and the addresses of these names.
The tables follow the IANA registries of special-purpose addresses
(https://www.iana.org/assignments/iana-ipv4-special-registry ,
https://www.iana.org/assignments/iana-ipv6-special-registry) and of the IPv6 address space. Python's
``is_global`` is not used, because its results change from release to release. No name is resolved
here.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_MAX_PARTS = 4
_PART = re.compile(r"0[xX](?P<hex>[0-9A-Fa-f]*)|(?P<octal>0[0-7]*)|(?P<decimal>[1-9][0-9]{0,9})", re.ASCII)

# The first network that holds an address counts, so that a part of a block precedes the block.
_SPECIAL_V4 = """
169.254.169.254/32 a cloud's metadata service
169.254.170.2/32   a cloud's metadata service
100.100.100.200/32 a cloud's metadata service
168.63.129.16/32   a cloud's metadata service
0.0.0.0/8          this host
10.0.0.0/8         a private address
100.64.0.0/10      a provider's internal address (RFC 6598)
127.0.0.0/8        this host
169.254.0.0/16     a link-local address
172.16.0.0/12      a private address
192.0.0.0/24       a protocol's own address
192.0.2.0/24       a documentation address
192.88.99.0/24     a 6to4 relay
192.168.0.0/16     a private address
198.18.0.0/15      a benchmarking address
198.51.100.0/24    a documentation address
203.0.113.0/24     a documentation address
224.0.0.0/4        a multicast address
255.255.255.255/32 the broadcast address
240.0.0.0/4        a reserved address
"""
_SPECIAL_V6 = """
fd00:ec2::254/128  a cloud's metadata service
fd20:ce::254/128   a cloud's metadata service
::/128             this host
::1/128            this host
::ffff:0:0/96      an IPv4-mapped address
::ffff:0:0:0/96    an IPv4-translated address
::/96              an IPv4-compatible address
64:ff9b:1::/48     a local NAT64 address
100::/64           a discard-only address
2001::/32          a Teredo address
2001:2::/48        a benchmarking address
2001::/23          a protocol's own address
2001:db8::/32      a documentation address
2002::/16          a 6to4 address
3ffe::/16          a reserved address
3fff::/20          a documentation address
fc00::/7           a private address
fe80::/10          a link-local address
fec0::/10          a site-local address
ff00::/8           a multicast address
"""
_GLOBAL_UNICAST = "2000::/3"
_NAT64 = "64:ff9b::/96"
_6TO4 = "2002::/16"
_LAST_32_BITS = ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", _NAT64)
"""The networks whose addresses end with an IPv4 address.

RFC 4291 section 2.5.5, RFC 2765, RFC 6052.
"""
# RFC 5214 section 6.1: 0000:5efe or 0200:5efe, followed by an IPv4 address.
_ISATAP = (0x00005EFE, 0x02005EFE)


def refusal(address: str | IPAddress, allowed: Iterable[IPNetwork] = ()) -> str | None:
    """Return why connections to ``address`` are refused, in a few words; None if they are allowed.

    Global unicast addresses and those in the networks ``allowed`` are allowed. An IPv6 address that
    stands for an IPv4 address (mapped, compatible, translated, NAT64, 6to4) is also allowed if a
    network of ``allowed`` holds the IPv4 address. Without such a network, only one kind is allowed:
    the well-known NAT64 prefix with a public IPv4 address, because a network with DNS64 uses it for
    every IPv4 site (RFC 6147).

    It never raises; a text that is not an address is refused.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"{str(address)[:60]!r} is no IP address"
    if isinstance(ip, ipaddress.IPv6Address) and ip.scope_id is not None:
        # An article must not choose an interface of this machine.
        return f"{str(ip)[:60]!r} is an address of one interface"
    inner = _embedded(ip)
    networks = tuple(allowed)
    if any(candidate in network for network in networks for candidate in (ip, inner) if candidate is not None):
        return None
    kind = _special(ip)
    if kind is None:
        return None
    suffix = f" for {inner}" if inner is not None else ""
    return f"{ip} is {kind}{suffix}"


def literal(host: str) -> IPAddress | None:
    """Return the IP address that ``host`` spells; None for a name. No socket is opened.

    Like ``getaddrinfo``, it accepts all IPv4 spellings of ``inet_aton`` (POSIX): one to four
    numbers, decimal, octal (``0177.1``) or hexadecimal (``0x7f.1``), of which the last fills the
    remaining bytes (``2130706433``); also with full-width digits. Brackets around an IPv6 address
    are accepted.
    """
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").strip()
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError:
            return None
    matches = [_PART.fullmatch(part) for part in host.removesuffix(".").split(".", _MAX_PARTS)]
    if len(matches) > _MAX_PARTS or not all(matches):
        return None
    *first, last = (_number(match) for match in matches if match)
    if any(number > 0xFF for number in first) or last >= 256 ** (_MAX_PARTS - len(first)):
        return None
    return ipaddress.IPv4Address(sum(number << (24 - 8 * place) for place, number in enumerate(first)) + last)


def _number(match: re.Match[str]) -> int:
    if match["decimal"]:
        return int(match["decimal"])
    return int(match["octal"], 8) if match["octal"] else int(match["hex"] or "0", 16)


def _special(address: IPAddress) -> str | None:
    """Return the kind of a special address; None for an ordinary public one."""
    for network, kind in _table(address.version):
        if address in network:
            return kind
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _network(_NAT64):
        inner = _embedded(address)
        return "a NAT64 address" if inner is None or _special(inner) else None
    if address not in _network(_GLOBAL_UNICAST):
        return "a reserved address"
    return "an ISATAP address" if int(address) >> 32 & 0xFFFFFFFF in _ISATAP else None


def _embedded(address: IPAddress) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in an IPv6 address to which its packets are sent, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _network(_6TO4):
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    # The unspecified address and the loopback address do not contain an IPv4 address.
    if int(address) > 1 and any(address in _network(prefix) for prefix in _LAST_32_BITS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@cache
def _network(text: str) -> ipaddress.IPv6Network:
    return ipaddress.IPv6Network(text)


@cache
def _table(version: int) -> tuple[tuple[IPNetwork, str], ...]:
    lines = (_SPECIAL_V4 if version == 4 else _SPECIAL_V6).strip().splitlines()
    parts = (line.split(maxsplit=1) for line in lines)
    return tuple((ipaddress.ip_network(network), kind) for network, kind in parts)
