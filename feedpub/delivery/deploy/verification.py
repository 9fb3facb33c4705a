"""The comparison of the manifest with the files that a target lists."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5

import msgspec

from feedpub.delivery.deploy.manifest import DeployedFile, Manifest
from feedpub.delivery.deploy.store import ListedFile
from feedpub.delivery.deploy.whole_output import LocalFiles


def verified(manifest: Manifest, listing: Mapping[str, ListedFile], local: LocalFiles) -> Manifest:
    """Return ``manifest`` with only the files that ``listing`` has with the right bytes.

    The bytes are compared by size, and by MD5 where the store knows it, with those of the files in
    ``local``. Files that are only in the manifest are only looked for.
    """
    files = {
        path: file
        for path, file in manifest.files.items()
        if path in listing
        and path not in manifest.pending
        and (not _is_wanted(local, path, file) or _is_equal(listing[path], local, path))
    }
    # The content of a listed file that was left out is not known.
    pending = (manifest.pending | manifest.files.keys()) & listing.keys() - files.keys()
    return msgspec.structs.replace(manifest, files=files, pending=frozenset(pending))


def differing_files(listing: Mapping[str, ListedFile], local: LocalFiles) -> tuple[str, ...]:
    """Return the sorted paths of the files in ``local`` that the target has with other bytes."""
    return tuple(sorted(path for path in local.wanted if path in listing and not _is_equal(listing[path], local, path)))


def _is_wanted(local: LocalFiles, path: str, file: DeployedFile) -> bool:
    return path in local.wanted and local.wanted[path].deployed == file


def _is_equal(listed: ListedFile, local: LocalFiles, path: str) -> bool:
    """Return whether the bytes are equal, as far as the store tells."""
    data = local.read(path)
    if listed.size != len(data):
        return False
    return listed.md5 is None or listed.md5 == md5(data, usedforsecurity=False).hexdigest()
