"""The permalinks of Eleventy that are templates in Liquid and Nunjucks.

Names, texts, ``or``, filters and ``if`` are read
(https://www.11ty.dev/docs/permalinks/, https://liquidjs.com/filters/overview.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from feedpub.core.eleventy_slugs import newer_slug, older_slug

Lookup = Callable[[str], str | datetime | None]
"""A function from a name, such as ``page.fileSlug``, to its value; None if it is not known."""
Value = str | datetime

_PART = re.compile(r"\{\{-?(.*?)-?\}\}|\{%-?\s*(\w+)(.*?)-?%\}", re.DOTALL)
_WORD = re.compile(r"""\s*(?:("[^"]*"|'[^']*')|([\w.\[\]'"-]+)|(==|!=|[|(),:!]))""")
_MAX_TEMPLATE = 5000
_JS_DATE = (("YYYY", "%Y"), ("yyyy", "%Y"), ("MM", "%m"), ("DD", "%d"), ("dd", "%d"), ("LL", "%m"))


class LiquidError(ValueError):
    """Code that only Eleventy runs. Its text is the code."""


def render(template: str, lookup: Lookup) -> str:
    """Return ``template`` with its values.

    Raise LiquidError if it holds what is not read.
    """
    if len(template) > _MAX_TEMPLATE:
        raise LiquidError(f"more than {_MAX_TEMPLATE} characters")
    parts = list(_parts(template))
    try:
        text, index = _block(parts, 0, lookup)
    except RecursionError:
        raise LiquidError("brackets or tags that nest too deep") from None
    if index < len(parts):
        raise LiquidError(parts[index][1])
    return text


def _parts(template: str) -> Iterator[tuple[str, str]]:
    """Yield the kind of each part (``text``, ``value`` or the name of a tag) and its text."""
    position = 0
    for match in _PART.finditer(template):
        yield "text", template[position : match.start()]
        yield (match[2], match[3].strip()) if match[2] else ("value", match[1].strip())
        position = match.end()
    yield "text", template[position:]


def _block(parts: list[tuple[str, str]], index: int, lookup: Lookup) -> tuple[str, int]:
    """Return the text of the parts up to a tag that ends a block, and the index of that tag."""
    text = []
    while index < len(parts):
        kind, content = parts[index]
        if kind == "text":
            text.append(content)
        elif kind == "value":
            text.append(_shown(_Expression(content, lookup).value(), content))
        elif kind == "if":
            chosen, index = _choice(parts, index, lookup)
            text.append(chosen)
        elif kind in ("elsif", "elseif", "elif", "else", "endif"):
            break
        else:
            raise LiquidError(f"{kind} {content}".strip())
        index += 1
    return "".join(text), index


def _choice(parts: list[tuple[str, str]], index: int, lookup: Lookup) -> tuple[str, int]:
    """Return the text of the first branch whose condition holds, and the index of ``endif``."""
    chosen: str | None = None
    kind, condition = parts[index]
    while kind != "endif":
        holds = kind == "else" or _Expression(condition, lookup).condition()
        text, index = _block(parts, index + 1, lookup if holds and chosen is None else _nothing)
        if holds and chosen is None:
            chosen = text
        if index >= len(parts):
            raise LiquidError(condition)
        kind, condition = parts[index]
    return chosen or "", index


def _nothing(_: str) -> str:
    """Return a value for a branch that is not shown."""
    return "-"


def _shown(value: Value | None, code: str) -> str:
    if value is None or value == "":
        raise LiquidError(code)
    return value if isinstance(value, str) else value.isoformat()


class _Expression:
    """An expression, read word by word."""

    def __init__(self, code: str, lookup: Lookup) -> None:
        self._code, self._lookup = code, lookup
        self._words: list[str] = []
        position = 0
        code = code.strip()
        while position < len(code):
            match = _WORD.match(code, position)
            if match is None:
                raise LiquidError(self._code)
            self._words.append(match[0].strip())
            position = match.end()

    def value(self) -> Value | None:
        """Return the value of the whole expression."""
        value = self._either()
        if self._words:
            raise LiquidError(self._code)
        return value

    def condition(self) -> bool:
        """Return whether the expression is a value, or equal to another."""
        is_denied = self._takes("not", "!")
        value = self._either()
        if self._words[:1] in (["=="], ["!="]):
            is_equal = self._words.pop(0) == "=="
            value = "yes" if (value == self._either()) is is_equal else None
        if self._words:
            raise LiquidError(self._code)
        return (value not in (None, "", "false")) is not is_denied

    def _takes(self, *words: str) -> bool:
        if self._words and self._words[0] in words:
            self._words.pop(0)
            return True
        return False

    def _either(self) -> Value | None:
        value = self._filtered()
        while self._takes("or"):
            other = self._filtered()
            value = value or other
        return value

    def _filtered(self) -> Value | None:
        value = self._atom()
        while self._takes("|"):
            name, arguments = self._words.pop(0) if self._words else "", []
            if self._takes(":"):
                arguments = [self._atom()]
                while self._takes(","):
                    arguments.append(self._atom())
            elif self._takes("("):
                while not self._takes(")") and self._words:
                    arguments.append(self._either())
                    self._takes(",")
            value = self._apply(name, value, [str(argument or "") for argument in arguments])
        return value

    def _atom(self) -> Value | None:
        if self._takes("("):
            value = self._either()
            if not self._takes(")"):
                raise LiquidError(self._code)
            return value
        word = self._words.pop(0) if self._words else ""
        if word[:1] in "\"'" and word:
            return word[1:-1]
        if not word or not (word[0].isalnum() or word[0] == "_"):
            raise LiquidError(self._code)
        return word if word.isdigit() else self._lookup(word)

    def _apply(self, name: str, value: Value | None, arguments: list[str]) -> Value | None:
        """Return what a filter makes of ``value``. A missing one stays missing."""
        if name == "default":
            return value or (arguments[0] if arguments else None)
        if value is None:
            return None
        if isinstance(value, datetime):
            if (layout := _layout(name, arguments)) is None:
                raise LiquidError(self._code)
            return value.strftime(layout)
        if name in _FILTERS:
            return _FILTERS[name](value)
        if name in _FILTERS_WITH_TEXT and arguments:
            return _FILTERS_WITH_TEXT[name](value, [*arguments, ""])
        raise LiquidError(self._code)


def _layout(name: str, arguments: list[str]) -> str | None:
    """Return the ``strftime`` format of a filter of dates; None if it is not known."""
    text = arguments[0] if arguments else ""
    if "date" not in name.lower() or not text:
        return None
    if "%" in text:
        return text
    for word, code in _JS_DATE:
        text = text.replace(word, code)
    return None if re.search("[A-Za-z]", re.sub("%[Ymd]", "", text)) else text


_FILTERS: Mapping[str, Callable[[str], str]] = {
    "slugify": newer_slug,
    "slug": older_slug,
    "downcase": str.lower,
    "lower": str.lower,
    "upcase": str.upper,
    "upper": str.upper,
    "strip": str.strip,
    "trim": str.strip,
    "url": str,
    "safe": str,
    "string": str,
    "dump": str,
}
_FILTERS_WITH_TEXT: Mapping[str, Callable[[str, list[str]], str]] = {
    "replace": lambda value, texts: value.replace(texts[0], texts[1]),
    "replace_first": lambda value, texts: value.replace(texts[0], texts[1], 1),
    "remove": lambda value, texts: value.replace(texts[0], ""),
    "remove_first": lambda value, texts: value.replace(texts[0], "", 1),
    "append": lambda value, texts: value + texts[0],
    "prepend": lambda value, texts: texts[0] + value,
}
