"""Which IP addresses may be connected to: those of the public Internet, and what ``check.allow_private`` opens.

Articles are data from elsewhere, and so are the names in their links and what these resolve to. The table is of
feedpub's own, after the IANA registries of special-purpose addresses
(https://www.iana.org/assignments/iana-ipv4-special-registry , https://www.iana.org/assignments/iana-ipv6-special-registry)
and of IPv6 address space: Python's ``is_global`` says other things from release to release. No name is resolved here.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
OnlineDetector = ipaddress.IPv4Network | ipaddress.IPv6Network

_MAX_PARTS = 4
_PART = re.compile(r"0[xX](?P<hex>[0-9A-Fa-f]*)|(?P<octal>0[0-7]*)|(?P<decimal>[1-9][0-9]{0,9})", re.ASCII)

# The first that holds an address names it, so that what is special within a block comes before the block.
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
"""Where an IPv4 address is the end of an IPv6 address (RFC 4291 section 2.5.5, RFC 2765, RFC 6052)."""
# RFC 5214 section 6.1: 0000:5efe or 0200:5efe, and an IPv4 address.
_ISATAP = (0x00005EFE, 0x02005EFE)


def refusal(address: str | Address, allowed: Iterable[OnlineDetector] = ()) -> str | None:
    """Why ``address`` may not be connected to, in a few words; None where it may.

    Only global unicast addresses may, and those of the networks ``allowed``. An IPv6 address that stands for an IPv4
    address (mapped, compatible, translated, NAT64, 6to4) is opened by a network that holds either. Of these only the
    well-known NAT64 prefix is let through for public IPv4 addresses: a network with DNS64 knows every IPv4 site by it
    (RFC 6147). Never raises; what is no address is refused.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"{str(address)[:60]!r} is no IP address"
    if isinstance(found, ipaddress.IPv6Address) and found.scope_id is not None:
        # Which of this machine's interfaces it goes to is not for an article to say.
        return f"{str(found)[:60]!r} is an address of one interface"
    inner = _embedded(found)
    networks = tuple(allowed)
    if any(one in network for network in networks for one in (found, inner) if one is not None):
        return None
    kind = _special(found)
    if kind is None:
        return None
    stands_for = f" for {inner}" if inner is not None else ""
    return f"{found} is {kind}{stands_for}"


def literal(host: str) -> Address | None:
    """The address that ``host`` is one of the spellings of, and not a name; None for a name. Opens no socket.

    ``getaddrinfo`` takes for IPv4 what ``inet_aton`` does (POSIX): one to four numbers, decimal, octal (``0177.1``) or
    hexadecimal (``0x7f.1``), the last of which fills what is left (``2130706433``). It maps full-width digits, too.
    IPv6 addresses may stand in brackets.
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


def _special(address: Address) -> str | None:
    """What the address is, if it is not an ordinary public one."""
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


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address end up at, if the address alone tells."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _network(_6TO4):
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    # The unspecified address and the loopback are no IPv4 addresses of that form.
    if int(address) > 1 and any(address in _network(of) for of in _LAST_32_BITS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@cache
def _network(text: str) -> ipaddress.IPv6Network:
    return ipaddress.IPv6Network(text)


@cache
def _table(version: int) -> tuple[tuple[OnlineDetector, str], ...]:
    lines = (_SPECIAL_V4 if version == 4 else _SPECIAL_V6).strip().splitlines()
    parts = (line.split(maxsplit=1) for line in lines)
    return tuple((ipaddress.ip_network(network), kind) for network, kind in parts)
