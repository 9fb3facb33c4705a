"""The folders in output/ of feeds and their archives, and the URLs of what lies in them.

A folder depends on the feed's key and on the configured slugs, never on earlier builds.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from feedpub.config import Config
from feedpub.core.models import NAME_PREFIX, Candidate, FeedKind, provider_keys, provider_named
from feedpub.core.slugs import slug
from feedpub.core.text import match_key
from feedpub.core.urls import path_of
from feedpub.feeds.families import LANGUAGES, family_of, key_of, places_in
from feedpub.feeds.history import History

_WELL_KNOWN = ".well-known"
WELL_KNOWN_FEEDS = f"{_WELL_KNOWN}/feeds"
"""The path in output/ of the list of all feeds at its well-known URI."""

_ARCHIVE = re.compile("(?:(.*)/)?archive/[0-9]+")
_LONGEST_NAME = 200  # file systems allow 255 bytes
_NAME = re.compile(r"(?!\.)[^/\\\x00-\x1f\x7f]+")

ConfiguredSlugs = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
"""The names of topics, and those of providers, each with the slug that config.yaml gives it."""


class FeedFolders:
    """The folders in output/ of a site's feeds."""

    def __init__(self, slugs: ConfiguredSlugs = ((), ())) -> None:
        topics, providers = slugs
        self._slugs = {(FeedKind.TOPIC, match_key(name)): chosen for name, chosen in topics}
        self._slugs |= {(FeedKind.PROVIDER, key): chosen for name, chosen in providers for key in provider_keys(name)}
        # Many articles have the same few topics and providers.
        self.folder_of = lru_cache(1 << 14)(self._folder)

    def folders_of_article(self, article: Candidate) -> Iterator[str]:
        """Yield the folders of the topics and the provider of ``article``; feeds need not exist."""
        for topic in article.topics:
            yield self.folder_of(FeedKind.TOPIC, topic.key)
        if article.provider and article.provider.key:
            yield self.folder_of(FeedKind.PROVIDER, article.provider.key)

    def _folder(self, kind: FeedKind, key: str) -> str:
        """Return the folder of the feed of ``kind`` with ``key``; empty for the site's feed."""
        if kind is FeedKind.SITE:
            return ""
        if (kind, key) in self._slugs:
            return f"{kind.value}/{self._slugs[kind, key]}"
        if kind is FeedKind.TOPIC or key.startswith(NAME_PREFIX):
            return f"{kind.value}/{slug(key.removeprefix(NAME_PREFIX))}"
        if kind is FeedKind.CUSTOM and (places := places_in(key)):
            return f"{kind.value}/{self._family_name(key, places)}"
        # A domain and the slug of a custom feed are safe names as they are.
        return f"{kind.value}/{key}"

    def _family_name(self, key: str, places: tuple[tuple[str, str], ...]) -> str:
        """Return the names of the places, joined by ``~``, which no slug and no domain holds."""
        names = [
            inner if dimension == LANGUAGES else self.folder_of(FeedKind(dimension), inner).partition("/")[2]
            for dimension, inner in places
        ]
        family = family_of(FeedKind.CUSTOM, key) or ""
        name = "~".join((family, *names))
        if len(name.encode()) <= _LONGEST_NAME:
            return name
        return f"{family}~{hashlib.sha256(key.encode()).hexdigest()[:20]}"


@lru_cache(4)
def folders_with(slugs: ConfiguredSlugs) -> FeedFolders:
    """Return the folders of a site with these ``slugs``."""
    return FeedFolders(slugs)


def slugs_of(config: Config) -> ConfiguredSlugs:
    """Return the slugs in ``config``."""
    return tuple(config.topics.slugs.items()), tuple(config.providers.slugs.items())


def folders_of(config: Config) -> FeedFolders:
    """Return the folders of the site of ``config``."""
    return folders_with(slugs_of(config))


def moved_folders(config: Config) -> dict[str, str]:
    """Return the folder that takes the place of each folder of an alias in ``config``."""
    folder_of = folders_of(config).folder_of
    pairs = [
        (folder_of(FeedKind.TOPIC, match_key(name)), folder_of(FeedKind.TOPIC, match_key(target)))
        for name, target in config.topics.aliases.items()
    ]
    pairs += [
        (folder_of(FeedKind.PROVIDER, _provider_key(name)), folder_of(FeedKind.PROVIDER, _provider_key(target)))
        for name, target in config.providers.aliases.items()
    ]
    # With slugs, the alias may have had the folder already.
    return {old: new for old, new in pairs if old != new}


