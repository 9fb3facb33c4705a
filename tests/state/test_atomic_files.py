"""The writer: all files or none, untouched where equal, the right modes, and only our own removed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from feedpub.core.errors import StorageError
from feedpub.state.atomic_files import (
    TEMPORARY,
    Changes,
    Stage,
    digest,
    is_below,
    possibly_ours,
    remove_strays,
    replace_file,
)
from support.site import drop_the_right_to_ignore_modes

COMMIT = """
import sys
from pathlib import Path
from feedpub.state.atomic_files import Stage, digest
with Stage(Path(sys.argv[1])) as stage:
    print(stage.commit(dict.fromkeys(sys.argv[2:], digest(b"ours"))))
"""
WRITE = """
import sys
from pathlib import Path
from feedpub.core.errors import StorageError
from feedpub.state.atomic_files import Stage, replace_file
try:
    if sys.argv[2] == "stage":
        with Stage(Path(sys.argv[1])) as stage:
            stage.add("topics/rss.xml", b"new")
    else:
        replace_file(Path(sys.argv[1], "topics/rss.xml"), b"new")
except StorageError as error:
    print(error)
"""
# Python tells of every open() before it happens (https://docs.python.org/3/library/audit_events.html).
SWAP = """
import os
import sys
from pathlib import Path
from feedpub.state.atomic_files import Stage, digest
path = Path(sys.argv[1])
put = {"link": lambda: path.symlink_to("equal"), "named pipe": lambda: os.mkfifo(path)}[sys.argv[2]]
def swap(event, args):
    if event == "open" and args[0] in (path, os.fspath(path)) and path.is_file() and not path.is_symlink():
        path.unlink()
        put()
sys.addaudithook(swap)
with Stage(path.parent) as stage:
    changes = stage.commit({path.name: digest(b"ours")})
print(sorted(changes.removed), os.path.lexists(path), path.is_file() and not path.is_symlink())
"""
Put = Callable[[Path], object]


def write_files(folder: Path, files: dict[str, bytes], remove: dict[str, str]) -> Changes:
    with Stage(folder) as stage:
        for path, data in files.items():
            stage.add(path, data)
        return stage.commit(remove)


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The process's umask, of the parameter's value while the test runs."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def run(program: str, *args: object, **options: Any) -> str:
    """Return the output of ``program``."""
    command = [sys.executable, "-c", program, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, **options)
    return done.stdout.strip()


def run_like_anyone(program: str, *args: object) -> str:
    """The same, without root's right to ignore modes."""
    return run(program, *args, preexec_fn=drop_the_right_to_ignore_modes)


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002], indirect=True, ids=oct)
def test_new_files_and_folders_get_the_mode_of_the_umask(tmp_path: Path, umask: int) -> None:
    write_files(tmp_path / "output", {"topics/ai/rss.xml": b"new"}, {})
    assert mode(tmp_path / "output/topics/ai/rss.xml") == 0o666 & ~umask
    assert mode(tmp_path / "output/topics/ai") == 0o777 & ~umask


@pytest.mark.parametrize("umask", [0o022, 0o077], indirect=True, ids=oct)
@pytest.mark.parametrize("kept", [0o640, 0o604, 0o444, 0o664], ids=oct)
def test_a_replaced_file_keeps_its_mode(tmp_path: Path, kept: int, umask: int) -> None:
    (tmp_path / "rss.xml").write_bytes(b"old")
    (tmp_path / "rss.xml").chmod(kept)
    write_files(tmp_path, {"rss.xml": b"new"}, {})
    assert (tmp_path / "rss.xml").read_bytes() == b"new"
    assert mode(tmp_path / "rss.xml") == kept


def test_a_file_of_equal_bytes_is_not_touched(tmp_path: Path) -> None:
    write_files(tmp_path, {"rss.xml": b"same", "atom.xml": b"old"}, {})
    before = (tmp_path / "rss.xml").stat()
    changes = write_files(tmp_path, {"rss.xml": b"same", "atom.xml": b"new"}, {})
    after = (tmp_path / "rss.xml").stat()
    assert (after.st_mtime_ns, after.st_ctime_ns, after.st_ino) == (
        before.st_mtime_ns,
        before.st_ctime_ns,
        before.st_ino,
    )
    assert changes.written == {"atom.xml"}


