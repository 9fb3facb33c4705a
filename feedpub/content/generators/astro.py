"""The rules of Astro's content collections (https://docs.astro.build/en/guides/content-collections/)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import ClassVar

from feedpub.content.generators.astro_site import DATES, facts_of
from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts
from feedpub.core.generators import parts_in

_IMAGES = ("heroImage", "image", "cover", "coverImage", "ogImage", "thumbnail")
_LATER = re.compile("(?i)draft|hidden|private|unlisted|archived|scheduled")


class Astro(Generator):
    """Astro."""

    name = "astro"
    slug_rule = "github"
    file_dates = False
    date_keys = DATES
    fields: ClassVar[Keys] = {
        "published_at": (*DATES, "publishedDateTime"),
        "updated_at": ("updatedDate", "modDatetime", "updatedAt", "lastModified", "lastmod", "updated"),
        "published": (),
        "topics": ("topics",),
        "images": ("images",),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the configuration and the routes of the site say."""
        return facts_of(site)

    def prepare(self, page: Page) -> None:
        """Read topics, and ``published`` where it is true or false."""
        is_published = page.take_published()
        page.take_date(keep_name=True)
        if page.day and not page.text(*DATES):
            page.set("date", page.day)
        set_topics(page, "categories", "category", "tags", "topics")
        page.withhold_if("isDraft", "hidden", "unlisted", "private", is_=True)
        if _LATER.fullmatch(page.text("status")):
            page.withheld.append(f"status: {page.text('status')}")
        if page.name.startswith("_") or ("/_" in f"/{page.folder}" and not is_published):
            page.withheld.append("name begins with _")

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the collection."""
        key = _collection_of(page)
        default = "/{section}/{slug}/" if page.folder else "/blog/{slug}/"
        return page.rules.permalinks.get(key) or page.rules.permalink or default

    def parts(self, page: Page) -> Parts:
        """Return the parts, with the id of the entry as slug: its path below the collection."""
        section = _collection_of(page)
        inner = page.folder.removeprefix(section).strip("/")
        names = [*inner.split("/"), *([] if page.is_bundle else [page.name])]
        segments = [page.slugify(name) for name in names if name]
        parts = {**super().parts(page), "section": section}
        pattern = self.pattern_of(page)
        if "{lang}" in pattern and segments:
            language, *segments = segments
            parts["lang"] = language
            page.fill("language", language)
        if "{folder}" in pattern and len(segments) > 1:
            # AstroPaper leaves out folders whose names begin with "_".
            parts["folder"] = [segment for segment in segments[:-1] if not segment.startswith("_")]
            segments = segments[-1:]
        elif "{folder}" in pattern:
            parts["folder"] = []
        entry_id = page.text("slug") or "/".join(segments)
        path = [section, entry_id] if section else [entry_id]
        return {**parts, "slug": entry_id, "title": entry_id, "path": path}

    def finish(self, page: Page, path: str) -> None:
        """Read the image, unless only a build of Astro gives it a URL."""
        for key in _IMAGES:
            text = page.text(key) or getattr(page.values(key).get("url") or page.values(key).get("src"), "value", "")
            if isinstance(text, str) and text and not re.match(r"\.\.?/|@|~|[^/:]+$", text):
                page.fill("images", [beside(path, text)])


def _collection_of(page: Page) -> str:
    """Return the folder of the page's collection: the longest that has a permalink."""
    folders = [page.folder, *(parent.as_posix() for parent in PurePosixPath(page.folder).parents)]
    key = next((folder for folder in folders if folder in page.rules.permalinks), None)
    if key is not None:
        return key
    is_collection = page.rules.permalink is not None and "section" not in parts_in(page.rules.permalink)
    return "" if is_collection else page.folder.partition("/")[0]
