"""The sections of a Hugo site: the folders with a file ``_index``, and what these files cascade."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from feedpub.config import Config
from feedpub.content.files import ArticleFile, UnreadableError, display, read
from feedpub.content.front_matter import MissingError, parse
from feedpub.content.generators.hugo_cascade import cascades_in
from feedpub.content.generators.page import Page
from feedpub.content.generators.rules import Cascade, SiteRules
from feedpub.core.errors import UsageError
from feedpub.core.yaml_nodes import NodeError, plain_values

_KINDS = frozenset((".md", ".markdown", ".mdown", ".mkd", ".html", ".htm", ".org", ".adoc", ".rst"))
_PREFIX = "_index."


def with_sections(rules: SiteRules, config: Config) -> SiteRules:
    """Return ``rules`` with the sections in the content folders, and their cascades.

    Raise :class:`~feedpub.core.errors.UsageError` if a file with a cascade cannot be read: its
    pages may be drafts.
    """
    sections: set[str] = set()
    found: list[tuple[int, Cascade]] = []
    for source in _files(config):
        page = Page({}, source, "", rules, "hugo")
        page.take_language()
        sections.add(page.folder)
        values = _cascade_of(source, config.max_file_size)
        is_one_language = rules.languages is not None and len(rules.languages) < 2
        language = "" if is_one_language else page.own_language
        depth = page.folder.count("/") + bool(page.folder)
        found += ((-depth, cascade) for cascade in cascades_in(values, page.folder, language))
    found.sort(key=lambda pair: pair[0])
    return replace(
        rules,
        sections=tuple(sorted(sections)),
        cascades=(*(cascade for _, cascade in found), *rules.cascades),
    )


def _files(config: Config) -> Iterator[ArticleFile]:
    """Yield each file ``_index`` in the content folders."""
    for folder in config.folders:
        top = (config.root / folder).resolve()
        shown_top = os.path.relpath(top, config.root.resolve()).replace(os.sep, "/") + "/"
        for path, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if name.startswith(_PREFIX) and Path(name).suffix.lower() in _KINDS:
                    file = os.path.join(path, name)
                    below = display(os.path.relpath(file, top).replace(os.sep, "/"))
                    yield ArticleFile(display(shown_top) + below, below, file)


def _cascade_of(source: ArticleFile, max_size: int) -> object:
    """Return the value of ``cascade`` in the front matter of ``source``; None if it has none."""
    try:
        data = read(source.file, max_size)
        if b"cascade" not in data.lower():
            return None
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        fields = {key.lower(): field for key, field in parse(text).fields.items()}
        return plain_values(fields["cascade"][1]) if "cascade" in fields else None
    except MissingError:
        return None
    except (UnreadableError, UnicodeDecodeError) as error:
        raise UsageError(f"{source.path}: {error}") from None
    except NodeError as error:
        raise UsageError(f"{source.path}:{error.line}: {error.message}") from None
