"""The constraints on ``check`` beyond its types, and the normal forms: each message begins with the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedpub.config import Config, ConfigError, load_config

NO_PATTERN = "is not a host, a pattern such as *.example.org, or an origin such as http://example.org:8080"
NO_CREDENTIALS = "goes to every server that an article names; set it in check.hosts for the host that it is for"
MINIMAL = "site:\n  title: T\n  base_url: https://x.org/\n"


def load(folder: Path, written: str) -> Config:
    file = folder / "config.yaml"
    file.write_text(MINIMAL + written, encoding="utf-8")
    return load_config(file)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "check:\n  accept: [403, 599-500]",
            "5: check.accept[1]: '599-500' is not a range: its end is below its start",
        ),
        (
            "check:\n  allow_private:\n  - 10.0.0.0/8\n  - home",
            "7: check.allow_private[1]: 'home' is not a network such as 10.0.0.0/8 or fd00::/8",
        ),
        (
            "check: {allow_private: [10.0.0.0/33]}",
            "4: check.allow_private[0]: '10.0.0.0/33' is not a network such as 10.0.0.0/8 or fd00::/8",
        ),
        (
            "check: {allow_private: [10.1.2.3/8]}",
            "4: check.allow_private[0]: '10.1.2.3/8' is an address within the network 10.0.0.0/8; did you mean that?",
        ),
        *(
            (
                f"check: {{archive: '{address}'}}",
                "4: check.archive: is not the URL of an API such as https://archive.org/wayback/available",
            )
            for address in (
                "",
                "archive.org",
                "ftp://archive.org/",
                "https://me:secret@archive.org/",
                "https://x.org/#a",
            )
        ),
        (
            "check: {exclude: ['https://x.org/ü']}",
            "4: check.exclude[0]: 'https://x.org/ü' holds a character that no URL holds; percent-encode it",
        ),
        ("check:\n  headers:\n    'X Y': z", "6: check.headers.X Y: 'X Y' is not the name of a header"),
        ('check: {headers: {"X\\r": z}}', "4: check.headers.X\\r: 'X\\r' is not the name of a header"),
        ("check: {headers: {Host: x.org}}", "4: check.headers.Host: is set by feedpub itself; leave it out"),
        (
            "check: {headers: {Accept-Encoding: br}}",
            "4: check.headers.Accept-Encoding: is set by feedpub itself; leave it out",
        ),
        ("check: {headers: {AUTHORIZATION: Bearer secret}}", f"4: check.headers.AUTHORIZATION: {NO_CREDENTIALS}"),
        ("check: {headers: {Cookie: a=secret}}", f"4: check.headers.Cookie: {NO_CREDENTIALS}"),
        (
            "check: {hosts: {'http://*': {headers: {Cookie: a=secret}}}}",
            f"4: check.hosts.http://*.headers.Cookie: {NO_CREDENTIALS}",
        ),
        (
            "check: {hosts: {'*': {headers: {Authorization: secret}}}}",
            f"4: check.hosts.*.headers.Authorization: {NO_CREDENTIALS}",
        ),
        (
            "check: {hosts: {'http://x.org:99999': {}}}",
            f"4: check.hosts.http://x.org:99999: 'http://x.org:99999' {NO_PATTERN}",
        ),
        (
            "check: {hosts: {'http://me:secret@x.org': {}}}",
            "4: check.hosts: a pattern holds no name or password; set headers instead",
        ),
        (
            "check:\n  hosts:\n    x.org: {}\n    https://X.org:443: {}",
            "7: check.hosts.https://X.org:443: 'https://X.org:443' is set twice; merge the two sections",
        ),
        ("check: {headers: {user-agent: me}}", "4: check.headers.user-agent: set user_agent instead"),
        ("check: {headers: {X-Y: ☃}}", "4: check.headers.X-Y: holds a character that a header cannot hold"),
        ("check: {user_agent: ☃}", "4: check.user_agent: holds a character that a header cannot hold"),
        (
            "check: {proxy: proxy:3128}",
            "4: check.proxy: is not the URL of a proxy such as http://proxy.example.org:3128",
        ),
        (
            "check: {proxy: 'socks5://me:secret@p'}",
            "4: check.proxy: is not the URL of a proxy such as http://proxy.example.org:3128",
        ),
        (
            "check: {proxy: 'http://me:secret@p:99999'}",
            "4: check.proxy: is not the URL of a proxy such as http://proxy.example.org:3128",
        ),
        (
            "check: {proxy: http://p/x}",
            "4: check.proxy: is not the URL of a proxy such as http://proxy.example.org:3128",
        ),
        (
            "check: {proxy: 'http://'}",
            "4: check.proxy: is not the URL of a proxy such as http://proxy.example.org:3128",
        ),
        (
            "check:\n  hosts:\n    https://x.org/: {retries: 1}",
            f"6: check.hosts.https://x.org/: 'https://x.org/' {NO_PATTERN}",
        ),
        (
            "check: {hosts: {'x.org:80': {}}}",
            f"4: check.hosts.x.org:80: 'x.org:80' {NO_PATTERN}",
        ),
        (
            "check: {hosts: {x..org: {}}}",
            f"4: check.hosts.x..org: 'x..org' {NO_PATTERN}",
        ),
        (
            "check:\n  hosts:\n    x.org: {}\n    X.org: {}",
            "7: check.hosts.X.org: 'X.org' is set twice; merge the two sections",
        ),
        (
            "check:\n  hosts:\n    x.org:\n      allow_private: [10]\n",
            "7: check.hosts.x.org.allow_private[0]: '10' is not a network such as 10.0.0.0/8 or fd00::/8",
        ),
        (
            "check:\n  hosts:\n    x.org:\n      headers: {Connection: close}\n",
            "7: check.hosts.x.org.headers.Connection: is set by feedpub itself; leave it out",
        ),
        ("check: {timeout: inf}", "4: check.timeout: 'inf' is not a number above 0 to 86400"),
        ("check: {workers: 5000}", "4: check.workers: '5000' is not a whole number from 1 to 4096"),
        ("check: {hosts: {x.org: {kinds: [page]}}}", "4: check.hosts.x.org.kinds[0]: 'page' is not one of "),
        ("check: {hosts: {x.org: {ttl: {ok: soon}}}}", "4: check.hosts.x.org.ttl.ok: 'soon' is not a span such as "),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, written)
    assert len(caught.value.problems) == 1
    assert str(caught.value).removeprefix(f"{tmp_path}/config.yaml:").startswith(said)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        (
            "check: {allow_private: [10.0.0.0/8, '::1', 127.0.0.1]}",
            "allow_private",
            ("10.0.0.0/8", "::1/128", "127.0.0.1/32"),
        ),
        ("check: {allow_private: []}", "allow_private", ()),
        ("check: {exclude: [bücher.example, '*.PDF']}", "exclude", ("xn--bcher-kva.example", "*.PDF")),
        ("check: {headers: {X-Y: 'ü;\tz', X-Z: a=b}}", "headers", {"X-Y": "ü;\tz", "X-Z": "a=b"}),
        (
            "check: {proxy: HTTP://me:secret@Proxy.Example.org:3128/}",
            "proxy",
            "http://me:secret@proxy.example.org:3128",
        ),
        ("check: {proxy: 'http://[::1]:8080'}", "proxy", "http://[::1]:8080"),
        ("check: {proxy: 'http://bücher.example'}", "proxy", "http://xn--bcher-kva.example"),
        ("check: {proxy: ''}", "proxy", ""),
        ("check: {proxy: null}", "proxy", None),
        ("check: {accept: [500-500]}", "accept", ("500-500",)),
    ],
)
def test_a_value_is_taken_as_what_it_means(tmp_path: Path, written: str, key: str, value: Any) -> None:
    assert getattr(load(tmp_path, written).check, key) == value


def test_a_host_is_in_lower_case_and_a_labels(tmp_path: Path) -> None:
    written = "check:\n  hosts: {'*.Bücher.example.': {}, '*': {}, '[2001:DB8::0:1]': {}, '10.0.*': {}, 10.0.0.1: {}}"
    hosts = load(tmp_path, written).check.hosts
    assert list(hosts) == ["*.xn--bcher-kva.example", "*", "2001:db8::1", "10.0.*", "10.0.0.1"]


def test_an_origin_has_a_normal_form(tmp_path: Path) -> None:
    patterns = ["HTTP://*.Bücher.example", "https://x.org", "http://[::1]:8080", "https://y:8443"]
    hosts = load(tmp_path, f"check:\n  hosts: {json.dumps({key: {} for key in patterns})}").check.hosts
    assert list(hosts) == ["http://*.xn--bcher-kva.example:80", "x.org", "http://::1:8080", "https://y:8443"]
