"""The settings of the link check for each host."""

from __future__ import annotations

import re
import time
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub import __version__
from feedpub.config.check_model import Check, HostCheck, HostTtl, Ttl
from feedpub.config.value_types import duration_of
from feedpub.links.model import LinkKind, Verdict
from feedpub.links.settings import CheckSettings, Lifetimes, SettingsByHost, matches

BASE_URL = "https://news.example.org/"
AGENT = f"feedpub/{__version__} (+{BASE_URL})"

LANGUAGES = {"Accept-Language": "en,*;q=0.5"}


def by_host(hosts: dict[str, HostCheck] | None = None, **values: Any) -> SettingsByHost:
    return SettingsByHost(Check(hosts=hosts or {}, **values), BASE_URL)


def test_what_holds_by_default() -> None:
    assert by_host().settings_for("example.com") == CheckSettings(
        kinds=frozenset((LinkKind.SOURCE, LinkKind.AMP, LinkKind.AMP_CACHE)),
        per_host=2,
        delay=0.1,
        timeout=20,
        retries=2,
        user_agent=None,
        accept=frozenset(),
        exclude=(),
        allow_private=(),
        ttl=Lifetimes(ok=7 * 86_400, broken=86_400, blocked=3 * 86_400),
        failures_before_broken=1,
        omits_broken=False,
        archives_broken=False,
        fail_on=frozenset((Verdict.BROKEN, Verdict.GONE, Verdict.UNREACHABLE, Verdict.INVALID)),
        gone_pages=True,
        fragments=False,
        robots=False,
        proxy=None,
    )


def test_every_key_can_be_set_for_a_host() -> None:
    host = HostCheck(
        kinds=("image",),
        workers=3,
        per_host=4,
        delay=0,
        timeout=1.5,
        retries=0,
        user_agent="me",
        headers={"X-A": "1"},
        accept=("403", "500-502"),
        exclude=("*.pdf",),
        allow_private=("10.0.0.0/8",),
        ttl=HostTtl(ok="2h", broken="0s", blocked="1 w"),
        failures_before_broken=5,
        on_broken="omit",
        fail_on=(),
        gone_pages=False,
        fragments=True,
        robots=True,
        proxy="http://proxy.example:3128",
    )
    assert set(HostCheck.__struct_fields__) == set(Check.__struct_fields__) - {"hosts", "known_names", "archive"}
    settings = by_host({"x.org": host})
    assert settings.settings_for("y.org") == by_host().general
    assert settings.headers_for("https://x.org/") == {"User-Agent": "me", **LANGUAGES, "X-A": "1"}
    assert settings.settings_for("x.org") == CheckSettings(
        kinds=frozenset((LinkKind.IMAGE,)),
        per_host=3,
        delay=0,
        timeout=1.5,
        retries=0,
        user_agent="me",
        accept=frozenset((403, 500, 501, 502)),
        exclude=("*.pdf",),
        allow_private=(ip_network("10.0.0.0/8"),),
        ttl=Lifetimes(ok=7200, broken=0, blocked=604_800),
        failures_before_broken=5,
        omits_broken=True,
        archives_broken=False,
        fail_on=frozenset(),
        gone_pages=False,
        fragments=True,
        robots=True,
        proxy="http://proxy.example:3128",
    )


def test_the_last_that_matches_wins_key_by_key() -> None:
    settings = by_host(
        {
            "*.example.org": HostCheck(retries=5, delay=3, robots=True),
            "www.example.org": HostCheck(delay=0),
            "*": HostCheck(retries=7),
        },
        retries=1,
        timeout=9,
    )
    host_settings = settings.settings_for("www.example.org")
    assert (host_settings.retries, host_settings.delay, host_settings.robots, host_settings.timeout) == (7, 0, True, 9)
    other = settings.settings_for("example.org")
    assert (other.retries, other.delay, other.robots) == (7, 0.1, False)


