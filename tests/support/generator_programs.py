"""The programs that the campaign compares with, site generators and feed readers: those of ``./dev generators``, or the
machine's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / ".venv-generators"
MODULES = HOME / "node_modules"
"""The packages of npm."""

_FOLDERS = (HOME / "bin", MODULES / ".bin", Path(sys.executable).parent)
_PATH = os.pathsep.join([*map(str, _FOLDERS), os.environ["PATH"]])


def program(name: str) -> str:
    """Return the path of the program ``name``."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.skip(f"{name} is not installed; ./dev generators installs it")
    return found


def link_modules(site: Path) -> None:
    """Give ``site`` the packages of npm, which configurations import."""
    if not MODULES.is_dir():
        pytest.skip("the packages of npm are not installed; ./dev generators installs them")
    (site / "node_modules").symlink_to(MODULES)


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write the ``files`` of a site."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(root: Path, *command: str) -> str:
    """Return what ``command`` prints in ``root``. The first word is the name or the path of a program."""
    environ = os.environ | {"PATH": _PATH, "ASTRO_TELEMETRY_DISABLED": "1", "CI": "1", "NO_COLOR": "1"}
    command = (program(command[0]), *command[1:])
    done = subprocess.run(
        command,
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_program(command: Sequence[str], document: bytes) -> bytes:
    """Return what ``command`` prints if it reads ``document``. The first word is the name or the path of a program."""
    name, *arguments = command
    environ = os.environ | {"PATH": _PATH}
    done = subprocess.run(
        [program(name), *arguments], input=document, env=environ, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
