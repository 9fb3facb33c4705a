"""A folder of an SFTP server as a target (``sftp:``), which a web server serves; through sshfs.

Keys, agent, user and port come from the environment and from ~/.ssh/config, as with ssh; the key of
the host must be in ~/.ssh/known_hosts. Each file is uploaded beside its place and then renamed.
There are no headers: the web server sets them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

import asyncssh
from sshfs import SSHFileSystem

from feedpub.core.errors import FeedpubError
from feedpub.delivery.deploy.manifest import Headers
from feedpub.delivery.deploy.store import CONNECT_TIMEOUT, TIMEOUT, ListedFile, Store, StoredFile, without_empty
from feedpub.state.atomic_files import TEMPORARY

T = TypeVar("T")


class SftpStore(Store):
    """The files in ``folder`` of the server at ``host``."""

    def __init__(self, where: str, folder: str, *, host: str, port: int | None, username: str | None) -> None:
        super().__init__(where)
        self._folder = folder
        options: dict[str, Any] = without_empty(username=username or "")
        if port is not None:
            options["port"] = port
        self._connect: Callable[[], SSHFileSystem] = lambda: SSHFileSystem(
            host,
            # The library's own default accepts every key; an empty tuple means ~/.ssh/known_hosts.
            known_hosts=(),
            connect_timeout=CONNECT_TIMEOUT,
            login_timeout=CONNECT_TIMEOUT,
            keepalive_interval=TIMEOUT // 3,
            skip_instance_cache=True,
            **options,
        )
        self._connected: SSHFileSystem | None = None

    def read(self, path: str) -> StoredFile | None:
        """See :class:`Store`."""
        try:
            return StoredFile(self._call(lambda fs: fs.cat_file(self._name(path))), "")
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:  # noqa: ARG002
        """See :class:`Store`."""
        name = self._name(path)
        # The same for each attempt: the file that a killed run left is replaced.
        temporary = posixpath.join(posixpath.dirname(name), TEMPORARY + sha256(path.encode()).hexdigest()[:16])

        def upload(fs: SSHFileSystem) -> None:
            fs.pipe_file(temporary, data)
            fs.mv(temporary, name)

        try:
            self._call(upload)
        except FileNotFoundError as error:
            raise self.failed(error) from None
        return ""

    def remove(self, path: str) -> None:
        """See :class:`Store`."""
        name = self._name(path)
        try:
            self._call(lambda fs: fs.rm_file(name))
        except FileNotFoundError:
            return
        self._remove_empty(posixpath.dirname(name))

    def listing(self) -> dict[str, ListedFile]:
        """See :class:`Store`."""
        try:
            found = self._call(lambda fs: fs.find(self._folder, detail=True))
        except FileNotFoundError:
            return {}
        start = f"{self._folder}/"
        return {
            name.removeprefix(start): ListedFile(info["size"], None)
            for name, info in found.items()
            if name.startswith(start)
        }

    def _remove_empty(self, folder: str) -> None:
        """Remove ``folder``, and those above it in the target, as far as they are empty."""
        try:
            while folder != self._folder:
                self._fs.rm(folder)
                folder = posixpath.dirname(folder)
        except (OSError, asyncssh.Error):
            return

    @property
    def _fs(self) -> SSHFileSystem:
        if self._connected is None:
            self._connected = self._connect()
        return self._connected

    def _call(self, action: Callable[[SSHFileSystem], T]) -> T:
        """Return the result of ``action``. Raise :class:`FileNotFoundError` as it is."""
        try:
            return action(self._fs)
        except FileNotFoundError:
            raise
        except Exception as error:  # noqa: BLE001  # asyncssh's errors and those of sockets
            raise self._error(error) from None

    def _error(self, error: Exception) -> FeedpubError:
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return self.refused("the server's key is not in ~/.ssh/known_hosts; connect once with ssh to add it")
        if isinstance(error, asyncssh.KeyImportError):
            return self.refused("a private key in ~/.ssh cannot be used; add it to the agent with ssh-add")
        if isinstance(error, (PermissionError, asyncssh.PermissionDenied)):
            return self.refused("permission denied; check the user, the key and the folder")
        return self.failed(error)

    def _name(self, path: str) -> str:
        return f"{self._folder}/{path}"