def test_lists_and_headers_add_up_and_a_header_is_one_in_any_case() -> None:
    settings = by_host(
        {
            "x.org": HostCheck(
                headers={"x-a": "2", "X-B": "3"}, accept=("404",), exclude=("/b", "/a"), allow_private=("::1",)
            )
        },
        headers={"X-A": "1"},
        accept=("403",),
        exclude=("/a",),
        allow_private=("10.0.0.0/8",),
    )
    host_settings = settings.settings_for("x.org")
    assert settings.headers_for("https://x.org/") == {"User-Agent": AGENT, **LANGUAGES, "x-a": "2", "X-B": "3"}
    assert host_settings.accept == {403, 404}
    assert host_settings.exclude == ("/a", "/b")
    assert host_settings.allow_private == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.headers_for("https://y.org/") == {"User-Agent": AGENT, **LANGUAGES, "X-A": "1"}


HOSTS = ("x.org", "a.x.org", "x.org.evil.example", "[2001:db8::1]")
ORIGINS = [f"{scheme}://{host}:{port}/" for scheme in ("http", "https") for host in HOSTS for port in (80, 443, 8080)]


@pytest.mark.parametrize(
    ("pattern", "origins"),
    [
        ("x.org", {"https://x.org:443/"}),
        ("*.x.org", {"https://a.x.org:443/"}),
        ("http://x.org:80", {"http://x.org:80/"}),
        ("http://x.org:8080", {"http://x.org:8080/"}),
        ("https://*.x.org:8080", {"https://a.x.org:8080/"}),
        ("2001:db8::1", {"https://[2001:db8::1]:443/"}),
        ("http://2001:db8::1:8080", {"http://[2001:db8::1]:8080/"}),
        ("*", {f"https://{host}:443/" for host in HOSTS}),
    ],
)
def test_headers_are_for_the_origin_that_the_pattern_names_and_for_no_other(pattern: str, origins: set[str]) -> None:
    settings = by_host({pattern: HostCheck(headers={"Authorization": "secret"})}, headers={"X-All": "1"})
    assert {url for url in ORIGINS if "Authorization" in settings.headers_for(url)} == origins
    assert all(settings.headers_for(url)["X-All"] == "1" for url in ORIGINS)


@pytest.mark.parametrize("url", ["https://x.org/a", "https://X.org/", "https://x.org./", "https://x.org:443/?b"])
def test_an_origin_is_the_same_in_every_spelling(url: str) -> None:
    headers = by_host({"x.org": HostCheck(headers={"Authorization": "secret"})}).headers_for(url)
    assert headers["Authorization"] == "secret"


def test_other_settings_of_an_origin_are_for_its_host() -> None:
    settings = by_host({"http://x.org:8080": HostCheck(retries=9), "x.org": HostCheck(delay=3)})
    assert (settings.settings_for("x.org").retries, settings.settings_for("x.org").delay) == (9, 3)
    assert settings.settings_for("y.org") is settings.general


def test_a_lifetime_that_is_not_set_for_a_host_is_that_for_all() -> None:
    settings = by_host({"x.org": HostCheck(ttl=HostTtl(blocked="1h"))}, ttl=Ttl(ok="2h", broken="3h", blocked="4h"))
    assert settings.settings_for("x.org").ttl == Lifetimes(ok=7200, broken=10_800, blocked=3600)


def test_a_host_can_do_without_the_proxy_of_all() -> None:
    settings = by_host({"intranet.example": HostCheck(proxy="")}, proxy="http://proxy.example")
    assert settings.settings_for("intranet.example").proxy is None
    assert settings.settings_for("example.com").proxy == "http://proxy.example"


def test_what_a_fetch_asks_for() -> None:
    host = HostCheck(allow_private=("10.0.0.0/8",), timeout=5, robots=True)
    settings = by_host({"x.org": host})
    own, others = settings.settings_for("x.org"), settings.settings_for("y.org")
    assert own.allow_private == (ip_network("10.0.0.0/8"),)
    assert (own.timeout, own.robots) == (5, True)
    assert (others.timeout, others.robots) == (20, False)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("x.org", "x.org"),
        ("x.org", "X.ORG"),
        ("x.org", "x.org."),
        ("X.org", "x.org"),
        ("*.x.org", "a.b.x.org"),
        ("*", "anything"),
        ("10.0.*", "10.0.0.1"),
        ("2001:db8::1", "[2001:DB8:0::1]"),
        ("2001:db8::1", "2001:db8:0:0::1"),
    ],
)
def test_a_pattern_holds_for_a_host_however_it_is_spelled(pattern: str, host: str) -> None:
    assert by_host({pattern: HostCheck(retries=9)}).settings_for(host).retries == 9


