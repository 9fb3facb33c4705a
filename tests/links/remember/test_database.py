"""The file links.db if it is damaged, newer, older, or cannot be written."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feedpub.core.errors import StorageError
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember import database
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.remember.store import LinkStore
from support.links.storing import GONE, NOW, OK, PAGE, URL, add, damaged, kept, one_day


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"no database at all, but text" * 100, id="text"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 5000, id="header alone"),
        pytest.param(b"\0" * 8192, id="zeros"),
    ],
)
def test_a_damaged_file_is_set_aside_whole_and_told(tmp_path: Path, content: bytes) -> None:
    for number in ("", ".2"):
        (tmp_path / "links.db").write_bytes(content)
        (tmp_path / "links.db-wal").write_bytes(b"its log")
        with LinkStore(tmp_path) as store:
            assert store.warning == (
                f"{tmp_path}/links.db: is damaged; kept as links.db.damaged{number}, and all links are checked again"
            )
            assert list(store.trusted_answers([PAGE], NOW, one_day)) == []
            store.add(PAGE, OK, [Verdict.OK], NOW)
        assert (tmp_path / f"links.db.damaged{number}").read_bytes() == content
        assert (tmp_path / f"links.db.damaged{number}-wal").read_bytes() == b"its log"
        assert kept(tmp_path), "the new one is used"


@pytest.mark.slow
@given(place=st.floats(0, 1), wrong=st.binary(min_size=1, max_size=300), cut=st.booleans())
def test_a_file_that_is_damaged_anywhere_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, place: float, wrong: bytes, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("store")
    targets = [LinkTarget(url=f"https://example.com/{number}", wants_length=True) for number in range(300)]
    with LinkStore(folder) as store:
        for target in targets:
            store.add(target, Answer(status=404, media_type="image/png"), [Verdict.BROKEN], NOW)
    file = folder / "links.db"
    data = file.read_bytes()
    start = int(place * len(data))
    # A damaged version number may say that the file is newer.
    assume(start >= 64 or start + len(wrong) <= 60 or cut)
    file.write_bytes(data[:start] if cut else data[:start] + wrong + data[start + len(wrong) :])
    with MeasuredLinks(folder) as learned:
        list(learned.suspects())
        learned.measured()
        learned.state()
    # Damage that opening does not find ends a run, with the file set aside for the next.
    ended = 0
    for _ in range(3):
        try:
            with LinkStore(folder) as store:
                use(store, targets)
        except StorageError:
            ended += 1
            assert damaged(folder)
    assert ended <= 1


def use(store: LinkStore, targets: Sequence[LinkTarget]) -> None:
    list(store.trusted_answers(targets, NOW, one_day))
    for target in targets:
        store.broken_runs(target.url)
        store.add(target, OK, [Verdict.OK], NOW)


def test_damage_that_is_found_late_is_set_aside_for_the_next_run(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as store:
        for number in range(3000):
            store.add(LinkTarget(url=f"https://example.com/{number}"), OK, [Verdict.OK], NOW)
    targets = [LinkTarget(url=f"https://example.com/{number}") for number in range(3000)]

    def check() -> None:
        with LinkStore(tmp_path) as store:
            with (tmp_path / "links.db").open("r+b") as stream:
                stream.seek(4096)
                stream.write(b"\xff" * os.path.getsize(tmp_path / "links.db"))
            use(store, targets)

    with pytest.raises(StorageError, match=r"links\.db: is damaged; kept as links\.db\.damaged; run the check again$"):
        check()
    assert damaged(tmp_path)
    assert kept(tmp_path) is None


def test_a_row_that_makes_no_sense_is_not_remembered(tmp_path: Path) -> None:
    add(tmp_path, OK)
    for column, value in [("status", "many"), ("failure", "none of ours"), ("detail", b"\xc1"), ("checked_at", 1e300)]:
        add(tmp_path, OK)
        with sqlite3.connect(tmp_path / "links.db") as db:
            db.execute(f"UPDATE answers SET {column} = ?", (value,))
        db.close()
        assert kept(tmp_path) is None
    add(tmp_path, OK)
    assert kept(tmp_path)
    assert damaged(tmp_path) == []


def test_another_programs_database_is_not_written(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "links.db") as db:
        db.execute("CREATE TABLE answers (url TEXT)")
        db.execute("PRAGMA user_version = 1")
    db.close()
    before = (tmp_path / "links.db").read_bytes()
    with LinkStore(tmp_path) as store:
        assert store.warning
    assert (tmp_path / "links.db.damaged").read_bytes() == before


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    add(tmp_path, OK)
    with sqlite3.connect(tmp_path / "links.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = (tmp_path / "links.db").read_bytes()
    for opens in (LinkStore, MeasuredLinks):
        with pytest.raises(StorageError, match=r"links\.db: is from a newer feedpub \(its version 99\)") as raised:
            opens(tmp_path)
        assert raised.value.exit_status == 4
        assert "\n" not in str(raised.value)
    assert (tmp_path / "links.db").read_bytes() == before
    assert damaged(tmp_path) == []


@pytest.mark.parametrize("opens", [LinkStore, MeasuredLinks])
def test_an_older_database_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opens: type[LinkStore | MeasuredLinks]
) -> None:
    add(tmp_path, GONE, Verdict.BROKEN)
    newer = (*database.MIGRATIONS, "ALTER TABLE answers ADD COLUMN note TEXT NOT NULL DEFAULT 'none';")
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    with opens(tmp_path) as opened:
        assert opened.warning is None
    with sqlite3.connect(tmp_path / "links.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(newer),)
        assert db.execute("SELECT url, note FROM answers").fetchall() == [(URL, "none")]
    db.close()
    stored = kept(tmp_path)
    assert stored
    assert stored.answer == GONE


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path, OK)
    wrong = (*database.MIGRATIONS, "ALTER TABLE answers ADD COLUMN note TEXT; DROP TABLE answers; DROP TABLE missing;")
    monkeypatch.setattr(database, "MIGRATIONS", wrong)
    with pytest.raises(StorageError, match="missing"):
        LinkStore(tmp_path)
    monkeypatch.undo()
    assert kept(tmp_path)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("file", "file: cannot be written: is a file, not a folder"),
        ("missing/state", "links.db: cannot be used: no such file or directory"),
        ("folder", "links.db: cannot be used: is a directory"),
    ],
)
def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path, state: str, message: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "links.db").mkdir(parents=True)
    with pytest.raises(StorageError, match=message) as raised:
        LinkStore(tmp_path / state)
    assert raised.value.exit_status == 4


FULL = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from feedpub.core.errors import StorageError
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.store import LinkStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with LinkStore(Path(sys.argv[1])) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        for number in range(20_000):
            target = LinkTarget(url=f"https://example.com/{number}")
            store.add(target, Answer(status=200), [Verdict.OK], datetime.now(UTC))
except StorageError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_disk_without_room_is_a_storage_error_and_leaves_the_database_whole(tmp_path: Path) -> None:
    add(tmp_path, OK)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"{tmp_path}/links.db: cannot be used: ")
    assert kept(tmp_path)
    assert damaged(tmp_path) == []
