"""A build that is killed, interrupted, out of space, locked out or robbed of its state: every published file stays
whole, and the next build makes up for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedpub.state.lock import build_lock
from support.site import SiteFolder, drop_the_right_to_ignore_modes

pytestmark = pytest.mark.slow

BUILD = [sys.executable, "-m", "feedpub", "build"]
RENAMES = "rename,renameat,renameat2"
TOPICS = 60
Do = Callable[[SiteFolder], object]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def fill(site: SiteFolder, excerpt: str) -> None:
    """Many feeds, all of which change with ``excerpt``."""
    for number in range(TOPICS):
        site.add(f"a{number}", topics=[f"T{number}", "all"], excerpt=excerpt)


def fresh(folder: Path, excerpt: str) -> dict[str, bytes]:
    """Return the output of a build without earlier state."""
    site = SiteFolder(folder)
    fill(site, excerpt)
    site.build()
    return site.files()


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    while not condition():
        assert process.poll() is None, "the build ended too soon"
        time.sleep(0.001)


def strays(site: SiteFolder) -> list[Path]:
    return list(site.root.rglob(".feedpub-tmp-*"))


def published(site: SiteFolder) -> dict[str, bytes]:
    return {path: data for path, data in site.files().items() if ".feedpub-tmp-" not in path}


@pytest.fixture
def start(site: SiteFolder) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a build of ``site`` and do not wait for its end."""
    with contextlib.ExitStack() as stack:

        def start(*args: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [*BUILD, *args], cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def test_a_first_build_killed_before_it_published_anything_leaves_no_trace_after_the_next(
    site: SiteFolder, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    fill(site, "new")
    process = start()
    wait_for(lambda: strays(site), process)
    process.kill()
    process.wait()
    assert strays(site)
    site.build()
    assert site.files() == fresh(tmp_path / "fresh", "new")
    assert strays(site) == []


@pytest.mark.parametrize(
    "phase",
    [
        pytest.param(lambda site: (site.state / "lock").exists(), id="while it reads"),
        pytest.param(strays, id="while it writes"),
    ],
)
def test_an_interrupted_build_says_so_and_cleans_up(
    site: SiteFolder, start: Callable[..., subprocess.Popen[str]], phase: Do
) -> None:
    fill(site, "new")
    process = start()
    wait_for(lambda: phase(site), process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "feedpub: interrupted; every published file is whole"
    assert strays(site) == []


def test_a_second_build_at_the_same_time_exits_3_and_names_the_first(
    site: SiteFolder, start: Callable[..., subprocess.Popen[str]]
) -> None:
    fill(site, "new")
    first = start()
    wait_for(lambda: (site.state / "lock").exists() and (site.state / "lock").read_text(), first)
    first.send_signal(signal.SIGSTOP)
    second = site.run("build")
    assert (second.returncode, second.stdout) == (3, "")
    assert second.stderr == f"feedpub: another build is running (pid {first.pid}); nothing was written\n"
    first.send_signal(signal.SIGCONT)
    first.communicate()
    assert first.returncode == 0


def test_commands_that_only_read_do_not_wait_for_a_build(site: SiteFolder) -> None:
    site.add()
    site.state.mkdir()
    with build_lock(site.state):
        commands = (["validate"], ["list", "feeds"], ["explain", "content/a.md"], ["build", "--dry-run"])
        assert [site.run(*command).returncode for command in commands] == [0] * 4
        assert site.run("build").returncode == 3


def traced(site: SiteFolder, *options: str) -> subprocess.CompletedProcess[str]:
    """Build under strace."""
    command = ["strace", "-f", "-y", "-o", str(site.root / "trace"), *options, *BUILD]
    done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("tracing is not permitted here")
    return done


@pytest.mark.campaign
@needs_strace
def test_all_files_are_written_and_flushed_before_the_first_rename_and_the_state_comes_last(site: SiteFolder) -> None:
    site.add(topics=["AI"])
    assert traced(site, "-e", f"trace=openat,fsync,{RENAMES}").returncode == 0
    lines = (site.root / "trace").read_text().splitlines()

    def calls(pattern: str) -> list[int]:
        return [number for number, line in enumerate(lines) if re.search(pattern, line)]

    # The modules in feedpub/output/ may be compiled meanwhile.
    output = re.escape(f"/{site.root.name}/output")
    created = calls(rf"openat\(.*{output}/.*\.feedpub-tmp-.*O_CREAT")
    flushed = calls(rf"fsync\(.*{output}/.*\.feedpub-tmp-")
    renamed = calls(rf"rename.*{output}/")
    folders = calls(rf"fsync\(\d+<[^>]*{output}(/topics(/ai)?)?>")
    state = calls(r"rename.*/published\.json")
    assert [len(found) for found in (created, flushed, renamed, folders, state)] == [14, 14, 14, 3, 1]
    assert max(*created, *flushed) < min(renamed)
    assert max(renamed) < min(folders)
    assert max(folders) < min(state)


@pytest.mark.campaign
@needs_strace
@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_file_that_cannot_be_flushed_changes_nothing(site: SiteFolder, number: int) -> None:
    site.add(topics=["AI"], excerpt="Old.")
    site.build()
    before = site.files()
    site.add(topics=["AI"], excerpt="New.")
    done = traced(site, "-e", "trace=fsync", "-e", f"inject=fsync:error=EIO:when={number}")
    assert done.returncode == 4
    assert re.fullmatch(r"feedpub: .*/output: cannot be written: input/output error\n", done.stderr)
    assert site.files() == before


def fill_topics(site: SiteFolder, excerpt: str) -> None:
    """Give the site more feeds than are flushed one by one."""
    for number in range(30):
        site.add(f"a{number}", topics=[f"Topic {number}"], excerpt=excerpt)


@pytest.mark.campaign
@needs_strace
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells syncfs of failures of the disk")
def test_many_files_are_flushed_with_their_file_system_before_the_first_rename(site: SiteFolder) -> None:
    fill_topics(site, "Old.")
    assert traced(site, "-e", f"trace=openat,syncfs,{RENAMES}").returncode == 0
    lines = (site.root / "trace").read_text().splitlines()
    # The modules in feedpub/output/ may be compiled meanwhile.
    output = re.escape(f"/{site.root.name}/output")
    created = [number for number, line in enumerate(lines) if re.search(rf"openat\(.*{output}/.*tmp-.*O_CREAT", line)]
    renamed = [number for number, line in enumerate(lines) if re.search(rf"rename.*{output}/", line)]
    flushed = [number for number, line in enumerate(lines) if "syncfs(" in line]
    assert len(created) == len(renamed) > 90
    assert len(flushed) == 1
    assert max(created) < flushed[0] < min(renamed)


@pytest.mark.campaign
@needs_strace
def test_a_file_system_that_cannot_be_flushed_changes_nothing(site: SiteFolder) -> None:
    fill_topics(site, "Old.")
    site.build()
    before = site.files()
    fill_topics(site, "New.")
    done = traced(site, "-e", "trace=syncfs", "-e", "inject=syncfs:error=EIO:when=1")
    assert done.returncode == 4
    assert re.fullmatch(r"feedpub: .*/output: cannot be written: input/output error\n", done.stderr)
    assert site.files() == before


def small_files() -> None:
    """Let no file grow over 60 kB: what a full disk does, for everyone."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_a_file_that_cannot_be_written_in_full_changes_nothing(site: SiteFolder, tmp_path: Path) -> None:
    fill(site, "old")
    site.build()
    before = site.files()
    fill(site, "new " * 400)
    done = site.run_process("build", preexec_fn=small_files)
    assert done.returncode == 4
    assert re.fullmatch(r"feedpub: .*/output: cannot be written: file too large\n", done.stderr)
    assert site.files() == before
    site.build()
    assert site.files() == fresh(tmp_path / "fresh", "new " * 400)


@pytest.mark.parametrize("blocked", ["output", ".feedpub", ".feedpub/lock", ".feedpub/published.json"])
def test_what_cannot_be_written_is_named_and_exits_4(site: SiteFolder, blocked: str) -> None:
    site.add()
    path = site.root / blocked
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if blocked.count("/") else path.touch()
    done = site.run("build")
    assert done.returncode == 4
    assert re.fullmatch(
        r"feedpub: .*/(output|\.feedpub)(/published\.json)?: cannot be (written|read): .+\n", done.stderr
    )
    assert done.stdout == ""
    assert site.files() == {}


@pytest.mark.parametrize(("folder", "mode"), [("output", 0o500), ("output", 0o000), (".feedpub", 0o500)])
def test_a_folder_without_the_right_to_write_exits_4(site: SiteFolder, folder: str, mode: int) -> None:
    site.add("a", topics=["AI"])
    site.build()
    before = site.files()
    site.add("a", topics=["AI"], excerpt="New.")
    (site.state / "lock").unlink()
    (site.root / folder).chmod(mode)
    try:
        done = site.run_process("build", preexec_fn=drop_the_right_to_ignore_modes)
    finally:
        (site.root / folder).chmod(0o755)
    assert done.returncode == 4
    assert re.fullmatch(rf"feedpub: .*{folder}(/\S+)?: cannot be written: permission denied\n", done.stderr)
    assert site.files() == before


def lock_exclusively(site: SiteFolder) -> sqlite3.Connection:
    db = sqlite3.connect(site.state / "build.db", isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    return db


def make_newer(site: SiteFolder) -> None:
    with contextlib.closing(sqlite3.connect(site.state / "build.db")) as db:
        db.execute("PRAGMA user_version = 999")


def replace_by_folder(site: SiteFolder) -> None:
    (site.state / "build.db").unlink()
    (site.state / "build.db").mkdir()


@pytest.mark.parametrize(
    ("damage", "warnings"),
    [
        pytest.param(lambda site: (site.state / "build.db").unlink(), 0, id="deleted"),
        pytest.param(lambda site: (site.state / "build.db").write_bytes(b""), 1, id="emptied"),
        pytest.param(lambda site: os.truncate(site.state / "build.db", 5000), 1, id="truncated"),
        pytest.param(lambda site: (site.state / "build.db").write_bytes(b"garbage" * 1000), 1, id="garbage"),
        pytest.param(make_newer, 1, id="newer"),
        pytest.param(replace_by_folder, 1, id="folder"),
        pytest.param(lambda site: (site.state / "build.db").chmod(0o444), 1, id="read-only"),
        pytest.param(lambda site: (site.state / "build.db").chmod(0o000), 1, id="unreadable"),
        pytest.param(lock_exclusively, 1, id="locked"),
    ],
)
def test_whatever_happens_to_build_db_the_output_is_the_same(
    site: SiteFolder, tmp_path: Path, damage: Do, warnings: int
) -> None:
    fill(site, "old")
    site.write("bad", "---\ntitle: Bad\n---\n")
    site.build()
    fill(site, "new")
    site.write("worse", "---\ntitle: Worse\n---\n")
    held = damage(site)
    done = site.run_process("build", preexec_fn=drop_the_right_to_ignore_modes)
    if isinstance(held, sqlite3.Connection):
        held.close()
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if line.startswith("content/worse.md:")]
    about = [line for line in done.stderr.splitlines() if not line.startswith("content/")]
    assert sum(line.startswith("feedpub: warning: ") and "build.db" in line for line in about) == warnings
    assert len(about) - warnings in (0, 1), "beyond it, the line that counts known problems at most"
    assert site.files() == fresh(tmp_path / "fresh", "new")


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 2}', b"\xff"])
def test_a_damaged_published_json_costs_one_warning_until_a_build_succeeds(site: SiteFolder, content: bytes) -> None:
    site.add("a", topics=["AI"])
    site.build()
    before = site.files()
    (site.state / "published.json").write_bytes(content)
    for command in (["build", "--dry-run"], ["build"]):
        done = site.run(*command)
        assert (done.returncode, done.stderr.count("\n")) == (0, 1)
        assert done.stderr.startswith("feedpub: warning: ")
        assert "published.json" in done.stderr
        assert site.files() == before
    assert site.build().stderr == ""
    assert json.loads((site.state / "published.json").read_bytes())["outputs"]["output"]["articles"] == 1
