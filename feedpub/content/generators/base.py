"""The protocol of a generator, which rewrites front matter to the contract of feedpub.

A generator opens no file. It gives each article its title, its dates, its URL as a path below
``site.base_url``, and the reasons not to publish it; :mod:`feedpub.content.article` does the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar

import yaml

from feedpub.config import Config
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import FILL_IN, Parts, dates_of, expand
from feedpub.content.generators.rules import SiteRules
from feedpub.core import urls
from feedpub.core.field_keys import FIELDS, WITHHOLDING
from feedpub.core.generators import parts_in

Keys = Mapping[str, tuple[str, ...]]

PERMALINK = "permalink"
"""The key in which a generator leaves the path of an article's URL."""


class Generator:
    """A site generator. A subclass says what is its own; the rest is what most have in common."""

    name: ClassVar[str] = ""
    fields: ClassVar[Keys] = {}
    """The keys of the fields whose keys are not those of the contract."""
    permalink: ClassVar[str] = "/{path}/"
    """The URL of articles, unless the site has another."""
    reads_permalink: ClassVar[bool] = True
    """False if a ``permalink`` in front matter, perhaps of an earlier generator, means nothing."""
    slug_rule: ClassVar[str] = "off"
    reads_without_head: ClassVar[bool] = True
    """True if a file without front matter is an article."""
    has_bare_head: ClassVar[bool] = False
    """True if the front matter is ``Key: value`` without delimiters."""
    repeats_keys: ClassVar[bool] = False
    """True if a key may stand twice; its last value counts."""
    any_case: ClassVar[bool] = False
    """True if the case of keys does not matter."""
    date_keys: ClassVar[tuple[str, ...]] = ("date",)
    """The keys of the date in URLs."""
    author_files: ClassVar[tuple[str, ...]] = ()
    """The data files of authors, and folders of these, relative to the folder of the articles."""
    configurations: ClassVar[tuple[str, ...]] = ()
    """The patterns of the names of its configuration, if data files above the articles count."""
    file_dates: ClassVar[bool] = True
    """True if a date at the start of a file's name is no part of the URL."""

    name_fields: ClassVar[str | None] = None
    """The regular expression for the names of files, unless the site has another."""

    def head(self, text: str) -> tuple[str, int]:
        """Return ``text`` with its front matter as feedpub reads it, and the number of lines added
        before it.
        """
        return text, 0

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of every field."""
        return {**FIELDS, **self.fields, "url": (*FIELDS["url"], PERMALINK)}

    def read(self, page: Page) -> None:
        """Rewrite the front matter of ``page``."""
        if self.any_case:
            _fold_case(page)
        self.inherit(page)
        if not self.reads_permalink:
            page.fields.pop(PERMALINK, None)
        own = page.rules.name_fields
        page.take_groups(self.name_fields if own is None else own)
        page.apply_defaults()
        path = page.text(PERMALINK)
        self.prepare(page)
        self._authors(page)
        source = any(page.node(key) is not None for key in FIELDS["url"])
        if not source:
            path = self.path(page, path)
            page.set(PERMALINK, path if _is_whole(path) else escaped(path))
        self.finish(page, path)

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the generator's configuration says of ``site``; None if it has none.

        Raise :class:`~feedpub.core.errors.UsageError` if it cannot be read.
        """
        return None

    def with_site(self, rules: SiteRules, config: Config) -> SiteRules:
        """Return ``rules`` with what the generator reads in other files of the site.

        Raise :class:`~feedpub.core.errors.UsageError` if such a file cannot be read.
        """
        return rules

    def inherit(self, page: Page) -> None:
        """Add the front matter that other files of the site give ``page``."""

    def prepare(self, page: Page) -> None:
        """Read titles, dates, topics and drafts of ``page`` as the generator does."""

    def finish(self, page: Page, path: str) -> None:
        """Read what depends on the ``path`` of the URL, such as images beside the page."""

    def path(self, page: Page, written: str) -> str:
        """Return the path of the URL; ``written`` is the ``permalink`` in the front matter."""
        if written == FILL_IN:
            page.problem(PERMALINK, "only a program of the site knows it; set content.defaults, or write a sourceUrl")
            written = ""
        return self.expand(page, written or self.pattern_of(page))

    def expand(self, page: Page, pattern: str) -> str:
        """Return ``pattern`` with the parts of ``page``."""
        return expand(pattern, self.parts(page)) if parts_in(pattern) else "/" + pattern.lstrip("/")

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the site for ``page``."""
        section = page.folder.partition("/")[0]
        return page.rules.permalinks.get(section) or page.rules.permalink or self.permalink

    def parts(self, page: Page) -> Parts:
        """Return the parts of a permalink of ``page``."""
        return self.parts_at(page, page.moment(*self.date_keys))

    def parts_at(self, page: Page, moment: datetime) -> Parts:
        """Return the parts of a permalink of ``page``, which is dated ``moment``."""
        slug = page.slugify(page.text("slug") or page.base)
        folders = [page.slugify(folder) for folder in page.parent.split("/") if folder]
        categories = [page.slugify(text) for text in self.categories(page)]
        base = page.slugify(page.base)
        return {
            **dates_of(moment),
            "slug": slug,
            "title": slug,
            "name": base,
            "filename": base,
            "contentbasename": base,
            "folder": folders,
            "section": folders[:1],
            "sections": folders,
            "path": [*folders, slug],
            "categories": categories,
            "slugified_categories": categories,
            "category": categories[:1],
            "output_ext": ".html",
            "lang": page.language,
        }

    def categories(self, page: Page) -> list[str]:
        """Return the categories of ``page`` for its URL."""
        return page.texts("categories") or page.texts("category")

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the ``paths`` below a content folder that are no pages although they look so."""
        return frozenset()

    def _authors(self, page: Page) -> None:
        """Replace the short names of authors by what the site's data files say of them."""
        known = page.rules.authors
        if not known:
            return
        for key in dict(self.keys())["authors"]:
            node = page.node(key)
            items = node.value if isinstance(node, yaml.SequenceNode) else [node] if node else []
            if any(_name(item) in known for item in items):
                names = [_name(item) for item in items]
                found = zip(items, names, strict=True)
                page.set(key, [_mapping(name, page.rules) if name else item for item, name in found])


