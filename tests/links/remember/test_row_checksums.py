"""Rows of links.db that rot: each is missing, and no other."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from feedpub.core.models import MeasuredMedia
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.remember.store import LinkStore
from support.links.storing import NOW, damaged, one_day

TARGETS = [LinkTarget(url=f"https://example.com/{number:04}.png", wants_length=True) for number in range(400)]
FIRST, *OTHERS = TARGETS


def fill(folder: Path, targets: list[LinkTarget]) -> Path:
    with LinkStore(folder) as store:
        for target in targets:
            answer = Answer(status=200, media_type="image/png", length=1234, elapsed=1.5)
            store.add(target, answer, [Verdict.OK], NOW)
    return folder / "links.db"


def trusted(folder: Path) -> list[LinkTarget]:
    with LinkStore(folder) as store:
        return [target for target, _ in store.trusted_answers(TARGETS, NOW, one_day)]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE answers SET status = 404",
        "UPDATE answers SET checked_at = checked_at + 1",
        "UPDATE answers SET broken_runs = 1",
        "UPDATE answers SET media_type = NULL",
        "UPDATE answers SET checksum = NULL",
        "UPDATE answers SET elapsed = x'00ff'",
        "UPDATE answers SET message = CAST(x'ff' AS TEXT)",
        "DELETE FROM answers",
        "UPDATE media SET length = 1235",
        "UPDATE media SET checksum = checksum + 1",
        "DELETE FROM media",
    ],
)
def test_a_row_that_fails_its_checksum_is_asked_again_and_no_other(tmp_path: Path, damage: str) -> None:
    file = fill(tmp_path, TARGETS[:3])
    assert trusted(tmp_path) == TARGETS[:3]
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.create_function("row_checksum", -1, lambda *_: 0)
        assert db.execute(f"{damage} WHERE url = ?", (FIRST.url,)).rowcount == 1
    assert trusted(tmp_path) == TARGETS[1:3]
    fill(tmp_path, [FIRST])
    assert trusted(tmp_path) == TARGETS[:3]
    with MeasuredLinks(tmp_path) as build:
        assert build.measured() == {target.url: MeasuredMedia("image/png", 1234) for target in TARGETS[:3]}


def test_a_change_that_fails_its_checksum_makes_the_changes_unknown(tmp_path: Path) -> None:
    file = fill(tmp_path, TARGETS[:3])
    with MeasuredLinks(tmp_path) as build:
        assert build.changed_since(1) == {target.url for target in TARGETS[1:3]}
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE changes SET url = 'https://example.com/other' WHERE revision = 2")
    with MeasuredLinks(tmp_path) as build:
        assert build.changed_since(1) is None
        assert build.changed_since(2) == {TARGETS[2].url}


def test_a_lost_page_costs_its_answers_and_no_others(tmp_path: Path) -> None:
    file = fill(tmp_path, TARGETS)
    data = file.read_bytes()
    page = data.index(TARGETS[200].url.encode()) // 4096
    file.write_bytes(data[: page * 4096] + bytes(4096) + data[(page + 1) * 4096 :])
    with LinkStore(tmp_path) as store:
        assert store.warning
        assert "answers were recovered, and the other links are checked again" in store.warning
        kept = [target for target, _ in store.trusted_answers(TARGETS, NOW, one_day)]
    assert 300 < len(kept) < 400
    assert "links.db.damaged" in damaged(tmp_path)
    with LinkStore(tmp_path) as store:
        assert store.warning is None
