"""The nodes of YAML, with line numbers, for front matter and config.yaml.

A scalar is the text that was written, without YAML 1.1's conversions (https://yaml.org/spec/1.1/).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

import yaml

STR = "tag:yaml.org,2002:str"
NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"

MAX_DEPTH = 100
"""The greatest depth of a document, and of merges within merges."""

MAX_NODES = 20_000
"""The most nodes of a document; an alias counts as the nodes that it repeats."""


class NodeError(Exception):
    """A document that cannot be used as a whole. ``line`` is the line in the file, from 1.

    ``key`` is the key at fault, or None. It may be a key that messages must not show (see
    :mod:`feedpub.core.field_keys`).
    """

    def __init__(self, line: int, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.key = key


Field = tuple[yaml.ScalarNode, yaml.Node]
"""A key and its value, as nodes."""

Fields = dict[str, Field]
"""The fields of a mapping by the text of their keys."""


def line_of(node: yaml.Node, offset: int) -> int:
    """Return the line in the file, from 1, where ``node`` begins.

    The document's first line is line ``offset`` of the file.
    """
    line: int = node.start_mark.line + offset
    return line


def without_repeats(node: yaml.MappingNode, but: Container[str] = ()) -> yaml.MappingNode:
    """Return ``node`` with the last of the values of each key that it repeats.

    The keys of ``but``, in lower case, stay repeated.
    """
    last = {key.value: index for index, (key, _) in enumerate(node.value) if isinstance(key, yaml.ScalarNode)}
    pairs = [
        (key, value)
        for index, (key, value) in enumerate(node.value)
        if not isinstance(key, yaml.ScalarNode) or last[key.value] == index or key.value.lower() in but
    ]
    if len(pairs) == len(node.value):
        return node
    return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)


def entries(node: yaml.MappingNode, offset: int) -> Fields:
    """Return the fields of ``node``. The document's first line is line ``offset`` of the file.

    Merge keys (``<<``, https://yaml.org/type/merge.html) add the fields that ``node`` itself does
    not have. Raise :class:`NodeError` for a key that appears twice, and for merges that nest too
    deep.
    """
    try:
        fields: Fields = {pair[0].value: pair for pair in node.value}
    except TypeError:
        # A key that is a list or a mapping.
        return _merged_entries(node, offset, 0)
    is_simple = len(fields) == len(node.value) and "<<" not in fields
    return fields if is_simple else _merged_entries(node, offset, 0)


def _merged_entries(node: yaml.MappingNode, offset: int, depth: int) -> Fields:
    """Return the fields of a ``node`` with merge keys, equal keys, or keys that are not text.

    The depth of merges within merges is ``depth``.
    """
    fields: Fields = {}
    merged: Fields = {}
    for key, value in node.value:
        line = line_of(key, offset)
        if key.tag == MERGE:
            for base in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if not isinstance(base, yaml.MappingNode):
                    raise NodeError(line, "'<<' takes a mapping, or a list of mappings")
                if depth >= MAX_DEPTH:
                    raise NodeError(line, f"nested more than {MAX_DEPTH} deep")
                for name, field in _merged_entries(base, offset, depth + 1).items():
                    merged.setdefault(name, field)
        elif isinstance(key, yaml.ScalarNode):
            if key.value in fields:
                raise _repeated_key(line, line_of(fields[key.value][0], offset), key.value)
            fields[key.value] = key, value
    return merged | fields if merged else fields


def _repeated_key(line: int, first: int, key: str) -> NodeError:
    """Return the error for a ``key`` on ``line`` that line ``first`` sets already."""
    return NodeError(line, f"this key is set on line {first} already; keep one of the two", key)


def is_absent(node: yaml.Node) -> bool:
    """Return whether ``node`` has no value: it is null, blank or an empty list."""
    value = node.value
    if isinstance(value, str):
        return node.tag == NULL or not value or value.isspace()
    return not value and isinstance(node, yaml.SequenceNode)


def kind_of(node: yaml.Node) -> str:
    """Return the name of ``node``'s kind for messages."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else "text"


def items(node: yaml.SequenceNode) -> Iterator[tuple[int, yaml.Node]]:
    """Return the items of a list that have a value, each with its index."""
    return ((index, item) for index, item in enumerate(node.value) if not is_absent(item))


def plain_values(node: yaml.Node) -> Any:
    """Return ``node`` as dictionaries, lists and texts; a null is None.

    Raise :class:`NodeError` for a mapping that :func:`entries` refuses.
    """
    if isinstance(node, yaml.MappingNode):
        return {key: plain_values(value) for key, (_, value) in entries(without_repeats(node), 1).items()}
    if isinstance(node, yaml.SequenceNode):
        return [plain_values(item) for item in node.value]
    return None if node.tag == NULL else node.value
