"""Reader programs with one interface: subscribe, poll, and return the entries."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest


class Seen(NamedTuple):
    """An entry as the program shows it to a person."""

    feed: str
    """The file that was subscribed to: ``rss.xml``, ``topics/ai/atom.xml``."""
    link: str
    title: str


class Program(Protocol):
    """A reader program with its own database."""

    formats: tuple[str, ...]
    warm_up: int
    """Polls after the first until it remembers what to ask with."""

    def poll(self) -> None:
        """Ask every feed once."""

    def entries(self) -> list[Seen]:
        """Return the entries that the program holds, with repetitions."""


class Newsboat:
    """newsboat (https://newsboat.org/)."""

    formats = ("rss.xml", "atom.xml")
    # It notes Last-Modified and ETag of a new feed before the feed has a row to note them in.
    warm_up = 1

    def __init__(self, base: str, feeds: Sequence[str], folder: Path) -> None:
        self._base = base
        # One cache a feed: it keeps an entry of one id once over all feeds, in the feed that it saw last.
        self._folders = [folder / feed.replace("/", "-") for feed in feeds]
        for home, feed in zip(self._folders, feeds, strict=True):
            home.mkdir()
            (home / "urls").write_text(f"{base}{feed}\n")
            (home / "config").touch()

    def _run(self, folder: Path, *args: str) -> None:
        files = ["-u", "urls", "-c", "cache.db", "-C", "config"]
        environment = {**os.environ, "HOME": str(folder), "TERM": "dumb"}
        done = subprocess.run(
            ["newsboat", *files, *args],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def poll(self) -> None:
        for folder in self._folders:
            self._run(folder, "-x", "reload")

    def entries(self) -> list[Seen]:
        rows = [row for folder in self._folders for row in self._rows(folder)]
        return [Seen(feed.removeprefix(self._base), link, title) for feed, link, title in rows]

    def _rows(self, folder: Path) -> list[Any]:
        with closing(sqlite3.connect(folder / "cache.db")) as db:
            return db.execute("SELECT feedurl, url, title FROM rss_item WHERE deleted = 0").fetchall()


class Feedparser:
    """feedparser, in the way that its documentation tells programs to poll: with ETag and Last-Modified."""

    formats = ("rss.xml", "atom.xml")
    warm_up = 0

    def __init__(self, base: str, feeds: Sequence[str], folder: Path) -> None:
        self._base, self._feeds = base, feeds
        self._marks: dict[str, dict[str, Any]] = {feed: {} for feed in feeds}
        self._held: dict[tuple[str, str], Seen] = {}

    def poll(self) -> None:
        import feedparser

        for feed in self._feeds:
            found = feedparser.parse(self._base + feed, **self._marks[feed])
            assert found.status in {200, 304}
            assert not found.bozo
            if found.status == 200:
                self._marks[feed] = {"etag": found.get("etag"), "modified": found.get("modified")}
            # An aggregator keys entries by their id.
            for entry in found.entries:
                self._held[feed, entry.id] = Seen(feed, entry.link, entry.title)

    def entries(self) -> list[Seen]:
        return list(self._held.values())


class Reader:
    """The library reader (https://reader.readthedocs.io/), which readers on the web are made with."""

    formats = ("rss.xml", "atom.xml", "feed.json")
    warm_up = 0

    def __init__(self, base: str, feeds: Sequence[str], folder: Path) -> None:
        import reader

        self._base = base
        self._reader = reader.make_reader(str(folder / "reader.sqlite"))
        for feed in feeds:
            self._reader.add_feed(base + feed)

    def poll(self) -> None:
        for result in self._reader.update_feeds_iter(scheduled=False):
            assert not result.error, result

    def entries(self) -> list[Seen]:
        return [
            Seen(entry.feed_url.removeprefix(self._base), entry.link, entry.title)
            for entry in self._reader.get_entries()
        ]


PROGRAMS: dict[str, type[Newsboat | Feedparser | Reader]] = {
    "newsboat": Newsboat,
    "feedparser": Feedparser,
    "reader": Reader,
}


def require(name: str) -> None:
    """Skip where the program ``name`` is not installed."""
    if name == "newsboat":
        if shutil.which("newsboat") is None:
            pytest.skip("newsboat is not installed")
    elif importlib.util.find_spec(name) is None:
        pytest.skip(f"the package {name} is not installed")
