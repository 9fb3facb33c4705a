"""The configuration and the data files of a site of Eleventy.

A data file of a folder gives front matter to the articles in it
(https://www.11ty.dev/docs/data-template-dir/). Of those in JavaScript, plain values are read, and
permalinks of which one expression can be read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from feedpub.content.generators.eleventy_permalinks import UNKNOWN, template_of
from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, literal, mapping, text_of
from feedpub.core.errors import UsageError

_CONFIGS = tuple(f"{name}.{kind}" for name in (".eleventy", "eleventy.config") for kind in ("js", "mjs", "cjs", "ts"))
_DATA = re.compile(r"(.+?)(?:\.11tydata)?\.(json|js|cjs|mjs|ts|ya?ml|toml)")
_METADATA = ("metadata", "site", "meta", "config", "settings")
_GIVEN = ("author", "draft", "date", "eleventyExcludeFromCollections", "lang", "language", "locale", "published")
_SKIPPED = frozenset(("node_modules", "_site", "_includes", "_data", ".git", ".cache", "public"))
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
    file = site.first(*_CONFIGS)
    if not file:
        return None
    source, data_folder, prefix = _folders(site, file)
    data, of_address = _metadata(site, data_folder)
    language = text_of(data, "language", "lang", "locale")
    found, defaults, notes = _cascade(site, source, language)
    posts = [folder for folder in found if not any(folder.startswith(f"{other}/") for other in found)]
    content: dict[str, Any] = {"defaults": defaults} if defaults else {}
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


def _cascade(site: SiteFiles, source: str, language: str) -> tuple[list[str], list[dict[str, Any]], list[str]]:
    """Return the folders of articles, the front matter that data files give, and notes."""
    folders: list[str] = []
    found = []
    notes: list[str] = []
    for name, pattern, folder in _data_files(site, source):
        data = _data_of(site, name)
        tags = data.get("tags")
        tags = [tags] if isinstance(tags, str) else tags if isinstance(tags, list) else []
        if folder is not None and any(isinstance(tag, str) and is_collection(tag) for tag in tags):
            folders.append(folder)
        computed = data.get("eleventyComputed")
        permalink = computed.get("permalink") if isinstance(computed, dict) else None
        permalink = data.get("permalink") if permalink is None else permalink
        template = template_of(permalink)
        if template == UNKNOWN:
            notes.append(f"set permalink in content.defaults for {pattern}: that in {name} is a program")
        found.append((pattern, data, template))
    words = {word for _, _, template in found for word in re.findall(r"[\w-]+", template)}
    defaults = []
    for pattern, data, template in found:
        # What a permalink names counts, too; a permalink in front matter may name the same.
        texts = {key: _text(data.get(key)) for key in data if key in _GIVEN or key in words}
        values = {key: text for key, text in texts.items() if text not in ("", language) and key != "permalink"}
        values |= {"permalink": template} if template else {}
        defaults += [{"path": pattern, "values": values}] if values else []
    return folders, defaults, notes


def _data_files(site: SiteFiles, source: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield the path of each data file, the pattern of its articles, and its folder, if any."""
    top = site.root / source
    for count, (path, folders, files) in enumerate(os.walk(top)):
        folders[:] = sorted(folder for folder in folders if folder not in _SKIPPED)
        below = PurePosixPath(os.path.relpath(path, top).replace(os.sep, "/"))
        folder = "" if str(below) == "." else str(below)
        own_name = below.name or PurePosixPath(source).name or site.root.resolve().name
        for file in sorted(files) if count < _MOST_FOLDERS else ():
            match = _DATA.fullmatch(file)
            if match is None:
                continue
            name = os.path.normpath(os.path.join(source, folder, file))
            if match[1] == own_name or (match[1] == "index" and ".11tydata." in file and "index.md" not in files):
                yield name, f"{folder}/**".lstrip("/"), folder or "."
            elif f"{match[1]}.md" in files:
                yield name, f"{folder}/{match[1]}.md".lstrip("/"), None


def _data_of(site: SiteFiles, name: str) -> dict[str, Any]:
    if re.search(r"\.[cm]?[jt]s$", name):
        return site.script(name).default()
    try:
        return site.data(name)
    except UsageError:
        return {}


def _text(value: Any) -> str:
    """Return a plain value as text; empty if it is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""
