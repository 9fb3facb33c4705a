"""The journal: the files that a build is about to rename into the output folder.

A build that is killed between its renames and its state leaves files that published.json does not
list. The next build reads the journal and takes over those that have the planned content. Without
it, they would count as somebody else's files, which no build removes. The journal is flushed before
the first rename, like the journal of a database (https://www.sqlite.org/atomiccommit.html).
:mod:`feedpub.building.state` uses it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from feedpub.core.digests import content_digest
from feedpub.core.errors import StorageError, message_of
from feedpub.state.atomic_files import is_below, replace_file


class Journal:
    """The journal in the state ``folder`` of the output folder that the state calls ``output``."""

    def __init__(self, folder: Path, output: str) -> None:
        # Each output folder has a journal of its own, which builds into other folders leave alone.
        self._file = folder / f"intent-{content_digest(output.encode()).hex()[:16]}.json"

    def read(self) -> dict[str, str] | None:
        """Return the planned files, relative path → digest; None if the last build finished.

        A damaged journal names no files. Raise :class:`~feedpub.core.errors.StorageError` if it
        cannot be read.
        """
        try:
            files = msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{self._file}: cannot be read: {message_of(error)}") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        return {path: digest for path, digest in files.items() if is_below(path)}

    def write(self, files: Mapping[str, str]) -> None:
        """Write and flush the planned ``files``.

        Raise :class:`~feedpub.core.errors.StorageError` if the journal cannot be written.
        """
        replace_file(self._file, msgspec.json.encode(files))

    def delete(self) -> None:
        """Delete the journal, when the state lists its files.

        A journal that cannot be deleted is harmless: its files are in the state, or no longer have
        the planned content.
        """
        with contextlib.suppress(OSError):
            os.unlink(self._file)
