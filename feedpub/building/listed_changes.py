"""The scan of a build that is told which files changed. It walks no folder.

All other files are taken to be as the last build found them. The folders of the listed files come
from build.db, and the listed files from the disk. A later build that walks still finds every
change, because the digests of the folders cover the stamps of the last build.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from feedpub.config import Config
from feedpub.content import ArticleFile, Scan
from feedpub.content.files import display, stamp_from
from feedpub.content.generators import generator_of
from feedpub.content.generators.base import Generator
from feedpub.content.globs import matcher
from feedpub.content.scanning import Unlisted
from feedpub.state.build_db import BuildCache
from feedpub.state.checksums import folder_of
from feedpub.state.group_index import GroupIndex


def listed_scan(config: Config, cache: BuildCache, paths: Iterable[str]) -> Scan:
    """Return the article files after changes of ``paths``, relative to the folder of config.yaml.

    Raise :class:`LookupError` if only a walk can tell: there was no last build, a path is a link, a
    folder, or not below a content folder, or other files decide which files are articles.
    """
    index, places = GroupIndex(cache, config), _Places(config, _tops(config))
    if not cache.article_count():
        raise LookupError("build.db has no articles")
    folders = cache.folders()
    changes: dict[str, dict[str, ArticleFile | None]] = defaultdict(dict)
    for path in paths:
        shown = _relative(config.root, path)
        if places.is_article(shown):
            changes[folder_of(shown)][shown] = places.current(shown)
        elif config.content.generator is not None or shown in folders or os.path.isdir(config.root / shown):
            # It may hold data for articles, or articles.
            raise LookupError(shown)
    files, known_count = _folders(changes, index, places.file)
    unlisted = Unlisted(
        count=cache.article_count() - known_count,
        folders={folder: digest for folder, digest in folders.items() if folder not in changes},
        find=places.find,
    )
    return Scan(tuple(files), (), unlisted)


def _folders(
    changes: Mapping[str, Mapping[str, ArticleFile | None]], index: GroupIndex, file: Callable[[str], ArticleFile]
) -> tuple[list[tuple[ArticleFile, ...]], int]:
    """Return the files of each folder after its ``changes``, and the number of those before."""
    folders, count = [], 0
    for folder, changed in sorted(changes.items()):
        known = index.stamps(folder)
        count += len(known)
        files: dict[str, ArticleFile | None] = {
            path: _stamped(file(path), stamp) for path, stamp in known.items() if path not in changed
        }
        files |= changed
        if present := tuple(one for _, one in sorted(files.items()) if one is not None):
            folders.append(present)
    return folders, count


def _stamped(file: ArticleFile, stamp: tuple[int, int, int, int]) -> ArticleFile:
    return ArticleFile(file.path, file.below, file.file, stamp)


def _tops(config: Config) -> tuple[str, ...]:
    """Return the content folders, relative to config.yaml.

    Raise :class:`LookupError` if one is missing, a link, or in another, or if files beside an
    article decide whether it is one.
    """
    generator = config.content.generator
    if generator is not None and type(generator_of(generator)).resources is not Generator.resources:
        raise LookupError(generator)
    tops = tuple(os.path.relpath(config.root / folder, config.root) for folder in config.folders)
    for top in tops:
        is_folder = _is_plain(config.root, top) and os.path.isdir(config.root / top)
        if not is_folder or any(_is_below(top, other) for other in tops if other is not top):
            raise LookupError(top)
    return tops


class _Places:
    """The places of article files in the content folders ``tops``."""

    def __init__(self, config: Config, tops: tuple[str, ...]) -> None:
        self._root = Path(os.path.realpath(config.root))
        self._tops = tops
        self._is_match = matcher(config.content.pattern)
        self._is_excluded = matcher(list(config.content.exclude), names_too=True)
        self._skip = [os.path.realpath(path) for path in (config.root / config.output.path, config.state_folder)]

    def below(self, path: str) -> str:
        """Return ``path`` relative to its content folder.

        Raise :class:`LookupError` if it is not below one.
        """
        top = next((top for top in self._tops if _is_below(path, top) and path != top), None)
        if top is None:
            raise LookupError(path)
        return path if top == os.curdir else path[len(top) + 1 :]

    def is_article(self, path: str) -> bool:
        """Return whether a file at ``path``, which is below a content folder, is an article."""
        below = self.below(path)
        names = below.split("/")
        parents = ("/".join(names[:count]) for count in range(1, len(names) + 1))
        if any(name.startswith(".") for name in names) or any(map(self._is_excluded, parents)):
            return False
        real = os.path.normpath(self._root / path)
        return bool(self._is_match(below)) and not any(_is_below(real, folder) for folder in self._skip)

    def current(self, path: str) -> ArticleFile | None:
        """Return the file at ``path`` as it is; None if it is gone.

        Raise :class:`LookupError` if it is no regular file, is behind a link, or cannot be found.
        """
        file = self.file(path)
        try:
            status = os.lstat(file.file)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            raise LookupError(path) from None
        if not stat.S_ISREG(status.st_mode) or not _is_plain(self._root, path):
            raise LookupError(path)
        return _stamped(file, stamp_from(status))

    def file(self, path: str) -> ArticleFile:
        """Return the file at ``path``, which is no link, without its stamp."""
        return ArticleFile(path, self.below(path), os.path.normpath(f"{self._root}/{path}"))

    def find(self, path: str) -> ArticleFile:
        """Return the article file at ``path``, which a link may lead to, without its stamp."""
        return ArticleFile(path, self.below(path), os.path.realpath(self._root / path))


def _relative(root: Path, path: str) -> str:
    """Return ``path`` relative to ``root``; raise :class:`LookupError` if messages show another."""
    relative = os.path.relpath(os.path.join(root, path), root)
    if display(relative) != relative:
        raise LookupError(relative)
    return relative


def _is_plain(root: Path, path: str) -> bool:
    """Return whether no part of ``path`` below ``root`` is a link."""
    return os.path.realpath(root / path) == os.path.normpath(f"{os.path.realpath(root)}/{path}")


def _is_below(path: str, folder: str) -> bool:
    if folder == os.curdir:
        return path != os.pardir and not path.startswith(f"{os.pardir}/")
    return path == folder or path.startswith(f"{folder}/")
