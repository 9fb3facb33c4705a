"""Hexo's rules (https://hexo.io/docs/permalinks, https://hexo.io/docs/front-matter).

What those pages leave out is as Hexo 7 does it: which part of a file's name is the title, dates
with an offset, and the URL of a post whose front matter has a permalink.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import ClassVar

import yaml

from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.hexo_config import TIME_PARTS, facts_of_hexo
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts, expand
from feedpub.content.generators.slugify import hexo_words
from feedpub.core.generators import parts_in

# The times that js-yaml reads, of which Hexo drops the offset (https://yaml.org/type/timestamp.html).
_WITH_OFFSET = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?)"
)
# https://github.com/hexojs/hexo-front-matter: the first delimiter is optional.
_DELIMITED = re.compile(r"(?P<mark>-{3,}|;{3,})\n(?P<head>.+?)\n(?P=mark)(?:\n|\Z)", re.DOTALL)
_CLOSED = re.compile(r"(?P<head>.+?)\n(?P<mark>-{3,}|;{3,})(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"[A-Za-z_][\w-]*[ \t]*:(?:\s|\Z)|\"[A-Za-z_][\w-]*\"[ \t]*:")
_TABS = re.compile(r"(?m)^\t+")
_NAME_PART = re.compile(r":(\w*[^\W_])")
_SEGMENTS = {"year": r"\d{4}", "month": r"\d{2}", "day": r"\d{2}", "i_month": r"\d{1,2}", "i_day": r"\d{1,2}"}
_SEGMENTS |= {"hash": "[0-9a-f]{12}"}
_DATE_PARTS = frozenset(("title", *_SEGMENTS))
_IMAGES = "cover thumbnail index_img banner_img top_img photos photo image og_image".split()
_IMAGE = re.compile(r"(?:https?:)?//\S+|[^\s()#]+\.[A-Za-z]{2,5}(?:\?\S*)?")
_CASES = {"hexo-lower": str.lower, "hexo-upper": str.upper}


class Hexo(Generator):
    """Hexo."""

    name = "hexo"
    permalink = ":year/:month/:day/:title/"
    slug_rule = "hexo"
    file_dates = False
    fields: ClassVar[Keys] = {
        "published_at": ("date", "publishedDateTime"),
        "topics": ("topics",),
        "images": ("images",),
        "language": ("lang", "language", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what ``_config.yml`` says, beside ``source/_posts``."""
        return facts_of_hexo(site)

    def head(self, text: str) -> tuple[str, int]:
        """Return ``text`` with the front matter between ``---``, and the number of lines added."""
        match = _DELIMITED.match(text)
        added = 0
        if match is None:
            match, added = _CLOSED.match(text), 1
            if text.startswith(("---", ";;;")) or match is None or not _KEY.match(text):
                return text, 0
        head, rest = _TABS.sub(lambda tabs: "  " * len(tabs[0]), match["head"]), text[match.end() :]
        start, end = ("{", "}") if match["mark"][0] == ";" else ("---", "---")
        return f"{start}\n{head}\n{end}\n{rest}", added

    def prepare(self, page: Page) -> None:
        """Read the parts of the file's name, the date, and categories, which may be nested."""
        named = _named(page)
        for key in named.keys() - _DATE_PARTS:
            page.set(key, named[key])
        if day := _day(named):
            page.fill("date", day)
        page.category = _category(page)
        for key in ("categories", "tags"):
            node = page.node(key)
            if isinstance(node, yaml.SequenceNode):
                page.set(key, list(dict.fromkeys(_flat(node))))
        page.fill("title", page.base)
        set_topics(page, "categories", "category", "tags", "tag", split=dict.fromkeys(_TAXONOMIES))
        page.withhold_if("hidden", is_=True)
        if f"/{page.path}".rpartition("/_drafts/")[1]:
            page.withheld.append("in _drafts")
        if page.text("password"):
            # The site shows it encrypted.
            page.body = ""

    def path(self, page: Page, written: str) -> str:
        """Return the path of the URL. A ``permalink`` in the front matter has no parts."""
        if not written:
            return self.expand(page, self.pattern_of(page))
        path = "/" + written.lstrip("/")
        return path if path.endswith(("/", ".html")) else path + "/"

    def expand(self, page: Page, pattern: str) -> str:
        """Return ``pattern`` with the parts of ``page``, which may be any key of it."""
        parts = dict(self.parts(page))
        names = parts_in(pattern)
        if page.node("date") is None and not TIME_PARTS.isdisjoint(names):
            page.problem("date", "missing; the URLs of the site hold it, and Hexo takes the time of the file")
        for name in names:
            value = parts.get(name) or page.text(name)
            if not value:
                page.problem(name, f"missing; the URLs of the site hold it (:{name})")
            parts[name] = value
        return expand(pattern, parts)

    def parts(self, page: Page) -> Parts:
        """Return the parts; ``:title`` is the path of the file."""
        # Of a time with an offset, Hexo takes the hour in UTC for one in the zone of the site.
        node = page.node("date")
        is_utc = isinstance(node, yaml.ScalarNode) and not node.style and _WITH_OFFSET.fullmatch(node.value.strip())
        moment = page.moment("date", zone=UTC if is_utc else None).replace(tzinfo=page.rules.zone)
        title = _named(page)["title"]
        stamp = int(moment.timestamp())
        with contextlib.suppress(OverflowError):
            moment = moment.astimezone(page.rules.url_zone or page.rules.zone)
        category = [_slug(page, text) for text in page.category]
        return {
            **super().parts_at(page, moment),
            "id": page.text("id"),
            "title": title,
            "slug": title,
            "name": title.rpartition("/")[2],
            "post_title": hexo_words(page.text("title")).lower(),
            "category": category or page.text("default_category") or "uncategorized",
            "hash": hashlib.sha1(f"{title}{stamp}".encode(), usedforsecurity=False).hexdigest()[:12],
            "lang": page.text("lang"),
        }

    def finish(self, page: Page, path: str) -> None:
        """Read the images of themes."""
        for key in _IMAGES:
            texts = page.texts(key, split=None)
            if texts and _IMAGE.fullmatch(texts[0]):
                page.fill("images", [beside(path, texts[0])])

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the files whose names, or folders, begin with ``_`` or a dot."""
        return frozenset(path for path in paths if re.search(r"(?:^|/)[_.]", path))


_TAXONOMIES = ("categories", "category", "tags", "tag")


def _named(page: Page) -> dict[str, str]:
    """Return the parts of the file's path after Hexo's ``new_post_name``, always with a title."""
    path = page.below.rpartition(".")[0] or page.below
    pattern = (page.rules.file_names or ":title.md").rpartition(".")[0]
    expression = ""
    position = 0
    for match in _NAME_PART.finditer(pattern):
        expression += re.escape(pattern[position : match.start()])
        known = f"(?P={match[1]})" if f"(?P<{match[1]}>" in expression else ""
        expression += known or f"(?P<{match[1]}>{_SEGMENTS.get(match[1], '.+?')})"
        position = match.end()
    found = re.fullmatch(expression + re.escape(pattern[position:]), path)
    values = found.groupdict() if found else {}
    return values if "title" in values else {**values, "title": hexo_words(path)}


def _day(named: dict[str, str]) -> str:
    """Return the date in the parts of a file's name; empty if there is none."""
    month, day = named.get("month") or named.get("i_month"), named.get("day") or named.get("i_day")
    year = named.get("year")
    return f"{year}-{int(month):02}-{int(day):02}" if year and month and day else ""


def _category(page: Page) -> list[str]:
    """Return the last category with those above it. A list is one path, and each list in it."""
    node = page.node("categories") or page.node("category")
    if not isinstance(node, yaml.SequenceNode):
        return page.texts("categories", split=None) or page.texts("category", split=None)
    if any(isinstance(item, yaml.SequenceNode) for item in node.value):
        node = node.value[-1]
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [item.value for item in items if isinstance(item, yaml.ScalarNode) and item.value]


def _flat(node: yaml.SequenceNode) -> Iterator[str]:
    """Yield the texts of a list and of the lists in it."""
    for item in node.value:
        if isinstance(item, yaml.ScalarNode):
            yield item.value
        elif isinstance(item, yaml.SequenceNode):
            yield from (inner.value for inner in item.value if isinstance(inner, yaml.ScalarNode))


def _slug(page: Page, category: str) -> str:
    """Return the folder of ``category`` in URLs: the site's own, or its words."""
    words = hexo_words(page.rules.category_slugs.get(category, category))
    return _CASES.get(page.rules.slugify or "", str)(words)
