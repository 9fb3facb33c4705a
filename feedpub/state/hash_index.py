"""The hash index of article files by id and by name, as buckets of bytes. Pure functions.

An index of SQLite that lost an entry finds nothing, without an error. A bucket has a checksum, so
what it does not hold is not there. It holds the hash of each text and the number of its file; the
file's row tells whether the text is the same.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable
from zlib import crc32

Entry = tuple[int, int]
"""The hash of a text, and the number of a file."""

_ENTRY = struct.Struct("<II")
_ENTRIES_PER_BUCKET = 128


def entry_of(text: str, number: int) -> Entry:
    """Return the entry of the file ``number`` under ``text``."""
    return crc32(text.encode("utf-8", "surrogatepass")), number


def numbers_in(bucket: bytes, text: str) -> list[int]:
    """Return the numbers of the files in ``bucket`` that ``text`` may find."""
    wanted = entry_of(text, 0)[0]
    return [number for found, number in _ENTRY.iter_unpack(bucket) if found == wanted]


def bucket_of(text: str, count: int) -> int:
    """Return the number of the bucket, of ``count``, that has the files of ``text``."""
    return entry_of(text, 0)[0] % count


def buckets_of(entries: Iterable[Entry], total: int) -> list[bytearray]:
    """Return the buckets of about ``total`` ``entries``."""
    count = total // _ENTRIES_PER_BUCKET + 1
    buckets = [bytearray() for _ in range(count)]
    for entry in entries:
        buckets[entry[0] % count] += _ENTRY.pack(*entry)
    return buckets


def by_bucket(entries: Iterable[Entry], count: int) -> dict[int, set[Entry]]:
    """Return the ``entries`` by the number of their bucket, of ``count``."""
    buckets: dict[int, set[Entry]] = defaultdict(set)
    for entry in entries:
        buckets[entry[0] % count].add(entry)
    return buckets


def entries_in(bucket: bytes) -> Iterable[Entry]:
    """Return the entries of ``bucket``."""
    return _ENTRY.iter_unpack(bucket)


def changed_bucket(bucket: bytes, removed: set[Entry], added: set[Entry]) -> bytes:
    """Return ``bucket`` without the ``removed`` entries and with the ``added`` ones."""
    kept = {*entries_in(bucket)} - removed
    return b"".join(_ENTRY.pack(*entry) for entry in sorted(kept | added))


def is_crowded(total: int, count: int) -> bool:
    """Return whether ``total`` entries are many more than ``count`` buckets are meant for."""
    return total > 4 * count * _ENTRIES_PER_BUCKET
