"""The model of the keys of feeds in config.yaml: topics, providers and custom feeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from feedpub.config.podcast_model import Podcast
from feedpub.config.value_types import FormatName, Language, ProfileName, Score, Section, Size, Slug, Span, Text

# The settings that the whole site, the feeds of a kind and single feeds can have.
Formats = Annotated[tuple[FormatName, ...], Meta(description="The formats of the feed.", min_length=1)]
Limit = Annotated[int, Meta(description="The most articles that a feed holds.", ge=1, le=10_000)]
Archived = Annotated[bool, Meta(description="Archives of the feed (RFC 5005).")]
ShownContent = Annotated[
    Literal["full", "excerpt", "none"],
    Meta(description="The content of entries: the body, the excerpt alone, or only title and link."),
]
LeadImage = Annotated[
    Literal["media", "content", "both"],
    Meta(description="Where entries have the lead image: among the media, at the top of the content, or both."),
]
MaxBytes = Annotated[
    Size, Meta(description="The largest size of a document: the oldest entries have excerpts instead of bodies.")
]
MinArticles = Annotated[int, Meta(description="The number of articles that a new feed needs.", ge=1)]
Sort = Annotated[Literal["date", "heat"], Meta(description="The order of entries: the newest, or the hottest first.")]
GroupStories = Annotated[
    bool, Meta(description="Articles of several providers about one event are one entry, which lists them.")
]
Description = Annotated[Text, Meta(description="One sentence. If not set: the site's.")]
FeedLanguage = Annotated[Language, Meta(description="The language. If not set: the site's.")]
Icon = Annotated[Text, Meta(description="A square picture: a URL, or a path below base_url.")]
Expired = Annotated[bool, Meta(description="The feed gets no more entries, which JSON Feed can tell.")]


class FeedOptions(Section, frozen=True, kw_only=True):
    """The settings of feeds; one that is not set is that of the feeds of its kind, or of output."""

    limit: Limit | None = None
    formats: Formats | None = None
    archive: Archived | None = None
    content: ShownContent | None = None
    lead_image: LeadImage | None = None
    max_bytes: MaxBytes | None = None
    sort: Sort | None = None
    group_stories: GroupStories | None = None
    description: Description | None = None
    language: FeedLanguage | None = None
    icon: Icon | None = None
    expired: Expired | None = None


class NamedFeed(FeedOptions, frozen=True, kw_only=True):
    """The settings of the feed of one topic or provider."""

    title: Annotated[Text | None, Meta(description="The title. If not set: the site's title and the name.")] = None


class Grouping(FeedOptions, frozen=True, kw_only=True):
    """The settings of the feeds of topics, or of providers."""

    exclude: Annotated[tuple[Text, ...], Meta(description="The names of those that get no feed.")] = ()
    min_articles: MinArticles = 1
    slugs: Annotated[dict[str, Slug], Meta(description="The folders of your choice, by name: {C++: cpp}.")] = {}
    aliases: Annotated[
        dict[str, Text], Meta(description="Former names, and the name that counts instead: {ML: Machine learning}.")
    ] = {}
    feeds: Annotated[
        dict[str, NamedFeed], Meta(description="Any of these settings for some, by name: {AI: {limit: 20}}.")
    ] = {}


class FeedRule(Section, frozen=True, kw_only=True):
    """A rule. An article matches a key by one of its values, and has to match all keys."""

    topics: Annotated[tuple[Text, ...], Meta(description="Any of these topics.")] = ()
    providers: Annotated[tuple[Text, ...], Meta(description="Any of these providers, by domain or name.")] = ()
    types: Annotated[tuple[Text, ...], Meta(description="Any of these types: video. Without a type: article.")] = ()
    languages: Annotated[
        bool | tuple[Language, ...],
        Meta(
            description=(
                "Any of these languages: en is also en-GB. Without one: the site's. true: a feed for each language."
            )
        ),
    ] = ()
    authors: Annotated[tuple[Text, ...], Meta(description="Any of these authors, by name.")] = ()
    titles: Annotated[tuple[Text, ...], Meta(description="Any of these words or phrases in the title.")] = ()
    min_heat: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown heat.")] = None
    min_quality: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown quality.")] = None
    since: Annotated[Span | None, Meta(description="Excludes articles older than this: 48h, 7d.")] = None
    any: Annotated[
        FeedRule | tuple[FeedRule, ...] | None,
        Meta(description="One of these has to match: each value of a mapping, or each rule of a list."),
    ] = None
    all: Annotated[
        FeedRule | tuple[FeedRule, ...] | None, Meta(description="All of these have to match, value by value.")
    ] = None
    none: Annotated[FeedRule | tuple[FeedRule, ...] | None, Meta(description="None of these may match.")] = None

    def rules(self) -> Iterator[FeedRule]:
        """Yield the rule itself, and every rule in it."""
        yield self
        for inner in (self.any, self.all, self.none):
            for rule in (inner,) if isinstance(inner, FeedRule) else inner or ():
                yield from rule.rules()

    @property
    def asks_for_facets(self) -> bool:
        """True if the rule needs the title, type, language or authors of articles."""
        return any(rule.types or rule.languages or rule.authors or rule.titles for rule in self.rules())

    @property
    def chosen_languages(self) -> tuple[str, ...]:
        """The languages that articles may have; empty if they may have any."""
        return () if isinstance(self.languages, bool) else self.languages


class Top(Section, frozen=True, kw_only=True):
    """The choice of the best articles of each day, week or month that is over."""

    count: Annotated[int, Meta(description="The number of articles of each.", ge=1, le=1000)] = 10
    per: Annotated[
        Literal["day", "week", "month"], Meta(description="Days, ISO weeks or months, in content.timezone.")
    ] = "week"
    by: Annotated[Literal["heat", "quality"], Meta(description="The measure of the best.")] = "heat"
    digest: Annotated[bool, Meta(description="Makes one entry of each, with a list of links.")] = False


class CustomFeed(FeedRule, frozen=True, kw_only=True):
    """A custom feed: the rule that selects its articles, and the settings of a feed."""

    slug: Annotated[Slug, Meta(description="Its folder: feeds/<slug>/.")]
    title: Annotated[Text, Meta(description="Its title, without the site's title before it.")]
    combine: Annotated[
        tuple[Literal["topics", "providers"], ...],
        Meta(description="Makes a feed for each topic, for each provider, or for each pair of both."),
    ] = ()
    min_articles: MinArticles | None = None
    top: Annotated[Top | None, Meta(description="Shows only the best articles of each day, week or month.")] = None
    # A struct has one base; these are the settings of FeedOptions.
    limit: Limit | None = None
    formats: Formats | None = None
    archive: Archived | None = None
    content: ShownContent | None = None
    lead_image: LeadImage | None = None
    max_bytes: MaxBytes | None = None
    sort: Sort | None = None
    group_stories: GroupStories | None = None
    description: Description | None = None
    language: FeedLanguage | None = None
    icon: Icon | None = None
    expired: Expired | None = None
    podcast: Annotated[Podcast | None, Meta(description="The feed is a podcast, with these settings.")] = None
    profiles: Annotated[
        tuple[ProfileName, ...], Meta(description="The services whose wishes RSS follows, and validate checks.")
    ] = ()

    @property
    def asks_for_facets(self) -> bool:
        """True if the feed needs more of articles than their dates, topics and provider."""
        return self.podcast is not None or super().asks_for_facets

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The kinds of values of which each feed of a family has one; empty for a single feed."""
        return (*self.combine, "languages") if self.languages is True else self.combine