@pytest.mark.parametrize(
    ("pattern", "host"),
    [("*.x.org", "x.org"), ("x.org", "www.x.org"), ("x.org", "x.org.evil.example"), ("x.org", ""), ("::1", "[:::")],
)
def test_and_for_no_other(pattern: str, host: str) -> None:
    assert by_host({pattern: HostCheck(retries=9)}).settings_for(host).retries == 2


def test_a_hundred_thousand_hosts_share_their_settings() -> None:
    settings = by_host({"*.x.org": HostCheck(retries=9)})
    assert len({id(settings.settings_for(f"{number}.x.org")) for number in range(1000)}) == 1
    assert settings.settings_for("y.org") is settings.general


# What is excluded.


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("x.org", "https://x.org/a"),
        ("x.org", "http://X.org:8080/a?b"),
        ("*.x.org", "https://a.b.x.org/"),
        ("https://x.org/private/*", "https://x.org/private/a"),
        ("*/private/*", "https://x.org/private/"),
        ("*.pdf", "https://x.org/a.pdf"),
        ("*.pdf", "https://x.org/a.pdf#page=2"),
        ("*?print=1", "https://x.org/a?print=1"),
        ("https://x.org/a", "https://x.org/a"),
        ("::1", "http://[::1]:8080/"),
    ],
)
def test_a_pattern_excludes_a_host_or_a_whole_url(pattern: str, url: str) -> None:
    settings = by_host(exclude=("nothing.example", pattern)).general
    assert settings.exclusion(url) == pattern


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("x.org", "https://www.x.org/"),
        ("*.x.org", "https://x.org/"),
        ("/private/", "https://x.org/private/"),
        ("*.pdf", "https://x.org/a.pdf?b"),
        ("https://x.org/a", "https://x.org/ab"),
        ("https://x.org/a.c", "https://x.org/abc"),
        ("https://x.org/[a-c]", "https://x.org/a"),
        ("evil.example", "https://evil.example@x.org/"),
    ],
)
def test_it_excludes_nothing_else(pattern: str, url: str) -> None:
    assert by_host(exclude=(pattern,)).general.exclusion(url) is None


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("ab*bc", "abc", False),
        ("*a*", "bab", True),
        ("a*b*c", "abbc", True),
        ("a*b*c", "ac", False),
        ("*ab*ab*", "ab", False),
        ("*ab*ab*", "abab", True),
        ("**", "x", True),
    ],
)
def test_a_wildcard_stands_for_any_characters(pattern: str, text: str, is_match: bool) -> None:
    assert matches(pattern, text) is is_match


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_wildcards_mean_what_they_mean_in_an_expression(pattern: str, text: str) -> None:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert matches(pattern, text) is bool(re.fullmatch(expression, text))


def test_no_url_makes_a_pattern_slow() -> None:
    started = time.thread_time()
    assert not matches("*a" * 30 + "*b", "a" * 100_000)
    assert time.thread_time() - started < 20


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("30s", 30), ("2 m", 120), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600), ("0d", 0), ("007s", 7)],
)
def test_spans(span: str, seconds: float) -> None:
    assert duration_of(span).total_seconds() == seconds


@pytest.mark.parametrize("span", ["4000d", "9" * 12 + "w", "9" * 10_000 + "s"])
def test_a_long_span_is_ten_years(span: str) -> None:
    assert duration_of(span).total_seconds() == 3650 * 86_400


@pytest.mark.parametrize(
    ("language", "header"),
    [("de", "de,*;q=0.5"), ("pt-BR", "pt-BR,pt;q=0.9,*;q=0.5"), ("zh-Hant-TW", "zh-Hant-TW,zh;q=0.9,*;q=0.5")],
)
def test_pages_are_asked_for_in_the_language_of_the_site(language: str, header: str) -> None:
    settings = SettingsByHost(Check(), BASE_URL, language)
    assert settings.headers_for("https://example.com/")["Accept-Language"] == header
    own = SettingsByHost(Check(headers={"accept-language": "fr"}), BASE_URL, language)
    assert own.headers_for("https://example.com/")["accept-language"] == "fr"
