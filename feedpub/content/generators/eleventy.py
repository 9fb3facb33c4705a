"""Eleventy's rules (https://www.11ty.dev/docs/permalinks/, https://www.11ty.dev/docs/dates/)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

import msgspec

from feedpub.config import Config
from feedpub.content.generators.base import Generator, Keys, beside
from feedpub.content.generators.eleventy_data import CONFIGS, folder_values
from feedpub.content.generators.eleventy_site import facts_of, is_collection
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.liquid import LiquidError, render
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import FILL_IN, Parts
from feedpub.content.generators.rules import SiteRules
from feedpub.core.errors import quoted

_IN_PATH = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_LATER = ("created", "last modified", "git created", "git last modified")


class Eleventy(Generator):
    """Eleventy."""

    name = "eleventy"
    configurations = CONFIGS
    fields: ClassVar[Keys] = {
        "published_at": ("date", "publishedDateTime"),
        "updated_at": ("updatedDateTime", "lastmod", "updated", "modified"),
        "topics": ("topics",),
        "images": ("images", "image"),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the configuration and the data of the site say."""
        return facts_of(site)

    def with_site(self, rules: SiteRules, config: Config) -> SiteRules:
        """Return ``rules`` with the front matter in data files."""
        return msgspec.structs.replace(rules, folder_values=folder_values(config))

    def inherit(self, page: Page) -> None:
        """Add the front matter in data files. Tags add up."""
        found = [item.values for item in page.rules.folder_values if page.path.startswith(item.path)]
        if found and (tags := page.texts("tags", split=None)):
            page.set("tags", tags)
        for values in found:
            page.inherit({key: value for key, value in values.items() if value != FILL_IN})
        page.apply_defaults()
        page.inherit({key: value for values in found for key, value in values.items() if value == FILL_IN})

    def prepare(self, page: Page) -> None:
        """Read the date in the path, and tags that are no collections."""
        key = "eleventyExcludeFromCollections"
        if page.is_set(key, to=True) or any(is_collection(name) for name in page.texts(key)):
            page.withheld.append(f"{key}: true")
        page.withhold_if("permalink", is_=False)
        if (date := page.text("date")).lower() in _LATER:
            page.problem("date", f"{quoted(date)} is a date that only Eleventy knows; write the date")
            # The article is left out; a second message about the form of the date would not help.
            page.set("date", "1970-01-01")
        match = _IN_PATH.search(page.below)
        if match:
            page.fill("date", match[0])
        if page.body.lstrip().startswith("# "):
            page.fill("title", page.heading())
        tags = [*page.texts("tags", split=None), *page.texts("categories"), *page.texts("category")]
        topics = [tag for tag in dict.fromkeys(tags) if not is_collection(tag)]
        if topics:
            page.set("topics", topics)

    def path(self, page: Page, written: str) -> str:
        """Return the permalink in the front matter, or the folders and the name."""
        if written in ("", FILL_IN) or page.is_set("permalink", to=False):
            return super().path(page, FILL_IN if written == FILL_IN else "")
        try:
            written = render(written, lambda name: _value(page, name))
        except LiquidError as error:
            message = f"holds {quoted(str(error))}, which only Eleventy knows; write the URL as sourceUrl"
            page.problem("permalink", message)
        if written == "false":
            page.withheld.append("permalink: false")
        path = "/" + written.lstrip("/")
        return re.sub(r"(?<=/)index(?:\.html|/)?$", "", path)

    def parts(self, page: Page) -> Parts:
        """Return the parts; a file with the name of its folder is the index of that."""
        folders = [folder for folder in page.parent.split("/") if folder]
        path = folders if folders[-1:] == [page.base] else [*folders, page.base]
        return {**super().parts(page), "path": path}

    def finish(self, page: Page, path: str) -> None:
        """Read ``image``."""
        if image := page.text("image"):
            page.set("image", [{"url": beside(path, image)}])


def _value(page: Page, name: str) -> str | datetime | None:
    """Return the value of a name in a permalink."""
    name = name.removeprefix("data.")
    match name:
        case "page.fileSlug":
            return _undated(page.base)
        case "page.filePathStem":
            return f"/{page.folder}/{_undated(page.name)}".replace("//", "/")
        case "page.date" | "date":
            return page.moment("date")
        case "lang" | "page.lang" | "language" | "locale":
            return page.text("lang", "language", "locale") or page.rules.language
    key, _, inner = name.partition(".")
    if not inner and page.is_set(key, to=False):
        return None
    value = page.text(key) if not inner else getattr(page.values(key).get(inner), "value", "")
    return value if isinstance(value, str) and value else None


def _undated(name: str) -> str:
    return re.sub(r".*?[0-9]{4}-[0-9]{2}-[0-9]{2}-(?=.)", "", name, count=1)
