"""The headers of a response in few pieces, because http.client refuses more than a hundred lines.

Browsers limit the headers by their size alone, and some servers send hundreds of cookies. The
allowance of the socket limits their size here (:mod:`feedpub.links.net.deadline`).
"""

from __future__ import annotations

from typing import Protocol

_BLANK = (b"\r\n", b"\n", b"")


class LineReader(Protocol):
    """A file of which http.client reads status line and headers."""

    def readline(self, limit: int, /) -> bytes:
        """Return the next line with its end, at most ``limit`` bytes; empty at the end."""

    def close(self) -> None:
        """Close the file."""


class JoinedHeaders:
    """A :class:`LineReader` that returns many headers of ``file`` as one line.

    A status line and the blank line after headers are still returned alone. A header that is longer
    than ``limit`` is cut, as by any file, which http.client refuses.
    """

    def __init__(self, file: LineReader) -> None:
        self._file = file
        self._is_status = True
        self._next: bytes | None = None
        """A line that was read, and did not belong to those before it."""

    def readline(self, limit: int, /) -> bytes:
        """Return a status line, several headers, or a blank line."""
        line = self._line(limit)
        if self._is_status or line in _BLANK:
            self._is_status = line in _BLANK
            return line
        lines, size = [line], len(line)
        while (line := self._line(limit)) not in _BLANK and size + len(line) < limit:
            lines.append(line)
            size += len(line)
        self._next = line
        return b"".join(lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _line(self, limit: int) -> bytes:
        line, self._next = self._next, None
        return self._file.readline(limit) if line is None else line
