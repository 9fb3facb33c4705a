"""Hugo's rules for pages.

See https://gohugo.io/content-management/front-matter/ and
https://gohugo.io/content-management/urls/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

import yaml

from feedpub.config import Config
from feedpub.content.generators.base import Generator, Keys, beside, escaped, set_topics, with_case
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.hugo_cascade import is_for, logical
from feedpub.content.generators.hugo_config import hugo_facts
from feedpub.content.generators.hugo_fields import DATES, FILENAME, LATER_DATES, PUBLISH_DATES
from feedpub.content.generators.hugo_sections import with_sections
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts, dates_of, expand, go_dates
from feedpub.content.generators.rules import SiteRules

_NEVER = ("never", "false", "link", "local")
_LEAF = re.compile(r"(?:.*/)?index(?:\.[a-z]{2,3}(?:-[A-Za-z]{2,4})?)?\.[a-z]+")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[-_ ]*")
_NAMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:.([0-9]{2})-([0-9]{2})-([0-9]{2}))?(.*)", re.DOTALL)


class Hugo(Generator):
    """Hugo."""

    name = "hugo"
    slug_rule = "hugo"
    any_case = True
    file_dates = False
    author_files = ("../data/authors", *(f"../data/authors.{kind}" for kind in ("yaml", "yml", "toml", "json")))
    reads_without_head = False
    date_keys = DATES
    fields: ClassVar[Keys] = {
        "excerpt": ("description", "summary", "excerpt"),
        "published_at": (*PUBLISH_DATES, "date", *LATER_DATES),
        "updated_at": LATER_DATES,
        "expires_at": ("expiryDate", "unpublishdate"),
        "published": (),
        "topics": ("topics",),
        "authors": ("authors", "author", "params.authors", "params.author"),
        "images": ("images",),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what the files of the configuration say."""
        return hugo_facts(site)

    def with_site(self, rules: SiteRules, config: Config) -> SiteRules:
        """Return ``rules`` with the sections and what their files cascade."""
        return with_sections(rules, config)

    def inherit(self, page: Page) -> None:
        """Read the language, and add what sections and the site cascade to the page."""
        page.take_language()
        if not page.rules.cascades:
            return
        path = logical(f"/{page.parent}/{page.base}").replace("//", "/")
        for cascade in page.rules.cascades:
            if is_for(cascade, path, page.own_language):
                for key, value in cascade.values.items():
                    if with_case(key) not in page.fields:
                        page.set(with_case(key), value)

    def prepare(self, page: Page) -> None:
        """Read drafts, dates and taxonomies."""
        page.take_published()
        folder = page.parent if page.is_bundle else page.folder
        if any(f"{folder}/".startswith(f"{bundle}/") for bundle in page.rules.bundles):
            page.withheld.append("it is a file of the page of its folder")
        page.withhold_if("headless", is_=True)
        for key in ("build", "_build"):
            for name, value in page.values(key).items():
                if name.lower() in ("render", "list") and str(value.value).lower() in _NEVER:
                    page.withheld.append(f"{key}.{name}: {value.value}")
        self._date(page)
        set_topics(page, "categories", "tags", "topics")

    @staticmethod
    def _keys(page: Page) -> tuple[str, ...]:
        """Return the keys of the date, in order."""
        named = (FILENAME,) if page.rules.file_dates else ()
        return page.rules.date_keys or (*named, *DATES)

    def _date(self, page: Page) -> None:
        """Read the date in the file's name, if the site does, and find the date of the page.

        See https://gohugo.io/configuration/front-matter/#tokens. The rest of the name is the slug
        if the page has this date.
        """
        keys = self._keys(page)
        match = _NAMED.fullmatch(page.base) if FILENAME in keys else None
        if match:
            clock = f"T{match[2]}:{match[3]}:{match[4]}" if match[2] else ""
            page.set(FILENAME, match[1] + clock)
        winner = next((key for key in keys if page.text(key)), None)
        if winner is None:
            return
        if winner == FILENAME and match and "slug" not in page.fields:
            page.set("slug", match[5].strip(" -_"))
        page.fill("date", page.text(winner))

    def path(self, page: Page, written: str) -> str:
        """Return the path, or the URL, that ``url``, the site's permalinks, or the folders give."""
        path = self._path(page)
        base = page.rules.language_urls.get(page.own_language)
        return base.rstrip("/") + escaped(path) if base else path

    def _path(self, page: Page) -> str:
        node, rules = page.node("url"), page.rules
        url = node.value.strip(" \t\n") if isinstance(node, yaml.ScalarNode) else ""
        prefix = f"/{page.language}" if page.language and not rules.language_urls else ""
        if url:
            path = expand(go_dates(url), self.parts(page)) if ":" in url else "/" + url.lstrip("/")
            path = path if path.endswith("/") or "." in path else path + "/"
            return path if url.startswith("/") else prefix + path
        path = page.slugify(expand(go_dates(self.pattern_of(page)), self.parts(page))).rstrip("/")
        ugly = rules.ugly_urls
        is_ugly = ugly if isinstance(ugly, bool) else page.folder.partition("/")[0].lower() in ugly
        return prefix + path + (".html" if is_ugly else "/")

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the innermost folder that has one, first in the page's language.

        See https://gohugo.io/configuration/permalinks/.
        """
        path = logical(f"/{page.parent}/{page.base}").replace("//", "/")
        patterns = {name.lower(): pattern for name, pattern in page.rules.permalinks.items()}
        for language in (f"{page.own_language.lower()}:", ""):
            folders = [path[:end].strip("/") for end in range(len(path), 0, -1) if path[end : end + 1] in ("", "/")]
            found = next((patterns[language + folder] for folder in folders if language + folder in patterns), None)
            if found is None and "/" not in path.strip("/"):
                found = patterns.get(f"{language}/")
            if found is not None:
                return found
        return page.rules.permalink or self.permalink

    def parts(self, page: Page) -> Parts:
        """Return Hugo's tokens. Folders and names keep each blank, titles and slugs join them."""
        slug, title = page.text("slug").strip("-").strip("/"), page.text("title")
        blank = " " if page.rules.slugify == "hugo-case" else "-"
        base = page.slugify(page.base.replace(" ", blank))
        names = [folder for folder in page.parent.split("/") if folder]
        folders = [page.slugify(folder.replace(" ", blank)) for folder in names]
        sections = [
            logical(folder)
            for index, folder in enumerate(folders)
            if index == 0 or "/".join(names[: index + 1]) in page.rules.sections
        ]
        common = {**super().parts(page), **dates_of(page.written_moment(*self._keys(page)))}
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
            "section": sections[:1],
            "folder": folders,
            "path": [*folders, written or base],
        }

    def finish(self, page: Page, path: str) -> None:
        """Give a page without a title another, and read images.

        These are the keys of Hugo and of its themes: ``images``, ``cover.image``, ``image``.
        """
        if not page.text("title"):
            words = re.split("[-_ ]+", _DAY.sub("", page.base) or page.base)
            name = " ".join(filter(None, words))
            page.set("title", page.text("linktitle") or page.heading() or name[:1].upper() + name[1:])
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
