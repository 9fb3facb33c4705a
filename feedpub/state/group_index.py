"""The groups of the last build, as build.db holds them: the articles of each group, in order.

With it, a change of a few articles gives the new groups without reading the other articles. It is
valid if :meth:`~feedpub.state.build_db.BuildCache.group_inputs` matches the last build. A row that
is missing or fails its checksum raises :class:`LookupError`.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import overload

import msgspec

from feedpub.config import Config
from feedpub.content import ArticleFile, Stamp
from feedpub.content.batches import ArticleRecord
from feedpub.content.bodies import name_of
from feedpub.core.feed_models import Archive
from feedpub.core.models import ArticleSummary, Candidate, FeedKind
from feedpub.core.urls import split_page_keys
from feedpub.feeds.families import is_made_by_articles
from feedpub.feeds.feed_settings import FeedSettings, SettingsByFeed
from feedpub.feeds.groups import Group
from feedpub.feeds.order import rank_for
from feedpub.feeds.paths import folders_of
from feedpub.feeds.selection import archive_count, archive_members
from feedpub.state.build_db import BuildCache, FolderFiles, decode_record, decode_stamp
from feedpub.state.checksums import ChecksumError, folder_of
from feedpub.state.records import GroupRow, NumberedFile


class GroupMove(msgspec.Struct, frozen=True):
    """A change of one article in one group: it joins, leaves, or is another version of itself."""

    number: int
    after: Candidate | None
    """The article; None if it leaves the group."""
    names_before: Mapping[str, int]
    """The article's last names for the topic or provider; empty if it joins the group."""
    names_after: Mapping[str, int]
    """The article's names now; empty if it leaves the group."""


def number_files(paths: Iterable[str], known: Mapping[str, int], last: int) -> dict[str, int]:
    """Return the ``known`` numbers of files, and numbers above ``last`` for the other ``paths``."""
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
        self.present: Mapping[str, ArticleFile] = {}
        """The files as they are now, by path, as far as they are known."""
        self._folder_files: dict[str, FolderFiles] = {}
        self._folders = folders_of(config)
        self._settings = SettingsByFeed(config)
        self._summaries: dict[int, ArticleSummary] = {}

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """Return the stamp of each file of ``folder``, without its subfolders, by path."""
        files = self._cache.read(lambda: self._folder(folder))
        return {path: decode_stamp(stamp) for path, (_, stamp, _) in files.items()}

    def file(self, path: str) -> NumberedFile | None:
        """Return the file ``path``; None if there was none."""

        def found() -> NumberedFile | None:
            files = self._folder(folder_of(path))
            return _at(path, self._cache.file_numbered(files[path][0])) if path in files else None

        return self._cache.read(found)

    def unchanged_file(self, path: str) -> NumberedFile | None:
        """Return the file ``path``, which is as it was; None if there is none."""

        def found() -> NumberedFile | None:
            rows = self._cache.rows("SELECT number FROM files WHERE path = ?", path)
            return _at(path, self._current(rows[0][0])) if rows else None

        return self._cache.read(found)

    def paths_with_id(self, entry_id: str) -> set[str]:
        """Return the paths of the valid articles, published or not, that have the id."""
        return {numbered.path for numbered in self._files(entry_id) if numbered.file.id == entry_id}

    def named(self, name: str) -> dict[str, ArticleRecord]:
        """Return the records of the files with a name (:func:`feedpub.content.bodies.name_of`)."""
        return {numbered.path: numbered.file.record for numbered in self._files(name) if name_of(numbered.path) == name}

    def paths_with_page_keys(self, keys: frozenset[bytes]) -> frozenset[str]:
        """Return the paths of the files with one of ``keys`` (:attr:`ArticleRecord.page_keys`)."""
        if not keys:
            return frozenset()
        return self._cache.read(
            lambda: frozenset(
                path
                for _, path, _, record in self._cache.file_rows()
                if not keys.isdisjoint(split_page_keys(decode_record(record).page_keys))
            )
        )

    def last_number(self) -> int:
        """Return the largest number of a file; 0 if there is no file."""
        return self._cache.last_number()

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
        row = self._cache.read(lambda: self._cache.group(folder))
        if row is None and not is_made_by_articles(kind, key):
            raise LookupError(key)
        row = row or GroupRow(kind, key, {}, [])
        if row.key != key:
            # Another group had this folder; only all articles show whether it still has it.
            raise LookupError(folder)
        return row

    def _summary(self, number: int) -> ArticleSummary:
        if number not in self._summaries:
            summary = self._cache.read(lambda: self._current(number)).file.record.summary
            if summary is None:
                raise LookupError(number)
            self._summaries[number] = summary
        return self._summaries[number]

    def _folder(self, folder: str) -> FolderFiles:
        if folder not in self._folder_files:
            self._folder_files[folder] = self._cache.folder_files(folder)
        return self._folder_files[folder]

    def _files(self, text: str) -> list[NumberedFile]:
        """Return the files that may have ``text`` as id or name."""
        return self._cache.read(lambda: [*map(self._current, self._cache.numbers_of(text))])

    def _current(self, number: int) -> NumberedFile:
        """Return a file that the last build stored.

        A row of an earlier build, which a lost page can bring back, has another stamp than the file
        now, unless that has changed. Then the files of its folder tell.
        """
        numbered = self._cache.file_numbered(number)
        present = self.present.get(numbered.path)
        if present is None or present.stamp != numbered.file.stamp:
            known = self._folder(folder_of(numbered.path)).get(numbered.path)
            if known is None or known[0] != number:
                raise ChecksumError("a file is of an earlier build")
        return numbered


def _at(path: str, numbered: NumberedFile) -> NumberedFile:
    """Return ``numbered``; raise :class:`ChecksumError` if an index led to another file's row."""
    if numbered.path != path:
        raise ChecksumError("an index leads to another row")
    return numbered


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
