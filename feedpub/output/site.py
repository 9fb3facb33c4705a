"""The values of the configuration that every feed, or every page, states. Pure."""

from __future__ import annotations

from feedpub.config import Config
from feedpub.core.models import Author
from feedpub.feeds.paths import slugs_of
from feedpub.output import pages
from feedpub.output.entry import SiteInfo
from feedpub.output.pages.languages import words_for


def site_of(config: Config) -> SiteInfo:
    """Return the facts about the site that every feed states."""
    site = config.site
    author = site.author
    words = words_for(site.language)[1]
    return SiteInfo(
        title=site.title,
        base_url=site.base_url,
        description=site.description or site.title,
        language=site.language,
        author=Author(name=author.name, uri=author.url, email=author.email) if author else Author(name=site.title),
        icon=site.icon,
        logo=site.logo,
        ttl=site.ttl,
        rights=site.rights,
        categories=site.categories,
        webmaster=site.webmaster,
        related_heading=words.related,
        story_heading=words.story,
        archived_label=words.archived,
        generator=config.content.generator,
    )


def page_settings(config: Config) -> pages.PageSettings:
    """Return the settings of the pages."""
    templates = config.output.templates
    return pages.PageSettings(
        site=site_of(config),
        templates=str((config.root / templates).absolute()) if templates else None,
        templates_shown=templates or "",
        custom_feeds=config.feeds,
        slugs=slugs_of(config),
    )
