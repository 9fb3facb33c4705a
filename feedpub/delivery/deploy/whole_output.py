"""The check that output/ is whole: exactly the files of the last build, each with its digest."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import stamp_of
from feedpub.core.errors import AttentionError, UsageError, message_of
from feedpub.delivery.deploy.plan import WantedFile
from feedpub.state.atomic_files import digest, file_in
from feedpub.state.build_db import BuildCache
from feedpub.state.journal import Journal
from feedpub.state.published import PublishedState, output_folder, output_key

_REMEDY = "nothing was uploaded; run 'feedpub build'"


class LocalFiles(msgspec.Struct, frozen=True):
    """The files that a target should have, by their paths there, with their bytes in ``folder``."""

    folder: Path
    wanted: Mapping[str, WantedFile]

    def read(self, path: str) -> bytes:
        """Return the bytes of the file that is ``path`` in the target.

        Raise :class:`~feedpub.core.errors.AttentionError` if they are not those of the build.
        """
        file = self.wanted[path]
        return _check(self.folder, file.source, file.deployed.digest)


def published_files(config: Config, output: Path | None) -> Mapping[str, str]:
    """Return the files of ``output``, path → digest, if all are as the last build left them.

    Raise :class:`~feedpub.core.errors.AttentionError` if a file is missing, was changed by someone
    else, or if a build was killed, and :class:`~feedpub.core.errors.UsageError` if there was no
    build. The caller holds the build's lock.
    """
    key, folder = output_key(config, output), output_folder(config, output)
    published = PublishedState(config.state_folder)
    files = published.output_state(key).files
    if not files:
        unknown = f" ({published.warning})" if published.warning else ""
        raise UsageError(f"{folder}: nothing was published there; run 'feedpub build'{unknown}")
    if Journal(config.state_folder, key).read() is not None:
        raise AttentionError(f"{folder}: the last build did not finish; {_REMEDY}")
    unchanged = _unchanged(config, key, folder)
    for path, expected in files.items():
        if path not in unchanged:
            _check(folder, path, expected)
    return files


def _unchanged(config: Config, key: str, folder: Path) -> set[str]:
    """Return the paths of files with the stamp that the last build saw, which are not read."""
    if not os.path.lexists(config.state_folder / config.cache_name):
        return set()
    with contextlib.closing(BuildCache(config.state_folder, config.cache_name, read_only=True)) as cache:
        outputs = cache.outputs(key)
    return {path for path, file in outputs.items() if stamp_of(file_in(folder, path)) == file.stamp}


def _check(folder: Path, path: str, expected: str) -> bytes:
    file = file_in(folder, path)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise AttentionError(f"{file}: is missing; {_REMEDY}") from None
    except OSError as error:
        raise AttentionError(f"{file}: cannot be read: {message_of(error)}; {_REMEDY}") from None
    if digest(data) != expected:
        raise AttentionError(f"{file}: was changed by someone else; {_REMEDY}")
    return data
