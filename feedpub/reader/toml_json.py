"""TOML and JSON → the same nodes that YAML gives (:mod:`feedpub.nodes`), with the line of each key.

Python's parsers tell no lines, so the lines are taken from the text, once a parser has found it valid. Numbers, dates
and times stay the text that was written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

import yaml

from feedpub.nodes import INT, MAX_DEPTH, MAX_NODES, NULL, STR, NodeError, repeated
from feedpub.reader.syntax import json_error, toml_error
from feedpub.reader.toml_text import is_integer, long_number, numbered

Path = tuple[str | int, ...]

_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_TOML_PART = re.compile(_PART)
# A line that opens a table, or a list's next, or sets a key. https://toml.io/en/v1.0.0#keys
_TOML_KEY = re.compile(rf"[ \t]*(?P<table>\[\[?)?[ \t]*(?P<key>{_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*[=\]]")
# Texts and comments, each to where it ends, at worst the end of the document: no character is looked at twice.
_TOML_LONG = r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)'
_TOML_OPAQUE = re.compile(
    rf"(?P<long>{_TOML_LONG})|\"(?:[^\"\\\n]++|\\.)*+\"?|'[^'\n]*+'?|#[^\n]*+|(?P<parts>[\[{{=,.\n])", re.DOTALL
)
_TOML_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:[A-Za-z0-9_-]++[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}")
_JSON_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"(?P<is_key>\s*+:)?', re.DOTALL)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|(?P<open>[\[{])|(?P<close>[\]}])|(?P<parts>,)', re.DOTALL)


# tomllib is written in Python: a long text takes it seconds.
_MAX_TOML = 1_000_000


class _Written(str):
    """A number, date or time of TOML, as it is written."""

    __slots__ = ()


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON, with every key that it holds."""


def toml_node(text: str, offset: int) -> yaml.Node:
    """The TOML document ``text``; ``offset`` is the file's line of its first. Raises :class:`NodeError`."""
    _guard_toml(text, offset)
    try:
        return _Toml(_toml_lines(text), offset).node(_toml(text), (), 0)
    except tomllib.TOMLDecodeError as error:
        raise toml_error(error, text, offset) from None
    except RecursionError:
        raise NodeError(offset, f"nested more than {MAX_DEPTH} deep") from None
    except ValueError:
        # https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
        raise NodeError(offset + text.count("\n", 0, long_number(text)), "a number has too many digits") from None


def decode_json(text: str, offset: int) -> tuple[_Pairs, int]:
    """The JSON object that ``text`` begins with, for :func:`json_node`, and where it ends.

    ``offset`` is the file's line of its first. Raises :class:`NodeError`.
    """
    _guard_json(text, offset)
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
    try:
        data: tuple[_Pairs, int] = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        raise json_error(error, offset) from None
    except RecursionError:
        raise NodeError(offset, f"nested more than {MAX_DEPTH} deep") from None
    return data


def json_node(text: str, offset: int) -> yaml.Node:
    """The JSON object ``text``; ``offset`` is the file's line of its first. Raises :class:`NodeError`."""
    return _Json(_json_lines(text), offset).node(decode_json(text, offset)[0], 0, 0)


def _toml(text: str) -> dict[str, Any]:
    """The document ``text``, with what its values would not be written as again as :class:`_Written`."""
    data = tomllib.loads(text, parse_float=str)
    text, written = numbered(text)
    # The parser tells only of floats how they are written.
    return tomllib.loads(text, parse_float=lambda number: _Written(written[int(number[:-2])])) if written else data


class _Toml:
    """Builds the nodes of a TOML document."""

    def __init__(self, lines: dict[Path, int], offset: int) -> None:
        self.lines = lines
        self.offset = offset

    def node(self, value: Any, path: Path, line: int) -> yaml.Node:
        """``value``, which stands at ``path``; ``line`` is where what holds it stands."""
        line = self.lines.get(path, line)
        _check_depth(len(path), line + self.offset)
        if isinstance(value, dict):
            pairs = [(name, self.node(item, (*path, name), line)) for name, item in value.items()]
            return _mapping([(_scalar(name, self.lines.get((*path, name), line)), node) for name, node in pairs], line)
        if isinstance(value, list):
            return _sequence([self.node(item, (*path, index), line) for index, item in enumerate(value)], line)
        return _scalar(value, line)