def moved_members(config: Config, history: History) -> dict[str, str]:
    """Return the folder that takes the place of each folder of a family that aliases moved.

    They are those that the feeds in ``history`` would have, or have, by the former names.
    """
    targets = {(FeedKind.TOPIC.value, match_key(old)): match_key(new) for old, new in config.topics.aliases.items()}
    targets |= {
        (FeedKind.PROVIDER.value, _provider_key(old)): _provider_key(new)
        for old, new in config.providers.aliases.items()
    }
    if not targets:
        return {}
    former: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for (dimension, old), new in targets.items():
        former[dimension, new].append((dimension, old))
    folder_of = folders_of(config).folder_of
    moves: dict[str, str] = {}
    for feed in history.values():
        family = family_of(feed.kind, feed.key)
        if family is None:
            continue
        places = [(dimension, targets.get((dimension, inner), inner)) for dimension, inner in places_in(feed.key)]
        folder = folder_of(FeedKind.CUSTOM, key_of(family, places))
        for old_places in product(*((place, *former.get(place, ())) for place in places)):
            old_folder = folder_of(FeedKind.CUSTOM, key_of(family, old_places))
            if old_folder != folder:
                moves[old_folder] = folder
    return moves


def _provider_key(text: str) -> str:
    return provider_named(text).key or ""


def is_feed_folder(kind: FeedKind, folder: str) -> bool:
    """Return whether a feed of ``kind`` may have ``folder``: a plain name in its kind's folder."""
    if kind is FeedKind.SITE:
        return folder == ""
    return folder.startswith(f"{kind.value}/") and _NAME.fullmatch(folder, len(kind.value) + 1) is not None


def has_well_known(base_url: str) -> bool:
    """Return whether the site at ``base_url`` has well-known URIs.

    Only the root of a host has them (RFC 8615, https://www.rfc-editor.org/rfc/rfc8615#section-3).
    """
    return urlsplit(base_url).path == "/"


def url_path(path: str) -> str:
    """Return the ``path`` in output/ as a part of a URL, percent-encoded as UTF-8."""
    return path if path.isascii() else path_of(path)


def archive_folder(folder: str, number: int) -> str:
    """Return the folder in output/ of an archive of the feed in ``folder``."""
    return path_in(folder, f"archive/{number}")


def path_in(folder: str, name: str) -> str:
    """Return the path in output/ of the file ``name`` of the feed in ``folder``."""
    return f"{folder}/{name}" if folder else name


def feed_folder(path: str) -> str:
    """Return the folder of the feed whose file, or archive's file, ``path`` in output/ is.

    The files of the whole site, such as the lists, are in the folder of the site's feed.
    """
    folder = path.rpartition("/")[0]
    if folder == _WELL_KNOWN:
        return ""
    match = _ARCHIVE.fullmatch(folder)
    return (match[1] or "") if match else folder


def is_archived(path: str) -> bool:
    """Return whether the file ``path`` in output/ is in an archive."""
    return _ARCHIVE.fullmatch(path.rpartition("/")[0]) is not None


def folders_in(output: Path) -> Iterator[Path]:
    """Yield every folder on the disk that may hold a feed or an archive, and ``output`` itself.

    A folder comes after the folders in it.
    """
    yield from _archives(output)
    for group in (kind.value for kind in FeedKind if kind is not FeedKind.SITE):
        folders = _subfolders(output / group)
        for folder in folders or ():
            yield from _archives(folder)
            yield folder
        if folders is not None:
            yield output / group
    if os.path.isdir(output / _WELL_KNOWN):
        yield output / _WELL_KNOWN
    yield output


def _archives(folder: Path) -> Iterator[Path]:
    archives = _subfolders(folder / "archive")
    if archives is not None:
        yield from archives
        yield folder / "archive"


def _subfolders(folder: Path) -> list[Path] | None:
    """Return the folders in ``folder``; None if it cannot be listed, or is not a folder."""
    try:
        return sorted(path for path in folder.iterdir() if os.path.isdir(path))
    except OSError:
        return None
