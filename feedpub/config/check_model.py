"""The model of ``check`` in config.yaml, the settings of the link check."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from feedpub.config.value_types import HostName, LinkKindName, Section, Span, Status, Text, VerdictName


class Ttl(Section, frozen=True, kw_only=True):
    """The spans for which the check reuses an answer."""

    ok: Annotated[Span, Meta(description="For a link that is ok or redirected.")] = "7d"
    broken: Annotated[Span, Meta(description="For a link that is broken, or a page that is not valid AMP.")] = "1d"
    blocked: Annotated[Span, Meta(description="For a link that is suspect or gone, or whose site refuses.")] = "3d"


class HostTtl(Section, frozen=True, kw_only=True):
    """The same spans for some hosts; a span that is not set is that of all hosts."""

    ok: Span | None = None
    broken: Span | None = None
    blocked: Span | None = None


# The settings that all hosts and some hosts can have.
Kinds = Annotated[tuple[LinkKindName, ...], Meta(description="Which links are checked.")]
Workers = Annotated[int, Meta(ge=1, le=4096, description="Links that are fetched at once, over all hosts.")]
PerHost = Annotated[int, Meta(ge=1, le=4096, description="Links that are fetched at once from one host.")]
Delay = Annotated[float, Meta(ge=0, le=86_400, description="Seconds between two starts to one host.")]
Timeout = Annotated[float, Meta(gt=0, le=86_400, description="Seconds for one link, everything included.")]
Retries = Annotated[int, Meta(ge=0, le=100, description="How often a link is tried again after a temporary failure.")]
UserAgent = Annotated[str | None, Meta(description="The User-Agent header. If not set: feedpub and site.base_url.")]
Headers = Annotated[dict[str, str], Meta(description="Further headers of every request.")]
Accept = Annotated[tuple[Status, ...], Meta(description="Further statuses that count as ok: 403, 500-599.")]
Exclude = Annotated[tuple[Text, ...], Meta(description="Links not to check: hosts or whole URLs, with * as wildcard.")]
AllowPrivate = Annotated[tuple[Text, ...], Meta(description="Networks that are not public, but allowed: 10.0.0.0/8.")]
Runs = Annotated[int, Meta(ge=1, description="The number of failed runs in a row after which a link is broken.")]
OnBroken = Annotated[
    Literal["keep", "omit", "archive"],
    Meta(
        description=(
            "What feeds do with broken links: omit those to AMP pages, images and attachments, or link archived copies"
            " of dead sources."
        )
    ),
]
FailOn = Annotated[tuple[VerdictName, ...], Meta(description="The verdicts that make the check exit with 1.")]
GonePages = Annotated[
    bool, Meta(description="Read the pages of sources, to find those that are gone though the server answers.")
]
Fragments = Annotated[
    bool,
    Meta(description="Check that the pages of sources and of links in bodies have the parts that URLs name: #part."),
]
Robots = Annotated[bool, Meta(description="Obey robots.txt.")]
Proxy = Annotated[str | None, Meta(description="The proxy to use: http://proxy.example.org:3128. Empty: none.")]


class HostCheck(Section, frozen=True, kw_only=True):
    """The settings of the check for some hosts.

    Lists and headers add to those for all hosts; other settings replace them. The number of
    ``workers`` is that for one host. Headers are only for the origin that the pattern names.
    """

    kinds: Kinds | None = None
    workers: Workers | None = None
    per_host: PerHost | None = None
    delay: Delay | None = None
    timeout: Timeout | None = None
    retries: Retries | None = None
    user_agent: UserAgent = None
    headers: Headers = {}
    accept: Accept = ()
    exclude: Exclude = ()
    allow_private: AllowPrivate = ()
    ttl: HostTtl | None = None
    failures_before_broken: Runs | None = None
    on_broken: OnBroken | None = None
    fail_on: FailOn | None = None
    gone_pages: GonePages | None = None
    fragments: Fragments | None = None
    robots: Robots | None = None
    proxy: Proxy = None


class Check(Section, frozen=True, kw_only=True):
    """The settings of the link check."""

    kinds: Kinds = ("source", "amp", "amp-cache")
    workers: Workers = 256
    per_host: PerHost = 2
    delay: Delay = 0.1
    timeout: Timeout = 20
    retries: Retries = 2
    user_agent: UserAgent = None
    headers: Headers = {}
    accept: Accept = ()
    exclude: Exclude = ()
    allow_private: AllowPrivate = ()
    ttl: Annotated[Ttl, Meta(description="How long an answer is reused: 12h, 7d.")] = Ttl()
    failures_before_broken: Runs = 1
    on_broken: OnBroken = "keep"
    fail_on: FailOn = ("broken", "gone", "unreachable", "invalid")
    gone_pages: GonePages = True
    fragments: Fragments = False
    robots: Robots = False
    proxy: Proxy = None
    hosts: Annotated[
        dict[str, HostCheck],
        Meta(
            description=(
                "Any of the above for some hosts, by pattern: *.example.org. Headers are sent over https to port 443,"
                " or to the scheme and port of the pattern: http://example.org:8080."
            )
        ),
    ] = {}
    archive: Annotated[
        str, Meta(description="The availability API of a web archive, which `check` asks for copies of dead pages.")
    ] = "https://archive.org/wayback/available"
    known_names: Annotated[
        tuple[HostName, ...],
        Meta(
            min_length=1,
            description=(
                "Public names of several operators that surely exist. The check asks for them where no other sign"
                " shows that there is a network."
            ),
        ),
    ] = ("www.iana.org", "www.wikipedia.org", "www.debian.org")
