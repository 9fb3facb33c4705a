"""State from earlier versions: every build.db that was ever written opens or is set aside with one line, published.json
and links.db keep all that they hold.

The dumps beside this file were written by the code of the schema that they are named after; of 3 there were two. A
schema that changes adds a dump, and changes none.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from feedpub.core.models import MeasuredMedia
from feedpub.links.remember import database
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.remember.store import LinkStore
from feedpub.state import cache_file
from support.site import SiteFolder

HERE = Path(__file__).parent
BUILDS = sorted(HERE.glob("build-*.sql"))
LINKS = sorted(HERE.glob("links-*.sql"))
MEASURED = {"https://example.com/p.png": MeasuredMedia("image/png", 12345)}


def restore(dump: Path, file: Path) -> Path:
    file.parent.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.executescript(dump.read_text(encoding="utf-8"))
    return file


def rows(file: Path) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    with contextlib.closing(sqlite3.connect(file)) as db:
        for table in ("answers", "media", "meta"):
            names = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})") if name != "checksum"]
            found += db.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1")
    return found


def version(dump: Path) -> int:
    return int(dump.stem.split("-")[1])


def old_site(site: SiteFolder) -> SiteFolder:
    """The articles that the dumps are of."""
    site.add("a", topics=["AI"])
    site.write("bad", "---\ntitle: Bad\n---\n")
    return site


def test_there_is_a_dump_of_every_schema() -> None:
    assert {version(dump) for dump in BUILDS} == set(range(2, cache_file.VERSION + 1)), "schema 1 was never written"
    assert {version(dump) for dump in LINKS} == set(range(1, len(database.MIGRATIONS) + 1))


@pytest.mark.parametrize("dump", BUILDS, ids=lambda dump: dump.stem)
def test_a_cache_of_any_schema_opens_or_is_set_aside_with_one_line(
    site: SiteFolder, tmp_path: Path, dump: Path
) -> None:
    twin = old_site(SiteFolder(tmp_path / "twin"))
    twin.build()
    restore(dump, old_site(site).state / "build.db")
    done = site.build()
    warnings = [line for line in done.stderr.splitlines() if line.startswith("feedpub: ")]
    if version(dump) == cache_file.VERSION:
        assert warnings == []
    else:
        assert warnings == [
            f"feedpub: warning: {site.state}/build.db: is damaged or from another version; started afresh"
        ]
    assert site.files() == twin.files()
    assert (again := site.build()).stderr == "", again.stderr


def test_what_an_older_version_published_is_kept_and_what_it_no_longer_writes_is_removed(site: SiteFolder) -> None:
    old_site(site).configure("output: {pages: false, formats: [rss]}\n")
    site.state.mkdir()
    shutil.copy(HERE / "published-1.json", site.state / "published.json")
    (site.content / "a.md").unlink()
    site.build()
    assert "topics/ai/rss.xml" in site.files(), "a feed that was published stays published"


@pytest.mark.parametrize("dump", LINKS, ids=lambda dump: dump.stem)
def test_links_db_of_any_schema_keeps_every_measurement(site: SiteFolder, dump: Path) -> None:
    file = restore(dump, site.state / "links.db")
    before = rows(file)
    for opens in (MeasuredLinks, LinkStore):
        with opens(site.state) as opened:
            assert opened.warning is None
    assert rows(file) == before
    with MeasuredLinks(site.state) as learned:
        assert learned.measured() == MEASURED
        assert [url for url, _ in learned.suspects()] == ["https://example.com/a"]
    site.add("a", images=[{"url": "https://example.com/p.png"}])
    site.build()
    assert b'length="12345"' in site.files()["rss.xml"]


@pytest.mark.parametrize("dump", LINKS, ids=lambda dump: dump.stem)
def test_a_dry_run_reads_links_db_of_any_schema_and_leaves_it_as_it_is(site: SiteFolder, dump: Path) -> None:
    file = restore(dump, site.state / "links.db")
    before = file.read_bytes()
    with MeasuredLinks(site.state, read_only=True) as learned:
        assert learned.warning is None
        assert learned.measured() == MEASURED
        assert learned.changed_since(learned.state()[1]) == frozenset()
    assert file.read_bytes() == before
    assert [path.name for path in site.state.iterdir()] == ["links.db"]


def test_links_db_of_a_version_to_come_is_left_alone_and_told(site: SiteFolder) -> None:
    file = restore(LINKS[-1], site.state / "links.db")
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    site.add("a")
    done = site.run("build")
    assert (done.returncode, done.stderr) == (
        4,
        f"feedpub: {file}: is from a newer feedpub (its version 99); it is left alone\n",
    )
    assert file.read_bytes() == before
