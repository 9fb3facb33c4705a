"""YAML text → nodes that know their lines, for front matter and for config.yaml.

YAML is composed by PyYAML's C loader but never constructed: a scalar stays the text that was written, whatever YAML 1.1
would make of it, a tag such as ``!!python/object`` does nothing, and what nobody asks for is never looked at. What
would crash or swamp the loader is refused before it gets there.
"""

from __future__ import annotations

import contextlib
import operator
import re
import warnings
from collections.abc import Iterator
from typing import Any

import yaml

STR = "tag:yaml.org,2002:str"
INT = "tag:yaml.org,2002:int"
"""Of a whole number that a language spells as Python does, and not in digits alone: ``1_000`` and ``0x1F`` in TOML."""
NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"

_SPECIAL: dict[str | None, str] = {**dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL), "<<": MERGE}

MAX_DEPTH = 100
"""How deep a document may nest, and merges within merges."""

# What aliases may blow a front matter up to, in nodes, and by how many characters.
MAX_NODES = 20_000
_MAX_REPEATED = 1_000_000
# No shorter text holds as many nodes without aliases.
_FEW_NODES = 10_000
# The C loader recurses once a level and crashes the process past some 20,000. A text needs no look at its depth where
# it cannot nest past MAX_DEPTH: block collections begin at a column each, or two at one (a list may stand as far left
# as the key that it belongs to), after nothing but these characters; flow collections at a bracket each, and in a list
# a pair is a mapping, too.
_MAX_INDENT = 30
_MAX_BRACKETS = MAX_DEPTH - 2 * _MAX_INDENT
_INDENTED = re.compile(rf"\n[ \t?:\ufeff-]{{{_MAX_INDENT}}}")
_OTHER_LINE_BREAKS = "\r\x85\u2028\u2029"
# The C parser looks at all of them for each.
_MAX_DIRECTIVES = 100


