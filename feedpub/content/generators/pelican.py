"""Pelican's rules (https://docs.getpelican.com/en/latest/content.html).

Its settings are described at https://docs.getpelican.com/en/latest/settings.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import ClassVar

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.page import Page
from feedpub.content.generators.pelican_settings import site_facts
from feedpub.content.generators.permalinks import Parts
from feedpub.core.dates import DateError, parse_optional_datetime
from feedpub.core.html import unsafe_html

# A sign of Markdown.
_MARK = re.compile(r"[*_`\[<]")
_DEFAULT_CATEGORY = "misc"
_TRANSLATION = "/{slug}-{lang}.html"


class Pelican(Generator):
    """Pelican."""

    name = "pelican"
    permalink = "/{slug}.html"
    slug_rule = "pelican"
    reads_without_head = False
    has_bare_head = True
    any_case = True
    name_fields = r"(?P<date>\d{4}-\d{2}-\d{2}).*"
    fields: ClassVar[Keys] = {
        "published_at": ("date", "publishedDateTime"),
        "updated_at": ("modified", "updatedDateTime", "lastmod", "updated"),
        "excerpt": ("summary", "description", "excerpt"),
        "topics": ("topics",),
        "images": ("images", "image"),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return the literals that ``publishconf.py`` and ``pelicanconf.py`` assign."""
        return site_facts(site)

    def prepare(self, page: Page) -> None:
        """Read ``status``, dates, the folder as category, and the summary, which is Markdown."""
        if summary := page.text("summary"):
            page.set("summary", unsafe_html(summary, "pelican") if _MARK.search(summary) else summary)
        status = page.text("status").lower()
        if page.node("status") is not None and status != "published":
            page.withheld.append(f"status: {status or 'no text'}")
        for key in ("date", "modified"):
            _read_date(page, key)
        folder = page.folder.rpartition("/")[2]
        if folder:
            page.fill("category", folder)
        authors = page.text("authors")
        if authors:
            names = re.split(";" if ";" in authors else ",", authors)
            page.set("authors", [name.strip() for name in names if name.strip()])
        set_topics(page, "category", "tags", split={"category": None, "tags": ";" if ";" in page.text("tags") else ","})

    def path(self, page: Page, written: str) -> str:  # Pelican has no such key
        """Return ``url`` of the front matter, or the path by the settings."""
        return self.expand(page, page.text("url") or self.pattern_of(page))

    def parts(self, page: Page) -> Parts:
        """Return the parts. The slug is that of the title, or of the name (``SLUGIFY_SOURCE``)."""
        source = page.file_stem if page.rules.slug_source == "name" else page.text("title")
        author = page.texts("authors")[:1] or [page.text("author")]
        return {
            **super().parts(page),
            **{key: page.text(key) for key in page.taken},
            "slug": page.text("slug") or page.slugify(source),
            "category": page.slugify(page.text("category") or _DEFAULT_CATEGORY),
            "author": page.slugify(author[0]),
            "lang": page.text("lang") or page.rules.language,
            "path": page.below,
        }

    def pattern_of(self, page: Page) -> str:
        """Return ``ARTICLE_URL``, or ``ARTICLE_LANG_URL`` for a translation."""
        language = page.text("lang").replace("_", "-").lower()
        if language and language != page.rules.language.lower():
            return page.rules.translation_permalink or _TRANSLATION
        return super().pattern_of(page)

    def finish(self, page: Page, path: str) -> None:  # images do not depend on it
        """Read ``image`` and ``cover``."""
        image = page.text("image", "cover", "featured_image", "og_image")
        if image:
            page.set("image", [beside("/", re.sub(r"^[{|](?:static|attach|filename)[|}]", "", image))])

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the pages, which Pelican keeps apart from articles."""
        return frozenset(path for path in paths if path.startswith("pages/"))


def _read_date(page: Page, key: str) -> None:
    """Read a date as Pelican does, which takes ``05/06/2024`` for a day in May."""
    text = page.text(key)
    if not text:
        return
    try:
        parse_optional_datetime(text, page.rules.zone)
    except DateError:
        moment = _dateutil(text.replace("_", " "))
        if moment is not None:
            page.set(key, moment.isoformat())


def _dateutil(text: str) -> datetime | None:
    """Return the date ``text`` if it has a year, a month and a day; None if it is none."""
    from dateutil import parser  # noqa: PLC0415  # most dates have a form that needs it not

    defaults = (datetime(2000, 1, 1), datetime(2004, 2, 2))  # the text may have no zone
    try:
        first, second = (parser.parse(text, default=default, tzinfos=_zone) for default in defaults)
    except (ValueError, OverflowError, TypeError):
        return None
    return first if first == second else None


def _zone(_name: str | None, offset: int | None) -> tzinfo | None:
    return None if offset is None else timezone(timedelta(seconds=offset))
