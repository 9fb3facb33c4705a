"""The model of the key ``podcast`` of a custom feed.

The names are those of Apple (https://podcasters.apple.com/support/823-podcast-requirements) and of
Podcasting 2.0 (https://podcasting2.org/podcast-namespace).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from feedpub.config.value_types import Email, Section, Text, Uuid


class PodcastOwner(Section, frozen=True, kw_only=True):
    """The person whom directories write to."""

    name: Annotated[Text | None, Meta(description="If not set: the podcast's author.")] = None
    email: Annotated[Email, Meta(description="Directories send it a code, to prove who owns the podcast.")]


class PodcastFunding(Section, frozen=True, kw_only=True):
    """A page on which listeners can give money."""

    url: Annotated[Text, Meta(description="The page: a URL, or a path below base_url.")]
    text: Annotated[Text, Meta(description="The words of the link, such as Support the show.", max_length=128)]


class Podcast(Section, frozen=True, kw_only=True):
    """The podcast that a feed is. It holds the articles that have audio or video."""

    category: Annotated[
        Text | Annotated[tuple[Text, ...], Meta(min_length=1)],
        Meta(description="A category of Apple's, or a list: News, News > Daily News."),
    ]
    image: Annotated[
        Text | None,
        Meta(description="The cover, a square of 1400 to 3000 pixels (JPEG, PNG): a URL, or a path below base_url."),
    ] = None
    explicit: Annotated[bool, Meta(description="The podcast is not suitable for children.")] = False
    author: Annotated[Text | None, Meta(description="If not set: the site's author.")] = None
    owner: Annotated[PodcastOwner | None, Meta(description="If not set: the site's author.")] = None
    type: Annotated[
        Literal["episodic", "serial"],
        Meta(description="serial: apps play the oldest episode first."),
    ] = "episodic"
    guid: Annotated[
        Uuid | None, Meta(description="The podcast:guid of a podcast that moved here. If not set: made of the URL.")
    ] = None
    locked: Annotated[bool | None, Meta(description="true: other platforms may not import the podcast.")] = None
    funding: PodcastFunding | None = None
    new_feed_url: Annotated[Text | None, Meta(description="The URL that the podcast moves to.")] = None
    complete: Annotated[bool, Meta(description="There will be no more episodes.")] = False
    block: Annotated[bool, Meta(description="Directories should not list the podcast.")] = False

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories."""
        return (self.category,) if isinstance(self.category, str) else self.category