class NodeError(Exception):
    """A document as a whole cannot be used. ``line`` counts from the file's first line, 1.

    ``key`` is the key that is to blame, where there is one. It may be one that must not be shown (see the contract).
    """

    def __init__(self, line: int, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.key = key


Field = tuple[yaml.ScalarNode, yaml.Node]
"""A key and its value."""

Fields = dict[str, Field]


def line_of(node: yaml.Node, offset: int) -> int:
    """The line in the file, from 1, where ``node`` begins; ``offset`` is that of the document's line 0."""
    line: int = node.start_mark.line + offset
    return line


def entries(node: yaml.MappingNode, offset: int) -> Fields:
    """The keys of ``node``, whose line 0 is the file's ``offset``; merge keys (``<<``) give what is not beside them.

    Raises :class:`NodeError` for a key that appears twice, and for merges that nest too deep.
    """
    try:
        found: Fields = {pair[0].value: pair for pair in node.value}
    except TypeError:
        # A key that is a list or a mapping.
        return _entries(node, offset, 0)
    return found if len(found) == len(node.value) and "<<" not in found else _entries(node, offset, 0)


def _entries(node: yaml.MappingNode, offset: int, depth: int) -> Fields:
    """The keys of a ``node`` with some that are repeated, no text or a merge; ``depth`` counts merges within merges."""
    found: Fields = {}
    merged: Fields = {}
    for key, value in node.value:
        line = line_of(key, offset)
        if key.tag == MERGE:
            for base in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if not isinstance(base, yaml.MappingNode):
                    raise NodeError(line, "'<<' takes a mapping, or a list of mappings")
                if depth >= MAX_DEPTH:
                    raise NodeError(line, f"nested more than {MAX_DEPTH} deep")
                for name, field in _entries(base, offset, depth + 1).items():
                    merged.setdefault(name, field)
        elif isinstance(key, yaml.ScalarNode):
            if key.value in found:
                raise repeated(line, line_of(found[key.value][0], offset), key.value)
            found[key.value] = key, value
    return merged | found if merged else found


def repeated(line: int, first: int, key: str) -> NodeError:
    """The error of a key on ``line`` that was set on line ``first`` already."""
    return NodeError(line, f"a key stands here again, first on line {first}; keep one", key)


def is_absent(node: yaml.Node) -> bool:
    """Null, an empty string and an empty list count as not there."""
    value = node.value
    if isinstance(value, str):
        return node.tag == NULL or not value or value.isspace()
    return not value and isinstance(node, yaml.SequenceNode)


class _Composing:
    """What a YAML loader needs to compose nodes whose scalars are text or null."""

    def resolve(self, _kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        """The tag of a node that has none; for a scalar, ``implicit`` is a pair, first whether it is plain."""
        if value in _SPECIAL and implicit[0]:
            return _SPECIAL[value]
        return STR

    # Called before and after each node with its place, which decides nothing here: builtins do nothing at least cost.
    descend_resolver = operator.is_
    ascend_resolver = bool


if yaml.__with_libyaml__:
    from yaml._yaml import get_version_string
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

    LIBYAML: str = get_version_string()
    """Its version; empty where PyYAML was built without it."""

    class NodeLoader(_Composing, CParser):
        """PyYAML's C parser and composer."""

else:  # pragma: no cover  # a PyYAML built without libyaml
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    LIBYAML = ""
    warnings.warn("PyYAML was built without libyaml: reading articles takes many times as long", stacklevel=2)

    class NodeLoader(_Composing, Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        """PyYAML's Python parser and composer."""

        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


def compose(text: str, offset: int) -> yaml.Node | None:
    """The YAML document ``text`` as a node, or None where it is empty; ``offset`` is the file's line of its first.

    Raises :class:`NodeError`.
    """
    if text.count("\n%") > _MAX_DIRECTIVES:
        raise NodeError(offset, f"holds more than {_MAX_DIRECTIVES} directives (%)")
    try:
        if len(text) > _FEW_NODES or "*" in text or _may_nest_deep(text):
            _guard(text, offset)
        node: yaml.Node | None = yaml.compose(text, Loader=NodeLoader)  # type: ignore[arg-type]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        raise NodeError(offset + (mark.line if mark else 0), f"not valid YAML: {what}") from None
    except yaml.YAMLError as error:
        before = text.encode()[: getattr(error, "position", 0)]
        line = offset + before.count(b"\n")
        raise NodeError(line, f"not valid YAML: {str(error).splitlines()[0]}") from None
    return node


def _may_nest_deep(text: str) -> bool:
    """Whether ``text`` may nest more than :data:`MAX_DEPTH` deep; False is certain."""
    return (
        2 * text.count("[") + text.count("{") > _MAX_BRACKETS
        or _INDENTED.search("\n" + text) is not None
        or any(character in text for character in _OTHER_LINE_BREAKS)
    )


def _guard(text: str, offset: int) -> None:
    """Refuse what the composer would crash on, or what would grow past all bounds once it is walked."""
    try:
        _measure(text, offset)
    except yaml.MarkedYAMLError as error:
        # The parser may have a bound of its own, and meet it before it tells of the first level.
        if error.problem_mark is not None:
            with contextlib.suppress(yaml.YAMLError):
                _measure(text[: error.problem_mark.index], offset)
        raise


def _measure(text: str, offset: int) -> None:
    """Count the values of ``text``, how deep they nest, and what aliases repeat. Raises :class:`NodeError`."""
    sizes: dict[str, tuple[int, int]] = {}
    open_anchors: list[tuple[str | None, int, int]] = []
    nodes = length = 0
    for event in yaml.parse(text, Loader=NodeLoader):  # type: ignore[arg-type]
        line = offset + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise NodeError(line, "an alias (*) points at nothing before it, or at what it is part of")
            nodes += sizes[event.anchor][0]
            length += sizes[event.anchor][1]
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            length += len(event.value)
            if event.anchor:
                sizes[event.anchor] = 1, len(event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            nodes += 1
            open_anchors.append((event.anchor, nodes, length))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, nodes_before, length_before = open_anchors.pop()
            if anchor:
                sizes[anchor] = nodes - nodes_before + 1, length - length_before
        if len(open_anchors) > MAX_DEPTH:
            raise NodeError(line, f"nested more than {MAX_DEPTH} deep")
        if nodes > MAX_NODES:
            raise NodeError(line, f"holds more than {MAX_NODES} values, aliases counted at what they stand for")
        if length > len(text) + _MAX_REPEATED:
            raise NodeError(line, f"aliases (*) repeat more than {_MAX_REPEATED} characters")


def kind_of(node: yaml.Node) -> str:
    """What an author would call ``node``."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else "text"


def items(node: yaml.SequenceNode) -> Iterator[tuple[int, yaml.Node]]:
    """The items of a list that are there, each with its index."""
    return ((index, item) for index, item in enumerate(node.value) if not is_absent(item))
