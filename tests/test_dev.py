"""``./dev``: its tasks, and the one line that it writes where it cannot make an environment."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


def dev(folder: Path, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``folder``'s ``./dev`` from another folder, without the user's settings of pip."""
    return subprocess.run(
        [folder / "dev", *args],
        cwd=folder.parent,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(**variables: str) -> dict[str, str]:
    """Return the variables of ``./dev``. An environment that it makes has its byte code beside the modules."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    kept.pop("PYTHONPYCACHEPREFIX", None)
    return kept | {"PIP_CONFIG_FILE": os.devnull} | variables


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the only line that a failed command wrote."""
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("./dev: ")
    return line


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose lock has one package, with a hash that differs from the file in the index."""
    folder = tmp_path / "project"
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "dev", folder)
    with zipfile.ZipFile(tmp_path / "small-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1\n")
        wheel.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("small-1.dist-info/RECORD", "")
    (folder / "requirements/build.txt").write_text(f"small==1 --hash=sha256:{'0' * 64}\n")
    return folder


def refused(project: Path) -> str:
    """Return why ``./dev test`` makes no environment; the index is the folder of ``project``."""
    return one_line(dev(project, "test", **arguments_for(project)))


@pytest.fixture
def good(project: Path) -> Path:
    """Return the project with the hash of the package, so that ``./dev setup run`` succeeds."""
    digest = hashlib.sha256((project.parent / "small-1-py3-none-any.whl").read_bytes()).hexdigest()
    for name in ("build", "run"):
        (project / f"requirements/{name}.txt").write_text(f"small==1 --hash=sha256:{digest}\n")
    (project / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
    )
    (project / "backend.py").write_text(BACKEND)
    return project


# An editable installation is a file that names the folder of the project.
BACKEND = """
import os, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(os.path.join(folder, "mine-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("mine.pth", os.getcwd())
        wheel.writestr("mine-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: mine\\nVersion: 1\\n")
        wheel.writestr("mine-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("mine-1.dist-info/RECORD", "")
    return "mine-1-py3-none-any.whl"
"""


def arguments_for(project: Path) -> dict[str, str]:
    return {"PYTHON": sys.executable, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project.parent)}


def set_up(project: Path) -> list[str]:
    """Run ``./dev setup run``; return the paths from which the environment imports."""
    done = dev(project, "setup", "run", **arguments_for(project))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    code = [project / ".venv/bin/python", "-c", "import sys; print(*sys.path, sep='\\n')"]
    return subprocess.run(code, capture_output=True, text=True, check=True).stdout.splitlines()


def test_it_runs_from_any_folder_and_lists_its_tasks() -> None:
    script = (ROOT / "dev").read_text(encoding="utf-8")
    tasks = re.findall(r"^  ([a-z]+)( \|.*)?\)", script.partition("case $task in")[2], re.MULTILINE)
    for done in (dev(ROOT), dev(ROOT, "help")):
        assert done.returncode == 0
        assert re.findall("^  ([a-z]+)  ", done.stdout, re.MULTILINE) == [task for task, _ in tasks]


def test_an_unknown_task_is_reported() -> None:
    assert "no task tset" in one_line(dev(ROOT, "tset"))


@pytest.mark.parametrize("number", ["2.7", "3.10", "3.15"])
def test_a_python_outside_the_lock_is_reported(number: str, tmp_path: Path) -> None:
    other = tmp_path / "python3"
    other.write_text(f"#!/bin/sh\necho {number}\n")
    other.chmod(0o755)
    venv = tmp_path / "venv"
    line = one_line(dev(ROOT, "test", PATH=f"{tmp_path}:{os.environ['PATH']}", VENV=str(venv), PYTHON=""))
    assert "for Python 3.11 to 3.14" in line
    assert f"python3 is {number}" in line
    assert not venv.exists()


def test_a_missing_python_is_reported(tmp_path: Path) -> None:
    assert "cannot start nowhere/python" in one_line(
        dev(ROOT, "test", PYTHON="nowhere/python", VENV=str(tmp_path / "venv"))
    )


def test_a_missing_version_is_reported_and_no_environment_remains(project: Path) -> None:
    (project / "requirements/build.txt").write_text(f"small==2 --hash=sha256:{'0' * 64}\n")
    assert "No matching distribution found for small==2" in refused(project)
    assert not (project / ".venv").exists()


def test_a_wrong_hash_is_reported_and_no_environment_remains_nor_is_an_unfinished_one_used(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv/pyvenv.cfg").touch()
    assert "DO NOT MATCH THE HASHES" in refused(project)
    assert not (project / ".venv").exists()


def test_a_folder_that_is_not_an_environment_is_kept(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv/mine").touch()
    assert ".venv exists and is not a Python environment" in refused(project)
    assert (project / ".venv/mine").exists()


@pytest.mark.campaign  # makes five environments
def test_two_at_once_make_one_environment_which_is_made_again_when_it_is_moved_or_has_no_python(good: Path) -> None:
    """One test, as an environment takes seconds to make."""
    set_up_by_two_at_once(good)
    made = (good / ".venv/pyvenv.cfg").stat().st_ino
    assert str(good) in set_up(good)
    assert (good / ".venv/pyvenv.cfg").stat().st_ino == made

    other = good.rename(good.with_name("other"))
    paths = set_up(other)
    assert str(other) in paths
    assert str(good) not in paths

    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (other / ".venv/bin" / name).unlink()
    set_up(other)


def set_up_by_two_at_once(good: Path) -> None:
    environ = environment(**arguments_for(good))
    with open(good / "dev", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        second = subprocess.Popen([good / "dev", "setup", "run"], env=environ, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert second.stderr.readline() == "./dev: waiting for another ./dev that makes an environment\n"
        assert not (good / ".venv").exists()
    with second:
        assert second.stderr.read() == ""
    assert second.returncode == 0
