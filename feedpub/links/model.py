"""What a link is, what a server answered, and what that means: the words that the rooms of this package share.

Frozen values; nothing here opens a socket, a file or a database.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec

from feedpub.core.link_kinds import LinkKind, Verdict

__all__ = ["AmpPage", "Answer", "Failure", "Fetch", "Hop", "Judgement", "Link", "LinkKind", "LinkTarget", "Result"]
__all__ += ["Verdict"]


class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A URL at one place of one article."""

    kind: LinkKind
    url: str
    """Normalized, as :mod:`feedpub.core.urls` has it."""
    path: str
    """Of the article; relative to config.yaml, ``/`` between folders."""
    line: int
    """From 1, where the value stands."""
    partner: str | None = None
    """Of an ``amp`` link: the article's source URL, which the AMP page has to name as canonical. Of an ``amp-cache``
    link: the article's AMP URL, if it has one. Else None.
    """


class Failure(Enum):
    """Why there was no answer to judge."""

    INVALID_URL = "invalid-url"
    """Not a URL that can be fetched, or with user information."""
    REFUSED_SCHEME = "refused-scheme"
    """A redirect to something that is not http or https."""
    REFUSED_ADDRESS = "refused-address"
    """The host's name, or one behind a redirect, has an address that may not be connected to."""
    NO_SUCH_NAME = "no-such-name"
    """The name does not exist: NXDOMAIN, or no addresses (EAI_NONAME, EAI_NODATA)."""
    DNS = "dns"
    """The name could not be resolved for now (EAI_AGAIN), or not in time."""
    CONNECT = "connect"
    """Refused, reset, unreachable or timed out before there was a connection."""
    TIMEOUT = "timeout"
    """The link's deadline passed."""
    PROTOCOL = "protocol"
    """Malformed HTTP, oversized headers, reset or closed before there was an answer."""
    CERTIFICATE = "certificate"
    """The server's certificate is not valid for the host."""
    TLS = "tls"
    """Another failure of the handshake."""
    LOOP = "loop"
    """A redirect to where it has been, or more than ten redirects."""
    ROBOTS = "robots"
    """robots.txt refuses it, and ``check.robots`` is on."""
    GIVEN_UP = "given-up"
    """Not fetched: the host failed, or limited the rate, too often in this run."""


class Hop(msgspec.Struct, frozen=True, array_like=True):
    """A redirect that was followed."""

    status: int
    url: str
    """Where it led, absolute, without user information."""


class AmpPage(msgspec.Struct, frozen=True, array_like=True):
    """What an AMP page says of itself."""

    is_amp: bool
    canonical: str | None
    """Absolute; None where the page names none."""
    silent_redirect: str | None = None
    """Where the AMP Cache sends a reader's browser without a redirect; empty where the place is not known."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of fetching one URL: a status, or a failure."""

    status: int | None = None
    """Of the last response; None where there was none."""
    failure: Failure | None = None
    message: str = ""
    """The failure, or what else a person should know, in a few words; printable, without secrets."""
    hops: tuple[Hop, ...] = ()
    final_url: str | None = None
    """The last URL fetched; None where nothing was."""
    retry_after: float | None = None
    """Seconds to wait, as a 429 or 503 asks; None where it does not say, 0 where it is past."""
    is_challenge: bool = False
    """Whether the answer is a bot challenge (``cf-mitigated``)."""
    media_type: str | None = None
    """Of the final response's Content-Type, without parameters, lower case."""
    length: int | None = None
    """Bytes, of Content-Length or Content-Range, where the body was not compressed."""
    amp: AmpPage | None = None
    """Of a 2xx answer to a fetch that wanted the page."""
    elapsed: float = 0.0
    """Seconds, from the first connection attempt."""


class LinkTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A URL to fetch, once, whatever the number of articles and kinds that have it."""

    url: str
    wants_page: bool = False
    """Whether the body matters (an AMP page): GET from the start."""
    wants_length: bool = False
    """Whether type and length matter (an image, an attachment)."""


class Fetch(Protocol):
    """Fetches one target, in the thread that calls, and never raises for anything that a server or a URL does."""

    def __call__(self, target: LinkTarget, *, keep_alive: bool) -> Answer:
        """The answer; ``keep_alive`` says whether the host has more links queued."""


class Judgement(msgspec.Struct, frozen=True, array_like=True):
    """What an answer means for a link of one kind."""

    verdict: Verdict
    message: str
    """Why, in a few words; printable."""
    final_url: str | None = None
    """Where it leads, if not where it says."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome for one URL of one kind, with every place that has it: a report's ``links`` entry."""

    url: str
    """User information masked."""
    kind: LinkKind
    verdict: Verdict
    status: int | None
    message: str
    final_url: str | None
    elapsed_ms: int
    attempts: int
    """Requests sequences made in this run; 0 where the verdict was remembered or nothing was fetched."""
    cached: bool
    locations: tuple[tuple[str, int], ...]
    """Path and line, sorted."""
