"""The copies that links.db stores: for how long an answer holds, and rows that make no sense."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from feedpub.config.check_model import Check
from feedpub.core.models import ArchivedCopy
from feedpub.links.remember.copies import StoredCopy
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.remember.store import LinkStore
from feedpub.links.settings import SettingsByHost
from support.links.storing import DAY, GONE, NOW, URL, Verdict, add

COPY = ArchivedCopy("https://archive.example/a", NOW - 10 * DAY)
STORED = StoredCopy(COPY, NOW - 5 * DAY, NOW)


def shown(folder: Path, **values: object) -> dict[str, ArchivedCopy]:
    settings = SettingsByHost(Check(**{"on_broken": "archive", **values}), "https://news.example.org/")
    with MeasuredLinks(folder) as results:
        return dict(results.facts(settings).copies)


@pytest.mark.parametrize(
    ("stored", "before", "holds"),
    [
        (STORED, NOW - 5 * DAY, True),
        (STORED, NOW, True),
        (STORED, NOW - 10 * DAY, True),
        (STORED, NOW - 11 * DAY, False),
        (StoredCopy(None, NOW - 5 * DAY, NOW - 29 * DAY), NOW - 5 * DAY, True),
        (StoredCopy(None, NOW - 5 * DAY, NOW), NOW - 6 * DAY, True),
        (StoredCopy(None, NOW - 5 * DAY, NOW), NOW - 4 * DAY, False),
        (StoredCopy(None, NOW - 5 * DAY, NOW - 30 * DAY), NOW - 5 * DAY, False),
    ],
)
def test_an_answer_holds_while_it_cannot_be_another(stored: StoredCopy, before: datetime, holds: bool) -> None:
    assert stored.answers(before, NOW) is holds


def test_a_copy_is_stored_and_shown_while_the_page_is_dead(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as store:
        assert store.copy(URL) is None
        store.add_copy(URL, STORED)
        assert store.copy(URL) == STORED
        assert shown(tmp_path) == {}
        store.show_copies(dead=[URL, f"{URL}/other"], alive=[])
        assert shown(tmp_path) == {URL: COPY}
        newer = STORED._replace(copy=ArchivedCopy("https://archive.example/b", NOW - 6 * DAY))
        store.add_copy(URL, newer)
        assert shown(tmp_path) == {URL: newer.copy}
        assert shown(tmp_path, on_broken="keep") == shown(tmp_path, exclude=("example.com",)) == {}
        assert shown(tmp_path, on_broken="keep", hosts={}) == {}
        store.show_copies(dead=[], alive=[URL])
        assert shown(tmp_path) == {}
        store.add_copy(URL, StoredCopy(None, NOW, NOW))
        store.show_copies(dead=[URL], alive=[])
        assert shown(tmp_path) == {}


def test_builds_learn_of_copies_that_come_and_go_and_of_nothing_else(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as store:
        revisions = []
        for dead, alive in (([], []), ([URL], []), ([URL], []), ([], [URL]), ([], [URL])):
            if not revisions:
                store.add_copy(URL, STORED)
            store.show_copies(dead, alive)
            with MeasuredLinks(tmp_path) as results:
                revisions.append(results.state()[1])
    assert revisions == [1, 2, 2, 3, 3]


def test_the_copy_of_a_forgotten_url_is_forgotten(tmp_path: Path) -> None:
    add(tmp_path, GONE, Verdict.BROKEN)
    with LinkStore(tmp_path) as store:
        store.add_copy(URL, STORED)
        store.show_copies(dead=[URL], alive=[])
        assert store.forget_unused([], NOW + timedelta(days=91)) == 1
        assert store.copy(URL) is None
    assert shown(tmp_path) == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [("copy", "javascript:alert(1)"), ("copy", 5), ("taken_at", None), ("taken_at", 1e300), ("before", "x")],
)
def test_a_row_that_makes_no_sense_is_no_copy(tmp_path: Path, column: str, value: object) -> None:
    with LinkStore(tmp_path) as store:
        store.add_copy(URL, STORED)
        store.show_copies(dead=[URL], alive=[])
    with closing(sqlite3.connect(tmp_path / "links.db")) as db:
        db.execute(f"UPDATE copies SET {column} = ?", (value,))
        db.commit()
    assert shown(tmp_path) == {}
    with LinkStore(tmp_path) as store:
        assert store.copy(URL) is None
