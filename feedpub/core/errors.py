"""What can go wrong: one exception tree, and the problems that a run collects and goes on from.

An error that ends a run is a :class:`FeedpubError`; its class decides the exit status. Anything wrong with one article
is a :class:`Problem`: it is collected, and the run goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FeedpubError(Exception):
    """The root. ``str()`` is the one line (or, for several problems, the lines) that a user reads."""

    exit_status = 4
    is_located = False
    """Whether each line begins with its own ``path:line:``."""


class UsageError(FeedpubError):
    """The command line, config.yaml, a PATH or an ID cannot be used; nothing was written."""

    exit_status = 2


class AttentionError(FeedpubError):
    """The run stopped because a person has to decide; nothing was written."""

    exit_status = 1


class LockedError(FeedpubError):
    """Another build holds the lock; nothing was written."""

    exit_status = 3


class StorageError(FeedpubError):
    """The output or the state cannot be written; every file in output/ is whole."""

    exit_status = 4


class ProblemKind(Enum):
    """What a problem means for the article that it is about."""

    INVALID = "invalid"
    """The article is left out."""
    DUPLICATE = "duplicate"
    """Another file with the same id is published instead."""
    REPAIRED = "repaired"
    """The article is published with its text mended."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)  # no Struct: --help does without msgspec
class Problem:
    """Something wrong at one place of one file. ``str()`` is ``path:line: key: message``."""

    path: str
    """Relative to config.yaml's folder where the file lies below it; ``/`` between folders."""
    line: int
    """From 1."""
    key: str
    """The front matter's or configuration's key, dotted, list items in brackets: ``images[0].url``."""
    message: str
    """What is wrong, and what would be right."""
    kind: ProblemKind = ProblemKind.INVALID

    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}: {printable(self.key)}: {printable(self.message)}"


def printable(text: str) -> str:
    """``text`` on one line that cannot steer a terminal: control and other unprintable characters are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def quoted(text: str, limit: int = 60) -> str:
    """``text`` in quotes for a message, cut where it is long."""
    return f"'{text if len(text) <= limit else text[: limit - 1] + '…'}'"


def message_of(error: OSError) -> str:
    """The system's own words for ``error``, without the number."""
    return (error.strerror or str(error)).lower()
