"""A site in a folder of its own, and feedpub run on it as a user would."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from feedpub.core.format_registry import format_of_path
from support.commands import run_here

CONFIG = """\
site:
  title: AI News
  base_url: https://news.example.org/
  description: What matters in AI.
  author: {name: Example News, email: editor@example.org}
content:
  path: content
"""


class SiteFolder:
    """A site: config.yaml, content/ and what a build makes of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"
        self.output = root / "output"
        self.state = root / ".feedpub"
        self.content.mkdir(parents=True)
        self.configure()

    def configure(self, more: str = "", *, base: str = CONFIG) -> None:
        """Write config.yaml: a valid one, with ``more`` appended."""
        (self.root / "config.yaml").write_text(base + more, encoding="utf-8")

    def add(self, name: str = "a", body: str = "", **values: Any) -> Path:
        """Write content/<name>.md with ``values`` as front matter, valid unless they say otherwise.

        A value of None drops the key. JSON is YAML as far as these values go.
        """
        fields = {
            "title": f"Title of {name}",
            "publishedDateTime": "2024-05-01T10:00:00Z",
            "sourceUrl": f"https://example.com/{name}",
            **values,
        }
        lines = [f"{key}: {json.dumps(value)}" for key, value in fields.items() if value is not None]
        return self.write(name, "\n".join(["---", *lines, "---", body]))

    def write(self, name: str, text: str | bytes) -> Path:
        """Write content/<name>.md as it is."""
        path = self.content / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run(self, *args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run feedpub in the site's folder, off a terminal, in this process."""
        return run_here(self.root, args, typed)

    def run_process(self, *args: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """The same in a process of its own, for what only a process has."""
        command = [sys.executable, "-m", "feedpub", *args]
        return subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, timeout=120, check=False, **options
        )

    def age(self) -> None:
        """Make every article older than a clock's tick, so that the next build believes its times."""
        time.sleep(2.1)
        self.build()

    def build(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Build, and expect it to succeed."""
        done = self.run("build", *args)
        assert done.returncode == 0, done.stderr
        return done

    def files(self) -> dict[str, bytes]:
        """Every file in output/, by its path there."""
        found = (path for path in self.output.rglob("*") if path.is_file())
        return {path.relative_to(self.output).as_posix(): path.read_bytes() for path in found}

    def feed_files(self) -> dict[str, bytes]:
        """The same of the feeds alone."""
        return {path: data for path, data in self.files().items() if format_of_path(path)}


class ProcessSite(SiteFolder):
    """A site whose commands start a Python each, which imports what PYTHONPATH has for it."""

    def run(self, *args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        return self.run_process(*args, input=typed)


def drop_the_right_to_ignore_modes() -> None:
    """Root may write what is read-only; without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH it is like anyone.

    Takes effect with the next program: it is meant for ``preexec_fn``.
    """
    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)
