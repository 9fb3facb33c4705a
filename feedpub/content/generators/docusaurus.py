"""The rules of Docusaurus' blog plugin (https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-blog)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

import msgspec
import yaml

from feedpub.config import Config
from feedpub.content.generators.base import Generator, Keys, beside
from feedpub.content.generators.data import read_data
from feedpub.content.generators.docusaurus_config import facts_of_docusaurus
from feedpub.content.generators.facts import SiteFacts, SiteFiles, mapping, text_of
from feedpub.content.generators.headings import plain_heading
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import expand
from feedpub.content.generators.rules import SiteRules

_DATED = re.compile(
    r"(?P<folder>.*)(?P<date>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})[-/]?(?P<text>.*?)(?:/index)?", re.DOTALL
)


# https://docusaurus.io/docs/blog#global-tags
_TAGS = ("tags.yml", "tags.yaml")
# https://docusaurus.io/docs/i18n/introduction#translation-files-location
_TRANSLATED = re.compile("/i18n/[^/]+/docusaurus-plugin-content-")
# The first line of the text, after imports.
_HEADING = re.compile(
    r"\s*(?:import\s(?:.|\n(?!\n))*+\n\n\s*+)*+"
    r"(?P<title>#[ \t]+(?P<atx>[^ \t\n][^\n]*)(?:\n|\Z)|(?P<setext>[^\n]+)\n=+[ \t]*(?:\n|\Z))"
)


class Docusaurus(Generator):
    """Docusaurus."""

    name = "docusaurus"
    permalink = "/blog/{slug}"
    author_files = ("authors.yml", "authors.yaml", "authors.json")
    fields: ClassVar[Keys] = {
        "published_at": ("date", "publishedDateTime"),
        "updated_at": ("last_update.date", "updatedDateTime", "lastmod", "updated"),
        "topics": ("topics",),
        "images": ("images", "image"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the configuration says of the site and its blogs."""
        return facts_of_docusaurus(site)

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the blog, which ``content.permalinks`` has by its folder."""
        return page.rules.permalinks.get(page.top) or super().pattern_of(page)

    def prepare(self, page: Page) -> None:
        """Read the title in the first heading, the date in the path, and the authors."""
        heading = _HEADING.match(page.body)
        if heading:
            # The title stands above the article.
            start, end = heading.span("title")
            page.body = page.body[:start] + "\n" * page.body.count("\n", start, end) + page.body[end:]
            page.fill("title", plain_heading(heading["atx"] or heading["setext"]))
        page.fill("title", _text_of(page))
        match = _DATED.fullmatch(page.below.rpartition(".")[0])
        if match:
            page.fill("date", _padded(match["date"]))
        page.withhold_if("unlisted", is_=True)
        if page.node("author") is not None and page.text("author_url", "authorURL"):
            page.set("authors", [{"name": page.text("author"), "url": page.text("author_url", "authorURL")}])
        tags = page.node("tags")
        if isinstance(tags, yaml.SequenceNode):
            labels = [page.rules.tag_labels.get(label, label) for label in map(_label, tags.value)]
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
        """Return the files whose names, or folders, begin with ``_``, and those of translations."""
        return frozenset(path for path in paths if "/_" in f"/{path}" or _TRANSLATED.search(f"/{path}"))

    def with_site(self, rules: SiteRules, config: Config) -> SiteRules:
        """Return ``rules`` with the labels in the files of tags."""
        files = [config.root / folder / name for folder in config.folders for name in _TAGS]
        listed = [mapping(read_data(file)) for file in files if file.exists()]
        labels = {key: text_of(mapping(tag), "label") or key for tags in listed for key, tag in tags.items()}
        return msgspec.structs.replace(rules, tag_labels=labels)


def _text_of(page: Page) -> str:
    """Return the path of the file without its date, which is the title of last resort."""
    stem = page.below.rpartition(".")[0]
    match = _DATED.fullmatch(stem)
    return match["text"] if match else re.sub("/index$", "", stem)


def _padded(day: str) -> str:
    year, month, date = re.split("[-/]", day)
    return f"{year}-{int(month):02}-{int(date):02}"


def _label(tag: yaml.Node) -> str:
    if isinstance(tag, yaml.MappingNode):
        scalars = (pair for pair in tag.value if all(isinstance(node, yaml.ScalarNode) for node in pair))
        return next((str(value.value) for key, value in scalars if key.value == "label"), "")
    return tag.value if isinstance(tag, yaml.ScalarNode) else ""
