"""Bytes put by for later in one temporary file, so that memory holds only where they are."""

from __future__ import annotations

import tempfile
from pathlib import Path

_IN_MEMORY = 16_000_000

ScratchSlice = tuple[int, int]
"""Offset and length."""


class Scratch:
    """A store that only grows. Small ones stay in memory; the file has no name, and goes with the process."""

    def __init__(self, folder: Path | None) -> None:
        # Not below /tmp, which may be memory itself.
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115  # close() does it
        self._end = 0

    def add(self, data: bytes) -> ScratchSlice:
        """Put ``data`` by."""
        self._file.seek(self._end)
        self._file.write(data)
        place = self._end, len(data)
        self._end += len(data)
        return place

    def get(self, place: ScratchSlice) -> bytes:
        """What was put by."""
        offset, length = place
        self._file.seek(offset)
        return self._file.read(length)

    def close(self) -> None:
        """Let go of everything."""
        self._file.close()