@pytest.mark.parametrize("there", [b"sam", b"same and more", b"SAME", b""])
def test_a_file_of_other_bytes_differs(tmp_path: Path, there: bytes) -> None:
    (tmp_path / "rss.xml").write_bytes(there)
    with Stage(tmp_path, dry_run=True) as stage:
        stage.add("rss.xml", b"same")
    assert stage.changed == ["rss.xml"]


@pytest.mark.parametrize(
    "put",
    [
        pytest.param(lambda path: path.symlink_to("theirs"), id="link"),
        pytest.param(lambda path: path.symlink_to("equal"), id="link to equal bytes"),
        pytest.param(lambda path: path.symlink_to("nowhere"), id="dangling link"),
        pytest.param(os.mkfifo, id="named pipe"),
    ],
)
def test_what_is_no_file_is_replaced_and_neither_followed_nor_waited_for(tmp_path: Path, put: Put) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / "equal").write_bytes(b"new")
    put(tmp_path / "rss.xml")
    write_files(tmp_path, {"rss.xml": b"new", "another.xml": b"new"}, {})
    assert (tmp_path / "rss.xml").lstat().st_mode == (tmp_path / "another.xml").lstat().st_mode
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "rss.xml": b"new",
        "another.xml": b"new",
        "equal": b"new",
        "theirs": b"theirs",
    }


@pytest.mark.parametrize(
    ("late", "put", "message"),
    [
        pytest.param(
            "z/rss.xml",
            lambda path: path.mkdir(parents=True),
            "z/rss.xml: cannot be written: is a directory",
            id="a folder in a file's place",
        ),
        pytest.param(
            "z/rss.xml",
            lambda path: path.parent.write_bytes(b""),
            "z: cannot be written: is a file, not a folder",
            id="a file in a folder's place",
        ),
        pytest.param(
            f"z/{'x' * 300}",
            lambda _: None,
            f"z/{'x' * 300}: cannot be written: file name too long",
            id="a name too long",
        ),
    ],
)
def test_no_file_changes_where_a_later_one_cannot_be_written(tmp_path: Path, late: str, put: Put, message: str) -> None:
    write_files(tmp_path, {"atom.xml": b"old"}, {"gone.xml": digest(b"ours")})
    (tmp_path / "gone.xml").write_bytes(b"ours")
    put(tmp_path / late)
    with pytest.raises(StorageError) as raised:
        write_files(tmp_path, {"atom.xml": b"new", "new.xml": b"new", late: b"new"}, {"gone.xml": digest(b"ours")})
    assert str(raised.value) == f"{tmp_path}/{message}"
    assert (tmp_path / "atom.xml").read_bytes() == b"old"
    assert below(tmp_path) - {"z", "z/rss.xml"} == {"atom.xml", "gone.xml"}


def test_a_file_that_is_ours_is_removed_with_the_folders_that_it_leaves_empty(tmp_path: Path) -> None:
    output = tmp_path / "output"
    write_files(output, {"topics/ai/rss.xml": b"ours"}, {})
    changes = write_files(output, {}, {"topics/ai/rss.xml": digest(b"ours"), "never/was.xml": digest(b"")})
    assert (changes.removed, changes.foreign) == ({"topics/ai/rss.xml"}, frozenset())
    assert below(output) == set()
    assert output.is_dir()


def test_a_folder_with_a_foreign_file_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {"topics/ai/rss.xml": b"ours", "topics/ai/notes.txt": b"foreign"}, {})
    write_files(tmp_path, {}, {"topics/ai/rss.xml": digest(b"ours")})
    assert below(tmp_path) == {"topics", "topics/ai", "topics/ai/notes.txt"}


@pytest.mark.parametrize(
    "put",
    [
        pytest.param(lambda path: path.write_bytes(b"theirs"), id="changed"),
        pytest.param(lambda path: path.symlink_to(path.parent / "equal"), id="link to equal bytes"),
        pytest.param(lambda path: path.mkdir(), id="folder"),
        pytest.param(os.mkfifo, id="named pipe"),
    ],
)
def test_what_someone_put_in_the_place_of_our_file_is_not_removed(tmp_path: Path, put: Put) -> None:
    (tmp_path / "equal").write_bytes(b"ours")
    put(tmp_path / "rss.xml")
    ours = {"rss.xml": digest(b"ours")}
    assert possibly_ours(tmp_path, ours) == set()
    changes = write_files(tmp_path, {}, ours)
    assert (changes.removed, changes.foreign) == (frozenset(), {"rss.xml"})
    assert os.path.lexists(tmp_path / "rss.xml")


