"""Hostile articles by class: YAML, TOML and JSON, text, HTML, URLs, names, dates. The same seed gives the same.

Pure functions. What needs a file system (links, devices, names that no text can hold) is in tests/hostile/test_files.py.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from campaigns.hostile.pools import DATES, MARKUP, NAMES, PAYLOADS, TEXTS, URLS, WORDS, YAML

_FREE_FIELDS = ("title", "excerpt", "type", "topics", "id")
_TEXT_FIELDS = (*_FREE_FIELDS, "language", "quality", "heat", "length")
_URL_FIELDS = ("sourceUrl", "ampUrl", "cdnAmpUrl", "id")
_DATE_FIELDS = ("publishedDateTime", "updatedDateTime", "date", "lastmod")
_MAX_FILE_SIZE = 5_000_000
"""The default of content.max_file_size: what is larger is not read."""
_UNKNOWN = ("secured", "x", "y", "z", "password", "notes", "layout", "menu", "params", "weight", "v", "w")
_VALID = {"title": "A title", "date": "2024-05-01", "sourceUrl": "https://example.com/a"}


class Case(NamedTuple):
    """One article file."""

    kind: str
    below: str
    """Its path below the content folder."""
    data: bytes


def cases(kind: str, count: int, seed: int = 0) -> Iterator[Case]:
    """``count`` distinct cases of the class ``kind``."""
    return islice(_distinct(kind, seed), count)


def _distinct(kind: str, seed: int) -> Iterator[Case]:
    chance = random.Random(f"{kind} {seed}")
    seen: set[int] = set()
    while True:
        below, data = KINDS[kind](chance)
        digest = hash((below, data))
        if digest not in seen and len(data) <= _MAX_FILE_SIZE:
            seen.add(digest)
            yield Case(kind, below, data)


def _yaml(chance: random.Random) -> tuple[str, bytes]:
    lines = [f"{key}: {value}" for key, value in _VALID.items() if chance.random() < 0.9]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        piece = chance.choice(YAML)
        if "{}" in piece:
            piece = piece.replace("{}", chance.choice(YAML).replace("\n", "\n  "))
        key = chance.choice((*_TEXT_FIELDS, *_URL_FIELDS, *_UNKNOWN, "provider", "images", "related", "draft"))
        made = f"{key}: {piece}" if chance.random() < 0.7 else piece
        lines.insert(chance.randint(0, len(lines)), made)
    text = "\n".join(["---", *lines, chance.choice(("---", "---", "...", "--- x", "")), chance.choice(TEXTS)])
    return "a.md", _damaged(chance, text.encode("utf-8", "surrogatepass"))


def _damaged(chance: random.Random, data: bytes) -> bytes:
    """``data``, now and then with bytes gone, repeated or wrong."""
    if chance.random() < 0.75 or not data:
        return data
    start = chance.randrange(len(data))
    end = start + chance.randint(0, 9)
    middle = chance.choice((b"", data[start:end] * chance.randint(2, 40), bytes([chance.randrange(256)]), b"\x00"))
    return data[:start] + middle + data[end:]


def _written(chance: random.Random, values: dict[str, object], body: str = "") -> bytes:
    """``values`` as YAML (which JSON is, as far as they go), JSON or TOML."""
    form = chance.random()
    if form < 0.6:
        lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in values.items()]
        text = "\n".join(["---", *lines, "---", body])
    elif form < 0.8:
        text = json.dumps(values) + "\n" + body
    else:
        lines = [f"{json.dumps(key)} = {_toml(value)}" for key, value in values.items()]
        text = "\n".join(["+++", *lines, "+++", body])
    return text.encode("utf-8", "surrogatepass")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def _some(chance: random.Random, pool: tuple[str, ...]) -> str:
    """One to five of ``pool`` and of plain words, now and then very many."""
    parts = [chance.choice(pool if chance.random() < 0.7 else WORDS) for _ in range(chance.randint(1, 5))]
    return "".join(parts) * (chance.choice((40, 400)) if chance.random() < 0.01 else 1)


def _text(chance: random.Random) -> tuple[str, bytes]:
    values: dict[str, object] = dict(_VALID)
    for field in chance.sample(_FREE_FIELDS if chance.random() < 0.8 else _TEXT_FIELDS, chance.randint(1, 3)):
        values[field] = _some(chance, TEXTS)
    values["provider"] = {"name": _some(chance, TEXTS), "authors": [{"name": _some(chance, TEXTS)}]}
    values["images"] = [{"url": "/a.png", "title": _some(chance, TEXTS), "attribution": _some(chance, TEXTS)}]
    if chance.random() < 0.005:
        values["title"] = (_some(chance, TEXTS) * 1_000_000)[: chance.choice((300_000, 1_000_000))]
    return "a.md", _written(chance, values, _some(chance, TEXTS))


def _html(chance: random.Random) -> tuple[str, bytes]:
    pool = MARKUP if chance.random() < 0.6 else PAYLOADS
    values: dict[str, object] = {**_VALID, "excerpt": _some(chance, pool), "title": _some(chance, pool)}
    return "a.md", _written(
        chance, values, chance.choice(("", "> ", "- ", "    ", "| a |\n|-|\n| ")) + _some(chance, pool)
    )


def _urls(chance: random.Random) -> tuple[str, bytes]:
    def url() -> str:
        made = chance.choice(URLS) + (_some(chance, URLS + TEXTS) if chance.random() < 0.5 else "")
        return made + "y" * 100_000 if chance.random() < 0.005 else made

    values: dict[str, object] = {
        **_VALID,
        **{field: url() for field in chance.sample(_URL_FIELDS, chance.choice((0, 1)))},
    }
    values["images"] = [{"url": url()}]
    values["enclosures"] = [{"url": url(), "type": "audio/mpeg", "length": "1"}]
    values["related"] = [{"title": "r", "sourceUrl": url()}]
    values["provider"] = {"name": "P", "domain": url().partition("//")[2], "authors": [{"name": "n", "url": url()}]}
    for field in chance.sample(("images", "enclosures", "related", "provider"), chance.choice((3, 4))):
        del values[field]
    return "a.md", _written(
        chance, values, f'[a]({url()}) ![b](<{url()}>) <a href="{url()}">c</a> <iframe src="{url()}">'
    )


def _names(chance: random.Random) -> tuple[str, bytes]:
    parts = [_some(chance, NAMES).replace("/", chance.choice(("", "_")))[:255] for _ in range(chance.randint(1, 4))]
    # What a path can hold: bytes that are no UTF-8 arrive as "\udcff", other surrogates cannot.
    below = "/".join(part.replace("\ud800", "") or "a" for part in parts) + chance.choice((".md", "", "."))
    values: dict[str, object] = {
        "title": "A title",
        "topics": [_some(chance, NAMES) for _ in range(chance.randint(1, 4))],
        "provider": {"name": _some(chance, NAMES)},
        **({"date": "2024-05-01"} if chance.random() < 0.7 else {}),
    }
    return below, _written(chance, values)


def _dates(chance: random.Random) -> tuple[str, bytes]:
    def date() -> str:
        if chance.random() < 0.4:
            return chance.choice(DATES)
        day = f"{chance.choice((0, 1, 1000, 1969, 2016, 2024, 9999)):04}-{chance.randint(0, 13):02}-{chance.randint(0, 32):02}"
        time = f"{chance.choice('Tt ')}{chance.randint(0, 25):02}:{chance.randint(0, 61):02}:{chance.randint(0, 61):02}"
        fraction = "." + "9" * chance.randint(1, 30) if chance.random() < 0.2 else ""
        offset = chance.choice(
            ("", "Z", "z", " UTC", f"{chance.choice('+-')}{chance.randint(0, 27):02}:{chance.randint(0, 70):02}")
        )
        return day + time + fraction + offset

    values: dict[str, object] = {"title": "A title", **{field: date() for field in chance.sample(_DATE_FIELDS, 2)}}
    if chance.random() < 0.5:
        values["sourceUrl"] = "https://example.com/a"
    return f"{date()[:10].replace('/', '_')}-a.md", _written(chance, values)


KINDS: dict[str, Callable[[random.Random], tuple[str, bytes]]] = {
    "yaml": _yaml,
    "text": _text,
    "html": _html,
    "urls": _urls,
    "names": _names,
    "dates": _dates,
}
"""What makes a case of each class."""
