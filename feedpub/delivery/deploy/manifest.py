"""The manifest: one file in the target that lists what feedpub put there. Pure.

A run first writes the manifest with the paths that it is about to change, as a journal, and with
its lease; at last, it writes what the target holds now. The content of a path in ``pending`` is not
known: an interrupted run may have written or removed it. The next run uploads or removes it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from feedpub.core.errors import AttentionError
from feedpub.state.atomic_files import is_below

NAME = ".feedpub-manifest.json"
"""The path of the manifest in the target. Web servers do not serve names with a dot."""
_VERSION = 1


class Headers(msgspec.Struct, frozen=True, array_like=True):
    """The headers of a file that the target stores with it; empty ones are not stored."""

    content_type: str = ""
    cache_control: str = ""
    content_encoding: str = ""


class DeployedFile(msgspec.Struct, frozen=True):
    """The content and the headers of one file of the target."""

    digest: str
    """The SHA-256 digest of its bytes, in hexadecimal."""
    headers: Headers


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right of one run to change the target, for a time."""

    run: str
    """A random id of the run."""
    until: datetime


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The files in a target that are feedpub's."""

    files: Mapping[str, DeployedFile] = {}
    """The files with known content, by their paths."""
    pending: frozenset[str] = frozenset()
    """The paths of feedpub's files with unknown content, of which some may not exist."""
    lease: Lease | None = None
    """None if no run has been interrupted."""


class _Stored(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The manifest as JSON; many files have the same headers."""

    version: int
    headers: list[Headers] = []
    files: dict[str, tuple[str, int]] = {}
    """The digest of each file, and the index of its headers."""
    pending: list[str] = []
    lease: Lease | None = None


def encode(manifest: Manifest) -> bytes:
    """Return ``manifest`` as JSON; equal manifests give the same bytes."""
    numbers: dict[Headers, int] = {}
    files = {
        path: (file.digest, numbers.setdefault(file.headers, len(numbers)))
        for path, file in sorted(manifest.files.items())
    }
    stored = _Stored(
        version=_VERSION,
        headers=[*numbers],
        files=files,
        pending=sorted(manifest.pending),
        lease=manifest.lease,
    )
    return msgspec.json.encode(stored)


def decode(data: bytes, where: str) -> Manifest:
    """Return the manifest in ``data``, which was read from the target ``where``.

    Raise :class:`~feedpub.core.errors.AttentionError` if it is damaged or from another version.
    """
    try:
        stored = msgspec.json.decode(data, type=_Stored)
        paths = (*stored.files, *stored.pending)
        is_valid = stored.version == _VERSION and all(map(is_below, paths)) and NAME not in paths
        if stored.lease is not None and stored.lease.until.tzinfo is None:
            is_valid = False
        files = {path: DeployedFile(digest, stored.headers[number]) for path, (digest, number) in stored.files.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError, RecursionError):
        is_valid, files = False, {}
    if not is_valid:
        raise AttentionError(
            f"{where}: {NAME} is damaged or from another version; nothing was uploaded; "
            "'feedpub deploy --verify-all' writes it again"
        )
    return Manifest(files=files, pending=frozenset(stored.pending), lease=stored.lease)
