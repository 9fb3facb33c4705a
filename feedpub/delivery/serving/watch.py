"""``--watch``: where anything changes that a build depends on, the site is built again.

The build is a ``feedpub build`` of its own, in a process of its own: it says what a build says, takes its memory with
it when it ends, and whatever becomes of it, the server goes on with what lies in output/.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

import msgspec
import watchfiles

from feedpub.config import Config, load_config
from feedpub.core.errors import FeedpubError, LockedError, StorageError, message_of
from feedpub.delivery.serving.url_files import stamp_of
from feedpub.state.published import output_folder

# Milliseconds: so long after the last change of a row, or after the first, a build begins.
_STEP = 100
_DEBOUNCE = 1000
_TICK = 500
"""Milliseconds between two looks at what cannot be watched: at config.yaml, which editors replace, and at folders that
may come and go.
"""
_LOCKED_AGAIN = 5.0
"""Seconds until the next try where another build runs."""


class BuildOutcome(msgspec.Struct, frozen=True):
    """What became of a build."""

    status: int
    changed: bool
    """Whether a file of the output did."""


class _ReportSummary(msgspec.Struct):
    """What of a build's report is needed here."""

    files: int


async def build(arguments: Sequence[str]) -> BuildOutcome:
    """Run ``feedpub build`` with the common options ``arguments``. It is ended where this is cancelled."""
    with tempfile.TemporaryDirectory(prefix="feedpub-") as folder:
        report = Path(folder, "report.json")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "feedpub", *arguments, "build", "--report", os.fspath(report)),
            stdin=asyncio.subprocess.DEVNULL,
            # What a server has to say is where it is; the rest are messages.
            stdout=sys.stderr,
            # Ctrl-C is for the server to see, which then ends the build.
            start_new_session=True,
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            raise
        try:
            return BuildOutcome(status, msgspec.json.decode(report.read_bytes(), type=_ReportSummary).files > 0)
        except FileNotFoundError:
            return BuildOutcome(status, changed=False)


class Watch:
    """Builds the site of the configuration ``file`` whenever something changed, with the common options ``arguments``.

    ``on_config`` is handed the configuration after each build; ``on_change`` is called when the output changed.
    """

    def __init__(
        self,
        file: Path,
        arguments: Sequence[str],
        on_config: Callable[[Config], None],
        on_change: Callable[[], None],
    ) -> None:
        self._file = file
        self._arguments = arguments
        self._on_config = on_config
        self._on_change = on_change
        self._config = load_config(file)
        self._again = 0.0

    async def run(self) -> None:
        """Go on until cancelled. Raises :class:`~feedpub.core.errors.StorageError` where folders cannot be watched."""
        while True:
            # A build comes first, once the folders are watched: nothing happens unseen in between.
            seen, folders = None, self._folders_seen()
            async with contextlib.aclosing(self._changes()) as changes:
                async for changed in changes:
                    now = (_identity(self._file), self._folders_seen())
                    if changed or now != seen or 0 < self._again < _now():
                        seen = now
                        await self._build()
                    if self._folders_seen() != folders:
                        break

    async def _build(self) -> None:
        outcome = await build(self._arguments)
        self._again = _now() + _LOCKED_AGAIN if outcome.status == LockedError.exit_status else 0.0
        # Where it cannot be read, the build has said so.
        with contextlib.suppress(FeedpubError):
            self._config = load_config(self._file)
            self._on_config(self._config)
        if outcome.changed:
            self._on_change()

    async def _changes(self) -> AsyncGenerator[bool, None]:
        """Whether something changed in the folders, every tick."""
        folders = [folder for folder in self._folders() if os.path.isdir(folder)]
        while not folders:
            await asyncio.sleep(_TICK / 1000)
            yield False
        watched = watchfiles.awatch(
            *folders,
            watch_filter=self._concerns,
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
            # Gone again.
            yield True
        except (OSError, RuntimeError) as error:
            why = message_of(error) if isinstance(error, OSError) else str(error)
            raise StorageError(f"the content folders cannot be watched: {why}") from None

    def _folders(self) -> list[str]:
        config = self._config
        named = [*config.folders, *([config.output.templates] if config.output.templates else [])]
        return [os.path.realpath(config.root / name) for name in named]

    def _concerns(self, _change: watchfiles.Change, path: str) -> bool:
        """Whether a build may read ``path``: what it writes lies in the content folder on some sites."""
        written = (output_folder(self._config, None), self._config.state_folder)
        return not any(Path(path).is_relative_to(os.path.realpath(folder)) for folder in written)

    def _folders_seen(self) -> tuple[object, ...]:
        """What tells that there are other folders to watch."""
        return tuple(map(_identity, self._folders()))


def _identity(path: str | Path) -> tuple[object, ...]:
    """What tells a file from what is put in its place or written into it, and a folder from another."""
    try:
        status = os.stat(path)
    except OSError:
        return (path,)
    if stat.S_ISDIR(status.st_mode):
        return path, status.st_dev, status.st_ino
    return path, *stamp_of(status)


def _now() -> float:
    return asyncio.get_running_loop().time()
