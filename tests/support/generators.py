"""Sites of generators in tests: their articles by path, as the rules of a generator read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from feedpub.content import ArticleFile, ArticleReading, ReadSettings, read_article
from feedpub.content.generators import generator_of
from feedpub.content.generators.rules import SiteRules
from feedpub.core.models import Article

BASE = "https://blog.example.org/"


def reading_of(generator: str, below: str, text: str, *, base: str = BASE, **rules: Any) -> ArticleReading:
    """Return what is read of the file ``below`` of a site with ``rules``."""
    zone: tzinfo = rules.get("zone", UTC)
    site = SiteRules(generator=generator, **rules)
    settings = ReadSettings(base_url=base, zone=zone, fields=generator_of(generator).keys(), rules=site)
    return read_article(ArticleFile(below, below, f"/srv/{below}"), text.encode(), settings)


def article_of(generator: str, below: str, front: str = "", body: str = "", **rules: Any) -> Article:
    """Return the article with the lines ``front``. It has no problem."""
    reading = reading_of(generator, below, f"---\n{front}\n---\n{body}", **rules)
    assert reading.problems == ()
    assert reading.article is not None
    return reading.article


def paths_of(generator: str, files: Mapping[str, str], **rules: Any) -> dict[str, str]:
    """Return the path of the URL of each article, by its file."""
    return {
        below: article_of(generator, below, front, **rules).url.removeprefix(BASE.rstrip("/"))
        for below, front in files.items()
    }


def topics_of(article: Article) -> list[str]:
    """Return the topics of ``article`` as it spells them."""
    return [topic.label for topic in article.topics]
