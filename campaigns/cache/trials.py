"""A site whose build.db is damaged, and which is as before after each trial."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from unittest.mock import patch

from campaigns.cache.damage import KINDS
from feedpub import BuildOptions, Config, build, load_config
from feedpub.building import incremental
from feedpub.content import files, walk
from feedpub.content.files import Stamp
from support.site import SiteFolder

ARTICLES = 24

_MORE = """
output: {formats: [json], limit: 4, archive: true}
topics: {group_stories: true}
feeds:
  - {slug: hot, title: Hot, min_heat: 40, group_stories: true}
  - {slug: best, title: Best, topics: [AI], top: {count: 2, per: day}}
  - {slug: pairs, title: Pairs, combine: [topics, providers], min_articles: 2}
"""
_READING = (
    ("list", "topics"),
    ("list", "articles"),
    ("explain", "content/part/article-7.md"),
    ("validate",),
    ("check", "--offline"),
    ("build", "--dry-run"),
)


_SHARE_OF_READING = 0.4
_NOW = datetime(2024, 6, 1, tzinfo=UTC)


class DifferenceError(Exception):
    """A difference between a build and one from nothing."""


class TrialSite:
    """A context manager. Its files have stamps that a copy can restore: size and time alone."""

    def __init__(self, folder: Path) -> None:
        self._patches = ExitStack()
        self._folder = folder
        self._configs: dict[Path, Config] = {}
        self._expected: dict[tuple[str, bytes], dict[str, bytes]] = {}

    def __enter__(self) -> Self:
        for module in (files, walk):
            self._patches.enter_context(patch.object(module, "stamp_from", _stamp_from))
        self._patches.enter_context(patch.object(files, "RACY", 0))
        self.site = SiteFolder(self._folder / "site")
        self.site.configure(_MORE)
        for number in range(ARTICLES):
            self._write(number)
        self._build()
        # In these states everything that any trial publishes was published.
        for change in CHANGES.values():
            change(self)
            self._build()
            self._undo()
            self._build()
        self._run("check", "--offline")
        before = self._database.read_bytes()
        self._write(5, "A last change")
        self._build()
        self._before = before
        self._base = _contents(self.site.root)
        return self

    def __exit__(self, *error: object) -> None:
        self._patches.close()

    def trial(self, kind: str, chance: random.Random) -> bool:
        """Damage build.db and build twice; return whether a build noticed.

        Raise :class:`DifferenceError` if a build differs from one from nothing, and whatever ends a
        command.
        """
        self._restore()
        # A damage that changes nothing is none.
        while (
            damaged := KINDS[kind](self._database.read_bytes(), self._before, chance)
        ) == self._database.read_bytes():
            pass
        self._database.write_bytes(damaged)
        if chance.random() < _SHARE_OF_READING:
            self._run(*chance.choice(_READING))
        name = chance.choice([*CHANGES])
        CHANGES[name](self)
        expected = self._from_nothing(name)
        with patch.object(incremental, "MAX_CHANGES", chance.choice([0, 200, 200])):
            noticed = [self._compare(expected) for _ in range(2)]
        if sum(noticed) > 1:
            raise DifferenceError("a second build warns, too")
        return any(noticed)

    def touch(self, number: int, title: str | None) -> None:
        """Write, or with None remove, an article."""
        if title is None:
            self._path(number).unlink()
        else:
            self._write(number, title)

    @property
    def _database(self) -> Path:
        return self.site.state / "build.db"

    def _path(self, number: int) -> Path:
        return self.site.content / ("part" if number % 3 else "") / f"article-{number}.md"

    def _write(self, number: int, title: str = "") -> None:
        chance = random.Random(f"{number} {title}")
        link = f"[other](article-{chance.randrange(ARTICLES)}.md)" if number % 4 == 1 else ""
        path = self.site.add(
            self._path(number).relative_to(self.site.content).with_suffix("").as_posix(),
            body=f"# Text\n\n{link} {number}\n",
            title=title or f"OpenAI and Tesla {number // 3} million cars",
            topics=chance.sample(["AI", "Robots", "Ships", "Power Apps"], 2),
            heat=chance.randrange(100),
            publishedDateTime=f"2024-05-{1 + number % 28:02}T10:00:00Z",
            provider={"name": f"P{number % 3}", "domain": f"p{number % 3}.example"},
        )
        moment = 1_700_000_000 + random.Random(title).randrange(10**6)
        os.utime(path, (moment, moment))

    def _undo(self) -> None:
        for number in range(ARTICLES + 2):
            if number < ARTICLES:
                self._write(number)
            else:
                self._path(number).unlink(missing_ok=True)

    def _restore(self) -> None:
        for path in self.site.root.rglob("*"):
            name = path.relative_to(self.site.root).as_posix()
            if path.is_file() and name not in self._base:
                path.unlink()
        for name, (data, moment) in self._base.items():
            path = self.site.root / name
            if not path.is_file() or path.stat().st_mtime_ns != moment or name.endswith(".db"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                os.utime(path, ns=(moment, moment))

    def _from_nothing(self, change: str) -> dict[str, bytes]:
        """Return the output of a build without build.db and without output."""
        key = change, (self.site.state / "published.json").read_bytes()
        if key not in self._expected:
            twin = self._folder / "twin"
            shutil.rmtree(twin, ignore_errors=True)
            shutil.copytree(self.site.root, twin)
            shutil.rmtree(twin / "output")
            (twin / ".feedpub/build.db").unlink()
            here, self.site = self.site, SiteFolder.__new__(SiteFolder)
            vars(self.site).update(root=twin, content=twin / "content", output=twin / "output")
            self._build()
            self._expected[key] = self.site.files()
            self.site = here
        return self._expected[key]

    def _compare(self, expected: dict[str, bytes]) -> bool:
        """Build, and return whether it warned of build.db."""
        said = self._build()
        found = self.site.files()
        if found != expected:
            names = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
            raise DifferenceError(f"{names[:5]} differ from those of a build from nothing; it said: {said}")
        warnings = [line for line in said if "build.db" in line]
        if len(warnings) > 1:
            raise DifferenceError(f"more than one warning: {said}")
        return bool(warnings)

    def _build(self) -> tuple[str, ...]:
        """Build, and return the warnings. What ends a build is raised."""
        file = self.site.root / "config.yaml"
        if file not in self._configs:
            self._configs[file] = load_config(file)
        return build(self._configs[file], BuildOptions(now=_NOW, jobs=1)).warnings

    def _run(self, *args: str) -> None:
        done = self.site.run(*args)
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise DifferenceError(f"{args} ended with {done.returncode}: {done.stderr}")


CHANGES: dict[str, Callable[[TrialSite], None]] = {
    "nothing": lambda _: None,
    "edit": lambda site: site.touch(7, "Edited"),
    "remove": lambda site: site.touch(9, None),
    "add": lambda site: site.touch(ARTICLES, "New"),
    "few": lambda site: [site.touch(number, "One of a few") for number in (1, 2, 3)] and None,
}


def _stamp_from(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, 0, 0


def _contents(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }
