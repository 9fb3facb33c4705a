"""The rules of Docusaurus' blog plugin (https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-blog)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

import yaml

from feedpub.content.generators.base import Generator, Keys, beside
from feedpub.content.generators.facts import SiteFacts, SiteFiles, flag, joined, literal
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import expand

_CONFIGS = tuple(f"docusaurus.config.{kind}" for kind in ("js", "ts", "mjs", "cjs"))
_DATED = re.compile(
    r"(?P<folder>.*?)(?P<date>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})[-/]?(?P<text>.*?)(?:/index)?", re.DOTALL
)


class Docusaurus(Generator):
    """Docusaurus."""

    name = "docusaurus"
    permalink = "/blog/{slug}"
    author_files = ("authors.yml", "authors.yaml", "authors.json")
    fields: ClassVar[Keys] = {
        "updated_at": ("last_update.date", "updatedDateTime", "lastmod", "updated"),
        "topics": ("topics",),
        "images": ("images", "image"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return the literals of the configuration."""
        file = site.first(*_CONFIGS)
        if not file:
            return None
        text = site.text(file)
        slash = "/" if flag(text, "trailingSlash") else ""
        blog = re.search(r"(?<!\w)blog\s*:\s*\{.*", text, re.DOTALL)
        inside = blog[0] if blog else ""
        folder = literal(inside, "path") if inside else ""
        folder = folder if folder and site.exists(folder) else "blog"
        route = literal(inside, "routeBasePath") or "blog"
        pattern = f"/{route.strip('/')}/{{slug}}{slash}".replace("//", "/")
        return SiteFacts(
            generator="docusaurus",
            file=file,
            title=literal(text, "title"),
            base_url=joined(literal(text, "url"), literal(text, "baseUrl")),
            description=literal(text, "tagline"),
            language=literal(text, "defaultLocale"),
            paths=(folder,),
            pattern="**/*.{md,mdx}",
            content={} if pattern == self.permalink else {"permalink": pattern},
        )

    def prepare(self, page: Page) -> None:
        """Read the title in the first heading, the date in the path, and the authors."""
        page.fill("title", page.heading() or _text_of(page) or page.base)
        match = _DATED.fullmatch(page.below.rpartition(".")[0])
        if match:
            page.fill("date", _padded(match["date"]))
        if page.is_set("unlisted", to=True):
            page.withheld.append("unlisted: true")
        if page.node("author") is not None and page.text("author_url", "authorURL"):
            page.set("authors", [{"name": page.text("author"), "url": page.text("author_url", "authorURL")}])
        tags = page.node("tags")
        if isinstance(tags, yaml.SequenceNode):
            labels = [_label(tag) for tag in tags.value]
            page.set("topics", [label for label in labels if label])

    def path(self, page: Page, written: str) -> str:
        """Return the route of the blog and the slug."""
        slug = page.text("slug")
        stem = page.below.rpartition(".")[0]
        match = _DATED.fullmatch(stem)
        if slug:
            slug = slug.lstrip("/")
        elif match:
            day = match["date"].replace("-", "/")
            slug = f"{day}/{match['folder']}{match['text']}"
        else:
            slug = re.sub(r"(?:^|/)index$", "", stem)
        return expand(self.pattern_of(page), {**self.parts(page), "slug": slug, "path": slug})

    def finish(self, page: Page, path: str) -> None:
        """Read ``image``."""
        image = page.text("image")
        if image and not image.startswith("."):
            page.set("image", [beside("/", image)])
        elif image:
            page.fields.pop("image")

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the files whose names, or folders, begin with ``_``."""
        return frozenset(path for path in paths if "/_" in f"/{path}")


def _text_of(page: Page) -> str:
    match = _DATED.fullmatch(page.below.rpartition(".")[0])
    return match["text"].replace("-", " ") if match else ""


def _padded(day: str) -> str:
    year, month, date = re.split("[-/]", day)
    return f"{year}-{int(month):02}-{int(date):02}"


def _label(tag: yaml.Node) -> str:
    if isinstance(tag, yaml.MappingNode):
        values = {key.value: value.value for key, value in tag.value if isinstance(value, yaml.ScalarNode)}
        return str(values.get("label", ""))
    return tag.value if isinstance(tag, yaml.ScalarNode) else ""
