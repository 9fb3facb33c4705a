"""One build at a time: the lock goes with its process, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub.core.errors import LockedError, StorageError
from feedpub.state.lock import build_lock

HOLDER = """
import sys, time
from pathlib import Path
from feedpub.state.lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of ``tmp_path``."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.slow
def test_a_held_lock_names_the_process_that_holds_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LockedError, match=rf"\bpid {holder.pid}\b"), build_lock(tmp_path):
        pass


@pytest.mark.slow
def test_the_lock_of_a_killed_process_does_not_block(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with build_lock(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with build_lock(tmp_path / "state"):
            pass


def test_the_lock_is_released_when_the_build_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), build_lock(tmp_path):
        raise ZeroDivisionError
    with build_lock(tmp_path):
        pass


@pytest.mark.parametrize("state", ["file", "missing/state", "folder"])
def test_a_folder_that_cannot_hold_a_lock_is_a_storage_error(tmp_path: Path, state: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "lock").mkdir(parents=True)
    with pytest.raises(StorageError, match=rf"{state}: cannot be written: "), build_lock(tmp_path / state):
        pass


@pytest.mark.slow
def test_who_has_patience_waits_for_who_needs_the_lock_for_a_moment(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(LockedError), build_lock(tmp_path, 0.1):
        pass
    threading.Timer(0.2, holder.kill).start()
    with build_lock(tmp_path, 30):
        assert holder.wait() != 0
