"""The sections of a Hugo site: the folders with a file ``_index``, and what these files cascade."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from feedpub.config import Config
from feedpub.content.files import ArticleFile, UnreadableError, read
from feedpub.content.front_matter import MissingError
from feedpub.content.generators.hugo_cascade import cascades_in
from feedpub.content.generators.hugo_fields import PEOPLE
from feedpub.content.generators.page import Page
from feedpub.content.generators.rules import Cascade, ListedAuthor, SiteRules
from feedpub.content.generators.sections import PREFIX, fields_of, section_files
from feedpub.core.errors import UsageError
from feedpub.core.text import one_line
from feedpub.core.yaml_nodes import NodeError, plain_values

_KINDS = frozenset((".md", ".markdown", ".mdown", ".mkd", ".html", ".htm", ".org", ".adoc", ".rst"))
_PATTERN = "**/*[iI][nN][dD][eE][xX].*"
_LEAF = re.compile(r"index(\.[a-z]{2,3}(-[a-z]{2,4})?)?\.(html?|org|adoc|asciidoc|ad|rst|pandoc|pdc)", re.IGNORECASE)


def with_sections(rules: SiteRules, config: Config) -> SiteRules:
    """Return ``rules`` with the sections in the content folders, and with their cascades.

    The pages of a taxonomy of people name authors, unless the site has other data of them. Raise
    :class:`~feedpub.core.errors.UsageError` if a file with a cascade cannot be read: its pages may
    be drafts.
    """
    sections: set[str] = set()
    bundles: set[str] = set()
    found: list[tuple[int, Cascade]] = []
    authors: dict[str, ListedAuthor] = {}
    is_one_language = rules.languages is not None and len(rules.languages) < 2
    for source in section_files(config, _PATTERN):
        name = source.below.rpartition("/")[2]
        is_section = name.startswith(PREFIX) and PurePath(name).suffix.lower() in _KINDS
        if not is_section and not _LEAF.fullmatch(name):
            continue
        page = Page({}, source, "", rules, "hugo")
        page.take_language()
        if not is_section:
            bundles.add(page.folder)
            continue
        sections.add(page.folder)
        depth = page.folder.count("/") + bool(page.folder)
        taxonomy, _, term = page.folder.partition("/")
        is_person = depth == 2 and taxonomy in PEOPLE
        head = _head(source, config.max_file_size, b"title" if is_person else b"cascade")
        if is_person and (title := head.get("title")) and isinstance(title, str):
            authors.setdefault(term, ListedAuthor(one_line(title)))
        language = "" if is_one_language else page.own_language
        found += ((-depth, cascade) for cascade in cascades_in(head.get("cascade"), page.folder, language))
    found.sort(key=lambda pair: pair[0])
    return replace(
        rules,
        sections=tuple(sorted(sections)),
        bundles=tuple(sorted(bundles - {""})),
        cascades=(*(cascade for _, cascade in found), *rules.cascades),
        authors={**authors, **rules.authors},
    )


def _head(source: ArticleFile, max_size: int, key: bytes) -> dict[str, Any]:
    """Return the front matter of ``source``, with keys in lower case; empty without ``key``."""
    try:
        data = read(source.file, max_size)
    except UnreadableError as error:
        raise UsageError(f"{source.path}: {error}") from None
    if key not in data.lower():
        return {}
    try:
        fields = fields_of(data)
        wanted = {name.lower(): field[1] for name, field in fields.items() if name.lower() in ("cascade", "title")}
        return {name: plain_values(node) for name, node in wanted.items()}
    except MissingError:
        return {}
    except (UnicodeDecodeError, NodeError) as error:
        if b"cascade" not in data.lower():
            return {}
        line = f":{error.line}" if isinstance(error, NodeError) else ""
        raise UsageError(f"{source.path}{line}: {error}") from None
