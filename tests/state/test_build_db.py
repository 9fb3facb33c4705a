"""build.db: what it remembers, and that losing it in any way costs a warning and time, never a result."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feedpub.content.batches import ArticleRecord
from feedpub.core.counts import ArticleCounts, FeedCounts
from feedpub.core.errors import Problem, ProblemKind
from feedpub.core.models import ArticleSummary, FeedKind, Provider, Topic
from feedpub.state.build_db import BuildCache
from feedpub.state.build_db_writer import save_build
from feedpub.state.records import BuildRecord, ClockSpan, FileRecord, GroupRow, LastBuild, OutputFile

READING = b"reading"
MOMENT = datetime(2024, 5, 1, 10, tzinfo=UTC)
PROBLEM = Problem(path="content/a.md", line=3, key="title", message="repaired", kind=ProblemKind.REPAIRED)
ROW = ("content/a.md", b"digest", "content/a.md:3: title: repaired")
LAST = LastBuild(
    inputs=b"inputs",
    tree=b"tree",
    clock_span=ClockSpan(-math.inf, math.inf),
    articles=ArticleCounts(read=1, published=1),
    feeds=FeedCounts(total=1),
    problems=(PROBLEM,),
)

Damage = Callable[[Path], object]


def remembered(name: str) -> FileRecord:
    topics = (Topic("ai", "AI"), Topic("power apps", "Power Apps"))
    provider = Provider(name="Wall Street Journal", domain="wsj.com")
    summary = ArticleSummary(f"content/{name}.md", f"urn:{name}", MOMENT, MOMENT, None, topics, provider, 50, None)
    return FileRecord((1, 2, 3, 4), ArticleRecord(b"digest", summary, (PROBLEM,)))


FILES = {name: remembered(name) for name in ("content/a.md", "content/b.md")}
OUTPUTS = {"rss.xml": OutputFile(b"signature", (5, 6, 7, 8))}
GROUP = GroupRow(FeedKind.TOPIC, "ai", {"AI": 1}, [1])
MEMORY = BuildRecord(
    articles=3,
    started=10**18,
    reading=READING,
    changed=FILES,
    gone=frozenset(),
    last_ids={},
    file_numbers={path: number for number, path in enumerate(FILES, 1)},
    groups={"topics/ai": GROUP},
    has_all_groups=True,
    group_inputs=b"tree of all",
    folders={"content": b"folder"},
    output="output",
    outputs=OUTPUTS,
    last=LAST,
    problems=frozenset((ROW,)),
)


def changed(**values: Any) -> BuildRecord:
    return msgspec.structs.replace(MEMORY, **{"changed": {}, **values})


def cached(folder: Path) -> Path:
    with contextlib.closing(BuildCache(folder)) as cache:
        save_build(cache, MEMORY)
        assert cache.warning is None
    return folder / "build.db"


def contents(folder: Path) -> tuple[Any, ...]:
    with contextlib.closing(BuildCache(folder)) as cache:
        assert cache.warning is None
        found = (
            cache.article_count(),
            cache.last_start(),
            cache.files(READING),
            cache.outputs("output"),
            cache.problems(),
        )
        return *found, cache.last_build("output")


def use_newer_version(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA user_version = 999")


def garble_records(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        db.execute("UPDATE files SET record = x'00ff'")


def drop_table(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        db.execute("DROP TABLE files")


def test_everything_that_is_saved_is_found_again(tmp_path: Path) -> None:
    cached(tmp_path)
    assert contents(tmp_path) == (3, 10**18, FILES, OUTPUTS, {ROW}, LAST)


def test_only_changes_are_written(tmp_path: Path) -> None:
    cached(tmp_path)
    new = FileRecord((9, 9, 9, 9), ArticleRecord(b"other", None, ()))
    with contextlib.closing(BuildCache(tmp_path)) as cache:
        save_build(
            cache, changed(changed={"content/b.md": new}, gone={"content/a.md"}, outputs={}, problems=frozenset())
        )
    assert contents(tmp_path)[2:5] == ({"content/b.md": new}, {}, frozenset())


def test_files_that_would_be_read_in_another_way_are_not_remembered(tmp_path: Path) -> None:
    cached(tmp_path)
    with contextlib.closing(BuildCache(tmp_path)) as cache:
        assert cache.files(b"another") == {}
        save_build(cache, changed(reading=b"another"))
        assert cache.files(b"another") == {}
    assert contents(tmp_path)[2] == {}


def test_each_output_folder_is_remembered_apart(tmp_path: Path) -> None:
    cached(tmp_path)
    with contextlib.closing(BuildCache(tmp_path)) as cache:
        assert (cache.outputs("elsewhere"), cache.last_build("elsewhere")) == ({}, None)
        save_build(cache, changed(output="elsewhere", outputs={}))
    assert contents(tmp_path)[3] == OUTPUTS


def test_equal_topics_and_providers_are_one_object_in_memory(tmp_path: Path) -> None:
    cached(tmp_path)
    with contextlib.closing(BuildCache(tmp_path)) as cache:
        one, other = (file.record.summary for file in cache.files(READING).values())
    assert one is not None
    assert other is not None
    assert one.topics[0] is other.topics[0]
    assert one.provider is other.provider


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(b"not a database" * 999), id="garbage"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:50]), id="truncated in its header"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:4096]), id="truncated to a page"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:4096] + bytes(8192)), id="zeroed"),
        pytest.param(garble_records, id="garbled records"),
        pytest.param(drop_table, id="a table is missing"),
        pytest.param(use_newer_version, id="newer"),
    ],
)
def test_a_damaged_cache_costs_one_warning_and_works_again(tmp_path: Path, damage: Damage) -> None:
    damage(cached(tmp_path))
    with contextlib.closing(BuildCache(tmp_path)) as cache:
        assert cache.files(READING) == {}
        save_build(cache, MEMORY)
        assert cache.warning
        assert str(tmp_path / "build.db") in cache.warning
    with contextlib.closing(BuildCache(tmp_path)) as cache:
        save_build(cache, MEMORY)
    assert contents(tmp_path) == (3, 10**18, FILES, OUTPUTS, {ROW}, LAST)


def test_a_folder_in_the_place_of_the_cache_costs_a_warning(tmp_path: Path) -> None:
    (tmp_path / "build.db").mkdir()
    cache = BuildCache(tmp_path)
    save_build(cache, MEMORY)
    assert (cache.article_count(), cache.problems(), cache.files(READING)) == (0, frozenset(), {})
    assert cache.warning


@pytest.mark.slow
@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_cache_that_another_program_has_locked_costs_a_warning_and_is_left_alone(tmp_path: Path, lock: str) -> None:
    with contextlib.closing(sqlite3.connect(cached(tmp_path), isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")
        with contextlib.closing(BuildCache(tmp_path)) as cache:
            save_build(cache, changed(articles=9))
            assert cache.warning
            assert "locked" in cache.warning
        other.execute("ROLLBACK")
    assert contents(tmp_path) == (3, 10**18, FILES, OUTPUTS, {ROW}, LAST)


def test_a_read_only_cache_writes_nothing(tmp_path: Path) -> None:
    with contextlib.closing(BuildCache(tmp_path, read_only=True)) as cache:
        save_build(cache, MEMORY)
    assert list(tmp_path.iterdir()) == []
