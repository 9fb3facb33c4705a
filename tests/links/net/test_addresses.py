"""Which addresses may be connected to, and which host names are addresses."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.net.addresses import IPNetwork, literal, refusal


def networks(*texts: str) -> tuple[IPNetwork, ...]:
    return tuple(map(ipaddress.ip_network, texts))


PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2400:cb00::1",
    "2606:4700::1111",
    "2620:4f:8000::1",
    "2a00:1450:4001::1",
    # Of a site that is known by IPv4 only, in a network with DNS64.
    "64:ff9b::8.8.8.8",
]

REFUSED = {
    "0.0.0.0": "this host",
    "0.1.2.3": "this host",
    "10.0.0.0": "private",
    "10.255.255.255": "private",
    "100.64.0.0": "internal",
    "100.127.255.255": "internal",
    "100.100.100.200": "metadata",
    "127.0.0.1": "this host",
    "127.255.255.254": "this host",
    "168.63.129.16": "metadata",
    "169.254.0.0": "link-local",
    "169.254.169.254": "metadata",
    "169.254.170.2": "metadata",
    "169.254.255.255": "link-local",
    "172.16.0.0": "private",
    "172.31.255.255": "private",
    "192.0.0.1": "protocol",
    "192.0.0.192": "protocol",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4",
    "192.168.0.1": "private",
    "192.168.255.255": "private",
    "198.18.0.0": "benchmarking",
    "198.19.255.255": "benchmarking",
    "198.51.100.7": "documentation",
    "203.0.113.7": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "254.255.255.255": "reserved",
    "255.255.255.255": "broadcast",
    "::": "this host",
    "::1": "this host",
    "::2": "IPv4-compatible",
    "::127.0.0.1": "IPv4-compatible address for 127.0.0.1",
    "::8.8.8.8": "IPv4-compatible address for 8.8.8.8",
    "::ffff:127.0.0.1": "IPv4-mapped address for 127.0.0.1",
    "::ffff:169.254.169.254": "IPv4-mapped address for 169.254.169.254",
    "::ffff:8.8.8.8": "IPv4-mapped address for 8.8.8.8",
    "::ffff:a00:1": "IPv4-mapped address for 10.0.0.1",
    "::ffff:0:127.0.0.1": "IPv4-translated address for 127.0.0.1",
    "64:ff9b::127.0.0.1": "NAT64 address for 127.0.0.1",
    "64:ff9b::169.254.169.254": "NAT64 address for 169.254.169.254",
    "64:ff9b::a00:1": "NAT64 address for 10.0.0.1",
    "64:ff9b::": "NAT64 address for 0.0.0.0",
    "64:ff9b:1::8.8.8.8": "local NAT64",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff": "local NAT64",
    "64:ff9b:2::1": "reserved",
    "64:ff9b::1:0:0": "reserved",
    "100::1": "discard",
    "100:0:0:1::1": "reserved",
    "1::1": "reserved",
    "2001::1": "Teredo",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "Teredo",
    "2001:1::1": "protocol",
    "2001:2::1": "benchmarking",
    "2001:10::1": "protocol",
    "2001:20::1": "protocol",
    "2001:30::1": "protocol",
    "2001:1ff:ffff::1": "protocol",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4 address for 127.0.0.1",
    "2002:a9fe:a9fe::1": "6to4 address for 169.254.169.254",
    "2002:808:808::1": "6to4 address for 8.8.8.8",
    "2400:cb00::5efe:10.0.0.1": "ISATAP",
    "2400:cb00::200:5efe:8.8.8.8": "ISATAP",
    "3ffe::1": "reserved",
    "3fff::1": "documentation",
    "3fff:fff:ffff::1": "documentation",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "fbff::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "metadata",
    "fd20:ce::254": "metadata",
    "fdff:ffff::1": "private",
    "fe00::1": "reserved",
    "fe80::1": "link-local",
    "fe80::a9fe:a9fe": "link-local",
    "febf:ffff::1": "link-local",
    "fec0::1": "site-local",
    "feff::1": "site-local",
    "ff02::1": "multicast",
    "ff0e::1": "multicast",
    "fe80::1%eth0": "one interface",
    "2606:4700::1111%1": "one interface",
    "": "no IP address",
    "example.com": "no IP address",
    "127.1": "no IP address",
    "0177.0.0.1": "no IP address",
    "256.1.1.1": "no IP address",
    "[::1]": "no IP address",
    "8.8.8.8\0": "no IP address",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    assert refusal(address) is None
    assert refusal(ipaddress.ip_address(address)) is None


@pytest.mark.parametrize(("address", "kind"), REFUSED.items())
def test_another_may_not_and_is_told_what_it_is(address: str, kind: str) -> None:
    said = refusal(address)
    assert said
    assert kind in said
    assert said.isprintable()


@given(st.ip_addresses(v=4))
def test_what_python_says_is_not_global_is_refused(address: ipaddress.IPv4Address) -> None:
    # 192.0.0.9 and .10 are anycast addresses that no web server has.
    if not address.is_global or address.is_multicast:
        assert refusal(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_refused_in_every_disguise(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    disguises = [number << 80 | 0x2002 << 112, number | 0xFFFF << 32, number | 0xFFFF << 48]
    assert all(refusal(ipaddress.IPv6Address(disguise)) for disguise in disguises)
    translated = refusal(ipaddress.IPv6Address(number | 0x64FF9B << 96))
    assert (translated is None) == (refusal(address) is None)


# What the configuration opens.


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", "10.0.0.0/8"),
        ("127.0.0.1", "127.0.0.1/32"),
        ("169.254.169.254", "169.254.169.254"),
        ("::1", "::1"),
        ("fd00::1", "fd00::/8"),
        ("fe80::1", "fe80::/10"),
        ("::ffff:10.1.2.3", "10.0.0.0/8"),
        ("::10.1.2.3", "10.0.0.0/8"),
        ("::ffff:0:10.1.2.3", "10.0.0.0/8"),
        ("64:ff9b::10.1.2.3", "10.0.0.0/8"),
        ("2002:a01:203::1", "10.0.0.0/8"),
        ("::ffff:10.1.2.3", "::ffff:0:0/96"),
        ("64:ff9b:1::1", "64:ff9b:1::/48"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::/32"),
        ("2400:cb00::5efe:10.0.0.1", "2400:cb00::/32"),
    ],
)
def test_a_network_that_is_allowed_is_open_in_every_form(address: str, allowed: str) -> None:
    assert refusal(address)
    assert refusal(address, networks("192.0.2.0/24", allowed, "2001:db8::/32")) is None


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", ("192.168.0.0/16", "10.1.2.4", "::/0")),
        ("::1", ("127.0.0.0/8",)),
        ("::", ("0.0.0.0/8",)),
        ("2400:cb00::5efe:10.0.0.1", ("10.0.0.0/8",)),
        ("64:ff9b:1::10.0.0.1", ("10.0.0.0/8",)),
        ("::ffff:10.1.2.3", ("192.168.0.0/16",)),
        ("fe80::1%eth0", ("fe80::/10",)),
    ],
)
def test_it_opens_nothing_else(address: str, allowed: tuple[str, ...]) -> None:
    assert refusal(address, networks(*allowed))


def test_the_allowed_networks_may_come_from_anywhere() -> None:
    assert refusal("10.0.0.1", iter(networks("10.0.0.0/8"))) is None


# Names that are addresses.


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("127.258", "127.0.1.2"),
        ("2130706433", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("0x7f.1", "127.0.0.1"),
        ("0X7F.0x0.0x0.0x1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("00000000177.1", "127.0.0.1"),
        ("169.16689662", "169.254.169.254"),
        ("0xa9fea9fe", "169.254.169.254"),
        ("4294967295", "255.255.255.255"),
        ("8.8.8.8", "8.8.8.8"),
        ("\uff11\uff12\uff17.\uff10.0.1", "127.0.0.1"),
        ("127\u30020\u30020\u30021", "127.0.0.1"),
        ("127\uff0e1", "127.0.0.1"),
        ("①②⑦.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("[::FFFF:127.0.0.1]", "::ffff:127.0.0.1"),
        ("[fe80::1%eth0]", "fe80::1%eth0"),
    ],
)
def test_every_spelling_of_an_address_is_that_address(host: str, address: str) -> None:
    assert literal(host) == ipaddress.ip_address(address)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "example.com",
        "1.example.com",
        "127.0.0.1.example.com",
        "1.2.3.4.5",
        "256.0.0.1",
        "1.2.3.256",
        "1.16777216",
        "1.2.65536",
        "4294967296",
        "99999999999999999999",
        "9" * 100_000,
        "08.1",
        "0x7g.1",
        "1..2",
        "-1",
        "+1",
        "1_0",
        "1e3",
        "0xffffffff1",
        "[1.2.3.4.5]",
        "[::1",
        "[:::]",
        "a:b",
        "cafe",
    ],
)
def test_a_name_is_none(host: str) -> None:
    assert literal(host) is None


_NUMBERS = st.integers(0, 2**33) | st.integers(0, 300)
_SPELLED = st.builds(lambda form, number: form.format(number), st.sampled_from(["{}", "0x{:x}", "0{:o}"]), _NUMBERS)


@given(st.lists(_SPELLED, min_size=1, max_size=5).map(".".join))
def test_the_system_reads_numbers_alike(host: str) -> None:
    try:
        packed = socket.inet_aton(host)
    except OSError:
        assert literal(host) is None
    else:
        assert literal(host) == ipaddress.IPv4Address(packed)


@given(st.text(max_size=50) | st.text("0123456789abcdefx.:[]%", max_size=50))
def test_no_host_and_no_address_raises(text: str) -> None:
    literal(text)
    refusal(text, networks("10.0.0.0/8"))
