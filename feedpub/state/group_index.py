"""The groups of the last build, as build.db holds them: the articles of each group, in order.

With it, a change of a few articles gives the new groups without reading the other articles. It is
valid if :meth:`~feedpub.state.build_db.BuildCache.group_inputs` matches the last build. A missing
row raises :class:`LookupError`.
"""

from __future__ import annotations

import sys
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import overload

import msgspec

from feedpub.config import Config
from feedpub.content import Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.core.feed_models import Archive
from feedpub.core.models import ArticleSummary, Candidate, FeedKind
from feedpub.core.urls import split_page_keys
from feedpub.feeds.families import is_made_by_articles
from feedpub.feeds.feed_settings import FeedSettings, SettingsByFeed
from feedpub.feeds.groups import Group
from feedpub.feeds.order import rank_for
from feedpub.feeds.paths import folders_of
from feedpub.feeds.selection import archive_count, archive_members
from feedpub.state.build_db import BuildCache, decode_record, decode_stamp
from feedpub.state.records import FileRecord, GroupRow

_GROUP = msgspec.msgpack.Decoder(GroupRow)


class NumberedFile(msgspec.Struct, frozen=True):
    """An article file at the last build, with its number in the groups."""

    number: int
    file: FileRecord


class GroupMove(msgspec.Struct, frozen=True):
    """A change of one article in one group: it joins, leaves, or is another version of itself."""

    number: int
    after: Candidate | None
    """The article; None if it leaves the group."""
    names_before: Mapping[str, int]
    """The article's last names for the topic or provider; empty if it joins the group."""
    names_after: Mapping[str, int]
    """The article's names now; empty if it leaves the group."""


def number_files(paths: Iterable[str], known: Mapping[str, int]) -> dict[str, int]:
    """Return the ``known`` numbers of files, and new ones for the other ``paths``."""
    last = max(known.values(), default=0)
    new = sorted(path for path in paths if path not in known)
    return {**known, **dict(zip(new, count(last + 1), strict=False))}


def group_rows(groups: Iterable[Group], numbers: Mapping[str, int]) -> dict[str, GroupRow]:
    """Return the rows of ``groups``, which hold all of their articles, by folder."""
    return {
        group.folder: GroupRow(
            group.kind, group.key, dict(group.names), [numbers[article.path] for article in group.articles]
        )
        for group in groups
    }


class _Members(Sequence[Candidate]):
    """The articles of a group, which are read from build.db as far as they are asked for."""

    def __init__(self, numbers: Sequence[int], article: Callable[[int], Candidate]) -> None:
        self._numbers = numbers
        self._article = article

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...

    @overload
    def __getitem__(self, index: slice) -> list[Candidate]: ...

    def __getitem__(self, index: int | slice) -> Candidate | list[Candidate]:
        if isinstance(index, slice):
            return [*map(self._article, self._numbers[index])]
        return self._article(self._numbers[index])


