"""A container of Azure Blob Storage as a target (``az:``); through adlfs.

The account and its credentials come from the environment, which adlfs reads:
https://github.com/fsspec/adlfs#setting-credentials .
"""

from __future__ import annotations

from typing import Any

from adlfs import AzureBlobFileSystem
from azure.core import MatchConditions
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
)

from feedpub.core.errors import FeedpubError
from feedpub.delivery.deploy.manifest import Headers
from feedpub.delivery.deploy.store import (
    CONNECT_TIMEOUT,
    TIMEOUT,
    ConflictError,
    ListedFile,
    Store,
    StoredFile,
    without_empty,
)


class AzureStore(Store):
    """The blobs in ``container`` below ``prefix``, which is empty or ends in a slash."""

    def __init__(self, where: str, container: str, prefix: str, _endpoint: None) -> None:
        super().__init__(where)
        self._start = f"{container}/{prefix}"
        try:
            self._fs = AzureBlobFileSystem(
                skip_instance_cache=True,
                use_listings_cache=False,
                connection_timeout=CONNECT_TIMEOUT,
                read_timeout=TIMEOUT,
                anon=False,
            )
        except (AzureError, ValueError, OSError) as error:
            raise self._error(error) from None

    def read(self, path: str) -> StoredFile | None:
        """See :class:`Store`."""
        try:
            # In this order: a file that changes between the two requests makes the next write fail.
            version = str(self._fs.info(self._start + path)["etag"])
            return StoredFile(self._fs.cat_file(self._start + path), version)
        except FileNotFoundError:
            return None
        except (AzureError, OSError) as error:
            raise self._error(error) from None

    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:
        """See :class:`Store`."""
        settings = without_empty(
            content_type=headers.content_type,
            cache_control=headers.cache_control,
            content_encoding=headers.content_encoding,
        )
        condition: dict[str, Any] = {}
        if expected:
            condition = {"etag": expected, "match_condition": MatchConditions.IfNotModified}
        try:
            result = self._fs.pipe_file(
                self._start + path, data, overwrite=expected != "", content_settings=settings, **condition
            )
        except (FileExistsError, ResourceExistsError, ResourceModifiedError):
            raise ConflictError from None
        except (AzureError, OSError) as error:
            raise self._error(error) from None
        return str(result["etag"])

    def remove(self, path: str) -> None:
        """See :class:`Store`."""
        try:
            self._fs.rm_file(self._start + path)
        except FileNotFoundError:
            return
        except (AzureError, OSError) as error:
            raise self._error(error) from None

    def listing(self) -> dict[str, ListedFile]:
        """See :class:`Store`."""
        try:
            found = self._fs.find(self._start, detail=True)
        except FileNotFoundError:
            return {}
        except (AzureError, OSError) as error:
            raise self._error(error) from None
        return {
            name.removeprefix(self._start): ListedFile(info["size"], _md5(info))
            for name, info in found.items()
            if name.startswith(self._start) and info["type"] == "file"
        }

    def _error(self, error: Exception) -> FeedpubError:
        cause = error if isinstance(error, HttpResponseError) else error.__cause__
        code = getattr(cause, "error_code", None)
        if code == "ContainerNotFound":
            return self.refused("there is no such container")
        if isinstance(error, (ClientAuthenticationError, ValueError)) or getattr(cause, "status_code", 0) in (401, 403):
            return self.refused("the store refuses the credentials of the environment, or there are none")
        return self.failed(error)


def _md5(info: dict[str, Any]) -> str | None:
    digest = info.get("content_settings", {}).get("content_md5")
    return bytes(digest).hex() if digest else None
