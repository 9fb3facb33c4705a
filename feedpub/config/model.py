"""The model of config.yaml: the types, defaults and descriptions of all keys.

The checks, the JSON Schema and the reference in the docs follow from it. The module
:mod:`feedpub.config.load` checks each value on its own, so that each problem has its own line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from feedpub.core.field_keys import FIELDS
from feedpub.core.format_registry import FORMATS
from feedpub.core.generators import GENERATORS, SLUG_RULES
from feedpub.core.link_kinds import LinkKind, Verdict
from feedpub.core.text import EMAIL

Text = Annotated[str, Meta(min_length=1)]
Slug = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Email = Annotated[str, Meta(pattern=EMAIL)]
Language = Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Score = Annotated[int, Meta(ge=0)]
Size = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)? ?([kKMG]i?)?B?$")]
Span = Annotated[str, Meta(pattern=r"^[0-9]+ ?[smhdw]$")]
Status = Annotated[str, Meta(pattern=r"^[1-9][0-9]{2}(-[1-9][0-9]{2})?$")]
if TYPE_CHECKING:
    # Type checkers do not support literals that are computed.
    FieldName = str
    FormatName = str
    GeneratorName = str
    SlugRule = str
    LinkKindName = str
    VerdictName = str
else:
    FieldName = Literal[tuple(FIELDS)]
    FormatName = Literal[tuple(FORMATS)]
    GeneratorName = Literal[GENERATORS]
    SlugRule = Literal[SLUG_RULES]
    LinkKindName = Literal[tuple(kind.value for kind in LinkKind)]
    VerdictName = Literal[tuple(verdict.value for verdict in Verdict)]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section (a mapping) of config.yaml."""


class SiteAuthor(_Section, frozen=True, kw_only=True):
    """The author of articles that name none."""

    name: Annotated[Text, Meta(description="The author of articles that name neither author nor provider.")]
    email: Annotated[Email | None, Meta(description="Shown in the feeds.")] = None
    url: Annotated[str | None, Meta(description="The author's own page.")] = None


class Site(_Section, frozen=True, kw_only=True):
    """The site as a whole."""

    title: Annotated[Text, Meta(description="The title of the site's feed, and the start of every other title.")]
    base_url: Annotated[Text, Meta(description="The URL at which output/ is served: https://news.example.org/.")]
    description: Annotated[str | None, Meta(description="One sentence about the site. If not set: the title.")] = None
    language: Annotated[Language, Meta(description="A language tag, such as en or pt-BR.")] = "en"
    author: Annotated[SiteAuthor | None, Meta(description="The author of the site. If not set: the title.")] = None
    icon: Annotated[str | None, Meta(description="A small square picture: a URL, or a path below base_url.")] = None
    logo: Annotated[str | None, Meta(description="A larger picture: a URL, or a path below base_url.")] = None
    ttl: Annotated[int, Meta(description="Minutes that a feed reader may wait between two polls (RSS).", ge=1)] = 60


class FrontMatterDefaults(_Section, frozen=True, kw_only=True):
    """Front matter of the articles in a folder that have no value of their own."""

    path: Annotated[Text, Meta(description="A glob pattern of the articles, such as news/**.")]
    values: Annotated[dict[Text, Text], Meta(description="The keys and their texts; a list is a text with commas.")]


class Content(_Section, frozen=True, kw_only=True):
    """The folders of the articles, and the settings for reading them."""

    path: Annotated[
        Text | Annotated[tuple[Text, ...], Meta(min_length=1)],
        Meta(description="The folder of the articles, relative to config.yaml, or a list."),
    ] = "seeds"
    generator: Annotated[
        GeneratorName | None,
        Meta(description="The site generator whose rules for keys, drafts, dates, titles and URLs hold."),
    ] = None
    pattern: Annotated[Text, Meta(description="A glob pattern of the files that are articles.")] = "**/*.md"
    exclude: Annotated[
        tuple[Text, ...], Meta(description="Glob patterns of files that are not, e.g. README.md, drafts/**.")
    ] = ()
    fields: Annotated[
        dict[FieldName, tuple[Text, ...]],
        Meta(
            description=(
                "Further front-matter keys for a field; taxonomies.tags is a key in a mapping, and"
                " categories + tags are merged to one list."
            ),
            # msgspec does not add the keys to the schema.
            extra_json_schema={"propertyNames": {"enum": [*FIELDS]}},
        ),
    ] = {}
    permalink: Annotated[
        str | None,
        Meta(
            description=(
                "The URL of an article without a source: /{year}/{month}/{day}/{slug}/, or {path}, {folder},"
                " {filename}, {category}."
            )
        ),
    ] = None
    permalinks: Annotated[
        dict[Text, Text], Meta(description="Permalinks of the articles in a folder: {posts: /:year/:slug/}.")
    ] = {}
    slugify: Annotated[
        SlugRule | None, Meta(description="The rule that makes slugs of names. If not set: the generator's.")
    ] = None
    file_dates: Annotated[
        bool | None, Meta(description="Dates in file names are no part of URLs. If not set: as the generator does.")
    ] = None
    ugly_urls: Annotated[bool, Meta(description="URLs end in .html, not in a slash.")] = False
    languages: Annotated[
        tuple[Language, ...] | None,
        Meta(description="The languages in the names of files (post.fr.md), the default one first."),
    ] = None
    language_folders: Annotated[bool, Meta(description="The first folder of an article is its language.")] = False
    prefix_default_language: Annotated[
        bool, Meta(description="URLs of the default language also begin with the language.")
    ] = False
    authors: Annotated[
        Text | None, Meta(description="A data file of authors, or a folder of such files, relative to config.yaml.")
    ] = None
    defaults: Annotated[
        tuple[FrontMatterDefaults, ...], Meta(description="Front matter for articles that do not have it.")
    ] = ()
    timezone: Annotated[Text, Meta(description="The time zone of dates without an offset, such as Europe/Berlin.")] = (
        "UTC"
    )
    max_file_size: Annotated[Size, Meta(description="The largest article that is read.")] = "5 MB"


