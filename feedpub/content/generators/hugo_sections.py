"""The sections of a Hugo site: the folders with a file ``_index``, and what these files cascade."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from feedpub.config import Config
from feedpub.content.files import ArticleFile, UnreadableError, display, read
from feedpub.content.front_matter import MissingError, parse
from feedpub.content.generators.hugo_cascade import cascades_in
from feedpub.content.generators.hugo_fields import PEOPLE
from feedpub.content.generators.page import Page
from feedpub.content.generators.rules import Cascade, ListedAuthor, SiteRules
from feedpub.core.errors import UsageError
from feedpub.core.text import one_line
from feedpub.core.yaml_nodes import NodeError, plain_values

_KINDS = frozenset((".md", ".markdown", ".mdown", ".mkd", ".html", ".htm", ".org", ".adoc", ".rst"))
_PREFIX = "_index."
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
    for source in _files(config):
        page = Page({}, source, "", rules, "hugo")
        page.take_language()
        if not source.file.rpartition(os.sep)[2].startswith(_PREFIX):
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


def _files(config: Config) -> Iterator[ArticleFile]:
    """Yield each file ``_index`` in the content folders, and each ``index`` besides Markdown."""
    for folder in config.folders:
        top = (config.root / folder).resolve()
        shown_top = os.path.relpath(top, config.root.resolve()).replace(os.sep, "/") + "/"
        for path, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                is_section = name.startswith(_PREFIX) and Path(name).suffix.lower() in _KINDS
                if is_section or _LEAF.fullmatch(name):
                    file = os.path.join(path, name)
                    below = display(os.path.relpath(file, top).replace(os.sep, "/"))
                    yield ArticleFile(display(shown_top) + below, below, file)


def _head(source: ArticleFile, max_size: int, key: bytes) -> dict[str, Any]:
    """Return the front matter of ``source``, with keys in lower case; empty without ``key``."""
    try:
        data = read(source.file, max_size)
    except UnreadableError as error:
        raise UsageError(f"{source.path}: {error}") from None
    if key not in data.lower():
        return {}
    try:
        fields = parse(data.decode("utf-8-sig").replace("\r\n", "\n")).fields
        wanted = {name.lower(): field[1] for name, field in fields.items() if name.lower() in ("cascade", "title")}
        return {name: plain_values(node) for name, node in wanted.items()}
    except MissingError:
        return {}
    except (UnicodeDecodeError, NodeError) as error:
        if b"cascade" not in data.lower():
            return {}
        line = f":{error.line}" if isinstance(error, NodeError) else ""
        raise UsageError(f"{source.path}{line}: {error}") from None
