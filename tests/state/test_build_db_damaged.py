"""build.db with rows that are not what the last build stored: each costs one warning and a look at everything."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from feedpub.state import hash_index
from feedpub.state.checksums import ChecksumError, checksum, require_checksum, with_checksum, without_checksum
from support.site import SiteFolder

DAMAGES = [
    "DELETE FROM files WHERE number = 1",
    "DELETE FROM files WHERE number = 3",
    "UPDATE files SET path = 'content/part/other.md' WHERE number = 3",
    "UPDATE files SET path = 7 WHERE number = 3",
    "UPDATE files SET number = 9 WHERE number = 1",
    "UPDATE files SET stamp = x'94cd00c8cd00c8cd00c8cd00c8' WHERE number = 3",
    "UPDATE files SET record = CAST(record AS TEXT) WHERE number = 3",
    "UPDATE files SET record = x'' WHERE number = 3",
    "UPDATE files SET record = (SELECT record FROM files WHERE number = 2) WHERE number = 3",
    "INSERT INTO files SELECT 77, 'content/part/x.md', stamp, record FROM files WHERE number = 3",
    "DELETE FROM groups",
    "DELETE FROM groups WHERE folder = 'topics/robots'",
    "UPDATE groups SET value = x'00'",
    "UPDATE groups SET value = (SELECT value FROM groups WHERE folder = 'topics/ships')",
    "DELETE FROM lookups",
    "UPDATE lookups SET value = x'0102030405060708'",
    "UPDATE lookups SET value = x''",
    "UPDATE lookups SET value = 3.5",
    *(
        f"{change} WHERE key = '{key}'"
        for change in ("DELETE FROM meta", "UPDATE meta SET value = x'80'", "UPDATE meta SET value = 7")
        for key in ("groups", "lookups", "folders", "folder files", "last output", "outputs output", "problems")
    ),
    "UPDATE meta SET value = zeroblob(length(value)) WHERE key = 'root'",
    "UPDATE meta SET value = (SELECT value FROM meta WHERE key = 'folders') WHERE key = 'root'",
    "UPDATE meta SET value = 'text' WHERE key = 'root'",
]


def execute(site: SiteFolder, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(site.state / "build.db")) as db, db:
        assert db.execute(sql).rowcount > 0


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    site = SiteFolder(tmp_path_factory.mktemp("state") / "site")
    site.add("a", topics=["AI", "Ships"], body="[b](part/b.md)")
    site.add("part/b", topics=["AI", "Robots"])
    site.add("part/c", topics=["AI"])
    site.add("part/wrong", topics=["AI"], sourceUrl=None)
    return site


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_row_that_fails_its_checksum_costs_one_warning_and_no_file(state: SiteFolder, damage: str) -> None:
    state.add("part/c", topics=["AI"])
    (state.state / "build.db").unlink(missing_ok=True)
    state.build()
    execute(state, damage)
    # The new article has an id and a name to look up; the old one is in a feed to write again.
    state.add("part/c", topics=["AI", "Robots"], title="New")
    said = state.build().stderr
    assert sum("build.db" in line for line in said.splitlines()) == 1, said
    found = state.files()
    assert "build.db" not in state.build().stderr
    state.build("--full")
    assert state.files() == found


@pytest.mark.parametrize("stored", [None, 3, "text", b"", b"1234567", with_checksum(b"other", b"data")])
def test_what_has_no_checksum_or_that_of_another_key_is_refused(stored: object) -> None:
    for check in (without_checksum, lambda key, data: require_checksum(checksum(b"x", b"y"), key, data)):
        with pytest.raises(ChecksumError):
            check(b"key", stored)


def test_a_checksum_covers_the_border_of_key_and_value() -> None:
    assert without_checksum(b"key", with_checksum(b"key", b"data")) == b"data"
    assert checksum(b"ab", b"c") != checksum(b"a", b"bc")


def test_a_file_is_found_by_each_text_until_it_is_taken_out() -> None:
    entries = [hash_index.entry_of(f"text {number}", number) for number in range(1, 1001)]
    buckets = [bytes(bucket) for bucket in hash_index.buckets_of(entries, len(entries))]
    assert len(buckets) == 8
    place = hash_index.bucket_of("text 7", len(buckets))
    assert hash_index.numbers_in(buckets[place], "text 7") == [7]
    gone = hash_index.changed_bucket(buckets[place], {hash_index.entry_of("text 7", 7)}, set())
    assert hash_index.numbers_in(gone, "text 7") == []
    assert len(gone) == len(buckets[place]) - 8
    assert hash_index.numbers_in(hash_index.changed_bucket(gone, set(), {entries[6]}), "text 7") == [7]


def test_buckets_are_made_anew_when_files_are_many_more() -> None:
    assert not hash_index.is_crowded(512, 1)
    assert hash_index.is_crowded(513, 1)


def test_the_hash_index_grows_with_the_site(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site")
    site.configure("output: {formats: [json], pages: false}\n")
    for start, end in ((0, 20), (20, 170), (170, 320)):
        for number in range(start, end):
            site.add(f"a{number}")
        site.build()
    with contextlib.closing(sqlite3.connect(site.state / "build.db")) as db:
        assert db.execute("SELECT count(*) FROM lookups").fetchone() == (6,)
    site.add("again", sourceUrl="https://example.com/a200")
    assert "1 duplicate" in site.build().stdout
