"""The terms of the verification: rule, finding, request, answer, report. All are frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from feedpub.core.format_registry import FormatInfo
from feedpub.links.model import Answer, LinkTarget


class Rule(Enum):
    """A rule that the public feeds have to follow."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    REDIRECT_LOOP = "redirect-loop"
    REDIRECT = "redirect"
    NOT_FOUND = "not-found"
    REFUSED = "refused"
    RATE_LIMIT = "rate-limit"
    CHALLENGE = "challenge"
    READER = "reader"
    MEDIA_TYPE = "media-type"
    STALE = "stale"
    NEWER = "newer"
    TRUNCATED = "truncated"
    DIFFERENT = "different"
    SELF_LINK = "self-link"
    CACHING = "caching"
    VALIDATORS = "validators"
    NOT_MODIFIED = "not-modified"
    COMPRESSION = "compression"
    SIZE = "size"
    HEAD = "head"
    PAGE = "page"
    DISCOVERY = "discovery"
    HUB_LINK = "hub-link"
    HUB = "hub"
    ROBOTS = "robots"


class FeedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the response of one URL does not follow."""

    rule: Rule
    url: str
    message: str
    """The fault, as a predicate of the URL; printable."""
    is_error: bool
    """True if readers are hurt."""


class ContentState(Enum):
    """The relation of a body to the file in ``output/``."""

    SAME = "same"
    STALE = "stale"
    """It is an older version of the feed."""
    NEWER = "newer"
    """It is a newer version of the feed."""
    TRUNCATED = "truncated"
    """It is the beginning of the file."""
    HTML = "html"
    DIFFERENT = "different"


class ContentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of the body of a feed's response."""

    state: ContentState
    size: int
    """The number of bytes, decoded; at most as many as were read."""
    self_url: str | None = None
    """The URL of the feed's self link."""
    hubs: tuple[str, ...] = ()
    file_age: float | None = None
    """Seconds since the file in ``output/`` was written; None if it is not there."""


class ExpectedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed of published.json that has to be public."""

    path: str
    """The path of its file in output/."""
    url: str
    """The URL at which it is fetched."""
    canonical_url: str
    """The URL below ``site.base_url``, which its self link names."""
    format: FormatInfo
    digest: str
    """The SHA-256 digest of the file, in hexadecimal."""


class Purpose(Enum):
    """The question that a request asks."""

    FEED = "feed"
    HEAD = "head"
    CONDITIONAL = "conditional"
    READER = "reader"
    PAGE = "page"
    LINKED = "linked"
    """A request for a feed that a page links."""
    HUB = "hub"
    ROBOTS = "robots"


class FeedRequest(LinkTarget, frozen=True, kw_only=True):
    """A request of the verification."""

    purpose: Purpose
    feed: ExpectedFeed | None = None
    """The feed that is expected; None for other files."""
    reader: str | None = None
    """The name of the feed reader whose User-Agent is sent; None for feedpub's own."""
    validators: tuple[tuple[str, str], ...] = ()
    """The headers of a conditional request."""


class FeedAnswer(Answer, frozen=True, kw_only=True):
    """The answer to a request, with the values that the link check does not need."""

    headers: Mapping[str, str] = {}
    """The response's headers by name in lower case; those with the same name are joined."""
    content: ContentFacts | None = None
    """The facts of the body, if a feed was expected and the status is 200."""
    is_html: bool = False
    """True if the body is a page for people, or a challenge for browsers."""
    body: bytes = b""
    """The body of a page, a list of feeds or a robots.txt."""


class VerifiedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed with its answer."""

    feed: ExpectedFeed
    answer: Answer
    """A :class:`FeedAnswer`, except for a feed that was not fetched because its host failed."""


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a verification."""

    url: str
    """The URL below which the feeds were fetched."""
    feeds: tuple[VerifiedFeed, ...]
    """The feeds in the order of their paths."""
    findings: tuple[FeedFinding, ...]
    """The errors before the warnings, in the order of the rules and URLs."""
    is_stopped: bool = False

    @property
    def errors(self) -> int:
        """The number of findings that hurt readers."""
        return sum(finding.is_error for finding in self.findings)

    @property
    def exit_status(self) -> int:
        """1 if readers are hurt; otherwise 0."""
        return 1 if self.errors else 0
