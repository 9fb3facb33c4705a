"""``feedpub init``: a site that builds, and nothing overwritten."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def init(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "feedpub", "init", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["demo", "a new site", "deep/er"])
def test_what_init_tells_to_do_next_works(tmp_path: Path, name: str) -> None:
    done = init(tmp_path, name)
    assert (done.returncode, done.stderr) == (0, "")
    following = done.stdout.splitlines()[-1].removeprefix("next: ")
    command = following.replace("feedpub", f"{sys.executable} -m feedpub")
    built = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    assert built.stdout.startswith("1 article read, 1 published, 3 feeds written, 0 unchanged in ")
    assert (tmp_path / name / "output/topics/welcome/rss.xml").exists()


def test_init_without_a_folder_starts_here(tmp_path: Path) -> None:
    assert init(tmp_path).stdout.splitlines()[-1] == "next: feedpub build"
    assert (tmp_path / "config.yaml").exists()


def test_init_in_a_folder_with_other_files_leaves_them(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/mine.md").write_text("mine")
    assert init(tmp_path, "-q").stdout == ""
    assert (tmp_path / "content/mine.md").read_text() == "mine"


@pytest.mark.parametrize("link", [False, True], ids=["file", "dangling link"])
def test_init_overwrites_no_configuration_and_adds_nothing_beside_it(tmp_path: Path, link: bool) -> None:
    if link:
        (tmp_path / "config.yaml").symlink_to("elsewhere")
    else:
        (tmp_path / "config.yaml").write_text("mine")
    done = init(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "feedpub: config.yaml: exists; nothing was written\n"
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_init_overwrites_no_article(tmp_path: Path) -> None:
    init(tmp_path)
    (article,) = (tmp_path / "content").iterdir()
    article.write_text("mine")
    (tmp_path / "config.yaml").unlink()
    done = init(tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"feedpub: content/{article.name}: exists; it was left as it is\n"
    assert article.read_text() == "mine"


@pytest.mark.parametrize(("folder", "status"), [("file/demo", 4), ("file", 2), ("x" * 300, 4), ("", 2)])
def test_a_folder_that_cannot_be_made_is_named_in_one_line(tmp_path: Path, folder: str, status: int) -> None:
    (tmp_path / "file").touch()
    done = init(tmp_path, folder)
    assert done.returncode == status
    assert re.fullmatch(r"feedpub: .+\n", done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
