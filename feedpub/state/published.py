"""What feedpub keeps between builds, in ``.feedpub/`` beside config.yaml.

``published.json`` is kept: per output folder every file that feedpub wrote, every feed that it ever published, and what
the hub was told. What can be computed again is in :mod:`feedpub.state.build_db`.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import display
from feedpub.core.errors import StorageError, UsageError, message_of
from feedpub.core.text import repair
from feedpub.feeds.paths import folder_of
from feedpub.feeds.selection import History, PublishedFeed
from feedpub.state.atomic_files import is_below, replace_file

_PUBLISHED_VERSION = 1


class OutputState(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one output folder."""

    articles: int = 0
    """How many articles the last build found."""
    files: dict[str, str] = {}
    """Relative path → digest of what we wrote there."""
    feeds: dict[str, PublishedFeed] = {}
    """Every feed ever published, by folder."""


class HubState(msgspec.Struct, frozen=True, kw_only=True):
    """What a hub knows of one output folder. Not in :class:`OutputState`, which decides what a build has to look at."""

    hub: str
    """Its URL."""
    files: dict[str, str] = {}
    """Relative path of a feed's file → digest of what it held when the hub was told, or when a baseline was taken."""


class _Published(msgspec.Struct, kw_only=True):
    version: int
    outputs: dict[str, OutputState] = {}
    hubs: dict[str, HubState] = {}


class PublishedState:
    """published.json, replaced by rename."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "published.json"
        self.warning: str | None = None
        self._aside = self.file.with_suffix(".unreadable")
        self._is_damaged = False
        self._published = self._load()

    def of(self, output: str) -> OutputState:
        """What is kept of the folder ``output``."""
        return self._published.outputs.get(output, OutputState())

    def save(self, output: str, state: OutputState) -> None:
        """Keep ``state``; nothing is written where nothing changed. What could not be read is set aside.

        Raises :class:`StorageError`.
        """
        if self._published.outputs.get(output) != state:
            self._published.outputs[output] = state
            self._write()

    def told(self, output: str) -> HubState | None:
        """What the hub was told of the folder ``output``; None before the first ping."""
        return self._published.hubs.get(output)

    def save_told(self, output: str, told: HubState) -> None:
        """Keep ``told``, as :meth:`save` does."""
        if self._published.hubs.get(output) != told:
            self._published.hubs[output] = told
            self._write()

    def _write(self) -> None:
        if self._is_damaged:
            with contextlib.suppress(OSError):
                os.replace(self.file, self._aside)
            self._is_damaged = False
        replace_file(self.file, msgspec.json.format(msgspec.json.encode(self._published, order="sorted"), indent=1))

    def _load(self) -> _Published:
        try:
            found = msgspec.json.decode(self.file.read_bytes(), type=_Published)
        except FileNotFoundError:
            return _Published(version=_PUBLISHED_VERSION)
        except OSError as error:
            raise StorageError(f"{self.file}: cannot be read: {message_of(error)}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = _Published(version=0)
        if found.version == _PUBLISHED_VERSION and _is_whole(found):
            return found
        self._is_damaged = True
        self.warning = (
            f"{self.file}: is damaged or from another version; what was published before is not known "
            f"(a build keeps the file as {self._aside.name})"
        )
        return _Published(version=_PUBLISHED_VERSION)


def _is_whole(published: _Published) -> bool:
    """Return whether no path leads out of its output folder, and every format can hold each feed's label and date."""
    outputs = published.outputs.values()
    return all(is_below(path) for output in outputs for path in output.files) and all(
        _is_folder(folder)
        and _is_folder(folder_of(feed.kind, feed.key))
        and repair(feed.label) == feed.label
        and feed.updated.tzinfo is not None
        for output in outputs
        for folder, feed in output.feeds.items()
    )


def _is_folder(folder: str) -> bool:
    return folder == "" or is_below(folder)


def history_of(config: Config) -> History:
    """Every feed that was published into ``output.path``."""
    return PublishedState(config.state_folder).of(output_key(config, None)).feeds


def output_folder(config: Config, output: Path | None) -> Path:
    """The folder to publish into: ``output``, or ``output.path`` where that is None."""
    return (output or config.root / config.output.path).absolute()


def output_key(config: Config, output: Path | None) -> str:
    """The name that an output folder has in the state, wherever the project lies."""
    return display(os.path.relpath(output_folder(config, output), config.root))


def check_output(config: Config, folder: Path) -> None:
    """Refuse to serve what is not for readers. Raises :class:`~feedpub.core.errors.UsageError`."""
    target = Path(os.path.realpath(folder))
    root = Path(os.path.realpath(config.root))
    state = root / config.state_folder.name
    private = {"the configuration": root, "feedpub's state": state}
    private |= {f"the articles in {path}": Path(os.path.realpath(root / path)) for path in config.folders}
    if config.output.templates:
        private["the templates"] = Path(os.path.realpath(root / config.output.templates))
    for what, place in private.items():
        if place.is_relative_to(target) or (place == state and target.is_relative_to(place)):
            raise UsageError(f"{folder}: would serve {what}; publish into a folder of its own, such as output")
