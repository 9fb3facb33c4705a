"""TOML and JSON → the same nodes that YAML gives (:mod:`feedpub.core.yaml_nodes`).

Python's parsers give no lines, so the line of each key comes from the text.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any

import yaml

from feedpub.content.syntax_errors import json_error, toml_error
from feedpub.content.toml_lines import Path, key_lines, too_deep
from feedpub.core.yaml_nodes import MAX_DEPTH, MAX_NODES, NULL, STR, NodeError

_JSON_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"(?P<is_key>\s*+:)?', re.DOTALL)
# tomllib is written in Python: it needs seconds for a long text.
_MAX_TOML = 1_000_000


class _Pairs(list[tuple[str, Any]]):
    """A JSON object: its keys and values in order, with the keys that it repeats."""

    def items(self) -> _Pairs:
        """Return the keys and values, as a dictionary does."""
        return self


def toml_node(text: str, offset: int) -> yaml.Node:
    """Return the TOML document ``text`` as a node. Its first line is line ``offset`` of the file.

    Raise :class:`NodeError` if it is not valid TOML, nests too deep or is too large.
    """
    if len(text) > _MAX_TOML:
        raise NodeError(offset, f"holds more than {_MAX_TOML} characters; TOML may hold no more")
    lines = key_lines(text, offset)
    try:
        data = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        raise toml_error(error, text, [0, *lines.values()], offset) from None
    except RecursionError:
        raise too_deep(offset) from None
    return _Nodes(lines.get, offset).node(data, (), 0)


def decode_json(text: str, offset: int) -> tuple[_Pairs, int]:
    """Return the JSON object that ``text`` begins with, for :func:`json_node`, and where it ends.

    The first line is line ``offset`` of the file. Raise :class:`NodeError` if it is not valid JSON.
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
    """Return ``data``, the JSON object in ``text``, as a node.

    The first line is line ``offset`` of the file. Raise :class:`NodeError` if the object nests too
    deep or is too large.
    """
    # The keys have the same order in the text and in the walk through the data.
    starts = [0, *(match.start() for match in _JSON_TEXT.finditer(text) if match["is_key"])]
    lines = accumulate(text.count("\n", before, start) for before, start in pairwise(starts))
    nodes = _Nodes(lambda path, line: next(lines) if isinstance(path[-1], str) else line, offset)
    return nodes.node(data, (), 0)


class _Nodes:
    """A maker of nodes. ``line_at`` returns the line of a path, or the given line of its parent."""

    def __init__(self, line_at: Callable[[Path, int], int], offset: int) -> None:
        self._line_at = line_at
        self._offset = offset
        self._count = 0

    def node(self, value: Any, path: Path, parent_line: int) -> yaml.Node:
        """Return ``value``, which is at ``path``, as a node."""
        line = self._line_at(path, parent_line) if path else parent_line
        self._count += 1
        # As in YAML, the document itself is the first level.
        if len(path) + isinstance(value, (dict, _Pairs, list)) > MAX_DEPTH:
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
        return yaml.ScalarNode(STR, str(value).lower() if isinstance(value, bool) else str(value), mark, mark)
