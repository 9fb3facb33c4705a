"""VitePress' rules (https://vitepress.dev/guide/routing)."""

from __future__ import annotations

from typing import Any, ClassVar

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles, flag, joined, literal
from feedpub.content.generators.page import Page

_CONFIGS = tuple(f".vitepress/config.{kind}" for kind in ("ts", "mts", "js", "mjs", "cjs"))


class VitePress(Generator):
    """VitePress."""

    name = "vitepress"
    permalink = "/{path}.html"
    file_dates = False
    fields: ClassVar[Keys] = {
        "updated_at": ("lastUpdated", "updatedDateTime", "lastmod", "updated"),
        "topics": ("topics",),
        "images": ("images", "image", "cover"),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return the literals of the configuration."""
        tops = ("", "docs/", "src/", "blog/")
        file = site.first(*(top + name for top in tops for name in _CONFIGS))
        if not file:
            return None
        text, top = site.text(file), file.partition(".vitepress/")[0]
        source = f"{top}{literal(text, 'srcDir') or '.'}"
        clean = flag(text, "cleanUrls") is True
        content: dict[str, Any] = {"permalink": "/{path}"} if clean else {}
        address = literal(text, "hostname") or literal(text, "siteUrl") or literal(text, "url")
        return SiteFacts(
            generator="vitepress",
            file=file,
            title=literal(text, "title"),
            base_url=joined(address if "://" in address else "", literal(text, "base")),
            description=literal(text, "description"),
            language=literal(text, "lang"),
            paths=(source.removesuffix("/.") or ".",),
            pattern="{posts,blog,articles,news}/**/*.md" if _has_posts(site, source) else "**/*.md",
            exclude=("README.md", "node_modules"),
            content=content,
        )

    def prepare(self, page: Page) -> None:
        """Read the title in the first heading."""
        page.fill("title", page.heading() or page.base)
        if page.is_set("publish", to=False):
            page.withheld.append("publish: false")
        page.take_date(keep_name=True)
        if page.day:
            page.fill("date", page.day)
        set_topics(page, "categories", "category", "tags", "tag")

    def path(self, page: Page, written: str) -> str:
        """Return the path of the file, or of the folder for its index."""
        path = super().path(page, "")
        if page.is_bundle and not page.rules.permalinks:
            path = path.removesuffix(".html") + "/"
        return path

    def finish(self, page: Page, path: str) -> None:
        """Read the image beside the page."""
        for key in ("image", "cover"):
            if text := page.text(key):
                page.fill("images", [beside(path, text)])


def _has_posts(site: SiteFiles, source: str) -> bool:
    return any(site.exists(f"{source}/{name}") for name in ("posts", "blog", "articles", "news"))
