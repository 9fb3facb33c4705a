"""The rules of Astro's content collections (https://docs.astro.build/en/guides/content-collections/)."""

from __future__ import annotations

import re
from typing import ClassVar

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, literal
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts

_CONFIGS = tuple(f"astro.config.{kind}" for kind in ("mjs", "js", "ts", "mts", "cjs"))
_IMAGES = ("heroImage", "image", "cover", "coverImage", "ogImage", "thumbnail")
_DATES = ("pubDate", "publishDate", "publishedDate", "pubDatetime", "pubdate", "publishedAt", "published", "date")


class Astro(Generator):
    """Astro."""

    name = "astro"
    slug_rule = "github"
    file_dates = False
    date_keys = _DATES
    fields: ClassVar[Keys] = {
        "published_at": (*_DATES, "publishedDateTime"),
        "updated_at": ("updatedDate", "modDatetime", "updatedAt", "lastModified", "lastmod", "updated"),
        "published": (),
        "topics": ("topics",),
        "images": ("images",),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the configuration and the routes of the site say."""
        file = site.first(*_CONFIGS)
        if not file:
            return None
        text = site.text(file)
        never = literal(text, "trailingSlash") == "never" or literal(text, "format") == "file"
        slash = "" if never else "/"
        constants = "\n".join(
            site.text(f"src/{name}") for name in ("consts.ts", "config.ts", "consts.js", "site.config.ts")
        )
        collections = _collections(site)
        permalinks = {name: f"{_route(site, name)}/{{slug}}{slash}" for name in collections}
        return SiteFacts(
            generator="astro",
            file=file,
            title=literal(constants, "SITE_TITLE") or literal(constants, "title") or literal(constants, "name"),
            base_url=joined(literal(text, "site") or literal(constants, "website"), literal(text, "base")),
            description=literal(constants, "SITE_DESCRIPTION") or literal(constants, "desc(?:ription)?"),
            language=literal(text, "defaultLocale") or literal(constants, "lang"),
            author=literal(constants, "author"),
            paths=("src/content",) if collections else ("src/pages",),
            pattern=f"{{{','.join((*collections, '_'))}}}/**/*.{{md,mdx}}" if collections else "**/*.{md,mdx}",
            content={"permalinks": permalinks} if collections else {"permalink": f"/{{path}}{slash}", "slugify": "off"},
        )

    def prepare(self, page: Page) -> None:
        """Read topics, and ``published`` where it is true or false."""
        for value in (True, False):
            if page.is_set("published", to=value):
                page.fields.pop("published")
                page.withheld += [] if value else ["published: false"]
        page.take_date(keep_name=True)
        if page.day and not page.text(*_DATES):
            page.set("date", page.day)
        set_topics(page, "categories", "category", "tags", "topics")
        if page.name.startswith("_") or "/_" in f"/{page.folder}":
            page.withheld.append("name begins with _")

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the collection."""
        section = page.folder.partition("/")[0]
        rules = page.rules
        return (
            rules.permalinks.get(section) or rules.permalink or ("/{section}/{slug}/" if section else "/blog/{slug}/")
        )

    def parts(self, page: Page) -> Parts:
        """Return the parts, with the id of the entry as slug: its path below the collection."""
        section, _, inner = page.folder.partition("/")
        names = [*inner.split("/"), *([] if page.is_bundle else [page.name])]
        entry_id = page.text("slug") or "/".join(page.slugify(name) for name in names if name)
        path = f"{section}/{entry_id}".strip("/")
        return {**super().parts(page), "section": section, "slug": entry_id, "title": entry_id, "path": path}

    def finish(self, page: Page, path: str) -> None:
        """Read the image, unless only a build of Astro gives it a URL."""
        for key in _IMAGES:
            text = page.text(key) or getattr(page.values(key).get("url") or page.values(key).get("src"), "value", "")
            if isinstance(text, str) and text and not re.match(r"\.\.?/|@|~|[^/:]+$", text):
                page.fill("images", [beside(path, text)])


def _collections(site: SiteFiles) -> list[str]:
    folder = site.root / "src" / "content"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    blogs = [name for name in names if name in ("blog", "posts", "post", "articles", "writing", "notes", "news")]
    return blogs or names


def _route(site: SiteFiles, collection: str) -> str:
    """Return the folder of the pages of ``collection``: that of the route that reads it."""
    pages = site.root / "src" / "pages"
    for path in sorted(pages.glob("**/[[]*.astro")):
        text = site.text(str(path.relative_to(site.root)))
        if (
            re.search(rf"""(?:getCollection|getEntry)\(\s*["'`]{re.escape(collection)}["'`]""", text)
            and "page" not in path.stem
        ):
            folder = path.parent.relative_to(pages).as_posix()
            return "" if folder == "." else f"/{folder}"
    return f"/{collection}"
