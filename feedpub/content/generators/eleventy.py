"""Eleventy's rules (https://www.11ty.dev/docs/permalinks/, https://www.11ty.dev/docs/dates/)."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

from feedpub.content.generators.base import Generator, Keys, beside
from feedpub.content.generators.facts import SiteFacts, SiteFiles, literal, text_of
from feedpub.content.generators.page import Page
from feedpub.content.generators.slugify import eleventy
from feedpub.core.errors import quoted

_CONFIGS = tuple(f"{name}.{kind}" for name in (".eleventy", "eleventy.config") for kind in ("js", "mjs", "cjs", "ts"))
_EXPRESSION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")
_IN_PATH = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_COLLECTIONS = frozenset(("all", "post", "posts", "blog", "article", "articles", "notes"))


class Eleventy(Generator):
    """Eleventy."""

    name = "eleventy"
    fields: ClassVar[Keys] = {
        "updated_at": ("updatedDateTime", "lastmod", "updated", "modified"),
        "topics": ("topics",),
        "images": ("images", "image"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the configuration and the data of the site say."""
        file = site.first(*_CONFIGS)
        if not file:
            return None
        text = site.text(file)
        source = literal(text, "input") or ("src" if site.exists("src") and not site.exists("posts") else ".")
        data_folder = f"{source}/{literal(text, 'data') or '_data'}"
        data: dict[str, Any] = {}
        for name in ("metadata", "site", "meta"):
            found = site.data(site.first(*(f"{data_folder}/{name}.{kind}" for kind in ("json", "yaml", "yml"))))
            script = site.text(site.first(*(f"{data_folder}/{name}.{kind}" for kind in ("js", "cjs", "mjs"))))
            keys = ("title", "name", "url", "description", "language", "lang")
            data |= found or {key: literal(script, key) for key in keys if literal(script, key)}
        folders, defaults = _folders(site, source)
        return SiteFacts(
            generator="eleventy",
            file=file,
            title=text_of(data, "title", "name"),
            base_url=text_of(data, "url", "site_url", "base"),
            description=text_of(data, "description"),
            language=text_of(data, "language", "lang"),
            author=text_of(data, "author.name", "author"),
            email=text_of(data, "author.email"),
            paths=(source,),
            pattern=f"{{{','.join((*folders, '_'))}}}/**/*.md" if folders else "**/*.md",
            exclude=("README.md", "node_modules", "_site", "_includes"),
            content={"defaults": defaults} if defaults else {},
        )

    def prepare(self, page: Page) -> None:
        """Read the date in the path, and tags that are no collections."""
        for key in ("eleventyExcludeFromCollections",):
            if page.is_set(key, to=True):
                page.withheld.append(f"{key}: true")
        if page.is_set("permalink", to=False):
            page.withheld.append("permalink: false")
        match = _IN_PATH.search(page.below)
        if match:
            page.fill("date", match[0])
        tags = [*page.texts("tags", split=None), *page.texts("categories"), *page.texts("category")]
        topics = [tag for tag in dict.fromkeys(tags) if tag.lower() not in _COLLECTIONS]
        if topics:
            page.set("topics", topics)

    def path(self, page: Page, written: str) -> str:
        """Return the permalink in the front matter, or the folders and the name."""
        if not written or page.is_set("permalink", to=False):
            return super().path(page, "")
        if _EXPRESSION.search(written):
            written = _EXPRESSION.sub(lambda match: self._value(page, match[1]), written)
            if "{%" in written or "{{" in written:
                page.problem("permalink", "holds code that only Eleventy runs; write the URL as sourceUrl")
        path = "/" + written.lstrip("/")
        return re.sub(r"(?<=/)index\.html$", "", path)

    def finish(self, page: Page, path: str) -> None:
        """Read ``image``."""
        if image := page.text("image"):
            page.set("image", [{"url": beside(path, image)}])

    def _value(self, page: Page, expression: str) -> str:
        """Return the value of a simple expression such as ``title | slugify``."""
        name, *filters = (part.strip() for part in expression.split("|"))
        local = page.moment("date")
        known = {
            "page.fileSlug": _undated(page.base),
            "page.filePathStem": f"/{page.folder}/{_undated(page.name)}".replace("//", "/"),
            "page.date": local.isoformat(),
        }
        value = known.get(name) or page.text(name) or (name[1:-1] if re.fullmatch(r"""(['"]).*\1""", name) else "")
        for filter_name in filters:
            called, _, argument = filter_name.partition(":")
            argument = argument.strip().strip("'\"")
            if called in ("slugify", "slug", "url_slug"):
                value = eleventy(value)
            elif called in ("downcase", "lower"):
                value = value.lower()
            elif called == "date" and name in ("page.date", "date"):
                value = local.strftime(argument)
            elif called not in ("url", "safe", "string"):
                value = ""
        if not value:
            message = f"holds {quoted(expression)}, which only Eleventy knows; write the URL as sourceUrl"
            page.problem("permalink", message)
        return value


def _undated(name: str) -> str:
    return re.sub(r".*?[0-9]{4}-[0-9]{2}-[0-9]{2}-(?=.)", "", name, count=1)


def _folders(site: SiteFiles, source: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the folders of posts, and the permalinks that the data of folders gives."""
    folders, defaults = [], []
    for path in sorted((site.root / source).glob("**/*")):
        stem = re.sub(r"\.11tydata$", "", path.stem)
        below = path.parent.relative_to(site.root / source).as_posix()
        if stem != path.parent.name or path.suffix not in (".json", ".js", ".cjs", ".mjs") or "node_modules" in below:
            continue
        text = site.text(str(path.relative_to(site.root)))
        data: dict[str, Any] = {}
        if path.suffix == ".json":
            try:
                data = json.loads(text)
            except ValueError:
                continue
        tags = data.get("tags") or literal(text, "tags") or re.findall(r"tags\s*:\s*\[\s*[\"'](\w+)", text)
        tags = [tags] if isinstance(tags, str) else tags
        if any(str(tag) in _COLLECTIONS for tag in tags):
            folders.append(below)
        permalink = text_of(data, "permalink") or literal(text, "permalink")
        if permalink:
            defaults.append({"path": f"{below}/**", "values": {"permalink": permalink}})
    return folders, defaults
