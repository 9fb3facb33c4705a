"""A folder of this machine as a target (``file:``), which a web server serves.

Each file is replaced by rename. There are no headers: the web server sets them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from hashlib import md5
from pathlib import Path

from feedpub.core.errors import StorageError, message_of
from feedpub.delivery.deploy.manifest import NAME, Headers
from feedpub.delivery.deploy.store import ListedFile, Store, StoredFile
from feedpub.state.atomic_files import file_in, remove_strays, replace_file


class FolderStore(Store):
    """The files in ``folder``."""

    def __init__(self, where: str, folder: Path) -> None:
        super().__init__(where)
        self._folder = folder

    def read(self, path: str) -> StoredFile | None:
        """See :class:`Store`."""
        try:
            return StoredFile(file_in(self._folder, path).read_bytes(), "")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("read", error) from None

    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:  # noqa: ARG002
        """See :class:`Store`."""
        file = file_in(self._folder, path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._failed("written", error) from None
        replace_file(file, data)
        return ""

    def remove(self, path: str) -> None:
        """See :class:`Store`."""
        file = file_in(self._folder, path)
        try:
            file.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise self._failed("removed", error) from None
        with contextlib.suppress(OSError):
            for folder in file.parents:
                if folder == self._folder:
                    break
                folder.rmdir()

    def listing(self) -> dict[str, ListedFile]:
        """See :class:`Store`."""
        found = {}
        for folder, _, names in os.walk(self._folder):
            for name in names:
                file = Path(folder, name)
                try:
                    data = file.read_bytes()
                except OSError as error:
                    raise self._failed("read", error) from None
                listed = ListedFile(len(data), md5(data, usedforsecurity=False).hexdigest())
                found[file.relative_to(self._folder).as_posix()] = listed
        return found

    def remove_strays(self, paths: Collection[str]) -> None:
        """See :class:`Store`."""
        remove_strays({file_in(self._folder, path).parent for path in (*paths, NAME)}, below=self._folder)

    def _failed(self, verb: str, error: OSError) -> StorageError:
        return StorageError(f"{error.filename or self.where}: cannot be {verb}: {message_of(error)}")
