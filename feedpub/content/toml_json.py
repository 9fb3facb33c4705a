"""TOML and JSON → the same nodes that YAML gives (:mod:`feedpub.core.yaml_nodes`), with the line of each key.

Python's parsers tell no lines, so the lines are taken from the text. Numbers, dates and times stay the text that was
written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any

import yaml

from feedpub.content.syntax_errors import json_error, toml_error
from feedpub.content.toml_positions import Path, TomlText, too_deep
from feedpub.core.yaml_nodes import INT, MAX_DEPTH, MAX_NODES, NULL, STR, NodeError

_WHOLE = re.compile(r"[+-]?[0-9][0-9_]*|0[xob][0-9A-Fa-f_]+")
_JSON_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"(?P<is_key>\s*+:)?', re.DOTALL)
# tomllib is written in Python: a long text takes it seconds.
_MAX_TOML = 1_000_000


class _Written(str):
    """A number, date or time of TOML, as it is written."""

    __slots__ = ()


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON, with every key that it holds."""

    def items(self) -> _Pairs:
        """Return the keys and values, as a dictionary does."""
        return self


def toml_node(text: str, offset: int) -> yaml.Node:
    """Return the TOML document ``text``; ``offset`` is the file's line of its first. Raises :class:`NodeError`."""
    if len(text) > _MAX_TOML:
        raise NodeError(offset, f"holds more than {_MAX_TOML} characters; TOML may hold no more")
    found = TomlText(text, offset)
    written = found.written
    try:
        data = tomllib.loads(text, parse_float=str)
        if written:
            # The parser tells only of floats how they are written.
            data = tomllib.loads(found.numbered, parse_float=lambda number: _Written(written[int(number[:-2])]))
    except tomllib.TOMLDecodeError as error:
        raise toml_error(error, found, offset) from None
    except RecursionError:
        raise too_deep(offset) from None
    return _Nodes(found.lines.get, offset).node(data, (), 0)


def decode_json(text: str, offset: int) -> tuple[_Pairs, int]:
    """Return the JSON object that ``text`` begins with, for :func:`json_node`, and where it ends.

    ``offset`` is the file's line of its first. Raises :class:`NodeError`.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
    try:
        data: tuple[_Pairs, int] = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        raise json_error(error, offset) from None
    except RecursionError:
        raise too_deep(offset) from None
    return data


def json_node(text: str, data: _Pairs, offset: int) -> yaml.Node:
    """Return ``data``, which ``text`` holds; ``offset`` is the file's line of its first. Raises :class:`NodeError`."""
    # In the order of the text, which is that of the walk through the data.
    lines = _json_lines(text)
    return _Nodes(lambda path, line: next(lines) if isinstance(path[-1], str) else line, offset).node(data, (), 0)


class _Nodes:
    """Makes nodes; ``line_of`` gives the line of what stands at a path, within what stands at a line."""

    def __init__(self, line_of: Callable[[Path, int], int], offset: int) -> None:
        self._line_of = line_of
        self._offset = offset
        self._count = 0

    def node(self, value: Any, path: Path, line: int) -> yaml.Node:
        """Return ``value``, which stands at ``path``, and at ``line`` or behind it."""
        line = self._line_of(path, line) if path else line
        self._count += 1
        if len(path) > MAX_DEPTH:
            raise too_deep(line + self._offset)
        if self._count > MAX_NODES:
            raise NodeError(line + self._offset, f"holds more than {MAX_NODES} values")
        mark = yaml.Mark("", 0, line, 0, None, 0)
        if isinstance(value, (dict, _Pairs)):
            nodes = ((name, self.node(item, (*path, name), line)) for name, item in value.items())
            pairs = [(yaml.ScalarNode(STR, name, node.start_mark, node.start_mark), node) for name, node in nodes]
            return yaml.MappingNode(STR, pairs, mark, mark)
        if isinstance(value, list):
            items = [self.node(item, (*path, index), line) for index, item in enumerate(value)]
            return yaml.SequenceNode(STR, items, mark, mark)
        if value is None:
            return yaml.ScalarNode(NULL, "", mark, mark)
        tag = INT if isinstance(value, _Written) and _WHOLE.fullmatch(value) else STR
        return yaml.ScalarNode(tag, str(value).lower() if isinstance(value, bool) else str(value), mark, mark)


def _json_lines(text: str) -> Iterator[int]:
    """Give the line of each key, from 0."""
    starts = [0, *(match.start() for match in _JSON_TEXT.finditer(text) if match["is_key"])]
    return accumulate(text.count("\n", before, start) for before, start in pairwise(starts))
