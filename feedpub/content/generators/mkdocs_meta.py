"""The files ``.meta.yml`` of Material for MkDocs, which give front matter to the posts below.

See https://squidfunk.github.io/mkdocs-material/plugins/meta/.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from feedpub.config import Config
from feedpub.content.generators.data import read_data
from feedpub.content.generators.facts import SiteFiles, mapping
from feedpub.content.generators.folder_data import ContentFolder, contained, content_folders
from feedpub.content.generators.mkdocs_settings import CONFIGS, meta_file
from feedpub.content.generators.rules import FolderValues
from feedpub.content.scanning import scan


def folder_values(config: Config) -> tuple[FolderValues, ...]:
    """Return the front matter of the folders of posts, that of the nearest first.

    Raise :class:`~feedpub.core.errors.UsageError` if a file of it cannot be read: it may make
    drafts of posts.
    """
    found: list[tuple[int, FolderValues]] = []
    for folder in content_folders(config, CONFIGS):
        name = meta_file(SiteFiles(folder.site))
        for place, start in _places(config, folder) if name else ():
            file = place / name
            if os.path.lexists(file):
                values = mapping(read_data(contained(file, folder.site)))
                found.append((-len(place.parts), FolderValues(start, values)))
    found.sort(key=lambda pair: (pair[0], pair[1].path))
    return tuple(values for _, values in found if values.values)


def _places(config: Config, folder: ContentFolder) -> Iterator[tuple[Path, str]]:
    """Yield the folders whose front matter may be that of posts, and the start of their paths."""
    yield from ((above, folder.shown) for above in folder.parents)
    yield folder.path, folder.shown
    skip = (config.root / config.output.path, config.state_folder)
    scanned = scan(config.root, [os.fspath(folder.path)], config.content.pattern, (), skip)
    below = {posixpath.dirname(source.below) for source in scanned.sources}
    folders = {parent for path in below for parent in _with_parents(path)}
    # Material compares the texts of paths: "news" is also for "news-2024".
    yield from ((folder.path / path, folder.shown + path) for path in sorted(folders))


def _with_parents(path: str) -> Iterator[str]:
    while path:
        yield path
        path = posixpath.dirname(path)
