"""The judgement of one feed's response: can readers use it, and is it what ``output/`` holds? Pure.

:mod:`feedpub.delivery.verify.caching` judges the headers for caches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from feedpub.core.errors import printable
from feedpub.delivery.verify.caching import caching_problem, duration
from feedpub.delivery.verify.model import ContentState, ExpectedFeed, FeedAnswer, FeedFinding, Rule
from feedpub.links.model import Answer, Failure
from feedpub.links.redact import redacted, shown_url

SMALLEST_COMPRESSED = 2000
"""The size in bytes from which a feed should be compressed; servers leave out smaller files."""
LARGE = 1_000_000
"""The size in bytes from which a feed is large for each of its readers' polls after a change."""
LARGEST = 15 * 1024 * 1024
"""The size in bytes from which Miniflux refuses a feed (HTTP_CLIENT_MAX_BODY_SIZE)."""

_GENERIC = {True: ("application/xml", "text/xml"), False: ("application/json",)}
"""The media types that readers also accept, for XML or not."""
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_UTF8 = ("utf-8", "utf8")
_CHALLENGES = (403, 429, 503)
_TLS = (Failure.CERTIFICATE, Failure.AUTHORITY, Failure.TLS)


class SiteTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The values of config.yaml by which responses are judged."""

    ttl: int
    """Seconds: ``site.ttl``."""
    hub: str | None = None


def feed_findings(feed: ExpectedFeed, answer: Answer, terms: SiteTerms) -> list[FeedFinding]:
    """Return the findings on the response ``answer`` of ``feed``.

    A feed that readers do not get at all has one finding alone.
    """
    failure = unreadable(answer)
    if failure is not None:
        rule, message = failure
        # Another feed was refused, and this one was not asked for.
        is_error = rule is not Rule.RATE_LIMIT or answer.failure is None
        return [FeedFinding(rule=rule, url=feed.url, message=printable(message), is_error=is_error)]
    if not isinstance(answer, FeedAnswer) or answer.content is None:
        return []
    checks = (_redirect, _content, _media_type, _validators, _compression, _caching, _size, _hub_link)
    return [
        FeedFinding(rule=rule, url=feed.url, message=printable(message), is_error=is_error)
        for check in checks
        for rule, is_error, message in check(feed, answer, terms)
    ]


def unreadable(answer: Answer) -> tuple[Rule, str] | None:
    """Return why readers do not get a feed by ``answer``, as rule and message; None if they do."""
    if answer.failure is not None:
        return _failed(answer, answer.failure)
    status = answer.status or 0
    if _is_challenge(answer):
        return Rule.CHALLENGE, f"is a page for browsers instead of the feed (status {status}), such as a bot challenge"
    if status in (404, 410):
        return Rule.NOT_FOUND, f"is not there: status {status}"
    if status == 429:
        return Rule.RATE_LIMIT, f"is refused: status {status}, for too many requests"
    if status != 200:
        return Rule.REFUSED, f"is refused: status {status}"
    return None


def _failed(answer: Answer, failure: Failure) -> tuple[Rule, str]:
    if failure in _TLS:
        return Rule.TLS, f"cannot be fetched: {answer.message}"
    if failure is Failure.LOOP:
        return Rule.REDIRECT_LOOP, answer.message
    if failure is Failure.GIVEN_UP and answer.status is not None:
        return Rule.RATE_LIMIT, answer.message
    return Rule.UNREACHABLE, f"cannot be fetched: {answer.message}"


def _is_challenge(answer: Answer) -> bool:
    if answer.is_challenge:
        return True
    is_html = isinstance(answer, FeedAnswer) and answer.is_html
    content = answer.content if isinstance(answer, FeedAnswer) else None
    if answer.status == 200:
        return is_html and (content is None or content.state is ContentState.HTML)
    return is_html and answer.status in _CHALLENGES


_Found = Iterator[tuple[Rule, bool, str]]


def _redirect(feed: ExpectedFeed, answer: FeedAnswer, _terms: SiteTerms) -> _Found:
    if answer.hops and not _is_upgrade(feed, answer):
        statuses = ", ".join(str(hop.status) for hop in answer.hops)
        yield Rule.REDIRECT, False, f"redirects to {shown_url(redacted(answer.final_url or ''))} ({statuses})"


def _is_upgrade(feed: ExpectedFeed, answer: FeedAnswer) -> bool:
    """Return whether the redirects lead from http to https only; the self link is wrong then."""
    old, new = urlsplit(feed.url), urlsplit(answer.final_url or "")
    return (old.scheme, new.scheme) == ("http", "https") and (old.hostname, old.path) == (new.hostname, new.path)


def _content(feed: ExpectedFeed, answer: FeedAnswer, terms: SiteTerms) -> _Found:
    content = answer.content
    if content is None:
        return
    wrong_self = _wrong_self(feed, answer)
    match content.state:
        case ContentState.STALE:
            # Caches may keep a copy for this time.
            is_late = content.file_age is None or content.file_age > terms.ttl
            age = duration(answer.headers.get("age"))
            cached = f"; a cache has it for {age:,} seconds (Age)" if age else ""
            yield Rule.STALE, is_late, f"is an older version than that in output/{cached}"
        case ContentState.NEWER:
            yield Rule.NEWER, False, "is a newer version than that in output/"
        case ContentState.TRUNCATED:
            yield Rule.TRUNCATED, True, f"breaks off: it has only the first {content.size:,} bytes of the file"
        case ContentState.DIFFERENT if wrong_self is None:
            yield Rule.DIFFERENT, True, "is not the file in output/: something changes it, or it is another one"
        case _:
            pass
    if wrong_self is not None:
        yield Rule.SELF_LINK, True, wrong_self


def _wrong_self(feed: ExpectedFeed, answer: FeedAnswer) -> str | None:
    """Return what is wrong with the self link of the feed; None if it is right, or not to judge."""
    content = answer.content
    if content is None or content.state in (ContentState.TRUNCATED, ContentState.HTML) or content.self_url is None:
        return None
    shown = shown_url(redacted(content.self_url))
    if content.self_url.startswith("http:") and _is_https(feed, answer):
        return f"has a self link with http on a site with https: {shown}"
    if content.self_url != feed.canonical_url:
        return f"has a self link to another URL: {shown}"
    return None


def _is_https(feed: ExpectedFeed, answer: FeedAnswer) -> bool:
    if feed.url == feed.canonical_url and (answer.final_url or "").startswith("https:"):
        return True
    return feed.canonical_url.startswith("https:")


def _media_type(feed: ExpectedFeed, answer: FeedAnswer, _terms: SiteTerms) -> _Found:
    right, found = feed.format.media_type, answer.media_type
    charset = _CHARSET.search(answer.headers.get("content-type", ""))
    if found != right:
        sent = f"as {found}" if found else "without a media type"
        is_error = found not in _GENERIC[feed.format.is_xml]
        yield Rule.MEDIA_TYPE, is_error, f"is sent {sent}; {right} is right"
    elif charset and charset[1].lower() not in _UTF8:
        yield Rule.MEDIA_TYPE, True, f"is sent as {charset[1]!r}, which it is not; its encoding is UTF-8"


def _validators(_feed: ExpectedFeed, answer: FeedAnswer, _terms: SiteTerms) -> _Found:
    if not answer.headers.get("etag") and not answer.headers.get("last-modified"):
        yield Rule.VALIDATORS, False, "has neither ETag nor Last-Modified, so that each poll transfers all of it"


def _compression(_feed: ExpectedFeed, answer: FeedAnswer, _terms: SiteTerms) -> _Found:
    size = answer.content.size if answer.content else 0
    coding = answer.headers.get("content-encoding", "identity").lower()
    if size >= SMALLEST_COMPRESSED and coding == "identity":
        yield Rule.COMPRESSION, False, "is not compressed, though gzip and br are accepted"


def _caching(_feed: ExpectedFeed, answer: FeedAnswer, terms: SiteTerms) -> _Found:
    problem = caching_problem(answer.headers, terms.ttl)
    if problem is not None:
        yield Rule.CACHING, problem.is_error, problem.message


def _size(_feed: ExpectedFeed, answer: FeedAnswer, _terms: SiteTerms) -> _Found:
    size = answer.content.size if answer.content else 0
    if size > LARGEST:
        yield Rule.SIZE, True, f"is too large for some readers: {size:,} bytes"
    elif size > LARGE:
        yield Rule.SIZE, False, f"is large: {size:,} bytes"


def _hub_link(_feed: ExpectedFeed, answer: FeedAnswer, terms: SiteTerms) -> _Found:
    content = answer.content
    is_whole = content is not None and content.state in (ContentState.SAME, ContentState.DIFFERENT)
    if terms.hub and content is not None and is_whole and terms.hub not in content.hubs:
        yield Rule.HUB_LINK, False, f"does not name the hub {shown_url(redacted(terms.hub))}"
