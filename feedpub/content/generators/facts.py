"""The facts in the configuration of a site's generator, for ``feedpub init --from``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from feedpub.content.generators.data import read_data
from feedpub.content.generators.javascript import Script
from feedpub.core.errors import UsageError

_MAX_TEXT = 1_000_000
_ALIASES = {"@/*": ["src/*"], "~/*": ["src/*"], "src/*": ["src/*"], "/src/*": ["src/*"]}
_SCRIPTS = (".ts", ".js", ".mjs", ".mts", ".cjs", ".json", "/index.ts", "/index.js")
_MAX_NAMES = 1000


class SiteFacts(msgspec.Struct, kw_only=True):
    """The facts about a site. Paths are relative to its folder."""

    generator: str
    file: str
    """The configuration file that they come from."""
    title: str = ""
    base_url: str = ""
    description: str = ""
    language: str = ""
    timezone: str = ""
    author: str = ""
    email: str = ""
    paths: tuple[str, ...] = ("content",)
    pattern: str = "**/*.md"
    exclude: tuple[str, ...] = ()
    content: dict[str, Any] = {}
    """Further keys of ``content``."""
    notes: list[str] = []
    """Sentences on what has to be filled in or looked at."""


class SiteFiles:
    """The files of a site, read as data; nothing in them is run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._scripts: dict[str, Script] = {}

    def exists(self, name: str) -> bool:
        """Return whether there is a file or a folder ``name``."""
        return (self.root / name).exists()

    def first(self, *names: str) -> str:
        """Return the first of the files ``names`` that exists; empty if none does."""
        return next((name for name in names if (self.root / name).is_file()), "")

    def names(self, folder: str, kinds: Sequence[str]) -> list[str]:
        """Return the files below ``folder`` whose names end in one of ``kinds``, in order."""
        found = (path for path in (self.root / folder).rglob("*") if path.suffix[1:].lower() in kinds)
        return sorted(path.relative_to(self.root).as_posix() for path in found if path.is_file())[:_MAX_NAMES]

    def has_suffix(self, folder: str, suffix: str) -> bool:
        """Return whether a file below ``folder`` ends in ``suffix``."""
        return any(name.endswith(suffix) for _, _, names in os.walk(self.root / folder) for name in names)

    def data(self, name: str) -> dict[str, Any]:
        """Return the mapping in a file of data; empty if there is no file, or no mapping.

        Raise :class:`~feedpub.core.errors.UsageError` if it cannot be read.
        """
        data = read_data(self.root / name) if name and (self.root / name).is_file() else None
        return mapping(data)

    def text(self, name: str) -> str:
        """Return the text of a file; empty if there is none."""
        try:
            return (self.root / name).read_text(encoding="utf-8", errors="replace")[:_MAX_TEXT] if name else ""
        except OSError:
            return ""

    def script(self, name: str) -> Script:
        """Return the values in a program; those of the files that it imports, too."""

        def load(path: str) -> Any:
            file = self.imported(name, path)
            if not file.endswith(".json"):
                return self.script(file) if file else None
            try:
                return self.data(file)
            except UsageError:
                return None

        if name not in self._scripts:
            self._scripts[name] = Script(self.text(name), load)
        return self._scripts[name]

    def imported(self, name: str, path: str) -> str:
        """Return the file of the site that the program ``name`` imports as ``path``, or empty."""
        below = os.path.normpath(Path(name).parent / path) if path.startswith(".") else self._without_alias(path)
        if below in (".", "") or below.startswith(("..", "/")):
            return ""
        return self.first(*(re.sub(r"\.[cm]?[jt]s$", "", below) + kind for kind in _SCRIPTS), below)

    def _without_alias(self, path: str) -> str:
        """Return the path that an import with an alias of tsconfig.json, or a usual one, means."""
        # It is JSON with comments.
        given = Script(f"export default {self.text(self.first('tsconfig.json', 'jsconfig.json'))}").default()
        options = mapping(given.get("compilerOptions"))
        paths = options.get("paths")
        aliases = {**_ALIASES, **mapping(paths)}
        for alias, targets in sorted(aliases.items(), key=lambda item: -len(item[0])):
            start, star, _ = alias.partition("*")
            target = targets[0] if isinstance(targets, list) and targets else ""
            if isinstance(target, str) and (path.startswith(start) if star else path == alias):
                inner = target.replace("*", path.removeprefix(start)) if star else target
                return os.path.normpath(f"{text_of(options, 'baseUrl') or '.'}/{inner}")
        return "."


def text_of(data: Mapping[str, Any], *keys: str) -> str:
    """Return the first text of ``keys``, which may be paths with dots; empty if there is none."""
    for key in keys:
        value: Any = data
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return " ".join(str(value).split())
    return ""


def mapping(value: Any) -> dict[str, Any]:
    """Return ``value`` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def lowered(data: Any) -> Any:
    """Return ``data`` with the keys of its mappings in lower case."""
    if isinstance(data, dict):
        return {str(key).lower(): lowered(value) for key, value in data.items()}
    return [lowered(item) for item in data] if isinstance(data, list) else data


def literal(text: str, key: str) -> str:
    """Return the first plain text that the program ``text`` gives ``key``; empty if none."""
    text = re.sub(r"(?m)^\s*(?://|#|\*).*$", "", text)
    match = re.search(rf"""(?<![\w.]){key}["']?\s*[:=]\s*(["'`])((?:(?!\1)[^\\\n$]|\\.)*)\1""", text)
    return re.sub(r"\\(.)", r"\1", match[2]) if match else ""


def flag(text: str, key: str) -> bool | None:
    """Return the boolean that the source ``text`` gives ``key``; None if it gives none."""
    match = re.search(rf"""(?<![\w.]){key}["']?\s*[:=]\s*(true|false|True|False)\b""", text)
    return match[1].lower() == "true" if match else None


def joined(url: str, base: str) -> str:
    """Return the address of a site from its ``url`` and the folder ``base`` below it."""
    if not url:
        return ""
    base = base.strip("/")
    url = url if "://" in url else f"https://{url.lstrip('/')}"
    return url if not base or url.rstrip("/").endswith("/" + base) else f"{url.rstrip('/')}/{base}/"
