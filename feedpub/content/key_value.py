"""The head of an article as lines ``Key: value``, with or without lines ``---`` around it.

Pelican and MultiMarkdown read such heads
(https://python-markdown.github.io/extensions/meta_data/#syntax). Values are no YAML: they may hold
``: `` and ``#``. Between ``---``, quotes around a value and a list in brackets are read as YAML
reads them, because a plugin of Pelican does.
"""

from __future__ import annotations

import re

import yaml

from feedpub.core.yaml_nodes import MAX_NODES, STR, NodeError

_LINE = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):(?:[ \t]*)(?P<value>.*)")
_CONTINUATION = re.compile(r"(?: {4}|\t)[ \t]*(?P<value>.*)")
_BEGIN = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_BLOCK = re.compile(r"[|>][+-]?[0-9]?")
_SEQ = "tag:yaml.org,2002:seq"


def begins_with_keys(text: str) -> bool:
    """Return whether the first line of ``text`` is a key and a value."""
    return _LINE.match(text) is not None


def has_head(text: str) -> bool:
    """Return whether ``text`` begins with keys and values, or a block ``---`` of these alone."""
    return begins_with_keys(text) or _delimited_end(text.splitlines()) > 0


def split_head(text: str) -> tuple[str, str]:
    """Return the lines of keys and values that ``text`` begins with, and the body behind them."""
    lines = text.splitlines(keepends=True)
    count = _delimited_end([line.rstrip("\n") for line in lines]) or _bare_end(lines)
    end = sum(map(len, lines[:count]))
    return text[:end], text[end:]


def head_node(head: str, offset: int) -> yaml.MappingNode:
    """Return the lines of ``head`` as a node with keys in lower case.

    A line that is indented by four characters or more continues the value above it. Of equal keys,
    the first counts. The first line is line ``offset`` of the file. Raise :class:`NodeError` if
    there are too many values.
    """
    pairs: dict[str, tuple[yaml.Node, yaml.ScalarNode]] = {}
    current: yaml.ScalarNode | None = None
    lines = head.splitlines()
    is_delimited = bool(lines) and _BEGIN.fullmatch(lines[0]) is not None
    for number, line in enumerate(lines):
        mark = yaml.Mark("", 0, number, 0, None, 0)
        continuation = _CONTINUATION.match(line) if current is not None else None
        if continuation and current is not None:
            current.value = f"{current.value}\n{continuation['value'].rstrip()}".lstrip("\n")
            current.end_mark = mark
        elif match := _LINE.match(line):
            key = match["key"].lower()
            current = yaml.ScalarNode(STR, match["value"].rstrip(), mark, mark)
            pairs.setdefault(key, (yaml.ScalarNode(STR, key, mark, mark), current))
        if len(pairs) > MAX_NODES:
            raise NodeError(number + offset, f"holds more than {MAX_NODES} values")
    start = yaml.Mark("", 0, 0, 0, None, 0)
    values = [(key, _unquoted(value) if is_delimited else value) for key, value in pairs.values()]
    return yaml.MappingNode(STR, values, start, start)


def _bare_end(lines: list[str]) -> int:
    """Return the number of lines of a head without delimiters."""
    for number, line in enumerate(lines):
        if not line.strip() or not (_LINE.match(line) or (number and _CONTINUATION.match(line))):
            return number
    return len(lines)


def _delimited_end(lines: list[str]) -> int:
    """Return the number of lines of a head between ``---``; 0 if other lines are among them."""
    if not lines or not _BEGIN.fullmatch(lines[0]):
        return 0
    is_over = False
    for number, line in enumerate(lines[1:], 1):
        if _END.fullmatch(line):
            return number + 1
        match = _LINE.match(line)
        is_plain = match is not None and not _BLOCK.fullmatch(match["value"].strip())
        is_over = is_over or not line.strip()
        if is_over != (not line.strip()) or not (is_over or is_plain or (number > 1 and _CONTINUATION.match(line))):
            return 0
    return 0


def _unquoted(node: yaml.ScalarNode) -> yaml.Node:
    """Return ``node`` without quotes around its value; a list in brackets as a list."""
    text: str = node.value
    if len(text) > 1 and text[0] == "[" and text[-1] == "]":
        items = [_plain(item.strip()) for item in text[1:-1].split(",")]
        nodes = [yaml.ScalarNode(STR, item, node.start_mark, node.end_mark) for item in items if item]
        return yaml.SequenceNode(_SEQ, nodes, node.start_mark, node.end_mark)
    node.value = _plain(text)
    return node


def _plain(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]
    return text[1:-1] if is_quoted else text