def test_strays_are_removed_with_folders_that_hold_nothing_else(tmp_path: Path) -> None:
    kept = {"kept", "kept/rss.xml", "kept/feedpub-tmp-mine", f"kept/{TEMPORARY}folder", "empty"}
    for folder in ("kept", "empty", "stray", f"kept/{TEMPORARY}folder"):
        (tmp_path / folder).mkdir()
    for file in ("kept/rss.xml", "kept/feedpub-tmp-mine", f"stray/{TEMPORARY}1", f"stray/{TEMPORARY}2"):
        (tmp_path / file).touch()
    folders = [tmp_path / name for name in ("missing", "kept", "empty", "stray")]
    remove_strays([*folders, tmp_path], below=tmp_path)
    assert below(tmp_path) == kept


def test_the_folders_above_a_stray_go_as_far_as_they_are_empty(tmp_path: Path) -> None:
    for folder in ("topics/ai/archive/1", "providers/x", "providers/mine"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("topics/ai/archive/1", "providers/x"):
        (tmp_path / folder / f"{TEMPORARY}1").touch()
    remove_strays([tmp_path / "topics/ai/archive/1", tmp_path / "providers/x", tmp_path / "providers"], below=tmp_path)
    assert below(tmp_path) == {"providers", "providers/mine"}


def test_the_folder_of_strays_stays_though_it_becomes_empty(tmp_path: Path) -> None:
    (tmp_path / "site" / "output").mkdir(parents=True)
    (tmp_path / "site" / "output" / f"{TEMPORARY}1").touch()
    remove_strays([tmp_path / "site" / "output"], below=tmp_path / "site" / "output")
    assert below(tmp_path) == {"site", "site/output"}
    (tmp_path / "site" / "output" / "a").mkdir()
    (tmp_path / "site" / "output" / "a" / f"{TEMPORARY}1").touch()
    remove_strays([tmp_path / "site" / "output" / "a"], below=tmp_path / "site" / "output")
    assert below(tmp_path) == {"site", "site/output"}


def test_the_empty_folder_of_a_file_of_ours_that_is_gone_is_removed(tmp_path: Path) -> None:
    for folder in ("topics/ai", "topics/mine"):
        (tmp_path / folder).mkdir(parents=True)
    changes = write_files(tmp_path, {}, {"topics/ai/rss.xml": digest(b"ours")})
    assert changes.removed == frozenset()
    assert below(tmp_path) == {"topics", "topics/mine"}


def test_a_folder_that_the_owner_made_stays_though_nothing_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir(mode=0o750)
    (tmp_path / "output" / f"{TEMPORARY}1").touch()
    remove_strays([tmp_path / "output"], below=tmp_path / "output")
    assert below(tmp_path) == {"output"}


def test_what_is_called_before_the_renames_finds_all_flushed_and_none_renamed(tmp_path: Path) -> None:
    found = []
    with Stage(tmp_path) as stage:
        stage.add("rss.xml", b"new")
        stage.commit({}, lambda: found.append(below(tmp_path)))
    assert [len(names) for names in found] == [1]
    assert "rss.xml" not in found[0]
    with Stage(tmp_path) as stage:
        stage.add("rss.xml", b"new")
        stage.commit({}, lambda: found.append(below(tmp_path)))
    assert len(found) == 1, "there was nothing to rename"


def test_replacing_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(StorageError, match=r"report\.json: cannot be written: is a directory"):
        replace_file(tmp_path / "report.json", b"{}")
    assert below(tmp_path) == {"report.json"}


def test_a_file_that_is_replaced_is_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    replace_file(tmp_path / "report.json", b"{}")
    (tmp_path / "report.json").chmod(0o640)
    replace_file(tmp_path / "report.json", b"[]")
    assert (tmp_path / "report.json").read_bytes() == b"[]"
    assert mode(tmp_path / "report.json") == 0o640
    assert below(tmp_path) == {"report.json"}


def test_a_dry_run_tells_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, {"rss.xml": b"same", "atom.xml": b"old", "gone.xml": b"ours", "mine.xml": b"theirs"}, {})
    before = {path.name: (path.read_bytes(), path.stat().st_ctime_ns) for path in tmp_path.iterdir()}
    with Stage(tmp_path, dry_run=True) as stage:
        for path, data in {"rss.xml": b"same", "atom.xml": b"new", "topics/rss.xml": b"new"}.items():
            stage.add(path, data)
        changes = stage.commit(dict.fromkeys(("gone.xml", "mine.xml"), digest(b"ours")), pytest.fail)
    assert changes == Changes(
        written=frozenset({"atom.xml", "topics/rss.xml"}),
        removed=frozenset({"gone.xml"}),
        foreign=frozenset({"mine.xml"}),
    )
    assert {path.name: (path.read_bytes(), path.stat().st_ctime_ns) for path in tmp_path.iterdir()} == before


