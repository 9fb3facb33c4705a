"""The interface of the places that a deploy can write to.

Each kind is a module beside this one, and a line of the registry in
:mod:`feedpub.delivery.deploy.opening`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection

import msgspec

from feedpub.core.errors import AttentionError, StorageError, printable
from feedpub.delivery.deploy.manifest import Headers
from feedpub.links.redact import redacted

AT_ONCE = 16
"""The number of simultaneous requests to a store."""
CONNECT_TIMEOUT = 10
"""Seconds to wait for a connection to a store."""
TIMEOUT = 60
"""Seconds to wait for the next bytes of a store's answer."""
LONGEST_REASON = 200
"""The most characters of a store's reason in a message."""


class StoredFile(msgspec.Struct, frozen=True):
    """A file that was read from a store."""

    data: bytes
    version: str
    """The store's name for this content, such as an ETag; empty if the store has none."""


class ListedFile(msgspec.Struct, frozen=True):
    """A file in the listing of a store."""

    size: int
    md5: str | None
    """The MD5 digest in hexadecimal; None if the store does not know it."""


class ConflictError(Exception):
    """A file that has another version than the one that a write expects."""


class Store(ABC):
    """The files below the URL of a target, by their paths; safe to use from many threads.

    The methods raise :class:`~feedpub.core.errors.AttentionError` if the store refuses and a person
    has to do something, and :class:`~feedpub.core.errors.StorageError` for other failures.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        """The target, as messages show it."""

    @abstractmethod
    def read(self, path: str) -> StoredFile | None:
        """Return the file ``path``; None if there is none."""

    @abstractmethod
    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:
        """Write the file ``path`` in one step and return its version.

        With ``expected``, raise :class:`ConflictError` if the file does not have that version, or,
        if ``expected`` is empty, if the file exists. A store without versions ignores it.
        """

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove the file ``path``, if it exists."""

    @abstractmethod
    def listing(self) -> dict[str, ListedFile]:
        """Return all files below the URL, also those of others."""

    def remove_strays(self, paths: Collection[str]) -> None:  # noqa: B027  # most stores have none
        """Remove temporary files that a killed run left where it wrote ``paths``."""

    def refused(self, reason: str) -> AttentionError:
        """Return the error for a refusal that a person has to look at."""
        return AttentionError(f"{self.where}: {reason}")

    def failed(self, error: BaseException) -> StorageError:
        """Return the error for any other failure."""
        text = (error.strerror if isinstance(error, OSError) else None) or str(error)
        reason = printable(redacted(" ".join(text.split())))[:LONGEST_REASON] or type(error).__name__
        return StorageError(f"{self.where}: {reason[:1].lower()}{reason[1:]}")


def without_empty(**options: str) -> dict[str, str]:
    """Return the ``options`` that are not empty."""
    return {name: value for name, value in options.items() if value}
