"""Readers in other languages: a script of ``programs/`` for each, which prints entries as JSON."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from support.generator_programs import MODULES, link_modules, run_program
from support.lab.comparing import text_of
from support.lab.model import Format, Shown

SCRIPTS = Path(__file__).parents[1] / "programs"


def shown(printed: bytes) -> list[Shown]:
    """Return the entries that a script ``printed``. A title with ``isHtml`` is HTML."""
    entries: list[dict[str, Any]] = msgspec.json.decode(printed)
    for entry in entries:
        if entry.pop("isHtml", False):
            entry["title"] = text_of(entry["title"])
    return msgspec.convert(entries, list[Shown])


class Script:
    """A library of a language whose interpreter and package Debian has."""

    def __init__(self, name: str, interpreter: str, script: str, probe: tuple[str, ...]) -> None:
        self.name = name
        self.formats: tuple[Format, ...] = ("rss", "atom")
        self._interpreter, self._script = interpreter, script
        self._probe = probe
        """The arguments with which the interpreter succeeds if it has the library."""

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        interpreter = shutil.which(self._interpreter)
        if not interpreter or subprocess.run([interpreter, *self._probe], capture_output=True, check=False).returncode:
            pytest.skip(f"{self.name} is not installed")
        return shown(run_program([interpreter, str(SCRIPTS / self._script), format_], document))


class NodeScript:
    """A package of npm that ``./dev generators`` installs."""

    def __init__(self, package: str, script: str, formats: tuple[Format, ...] = ("rss", "atom")) -> None:
        self.name, self.formats = f"{package} (npm)", formats
        self._package, self._script = package, script

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        if not (MODULES / self._package).is_dir():
            pytest.skip(f"the package {self._package} of npm is not installed; ./dev generators installs it")
        with tempfile.TemporaryDirectory() as folder:
            # Imports are looked for beside the script.
            link_modules(Path(folder))
            for script in ("run", self._script):
                shutil.copy(SCRIPTS / f"{script}.mjs", folder)
            return shown(run_program(["node", str(Path(folder) / "run.mjs"), self._script, format_], document))
