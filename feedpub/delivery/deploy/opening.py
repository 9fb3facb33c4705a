"""The registry of stores: the store of a target, by the scheme of its URL.

The libraries of a store are imported when a deploy needs them: they take half a second.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedpub.config.deploy_model import DeployTarget
from feedpub.core.errors import UsageError
from feedpub.delivery.deploy.folder_store import FolderStore
from feedpub.delivery.deploy.store import Store

_EXTRAS = {
    "s3": ("s3", "feedpub.delivery.deploy.s3_store:S3Store"),
    "gs": ("gcs", "feedpub.delivery.deploy.gcs_store:GcsStore"),
    "az": ("azure", "feedpub.delivery.deploy.azure_store:AzureStore"),
    "sftp": ("sftp", "feedpub.delivery.deploy.sftp_store:SftpStore"),
}
"""The extra and the ``module:class`` of each scheme of a network."""


def store_of(target: DeployTarget, root: Path) -> Store:
    """Return the store of ``target``; relative paths begin in ``root``.

    Raise :class:`~feedpub.core.errors.UsageError` if the extra that it needs is not installed.
    """
    url = urlsplit(target.url)
    if url.scheme == "file":
        return FolderStore(target.url, folder_of(target, root))
    path = unquote(url.path).strip("/")
    store = _class_of(url.scheme)
    if url.scheme == "sftp":
        host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
        # A path that begins with /~/ is one in the user's home, as in the URLs of curl and git.
        folder = path.removeprefix("~/") if path.startswith("~/") else f"/{path}"
        where = f"sftp://{host}/{path}"
        return store(where, folder, host=url.hostname, port=url.port, username=url.username)
    prefix = f"{path}/" if path else ""
    return store(target.url, url.netloc, prefix, target.endpoint)


def folder_of(target: DeployTarget, root: Path) -> Path:
    """Return the folder of a target with a ``file:`` URL."""
    return root / unquote(urlsplit(target.url).path)


def _class_of(scheme: str) -> Callable[..., Store]:
    extra, place = _EXTRAS[scheme]
    module, _, name = place.partition(":")
    try:
        found: Callable[..., Store] = getattr(import_module(module), name)
    except ImportError as error:
        raise UsageError(f"deploy to {scheme}: needs {error.name}: pip install 'feedpub[{extra}]'") from None
    return found
