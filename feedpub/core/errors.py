"""The errors that end a run, and the problems that a run collects.

An error that ends a run is a :class:`FeedpubError`; its class decides the exit status. A fault of
one article is a :class:`Problem`: the run collects it and continues.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum

# Text in which the log of a CI system sees a command. ``::`` at the start of a line: GitHub Actions
# (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs). ``##[`` and
# ``##name[`` anywhere: GitHub Actions, Azure Pipelines (``##vso[``), TeamCity. A section of GitLab
# needs an escape character, which is not printable.
_COMMAND = re.compile(r"\A *+:(?=:)|#(?=#\w*\[)")
_NOT_PRINTED_IN_JSON = re.compile(r"[^\n -~]|#(?=#)")


class FeedpubError(Exception):
    """The root of all errors. ``str()`` is the message for the user, one line for each problem."""

    exit_status = 4
    is_located = False
    """True if each line of the message begins with its own ``path:line:``."""


class UsageError(FeedpubError):
    """A command line, config.yaml, PATH or ID that cannot be used; nothing was written."""

    exit_status = 2


class AttentionError(FeedpubError):
    """A stop because a person has to decide; nothing was written."""

    exit_status = 1


class LockedError(FeedpubError):
    """A lock that another build holds; nothing was written."""

    exit_status = 3


class StorageError(FeedpubError):
    """An output or a state that cannot be written; every file in output/ is whole."""

    exit_status = 4


class ProblemKind(Enum):
    """The consequence of a problem for its article."""

    INVALID = "invalid"
    """The article is left out."""
    DUPLICATE = "duplicate"
    """The article is left out: another file with the same id is published."""
    IGNORED = "ignored"
    """The article is published without the value."""
    REPAIRED = "repaired"
    """The article is published with a repaired text."""
    REFUSED = "refused"
    """It is published, but the service of a profile refuses the entry, or the whole feed."""
    ADVISED = "advised"
    """It is published, and the service of a profile advises otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)  # no Struct: --help does without msgspec
class Problem:
    """A fault at one line of one file. ``str()`` is ``path:line: key: message``."""

    path: str
    """The file, with ``/`` between folders; relative to config.yaml's folder if below it."""
    line: int
    """The line in the file, from 1."""
    key: str
    """The dotted key of the front matter or the configuration: ``images[0].url``."""
    message: str
    """A text that says what is wrong, and what would be right."""
    kind: ProblemKind = ProblemKind.INVALID

    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}: {printable(self.key)}: {printable(self.message)}"


def printable(text: str) -> str:
    """Return ``text`` on one line, with control and other unprintable characters escaped.

    The result is safe to print: it cannot send commands to a terminal, or to the CI system that
    reads it as a line, or the start of a line, of its log. It is printable itself.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)
    if "::" in text or "##" in text:
        text = _COMMAND.sub(lambda match: f"{match[0][:-1]}\\x{ord(match[0][-1]):02x}", text)
    return text


def printable_json(text: str) -> str:
    """Return the JSON ``text`` with the escapes of :func:`printable`, line breaks excepted.

    A parser reads the same values.
    """
    return _NOT_PRINTED_IN_JSON.sub(
        lambda match: match[0] if match[0].isprintable() and match[0] != "#" else _json_escape(match[0]), text
    )


def _json_escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if character.isascii() else json.dumps(character)[1:-1]


def quoted(text: str, limit: int = 60) -> str:
    """Return ``text`` in quotes for a message, cut to ``limit`` characters."""
    return f"'{text if len(text) <= limit else text[: limit - 1] + '…'}'"


def message_of(error: OSError) -> str:
    """Return the operating system's message for ``error``, without its number."""
    return (error.strerror or str(error)).lower()
