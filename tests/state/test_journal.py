"""The journal of a build: it exists while it is needed, and is harmless otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedpub.core.errors import StorageError
from feedpub.state.atomic_files import digest
from feedpub.state.journal import Journal
from support.site import SiteFolder, drop_the_right_to_ignore_modes

FILES = {"rss.xml": "0" * 64}


def test_a_note_is_found_until_it_is_forgotten(tmp_path: Path) -> None:
    assert Journal(tmp_path, "output").read() is None
    Journal(tmp_path, "output").write(FILES)
    assert Journal(tmp_path, "output").read() == FILES
    assert Journal(tmp_path, "elsewhere").read() is None
    Journal(tmp_path, "output").delete()
    assert Journal(tmp_path, "output").read() is None
    Journal(tmp_path, "output").delete()


@pytest.mark.parametrize("content", [b"", b'{"rss.xml": "00', b"\xff", b"[]", b'{"rss.xml": 1}'])
def test_a_note_that_is_not_whole_is_about_nothing(tmp_path: Path, content: bytes) -> None:
    journal = Journal(tmp_path, "output")
    journal.write(FILES)
    next(tmp_path.iterdir()).write_bytes(content)
    assert journal.read() == {}


def test_a_note_that_cannot_be_written_or_read_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"intent-.*\.json: cannot be written: no such file or directory"):
        Journal(tmp_path / "missing", "output").write(FILES)
    journal = Journal(tmp_path, "output")
    journal.write(FILES)
    file = next(tmp_path.iterdir())
    file.unlink()
    file.mkdir()
    with pytest.raises(StorageError, match=r"intent-.*\.json: cannot be read: is a directory"):
        journal.read()


def interrupted(site: SiteFolder, files: dict[str, bytes]) -> None:
    """As a build leaves it that was killed when it had renamed ``files``."""
    Journal(site.state, "output").write({path: digest(data) for path, data in files.items()})
    for path, data in files.items():
        (site.output / path).parent.mkdir(parents=True, exist_ok=True)
        (site.output / path).write_bytes(data)


def notes(site: SiteFolder) -> list[Path]:
    return list(site.state.glob("intent-*"))


def test_what_a_killed_build_renamed_is_ours_and_what_someone_changed_since_is_not(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    before = site.files()
    interrupted(site, {"topics/gone/rss.xml": b"<rss/>", "topics/changed/rss.xml": b"<rss/>"})
    (site.output / "topics/changed/rss.xml").write_bytes(b"<mine/>")
    site.build("--dry-run")
    assert "topics/gone/rss.xml" in site.files()
    assert notes(site), "a dry run settles nothing"
    site.build()
    assert site.files() == {**before, "topics/changed/rss.xml": b"<mine/>"}
    assert notes(site) == []
    assert site.build().stderr == ""


@pytest.mark.slow
def test_what_a_killed_build_renamed_and_the_next_cannot_read_is_ours_all_the_same(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    interrupted(site, {"topics/gone/rss.xml": b"<rss/>"})
    gone = site.output / "topics/gone/rss.xml"
    gone.chmod(0)
    assert site.run_process("build", preexec_fn=drop_the_right_to_ignore_modes).returncode == 0
    assert gone.exists()
    gone.chmod(0o644)
    site.build()
    assert not gone.exists()


@pytest.mark.parametrize("path", ["../victim.xml", "/victim.xml", "a\0b", "topics/../../victim.xml", ""])
def test_a_note_about_a_path_outside_is_ignored(site: SiteFolder, path: str) -> None:
    (site.root / "victim.xml").write_bytes(b"<rss/>")
    site.add("a", topics=["AI"])
    site.build()
    Journal(site.state, "output").write({path: digest(b"<rss/>"), "topics/gone/rss.xml": digest(b"<rss/>")})
    assert Journal(site.state, "output").read() == {"topics/gone/rss.xml": digest(b"<rss/>")}
    site.build()
    assert (site.root / "victim.xml").read_bytes() == b"<rss/>"


def test_the_note_about_one_output_outlasts_a_build_of_another(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    interrupted(site, {"topics/gone/rss.xml": b"<rss/>"})
    site.build("--output", "second")
    assert notes(site)
    site.build()
    assert "topics/gone/rss.xml" not in site.files()


def test_a_note_does_not_lose_the_copy_of_a_damaged_published_json(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    interrupted(site, {"topics/gone/rss.xml": b"<rss/>"})
    (site.state / "published.json").write_bytes(b"{")
    assert "published.json: is damaged" in site.build().stderr
    assert (site.state / "published.unreadable").read_bytes() == b"{"
    assert "topics/gone/rss.xml" not in site.files()
    assert json.loads((site.state / "published.json").read_bytes())["outputs"]["output"]["articles"] == 1
