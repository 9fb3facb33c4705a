"""Checksums with which stored bytes prove that they are what was stored, under the key they were.

A checksum covers the key and the bytes, so that bytes in another row's place do not pass. It is the
start of a BLAKE2b digest: it finds faults of disks and programs, not forgeries.
"""

from __future__ import annotations

from hashlib import blake2b

SIZE = 8
"""The number of bytes of a checksum."""


class ChecksumError(Exception):
    """Stored bytes that are missing, or do not match their checksum."""


def checksum(key: bytes, data: bytes) -> bytes:
    """Return the checksum of ``data`` under ``key``: 8 bytes."""
    return blake2b(b"%d %b%b" % (len(key), key, data), digest_size=SIZE).digest()


def with_checksum(key: bytes, data: bytes) -> bytes:
    """Return ``data`` after its checksum under ``key``."""
    return checksum(key, data) + data


def without_checksum(key: bytes, stored: object) -> bytes:
    """Return what :func:`with_checksum` was given.

    Raise :class:`ChecksumError` if ``stored`` is no such bytes.
    """
    if not isinstance(stored, bytes) or checksum(key, stored[SIZE:]) != stored[:SIZE]:
        raise ChecksumError("a row does not match its checksum")
    return stored[SIZE:]


def require_checksum(expected: bytes, key: bytes, data: object) -> bytes:
    """Return ``data``; raise :class:`ChecksumError` if its checksum under ``key`` is another."""
    if not isinstance(data, bytes) or checksum(key, data) != expected:
        raise ChecksumError("a row does not match its checksum")
    return data


def row_key(epoch: bytes, number: int, path: str, stamp: bytes) -> bytes:
    """Return what the checksum of a file's row covers besides its value.

    Raise :class:`ChecksumError` if a value has another type.
    """
    try:
        return b"%b%d %b\0%b" % (epoch, number, path.encode(), stamp)
    except (AttributeError, TypeError):
        raise ChecksumError("a row has other types") from None


def folder_entry(path: str, stamp: bytes, stored: bytes) -> bytes:
    """Return what the digest of a folder covers of a file with the value ``stored``.

    Raise :class:`ChecksumError` if a value has another type.
    """
    try:
        return b"%b\0%b%b" % (path.encode(), stamp, stored[:SIZE])
    except (AttributeError, TypeError):
        raise ChecksumError("a row has other types") from None


def folder_digest(entries: bytes | bytearray) -> bytes:
    """Return the digest of the joined entries of a folder's files, in order of number."""
    return blake2b(entries, digest_size=16).digest()


def folder_of(path: str) -> str:
    """Return the folder of the file at ``path``."""
    return path.rpartition("/")[0]
