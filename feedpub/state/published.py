"""The lasting state in ``.feedpub/published.json``, and the folders that a build may publish into.

For each output folder, published.json lists every file that feedpub wrote, every feed that it ever
published, and the feeds that the hub was last notified of. State that can be computed again is in
:mod:`feedpub.state.build_db`.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import display
from feedpub.core.digests import content_digest
from feedpub.core.errors import StorageError, UsageError, message_of
from feedpub.core.text import repair
from feedpub.feeds.history import History, PublishedFeed
from feedpub.feeds.paths import FeedFolders, is_feed_folder
from feedpub.state.atomic_files import is_below, replace_file

_PUBLISHED_VERSION = 1
_DEFAULT_FOLDERS = FeedFolders()
_CHECKSUM = b',\n "checksum": "'
"""The text between the bytes of published.json that its checksum covers, and the checksum."""


class OutputState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one output folder."""

    articles: int = 0
    """The number of article files that the last build could read."""
    published: int = 0
    """The number of articles that the last build published."""
    files: dict[str, str] = {}
    """The files that feedpub wrote: relative path → digest of the content."""
    feeds: dict[str, PublishedFeed] = {}
    """Every feed ever published, by folder."""


class HubState(msgspec.Struct, frozen=True, kw_only=True):
    """The feeds of one output folder that the hub was last notified of.

    It is not part of :class:`OutputState`, on which builds depend: a ping leaves a build nothing to
    do.
    """

    hub: str
    """The URL of the hub."""
    files: dict[str, str] = {}
    """The feed files: relative path → digest at the last notification, or at the first ping."""


class _Published(msgspec.Struct, kw_only=True):
    version: int
    checksum: str | msgspec.UnsetType = msgspec.UNSET
    """The digest of the bytes before it; there is none in a file of an older version."""
    outputs: dict[str, OutputState] = {}
    hubs: dict[str, HubState] = {}


class PublishedState:
    """The content of published.json, which is replaced by rename.

    It ends with a checksum, and a copy lies beside it, which is used if the file is damaged.
    ``warning`` says why the file cannot be used although it exists. The next :meth:`save` moves
    such a file aside. Raise :class:`~feedpub.core.errors.StorageError` if the disk refuses to read
    it.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "published.json"
        self.warning: str | None = None
        self._copy = self.file.with_suffix(".copy.json")
        self._unusable = self.file.with_suffix(".unreadable")
        self._is_damaged = False
        self._published = self._load()

    def output_state(self, output: str) -> OutputState:
        """Return the state of the folder ``output``, which is empty before the first build."""
        return self._published.outputs.get(output, OutputState())

    def save(self, output: str, state: OutputState) -> None:
        """Write the ``state`` of the folder ``output``, if it changed.

        Raise :class:`~feedpub.core.errors.StorageError` if the file cannot be written.
        """
        if self._is_damaged or self._published.outputs.get(output) != state:
            self._published.outputs[output] = state
            self._write()

    def hub_state(self, output: str) -> HubState | None:
        """Return the hub's state for the folder ``output``; None before the first ping."""
        return self._published.hubs.get(output)

    def save_hub_state(self, output: str, hub_state: HubState) -> None:
        """Write the hub's state for the folder ``output``, as :meth:`save` does."""
        if self._is_damaged or self._published.hubs.get(output) != hub_state:
            self._published.hubs[output] = hub_state
            self._write()

    def _write(self) -> None:
        if self._is_damaged:
            with contextlib.suppress(OSError):
                os.replace(self.file, self._unusable)
            self._is_damaged = False
        data = _encode(self._published)
        replace_file(self.file, data)
        # The copy is written when the file is whole, so that one of both always is.
        with contextlib.suppress(StorageError):
            replace_file(self._copy, data)

    def _load(self) -> _Published:
        try:
            data = self.file.read_bytes()
        except FileNotFoundError:
            return _Published(version=_PUBLISHED_VERSION)
        except OSError as error:
            raise StorageError(f"{self.file}: cannot be read: {message_of(error)}") from None
        published = _decode(data)
        if published is not None and _has_checksum(published, data):
            return published
        self._is_damaged = True
        copy = self._load_copy()
        if copy is not None:
            use = f"its copy {self._copy.name} is used"
        elif published is not None:
            use = "it is used all the same"
        else:
            use = "what was published before is not known"
        cause = "is damaged or from another version" if published is None else "does not match its checksum"
        self.warning = f"{self.file}: {cause}; {use} (a build keeps the file as {self._unusable.name})"
        return copy or published or _Published(version=_PUBLISHED_VERSION)

    def _load_copy(self) -> _Published | None:
        """Return the content of the copy; None if it has no checksum or does not match it."""
        try:
            data = self._copy.read_bytes()
        except OSError:
            return None
        copy = _decode(data)
        return copy if copy is not None and copy.checksum and _has_checksum(copy, data) else None


def _encode(published: _Published) -> bytes:
    """Return the bytes of published.json, with a checksum of those before it."""
    published.checksum = msgspec.UNSET
    text = msgspec.json.format(msgspec.json.encode(published, order="sorted"), indent=1)
    content = text.removesuffix(b"\n}")
    return b'%b%b%b"\n}' % (content, _CHECKSUM, content_digest(content).hex().encode())


def _decode(data: bytes) -> _Published | None:
    """Return the content of published.json; None if it is not valid."""
    try:
        published = msgspec.json.decode(data, type=_Published)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return published if published.version == _PUBLISHED_VERSION and _is_valid(published) else None


def _has_checksum(published: _Published, data: bytes) -> bool:
    """Return whether ``data`` matches its checksum, or has none."""
    if published.checksum is msgspec.UNSET:
        return True
    content, _, _ = data.rpartition(_CHECKSUM)
    return content_digest(content).hex() == published.checksum


def _is_valid(published: _Published) -> bool:
    """Return whether all paths stay in their folders and the formats can hold labels and dates."""
    outputs = published.outputs.values()
    return all(is_below(path) for output in outputs for path in output.files) and all(
        is_feed_folder(feed.kind, folder)
        and is_feed_folder(feed.kind, _DEFAULT_FOLDERS.folder_of(feed.kind, feed.key))
        and repair(feed.label) == feed.label
        and feed.updated.tzinfo is not None
        for output in outputs
        for folder, feed in output.feeds.items()
    )


def history_of(config: Config) -> History:
    """Return every feed that was published into ``output.path``."""
    return PublishedState(config.state_folder).output_state(output_key(config, None)).feeds


def output_folder(config: Config, output: Path | None) -> Path:
    """Return the folder to publish into: ``output``, or ``output.path`` if that is None."""
    return (output or config.root / config.output.path).absolute()


def output_key(config: Config, output: Path | None) -> str:
    """Return the name of an output folder in the state: its path relative to the configuration."""
    return display(os.path.relpath(output_folder(config, output), config.root))


def check_output(config: Config, folder: Path) -> None:
    """Raise :class:`~feedpub.core.errors.UsageError` if ``folder`` would publish private files."""
    target = Path(os.path.realpath(folder))
    root = Path(os.path.realpath(config.root))
    state = root / config.state_folder.name
    private_folders = {"the configuration": root, "feedpub's state": state}
    private_folders |= {f"the articles in {path}": Path(os.path.realpath(root / path)) for path in config.folders}
    if config.output.templates:
        private_folders["the templates"] = Path(os.path.realpath(root / config.output.templates))
    for content, path in private_folders.items():
        if path.is_relative_to(target) or (path == state and target.is_relative_to(path)):
            raise UsageError(f"{folder}: would serve {content}; publish into a folder of its own, such as output")
