"""Hugo's ``cascade``: front matter of a section or a site for the pages below it.

See https://gohugo.io/content-management/front-matter/#cascade-1 and
https://gohugo.io/configuration/cascade/. What a page itself sets stays; then the section that is
nearest wins, and of its cascades the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from feedpub.content.generators.facts import lowered, mapping
from feedpub.content.generators.rules import Cascade

ENVIRONMENT = "production"
"""The environment of ``hugo`` and ``hugo build``."""

_TARGETS = ("target", "_target")
_MOST_PATTERN = 500


def cascades_in(value: Any, folder: str = "", language: str = "") -> Iterator[Cascade]:
    """Yield the cascades in ``value``, a mapping or a list of them, that can be those of pages.

    They are in the file of the section ``folder``; without a language of their own, they are for
    pages in ``language``, or for all pages if it is empty.
    """
    listed = lowered(value if isinstance(value, list) else [value])
    for item in filter(lambda item: isinstance(item, dict), listed):
        target: dict[str, Any] = next((item[key] for key in _TARGETS if isinstance(item.get(key), dict)), {})
        if not _matches(str(target.get("kind", "")), "page"):
            continue
        if not _matches(str(target.get("environment", "")), ENVIRONMENT):
            continue
        params = item.get("params")
        fields = {key: inner for key, inner in item.items() if key not in (*_TARGETS, "params")}
        yield Cascade(
            folder=folder,
            path=str(target.get("path", "")).lower(),
            languages=languages_of(target) or ((language,) if language else ()),
            values={**fields, **mapping(params)},
        )


def is_for(cascade: Cascade, path: str, language: str) -> bool:
    """Return whether ``cascade`` is for the page with the logical ``path`` in ``language``."""
    folder = f"/{logical(cascade.folder)}/" if cascade.folder else "/"
    if not path.startswith(folder) or not _matches(cascade.path, path):
        return False
    wanted = [pattern for pattern in cascade.languages if not pattern.startswith("!")]
    unwanted = [pattern.lstrip("! ") for pattern in cascade.languages if pattern.startswith("!")]
    is_wanted = not wanted or any(_matches(pattern, language) for pattern in wanted)
    return is_wanted and not any(_matches(pattern, language) for pattern in unwanted)


def logical(path: str) -> str:
    """Return the logical form of a ``path``: in lower case, with a hyphen for each blank."""
    return path.lower().replace(" ", "-")


def languages_of(target: dict[str, Any]) -> tuple[str, ...]:
    """Return the patterns of languages in a target or a mount."""
    value: Any = target
    for key in ("sites", "matrix", "languages"):
        value = value.get(key) if isinstance(value, dict) else None
    listed = value if isinstance(value, list) else [value] if value else []
    listed += [target["lang"]] if target.get("lang") else []
    return tuple(str(item).lower() for item in listed)


def _matches(pattern: str, text: str) -> bool:
    return not pattern or _regex(pattern.lower()).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _regex(pattern: str) -> re.Pattern[str]:
    """Return the glob ``pattern`` of Hugo (github.com/gobwas/glob) as a regular expression."""
    parts: list[str] = []
    depth = position = 0
    pattern = re.sub(r"\*{3,}", "**", pattern[:_MOST_PATTERN])
    while position < len(pattern):
        character = pattern[position]
        position += 1
        if character == "*":
            is_deep = pattern.startswith("*", position)
            position += is_deep
            parts.append(".*" if is_deep else "[^/]*")
        elif character == "{":
            depth += 1
            parts.append("(?:")
        elif character == "}" and depth:
            depth -= 1
            parts.append(")")
        elif character == "\\":
            parts.append(re.escape(pattern[position : position + 1]))
            position += 1
        elif character == "[" and (end := pattern.find("]", position)) > 0:
            group = re.sub(r"[\\\[\]^]", "", pattern[position:end])
            parts.append(f"[^{group[1:]}]" if group.startswith("!") else f"[{group}]")
            position = end + 1
        else:
            parts.append("|" if character == "," and depth else "[^/]" if character == "?" else re.escape(character))
    try:
        return re.compile("".join(parts) + ")" * depth)
    except re.error:
        return re.compile(re.escape(pattern))
