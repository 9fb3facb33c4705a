"""The addresses in the namespace, those that no client may connect to, and the spellings of addresses.

The list of special networks is not feedpub's own table but the IANA registries written down once more
(https://www.iana.org/assignments/iana-ipv4-special-registry , https://www.iana.org/assignments/iana-ipv6-special-registry):
the code under test must not define the expected result.
"""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address, ip_network

ZONE = "hostile.example"
"""Below it every name exists; see :mod:`.names`."""

PUBLIC_V4 = tuple(f"93.184.216.{last}" for last in range(10, 26))
PUBLIC_V6 = tuple(f"2606:2800:220:1::{last:x}" for last in range(10, 18))
NAT64 = tuple(str(IPv6Address((0x64FF9B << 96) + int(IPv4Address(one)))) for one in PUBLIC_V4)
PUBLIC = frozenset((*PUBLIC_V4, *PUBLIC_V6, *NAT64))
"""All that a check may connect to."""

RESOLVER = "192.0.2.53"
"""Where names are asked for. Nothing else is there."""
HUB = "10.77.0.1"
"""The owner's hub, in a network of the owner's: a ping may connect to it, a check may not."""

PLAIN, OTHER_PLAIN, TLS, BROKEN_TLS, RESETTING, CLOSED = 80, 8080, 443, 8443, 9, 81
HUB_PORT, HUB_TLS_PORT = 8090, 8091

_SPECIAL = tuple(
    map(
        ip_network,
        """
        0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
        192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 169.254.169.254/32
        100.100.100.200/32
        168.63.129.16/32 ::/128 ::1/128 64:ff9b:1::/48 100::/64 2001::/32 2001:2::/48 2001:db8::/32 2002::/16 3fff::/20
        fc00::/7 fec0::/10 fd00:ec2::254/128
        """.split(),
    )
)
# To these the kernel itself connects nobody.
_UNREACHABLE = tuple(map(ip_network, ("224.0.0.0/4", "255.255.255.255/32", "ff00::/8", "fe80::/10")))
# Where an IPv4 address is the end of an IPv6 address.
_ENDINGS = (0, 0xFFFF << 32, 0xFFFF << 48, 0x64FF9B << 96, 0x64FF9B0001 << 80)


def special(chance: random.Random) -> IPv4Address | IPv6Address:
    """An address that is not public."""
    pool = _SPECIAL if chance.random() < 0.9 else _UNREACHABLE
    network = chance.choice(pool)
    last = network.num_addresses - 1
    found = network[chance.choice((0, min(1, last), last, chance.randint(0, last)))]
    if isinstance(found, IPv4Address) and chance.random() < 0.2:
        return IPv6Address(chance.choice(_ENDINGS) + int(found))
    return found


def one_of_each() -> list[str]:
    """An address of every special network that the kernel connects to: for the control."""
    return [str(network[min(1, network.num_addresses - 1)]) for network in _SPECIAL if int(network[0]) != 0]


def spelled(chance: random.Random, address: IPv4Address | IPv6Address) -> str:
    """One of the spellings of ``address`` that programs take for it, as the host of a URL."""
    if isinstance(address, IPv6Address):
        text = chance.choice((address.compressed, address.exploded, address.exploded.upper()))
        groups = address.exploded.split(":")
        if chance.random() < 0.3:
            text = ":".join(groups[:6]) + f":{IPv4Address(int(address) & 0xFFFFFFFF)}"
        return f"[{text}]"
    value = int(address)
    parts = chance.randint(1, 4)
    numbers = [value >> (24 - 8 * place) & 0xFF for place in range(parts - 1)]
    numbers.append(value & (1 << (8 * (5 - parts))) - 1)
    text = ".".join(_number(chance, number) for number in numbers)
    if chance.random() < 0.1:
        text = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    return text + ("." if chance.random() < 0.1 else "")


def _number(chance: random.Random, number: int) -> str:
    zeros = "0" * chance.choice((0, 0, 1, 5))
    return chance.choice((str(number), str(number), f"0x{zeros}{number:x}", f"0X{number:X}", f"0{zeros}{number:o}"))
