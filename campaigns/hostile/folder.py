"""A hundred thousand articles in one folder, one in twenty of them hostile: what a build costs, and whether it is right."""

from __future__ import annotations

import sys
import tempfile
from itertools import cycle
from pathlib import Path

from benchmarks.articles import CONFIG, Articles
from benchmarks.measure import run
from campaigns.hostile.cases import KINDS, cases

_MEGABYTES = 500
_SECONDS = 600.0
_HOSTILE = 1000
"""Cases of each kind."""
_ONE_IN = 20


def run_folder(count: int) -> bool:
    """Build ``count`` articles of one folder, then again, and print what both took. Returns whether something is wrong.

    Wrong is a traceback, a status other than 0, a second build that writes, or more than 500 MB.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, count)
        bad = [_build(root, name, quiet=quiet) for name, quiet in (("first", False), ("second", True))]
    return any(bad)


def _write(root: Path, count: int) -> None:
    (root / "content").mkdir()
    (root / "config.yaml").write_text(CONFIG, encoding="utf-8")
    articles = Articles()
    hostile = cycle([case.data for kind in KINDS for case in cases(kind, _HOSTILE)])
    for number in range(count):
        data = articles.text(number).encode() if number % _ONE_IN else next(hostile)
        (root / "content" / f"article-{number:07}.md").write_bytes(data)


def _build(root: Path, name: str, *, quiet: bool) -> bool:
    messages = root / f"{name}.txt"
    with messages.open("wb") as output:
        cost = run([sys.executable, "-m", "feedpub", "build"], root, output=output, limit=_SECONDS)
    said = messages.read_bytes()
    told = "nothing" if not said else f"{len(said.splitlines())} lines"
    print(f"{name} build of one folder: {cost.seconds:.1f} s, {cost.memory:.0f} MB with all processes, told {told}")
    return b"Traceback" in said or cost.memory > _MEGABYTES or (quiet and bool(said))
