"""The record of the deploys to one target in ``.feedpub/``: the last run, and the URLs to purge.

What the target holds is in the target itself: :mod:`feedpub.delivery.deploy.manifest`.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from feedpub.core.errors import StorageError, message_of
from feedpub.state.atomic_files import replace_file


class DeployRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the deploys from this machine to one target."""

    run: str = ""
    """The id of the last run that began here. Its lease is over, because the lock is held."""
    purge: dict[str, str] = {}
    """The URLs that changed in the target and are not purged yet, each with the last run for it."""


def load_record(folder: Path, target: str) -> DeployRecord:
    """Return the record of ``target`` in the state ``folder``; an empty one if it cannot be used.

    Raise :class:`~feedpub.core.errors.StorageError` if the disk refuses to read it.
    """
    file = _file(folder, target)
    try:
        return msgspec.json.decode(file.read_bytes(), type=DeployRecord)
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return DeployRecord()
    except OSError as error:
        raise StorageError(f"{file}: cannot be read: {message_of(error)}") from None


def save_record(folder: Path, target: str, record: DeployRecord) -> None:
    """Write the ``record`` of ``target``, flushed.

    Raise :class:`~feedpub.core.errors.StorageError` if it cannot be written.
    """
    replace_file(_file(folder, target), msgspec.json.encode(record))


def _file(folder: Path, target: str) -> Path:
    return folder / f"deploy-{target}.json"
