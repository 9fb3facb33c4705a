"""newsboat (https://newsboat.org/), as its database has the entries that it shows."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.lab.model import FILES, Format, Shown

_COLUMNS = "guid, url, title, pubDate, author, content, enclosure_url"


class Newsboat:
    """newsboat."""

    name = "newsboat"
    formats: tuple[Format, ...] = ("rss", "atom")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        program = shutil.which("newsboat")
        if program is None:
            pytest.skip("newsboat is not installed")
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / FILES[format_]).write_bytes(document)
            (home / "urls").write_text(f"file://{home / FILES[format_]}\n")
            (home / "config").touch()
            command = [program, "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"]
            environ = {**os.environ, "HOME": folder, "TERM": "dumb"}
            subprocess.run(command, cwd=home, env=environ, capture_output=True, timeout=60, check=True)
            with closing(sqlite3.connect(home / "cache.db")) as db:
                rows = db.execute(f"SELECT {_COLUMNS} FROM rss_item").fetchall()
        return [_shown(*row) for row in rows]


def _shown(id_: str, link: str, title: str, seconds: int, author: str, content: str, enclosure: str) -> Shown:
    return Shown(
        id=id_,
        link=link,
        title=title,
        published=datetime.fromtimestamp(seconds, UTC).isoformat(),
        authors=tuple(author.split(", ")) if author else (),
        body=content,
        enclosures=(enclosure,) if enclosure else (),
    )