class Output(_Section, frozen=True, kw_only=True):
    """The settings of the output."""

    path: Annotated[Text, Meta(description="The folder that is served, relative to config.yaml.")] = "output"
    formats: Annotated[tuple[FormatName, ...], Meta(description="The formats of every feed.", min_length=1)] = (
        *FORMATS,
    )
    limit: Annotated[int, Meta(description="The most articles that a feed holds.", ge=1, le=10_000)] = 50
    pages: Annotated[bool, Meta(description="HTML pages beside the feeds.")] = True
    archive: Annotated[bool, Meta(description="Archives of every feed (RFC 5005).")] = False
    precompress: Annotated[
        tuple[Literal["gzip", "br"], ...], Meta(description="Compressed copies beside the files.")
    ] = ()
    templates: Annotated[str | None, Meta(description="A folder with templates of your own.")] = None
    max_article_output: Annotated[Size, Meta(description="The most that one article adds to all feeds.")] = "100 MB"


class Grouping(_Section, frozen=True, kw_only=True):
    """The settings of the feeds of topics, or of providers."""

    exclude: Annotated[tuple[Text, ...], Meta(description="The names of those that get no feed.")] = ()
    min_articles: Annotated[int, Meta(description="The number of articles that a new feed needs.", ge=1)] = 1
    slugs: Annotated[dict[str, Slug], Meta(description="The folders of your choice, by name: {C++: cpp}.")] = {}


class CustomFeed(_Section, frozen=True, kw_only=True):
    """A custom feed. An article matches a key by one of its values, and has to match all keys."""

    slug: Annotated[Slug, Meta(description="Its folder: feeds/<slug>/.")]
    title: Annotated[Text, Meta(description="Its title, without the site's title before it.")]
    topics: Annotated[tuple[Text, ...], Meta(description="Any of these topics.")] = ()
    providers: Annotated[tuple[Text, ...], Meta(description="Any of these providers, by domain or name.")] = ()
    min_heat: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown heat.")] = None
    min_quality: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown quality.")] = None


class Ttl(_Section, frozen=True, kw_only=True):
    """The spans for which the check reuses an answer."""

    ok: Annotated[Span, Meta(description="For a link that is ok or redirected.")] = "7d"
    broken: Annotated[Span, Meta(description="For a link that is broken, or a page that is not valid AMP.")] = "1d"
    blocked: Annotated[Span, Meta(description="For a link whose site refuses to answer the check.")] = "3d"


class HostTtl(_Section, frozen=True, kw_only=True):
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
    Literal["keep", "omit"], Meta(description="What feeds do with broken AMP, image and attachment links.")
]
FailOn = Annotated[tuple[VerdictName, ...], Meta(description="The verdicts that make the check exit with 1.")]
Robots = Annotated[bool, Meta(description="Obey robots.txt.")]
Proxy = Annotated[str | None, Meta(description="The proxy to use: http://proxy.example.org:3128. Empty: none.")]


class HostCheck(_Section, frozen=True, kw_only=True):
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
    robots: Robots | None = None
    proxy: Proxy = None


class Check(_Section, frozen=True, kw_only=True):
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
    fail_on: FailOn = ("broken", "unreachable", "invalid")
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


class ConfigDocument(_Section, frozen=True, kw_only=True):
    """The complete config.yaml."""

    site: Site
    content: Content = Content()
    output: Output = Output()
    topics: Grouping = Grouping()
    providers: Grouping = Grouping()
    feeds: Annotated[tuple[CustomFeed, ...], Meta(description="The custom feeds.")] = ()
    hub: Annotated[str | None, Meta(description="The WebSub hub that feeds name.")] = None
    check: Check = Check()


class Config(ConfigDocument, frozen=True, kw_only=True):
    """A checked configuration, with normalized URLs.

    ``file`` is config.yaml, and ``root`` is its folder, to which all paths are relative.
    """

    root: Path
    file: Path

    @property
    def folders(self) -> tuple[str, ...]:
        """The content folders."""
        return (self.content.path,) if isinstance(self.content.path, str) else self.content.path

    @property
    def state_folder(self) -> Path:
        """``.feedpub/``, beside config.yaml."""
        return self.root / ".feedpub"

    @property
    def cache_name(self) -> str:
        """The name of build.db in the state folder: each configuration file has its own."""
        return "build.db" if self.file.name == "config.yaml" else f"build-{self.file.name}.db"

    @property
    def max_file_size(self) -> int:
        """The largest size of an article's file in bytes."""
        return size_of(self.content.max_file_size)

    @property
    def max_article_output(self) -> int:
        """The most bytes of one article in all feeds."""
        return size_of(self.output.max_article_output)


def size_of(text: str) -> int:
    """Return the bytes of a size: ``5 MB`` is 5,000,000, and ``5 MiB`` is 5 * 2**20."""
    number = text.rstrip("kKMGiB ")
    unit = text[len(number) :].strip().removesuffix("B").upper()
    base = 1024 if unit.endswith("I") else 1000
    return int(float(number) * base ** " KMG".index(unit[:1] or " "))
