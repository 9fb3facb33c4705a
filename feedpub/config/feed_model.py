"""The model of the keys of feeds in config.yaml: topics, providers and custom feeds."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from feedpub.config.value_types import Score, Section, Slug, Text


class Grouping(Section, frozen=True, kw_only=True):
    """The settings of the feeds of topics, or of providers."""

    exclude: Annotated[tuple[Text, ...], Meta(description="The names of those that get no feed.")] = ()
    min_articles: Annotated[int, Meta(description="The number of articles that a new feed needs.", ge=1)] = 1
    slugs: Annotated[dict[str, Slug], Meta(description="The folders of your choice, by name: {C++: cpp}.")] = {}


class CustomFeed(Section, frozen=True, kw_only=True):
    """A custom feed. An article matches a key by one of its values, and has to match all keys."""

    slug: Annotated[Slug, Meta(description="Its folder: feeds/<slug>/.")]
    title: Annotated[Text, Meta(description="Its title, without the site's title before it.")]
    topics: Annotated[tuple[Text, ...], Meta(description="Any of these topics.")] = ()
    providers: Annotated[tuple[Text, ...], Meta(description="Any of these providers, by domain or name.")] = ()
    min_heat: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown heat.")] = None
    min_quality: Annotated[Score | None, Meta(description="Excludes articles of lower or unknown quality.")] = None
