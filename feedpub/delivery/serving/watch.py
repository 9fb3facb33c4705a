"""The watcher of ``--watch``, which builds the site again after each change of a build's inputs.

Each build is a ``feedpub build`` in its own process: it prints the messages of a build and frees
its memory at its end. The server continues with the files in output/ even if the build fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

import watchfiles

from feedpub.config import Config, load_config
from feedpub.content.generators.site import site_files
from feedpub.core.errors import FeedpubError, LockedError, StorageError, message_of
from feedpub.state.published import output_folder

# Milliseconds: a build begins this long after the last change of a series, or after the first.
_STEP = 100
_DEBOUNCE = 1000
_TICK = 500
"""Milliseconds between two checks of what watchfiles cannot watch.

These are config.yaml, which editors replace, the site's data files, and folders that may appear and
disappear.
"""
_LOCKED_RETRY = 5.0
"""Seconds until the next attempt while another build is running."""


async def build(arguments: Sequence[str]) -> int:
    """Run ``feedpub build`` with the common options ``arguments``, and return its exit status.

    End it when cancelled.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "feedpub", *arguments, "build"),
        stdin=asyncio.subprocess.DEVNULL,
        # The standard output of a server is its URL alone.
        stdout=sys.stderr,
        # Ctrl-C goes to the server, which then ends the build.
        start_new_session=True,
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise


class Watch:
    """The watcher of the site with the configuration ``file``.

    It builds after each change, with the common options ``arguments``. After each build, it calls
    ``on_build`` with the last configuration that could be read.
    """

    def __init__(self, file: Path, arguments: Sequence[str], on_build: Callable[[Config], None]) -> None:
        self._file = file
        self._arguments = arguments
        self._on_build = on_build
        self._config = load_config(file)
        self._retry_at = 0.0

    async def run(self) -> None:
        """Watch and build until cancelled.

        Raise :class:`~feedpub.core.errors.StorageError` if the folders cannot be watched.
        """
        while True:
            # The first build begins after the watch, so that no change between them is lost.
            built, watched = None, self._folder_identities()
            async with contextlib.aclosing(self._changes()) as changes:
                async for changed in changes:
                    current = (self._file_identities(), self._folder_identities())
                    if changed or current != built or 0 < self._retry_at < _now():
                        built = current
                        await self._build()
                    if self._folder_identities() != watched:
                        break

    async def _build(self) -> None:
        status = await build(self._arguments)
        self._retry_at = _now() + _LOCKED_RETRY if status == LockedError.exit_status else 0.0
        # The build has reported a configuration that cannot be read.
        with contextlib.suppress(FeedpubError):
            self._config = load_config(self._file)
        self._on_build(self._config)

    async def _changes(self) -> AsyncGenerator[bool, None]:
        """Yield, at every tick, whether something changed in the folders."""
        folders = [folder for folder in self._folders() if os.path.isdir(folder)]
        while not folders:
            await asyncio.sleep(_TICK / 1000)
            yield False
        watched = watchfiles.awatch(
            *folders,
            watch_filter=self._is_input,
            debounce=_DEBOUNCE,
            step=_STEP,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        try:
            async for changes in watched:
                yield bool(changes)
        except FileNotFoundError:
            # A folder disappeared.
            yield True
        except (OSError, RuntimeError) as error:
            reason = message_of(error) if isinstance(error, OSError) else str(error)
            raise StorageError(f"the content folders cannot be watched: {reason}") from None

    def _folders(self) -> list[str]:
        config = self._config
        names = [*config.folders, *([config.output.templates] if config.output.templates else [])]
        return [os.path.realpath(config.root / name) for name in names]

    def _is_input(self, _change: watchfiles.Change, path: str) -> bool:
        """Return whether a build may read ``path``.

        Some sites have the output or the state in their content folder.
        """
        written = (output_folder(self._config, None), self._config.state_folder)
        return not any(Path(path).is_relative_to(os.path.realpath(folder)) for folder in written)

    def _file_identities(self) -> tuple[object, ...]:
        """Return the identities of config.yaml, and of data files that articles are read with."""
        files = [self._file]
        # The build reports a folder that cannot be listed.
        with contextlib.suppress(FeedpubError):
            files += site_files(self._config)
        return tuple(map(_identity, files))

    def _folder_identities(self) -> tuple[object, ...]:
        """Return the identities of the folders to watch."""
        return tuple(map(_identity, self._folders()))


def _identity(path: str | Path) -> tuple[object, ...]:
    """Return what changes when a file is written or replaced, or a folder replaced."""
    try:
        status = os.stat(path)
    except OSError:
        return (path,)
    if stat.S_ISDIR(status.st_mode):
        return path, status.st_dev, status.st_ino
    return path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _now() -> float:
    return asyncio.get_running_loop().time()
