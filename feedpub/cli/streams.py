"""Standard output and error that do not make a command fail if their reader has gone."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def prepare() -> None:
    """Make ``sys.stdout`` and ``sys.stderr`` robust.

    They then ignore a reader that stops early (``| head -1``), accept that they are closed from the
    start, and escape characters that their encoding does not have.
    """
    sys.stdout = _robust(sys.stdout)
    sys.stderr = _robust(sys.stderr)


def _robust(stream: TextIO | None) -> TextIO:
    if stream is None:
        return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    return io.TextIOWrapper(
        io.BufferedWriter(_RobustFile(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=bool(stream.line_buffering),
    )


class _RobustFile(io.FileIO):
    """A file that discards further output once its reader has gone."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            # Also after a full disk: the interpreter flushes the buffer at its end, and would fail
            # again.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.fileno())
            os.close(null)
            if not isinstance(error, BrokenPipeError):
                raise
            return len(memoryview(data))
