"""The model of the keys of feeds in config.yaml: topics, providers and custom feeds."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from feedpub.config.value_types import FormatName, Language, Score, Section, Slug, Text

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


class FeedOptions(Section, frozen=True, kw_only=True):
    """The settings of feeds; one that is not set is that of the feeds of its kind, or of output."""

    limit: Limit | None = None
    formats: Formats | None = None
    archive: Archived | None = None
    content: ShownContent | None = None
    lead_image: LeadImage | None = None
    sort: Annotated[
        Literal["date", "heat"] | None, Meta(description="The order of entries: the newest, or the hottest first.")
    ] = None
    description: Annotated[Text | None, Meta(description="One sentence. If not set: the site's.")] = None
    language: Annotated[Language | None, Meta(description="The language. If not set: the site's.")] = None
    icon: Annotated[Text | None, Meta(description="A square picture: a URL, or a path below base_url.")] = None


class NamedFeed(FeedOptions, frozen=True, kw_only=True):
    """The settings of the feed of one topic or provider."""

    title: Annotated[Text | None, Meta(description="The title. If not set: the site's title and the name.")] = None


class Grouping(FeedOptions, frozen=True, kw_only=True):
    """The settings of the feeds of topics, or of providers."""

    exclude: Annotated[tuple[Text, ...], Meta(description="The names of those that get no feed.")] = ()
    min_articles: Annotated[int, Meta(description="The number of articles that a new feed needs.", ge=1)] = 1
    slugs: Annotated[dict[str, Slug], Meta(description="The folders of your choice, by name: {C++: cpp}.")] = {}
    feeds: Annotated[
        dict[str, NamedFeed], Meta(description="Any of these settings for some, by name: {AI: {limit: 20}}.")
    ] = {}


class CustomFeed(FeedOptions, frozen=True, kw_only=True):
    """A custom feed. An article matches a key by one of its values, and has to match all keys."""

    slug: Annotated[Slug, Meta(description="Its folder: feeds/<slug>/.")]
    title: Annotated[Text, Meta(description="Its title, without the site's title before it.")]
    topics: Annotated[tuple[Text, ...], Meta(description="Any of these topics.")] = ()
    providers: Annotated[tuple[Text, ...], Meta(description="Any of these providers, by domain or name.")] = ()
    min_heat: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown heat.")] = None
    min_quality: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown quality.")] = None
