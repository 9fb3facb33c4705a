"""What a build is about to rename into output/, noted before the first rename: a write-ahead record.

Killed between its renames and its state, a build leaves files that published.json knows nothing of. The next build
finds the note, and takes those that hold what was intended for its own: without it they would be anyone's, and stay for
good where the article is gone by then. As a database's journal (https://www.sqlite.org/atomiccommit.html), it is
flushed before what it is about.

It is no history: what happens to the files is the business of :mod:`feedpub.building.builder`.
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
    """The note about the folder ``output``, as the state names it, in the state's ``folder``."""

    def __init__(self, folder: Path, output: str) -> None:
        # A note for each, so that a build into one folder leaves that of another alone.
        self._file = folder / f"intent-{content_digest(output.encode()).hex()[:16]}.json"

    def files(self) -> dict[str, str] | None:
        """Relative path → digest of what was to be renamed; None where the last build came to its end.

        One that is damaged is about nothing.
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

    def note(self, files: Mapping[str, str]) -> None:
        """Keep ``files``, flushed. Raises :class:`~feedpub.core.errors.StorageError`."""
        replace_file(self._file, msgspec.json.encode(files))

    def forget(self) -> None:
        """The state knows it all. A note that stays does no harm: what it says is true, or no longer there."""
        with contextlib.suppress(OSError):
            os.unlink(self._file)
