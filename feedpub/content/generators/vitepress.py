"""VitePress' rules (https://vitepress.dev/guide/routing)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts
from feedpub.content.generators.vitepress_site import facts_of

_DATES = ("date", "createTime", "created", "pubDate", "publishDate", "publishedAt")


class VitePress(Generator):
    """VitePress."""

    name = "vitepress"
    reads_permalink = False
    permalink = "/{path}.html"
    file_dates = False
    date_keys = _DATES
    fields: ClassVar[Keys] = {
        "published_at": (*_DATES, "publishedDateTime"),
        "updated_at": ("lastUpdated", "updatedDateTime", "lastmod", "updated"),
        "topics": ("topics",),
        "images": ("images", "image", "cover"),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the configuration of the site says."""
        return facts_of(site)

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the templates of dynamic routes, such as ``[slug].md``."""
        return frozenset(path for path in paths if "[" in path)

    def prepare(self, page: Page) -> None:
        """Read the title in the first heading."""
        page.fill("title", page.heading() or page.base)
        page.drop_title()
        page.withhold_if("publish", "release", is_=False)
        page.withhold_if("hidden", "hide", "isDraft", is_=True)
        page.take_date(keep_name=True)
        if page.day and not page.text(*_DATES):
            page.set("date", page.day)
        set_topics(page, "categories", "category", "tags", "tag")

    def path(self, page: Page, written: str) -> str:
        """Return the path of the file, or of the folder for its index."""
        path = super().path(page, written)
        if not page.is_bundle or written or "{path}" not in self.pattern_of(page):
            return path
        return path.removesuffix(".html") + ("" if path.endswith("/") else "/")

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the longest folder that has one."""
        permalinks = page.rules.permalinks
        folders = [key for key in permalinks if f"{page.folder}/".startswith(f"{key}/")]
        return permalinks[max(folders, key=len)] if folders else page.rules.permalink or self.permalink

    def parts(self, page: Page) -> Parts:
        """Return the parts; those of a moved folder (``rewrites``) begin below it."""
        keys = [key for key in page.rules.permalinks if f"{page.folder}/".startswith(f"{key}/")]
        below = page.folder.removeprefix(max(keys, key=len)) if keys else page.folder
        names = [*below.split("/"), *([] if page.is_bundle else [page.name])]
        return {**super().parts(page), "path": [page.slugify(name) for name in names if name]}

    def finish(self, page: Page, path: str) -> None:
        """Read the image beside the page."""
        for key in ("image", "cover"):
            if text := page.text(key):
                page.fill("images", [beside(path, text)])
