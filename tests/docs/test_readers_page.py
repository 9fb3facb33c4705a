"""The tables of docs/readers.md are those of the reader lab.

``UPDATE_DOCS=1 pytest tests/docs/test_readers_page.py`` writes them.
"""

from __future__ import annotations

import os

from support.documents import ROOT
from support.lab.page import tables
from support.lab.readers import READERS

PAGE = ROOT / "docs" / "readers.md"
BEGIN, END = "<!-- readers: begin -->\n", "<!-- readers: end -->\n"


def test_the_tables_are_those_of_the_lab() -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    written, _, after = rest.partition(END)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(before + BEGIN + tables() + END + after, encoding="utf-8")
    else:
        assert written == tables()


def test_the_number_of_readers_is_told() -> None:
    assert f"in {len(READERS)} of them" in PAGE.read_text(encoding="utf-8")
