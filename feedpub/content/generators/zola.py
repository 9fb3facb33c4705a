"""Zola's rules for pages (https://www.getzola.org/documentation/content/page/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import msgspec
import yaml

from feedpub.config import Config
from feedpub.content.generators.base import Generator, Keys, beside, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles, mapping, text_of
from feedpub.content.generators.page import Page
from feedpub.content.generators.rules import SiteRules
from feedpub.content.generators.zola_sections import draft_folders

# The date of RFC 3339 at the start of a name, as content/src/page.rs of Zola has it.
_DATED = re.compile(
    r"(?P<date>[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?)(?:\s?[-_](?P<slug>.+))?"
)
_DATED_PATH = re.compile(r"/?(?:[^/]+/)?([0-9]{4})/([0-9]{2})/([0-9]{2})/")
_PERSON = re.compile(r"(?P<email>\S+@\S+)\s+\((?P<name>.+)\)")


class Zola(Generator):
    """Zola."""

    name = "zola"
    slug_rule = "zola"
    reads_without_head = False
    fields: ClassVar[Keys] = {
        "published_at": ("date", "publishedDateTime"),
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
        author, email = _person(text_of(data, "author", "extra.author.name", "extra.author"))
        content: dict[str, Any] = {"languages": [language, *names]}
        mode = text_of(data, "slugify.paths")
        if mode in ("off", "safe"):
            content["slugify"] = {"off": "off", "safe": "zola-safe"}[mode]
        if mapping(data.get("slugify")).get("paths_keep_dates") is True:
            content["file_dates"] = False
        return SiteFacts(
            generator="zola",
            file=file,
            title=text_of(data, "title", "extra.title"),
            base_url=text_of(data, "base_url"),
            description=text_of(data, "description", "extra.description"),
            language=language,
            author=author,
            email=email,
            exclude=tuple(_excluded(data.get("ignored_content"))),
            content=content,
        )

    def with_site(self, rules: SiteRules, config: Config) -> SiteRules:
        """Return ``rules`` with the folders of sections that are drafts."""
        return msgspec.structs.replace(rules, drafts=draft_folders(config))

    def prepare(self, page: Page) -> None:
        """Read languages, the date in the name, and ``[taxonomies]``."""
        languages = page.rules.languages or ()
        if page.name.rpartition(".")[2] in languages[1:]:
            page.take_language()
        self._name(page)
        page.fill("title", page.base)
        page.withhold_if("render", is_=False)
        if any(not folder or page.below.startswith(f"{folder}/") for folder in page.rules.drafts):
            page.withheld.append("draft of a section")
        for name, node in page.values("taxonomies").items():
            if isinstance(node, yaml.SequenceNode) and node.value and name not in ("authors", "author"):
                page.fields[f"taxonomies.{name}"] = page.field(f"taxonomies.{name}", node)
        names = [key for key in page.fields if key.startswith("taxonomies.")]
        set_topics(page, *sorted(names, key=lambda key: (key != "taxonomies.categories", key != "taxonomies.tags")))
        authors = page.values("taxonomies").get("authors") or page.values("taxonomies").get("author")
        if authors is not None and page.node("authors") is None:
            page.fields["authors"] = page.field("authors", authors)

    @staticmethod
    def _name(page: Page) -> None:
        """Take the date off the name of the file, or of the folder of an index."""
        match = _DATED.fullmatch(page.base)
        in_path = _DATED_PATH.match(page.text("path"))
        if in_path:
            # Templates take the date from there: blog.rust-lang.org has no other.
            page.fill("date", "-".join(in_path.groups()))
        if match is None:
            return
        page.fill("date", match["date"])
        if match["slug"] and page.rules.file_dates is not False:
            if page.is_bundle:
                page.folder = f"{page.parent}/{match['slug']}".lstrip("/")
            else:
                page.name = match["slug"]

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the pages of sections."""
        return frozenset(path for path in paths if path.rpartition("/")[2].startswith("_index."))

    def path(self, page: Page, written: str) -> str:
        """Return ``path``, or the folders and the slug."""
        prefix = f"/{page.language}" if page.language else ""
        own = page.text("path")
        if own:
            return f"/{own.removeprefix('/').removesuffix('/')}/"
        if page.rules.permalinks or page.rules.permalink:
            return prefix + super().path(page, "")
        slug = page.slugify(page.text("slug") or page.base)
        return "/".join([prefix, *filter(None, (page.parent, slug)), ""])

    def finish(self, page: Page, path: str) -> None:
        """Read the image that themes take from ``[extra]``."""
        extra = page.values("extra")
        nodes = (extra.get(key) for key in ("image", "og_image", "cover", "social_media_card", "banner"))
        node = next((node for node in nodes if isinstance(node, yaml.ScalarNode) and node.value.strip()), None)
        if node is not None and page.node("images") is None:
            page.set("images", [{"url": beside(path, node.value.strip())}])


def _person(text: str) -> tuple[str, str]:
    """Return the name and the address of an author, who may be written as in RSS."""
    match = _PERSON.fullmatch(text)
    return (match["name"], match["email"]) if match else (text, "")


def _excluded(patterns: Any) -> Iterator[str]:
    """Yield ``ignored_content`` as patterns below the content folder; Zola compares whole paths."""
    for pattern in patterns if isinstance(patterns, list) else ():
        if isinstance(pattern, str) and pattern:
            inner = re.sub(r"^(?:\*\*?/)+", "", pattern)
            inner = re.sub(r"(?<!\*)\*$", "**", inner) if inner.endswith("/*") else inner
            yield f"**/{inner}" if "/" in inner else inner
