"""Compressed copies: what they hold, that they follow their file, and that nothing but the file decides their bytes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from feedpub.output.compression import EXTENSIONS, files_with_copies, paths_with_copies
from support.site import SiteFolder

OPEN: dict[str, Callable[[bytes], Any]] = {".gz": gzip.decompress, ".br": brotli.decompress}


@pytest.fixture
def compressed(site: SiteFolder) -> SiteFolder:
    site.configure("output: {precompress: [gzip, br], limit: 1, archive: true}\n")
    for number in (1, 2, 3):
        site.add(f"a{number}", topics=["AI"], publishedDateTime=f"2024-05-0{number}")
    site.build()
    return site


def test_every_file_has_copies_that_hold_the_same(compressed: SiteFolder) -> None:
    files = compressed.files()
    originals = {path for path in files if not path.endswith((".gz", ".br"))}
    assert {"rss.xml", "topics/ai/archive/3/feed.json", "index.html", "feeds.opml", "feedpub.css"} <= originals
    assert files.keys() == set(paths_with_copies(originals, EXTENSIONS))
    for path in originals:
        for ending, decompress in OPEN.items():
            assert decompress(files[path + ending]) == files[path]


def test_a_copy_holds_neither_name_nor_time(compressed: SiteFolder) -> None:
    data = compressed.files()["rss.xml.gz"]
    flags, modified = data[3], data[4:8]
    assert (flags, modified) == (0, b"\0" * 4)


def test_copies_go_with_their_file_and_when_they_are_switched_off(compressed: SiteFolder) -> None:
    (compressed.content / "a3.md").unlink()
    compressed.build()
    assert not (compressed.output / "archive/3").exists()
    compressed.configure("output: {precompress: [gzip], limit: 1, archive: true}\n")
    compressed.build()
    assert not any(path.endswith(".br") for path in compressed.files())
    compressed.configure("output: {limit: 1}\n")
    compressed.build()
    assert not any(path.endswith((".gz", ".br")) for path in compressed.files())


def test_a_copy_that_is_missing_or_was_changed_is_written_again(compressed: SiteFolder) -> None:
    before = compressed.files()
    (compressed.output / "rss.xml.gz").unlink()
    (compressed.output / "topics/ai/atom.xml.br").write_bytes(b"spoilt")
    stamp = (compressed.output / "rss.xml").stat().st_mtime_ns
    compressed.build()
    assert compressed.files() == before
    assert (compressed.output / "rss.xml").stat().st_mtime_ns == stamp


def test_files_and_copies_come_in_order_and_many_are_not_held_at_once() -> None:
    taken = 0

    def files() -> Any:
        nonlocal taken
        for number in range(500):
            taken += 1
            yield f"{number}", b"%d" % number * 100

    found = files_with_copies(files(), ("gzip",))
    first = next(found)
    assert (first, taken < 100) == (("0", b"0" * 100), True)
    paths = [path for path, _ in found]
    assert ["0", *paths] == list(paths_with_copies(map(str, range(500)), ("gzip",)))
