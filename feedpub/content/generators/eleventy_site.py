"""The configuration of a site of Eleventy, and which of its folders have articles."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from feedpub.content.generators.eleventy_data import CONFIGS, SKIPPED, data_files, values_in
from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, literal, mapping, text_of
from feedpub.content.generators.permalinks import FILL_IN
from feedpub.core.errors import UsageError

_METADATA = ("metadata", "site", "meta", "config", "settings")
_MOST_FOLDERS = 20_000
_COLLECTIONS = re.compile(
    "_?(?:all|archives?|articles?|blog|blog-?posts?|entry|entries|featured|journal|nav|news|notes?|pages?|posts?|writing)"
    "(?:_[a-z]{2})?",
    re.IGNORECASE,
)


def is_collection(tag: str) -> bool:
    """Return whether ``tag`` is the usual name of a collection, not a topic."""
    return _COLLECTIONS.fullmatch(tag) is not None


def facts_of(site: SiteFiles) -> SiteFacts | None:
    """Return what the configuration and the data of the site say."""
    file = site.first(*CONFIGS)
    if not file:
        return None
    source, data_folder, prefix = _folders(site, file)
    data, of_address = _metadata(site, data_folder)
    language = text_of(data, "language", "lang", "locale")
    found, unknown, notes = _of_data_files(site, source)
    posts = [folder for folder in found if not any(folder.startswith(f"{other}/") for other in found)]
    content: dict[str, Any] = {"defaults": unknown} if unknown else {}
    return SiteFacts(
        generator="eleventy",
        file=file,
        title=text_of(data, "title", "name", "siteName", "sitename"),
        base_url=joined(of_address, prefix),
        description=text_of(data, "description"),
        language=language,
        author=text_of(data, "author.name", "author", "authorName"),
        email=text_of(data, "author.email", "authorEmail", "email"),
        paths=(source,),
        pattern=f"{{{','.join((*posts, '_'))}}}/**/*.md" if posts and "." not in posts else "**/*.md",
        exclude=("README.md", "node_modules", "_site", "_includes", "_drafts"),
        content=content,
        notes=notes,
    )


def _folders(site: SiteFiles, file: str) -> tuple[str, str, str]:
    """Return the folder of the pages, that of the data, and the path prefix."""
    text, script = site.text(file), site.script(file)
    exported = script.exported("config")
    values = {**mapping(exported), **script.default()}
    dirs = mapping(values.get("dir"))
    called = re.search(r"""setInputDirectory\(\s*["'`]([^"'`]+)""", text)
    source = text_of(dirs, "input") or (called[1] if called else "") or literal(text, "input")
    source = os.path.normpath(source or ".")
    if not site.exists(source) or source.startswith(".."):
        source = "."
    called = re.search(r"""setDataDirectory\(\s*["'`]([^"'`]+)""", text)
    data = text_of(dirs, "data") or (called[1] if called else "") or literal(text, "data") or "_data"
    return source, os.path.normpath(f"{source}/{data}"), text_of(values, "pathPrefix")


def _metadata(site: SiteFiles, folder: str) -> tuple[dict[str, Any], str]:
    """Return the data about the site, and its address."""
    data: dict[str, Any] = {}
    for name in _METADATA:
        found = site.data(site.first(*(f"{folder}/{name}.{kind}" for kind in ("json", "yaml", "yml"))))
        script = site.first(*(f"{folder}/{name}.{kind}" for kind in ("js", "cjs", "mjs", "ts")))
        data = {**(found or site.script(script).default()), **data}
    keys = ("url", "site_url", "siteUrl", "siteURL", "baseUrl", "baseURL", "base", "domain", "origin", "host")
    address = text_of(data, *keys)
    return data, address if re.match(r"https?://[^/]|[\w-]+(\.[\w-]+)+(/|$)", address) else ""


def _of_data_files(site: SiteFiles, source: str) -> tuple[list[str], list[dict[str, Any]], list[str]]:
    """Return the folders of articles, the front matter to fill in by hand, and notes.

    A build reads the data files itself, but for permalinks that are programs.
    """
    folders: list[str] = []
    unknown: list[dict[str, Any]] = []
    notes: list[str] = []
    for file in data_files(_names(site, source), _own_name(site, source)):
        name = os.path.normpath(os.path.join(source, file.name))
        try:
            data = values_in(site, name)
        except UsageError:
            continue
        tags = data.get("tags")
        if file.is_of_folder and any(isinstance(tag, str) and is_collection(tag) for tag in tags or ()):
            folders.append(file.target.rstrip("/") or ".")
        if data.get("permalink") == FILL_IN:
            pattern = f"{file.target}**" if file.is_of_folder else file.target
            unknown.append({"path": pattern, "values": {"permalink": FILL_IN}})
            notes.append(f"set permalink in content.defaults for {pattern}: that in {name} is a program")
    return folders, unknown, notes


def _own_name(site: SiteFiles, source: str) -> str:
    return PurePosixPath(source).name or site.root.resolve().name


def _names(site: SiteFiles, source: str) -> Iterator[str]:
    """Yield the paths of the files below the folder of the pages."""
    top = site.root / source
    for count, (path, folders, files) in enumerate(os.walk(top)):
        folders[:] = sorted(folder for folder in folders if folder not in SKIPPED)
        folder = PurePosixPath(os.path.relpath(path, top).replace(os.sep, "/"))
        yield from (str(folder / file) for file in files if count < _MOST_FOLDERS)
