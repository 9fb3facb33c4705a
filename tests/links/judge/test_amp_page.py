"""The data in AMP pages, also of hostile pages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.judge.amp import read_amp_page, same_page
from feedpub.links.judge.amp.tags import tags

BASE = "https://example.com/a/amp/"
CANONICAL = "https://example.com/a"


def page(html: str = "<html amp>", link: str = f'<link rel="canonical" href="{CANONICAL}">', before: str = "") -> str:
    return f'<!doctype html>{before}{html}<head><meta charset="utf-8">{link}</head><body>Text</body></html>'


def is_amp(text: str) -> bool:
    return read_amp_page(text.encode(), BASE).is_amp


def canonical(text: str, base: str = BASE) -> str | None:
    return read_amp_page(text.encode(), base).canonical


# Whether it is AMP.


@pytest.mark.parametrize(
    "html",
    [
        "<html ⚡>",
        "<html ⚡\ufe0f>",
        "<html amp>",
        "<HTML AMP>",
        "<html lang=en amp>",
        '<html amp lang="en">',
        '<html ⚡="">',
        "<html amp=''>",
        "<html\n\t⚡\n\tlang='en'\n>",
        "<html/amp>",
        "<html lang='>' ⚡>",
        "<html lang = x ⚡>",
        "<!-- <html> --><html ⚡>",
        "<html i-amphtml-layout ⚡ transformed='google;v=1'>",
    ],
)
def test_an_amp_page_says_so(html: str) -> None:
    assert is_amp(page(html))


@pytest.mark.parametrize(
    "html",
    [
        "<html>",
        "",
        "<html ⚡4email>",
        "<html amp4email>",
        "<html ⚡4ads>",
        "<html amp4ads>",
        "<html lang='⚡'>",
        "<html class=amp>",
        "<html data-amp>",
        "<html amp-version=1>",
        "<!-- <html amp> --><html>",
        "<!--><html><!-- <html amp> -->",
        "<!---><html><!--> <html amp> -->",
        "<script><html amp></script><html>",
        "<title><html amp></title><html>",
        "<style><html amp></STYLE ><html>",
        "<htmlx amp><html>",
        "<p title='<html amp>'><html>",
        '<p title="<html amp>"><html>',
        "<html><html amp>",
        "&lt;html amp&gt;<html>",
        "< html amp><html>",
        "</html amp><html>",
        "<!html amp><html>",
        "<?html amp><html>",
    ],
)
def test_another_page_does_not(html: str) -> None:
    assert not is_amp(page(html))


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n\0\0", b'{"html": "<html amp"}', b"<html amp", b"<html amp lang='"]
)
def test_what_is_no_page_is_not_amp(body: bytes) -> None:
    found = read_amp_page(body, BASE)
    assert (found.is_amp, found.canonical) == (False, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_mark_is_found_in_utf_8(encoding: str) -> None:
    assert read_amp_page(page("<html ⚡>").encode(encoding), BASE).is_amp


def test_a_page_in_another_encoding_is_no_amp_page() -> None:
    assert not read_amp_page(page("<html ⚡>").encode("utf-16"), BASE).is_amp


# Which page it names as canonical.


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="canonical" href="{CANONICAL}">',
        f"<LINK REL=Canonical HREF='{CANONICAL}'/>",
        f"<link href={CANONICAL} rel=canonical>",
        f'<link rel="shortlink\n CANONICAL" href="{CANONICAL}">',
        f'<link rel=icon href=/i.png><link rel="canonical" href=" {CANONICAL}\n">',
        '<link rel="canonical" href="/a">',
        '<link rel="canonical" href="../../a">',
        '<link rel="canonical" href="//example.com/a">',
        '<link rel="canonical" href="https://example.com&#x2F;a">',
        f'<link rel="canonical" href="{CANONICAL}"><link rel="canonical" href="https://other.example/">',
        f'<link rel="canonical" href=""><link rel="canonical" href="{CANONICAL}">',
        f'<link rel="canonical"><link rel="canonical" href="javascript:x"><link rel="canonical" href="{CANONICAL}">',
        '<base href="https://example.com/b/"><link rel="canonical" href="../a">',
        '<base target=_top><base href="/b/"><base href="/b/c/d/"><link rel="canonical" href="../a">',
        '<base href="javascript:x"><link rel="canonical" href="/a">',
        f'<link rel="canonical" rel="icon" href="{CANONICAL}">',
        f"<script type=a/json>'<link rel=canonical href=/no>'</script><link rel=canonical href={CANONICAL}>",
        f'<!-- <link rel=canonical href=/no> --><link rel="canonical" href="{CANONICAL}">',
        f'<noscript><style amp-boilerplate>body{{}}</style></noscript><link rel="canonical" href="{CANONICAL}">',
        f"<p title=it's><link rel=canonical href={CANONICAL}>",
    ],
)
def test_the_canonical_page_is_found_and_absolute(link: str) -> None:
    assert canonical(page(link=link)) == CANONICAL


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<link rel="canonical" href="https://example.com/?a=1&amp;b=2">', "https://example.com/?a=1&b=2"),
        ('<link rel="canonical" href="https://EXAMPLE.com/ü b">', "https://example.com/%C3%BC%20b"),
        ('<link rel="canonical" href="https://bücher.example/">', "https://xn--bcher-kva.example/"),
        ('<link rel="canonical" href="?p=1">', "https://example.com/a/amp/?p=1"),
    ],
)
def test_the_canonical_page_is_normalized(link: str, found: str) -> None:
    assert canonical(page(link=link)) == found


@pytest.mark.parametrize(
    "link",
    [
        "",
        '<link rel="canonical">',
        '<link rel="canonical" href="">',
        '<link rel="canonical" href="  ">',
        '<link rel="canonical" href="mailto:a@example.com">',
        '<link rel="canonical" href="https://me:secret@example.com/">',
        '<link rel="canonical" href="https://[::1">',
        '<link rel="canonicals" href="/a">',
        '<link rev="canonical" href="/a">',
        '<a rel="canonical" href="/a">A</a>',
        '<link rel="canonical" href="/' + "a" * 5000 + '">',
        '<link rel="canonical" href="&#' + "9" * 5000 + ';">',
        '<link rel="canonical" href="\x01">',
        f'<link rel="canonical" href="{CANONICAL}',
        f"<link rel=canonical href={CANONICAL}<",
    ],
)
def test_a_page_may_name_none(link: str) -> None:
    # What is cut at the end is cut by the limit on a body's size.
    assert canonical(f"<html amp><head>{link}") is None


@given(st.integers(0, 300))
def test_a_page_cut_anywhere_names_its_canonical_page_or_none(length: int) -> None:
    text = page("<html ⚡>", link=f"<title>T</title><link rel=canonical href={CANONICAL}>")
    assert read_amp_page(text.encode()[:length], BASE).canonical in (None, CANONICAL)


# Hostile pages.

HOSTILE = {
    "open tags": "<b>",
    "misnested tags": "<b></p>",
    "open lists": "<li><a>",
    "open tables": "<table><tr><td>",
    "comments": "<!--",
    "comments that nearly end": "<!---->!--",
    "declarations": "<!",
    "sections": "<![CDATA[",
    "instructions": "<?",
    "end tags": "</",
    "more end tags": "</b>",
    "quotes": '<a b="',
    "quotes in turn": "<a b=\"'<a b='\"",
    "angles": "<",
    "attributes": "<html a=b c",
    "equal signs": "<html =",
    "blanks": "<html  \t",
    "raw text": "<script>",
    "raw text that nearly ends": "<title></titl",
    "references": "&#9",
    "links": "<link rel=canonical href='javascript:x'>",
    "scripts": "<script>location='x ",
    "assignments": "<script>location='javascript:\\",
    "redirects": "<meta http-equiv=refresh content='0;url=javascript:x'>",
    "handlers": "<body onload=\"location='javascript:x'\">",
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_takes_no_longer_than_its_length_demands(unit: str) -> None:
    for body in (
        (unit * 500_000).encode(),
        f"{unit} {'x' * 2_000_000}".encode(),
        f"<link rel=canonical {unit * 500_000}".encode(),
    ):
        started = time.thread_time()
        read_amp_page(body, BASE)
        assert time.thread_time() - started < 20


def test_only_the_first_megabyte_is_looked_at() -> None:
    text = "<html amp>" + " " * 1_000_000 + f"<link rel=canonical href={CANONICAL}>"
    assert canonical(text) is None


@given(
    st.binary(max_size=200) | st.text("<>/!-='\"& abhtmlscriptlinkrelcanonicalhref⚡\n", max_size=200).map(str.encode)
)
def test_no_page_raises(body: bytes) -> None:
    read_amp_page(body, BASE)


def test_a_tag_has_its_first_attributes_in_lower_case() -> None:
    found = list(tags("<A B=1 b=2 C D='&amp;' ==e><p><SCRIPT x>a<b></b></script>", ("a", "b", "script")))
    assert [tuple(tag) for tag in found] == [("a", {"b": "1", "c": "", "d": "&", "e": ""}), ("script", {"x": ""})]


# Whether two URLs name one page.


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("https://example.com/a", "http://example.com/a"),
        ("https://example.com/a", "https://EXAMPLE.com/a"),
        ("https://example.com/a", "HTTPS://example.com:443/a"),
        ("https://example.com/a", "http://example.com:80/a"),
        ("https://example.com/a", "https://example.com:0443/a"),
        ("https://example.com/a", "https://example.com.:/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com?a", "https://example.com/?a"),
        ("https://example.com/a", "https://example.com/a#b"),
        ("https://example.com/a", "https://example.com/a?"),
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/%7Ea,b", "https://example.com/~a%2Cb"),
        ("https://example.com/%c3%bc", "https://example.com/%C3%BC"),
        ("https://example.com/a", "https://example.com/a?utm_source=feed&utm_medium=rss"),
        ("https://example.com/a?x=1&fbclid=1", "https://example.com/a?gclid=2&x=1"),
        ("not a URL", "not a URL"),
    ],
)
def test_a_difference_that_no_site_makes_is_none(a: str, b: str) -> None:
    assert same_page(a, b)
    assert same_page(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("https://example.com/a", "https://example.com/b"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://www.example.com/a"),
        ("https://example.com/a", "https://example.com:8443/a"),
        ("https://example.com/a", "https://example.com:80/a"),
        ("https://example.com/a", "https://example.com/a?p=1"),
        ("https://example.com/a?p=1&q=2", "https://example.com/a?q=2&p=1"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/a%3Fb", "https://example.com/a?b"),
        ("https://example.com/a%25", "https://example.com/a%"),
        ("https://example.com/?utm=1", "https://example.com/"),
        ("https://example.com/a", ""),
        ("", "ftp://example.com/a"),
    ],
)
def test_other_pages_are_others(a: str, b: str) -> None:
    assert not same_page(a, b)
    assert not same_page(b, a)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_two_urls_raise(a: str, b: str) -> None:
    assert same_page(f"https://{a}", f"http://{b}") == same_page(f"http://{b}", f"https://{a}")
