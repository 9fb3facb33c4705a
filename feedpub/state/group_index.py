"""What selection found at the last build, as build.db holds it: which articles each group has, and in what order.

It answers what a change of a few articles means for the feeds that they are in without a look at the others. It can be
believed where :meth:`BuildCache.tree` says that it was made of what the last build saw; damage shows as a row that is
not there, a :class:`LookupError`.
"""

from __future__ import annotations

import sys
from bisect import bisect
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import count

import msgspec

from feedpub.config import Config
from feedpub.content import Stamp
from feedpub.core.models import Archive, ArticleSummary, Candidate, FeedKind
from feedpub.feeds.paths import folder_of
from feedpub.feeds.selection import Group, archive_count, archive_members, rank
from feedpub.state.build_db import BuildCache, decode_record, decode_stamp
from feedpub.state.records import FileRecord, GroupRow

_VARYING = frozenset((FeedKind.TOPIC, FeedKind.PROVIDER))
"""The groups that come and go with their articles, which name them."""
_GROUP = msgspec.msgpack.Decoder(GroupRow)


class NumberedFile(msgspec.Struct, frozen=True):
    """An article file at the last build, and its number in the groups."""

    number: int
    file: FileRecord


class GroupMove(msgspec.Struct, frozen=True):
    """What becomes of an article in one group."""

    number: int
    after: Candidate | None
    """The article, where the group holds it now."""
    names_before: Mapping[str, int]
    """What it called the topic or provider; empty where the group did not hold it."""
    names_after: Mapping[str, int]


def numbered(paths: Iterable[str], known: Mapping[str, int]) -> dict[str, int]:
    """The numbers of all files: those that are ``known``, and new ones for the rest of ``paths``."""
    last = max(known.values(), default=0)
    new = sorted(path for path in paths if path not in known)
    return {**known, **dict(zip(new, count(last + 1), strict=False))}


def rows_of(groups: Iterable[Group], numbers: Mapping[str, int]) -> dict[str, GroupRow]:
    """The ``groups``, which hold all of their articles, as build.db holds them."""
    return {
        group.folder: GroupRow(
            group.kind, group.key, dict(group.names), [numbers[article.path] for article in group.articles]
        )
        for group in groups
    }


class GroupIndex:
    """Reads what build.db knows of single files and groups."""

    def __init__(self, cache: BuildCache) -> None:
        self._cache = cache
        self._known: dict[int, ArticleSummary] = {}

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """The stamp of every file of ``folder``, without those of the folders in it."""
        # "0" comes after "/".
        start, end = (f"{folder}/", f"{folder}0") if folder else ("", chr(sys.maxunicode))
        rows = self._cache.rows(
            "SELECT path, stamp FROM files WHERE path >= ? AND path < ? AND instr(substr(path, ?), '/') = 0",
            start,
            end,
            len(start) + 1,
        )
        return {path: decode_stamp(stamp) for path, stamp in rows}

    def file(self, path: str) -> NumberedFile | None:
        """The file ``path``; None where there was none."""
        rows = self._cache.rows("SELECT number, stamp, record FROM files WHERE path = ?", path)
        return (
            NumberedFile(rows[0][0], FileRecord(decode_stamp(rows[0][1]), decode_record(rows[0][2]))) if rows else None
        )

    def paths_of(self, entry_id: str) -> set[str]:
        """The valid articles, published or not, that have the id."""
        return {path for (path,) in self._cache.rows("SELECT path FROM files WHERE id = ?", entry_id)}

    def last_number(self) -> int:
        """The largest number of a file."""
        rows = self._cache.rows("SELECT max(number) FROM files")
        return rows[0][0] or 0 if rows else 0

    def moved(self, kind: FeedKind, key: str, moves: Sequence[GroupMove], config: Config) -> tuple[GroupRow, Group]:
        """A group after ``moves``, as a row, and with those of its articles that its feed and changed archives hold."""
        rows = self._cache.rows("SELECT value FROM groups WHERE folder = ?", folder_of(kind, key))
        if not rows and kind not in _VARYING:
            raise LookupError(key)
        row = _GROUP.decode(rows[0][0]) if rows else GroupRow(kind, key, {}, [])
        moved = {move.number for move in moves}
        members = [number for number in row.members if number not in moved]
        after = {move.number: move.after for move in moves if move.after is not None}

        def article(number: int) -> Candidate:
            return after.get(number) or self._summary(number)

        for number, moved_here in after.items():
            place = bisect(members, rank(moved_here), key=lambda other: rank(article(other)))
            members.insert(place, number)
        names = _names(row, moves)
        group = Group(
            kind=kind,
            key=key,
            articles=[*map(article, members[: config.output.limit])],
            total=len(members),
            names=names,
        )
        if group.label == msgspec.structs.replace(group, names=row.names).label:
            numbers = _changed_archives(row.members, members, moved, config)
        else:
            # The title of every one of them is another.
            numbers = iter(range(1, archive_count(len(members), config) + 1))
        archives = tuple(
            Archive(number=number, articles=tuple(map(article, archive_members(members, number, config.output.limit))))
            for number in numbers
        )
        return GroupRow(kind, key, names, members), msgspec.structs.replace(group, archives=archives)

    def _summary(self, number: int) -> ArticleSummary:
        if number not in self._known:
            rows = self._cache.rows("SELECT record FROM files WHERE number = ?", number)
            summary = decode_record(rows[0][0]).summary if rows else None
            if summary is None:
                raise LookupError(number)
            self._known[number] = summary
        return self._known[number]


def _changed_archives(
    before: Sequence[int], after: Sequence[int], moved: Container[int], config: Config
) -> Iterator[int]:
    """The numbers of the archives that hold other articles than before, changed ones, or another link to the next."""
    limit = config.output.limit
    count_before, count = archive_count(len(before), config), archive_count(len(after), config)
    for number in range(1, count + 1):
        members = archive_members(after, number, limit)
        is_same = number <= count_before and members == archive_members(before, number, limit)
        if not is_same or (number < count_before) != (number < count) or any(one in moved for one in members):
            yield number


def _names(row: GroupRow, moves: Iterable[GroupMove]) -> dict[str, int]:
    """What the articles call the topic or provider after ``moves``."""
    if row.kind not in _VARYING:
        return row.names
    names = Counter(row.names)
    for move in moves:
        names.subtract(move.names_before)
        names.update(move.names_after)
    return {name: count for name, count in names.items() if count > 0}
