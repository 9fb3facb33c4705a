"""Lists of paths, one a line, as ``git diff --name-only`` prints them."""

from __future__ import annotations

import os
import re

from feedpub.core.errors import UsageError, quoted

# https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
_ESCAPE = re.compile(rb'\\(?:([abtnvfr"\\])|([0-3][0-7]{2}))|\\')
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def paths_in(data: bytes) -> tuple[str, ...]:
    """Return the paths of a list. A path between double quotes is one that Git has quoted.

    Raise :class:`~feedpub.core.errors.UsageError` if a quoted path is not valid.
    """
    lines = enumerate(data.split(b"\n"), 1)
    return tuple(os.fsdecode(_path(line.rstrip(b"\r"), number)) for number, line in lines if line.strip())


def _path(line: bytes, number: int) -> bytes:
    is_quoted = line.startswith(b'"')
    inner = line[1:-1] if is_quoted else line

    def unescaped(match: re.Match[bytes]) -> bytes:
        letter, octal = match[1], match[2]
        if letter is None and octal is None:
            raise _error(line, number)
        return _LETTERS.get(letter, letter) if letter else bytes([int(octal, 8)])

    path = _ESCAPE.sub(unescaped, inner) if is_quoted else inner
    if (is_quoted and (len(line) < 2 or not line.endswith(b'"'))) or b"\0" in path:
        raise _error(line, number)
    return path


def _error(line: bytes, number: int) -> UsageError:
    return UsageError(f"--changed-from: line {number}: {quoted(os.fsdecode(line))} is not a path; one a line is right")
