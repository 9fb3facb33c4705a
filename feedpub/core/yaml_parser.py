"""The parser that turns YAML into nodes with line numbers.

PyYAML's C loader composes nodes, but constructs no objects. So a scalar stays the text that was
written, and a tag such as ``!!python/object`` has no effect. Documents that would crash the loader
or exhaust the memory are refused before they are composed.
"""

from __future__ import annotations

import contextlib
import operator
import re
import warnings
from typing import Any

import yaml

from feedpub.core.yaml_nodes import MAX_DEPTH, MAX_NODES, MERGE, NULL, STR, NodeError

_SPECIAL: dict[str | None, str] = {**dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL), "<<": MERGE}

# The most characters that the aliases of a document may add.
_MAX_REPEATED = 1_000_000
# A text of at most so many characters, and without aliases, cannot hold more than MAX_NODES nodes.
_FEW_NODES = 10_000
# The C loader recurses at each level, and crashes the process at a depth of about 20,000. Most
# texts cannot nest deeper than MAX_DEPTH, and these two limits find them without a parse. At most
# two block collections begin at one column (a list may begin at the column of its key), and only
# the characters of _INDENTED can stand before them. Each flow collection begins with a bracket, and
# a "[" may begin two, because a pair in a list is a mapping.
_MAX_INDENT = 30
_MAX_BRACKETS = MAX_DEPTH - 2 * _MAX_INDENT
_INDENTED = re.compile(rf"\n[ \t?:\ufeff-]{{{_MAX_INDENT}}}")
_OTHER_LINE_BREAKS = "\r\x85\u2028\u2029"
# The C parser compares each directive with all others.
_MAX_DIRECTIVES = 100


# Parts of libyaml's messages, and how to repair what causes them most often.
_HINTS = {
    "mapping values are not allowed": "put a value that holds ': ' in quotes",
    "found unexpected end of stream": "close the quote that the value begins with",
    "cannot start any token": "put the value in quotes",
    "found unknown escape character": "put the value in single quotes, in which a backslash is no escape",
    "did not find expected key": "put the whole value in quotes if it begins with a quote, and indent keys alike",
    "did not find expected alphabetic": "put the value in quotes",
    "did not find expected whitespace or line break": "put the value in quotes",
    "did not find expected ',' or": "put a value that begins with [ or { in quotes, and close each list",
    "could not find expected ':'": "a key ends with ': ', and text over several lines is indented",
}


class _Resolver:
    """A resolver for a YAML loader, with three tags for scalars: text, null and merge key."""

    def resolve(self, _kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        """Return the tag of a node without one. ``implicit[0]`` is True for a plain scalar."""
        if value in _SPECIAL and implicit[0]:
            return _SPECIAL[value]
        return STR

    # PyYAML calls these before and after each node. They have no effect; builtins cost the least.
    descend_resolver = operator.is_
    ascend_resolver = bool


if yaml.__with_libyaml__:
    from yaml._yaml import get_version_string
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out

    LIBYAML: str = get_version_string()
    """The version of libyaml; empty if PyYAML was built without it."""

    class NodeLoader(_Resolver, CParser):
        """PyYAML's C parser and composer."""

else:  # pragma: no cover  # a PyYAML built without libyaml
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    LIBYAML = ""
    warnings.warn("PyYAML was built without libyaml: reading articles takes many times as long", stacklevel=2)

    class NodeLoader(_Resolver, Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        """PyYAML's Python parser and composer."""

        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


def compose(text: str, offset: int) -> yaml.Node | None:
    """Return the YAML document ``text`` as a node, or None if it is empty.

    Its first line is line ``offset`` of the file. Raise :class:`NodeError` if it is not valid YAML,
    nests too deep or is too large.
    """
    if text.count("\n%") > _MAX_DIRECTIVES:
        raise NodeError(offset, f"holds more than {_MAX_DIRECTIVES} directives (%)")
    try:
        if len(text) > _FEW_NODES or "*" in text or _may_nest_deep(text):
            _guard(text, offset)
        node: yaml.Node | None = yaml.compose(text, Loader=NodeLoader)  # type: ignore[arg-type]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(filter(None, (error.context, error.problem)))
        line = mark.line if mark else 0
        raise NodeError(offset + line, f"not valid YAML: {problem}{_hint(problem, text, line)}") from None
    except yaml.YAMLError as error:
        before = text.encode()[: getattr(error, "position", 0)]
        line = offset + before.count(b"\n")
        raise NodeError(line, f"not valid YAML: {str(error).splitlines()[0]}") from None
    return node


def _hint(problem: str, text: str, line: int) -> str:
    """Return how to repair the ``problem`` of the ``line`` of ``text``, from 0, for a message."""
    lines = text.splitlines()
    if "\t" in problem or (line < len(lines) and lines[line].lstrip(" ").startswith("\t")):
        return "; indent with spaces, not with tabs"
    return next((f"; {hint}" for part, hint in _HINTS.items() if part in problem), "")


def _may_nest_deep(text: str) -> bool:
    """Return whether ``text`` may nest deeper than :data:`MAX_DEPTH`. False is certain."""
    return (
        2 * text.count("[") + text.count("{") > _MAX_BRACKETS
        or _INDENTED.search("\n" + text) is not None
        or any(character in text for character in _OTHER_LINE_BREAKS)
    )


def _guard(text: str, offset: int) -> None:
    """Raise :class:`NodeError` for ``text`` that nests too deep, or that aliases make too large."""
    try:
        _measure(text, offset)
    except yaml.MarkedYAMLError as error:
        # The parser has a limit of its own, and may fail before it reports the depth. The text
        # before the failure shows whether it nests too deep.
        if error.problem_mark is not None:
            with contextlib.suppress(yaml.YAMLError):
                _measure(text[: error.problem_mark.index], offset)
        raise


def _measure(text: str, offset: int) -> None:
    """Count the values of ``text``, their depth, and the values that aliases repeat.

    Raise :class:`NodeError` if a count is over its limit.
    """
    sizes: dict[str, tuple[int, int]] = {}
    open_anchors: list[tuple[str | None, int, int]] = []
    nodes = length = 0
    for event in yaml.parse(text, Loader=NodeLoader):  # type: ignore[arg-type]
        line = offset + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise NodeError(
                    line,
                    "an alias (*) needs an anchor (&) before it, outside of the value that holds the alias; "
                    "put text that begins with * in quotes",
                )
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
            raise NodeError(
                line, f"holds more than {MAX_NODES} values; each alias counts as the values that it repeats"
            )
        if length > len(text) + _MAX_REPEATED:
            raise NodeError(line, f"aliases (*) repeat more than {_MAX_REPEATED} characters")
