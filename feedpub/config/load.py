"""The loader of config.yaml: it returns a :class:`Config`, or an error that lists all problems.

A value stays the text that was written until the model determines its type: a title ``No`` is a
title. An unknown key is a problem, because a misspelt key would have no effect.
"""

from __future__ import annotations

import contextlib
import difflib
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import yaml

from feedpub.config.constraints import check_values
from feedpub.config.model import Config, ConfigDocument
from feedpub.config.value_types import Email, Language, Size, Slug, Span, Status, Uuid
from feedpub.core.errors import Problem, UsageError, message_of, quoted
from feedpub.core.text import one_line, repair
from feedpub.core.yaml_nodes import NULL, Fields, NodeError, entries, kind_of, line_of
from feedpub.core.yaml_parser import compose

_MAX_SIZE = 1_000_000
_MAPPING = "a mapping of keys and values"
_EXAMPLES = {
    get_args(kind)[1].pattern: example
    for kind, example in (
        (Span, "a span such as 7d or 12h"),
        (Size, "a size such as 5 MB"),
        (Status, "a status or a range such as 403 or 500-599"),
        (Email, "an e-mail address"),
        (Language, "a language tag such as en or pt-BR"),
        (Uuid, "a UUID such as 917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        (Slug, "lower-case words joined by hyphens, at most 60 characters"),
    )
}
_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class ConfigError(UsageError):
    """A config.yaml that cannot be used. The message has one line for each of its ``problems``."""

    is_located = True

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def load_config(file: Path) -> Config:
    """Return the configuration in ``file``.

    Raise :class:`ConfigError` if it has problems, and :class:`UsageError` if it cannot be read.

    Example::

        >>> from pathlib import Path
        >>> from feedpub import load_config
        >>> config = load_config(Path("config.yaml"))
        >>> config.site.title
        'AI News'
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        hint = "; 'feedpub init' writes one" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"{file}: cannot be read: {message_of(error)}{hint}") from None
    return _Loader(file).load(data)


def lines_of_keys(file: Path) -> Mapping[str, int]:
    """Return the line of each dotted key in ``file``, as far as it can be read."""
    loader = _Loader(file)
    with contextlib.suppress(OSError):
        loader.parse(file.read_bytes())
    return loader.lines


class _Loader:
    """The state of one load: the problems so far, and the line of each dotted key."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def load(self, data: bytes) -> Config:
        values = self.parse(data)
        # The folder may be a symbolic link. Content folders are compared by their real paths.
        root = self.file.parent.resolve()
        if values is not None and not self.problems:
            check_values(values, root, self.add_problem)
        if self.problems or values is None:
            raise ConfigError(sorted(self.problems, key=lambda problem: problem.line))
        return msgspec.convert({**values, "root": root, "file": self.file}, Config, dec_hook=_path)

    def add_problem(self, key: str, message: str, line: int | None = None) -> None:
        """Add a problem with the dotted ``key``, at its line unless ``line`` is given."""
        line = line or self.lines.get(key) or 1
        self.problems.append(Problem(path=str(self.file), line=line, key=key, message=message))

    def parse(self, data: bytes) -> dict[str, Any] | None:
        """Return the document as values of the model's types, and add its problems."""
        if len(data) > _MAX_SIZE:
            self.add_problem("config", f"is larger than {_MAX_SIZE} bytes")
            return None
        try:
            text = repair(data.decode("utf-8-sig"))
            node = compose(text, 1)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.add_problem("config", f"byte 0x{data[error.start]:02x} is not UTF-8", line)
            return None
        except NodeError as error:
            self.add_problem(error.key or "config", error.message, error.line)
            return None
        values = self._section("", ConfigDocument, node or yaml.MappingNode("", []), 1)
        return values if isinstance(values, dict) else None

    def _section(self, key: str, model: type[msgspec.Struct], node: yaml.Node, line: int) -> dict[str, Any] | None:
        """Return the section ``key`` of the type ``model``, or None if it is not a mapping."""
        fields = self._fields(key, node, line)
        if fields is None:
            return None
        model_fields = {field.name: field for field in msgspec.structs.fields(model)}
        values: dict[str, Any] = {}
        for name, (key_node, value) in fields.items():
            key_line = line_of(key_node, 1)
            dotted = f"{key}.{name}" if key else name
            self.lines[dotted] = key_line
            if name not in model_fields:
                inner = [f"{place}.{name}" for place, field in model_fields.items() if name in _keys_in(field.type)]
                self.add_problem(dotted, _unknown(name, model_fields, inner), key_line)
            elif _is_null(value) and not model_fields[name].required:
                continue
            else:
                values[name] = self._value(dotted, model_fields[name].type, value, key_line)
        for name, field in model_fields.items():
            if field.required and name not in fields:
                dotted = f"{key}.{name}" if key else name
                self.add_problem(dotted, "missing; it is required", line)
        return values

    def _fields(self, key: str, node: yaml.Node, line: int) -> Fields | None:
        if not isinstance(node, yaml.MappingNode):
            self.add_problem(key or "config", f"is {kind_of(node)}; it must be {_MAPPING}", line)
            return None
        for name, _ in node.value:
            if not isinstance(name, yaml.ScalarNode):
                self.add_problem(
                    key or "config", f"has {kind_of(name)} as a key; a key is text", name.start_mark.line + 1
                )
        try:
            return entries(node, 1)
        except NodeError as error:
            self.add_problem(".".join(filter(None, (key, error.key))) or "config", error.message, error.line)
            return None

    def _value(self, key: str, kind: Any, node: yaml.Node, line: int) -> Any:
        """Return the value of ``node`` as the type ``kind``; None if that is not possible."""
        listed = _alternative(kind, lambda inner: _origin(inner) is tuple)
        if listed is not None and isinstance(node, yaml.SequenceNode):
            # Of a list as a whole, only the length can be wrong, and only if it is empty.
            return self._list(key, get_args(listed)[0], node) if node.value else self._convert(key, kind, [], line)
        model = _alternative(kind, _is_model)
        if model is not None and not _is_null(node):
            return self._section(key, model, node, line)
        mapped = _alternative(kind, lambda inner: _origin(inner) is dict)
        if mapped is not None and isinstance(node, yaml.MappingNode):
            return self._mapping(key, get_args(mapped), node, line)
        if not isinstance(node, yaml.ScalarNode):
            self.add_problem(key, f"is {kind_of(node)}; it must be {_expected(kind)}", line)
            return None
        return self._convert(key, kind, None if _is_null(node) else _tidy(node.value), line)

    def _list(self, key: str, kind: Any, node: yaml.SequenceNode) -> list[Any]:
        values = []
        for index, item in enumerate(node.value):
            self.lines[f"{key}[{index}]"] = item.start_mark.line + 1
            values.append(self._value(f"{key}[{index}]", kind, item, item.start_mark.line + 1))
        return values

    def _mapping(self, key: str, kinds: tuple[Any, Any], node: yaml.MappingNode, line: int) -> dict[str, Any]:
        values = {}
        for name, (key_node, value) in (self._fields(key, node, line) or {}).items():
            key_line = line_of(key_node, 1)
            self.lines[f"{key}.{name}"] = key_line
            allowed = get_args(kinds[0]) if get_origin(kinds[0]) is Literal else (name,)
            if name not in allowed:
                self.add_problem(f"{key}.{name}", _unknown(name, allowed), key_line)
            else:
                values[name] = self._value(f"{key}.{name}", kinds[1], value, key_line)
        return values

    def _convert(self, key: str, kind: Any, value: str | list[Any] | None, line: int) -> Any:
        try:
            if isinstance(value, str) and _alternative(kind, lambda inner: inner is bool) is not None:
                return _SWITCHES[value.lower()]
            return msgspec.convert(value, kind, strict=False)
        except (KeyError, msgspec.ValidationError):
            if isinstance(value, list):
                self.add_problem(key, "is an empty list; it must have an item", line)
            else:
                self.add_problem(key, f"{'null' if value is None else quoted(value)} is not {_expected(kind)}", line)
            return None


def _path(_kind: type, value: Any) -> Any:
    return value


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == NULL


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _origin(kind: Any) -> Any:
    return get_origin(kind)


def _alternatives(kind: Any) -> Iterator[Any]:
    """Yield the types that ``kind`` allows: the members of a union, without annotations."""
    if hasattr(kind, "__metadata__"):
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in (Union, types.UnionType):
        for inner in get_args(kind):
            yield from _alternatives(inner)
    else:
        yield kind


def _alternative(kind: Any, test: Any) -> Any:
    return next((inner for inner in _alternatives(kind) if test(inner)), None)


def _tidy(text: str) -> str:
    """Return ``text`` on one line, trimmed, without characters that XML cannot hold.

    Block scalars and escapes may add line breaks, which no value of config.yaml needs.
    """
    text = repair(text).strip()
    return one_line(text) if "\n" in text else text


def _keys_in(kind: Any) -> tuple[str, ...]:
    """Return the keys of the section ``kind``; none for other types."""
    model = _alternative(kind, _is_model)
    return () if model is None else model.__struct_fields__


def _unknown(name: str, allowed: Iterable[str], inner: Sequence[str] = ()) -> str:
    """Return the message about the unknown key ``name``, which may be one of ``inner`` sections."""
    keys = list(allowed)
    near = inner or difflib.get_close_matches(name, keys, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(keys)}"
    return f"unknown key; {hint}"


def _expected(kind: Any) -> str:
    """Return a description of the values that ``kind`` allows, for messages."""
    if _alternative(kind, _is_model) is not None:
        return _MAPPING
    described = msgspec.json.schema(kind)
    described = next((part for part in described.get("anyOf", [described]) if part.get("type") != "null"), described)
    if "enum" in described:
        return "one of " + ", ".join(map(str, described["enum"]))
    if example := _EXAMPLES.get(described.get("pattern")):
        return example
    if described.get("type") in ("integer", "number"):
        noun = "a whole number" if described["type"] == "integer" else "a number"
        low, above, high = (described.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
        words = [f"from {low}" if low is not None else "", f"above {above}" if above is not None else ""]
        return " ".join(filter(None, [noun, *words, f"to {high}" if high is not None else ""]))
    names = {"boolean": "true or false", "array": "a list", "object": "a mapping", "string": "text"}
    return names.get(described.get("type", ""), "text or a list")
