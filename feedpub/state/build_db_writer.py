"""The writing of build.db: the rows of one build, and the checksums that prove them.

A checksum is made of what this build knows, never of what the database gives back.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from feedpub.content.bodies import name_of
from feedpub.state import hash_index
from feedpub.state.build_db import BuildCache
from feedpub.state.checksums import (
    SIZE,
    ChecksumError,
    checksum,
    folder_digest,
    folder_entry,
    folder_of,
    row_key,
    with_checksum,
)
from feedpub.state.hash_index import Entry
from feedpub.state.records import ROOT, BuildRecord, CacheRoot

_encode = msgspec.msgpack.Encoder().encode


def save_build(cache: BuildCache, record: BuildRecord) -> None:
    """Store ``record`` in ``cache``, in one transaction."""
    cache.write(lambda db: _Writer(cache, db, record).save())


class _Writer:
    """A transaction that saves one build."""

    def __init__(self, cache: BuildCache, db: sqlite3.Connection, record: BuildRecord) -> None:
        self._cache = cache
        self._db = db
        self._record = record
        old = cache.root
        keeps = (
            old is not None and old.reading == record.reading and (cache.file_numbers() or not record.has_all_groups)
        )
        # The root of the files that stay; None if all files are new.
        self._old = old if keeps else None
        self._epoch = old.epoch if old is not None and keeps else os.urandom(SIZE)
        self._rows = dict(old.rows) if old else {}

    def save(self) -> None:
        """Save the build."""
        record = self._record
        self._put_files()
        self._put_lookups()
        self._put_groups()
        self._put("folders", dict(record.folders))
        self._put("problems", sorted(record.problems))
        self._put(f"last {record.output}", record.last)
        self._put(f"outputs {record.output}", dict(record.outputs))
        root = CacheRoot(
            articles=record.articles,
            started=record.started,
            reading=record.reading,
            group_inputs=record.group_inputs,
            epoch=self._epoch,
            last_number=max((self._last_number, *record.file_numbers.values())),
            rows=self._rows,
        )
        value = with_checksum(ROOT.encode(), _encode(root))
        self._db.execute("REPLACE INTO meta VALUES (?, ?)", (ROOT, value))

    @property
    def _last_number(self) -> int:
        return self._old.last_number if self._old else 0

    def _put(self, key: str, value: object) -> None:
        """Write a row of ``meta``, if it changed."""
        data = _encode(value)
        sum_now = checksum(key.encode(), data)
        if self._rows.get(key) != sum_now:
            self._rows[key] = sum_now
            self._db.execute("REPLACE INTO meta VALUES (?, ?)", (key, data))

    def _put_files(self) -> None:
        """Write the changed files, remove those that are gone, and renew their folders' digests."""
        numbers = self._record.file_numbers
        digests = dict(self._cache.folder_digests()) if self._old else {}
        if self._old is None:
            self._db.execute("DELETE FROM files")
        unchanged = self._folders_with_unchanged_files()
        for folder, paths in sorted(_by_folder((*self._record.changed, *self._record.gone)).items()):
            is_known = self._old is not None and (unchanged is None or folder in unchanged)
            files = {path: (number, entry) for path, number, entry in self._old_entries(folder)} if is_known else {}
            gone = [path for path in paths if path not in self._record.changed]
            self._db.executemany("DELETE FROM files WHERE number = ?", ((numbers[path],) for path in gone))
            for path in gone:
                files.pop(path, None)
            files |= self._written(sorted(path for path in paths if path in self._record.changed))
            digests[folder] = folder_digest(b"".join(entry for _, entry in sorted(files.values())))
            if not files:
                del digests[folder]
        self._put("folder files", digests)

    def _written(self, paths: Iterable[str]) -> dict[str, tuple[int, bytes]]:
        """Write the rows of files of one folder; return their numbers and entries, by path."""
        rows, entries = [], {}
        for path in paths:
            file, number = self._record.changed[path], self._record.file_numbers[path]
            stamp = _encode(file.stamp)
            stored = with_checksum(row_key(self._epoch, number, path, stamp), _encode(file.record))
            rows.append((number, path, stamp, stored))
            entries[path] = (number, folder_entry(path, stamp, stored))
        self._db.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?)"
            " ON CONFLICT (number) DO UPDATE SET stamp = excluded.stamp, record = excluded.record",
            rows,
        )
        return entries

    def _old_entries(self, folder: str) -> Iterator[tuple[str, int, bytes]]:
        for path, (number, stamp, sum_of_row) in self._cache.folder_files(folder).items():
            yield path, number, folder_entry(path, stamp, sum_of_row)

    def _folders_with_unchanged_files(self) -> set[str] | None:
        """Return the folders of which some files stay as they are; None if only build.db tells."""
        record = self._record
        if not record.has_all_groups:
            return None
        return {
            folder_of(path) for path in record.file_numbers if path not in record.changed and path not in record.gone
        }

    def _put_lookups(self) -> None:
        """Write the buckets of the hash index that changed."""
        if self._old is None:
            texts = ((path, text) for path, file in self._record.changed.items() for text in _texts(path, file.id))
            self._put_buckets(map(self._entry, texts), 2 * len(self._record.changed))
            return
        removed, added = set(map(self._entry, self._old_texts())), set(map(self._entry, self._new_texts()))
        if removed == added:
            return
        checksums = bytearray(self._cache.value("lookups", bytes) or b"")
        count = len(checksums) // SIZE
        if not count:
            raise ChecksumError("the hash index is missing")
        removed_by, added_by = (hash_index.by_bucket(entries, count) for entries in (removed - added, added - removed))
        for number in sorted(removed_by.keys() | added_by.keys()):
            old = self._cache.bucket(number, bytes(checksums))
            new = hash_index.changed_bucket(old, removed_by.get(number, set()), added_by.get(number, set()))
            checksums[number * SIZE : (number + 1) * SIZE] = checksum(str(number).encode(), new)
            self._db.execute("REPLACE INTO lookups VALUES (?, ?)", (number, new))
        self._put("lookups", bytes(checksums))
        total = 2 * max(self._record.file_numbers.values(), default=0)
        if hash_index.is_crowded(total, count):
            buckets = [self._cache.bucket(number, bytes(checksums)) for number in range(count)]
            self._put_buckets((entry for bucket in buckets for entry in hash_index.entries_in(bucket)), total)

    def _put_buckets(self, entries: Iterable[Entry], total: int) -> None:
        """Write all buckets."""
        self._db.execute("DELETE FROM lookups")
        buckets = [bytes(bucket) for bucket in hash_index.buckets_of(entries, total)]
        self._db.executemany("INSERT INTO lookups VALUES (?, ?)", enumerate(buckets))
        sums = (checksum(str(number).encode(), bucket) for number, bucket in enumerate(buckets))
        self._put("lookups", b"".join(sums))

    def _entry(self, path_and_text: tuple[str, str]) -> Entry:
        path, text = path_and_text
        return hash_index.entry_of(text, self._record.file_numbers[path])

    def _old_texts(self) -> Iterator[tuple[str, str]]:
        """Yield the path and each text of the files that are gone or had another id."""
        for path, entry_id in self._record.last_ids.items():
            yield from ((path, text) for text in _texts(path, entry_id))

    def _new_texts(self) -> Iterator[tuple[str, str]]:
        """Yield the path and each text of the files that are new or have another id."""
        numbers, last = self._record.file_numbers, self._last_number
        for path, file in self._record.changed.items():
            if numbers[path] > last or path in self._record.last_ids:
                yield from ((path, text) for text in _texts(path, file.id))

    def _put_groups(self) -> None:
        """Write the groups that changed."""
        if self._record.has_all_groups:
            self._db.execute("DELETE FROM groups")
        sums = {} if self._record.has_all_groups else dict(self._cache.group_checksums())
        rows = [(folder, _encode(group)) for folder, group in sorted(self._record.groups.items())]
        sums |= {folder: checksum(folder.encode(), data) for folder, data in rows}
        self._db.executemany("REPLACE INTO groups VALUES (?, ?)", rows)
        self._put("groups", sums)


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folders[folder_of(path)].append(path)
    return folders


def _texts(path: str, entry_id: str | None) -> tuple[str, ...]:
    """Return the texts that find a file in the hash index."""
    return (name_of(path),) if entry_id is None else (name_of(path), entry_id)
