"""The rules of Material for MkDocs' blog plugin (https://squidfunk.github.io/mkdocs-material/plugins/blog/)."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec
import yaml

from feedpub.config import Config
from feedpub.content.generators.base import Generator, Keys, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.mkdocs_meta import folder_values
from feedpub.content.generators.mkdocs_settings import CONFIGS, site_facts
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts
from feedpub.content.generators.rules import SiteRules


class MkDocs(Generator):
    """Material for MkDocs with its blog plugin."""

    name = "mkdocs"
    reads_permalink = False
    configurations = CONFIGS
    permalink = "/blog/{date}/{slug}/"
    slug_rule = "mkdocs"
    reads_without_head = False
    repeats_keys = True
    file_dates = False
    date_keys = ("date", "date.created")
    author_files = (".authors.yml", "../.authors.yml")
    fields: ClassVar[Keys] = {
        "published_at": ("date",),
        "updated_at": ("updated",),
        "published": (),
        "topics": ("topics",),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what ``mkdocs.yml`` says, if it has the blog plugin."""
        return site_facts(site)

    def with_site(self, rules: SiteRules, config: Config) -> SiteRules:
        """Return ``rules`` with the front matter of folders."""
        return msgspec.structs.replace(rules, folder_values=folder_values(config))

    def inherit(self, page: Page) -> None:
        """Add the front matter of folders. Lists add up."""
        for item in page.rules.folder_values:
            if page.path.startswith(item.path):
                page.inherit(item.values)

    def prepare(self, page: Page) -> None:
        """Read the title in the first heading, and ``date`` with ``created`` and ``updated``."""
        page.title_of_slug = page.written("title") or _written_heading(page) or _name_as_title(page)
        page.fill("title", _shown_heading(page) or _name_as_title(page))
        page.drop_title()
        dates = page.values("date")
        if dates:
            for key, name in (("date", "created"), ("updated", "updated")):
                value = dates.get(name)
                if isinstance(value, yaml.ScalarNode):
                    page.set(key, value.value)
        set_topics(page, "categories", "tags")

    def parts(self, page: Page) -> Parts:
        """Return the parts; the slug is that of the title before Markdown is rendered."""
        name = _file_name(page)
        slug = page.text("slug") or page.slugify(page.title_of_slug)
        return {**super().parts(page), "slug": slug, "name": name, "file": name}


def _file_name(page: Page) -> str:
    return "index" if page.file_stem in ("index", "README") else page.file_stem


def _name_as_title(page: Page) -> str:
    title = _file_name(page).replace("-", " ").replace("_", " ")
    return title.capitalize() if title == title.lower() else title


def _first_lines(page: Page) -> tuple[str, str]:
    first, _, rest = page.body.lstrip().partition("\n")
    return first.strip(), rest.partition("\n")[0].strip()


def _written_heading(page: Page) -> str:
    """Return the heading in the first line as it is written; empty if there is none."""
    first, _ = _first_lines(page)
    return first.lstrip("# ") if first.startswith("# ") else ""


def _shown_heading(page: Page) -> str:
    """Return the text of the heading that the body begins with; empty if it begins with none."""
    first, second = _first_lines(page)
    if first.startswith("# ") or (second and not second.strip("=")):
        return page.heading()
    return first.strip("# ") if re.match(r"#[^#!]", first) else ""
