"""The README shows what feedpub prints and writes for ``seeds/``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from support.commands import run_here
from support.documents import ROOT, blocks, feedpub_calls

(TERMINAL,) = (block.text for block in blocks("text") if block.name == "README.md" and block.text.startswith("$ "))
(FEED,) = (block.text for block in blocks("xml") if block.name == "README.md")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the site of the repository."""
    shutil.copy(ROOT / "config.yaml", tmp_path)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def without_time(text: str) -> str:
    return re.sub(r"in \d+\.\d+ s", "in … s", text)


def test_the_terminal_shows_what_the_commands_print(seeds: Path) -> None:
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)+)", TERMINAL, re.MULTILINE)
    assert len(steps) == TERMINAL.count("$ ")
    for command, shown in steps:
        (call,) = feedpub_calls(command)
        done = run_here(seeds, call)
        assert (done.returncode, without_time(done.stdout)) == (0, without_time(shown))


def test_the_feed_that_is_shown_is_what_a_build_writes(seeds: Path) -> None:
    assert run_here(seeds, ("build",)).returncode == 0
    feed = (seeds / "output" / "rss.xml").read_text(encoding="utf-8")
    end = 0
    for part in re.split("[…\n]", FEED.strip()):
        found = feed.find(part, end)
        assert found >= 0, part
        end = found + len(part)