class GroupIndex:
    """A reader of single files and groups in build.db."""

    def __init__(self, cache: BuildCache, config: Config) -> None:
        self._cache = cache
        self._folders = folders_of(config)
        self._settings = SettingsByFeed(config)
        self._summaries: dict[int, ArticleSummary] = {}

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """Return the stamp of each file of ``folder``, without its subfolders, by path."""
        # The character "0" follows "/".
        start, end = (f"{folder}/", f"{folder}0") if folder else ("", chr(sys.maxunicode))
        rows = self._cache.rows(
            "SELECT path, stamp FROM files WHERE path >= ? AND path < ? AND instr(substr(path, ?), '/') = 0",
            start,
            end,
            len(start) + 1,
        )
        return {path: decode_stamp(stamp) for path, stamp in rows}

    def file(self, path: str) -> NumberedFile | None:
        """Return the file ``path``; None if there was none."""
        rows = self._cache.rows("SELECT number, stamp, record FROM files WHERE path = ?", path)
        return (
            NumberedFile(rows[0][0], FileRecord(decode_stamp(rows[0][1]), decode_record(rows[0][2]))) if rows else None
        )

    def paths_with_id(self, entry_id: str) -> set[str]:
        """Return the paths of the valid articles, published or not, that have the id."""
        return {path for (path,) in self._cache.rows("SELECT path FROM files WHERE id = ?", entry_id)}

    def named(self, name: str) -> dict[str, ArticleRecord]:
        """Return the records of the files with a name (:func:`feedpub.content.bodies.name_of`)."""
        rows = self._cache.rows("SELECT path, record FROM files WHERE name = ?", name)
        return {path: decode_record(record) for path, record in rows}

    def paths_with_page_keys(self, keys: frozenset[bytes]) -> frozenset[str]:
        """Return the paths of the files with one of ``keys`` (:attr:`ArticleRecord.page_keys`)."""
        if not keys:
            return frozenset()

        def found() -> frozenset[str]:
            rows = self._cache.iterate("SELECT path, record FROM files")
            return frozenset(
                path for path, record in rows if not keys.isdisjoint(split_page_keys(decode_record(record).page_keys))
            )

        return self._cache.attempt(found) or frozenset()

    def last_number(self) -> int:
        """Return the largest number of a file; 0 if there is no file."""
        rows = self._cache.rows("SELECT max(number) FROM files")
        return rows[0][0] or 0 if rows else 0

    def apply_moves(self, kind: FeedKind, key: str, moves: Sequence[GroupMove]) -> tuple[GroupRow, Group]:
        """Return a group after ``moves``, as a row and as a group.

        The group has only the articles of its feed and of its changed archives. Raise
        :class:`LookupError` if build.db lacks the group or an article.
        """
        folder = self._folders.folder_of(kind, key)
        settings = self._settings.of(kind, key)
        rank = rank_for(settings.sort)
        row = self._row(kind, key, folder)
        moved = {move.number for move in moves}
        members = [number for number in row.members if number not in moved]
        after = {move.number: move.after for move in moves if move.after is not None}

        def article(number: int) -> Candidate:
            return after.get(number) or self._summary(number)

        for number, joining in after.items():
            position = bisect(members, rank(joining), key=lambda member: rank(article(member)))
            members.insert(position, number)
        names = _names(row, moves)
        # Stories need more articles than the feed has entries; how many, they find out.
        shown = members if settings.group_stories else members[: settings.most_articles]
        group = Group(
            kind=kind,
            key=key,
            folder=folder,
            articles=_Members(shown, article),
            total=len(members),
            names=names,
        )
        if group.label == msgspec.structs.replace(group, names=row.names).label:
            numbers = _changed_archives(row.members, members, moved, settings)
        else:
            # The title of the feed, which each archive repeats, is another.
            numbers = iter(range(1, archive_count(len(members), settings) + 1))
        archives = tuple(
            Archive(number=number, articles=tuple(map(article, archive_members(members, number, settings.limit))))
            for number in numbers
        )
        return GroupRow(kind, key, names, members), msgspec.structs.replace(group, archives=archives)

    def _row(self, kind: FeedKind, key: str, folder: str) -> GroupRow:
        """Return the stored group in ``folder``, or a new one without articles."""
        rows = self._cache.rows("SELECT value FROM groups WHERE folder = ?", folder)
        if not rows and not is_made_by_articles(kind, key):
            raise LookupError(key)
        row = _GROUP.decode(rows[0][0]) if rows else GroupRow(kind, key, {}, [])
        if row.key != key:
            # Another group had this folder; only all articles show whether it still has it.
            raise LookupError(folder)
        return row

    def _summary(self, number: int) -> ArticleSummary:
        if number not in self._summaries:
            rows = self._cache.rows("SELECT record FROM files WHERE number = ?", number)
            summary = decode_record(rows[0][0]).summary if rows else None
            if summary is None:
                raise LookupError(number)
            self._summaries[number] = summary
        return self._summaries[number]


def _changed_archives(
    before: Sequence[int], after: Sequence[int], moved: Container[int], settings: FeedSettings
) -> Iterator[int]:
    """Yield the numbers of the archives with other articles or another link to the next archive."""
    limit = settings.limit
    count_before, count = archive_count(len(before), settings), archive_count(len(after), settings)
    for number in range(1, count + 1):
        members = archive_members(after, number, limit)
        is_same = number <= count_before and members == archive_members(before, number, limit)
        if not is_same or (number < count_before) != (number < count) or any(member in moved for member in members):
            yield number


def _names(row: GroupRow, moves: Iterable[GroupMove]) -> dict[str, int]:
    """Return the names of the topic or provider after ``moves``, with their numbers of articles."""
    if not is_made_by_articles(row.kind, row.key):
        return row.names
    names = Counter(row.names)
    for move in moves:
        names.subtract(move.names_before)
        names.update(move.names_after)
    return {name: count for name, count in names.items() if count > 0}
