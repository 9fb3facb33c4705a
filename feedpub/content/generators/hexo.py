"""Hexo's rules (https://hexo.io/docs/permalinks, https://hexo.io/docs/front-matter)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import yaml

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles, text_of
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts
from feedpub.content.generators.slugify import without_accents

_SPECIAL = re.compile(r"""[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:"'<>,.?/]+""")


class Hexo(Generator):
    """Hexo."""

    name = "hexo"
    permalink = ":year/:month/:day/:title/"
    slug_rule = "hexo"
    file_dates = False
    fields: ClassVar[Keys] = {"topics": ("topics",), "images": ("images",)}

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what ``_config.yml`` says, beside ``source/_posts``."""
        file = site.first("_config.yml", "_config.yaml", "_config.json")
        data = site.data(file)
        source = text_of(data, "source_dir") or "source"
        # Octopress, which Jekyll makes, has the same folder, and names it "source".
        if not file or not site.exists(f"{source}/_posts") or text_of(data, "source"):
            return None
        content: dict[str, Any] = {}
        permalink = text_of(data, "permalink")
        pretty = data.get("pretty_urls")
        if isinstance(pretty, dict) and text_of(pretty, "trailing_html") == "false":
            permalink = permalink.removesuffix(".html")
        if permalink and permalink != self.permalink:
            content["permalink"] = permalink
        if ":day" in text_of(data, "new_post_name"):
            content["file_dates"] = True
        return SiteFacts(
            generator="hexo",
            file=file,
            title=text_of(data, "title"),
            base_url=text_of(data, "url"),
            description=text_of(data, "description", "subtitle"),
            language=text_of(data, "language").split(",")[0],
            timezone=text_of(data, "timezone"),
            author=text_of(data, "author"),
            email=text_of(data, "email"),
            paths=(f"{source}/_posts",),
            content=content,
        )

    def prepare(self, page: Page) -> None:
        """Read the date in the name, and categories, which may be lists of lists."""
        page.take_date(keep_name=not page.rules.file_dates)
        if page.day:
            page.fill("date", page.day)
        page.category = _category(page)
        for key in ("categories", "tags"):
            node = page.node(key)
            if isinstance(node, yaml.SequenceNode):
                page.set(key, list(dict.fromkeys(_flat(node))))
        page.fill("title", page.base)
        set_topics(page, "categories", "category", "tags", "tag")

    def parts(self, page: Page) -> Parts:
        """Return the parts; ``:title`` is the path of the file."""
        path = f"{page.folder}/{page.name}".strip("/")
        return {
            **super().parts(page),
            "title": path,
            "slug": path,
            "name": page.name,
            "post_title": _slug(page.text("title")).lower(),
            "category": [_slug(text) for text in page.category] or ["uncategorized"],
        }

    def finish(self, page: Page, path: str) -> None:
        """Read the images of themes."""
        for key in ("cover", "thumbnail", "banner_img", "index_img", "photos", "image"):
            texts = page.texts(key, split=None)
            if texts and texts[0].lower() not in ("true", "false"):
                page.fill("images", [beside(path, texts[0])])


def _category(page: Page) -> list[str]:
    """Return the last category with those above it. A list is one path, and each list in it."""
    node = page.node("categories") or page.node("category")
    if not isinstance(node, yaml.SequenceNode):
        return page.texts("categories", split=None) or page.texts("category", split=None)
    if any(isinstance(item, yaml.SequenceNode) for item in node.value):
        node = node.value[-1]
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [item.value for item in items if isinstance(item, yaml.ScalarNode)]


def _flat(node: yaml.SequenceNode) -> Iterator[str]:
    """Yield the texts of a list and of the lists in it."""
    for item in node.value:
        if isinstance(item, yaml.ScalarNode):
            yield item.value
        elif isinstance(item, yaml.SequenceNode):
            yield from (inner.value for inner in item.value if isinstance(inner, yaml.ScalarNode))


def _slug(text: str) -> str:
    """Return the slug that hexo-util's ``slugize`` makes."""
    return _SPECIAL.sub("-", without_accents(text)).strip("-")
