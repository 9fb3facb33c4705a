"""The budgets of readers: the feeds that are larger than some services take, as last published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import display
from feedpub.core.errors import quoted
from feedpub.core.format_registry import FORMATS
from feedpub.feeds.paths import feed_folder, is_archived
from feedpub.state.published import PublishedState, output_folder, output_key

_BUDGETS = ((2 << 20, "2 MB", "Google News"), (1 << 20, "1 MB", "SmartNews"), (512 << 10, "512 KB", "FeedBurner"))
"""The largest feeds that services take: bytes, as their help pages write it, and the service."""
_HEAVIEST = 3
_ATOM = "{http://www.w3.org/2005/Atom}"
_FILENAMES = frozenset(info.filename for info in FORMATS.values())


def budget_warnings(config: Config, output: Path | None = None) -> Iterator[str]:
    """Yield a warning about each feed in the output folder that is over a budget, in order.

    Only subscription documents count, and of each feed the largest.
    """
    folder = output_folder(config, output)
    files = PublishedState(config.state_folder).output_state(output_key(config, output)).files
    largest: dict[str, tuple[int, str]] = {}
    for path in files:
        if path.rpartition("/")[2] in _FILENAMES and not is_archived(path):
            size = _size(folder / path)
            largest[feed_folder(path)] = max(largest.get(feed_folder(path), (0, "")), (size, path))
    for size, path in (largest[name] for name in sorted(largest)):
        if size > _BUDGETS[-1][0]:
            yield _warning(folder / path, size, config)


def _size(file: Path) -> int:
    try:
        return os.stat(file).st_size
    except OSError:
        return 0  # someone removed it; the next build writes it again


def _warning(file: Path, size: int, config: Config) -> str:
    limit, service = next((text, service) for most, text, service in _BUDGETS if size > most)
    parts = [f"has {_kilobytes(size)}, and {service} takes at most {limit}"]
    if entries := _heaviest(file):
        titles = ", ".join(f"{quoted(title)} ({_kilobytes(weight)})" for weight, title in entries)
        parts.append(f"the largest entries are {titles}")
    parts.append("output.max_bytes makes the feed smaller")
    return f"{display(os.path.relpath(file, config.root))}: {'; '.join(parts)}"


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1024)):,} KB"


def _heaviest(file: Path) -> list[tuple[int, str]]:
    """Return the size and the title of the largest entries of the feed ``file``."""
    try:
        entries = list(_json_entries(file) if file.suffix == ".json" else _xml_entries(file))
    except (OSError, ValueError, SyntaxError):
        return []  # someone changed it; the next build writes it again
    return sorted(entries, key=lambda entry: (-entry[0], entry[1]))[:_HEAVIEST]


class _Items(msgspec.Struct):
    items: list[msgspec.Raw]


class _Titled(msgspec.Struct):
    title: str


def _json_entries(file: Path) -> Iterator[tuple[int, str]]:
    for item in msgspec.json.decode(file.read_bytes(), type=_Items).items:
        yield len(bytes(item)), msgspec.json.decode(item, type=_Titled).title


def _xml_entries(file: Path) -> Iterator[tuple[int, str]]:
    from lxml import etree  # noqa: PLC0415  # few feeds are that large

    root = etree.fromstring(file.read_bytes(), etree.XMLParser(huge_tree=True, resolve_entities=False))
    for element in root.iter("item", f"{_ATOM}entry"):
        title = element.findtext("title") or element.findtext(f"{_ATOM}title", "")
        yield len(etree.tostring(element, encoding="utf-8")), title
