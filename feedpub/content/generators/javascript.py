"""The reader of plain values in JavaScript and TypeScript: no program is run.

It reads literals, names of constants of the file or of one that it imports, and what a function
returns. All else is :class:`Source`: text of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from feedpub.content.generators.javascript_names import declarations
from feedpub.content.generators.javascript_tokens import ENDS, PAIRS, Tokens, template_parts, tokens, unescaped

_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
_FUNCTIONS = ("async", "function", "class")
_MAX_DEPTH = 40
_MOST_VALUES = 200_000

Load = Callable[[str], Any]
"""A function from the path in an import to its :class:`Script`, its data, or None."""


class Source:
    """Text of a program, which is no plain value."""

    def __init__(self, script: Script, start: int, stop: int) -> None:
        self._script, self._start, self._stop = script, start, stop

    @property
    def text(self) -> str:
        """The text."""
        return self._script.tokens.between(self._start, self._stop)

    def returned(self) -> list[Any]:
        """Return the values that the function returns; empty if this is no function."""
        return list(self._script.returned(self._start, self._stop))


class FunctionCall:
    """A call of a function, such as ``glob({base: "./posts"})``."""

    def __init__(self, name: str, arguments: list[Any]) -> None:
        self.name = name
        self.arguments = arguments


class Script:
    """The values in the text of a program."""

    def __init__(self, text: str, load: Load | None = None) -> None:
        self.tokens = Tokens(text)
        self._load = load or (lambda _: None)
        self._constants, self._imports, self._default = declarations(self.tokens)
        self._depth = self._count = 0

    def default(self) -> dict[str, Any]:
        """Return the object that the program exports: itself, in a call, or from a function."""
        value = self.value(self._default)[0] if self._default is not None else None
        for _ in range(_MAX_DEPTH):
            if isinstance(value, FunctionCall):
                given = (part for part in value.arguments if isinstance(part, dict | Source | FunctionCall))
                value = next(given, None) or self._named(value.name)
            elif isinstance(value, Source):
                returned = value.returned()
                value = next((part for part in reversed(returned) if isinstance(part, dict | FunctionCall)), None)
            else:
                break
        return value if isinstance(value, dict) else {}

    def exported(self, name: str) -> Any:
        """Return the constant ``name``, or the default export; None if there is none."""
        if name == "default":
            return self.value(self._default)[0] if self._default is not None else None
        return self._named(name)

    def called(self, name: str) -> dict[str, Any]:
        """Return the object in the first call of ``name``; empty if there is none."""
        for index in range(len(self.tokens)):
            if self.tokens.word(index) == name and self.tokens.word(index + 1) == "(":
                arguments = self._list(index + 1)[0]
                if found := next((part for part in arguments if isinstance(part, dict)), None):
                    return found
        return {}

    def returned(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the values that the function between two tokens returns."""
        if self.tokens.word(start) == "(" and self.tokens.word(self.tokens.closing(start) + 1) == "(":
            # A function that is called where it is written.
            start, stop = start + 1, self.tokens.closing(start)
        index, arrow = start, False
        while index < stop:
            text = self.tokens.word(index)
            if text == "=>":
                arrow = True
            elif text == "{" and (arrow or self.tokens.word(index - 1) == ")"):
                yield from self._returns(index + 1, self.tokens.closing(index))
                return
            elif arrow:
                yield self.value(index)[0]
                return
            elif text in PAIRS:
                index = self.tokens.closing(index)
            index += 1

    def value(self, index: int) -> tuple[Any, int]:
        """Return the value at token ``index``, and the index of the token after it."""
        self._depth += 1
        self._count += 1
        try:
            is_bounded = self._depth < _MAX_DEPTH and self._count < _MOST_VALUES
            return self._value(index) if is_bounded else (None, self.tokens.end(index))
        finally:
            self._depth -= 1

    def _value(self, start: int) -> tuple[Any, int]:
        value, index = self._primary(start)
        while True:
            text = self.tokens.word(index)
            if text in ("as", "satisfies"):
                return value, self.tokens.end(index)
            if text in ("||", "??"):
                other, index = self.value(index + 1)
                value = other if isinstance(value, Source) or value is None else value
            elif text == "+" and isinstance(value, str):
                other, after = self._primary(index + 1)
                if not isinstance(other, str):
                    break
                value, index = value + other, after
            elif text == "" or text in ENDS or (self.tokens.kind(index) != "mark" and "\n" in self.tokens.gap(index)):
                return value, index
            else:
                break
        end = self.tokens.end(index)
        return Source(self, start, end), end

    def _primary(self, index: int) -> tuple[Any, int]:
        kind, text = self.tokens.kind(index), self.tokens.word(index)
        if kind in ("string", "template", "number") or text in _CONSTANTS:
            return self._literal(index, kind, text), index + 1
        if text == "{":
            return self._object(index)
        if text == "[":
            return self._list(index)
        if text == "(" and self.tokens.word(self.tokens.closing(index) + 1) != "=>":
            return self.value(index + 1)[0], self.tokens.closing(index) + 1
        if kind == "name" and text not in _FUNCTIONS and self.tokens.word(index + 1) != "=>":
            return self._path(index)
        end = self.tokens.end(index)
        return Source(self, index, end), end

    def _literal(self, index: int, kind: str, text: str) -> Any:
        if kind == "string":
            return unescaped(text[1:-1])
        if kind == "template":
            return self._template(index, text[1:-1])
        return _CONSTANTS[text] if text in _CONSTANTS else _number(text)

    def _path(self, start: int) -> tuple[Any, int]:
        """Return what a name, a path of names, a call, or ``await`` or ``new`` before one gives."""
        if (word := self.tokens.word(start)) in ("await", "new"):
            value, after = self._primary(start + 1)
            return (
                value.arguments[0] if word == "new" and isinstance(value, FunctionCall) and value.arguments else value
            ), after
        names, index = [self.tokens.word(start)], start + 1
        while self.tokens.word(index) in (".", "?."):
            names.append(self.tokens.word(index + 1))
            index += 2
        if self.tokens.word(index) == "(" and "\n" not in self.tokens.gap(index):
            arguments = self._list(index)[0]
            after = self.tokens.closing(index) + 1
            if names == ["require"] and arguments and isinstance(arguments[0], str):
                return _member(self._load(arguments[0]), "default"), after
            if self.tokens.word(after) in (".", "?.", "(", "["):
                end = self.tokens.end(after)
                return Source(self, start, end), end
            return FunctionCall(".".join(names), arguments), after
        value = self._named(names[0])
        for name in names[1:]:
            value = value.get(name) if isinstance(value, dict) else None
        return (Source(self, start, index) if value is None else value), index

    def _named(self, name: str) -> Any:
        if name in self._constants and self._depth < _MAX_DEPTH:
            return self.value(self._constants[name])[0]
        if name in self._imports and self._depth < _MAX_DEPTH:
            path, exported = self._imports[name]
            # Programs may import each other.
            self._depth += 1
            try:
                return _member(self._load(path), exported)
            finally:
                self._depth -= 1
        return None

    def _template(self, index: int, text: str) -> Any:
        """Return a template literal with the plain values of its expressions."""
        parts = []
        for part in template_parts(text):
            if part.startswith("${"):
                value = Script(part[2:-1], self._load).within(self) if self._depth < _MAX_DEPTH else None
                if not isinstance(value, str | int) or isinstance(value, bool):
                    return Source(self, index, index + 1)
                parts.append(str(value))
            else:
                parts.append(unescaped(part))
        return "".join(parts)

    def within(self, outer: Script) -> Any:
        """Return the value of this expression, with the names of the script ``outer``."""
        self._named = outer._named  # type: ignore[method-assign]
        self._depth = outer._depth + 1
        value, index = self.value(0)
        return value if index >= len(self.tokens) else None

    def _object(self, start: int) -> tuple[dict[str, Any], int]:
        values: dict[str, Any] = {}
        index, stop = start + 1, self.tokens.closing(start)
        while index < stop:
            text, after = self.tokens.word(index), self.tokens.word(index + 1)
            if text == "...":
                spread, index = self.value(index + 1)
                values |= spread if isinstance(spread, dict) else {}
            elif after == ":" and self.tokens.kind(index) in ("name", "string", "number"):
                key = unescaped(text[1:-1]) if self.tokens.kind(index) == "string" else text
                values[key], index = self.value(index + 2)
            elif after in (",", "}") and self.tokens.kind(index) == "name":
                named = self._named(text)
                values[text] = Source(self, index, index + 1) if named is None else named
                index += 1
            elif after == "(":
                end = self.tokens.end(self.tokens.closing(index + 1) + 1)
                values[text] = Source(self, index, end)
                index = end
            else:
                index = self.tokens.end(index)
            index += 1
        return values, stop + 1

    def _list(self, start: int) -> tuple[list[Any], int]:
        values: list[Any] = []
        index, stop = start + 1, self.tokens.closing(start)
        while index < stop:
            if self.tokens.word(index) == ",":
                index += 1
                continue
            spread = self.tokens.word(index) == "..."
            value, index = self.value(index + spread)
            values += value if spread and isinstance(value, list) else [value]
            index += 1
        return values, stop + 1

    def _returns(self, start: int, stop: int) -> Iterator[Any]:
        """Yield the values of the function between two tokens, not those of inner functions."""
        index = start
        while index < stop:
            text = self.tokens.word(index)
            if text == "return" and self.tokens.word(index + 1) not in (";", "}"):
                value, index = self.value(index + 1)
                yield value
            elif text in ("=>", "function"):
                while self.tokens.word(index) not in ("{", ",", ";", ")", "") and index < stop:
                    index = self.tokens.closing(index) if self.tokens.word(index) in PAIRS else index
                    index += 1
                if self.tokens.word(index) == "{":
                    index = self.tokens.closing(index)
            index += 1


def strings(value: Any) -> list[str]:
    """Return all texts in ``value``, also those in the text of a program."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Source):
        return [unescaped(text[1:-1]) for kind, text, _, _ in tokens(value.text) if kind == "string"]
    items = value.arguments if isinstance(value, FunctionCall) else value if isinstance(value, list) else ()
    return [text for item in items for text in strings(item)]


def _number(text: str) -> int | float | None:
    try:
        return float(text) if "." in text else int(text.replace("_", ""), 0)
    except ValueError:
        return None


def _member(loaded: Any, name: str) -> Any:
    if isinstance(loaded, Script):
        return loaded.exported(name)
    return loaded if name == "default" else loaded.get(name) if isinstance(loaded, dict) else None
