"""Pelican's rules (https://docs.getpelican.com/en/latest/content.html)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any, ClassVar

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts

_STRFTIME = {
    "Y": "{year}",
    "m": "{month}",
    "d": "{day}",
    "b": "{short_month}",
    "B": "{long_month}",
    "y": "{short_year}",
}
_WITHHELD = ("draft", "hidden", "skip")


class Pelican(Generator):
    """Pelican."""

    name = "pelican"
    permalink = "/{slug}.html"
    slug_rule = "pelican"
    reads_without_head = False
    has_bare_head = True
    any_case = True
    file_dates = True
    fields: ClassVar[Keys] = {
        "updated_at": ("modified", "updatedDateTime", "lastmod", "updated"),
        "excerpt": ("summary", "description", "excerpt"),
        "topics": ("topics",),
        "images": ("images", "image"),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return the literals that ``publishconf.py`` and ``pelicanconf.py`` assign."""
        file = site.first("pelicanconf.py")
        if not file:
            return None
        values = {**_literals(site.text("publishconf.py"))}
        values = {**_literals(site.text(file)), **{key: value for key, value in values.items() if value}}
        content: dict[str, Any] = {}
        url = str(values.get("ARTICLE_URL") or "")
        if url and url != "{slug}.html":
            content["permalink"] = "/" + re.sub(r"\{date:([^{}]*)\}", lambda match: _date(match[1]), url).lstrip("/")
        if values.get("SLUGIFY_SOURCE") == "basename":
            content["file_dates"] = False
        pages = values.get("PAGE_PATHS") or ["pages"]
        articles = [path for path in values.get("ARTICLE_PATHS") or [""] if path]
        path = str(values.get("PATH") or "content")
        return SiteFacts(
            generator="pelican",
            file=file,
            title=str(values.get("SITENAME") or ""),
            base_url=str(values.get("SITEURL") or ""),
            description=str(values.get("SITESUBTITLE") or ""),
            language=str(values.get("DEFAULT_LANG") or ""),
            timezone=str(values.get("TIMEZONE") or ""),
            author=str(values.get("AUTHOR") or ""),
            paths=(path,),
            pattern=f"{articles[0]}/**/*.{{md,markdown}}" if len(articles) == 1 else "**/*.{md,markdown,mkd,mdown}",
            exclude=tuple(f"{name}/**" for name in pages),
            content=content,
        )

    def prepare(self, page: Page) -> None:
        """Read ``status``, the date in the name, and the folder as category."""
        status = page.text("status").lower()
        if status in _WITHHELD:
            page.withheld.append(f"status: {status}")
        page.take_date()
        if page.day:
            page.fill("date", page.day)
        folder = page.folder.rpartition("/")[2]
        if folder:
            page.fill("category", folder)
        authors = page.text("authors", "author")
        if authors:
            page.set(
                "authors", [name.strip() for name in re.split(";" if ";" in authors else ",", authors) if name.strip()]
            )
        set_topics(page, "category", "tags", split={"category": None})

    def parts(self, page: Page) -> Parts:
        """Return the parts. The slug is that of the title, or of the name (``SLUGIFY_SOURCE``)."""
        source = page.base if page.rules.file_dates is False else page.text("title")
        slug = page.text("slug") or page.slugify(source)
        return {
            **super().parts(page),
            "slug": slug,
            "category": page.slugify(page.text("category")),
            "lang": page.text("lang"),
        }

    def pattern_of(self, page: Page) -> str:
        """Return ``ARTICLE_URL``, or ``ARTICLE_LANG_URL`` for a translation."""
        lang = page.text("lang")
        if lang and lang != page.rules.language and not page.rules.permalink:
            return "/{slug}-{lang}.html"
        return super().pattern_of(page)

    def finish(self, page: Page, path: str) -> None:
        """Read ``image`` and ``cover``."""
        image = page.text("image", "cover", "featured_image", "og_image")
        if image:
            page.set("image", [beside("/", re.sub(r"^\{(?:static|attach)\}", "", image))])

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the pages, which Pelican keeps apart from articles."""
        return frozenset(path for path in paths if path.startswith("pages/"))


def _literals(text: str) -> dict[str, Any]:
    """Return the names that the Python source ``text`` assigns literals to. It is not run."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    values: dict[str, Any] = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                values[statement.targets[0].id] = ast.literal_eval(statement.value)
            except (ValueError, TypeError, RecursionError, MemoryError):
                continue
    return values


def _date(form: str) -> str:
    return re.sub("%-?([A-Za-z])", lambda match: _STRFTIME.get(match[1], ""), form)
