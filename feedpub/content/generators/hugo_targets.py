"""The permalinks and the cascade in the configuration of a Hugo site.

See https://gohugo.io/configuration/permalinks/ and https://gohugo.io/configuration/cascade/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from feedpub.content.generators.hugo_cascade import cascades_in, languages_of
from feedpub.content.generators.hugo_fields import DATES
from feedpub.content.generators.permalinks import go_dates

_KINDS = ("page", "section", "home", "taxonomy", "term")
_BRACES = re.compile(r"(/?)\{([^{}]*)\}")
_READ = frozenset(DATES) | frozenset(
    """
    draft build _build headless url slug title linktitle description summary expirydate unpublishdate categories tags
    topics authors author images image cover thumbnail featured_image featuredimage language type
    """.split()
)


def permalinks_of(data: dict[str, Any], languages: list[str], notes: list[str]) -> dict[str, Any]:
    """Return the keys ``permalink`` and ``permalinks`` of ``content``."""
    patterns: dict[str, str] = {}
    patterns.update(_patterns(data.get("permalinks"), notes))
    settings = data.get("languages")
    for language in languages:
        own = settings.get(language) if isinstance(settings, dict) else None
        found = _patterns(own.get("permalinks"), notes) if isinstance(own, dict) else ()
        patterns.update((f"{language}:{section}", pattern) for section, pattern in found)
    content: dict[str, Any] = {}
    if "" in patterns:
        content["permalink"] = patterns.pop("")
    if patterns:
        content["permalinks"] = patterns
    return content


def _patterns(value: Any, notes: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the section and the pattern of each permalink of pages; an empty section is all."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):
                yield _section(key), _named(inner)
            elif key == "page" and isinstance(inner, dict):
                yield from ((_section(name), _named(text)) for name, text in inner.items() if isinstance(text, str))
    for item in value if isinstance(value, list) else []:
        target = item.get("target") if isinstance(item, dict) else None
        target = target if isinstance(target, dict) else {}
        path, kind = str(target.get("path", "")), str(target.get("kind", "page"))
        section = _section_of(path)
        languages = languages_of(target)
        pattern = _named(str(item.get("pattern", ""))) if isinstance(item, dict) else ""
        if kind not in _KINDS[:1] or not pattern:
            continue
        if section is None:
            notes.append(f"a permalink for {path!r} is not read: see content.permalinks")
            continue
        yield from ((f"{language}:{section}" if language else section, pattern) for language in languages or ("",))


def _section_of(path: str) -> str | None:
    """Return the section whose pages the pattern ``path`` matches; empty for all, or None."""
    match = _BRACES.fullmatch(path)
    paths = [match[1] + part for part in match[2].split(",")] if match else [path]
    sections = {part.removesuffix("**").strip("/") for part in paths}
    section = sections.pop()
    is_deep = not path or any(part.endswith("**") for part in paths)
    return section if not sections and is_deep and not re.search(r"[*?\[{\\]", section) else None


def _section(text: str) -> str:
    return text.strip(" /") or "/"


def _named(pattern: str) -> str:
    """Return ``pattern`` with the parts that feedpub has: sections by name, dates without Go."""
    return go_dates(re.sub(r":sectionslug(s?)\b", r":section\1", pattern))


def cascade_entries(data: dict[str, Any], languages: list[str]) -> list[dict[str, Any]]:
    """Return the entries of ``content.cascade``: the values that say something of an article."""
    taxonomies = data.get("taxonomies")
    further = {str(value).lower() for value in taxonomies.values()} if isinstance(taxonomies, dict) else set()
    found = list(cascades_in(data.get("cascade")))
    settings = data.get("languages")
    for language in languages:
        own = settings.get(language) if isinstance(settings, dict) else None
        found += cascades_in(own.get("cascade"), language=language) if isinstance(own, dict) else ()
    entries = []
    for cascade in found:
        values = {key: value for key, value in cascade.values.items() if key in _READ | further}
        entry = {"path": cascade.path, "languages": [*cascade.languages], "values": dict(_texts(values))}
        if entry["values"]:
            entries.append({key: value for key, value in entry.items() if value})
    return entries


def _texts(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each key and its text; a list is a text with commas."""
    for key, value in values.items():
        if isinstance(value, dict) and not prefix:
            yield from _texts(value, f"{key}.")
        elif isinstance(value, list):
            yield prefix + key, ", ".join(str(item) for item in value if not isinstance(item, dict | list))
        elif isinstance(value, bool):
            yield prefix + key, str(value).lower()
        elif value is not None and not isinstance(value, dict) and str(value):
            yield prefix + key, str(value)
