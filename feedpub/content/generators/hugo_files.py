"""The configuration of a Hugo site: the files in its root and below ``config/``, merged.

See https://gohugo.io/configuration/introduction/#configuration-directory.
"""

from __future__ import annotations

from typing import Any

from feedpub.content.generators.facts import SiteFiles, lowered
from feedpub.content.generators.hugo_cascade import ENVIRONMENT

_KINDS = ("toml", "yaml", "yml", "json")
_NAMES = ("hugo", "config")
_ROOTS = tuple(f"{name}.{kind}" for name in _NAMES for kind in _KINDS)
_OWN_KEYS = frozenset(("baseurl", "theme", "languagecode", "params", "module", "languages", "permalinks", "markup"))
_MENUS = ("menu", "menus")


def configuration(site: SiteFiles) -> tuple[str, dict[str, Any]]:
    """Return the name of the first file, and the settings of all, with keys in lower case.

    The name is empty if there is no configuration of Hugo. Raise
    :class:`~feedpub.core.errors.UsageError` if a file cannot be read.
    """
    root = site.first(*_ROOTS)
    data = lowered(site.data(root))
    if root.startswith("config.") and not data.keys() & _OWN_KEYS:
        root, data = "", {}
    for folder in ("config/_default", f"config/{ENVIRONMENT}"):
        names = site.names(folder, _KINDS)
        for name in names:
            merge(data, _placed(name.rpartition("/")[2], lowered(site.data(name))))
        if not root and names:
            own = [name for name in names if _stem(name.rpartition("/")[2]) in _NAMES]
            root = next(iter(own or names))
    return root, data


def merge(data: dict[str, Any], other: dict[str, Any]) -> None:
    """Add the values of ``other`` to ``data``, which they replace; mappings are merged."""
    for key, value in other.items():
        old = data.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merge(old, value)
        else:
            data[key] = value


def _placed(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a file below ``config/`` in their place: ``params.fr.toml``."""
    stem = _stem(name)
    if stem in _NAMES:
        return data
    first, _, language = stem.partition(".")
    inner: Any = data[first] if len(data) == 1 and first in data else data
    if not language:
        return {first: inner}
    if first == "params":
        inner = {"params": inner}
    return {} if first in _MENUS else {"languages": {language: inner}}


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower()