def test_what_came_into_the_place_of_a_file_meanwhile_is_named(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.add("rss.xml", b"new")
        (tmp_path / "rss.xml").mkdir()
        with pytest.raises(StorageError) as raised:
            stage.commit({})
    assert str(raised.value) == f"{tmp_path}/rss.xml: cannot be written: is a directory"
    assert below(tmp_path) == {"rss.xml"}


@pytest.mark.slow
@pytest.mark.parametrize(("how", "named"), [("stage", ""), ("replace", "/topics/rss.xml")])
def test_no_temporary_file_is_named_where_a_folder_cannot_be_written_to(tmp_path: Path, how: str, named: str) -> None:
    (tmp_path / "topics").mkdir(mode=0o555)
    assert run_like_anyone(WRITE, tmp_path, how) == f"{tmp_path}{named}: cannot be written: permission denied"
    assert below(tmp_path) == {"topics"}


@pytest.mark.slow
@pytest.mark.parametrize("put", ["link", "named pipe"])
def test_what_takes_the_place_of_a_file_while_it_is_looked_at_is_neither_followed_nor_waited_for(
    tmp_path: Path, put: str
) -> None:
    for name in ("rss.xml", "equal"):
        (tmp_path / name).write_bytes(b"ours")
    assert run(SWAP, tmp_path / "rss.xml", put) == "[] True False"


@pytest.mark.slow
def test_an_orphan_that_cannot_be_removed_keeps_no_other(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/rss.xml": b"ours", "b/rss.xml": b"ours"}, {})
    (tmp_path / "a").chmod(0o555)
    changes = Changes(written=frozenset(), removed=frozenset({"b/rss.xml"}), foreign=frozenset())
    assert run_like_anyone(COMMIT, tmp_path, "a/rss.xml", "b/rss.xml") == str(changes)
    assert below(tmp_path) == {"a", "a/rss.xml"}


@pytest.mark.slow
@pytest.mark.parametrize("mode_of_folder", [0o755, 0o000])
def test_an_orphan_that_cannot_be_read_now_is_neither_removed_nor_someone_elses(
    tmp_path: Path, mode_of_folder: int
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/rss.xml").write_bytes(b"ours")
    (tmp_path / "folder/rss.xml").chmod(0)
    (tmp_path / "folder").chmod(mode_of_folder)
    printed = run_like_anyone(COMMIT, tmp_path, "folder/rss.xml")
    (tmp_path / "folder").chmod(0o755)
    assert printed == str(Changes(written=frozenset(), removed=frozenset(), foreign=frozenset()))
    assert (tmp_path / "folder/rss.xml").exists()


@pytest.mark.parametrize("path", ["a", "a/b.xml", "..a/b", ".a/..b", "a b/é"])
def test_a_relative_path_without_dots_stays_below_its_folder(path: str) -> None:
    assert is_below(path)


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", ".", "./a", "..", "../a", "a/..", "a/../b", "a\0b"])
def test_a_path_that_may_leave_its_folder_is_not_below_it(path: str) -> None:
    assert not is_below(path)


def test_files_may_be_ours_if_they_have_our_content_or_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "ours").write_bytes(b"a")
    (tmp_path / "changed").write_bytes(b"b")
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "no-folder").write_bytes(b"a")
    files = dict.fromkeys(("ours", "changed", "gone", "folder/gone", "no-folder/x"), digest(b"a"))
    assert possibly_ours(tmp_path, files) == {"ours"}
