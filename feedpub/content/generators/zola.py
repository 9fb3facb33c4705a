"""Zola's rules for pages (https://www.getzola.org/documentation/content/page/)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import yaml

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles, text_of
from feedpub.content.generators.page import Page


class Zola(Generator):
    """Zola."""

    name = "zola"
    slug_rule = "zola"
    reads_without_head = False
    fields: ClassVar[Keys] = {
        "excerpt": ("description", "summary"),
        "updated_at": ("updated",),
        "topics": ("topics",),
        "authors": ("authors", "extra.author", "extra.authors"),
        "images": ("images",),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what ``config.toml`` or ``zola.toml`` says."""
        file = site.first("zola.toml", "config.toml")
        data = site.data(file)
        if "base_url" not in data or not site.exists("content"):
            return None
        language = text_of(data, "default_language") or "en"
        languages = data.get("languages")
        names = [name for name in languages if name != language] if isinstance(languages, dict) else []
        content: dict[str, Any] = {"languages": [language, *names]}
        mode = text_of(data, "slugify.paths")
        if mode in ("off", "safe"):
            content["slugify"] = {"off": "off", "safe": "zola-safe"}[mode]
        if data.get("slugify", {}).get("paths_keep_dates") is True:
            content["file_dates"] = False
        return SiteFacts(
            generator="zola",
            file=file,
            title=text_of(data, "title", "extra.title"),
            base_url=text_of(data, "base_url"),
            description=text_of(data, "description", "extra.description"),
            language=language,
            author=text_of(data, "author", "extra.author.name", "extra.author"),
            content=content,
        )

    def prepare(self, page: Page) -> None:
        """Read languages, the date in the name, and ``[taxonomies]``."""
        page.take_language()
        page.take_date(keep_name=page.rules.file_dates is False)
        if page.day:
            page.fill("date", page.day)
        if page.is_set("render", to=False):
            page.withheld.append("render: false")
        for name, node in page.values("taxonomies").items():
            if isinstance(node, yaml.SequenceNode) and node.value and name not in ("authors", "author"):
                page.fields[f"taxonomies.{name}"] = page.field(f"taxonomies.{name}", node)
        names = [key for key in page.fields if key.startswith("taxonomies.")]
        set_topics(page, *sorted(names, key=lambda key: (key != "taxonomies.categories", key != "taxonomies.tags")))
        authors = page.values("taxonomies").get("authors") or page.values("taxonomies").get("author")
        if authors is not None and page.node("authors") is None:
            page.fields["authors"] = page.field("authors", authors)

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the pages of sections."""
        return frozenset(path for path in paths if path.rpartition("/")[2].startswith("_index."))

    def path(self, page: Page, written: str) -> str:
        """Return ``path``, or the folders and the slug."""
        prefix = f"/{page.language}" if page.language else ""
        own = page.text("path")
        if own:
            return f"{prefix}/{own.strip('/')}/"
        if page.rules.permalinks or page.rules.permalink:
            return prefix + super().path(page, "")
        slug = page.slugify(page.text("slug") or page.base)
        folders = [page.slugify(folder) for folder in page.parent.split("/") if folder]
        return prefix + "/" + "/".join([*folders, slug]) + "/"

    def finish(self, page: Page, path: str) -> None:
        """Read the image that themes take from ``[extra]``."""
        extra = page.values("extra")
        nodes = (extra.get(key) for key in ("image", "og_image", "cover", "social_media_card", "banner"))
        node = next((node for node in nodes if isinstance(node, yaml.ScalarNode) and node.value.strip()), None)
        if node is not None and page.node("images") is None:
            page.set("images", [{"url": beside(path, node.value.strip())}])