class _Json:
    """Builds the nodes of a JSON object."""

    def __init__(self, lines: Iterator[int], offset: int) -> None:
        self.lines = lines
        """The line of each key, in the order of the text, which is that of the walk."""
        self.offset = offset

    def node(self, value: Any, line: int, depth: int) -> yaml.Node:
        """``value``, which stands at ``line`` or behind."""
        _check_depth(depth, line + self.offset)
        if isinstance(value, _Pairs):
            return self._object(value, line, depth)
        if isinstance(value, list):
            return _sequence([self.node(item, line, depth + 1) for item in value], line)
        return _scalar(value, line)

    def _object(self, value: _Pairs, line: int, depth: int) -> yaml.Node:
        found: dict[str, int] = {}
        pairs = []
        for name, item in value:
            at = next(self.lines)
            if name in found:
                raise repeated(at + self.offset, found[name] + self.offset, name)
            found[name] = at
            pairs.append((_scalar(name, at), self.node(item, at, depth + 1)))
        return _mapping(pairs, min(found.values(), default=line))


def _toml_lines(text: str) -> dict[Path, int]:
    """The line of each key that begins a line, and of each table: by path, from 0."""
    text = _TOML_OPAQUE.sub(lambda match: "\n" * match[0].count("\n") if match["long"] else match[0], text)
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n")):
        match = _TOML_KEY.match(line)
        if match is None:
            continue
        path: Path = () if match["table"] else table
        *parts, last = (part.strip("\"'") for part in _TOML_PART.findall(match["key"]))
        for part in parts:
            path = (*path, part)
            lines.setdefault(path, number)
            path = (*path, counts[path] - 1) if path in counts else path
        path = (*path, last)
        lines.setdefault(path, number)
        if match["table"] == "[[":
            counts[path] = counts.get(path, 0) + 1
            path = (*path, counts[path] - 1)
            lines[path] = number
        if match["table"]:
            table = path
    return lines


def _json_lines(text: str) -> Iterator[int]:
    """The line of each key, from 0."""
    starts = [0, *(match.start() for match in _JSON_TEXT.finditer(text) if match["is_key"])]
    return accumulate(text.count("\n", before, start) for before, start in pairwise(starts))


def _guard_toml(text: str, offset: int) -> None:
    """Refuse what tomllib takes quadratic time for, and more values than YAML may hold."""
    if len(text) > _MAX_TOML:
        raise NodeError(offset, f"holds more than {_MAX_TOML} characters; TOML may hold no more")
    parts = 0
    for match in _TOML_OPAQUE.finditer(text):
        parts += match["parts"] is not None and match["parts"] != "\n"
        if parts > MAX_NODES:
            raise _too_many(offset + text.count("\n", 0, match.start()))
    bare = _TOML_OPAQUE.sub(lambda match: match["parts"] or "x", text)
    found = _TOML_LONG_KEY.search(bare)
    if found:
        raise NodeError(offset + bare.count("\n", 0, found.start()), f"nested more than {MAX_DEPTH} deep")


def _guard_json(text: str, offset: int) -> None:
    """Refuse an object that nests too deep, or holds more values than YAML may."""
    parts = depth = 0
    for match in _JSON_TOKEN.finditer(text):
        depth += (match["open"] is not None) - (match["close"] is not None)
        parts += match["open"] is not None or match["parts"] is not None
        if depth <= 0:
            return
        if depth > MAX_DEPTH + 1 or parts > MAX_NODES:
            line = offset + text.count("\n", 0, match.start())
            raise _too_many(line) if parts > MAX_NODES else NodeError(line, f"nested more than {MAX_DEPTH} deep")


def _too_many(line: int) -> NodeError:
    return NodeError(line, f"holds more than {MAX_NODES} values")


def _check_depth(depth: int, line: int) -> None:
    if depth > MAX_DEPTH:
        raise NodeError(line, f"nested more than {MAX_DEPTH} deep")


def _mark(line: int) -> yaml.Mark:
    return yaml.Mark("", 0, line, 0, None, 0)


def _mapping(pairs: list[tuple[yaml.Node, yaml.Node]], line: int) -> yaml.Node:
    return yaml.MappingNode(STR, pairs, _mark(line), _mark(line))


def _sequence(nodes: list[yaml.Node], line: int) -> yaml.Node:
    return yaml.SequenceNode(STR, nodes, _mark(line), _mark(line))


def _scalar(value: Any, line: int) -> yaml.Node:
    if value is None:
        return yaml.ScalarNode(NULL, "", _mark(line), _mark(line))
    if isinstance(value, _Written):
        return yaml.ScalarNode(INT if is_integer(value) else STR, str(value), _mark(line), _mark(line))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return yaml.ScalarNode(STR, text, _mark(line), _mark(line))
