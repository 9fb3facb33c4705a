"""The terms of the link check: link, target, answer, judgement and result.

All are frozen values. This module opens no socket, file or database.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec

from feedpub.core.link_kinds import LinkKind, Verdict

__all__ = ["AmpPage", "Answer", "Failure", "Fetch", "Hop", "Judgement", "Link", "LinkKind", "LinkResult", "LinkTarget"]
__all__ += ["PageFacts", "PageSign", "Verdict"]


class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A URL in one place of an article."""

    kind: LinkKind
    url: str
    """The URL, normalized by :mod:`feedpub.core.urls`."""
    path: str
    """The path of the article from the folder of config.yaml, with ``/`` between folders."""
    line: int
    """The line of the value, from 1."""
    partner: str | None = None
    """The URL that the link has to agree with.

    For an ``amp`` link, it is the article's source URL, which has to be the canonical URL of the
    page. For an ``amp-cache`` link, it is the article's AMP URL, if there is one. For others, it is
    None.
    """


class Failure(Enum):
    """The reason why there is no response to judge."""

    INVALID_URL = "invalid-url"
    """The URL cannot be fetched, or has user information."""
    REFUSED_SCHEME = "refused-scheme"
    """A redirect leads to a scheme other than http and https."""
    REFUSED_ADDRESS = "refused-address"
    """The host, also one after a redirect, has an address to which feedpub does not connect."""
    NO_SUCH_NAME = "no-such-name"
    """The name does not exist: NXDOMAIN, or no addresses (EAI_NONAME, EAI_NODATA)."""
    DNS = "dns"
    """The name could not be resolved for now (EAI_AGAIN), or not in time."""
    CONNECT = "connect"
    """The connection was refused, reset, unreachable or timed out before it was complete."""
    TIMEOUT = "timeout"
    """The link's deadline passed."""
    PROTOCOL = "protocol"
    """The response is malformed or has oversized headers, or the connection closed before it."""
    CERTIFICATE = "certificate"
    """The server's certificate is not valid for the host."""
    AUTHORITY = "authority"
    """The authority of the certificate is not known, or the chain to it is not complete."""
    TLS = "tls"
    """The TLS handshake failed for another reason."""
    LOOP = "loop"
    """A redirect leads back to an earlier URL, or there are more than twenty redirects."""
    ROBOTS = "robots"
    """robots.txt disallows the URL, and ``check.robots`` is on."""
    GIVEN_UP = "given-up"
    """The URL was not fetched: its host failed, or limited the rate, too often in this run."""


class Hop(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A redirect that was followed."""

    status: int
    url: str
    """The absolute URL that it leads to, without user information."""


class AmpPage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The facts of an AMP page that the check judges."""

    is_amp: bool
    canonical: str | None
    """The absolute canonical URL; None if the page has none."""
    silent_redirect: str | None = None
    """The URL to which an AMP Cache page sends a browser without an HTTP redirect.

    It is empty if the URL is not known, and None if there is no such redirect.
    """


class PageSign(Enum):
    """The sign in a page that its link may be dead."""

    NOTHING = "nothing"
    NOT_FOUND = "not-found"
    """Its title or heading says that there is no such page."""
    FOR_SALE = "for-sale"
    """Its title or heading says that the domain is for sale."""
    PARKED = "parked"
    """It is that of a parker of domains."""
    VIDEO_GONE = "video-gone"
    """It is that of a video host or another platform, and the video or the post is gone."""
    NO_SITE = "no-site"
    """It is that of a host without a site: a server's default page, a suspended account."""
    EMPTY = "empty"
    """It shows nothing, and has no scripts."""
    WALL = "wall"
    """It keeps programs out."""
    UNRELATED = "unrelated"
    """It does not name what the URL names, so that it may be the page for any URL."""
    THERE = "there"
    """It comes with status 404 or 500, and is the page of the URL nevertheless, or may be."""


class PageFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The facts of a page that say whether it is still what the link was made for."""

    sign: PageSign
    evidence: str = ""
    """The sign in a few printable words."""
    is_certain: bool = False
    """True if the page shows this without scripts; without a sign, if it is whole without them."""
    checksum: int = 0
    """A checksum of its text, or of its title and heading if it has a sign, to compare pages."""
    sought: tuple[str, ...] = ()
    """The fragments that were looked for."""
    missing: tuple[str, ...] = ()
    """Those of them that the page does not have."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The result of fetching one URL: a status or a failure."""

    status: int | None = None
    """The status of the last response; None without a response."""
    failure: Failure | None = None
    message: str = ""
    """A few words on the failure, or another fact for the user; printable, without secrets."""
    hops: tuple[Hop, ...] = ()
    final_url: str | None = None
    """The last URL fetched; None if nothing was fetched."""
    retry_after: float | None = None
    """Seconds in the Retry-After of a 429 or 503; None without one, 0 if its time is past."""
    is_challenge: bool = False
    """True if the response is a bot challenge (``cf-mitigated``)."""
    media_type: str | None = None
    """The Content-Type of the final response in lower case, without parameters."""
    length: int | None = None
    """The number of bytes, from Content-Length or Content-Range; None for a compressed body."""
    amp: AmpPage | None = None
    """The AMP page in a 2xx response to a fetch that wants the page."""
    page: PageFacts | None = None
    """The facts of the page in a 200 or 404 response to a fetch that wants the text."""
    elapsed: float = 0.0
    """Seconds, from the first connection attempt."""


class LinkTarget(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A URL to fetch once, for all articles and link kinds that have it."""

    url: str
    wants_page: bool = False
    """True if the body is needed (for an AMP page), so that the first request is a GET."""
    wants_text: bool = False
    """True if the page is read, to see whether it is still there (for a source)."""
    fragments: tuple[str, ...] = ()
    """The fragments to look for in the page, sorted, as the links write them."""
    wants_length: bool = False
    """True if media type and length are needed (for an image or attachment)."""


class Fetch(Protocol):
    """A function that fetches one target in the calling thread. No server or URL makes it raise."""

    def __call__(self, target: LinkTarget, *, keep_alive: bool) -> Answer:
        """Return the answer; ``keep_alive`` is True if the host has more targets queued."""


class Judgement(msgspec.Struct, frozen=True, array_like=True):
    """The meaning of an answer for a link of one kind."""

    verdict: Verdict
    message: str
    """The reason in a few words; printable."""
    final_url: str | None = None
    """The URL to which the link redirects; None without a redirect."""


class LinkResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one URL of one kind, with its places: an entry of ``links`` in a report."""

    url: str
    """The URL with user information redacted."""
    kind: LinkKind
    verdict: Verdict
    status: int | None
    message: str
    final_url: str | None
    elapsed_ms: int
    attempts: int
    """The number of fetches in this run; 0 for a stored answer, or if nothing was fetched."""
    cached: bool
    """True if the answer is a stored one."""
    locations: tuple[tuple[str, int], ...]
    """Path and line of each place, sorted."""
    archived_url: str | None = None
    """The URL of an archived copy from before the articles; None without one."""
