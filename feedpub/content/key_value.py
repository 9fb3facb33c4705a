"""The head of an article without delimiters: lines ``Key: value``, up to a blank line.

Pelican and MultiMarkdown read such heads
(https://python-markdown.github.io/extensions/meta_data/#syntax).
"""

from __future__ import annotations

import re

import yaml

from feedpub.core.yaml_nodes import MAX_NODES, STR, NodeError

_LINE = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):[ \t]*(?P<value>.*)")
_CONTINUATION = re.compile(r"(?: {4}|\t)[ \t]*(?P<value>.*)")


def begins_with_keys(text: str) -> bool:
    """Return whether the first line of ``text`` is a key and a value."""
    return _LINE.match(text) is not None


def split_head(text: str) -> tuple[str, str]:
    """Return the lines of keys and values that ``text`` begins with, and the body behind them."""
    end = 0
    for line in text.splitlines(keepends=True):
        is_head = _LINE.match(line) or (end and _CONTINUATION.match(line))
        if not line.strip() or not is_head:
            break
        end += len(line)
    return text[:end], text[end:]


def head_node(head: str, offset: int) -> yaml.MappingNode:
    """Return the lines of ``head`` as a node with keys in lower case.

    A line that is indented by four characters or more continues the value above it. The first line
    is line ``offset`` of the file. Raise :class:`NodeError` if there are too many values.
    """
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    for number, line in enumerate(head.splitlines()):
        mark = yaml.Mark("", 0, number, 0, None, 0)
        continuation = _CONTINUATION.match(line) if pairs else None
        if continuation:
            value = pairs[-1][1]
            value.value = f"{value.value}\n{continuation['value'].rstrip()}".lstrip("\n")
            value.end_mark = mark
        elif match := _LINE.match(line):
            key = yaml.ScalarNode(STR, match["key"].lower(), mark, mark)
            pairs.append((key, yaml.ScalarNode(STR, match["value"].rstrip(), mark, mark)))
        if len(pairs) > MAX_NODES:
            raise NodeError(number + offset, f"holds more than {MAX_NODES} values")
    start = yaml.Mark("", 0, 0, 0, None, 0)
    return yaml.MappingNode(STR, pairs, start, start)
