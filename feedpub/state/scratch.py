"""The scratch file of a build: bytes that are needed later, kept out of memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

_IN_MEMORY = 16_000_000

ScratchSlice = tuple[int, int]
"""The place of bytes in a scratch file: offset and length."""


class Scratch:
    """A temporary file, in memory while it is small. It has no name and ends with the process."""

    def __init__(self, folder: Path | None) -> None:
        # The default, /tmp, may be in memory itself.
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115  # close() does it
        self._end = 0

    def add(self, data: bytes) -> ScratchSlice:
        """Append ``data`` and return its place."""
        self._file.seek(self._end)
        self._file.write(data)
        place = self._end, len(data)
        self._end += len(data)
        return place

    def get(self, place: ScratchSlice) -> bytes:
        """Return the bytes at ``place``."""
        offset, length = place
        self._file.seek(offset)
        return self._file.read(length)

    def close(self) -> None:
        """Close the file, which deletes it."""
        self._file.close()
