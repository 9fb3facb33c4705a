"""sfeed (https://codemadness.org/sfeed.html), which turns a feed into lines with tabs."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime

import pytest

from support.generator_programs import run_program
from support.lab.model import Format, Shown

_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\\": "\\"}


class Sfeed:
    """sfeed."""

    name = "sfeed"
    formats: tuple[Format, ...] = ("rss", "atom")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        if shutil.which("sfeed") is None:
            pytest.skip("sfeed is not installed")
        return [_shown(line) for line in run_program(["sfeed"], document).decode().splitlines()]


def _shown(line: str) -> Shown:
    seconds, title, link, content, _, id_, author, enclosure, topics = line.split("\t")
    return Shown(
        id=id_,
        link=link,
        title=title,
        published=datetime.fromtimestamp(int(seconds), UTC).isoformat(),
        authors=(author,) if author else (),
        body=re.sub(r"\\[nt\\]", lambda match: _ESCAPES[match[0]], content),
        enclosures=(enclosure,) if enclosure else (),
        topics=tuple(topics.split("|")) if topics else (),
    )
