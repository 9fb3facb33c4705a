"""The settings of the configuration that articles are read with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import tzinfo

import msgspec

from feedpub.config import Config
from feedpub.content.aliases import Aliases, aliases_in
from feedpub.content.generators import generator_of
from feedpub.content.generators.rules import SiteRules
from feedpub.content.generators.site import site_rules
from feedpub.content.output_bound import OutputBound
from feedpub.core.field_keys import CATEGORIES, DECIDING, FIELDS, SLUG, WITHHOLDING, keys_of, paths_in
from feedpub.core.zones import zone_of

# Other programs accept these keys in any case, and no draft may be published.
WITHHOLDING_SPELLINGS = tuple(spelling for key in WITHHOLDING for spelling in (key, key.title(), key.upper()))


class ReadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that articles are read with, in a form that workers can be sent."""

    base_url: str
    zone: tzinfo
    permalink: str | None = None
    fields: Mapping[str, Sequence[str]] = msgspec.field(default_factory=FIELDS.copy)
    """The keys of each field (:func:`feedpub.core.field_keys.keys_of`)."""
    output_bound: OutputBound | None = None
    has_facets: bool = False
    """True if the summaries of articles have facets, because a rule asks for them."""
    has_story_facets: bool = False
    """True if they have the facets of stories, because a feed groups stories."""
    has_episodes: bool = False
    """True if the values of episodes are read, because a feed is a podcast."""
    has_body_links: bool = False
    """True if the links in bodies are found, because a link check asks for them."""
    has_page_keys: bool = False
    """True if the records of articles have the keys of the URLs that a link check may know."""
    aliases: Aliases = Aliases()
    rules: SiteRules | None = None
    """The rules of the site's generator; None if it has none."""
    paths: tuple[str, ...] = ()
    """Those of the keys that are paths; computed."""
    deciding: tuple[str, ...] = ()
    """The keys whose wrong values keep an article out; computed."""

    @property
    def generator(self) -> str | None:
        """The name of the site's generator; None if it has none."""
        return self.rules.generator if self.rules else None

    def __post_init__(self) -> None:
        keys = [*WITHHOLDING, *(key for field in DECIDING for key in self.fields[field]), SLUG]
        if "{category}" in (self.permalink or ""):
            keys += CATEGORIES
        msgspec.structs.force_setattr(self, "paths", paths_in(self.fields))
        msgspec.structs.force_setattr(self, "deciding", (*keys, *WITHHOLDING_SPELLINGS))

    @property
    def known_keys(self) -> set[str]:
        """The keys of the contract, which messages may show."""
        return {*WITHHOLDING_SPELLINGS, SLUG, *CATEGORIES}.union(*self.fields.values())


def read_settings(config: Config) -> ReadSettings:
    """Return the settings in ``config`` for the reader of articles.

    Two of them are those of the disk: the data of authors, and whether there was a link check.
    Raise :class:`~feedpub.core.errors.UsageError` if the data of authors cannot be read.
    """
    content = config.content
    extra = {str(field): keys for field, keys in content.fields.items()}
    if content.generator is None:
        fields, rules = keys_of(extra), None
    else:
        keys = generator_of(content.generator).keys()
        fields = {field: (*extra.get(field, ()), *keys[field]) for field in keys}
        rules = site_rules(config)
    return ReadSettings(
        base_url=config.site.base_url,
        zone=zone_of(content.timezone),
        permalink=content.permalink,
        fields=fields,
        aliases=aliases_in(config),
        rules=rules,
        has_episodes=any(feed.podcast is not None for feed in config.feeds),
        has_facets=any(feed.asks_for_facets for feed in config.feeds),
        has_story_facets=config.has_stories,
        has_page_keys=os.path.lexists(config.state_folder / "links.db"),
        output_bound=OutputBound(
            max_bytes=config.max_article_output,
            # An archive shows articles that the feed may show, too.
            files_per_feed=len(config.output.formats) * (2 if config.output.archive else 1),
            custom_feeds=sum("topics" not in feed.dimensions for feed in config.feeds),
            topic_families=sum("topics" in feed.dimensions for feed in config.feeds),
        ),
    )