def _name(item: yaml.Node) -> str:
    """Return the short name that ``item`` is; empty if it is none."""
    return item.value.strip() if isinstance(item, yaml.ScalarNode) else ""


def _mapping(name: str, rules: SiteRules) -> dict[str, str]:
    author = rules.authors.get(name)
    if author is None:
        return {"name": name}
    values = {"name": author.name, "url": author.url, "email": author.email}
    return {key: value for key, value in values.items() if value}


def escaped(path: str) -> str:
    """Return ``path`` percent-encoded. What is encoded already stays."""
    return urls.path_of(path).replace("%25", "%")


def _fold_case(page: Page) -> None:
    """Give the keys of ``page`` one case. The last of equal ones counts, if none means a draft."""
    fields = page.fields
    page.fields = {with_case(key): field for key, field in fields.items()}
    if len(page.fields) < len(fields):
        names = [with_case(key) for key in fields]
        for key in (*WITHHOLDING, "published", "status"):
            if names.count(key) > 1:
                page.problem(key, "stands twice, in upper and lower case; keep one of the two")


def _is_whole(path: str) -> bool:
    return path.startswith(("http://", "https://"))


def with_case(key: str) -> str:
    """Return ``key`` in lower case, or as the contract writes it."""
    lower = key.lower()
    return _CONTRACT.get(lower, lower)


_CONTRACT = {key.lower(): key for keys in FIELDS.values() for key in keys}


def set_topics(page: Page, *keys: str, split: Mapping[str, str | None] | None = None) -> None:
    """Set ``topics`` to the texts of all ``keys``, in order."""
    split = split or {}
    topics = [text for key in keys for text in page.texts(key, split.get(key, ","))]
    if topics:
        page.set("topics", list(dict.fromkeys(topics)))


def beside(path: str, text: str) -> str:
    """Return the reference ``text`` of a file: beside the page, or from the folder of the site."""
    if not urls.is_relative(text) or text.startswith("/"):
        return text.lstrip("/") if text.startswith("/") and not text.startswith("//") else text
    folder = path if path.endswith("/") else path.rpartition("/")[0] + "/"
    return folder.lstrip("/") + text.removeprefix("./")
