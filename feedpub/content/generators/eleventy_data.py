"""The data files of Eleventy: front matter for the articles of a folder, or for one article.

See https://www.11ty.dev/docs/data-template-dir/ and https://www.11ty.dev/docs/data-cascade/. Of
those in JavaScript, plain values are read, and permalinks of which one expression can be read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from feedpub.config import Config
from feedpub.content.files import UnreadableError, read
from feedpub.content.generators.eleventy_permalinks import template_of
from feedpub.content.generators.facts import SiteFiles
from feedpub.content.generators.folder_data import ContentFolder, contained, content_folders, names_in
from feedpub.content.generators.javascript import FunctionCall, Source
from feedpub.content.generators.rules import FolderValues
from feedpub.content.scanning import scan
from feedpub.core.errors import UsageError

CONFIGS = tuple(
    f"{name}.{kind}" for name in (".eleventy", "eleventy.config") for kind in ("js", "mjs", "cjs", "ts", "mts", "cts")
)
SKIPPED = ("node_modules", "_site", "_includes", "_data", ".git", ".cache", "public")
"""The names of folders without articles."""

# Plain data may have any name; a program is a data file only by its ending.
_DATA = re.compile(r"(?P<stem>.+?)(?P<kind>\.11tydata\.(?:[cm]?[jt]s|json|ya?ml|toml)|\.(?:json|ya?ml|toml))")
_KINDS = ("js", "cjs", "mjs", "ts", "json", "yaml", "yml", "toml")
_PROGRAM = re.compile(r"\.[cm]?[jt]s")
_ARTICLE = (".md", ".markdown")
_WITHHOLDING = ("draft", "eleventyExcludeFromCollections")
_LONGEST = 300
_MOST_ITEMS = 100

_Rank = tuple[int, bool, bool, str]
"""The order of data files: the nearest first, that of one article before that of its folder."""


class DataFile(NamedTuple):
    """A data file, with paths below the folder of the pages."""

    name: str
    target: str
    """The folder of its articles with a slash, empty for all; or the path of its article."""
    is_of_folder: bool


def data_files(paths: Iterable[str], top: str) -> Iterator[DataFile]:
    """Yield the data files among the ``paths`` below a folder whose own name is ``top``."""
    paths = set(paths)
    for path in sorted(paths):
        folder, slash, name = path.rpartition("/")
        match = _DATA.fullmatch(name)
        if match is None:
            continue
        stem = match["stem"]
        is_index = stem == "index" and ".11tydata." in name and f"{folder}{slash}index.md" not in paths
        if stem == (folder.rpartition("/")[2] or top) or is_index:
            yield DataFile(path, folder + slash, is_of_folder=True)
        for suffix in _ARTICLE:
            if f"{folder}{slash}{stem}{suffix}" in paths:
                yield DataFile(path, f"{folder}{slash}{stem}{suffix}", is_of_folder=False)


def values_in(site: SiteFiles, name: str) -> dict[str, Any]:
    """Return the front matter in the data file ``name``, with its permalink as a template.

    Raise :class:`~feedpub.core.errors.UsageError` if it cannot be read.
    """
    data = site.script(name).default() if _PROGRAM.fullmatch(PurePosixPath(name).suffix) else site.data(name)
    values = {key: text for key, value in data.items() if (text := _plain(key, value)) is not None}
    computed = data.get("eleventyComputed")
    permalink = computed.get("permalink") if isinstance(computed, dict) else None
    template = template_of(data.get("permalink") if permalink is None else permalink)
    return {**values, **({"permalink": template} if template else {})}


def folder_values(config: Config) -> tuple[FolderValues, ...]:
    """Return the front matter that the data files of the site give, that of the nearest first.

    Raise :class:`~feedpub.core.errors.UsageError` if a data file cannot be read: its articles may
    be drafts.
    """
    found = [item for folder in content_folders(config, CONFIGS) for item in _of_folder(config, folder)]
    found.sort(key=lambda item: item[0])
    return tuple(FolderValues(start, values) for _, start, values in found if values)


def _of_folder(config: Config, folder: ContentFolder) -> Iterator[tuple[_Rank, str, dict[str, Any]]]:
    """Yield the rank, the start of the articles' paths, and the values of each data file."""
    site = SiteFiles(folder.site)
    skip = (config.root / config.output.path, config.state_folder)
    pattern = f"**/*.{{md,markdown,{','.join(_KINDS)}}}"
    scanned = scan(config.root, [os.fspath(folder.path)], pattern, SKIPPED, skip)
    # What the scan does not follow is told below, if it is a data file.
    unread = (problem.path.removeprefix(folder.shown) for problem in scanned.problems)
    found = [
        (folder.path, data)
        for data in data_files([*(source.below for source in scanned.sources), *unread], folder.path.name)
    ]
    for above in folder.parents:
        found += [(above, data) for data in data_files(names_in(above), above.name) if data.is_of_folder]
    for top, data in found:
        file = contained(top / data.name, folder.site)
        try:
            read(os.fspath(file), config.max_file_size)
        except UnreadableError as error:
            raise UsageError(f"{file}: {error}") from None
        rank = (-len((top / data.name).parts), data.is_of_folder, "11tydata" not in data.name, data.name)
        start = folder.shown + data.target if top == folder.path else folder.shown
        yield rank, start, values_in(site, os.path.relpath(file, folder.site))


def _plain(key: str, value: Any) -> Any:
    """Return a value as front matter has it; None without one. A program may mean a draft."""
    if isinstance(value, Source | FunctionCall):
        return True if key in _WITHHOLDING else None
    if key in ("permalink", "eleventyComputed"):
        return None
    if isinstance(value, dict):
        return {name: inner for name, inner in value.items() if _is_scalar(inner)} or None
    if isinstance(value, list):
        return [item for item in value[:_MOST_ITEMS] if _is_scalar(item)]
    if not _is_scalar(value):
        return None
    return [value] if key == "tags" else value


def _is_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LONGEST)
