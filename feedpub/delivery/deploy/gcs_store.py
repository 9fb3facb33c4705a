"""A bucket of Google Cloud Storage as a target (``gs:``); through gcsfs.

Credentials are those of https://cloud.google.com/docs/authentication/application-default-credentials
. gcsfs writes on the condition that a file does not exist, but not on that of a version.
"""

from __future__ import annotations

import base64
from typing import Any

# The package's own name stands for a class that also asks another service about each bucket.
from gcsfs.core import GCSFileSystem

from feedpub.core.errors import FeedpubError
from feedpub.delivery.deploy.manifest import Headers
from feedpub.delivery.deploy.store import TIMEOUT, ConflictError, ListedFile, Store, StoredFile, without_empty


class GcsStore(Store):
    """The objects in ``bucket`` below ``prefix``, which is empty or ends in a slash."""

    def __init__(self, where: str, bucket: str, prefix: str, endpoint: str | None) -> None:
        super().__init__(where)
        self._start = f"{bucket}/{prefix}"
        options: dict[str, Any] = {"endpoint_url": endpoint} if endpoint else {}
        try:
            self._fs = GCSFileSystem(
                skip_instance_cache=True, use_listings_cache=False, requests_timeout=TIMEOUT, **options
            )
        except Exception as error:  # noqa: BLE001  # google.auth's errors and those of aiohttp
            raise self._error(error) from None

    def read(self, path: str) -> StoredFile | None:
        """See :class:`Store`."""
        try:
            return StoredFile(self._fs.cat_file(self._start + path), "*")
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001
            raise self._error(error) from None

    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:
        """See :class:`Store`."""
        fixed = without_empty(cache_control=headers.cache_control, content_encoding=headers.content_encoding)
        try:
            self._fs.pipe_file(
                self._start + path,
                data,
                content_type=headers.content_type or "application/octet-stream",
                fixed_key_metadata=fixed,
                mode="create" if expected == "" else "overwrite",
            )
        except FileExistsError:
            raise ConflictError from None
        except FileNotFoundError:
            raise self.refused("there is no such bucket") from None
        except Exception as error:  # noqa: BLE001
            if getattr(error, "code", None) in (412, "412"):
                raise ConflictError from None
            raise self._error(error) from None
        # Any text that is not empty: the file exists from now on, and has a version of no name.
        return "*"

    def remove(self, path: str) -> None:
        """See :class:`Store`."""
        try:
            self._fs.rm_file(self._start + path)
        except FileNotFoundError:
            return
        except Exception as error:  # noqa: BLE001
            raise self._error(error) from None

    def listing(self) -> dict[str, ListedFile]:
        """See :class:`Store`."""
        try:
            found = self._fs.find(self._start, detail=True)
        except FileNotFoundError:
            return {}
        except Exception as error:  # noqa: BLE001
            raise self._error(error) from None
        return {
            name.removeprefix(self._start): ListedFile(info["size"], _md5(info.get("md5Hash")))
            for name, info in found.items()
            if name.startswith(self._start)
        }

    def _error(self, error: Exception) -> FeedpubError:
        if getattr(error, "code", None) in (401, 403) or type(error).__module__.startswith("google.auth"):
            return self.refused(
                "the store refuses the application default credentials, or there are none; "
                "see docs/deploy.md for where they come from"
            )
        return self.failed(error)


def _md5(text: str | None) -> str | None:
    return base64.b64decode(text).hex() if text else None
