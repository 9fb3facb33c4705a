"""The cache build.db, with which a build reads only the files that changed since the last.

If build.db is deleted, damaged, locked, read-only or from another version, the next build is slower
and gives the same output. It costs one warning. A build writes one transaction, after the last
rename, with SQLite's rollback journal.

Nothing is believed that does not match a checksum, neither a row nor that there is none:

- The root, a row of ``meta``, has a checksum of its own, and those of the other rows.
- These have the checksum of each group, of each bucket of the hash index, and of all files of each
  folder.
- The row of a file has a checksum too, which the files of its folder include.

A row that an earlier build wrote, and that a lost page brings back, does not match either.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from feedpub.content import Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.state import hash_index
from feedpub.state.cache_file import CacheFile
from feedpub.state.checksums import (
    SIZE,
    ChecksumError,
    folder_digest,
    folder_entry,
    folder_of,
    require_checksum,
    row_key,
    without_checksum,
)
from feedpub.state.records import (
    ROOT,
    CacheRoot,
    FileRecord,
    GroupRow,
    Interner,
    LastBuild,
    NumberedFile,
    OutputFile,
    ProblemRow,
)

T = TypeVar("T")

FolderFiles = dict[str, tuple[int, bytes, bytes]]
"""The files of a folder: path → number, encoded stamp, and checksum of its row."""

decode_stamp = msgspec.msgpack.Decoder(Stamp).decode
decode_record = msgspec.msgpack.Decoder(ArticleRecord).decode
_decode_group = msgspec.msgpack.Decoder(GroupRow).decode


class BuildCache(CacheFile):
    """The content of build.db, as the last build left it."""

    _root: CacheRoot | None = None
    _numbers: dict[str, int] | None = None
    _folder_digests: dict[str, bytes] | None = None
    _group_checksums: dict[str, bytes] | None = None

    @property
    def root(self) -> CacheRoot | None:
        """The root; None before the first build."""
        if self._root is None:
            self._root = self.own_value(ROOT, CacheRoot)
        return self._root

    def article_count(self) -> int:
        """Return the number of article files that the last build could read; 0 if unknown."""
        return self.root.articles if self.root else 0

    def last_start(self) -> int:
        """Return the start of the last build, in nanoseconds since the epoch; 0 if unknown."""
        return self.root.started if self.root else 0

    def last_number(self) -> int:
        """Return the largest number of a file; 0 if there is no file."""
        return self.root.last_number if self.root else 0

    def group_inputs(self) -> bytes:
        """Return the digest of everything that the stored groups depend on."""
        return self.root.group_inputs if self.root else b""

    def last_build(self, output: str) -> LastBuild | None:
        """Return the last build into the folder ``output``."""
        return self.value(f"last {output}", LastBuild)

    def problems(self) -> frozenset[ProblemRow]:
        """Return the problems that the last build named."""
        return self.value("problems", frozenset[ProblemRow]) or frozenset()

    def folders(self) -> dict[str, bytes]:
        """Return the digest of the stamps of each folder's files, by path."""
        return self.value("folders", dict[str, bytes]) or {}

    def outputs(self, output: str) -> dict[str, OutputFile]:
        """Return the files of the folder ``output``, by relative path."""
        return self.value(f"outputs {output}", dict[str, OutputFile]) or {}

    def files(self, reading: bytes) -> dict[str, FileRecord]:
        """Return every article file by path, if the fingerprint of reading was the same."""
        if self.root is None or self.root.reading != reading:
            return {}
        return self.attempt(self._files) or {}

    def file_numbers(self) -> dict[str, int]:
        """Return the number of every article file that :meth:`files` returned, by path."""
        return self._numbers or {}

    def value(self, key: str, kind: type[T]) -> T | None:
        """Return the value of ``key``, which the root lists; None if it does not."""
        expected = self.root.rows.get(key) if self.root else None
        if expected is None:
            return None
        rows = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return self.attempt(lambda: msgspec.msgpack.decode(_only(rows, expected, key), type=kind))

    def own_value(self, key: str, kind: type[T]) -> T | None:
        """Return the value of ``key`` in a row that has its own checksum; None if there is none."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", key)
        if not rows:
            return None
        return self.attempt(lambda: msgspec.msgpack.decode(without_checksum(key.encode(), rows[0][0]), type=kind))

    def file_rows(self) -> Iterator[tuple[int, str, bytes, bytes]]:
        """Yield the number, the path, the stamp and the record of each file, the last two encoded.

        Raise :class:`ChecksumError`, at the end, if these are not all files.
        """
        folders: dict[str, bytearray] = defaultdict(bytearray)
        for row in self.iterate("SELECT number, path, stamp, record FROM files ORDER BY number"):
            number, path, stamp, stored = row
            record = self._record(row)
            folders[folder_of(path)] += folder_entry(path, stamp, stored)
            yield number, path, stamp, record
        if {folder: folder_digest(entries) for folder, entries in folders.items()} != self.folder_digests():
            raise ChecksumError("files are missing")

    def folder_files(self, folder: str) -> FolderFiles:
        """Return the files of ``folder``, without its subfolders.

        Raise :class:`ChecksumError` if they are not those of the last build.
        """
        # The character "0" follows "/".
        start, end = (f"{folder}/", f"{folder}0") if folder else ("", chr(sys.maxunicode))
        rows = self.rows(
            "SELECT number, path, stamp, record FROM files"
            " WHERE path >= ? AND path < ? AND instr(substr(path, ?), '/') = 0 ORDER BY number",
            start,
            end,
            len(start) + 1,
        )
        digest = folder_digest(b"".join(folder_entry(path, stamp, stored) for _, path, stamp, stored in rows))
        if (digest if rows else None) != self.folder_digests().get(folder):
            raise ChecksumError("files are missing")
        return {path: (number, stamp, stored[:SIZE]) for number, path, stamp, stored in rows}

    def file_numbered(self, number: int) -> NumberedFile:
        """Return a file by its number; raise :class:`ChecksumError` if there is none."""
        rows = self.rows("SELECT number, path, stamp, record FROM files WHERE number = ?", number)
        if not rows or rows[0][0] != number:
            raise ChecksumError("a file is missing")
        record = decode_record(self._record(rows[0]))
        return NumberedFile(number, rows[0][1], FileRecord(decode_stamp(rows[0][2]), record))

    def numbers_of(self, text: str) -> list[int]:
        """Return the numbers of the files that may have ``text`` as id or name; no other has it."""
        checksums = self.value("lookups", bytes) or b""
        if not checksums:
            return []
        bucket = hash_index.bucket_of(text, len(checksums) // SIZE)
        return hash_index.numbers_in(self.bucket(bucket, checksums), text)

    def group(self, folder: str) -> GroupRow | None:
        """Return the group in ``folder``; None if there was none."""
        expected = self.group_checksums().get(folder)
        if expected is None:
            return None
        rows = self.rows("SELECT value FROM groups WHERE folder = ?", folder)
        return _decode_group(_only(rows, expected, folder))

    def groups(self) -> list[GroupRow]:
        """Return all groups; none if the database cannot be used."""
        folders = self.attempt(self.group_checksums) or {}
        return self.attempt(lambda: [row for folder in sorted(folders) if (row := self.group(folder))]) or []

    def _files(self) -> dict[str, FileRecord]:
        interner = Interner()
        files, numbers = {}, {}
        for number, path, stamp, record in self.file_rows():
            files[path] = FileRecord(decode_stamp(stamp), interner.intern(decode_record(record)))
            numbers[path] = number
        self._numbers = numbers
        return files

    def _record(self, row: tuple[Any, ...]) -> bytes:
        """Return the encoded record in a row of ``files``."""
        number, path, stamp, stored = row
        if self.root is None:
            raise ChecksumError("there is no root")
        return without_checksum(row_key(self.root.epoch, number, path, stamp), stored)

    def bucket(self, number: int, checksums: bytes) -> bytes:
        """Return a bucket of the hash index, whose ``checksums`` are joined."""
        rows = self.rows("SELECT value FROM lookups WHERE bucket = ?", number)
        return _only(rows, checksums[number * SIZE : (number + 1) * SIZE], str(number))

    def folder_digests(self) -> dict[str, bytes]:
        """Return the digest of the files of each folder, by path."""
        if self._folder_digests is None:
            self._folder_digests = self.value("folder files", dict[str, bytes]) or {}
        return self._folder_digests

    def group_checksums(self) -> dict[str, bytes]:
        """Return the checksum of each group, by folder."""
        if self._group_checksums is None:
            self._group_checksums = self.value("groups", dict[str, bytes]) or {}
        return self._group_checksums


def _only(rows: list[Any], expected: bytes, key: str) -> bytes:
    """Return the value of the only one of ``rows``, with the ``expected`` checksum."""
    return require_checksum(expected, key.encode(), rows[0][0] if rows else None)
