"""The judgement of responses, as values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core.format_registry import FORMATS
from feedpub.delivery.verify.advice import ADVICE, advice_lines
from feedpub.delivery.verify.caching import caching_problem, directives
from feedpub.delivery.verify.content import facts_of, head_links, is_html, updated_of
from feedpub.delivery.verify.feed_findings import LARGE, LARGEST, SiteTerms, feed_findings
from feedpub.delivery.verify.model import ContentFacts, ContentState, ExpectedFeed, FeedAnswer, Rule, VerifiedFeed
from feedpub.delivery.verify.sample_findings import sample_of
from feedpub.delivery.verify.site_findings import linked_feeds
from feedpub.links.model import Answer, Failure, Hop
from feedpub.state.atomic_files import digest

URL = "https://news.example.org/rss.xml"
HUB = "https://hub.example.net/"
GOOD = {"etag": '"a"', "content-encoding": "gzip", "cache-control": "public, max-age=300"}
TERMS = SiteTerms(ttl=3600)


def expected(url: str = URL, canonical: str | None = None, name: str = "rss") -> ExpectedFeed:
    info = FORMATS[name]
    return ExpectedFeed(
        path=url.partition(".org/")[2], url=url, canonical_url=canonical or url, format=info, digest=digest(b"")
    )


def answer(headers: dict[str, str] | None = None, **values: Any) -> FeedAnswer:
    content = {"state": ContentState.SAME, "size": 5000, "self_url": URL, "hubs": (), "file_age": 1e6}
    content |= {name: values.pop(name) for name in list(values) if name in content}
    made = {"status": 200, "media_type": "application/rss+xml", "final_url": URL, **values}
    return FeedAnswer(headers=GOOD | (headers or {}), content=ContentFacts(**content), **made)


def found(response: Answer, feed: ExpectedFeed | None = None, terms: SiteTerms = TERMS) -> list[tuple[str, bool]]:
    findings = feed_findings(feed or expected(), response, terms)
    assert all(finding.message.isprintable() for finding in findings)
    return [(finding.rule.value, finding.is_error) for finding in findings]


def test_a_response_as_readers_want_it_has_no_finding() -> None:
    assert found(answer()) == []


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({"media_type": "text/html"}, [("media-type", True)]),
        ({"media_type": "application/xml"}, [("media-type", False)]),
        ({"media_type": "application/atom+xml"}, [("media-type", True)]),
        ({"media_type": "application/json"}, [("media-type", True)]),
        ({"state": ContentState.STALE}, [("stale", True)]),
        ({"state": ContentState.STALE, "file_age": 10.0}, [("stale", False)]),
        ({"state": ContentState.NEWER}, [("newer", False)]),
        ({"state": ContentState.TRUNCATED, "self_url": None}, [("truncated", True)]),
        ({"state": ContentState.DIFFERENT}, [("different", True)]),
        ({"state": ContentState.DIFFERENT, "self_url": "https://other.example/"}, [("self-link", True)]),
        ({"self_url": "http://news.example.org/rss.xml"}, [("self-link", True)]),
        ({"size": LARGE + 1}, [("size", False)]),
        ({"size": LARGEST + 1}, [("size", True)]),
        ({"status": 404}, [("not-found", True)]),
        ({"status": 410}, [("not-found", True)]),
        ({"status": 401}, [("refused", True)]),
        ({"status": 429}, [("rate-limit", True)]),
        ({"self_url": "https://x.example/\x1b[31m"}, [("self-link", True)]),
        ({"status": 500}, [("refused", True)]),
        ({"status": 403, "is_html": True}, [("challenge", True)]),
        ({"status": 429, "is_challenge": True}, [("challenge", True)]),
        ({"is_html": True, "state": ContentState.HTML}, [("challenge", True)]),
        ({"hops": (Hop(301, "https://www.example.org/rss.xml"),)}, [("redirect", False)]),
    ],
)
def test_a_response_has_the_finding_of_its_fault(values: dict[str, Any], rules: list[tuple[str, bool]]) -> None:
    assert found(answer(**values)) == rules


@pytest.mark.parametrize(
    ("headers", "rules"),
    [
        ({"etag": ""}, [("validators", False)]),
        ({"etag": "", "last-modified": "Wed, 01 May 2024 10:00:00 GMT"}, []),
        ({"content-encoding": "br"}, []),
        ({"content-encoding": "identity"}, [("compression", False)]),
        ({"content-type": "application/rss+xml; charset=UTF-8"}, []),
        ({"content-type": "application/rss+xml; charset='utf8'"}, []),
        ({"content-type": "application/rss+xml;charset=iso-8859-1"}, [("media-type", True)]),
    ],
)
def test_headers_have_the_finding_of_their_fault(headers: dict[str, str], rules: list[tuple[str, bool]]) -> None:
    assert found(answer(headers)) == rules


@pytest.mark.parametrize(
    ("failure", "rule"),
    [
        (Failure.CERTIFICATE, "tls"),
        (Failure.AUTHORITY, "tls"),
        (Failure.TLS, "tls"),
        (Failure.LOOP, "redirect-loop"),
        (Failure.CONNECT, "unreachable"),
        (Failure.NO_SUCH_NAME, "unreachable"),
        (Failure.GIVEN_UP, "unreachable"),
    ],
)
def test_without_a_response_there_is_one_finding(failure: Failure, rule: str) -> None:
    assert found(Answer(failure=failure, message="why")) == [(rule, True)]


def test_a_feed_that_was_not_fetched_may_be_there() -> None:
    limited = Answer(failure=Failure.GIVEN_UP, status=429, message="not fetched, because …")
    assert found(limited) == [("rate-limit", False)]


def test_a_site_that_moved_to_https_has_a_wrong_self_link_and_no_wrong_redirect() -> None:
    feed = expected("http://news.example.org/rss.xml")
    moved = answer(hops=(Hop(301, URL),), self_url=feed.url)
    assert found(moved, feed) == [("self-link", True)]
    assert found(answer(self_url=feed.url, final_url=feed.url), feed) == []


def test_another_server_has_the_self_links_of_the_site() -> None:
    staging = expected("https://staging.example.org/rss.xml", URL)
    assert found(answer(final_url=staging.url), staging) == []
    origin = expected("http://127.0.0.1:8000/rss.xml", URL)
    assert found(answer(final_url=origin.url), origin) == []
    assert found(answer(final_url=origin.url, self_url=origin.url), origin) == [("self-link", True)]


def test_a_feed_names_the_hub_of_the_configuration() -> None:
    terms = SiteTerms(ttl=3600, hub=HUB)
    assert found(answer(hubs=(HUB,)), terms=terms) == []
    assert found(answer(), terms=terms) == [("hub-link", False)]
    assert found(answer(state=ContentState.STALE), terms=terms) == [("stale", True)]


DATE = "Wed, 01 May 2024 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"cache-control": "public, max-age=3600"}, None),
        ({"cache-control": "public, max-age=3601"}, True),
        ({"cache-control": 'Max-Age = "604800"'}, True),
        ({"cache-control": "max-age=604800, max-age=1"}, True),
        ({"cache-control": "no-cache, max-age=604800"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=0, must-revalidate", "age": "999999"}, None),
        ({"cache-control": "max-age=60, s-maxage=31536000"}, False),
        ({"cache-control": "private, max-age=60, s-maxage=31536000"}, None),
        ({"cache-control": "max-age=60, immutable"}, True),
        ({"cache-control": "public"}, None),
        ({"expires": "Wed, 01 May 2024 10:30:00 GMT", "date": DATE}, None),
        ({"expires": "Wed, 08 May 2024 10:00:00 GMT", "date": DATE}, True),
        ({"expires": "Wed, 08 May 2024 10:00:00 GMT", "date": DATE, "cache-control": "max-age=60"}, None),
        ({"expires": "0", "date": DATE}, None),
        ({"expires": "-1"}, None),
        ({}, False),
    ],
)
def test_caches_may_keep_a_feed_for_its_ttl(headers: dict[str, str], problem: bool | None) -> None:
    found = caching_problem(headers, 3600)
    assert (found and found.is_error) is problem


@given(st.text(), st.text(), st.text())
def test_any_header_can_be_judged(control: str, expires: str, date: str) -> None:
    caching_problem({"cache-control": control, "expires": expires, "date": date}, 60)
    directives(control)


RSS = b"""<?xml version="1.0"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A &lt;link rel="self" href="x"&gt;</title>
<atom:link href="https://news.example.org/rss.xml?a&amp;b" rel="self"/><link>https://news.example.org/</link>
<atom:link rel="hub" href="https://hub.example.net/"/><lastBuildDate>Wed, 01 May 2024 10:00:00 +0000</lastBuildDate>
<item><atom:link rel="self" href="no"/><pubDate>Thu, 02 May 2024 10:00:00 +0000</pubDate></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><updated>2024-05-01T10:00:00Z</updated>
<link href="https://news.example.org/atom.xml" rel="self"/>
<entry><updated>2024-06-01T10:00:00Z</updated></entry></feed>"""
JSON = b"""{"feed_url": "https://news.example.org/feed.json", "hubs": [{"type": "WebSub", "url": "https://hub.example.net/"}],
"items": [{"date_modified": "2024-04-01T10:00:00Z"}, {"date_modified": "2024-05-01T12:00:00+02:00"}]}"""
MAY = datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_the_links_and_the_date_of_a_feed_are_read() -> None:
    hubs = ("https://hub.example.net/",)
    assert head_links(RSS, FORMATS["rss"]) == ("https://news.example.org/rss.xml?a&b", hubs)
    assert head_links(ATOM, FORMATS["atom"]) == ("https://news.example.org/atom.xml", ())
    assert head_links(JSON, FORMATS["json"]) == ("https://news.example.org/feed.json", hubs)
    for body, name in ((RSS, "rss"), (ATOM, "atom"), (JSON, "json")):
        assert updated_of(body, FORMATS[name]) == MAY


@given(st.binary(), st.sampled_from(list(FORMATS)))
def test_any_body_has_facts(body: bytes, name: str) -> None:
    facts_of(body, FORMATS[name], digest(b"x"), RSS, 5.0)
    is_html(body, None)


@pytest.mark.parametrize(
    ("body", "newer_by", "state"),
    [
        (RSS, None, ContentState.SAME),
        (RSS[:200], None, ContentState.TRUNCATED),
        (b"", None, ContentState.TRUNCATED),
        (RSS.replace(b"01 May", b"30 Apr"), None, ContentState.STALE),
        (RSS.replace(b"01 May", b"02 May"), None, ContentState.NEWER),
        (RSS.replace(b"A &lt;", b"B &lt;"), None, ContentState.DIFFERENT),
        (RSS.replace(b"A &lt;", b"B &lt;"), 0.0, ContentState.DIFFERENT),
        (RSS.replace(b"A &lt;", b"B &lt;"), -60.0, ContentState.STALE),
        (b"{}", None, ContentState.DIFFERENT),
    ],
)
def test_a_body_is_compared_with_the_file(body: bytes, newer_by: float | None, state: ContentState) -> None:
    assert facts_of(body, FORMATS["rss"], digest(RSS), RSS, newer_by).state is state


@pytest.mark.parametrize(
    ("body", "media_type", "is_page"),
    [
        (b"<!DOCTYPE html><p>", None, True),
        (b"\xef\xbb\xbf \n<HTML lang=en>", None, True),
        (b"<!-- x --><html>", None, True),
        (b"Access denied", "text/html", True),
        (RSS, "text/html", False),
        (ATOM, None, False),
        (b"<htmlx>", None, False),
    ],
)
def test_a_page_is_told_from_a_feed(body: bytes, media_type: str | None, is_page: bool) -> None:
    assert is_html(body, media_type) is is_page


def test_pages_and_lists_link_feeds() -> None:
    page = b"""<link rel="alternate" type="application/rss+xml" href="rss.xml#a"><link rel="stylesheet" href="a.css">
    <link rel="alternate" hreflang="de" href="de.html">
    <LINK REL='Alternate feed' TYPE=application/atom+xml HREF=/atom.xml>
    <link rel="alternate" type="application/rss+xml" href="http://[">"""
    list_of_feeds = b'<outline type="rss" xmlUrl="https://other.example/a?b&amp;c" htmlUrl="x"/><outline text="none"/>'
    base = "https://news.example.org/news/"

    def links(body: bytes, status: int = 200) -> list[str]:
        return linked_feeds(base, FeedAnswer(status=status, final_url=base, body=body))

    assert links(page) == [f"{base}rss.xml", "https://news.example.org/atom.xml", "http://["]
    assert links(list_of_feeds) == ["https://other.example/a?b&c"]
    assert links(page, 404) == []


def test_a_sample_has_two_feeds_of_each_format_that_readers_get() -> None:
    paths = [f"{folder}{info.filename}" for folder in ("", "a/", "b/", "c/") for info in FORMATS.values()]
    feeds = [
        VerifiedFeed(
            feed=ExpectedFeed(
                path=path,
                url=path,
                canonical_url=path,
                format=next(info for info in FORMATS.values() if path.endswith(info.filename)),
                digest="",
            ),
            answer=answer(status=404 if path.startswith("a/") else 200),
        )
        for path in paths
    ]
    assert {each.feed.path for each in sample_of(feeds)} == {path for path in paths if path[:2] not in ("a/", "c/")}


def test_every_rule_says_what_to_do() -> None:
    assert list(ADVICE) == list(Rule)
    for rule in Rule:
        assert all(line.endswith(".") for line in advice_lines(rule))
        assert set(ADVICE[rule].servers) <= {"nginx", "Caddy", "Cloudflare", "S3"}
