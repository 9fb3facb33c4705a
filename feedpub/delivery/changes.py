"""The document of ``feedpub build --changes``: what a build wrote and removed, for programs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.core.errors import printable_json
from feedpub.delivery.hosting.site_target import target_of
from feedpub.delivery.media_types import content_coding, content_type
from feedpub.feeds.paths import url_path
from feedpub.state.atomic_files import file_in
from feedpub.state.published import PublishedState, output_folder, output_key


class RemovedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a build removed."""

    path: str
    """The path in output/."""
    url: str


class WrittenFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a build wrote, with the headers that a server sends with it."""

    path: str
    url: str
    media_type: str
    """The value of Content-Type."""
    content_encoding: str | None = None
    """The coding of a compressed copy; left out for other files."""
    cache_control: str
    digest: str
    """The SHA-256 digest of its bytes, in hexadecimal."""
    size: int
    """Bytes."""


class ChangesDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The files that a build changed, in order of their paths."""

    version: int = 1
    written: tuple[WrittenFile, ...]
    removed: tuple[RemovedFile, ...]


def changes_document(config: Config, output: Path | None, files: Iterable[str]) -> bytes:
    """Return the JSON document of ``files``, which the last build into ``output`` changed."""
    published = PublishedState(config.state_folder).output_state(output_key(config, output)).files
    folder, target = output_folder(config, output), target_of(config)
    written, removed = [], []
    for path in files:
        url = config.site.base_url + url_path(path)
        if path not in published:
            removed.append(RemovedFile(path=path, url=url))
            continue
        original, coding = content_coding(path)
        written.append(
            WrittenFile(
                path=path,
                url=url,
                media_type=content_type(original),
                content_encoding=coding,
                cache_control=target.cache_control,
                digest=published[path],
                size=os.stat(file_in(folder, path)).st_size,
            )
        )
    document = ChangesDocument(written=tuple(written), removed=tuple(removed))
    return printable_json(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()).encode() + b"\n"
