"""build.db that fails in the middle of a build: at each question that is asked of it, and the output is the same."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from feedpub import BuildOptions, Report, build, load_config
from feedpub.state.build_db import BuildCache
from support.site import SiteFolder

pytestmark = pytest.mark.slow

ROWS = BuildCache.rows
CORRUPT = sqlite3.DatabaseError("database disk image is malformed")
CORRUPT.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
IO_ERROR = sqlite3.OperationalError("disk I/O error")
IO_ERROR.sqlite_errorcode = sqlite3.SQLITE_IOERR


class Broken:
    """A connection of which nothing comes but ``error``."""

    def __init__(self, db: sqlite3.Connection, error: sqlite3.Error) -> None:
        self._db = db
        self._error = error

    def execute(self, *args: object) -> None:
        raise self._error

    def close(self) -> None:
        self._db.close()


def change(site: SiteFolder) -> None:
    """Change few files: edit one, delete one, add one. The topics of many other files stay unread."""
    site.add("a", topics=["AI"], excerpt="New.")
    (site.content / "b.md").unlink()
    site.add("new", topics=["Robots", "Of its own"])


@pytest.mark.parametrize("error", [IO_ERROR, CORRUPT], ids=["input/output error", "damaged"])
@pytest.mark.parametrize("full_look", [False, True], ids=["few changed", "a look at everything"])
def test_the_cache_may_fail_at_any_question(
    site: SiteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: sqlite3.Error, full_look: bool
) -> None:
    for name, topic in (("a", "AI"), ("b", "Robots"), ("c", "Ships"), ("d", "Trains")):
        site.add(name, topics=[topic])
    site.build()
    if full_look:
        monkeypatch.setattr("feedpub.building.incremental.MAX_CHANGES", 0)
    changed, changed_back = expected(site, tmp_path / "twin")
    number = 0
    while True:
        number += 1
        here = copy_of(site, tmp_path / f"here {number}")
        change(here)
        with failing(number, error) as asked:
            report = publish(here)
        assert here.files() == changed, f"it failed at question {number}"
        assert len(report.warnings) == (len(asked) >= number)
        change_back(here)
        publish(here)
        assert here.files() == changed_back, f"the next build after one that failed at question {number}"
        if len(asked) < number:
            break
    assert number > 5


def expected(site: SiteFolder, root: Path) -> list[dict[str, bytes]]:
    """Return the output after :func:`change`, and after :func:`change_back`, of builds from nothing."""
    twin = copy_of(site, root)
    outputs = []
    for step in (change, change_back):
        step(twin)
        (twin.state / "build.db").unlink()
        shutil.rmtree(twin.output)
        publish(twin)
        outputs.append(twin.files())
    return outputs


def publish(site: SiteFolder) -> Report:
    return build(load_config(site.root / "config.yaml"), BuildOptions(jobs=1))


def copy_of(site: SiteFolder, root: Path) -> SiteFolder:
    """``site`` elsewhere, built there, so that its cache is of the files as they are there."""
    shutil.copytree(site.root, root)
    copied = SiteFolder.__new__(SiteFolder)
    vars(copied).update(root=root, content=root / "content", output=root / "output", state=root / ".feedpub")
    publish(copied)
    return copied


@contextlib.contextmanager
def failing(number: int, error: sqlite3.Error) -> Iterator[list[str]]:
    """Have the ``number``-th question of a build fail; what was asked."""
    asked: list[str] = []

    def rows(cache: BuildCache, sql: str, *values: Any) -> list[Any]:
        asked.append(sql)
        if len(asked) == number and cache._db is not None:
            cache._db = Broken(cache._db, error)  # type: ignore[assignment]
        return ROWS(cache, sql, *values)

    with patch.object(BuildCache, "rows", rows):
        yield asked


def change_back(site: SiteFolder) -> None:
    site.add("b", topics=["Robots"])
    (site.content / "new.md").unlink()
