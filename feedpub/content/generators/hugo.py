"""Hugo's rules for pages (https://gohugo.io/content-management/front-matter/, https://gohugo.io/content-management/urls/)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

import yaml

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.hugo_config import hugo_facts
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts, expand
from feedpub.content.values import boolean
from feedpub.core.generators import parts_in

_PUBLISH_DATES = ("publishdate", "pubdate", "published")
_DATES = ("date", *_PUBLISH_DATES, "lastmod", "modified")
_NEVER = ("never", "false", "link", "local")
_LEAF = re.compile(r"(?:.*/)?index(?:\.[A-Za-z-]+)?\.[a-z]+")


class Hugo(Generator):
    """Hugo."""

    name = "hugo"
    slug_rule = "hugo"
    any_case = True
    file_dates = False
    author_files = ("../data/authors", *(f"../data/authors.{kind}" for kind in ("yaml", "yml", "toml", "json")))
    reads_without_head = False
    date_keys = _DATES
    fields: ClassVar[Keys] = {
        "excerpt": ("description", "summary", "excerpt"),
        "published_at": (*_PUBLISH_DATES, "date", "lastmod", "modified"),
        "updated_at": ("lastmod", "modified"),
        "expires_at": ("expiryDate", "unpublishdate"),
        "published": (),
        "topics": ("topics",),
        "authors": ("authors", "author", "params.authors", "params.author"),
        "images": ("images",),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the files of the configuration say."""
        return hugo_facts(site)

    def prepare(self, page: Page) -> None:
        """Read languages, drafts, dates and taxonomies."""
        self._published(page)
        if page.is_set("headless", to=True):
            page.withheld.append("headless: true")
        for key in ("build", "_build"):
            for name, value in page.values(key).items():
                if name.lower() in ("render", "list") and str(value.value).lower() in _NEVER:
                    page.withheld.append(f"{key}.{name}: {value.value}")
        page.take_language()
        page.take_date(keep_name=not page.rules.file_dates)
        if page.day:
            page.fill("date", page.day)
        set_topics(page, "categories", "tags", "topics")

    @staticmethod
    def _published(page: Page) -> None:
        """Read a ``published`` that is true or false. Hugo also reads a date there."""
        try:
            is_published = boolean(page.text("published"))
        except ValueError:
            return
        page.fields.pop("published")
        if not is_published:
            page.withheld.append("published: false")

    def path(self, page: Page, written: str) -> str:
        """Return the path that ``url``, the site's permalinks, or the folders give."""
        url = page.text("url")
        prefix = f"/{page.language}" if page.language else ""
        if url:
            path = expand(url, self.parts(page)) if parts_in(url) else "/" + url.lstrip("/")
            last = path.rpartition("/")[2]
            path = path if not last or "." in last else path + "/"
            return path if url.startswith("/") else prefix + path
        pattern = self.pattern_of(page)
        path = expand(pattern, self.parts(page))
        path = path.rstrip("/") + (".html" if page.rules.ugly_urls else "/")
        return prefix + path

    def parts(self, page: Page) -> Parts:
        """Return Hugo's tokens. Folders and names keep each blank, titles and slugs join them."""
        slug, title = page.text("slug").strip("/"), page.text("title")
        blank = " " if page.rules.slugify == "hugo-case" else "-"
        base = page.slugify(page.base.replace(" ", blank))
        names = [folder for folder in page.parent.split("/") if folder]
        folders = [page.slugify(folder.replace(" ", blank)) for folder in names]
        sections = [
            folder
            for index, folder in enumerate(folders)
            if index == 0 or "/".join(names[: index + 1]) in page.rules.sections
        ]
        common = super().parts(page)
        written = page.slugify(slug)
        named = page.slugify(title.replace("/", "-"))
        return {
            **common,
            **{key: page.slugify(str(common[key])) for key in ("monthname", "weekdayname")},
            "title": named,
            "slug": written or named,
            "slugorfilename": written or base,
            "slugorcontentbasename": written or base,
            "filename": base,
            "contentbasename": base,
            "sections": sections,
            "section": folders[:1],
            "folder": folders,
            "path": [*folders, written or base],
        }

    def finish(self, page: Page, path: str) -> None:
        """Read the images of Hugo and of its themes: ``images``, ``cover.image``, ``image``."""
        cover = page.values("cover")
        single = [cover.get(key) for key in ("image", "src")]
        single += [page.values("image").get(key) for key in ("src", "url")]
        single += [page.node(key) for key in ("image", "featured_image", "featuredimage", "thumbnail", "cover")]
        nodes = page.node("images")
        listed = nodes.value if isinstance(nodes, yaml.SequenceNode) else [nodes] if nodes else []
        if any(isinstance(node, yaml.MappingNode) for node in listed):
            return
        texts = [node.value for node in (*listed, *single) if isinstance(node, yaml.ScalarNode) and node.value.strip()]
        if texts:
            page.set("images", [{"url": beside(path if page.is_bundle else "/", texts[0].strip())}])

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the pages of sections, and the files that belong to a leaf bundle."""
        paths = list(paths)
        sections = {path for path in paths if path.rpartition("/")[2].startswith("_index.")}
        bundles = {path.rpartition("/")[0] for path in paths if _LEAF.fullmatch(path) and "/" in path}
        return frozenset(sections.union(path for path in paths if _in_bundle(path, bundles)))


def _in_bundle(path: str, bundles: set[str]) -> bool:
    folder = path.rpartition("/")[0]
    if folder in bundles and _LEAF.fullmatch(path) is None:
        return True
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if folder in bundles:
            return True
    return False
