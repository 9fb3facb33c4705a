"""The AMP Cache's URL of a page: the algorithm's vectors, and what passes for the same URL."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.judge.amp import cache_mismatch, cache_subdomain, cache_urls

LONG = (
    "itwasadarkandstormynight.therainfellintorrents.exceptatoccasionalintervalswhenitwascheckedby"
    ".aviolentgustofwindwhichsweptupthestreets.com"
)
ARABIC = "xn--4gbrim.xn----rmckbbajlc6dj7bxne2c.xn--wgbh1c"


@pytest.mark.parametrize(
    ("host", "subdomain"),
    [
        ("something.com", "something-com"),
        ("SOMETHING.COM", "something-com"),
        ("hello-world.com", "hello--world-com"),
        ("hello--world.com", "hello----world-com"),
        ("toplevelnohyphens", "qsgpfjzulvuaxb66z77vlhb5gu2irvcnyp6t67cz6tqo5ae6fysa"),
        ("no-dot-domain", "4lxc7wqq7b25walg4rdiil62veijrmqui5z3ept2lyfqqwpowryq"),
        (LONG, "dgz4cnrxufaulnwku4ow5biptyqnenjievjht56hd7wqinbdbteq"),
        ("xn--bcher-kva.ch", "xn--bcher-ch-65a"),
        (ARABIC, "xn-------i5fvcbaopc6fkc0de0d9jybegt6cd"),
        (f"hello.{ARABIC}", "a6h5moukddengbsjm77rvbosevwuduec2blkjva4223o4bgafgla"),
        ("en-us.example.com", "0-en--us-example-com-0"),
        ("www.wsj.com", "www-wsj-com"),
    ],
)
def test_a_host_has_the_subdomain_of_the_algorithm(host: str, subdomain: str) -> None:
    assert cache_subdomain(host) == subdomain


def test_a_name_in_unicode_and_in_a_labels_is_one() -> None:
    assert cache_subdomain("Bücher.ch") == cache_subdomain("xn--bcher-kva.ch")


@pytest.mark.parametrize(
    "host",
    [
        "ab--c.example.com",
        "a" * 63 + ".com",
        "a-" * 28 + "a.com",
        "localhost",
        "",
        "xn--4gbrim.example.com",
        f"{ARABIC}.fr",
        "xn--p1bt0b.xn--4gbrim",
    ],
    ids=[
        "reserved",
        "too long",
        "too long once written",
        "no dot",
        "empty",
        "Arabic and Latin",
        "more of it",
        "Devanagari and Arabic",
    ],
)
def test_what_makes_no_label_is_hashed(host: str) -> None:
    assert re.fullmatch("[a-z2-7]{52}", cache_subdomain(host))


def test_digits_and_hyphens_have_no_direction() -> None:
    assert cache_subdomain("xn--4gbrim.xn--wgbh1c").startswith("xn--")


@pytest.mark.parametrize(
    "host", ["xn--", "xn--999999999b", "xn--\ud800.com", "\ud800.com", "xn---.com", "\u200d", "a..b", "\0"]
)
def test_no_host_raises(host: str) -> None:
    assert cache_subdomain(host)


@given(st.text(max_size=80) | st.text("xn-.aé9", max_size=80))
def test_any_host_gives_a_label(host: str) -> None:
    assert re.fullmatch(r"[^.]{1,67}", cache_subdomain(host), re.DOTALL)


# The URLs.


def test_every_url_that_the_cache_may_have_is_named_the_usual_one_first() -> None:
    assert cache_urls("https://www.wsj.com/amp/a?x=1&y#top") == (
        "https://www-wsj-com.cdn.ampproject.org/c/s/www.wsj.com/amp/a?x=1&y",
        "https://www-wsj-com.cdn.ampproject.org/i/s/www.wsj.com/amp/a?x=1&y",
        "https://www-wsj-com.cdn.ampproject.org/r/s/www.wsj.com/amp/a?x=1&y",
        "https://www-wsj-com.cdn.ampproject.org/v/s/www.wsj.com/amp/a?x=1&y",
        "https://cdn.ampproject.org/c/s/www.wsj.com/amp/a?x=1&y",
        "https://cdn.ampproject.org/i/s/www.wsj.com/amp/a?x=1&y",
        "https://cdn.ampproject.org/r/s/www.wsj.com/amp/a?x=1&y",
        "https://cdn.ampproject.org/v/s/www.wsj.com/amp/a?x=1&y",
    )


@pytest.mark.parametrize(
    ("amp_url", "cached"),
    [
        ("http://example.com/a", "https://example-com.cdn.ampproject.org/c/example.com/a"),
        ("https://example.com", "https://example-com.cdn.ampproject.org/c/s/example.com/"),
        ("https://example.com?a=b", "https://example-com.cdn.ampproject.org/c/s/example.com/?a=b"),
        ("HTTPS://Example.COM:443/A", "https://example-com.cdn.ampproject.org/c/s/example.com/A"),
        ("https://example.com:8443/a", "https://example-com.cdn.ampproject.org/c/s/example.com:8443/a"),
        ("https://xn--bcher-kva.ch/a", "https://xn--bcher-ch-65a.cdn.ampproject.org/c/s/xn--bcher-kva.ch/a"),
        (
            "https://en-us.example.com/a",
            "https://0-en--us-example-com-0.cdn.ampproject.org/c/s/en-us.example.com/a",
        ),
    ],
)
def test_the_usual_url(amp_url: str, cached: str) -> None:
    assert cache_urls(amp_url)[0] == cached


@pytest.mark.parametrize("amp_url", ["", "ftp://example.com/a", "example.com", "https:/example.com"])
def test_what_is_no_url_has_none_and_does_not_raise(amp_url: str) -> None:
    assert cache_urls(amp_url) == ()
    assert cache_mismatch(amp_url, "https://example-com.cdn.ampproject.org/c/s/example.com/")


AMP = "https://www.example.com/a/amp/?x=1&y=%C3%BC"
HOST = "https://www-example-com.cdn.ampproject.org"


@pytest.mark.parametrize(
    "amp_url", [AMP, "http://example.com", "https://[2001:db8::1]:444/a", "https://en-us.org:80/?"]
)
def test_every_url_of_the_cache_is_fine(amp_url: str) -> None:
    assert cache_urls(amp_url)
    assert all(cache_mismatch(amp_url, url) is None for url in cache_urls(amp_url))


@pytest.mark.parametrize(
    ("amp_url", "cdn_url"),
    [
        (AMP, f"{HOST}/c/s/www.example.com/a/amp/?x=1&y=%c3%bc"),
        (AMP, f"{HOST}/c/s/www.example.com/%61/amp/?x=1&y=%C3%BC"),
        (AMP, f"{HOST}:443/c/s/www.example.com/a/amp/?x=1&y=%C3%BC"),
        (AMP, f"{HOST}/c/s/WWW.Example.com/a/amp/?x=1&y=%C3%BC"),
        (AMP, "HTTPS://WWW-Example-COM.CDN.AmpProject.org/c/s/www.example.com/a/amp/?x=1&y=%C3%BC"),
        (AMP, f"{HOST}/c/s/www.example.com/a/amp/?x=1&y=%C3%BC#amp_tf=From"),
        (AMP, f"{HOST}/v/s/www.example.com/a/amp/?x=1&y=%C3%BC&amp_js_v=0.1"),
        (
            AMP,
            f"{HOST}/v/s/www.example.com/a/amp/?x=1&y=%C3%BC&amp_js_v=a6&amp_gsa=1&usqp=mq331AQKKAFQAr%3D%3D",
        ),
        (AMP, f"{HOST}/v/s/www.example.com/a/amp/?amp_js_v=a6&x=1&y=%C3%BC"),
        (AMP + "#top", f"{HOST}/c/s/www.example.com/a/amp/?x=1&y=%C3%BC"),
        ("https://x.org/?amp_js_v=1", "https://x-org.cdn.ampproject.org/c/s/x.org/?amp_js_v=1"),
        ("https://x.org/", "https://x-org.cdn.ampproject.org/c/s/x.org"),
        ("https://x.org/?", "https://x-org.cdn.ampproject.org/c/s/x.org"),
        ("https://x.org:443/", "https://x-org.cdn.ampproject.org/c/s/x.org/"),
        ("https://x.org:8443/", "https://x-org.cdn.ampproject.org/c/s/x.org/"),
        ("https://xn--bcher-kva.ch/", "https://xn--bcher-ch-65a.cdn.ampproject.org/c/s/b%C3%BCcher.ch/"),
        ("https://x.org/", "https://cdn.ampproject.org/c/s/x.org/"),
    ],
)
def test_another_spelling_and_what_search_results_add_are_fine(amp_url: str, cdn_url: str) -> None:
    assert cache_mismatch(amp_url, cdn_url) is None


@pytest.mark.parametrize(
    "cdn_url",
    [
        "https://x-org.cdn.ampproject.org/c/x.org/a?b=1",
        "http://x-org.cdn.ampproject.org/c/s/x.org/a?b=1",
        "https://x-org.cdn.ampproject.org:8443/c/s/x.org/a?b=1",
        "https://x--org.cdn.ampproject.org/c/s/x.org/a?b=1",
        "https://y-org.cdn.ampproject.org/c/s/x.org/a?b=1",
        "https://x-org.cdn.ampproject.org/c/s/y.org/a?b=1",
        "https://x-org.cdn.ampproject.org/c/s/x.org/A?b=1",
        "https://x-org.cdn.ampproject.org/c/s/x.org/a/?b=1",
        "https://x-org.cdn.ampproject.org/c/s/x.org/a",
        "https://x-org.cdn.ampproject.org/c/s/x.org/a?b=2",
        "https://x-org.cdn.ampproject.org/c/s/x.org/a?b=1&c=2",
        "https://x-org.cdn.ampproject.org/w/s/x.org/a?b=1",
        "https://x-org.cdn.ampproject.org/x.org/a?b=1",
        "https://x-org.cdn.ampproject.org.evil.example/c/s/x.org/a?b=1",
        "https://x-org.ampproject.org/c/s/x.org/a?b=1",
        "https://x.org/a?b=1",
        "not a URL",
    ],
)
def test_another_url_is_told_with_what_would_be_right(cdn_url: str) -> None:
    said = "is not the AMP Cache URL of https://x.org/a?b=1; that is https://x-org.cdn.ampproject.org/c/s/x.org/a?b=1"
    assert cache_mismatch("https://x.org/a?b=1", cdn_url) == said


def test_a_label_that_grows_too_long_when_it_is_wrapped_may_be_the_hash() -> None:
    host = "en-" + "a" * 52 + ".org"
    documents = [url for url in cache_urls(f"https://{host}/") if f"/c/s/{host}/" in url]
    assert [len(url.removeprefix("https://").split(".")[0]) for url in documents] == [64, len("cdn"), 52]


def test_a_long_url_is_cut_in_the_message() -> None:
    said = cache_mismatch("https://x.org/" + "a" * 100_000, "https://x.org/")
    assert said
    assert len(said) < 1200


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_url_raises(a: str, b: str) -> None:
    cache_mismatch(f"https://{a}", f"https://x-org.cdn.ampproject.org/c/s/{b}")
