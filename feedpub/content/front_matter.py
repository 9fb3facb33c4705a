"""The text of an article file → front matter as nodes with lines, and the body.

python-frontmatter splits the file and calls the handlers of this module. They return the same nodes
(:mod:`feedpub.core.yaml_nodes`) for YAML, TOML and JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from feedpub.content.key_value import begins_with_keys, has_head, head_node, split_head
from feedpub.content.toml_json import decode_json, json_node, toml_node
from feedpub.core.field_keys import WITHHOLDING
from feedpub.core.text import repair, windows_1252, xml_invalid_positions
from feedpub.core.yaml_nodes import Fields, NodeError, entries, is_absent, kind_of, without_repeats
from feedpub.core.yaml_parser import compose

# The other line ends of YAML 1.1, and the characters that XML can hold and YAML cannot, without C1:
# https://yaml.org/spec/1.1/#id868524
_LINE_ENDS_OF_YAML = re.compile("[\u2028\u2029]")
_NOT_YAML = re.compile("[\x7f\ufeff]")
_C1 = re.compile("[\x80-\x9f]")
_WITHHOLDING = frozenset((*WITHHOLDING, "published"))
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")


class FrontMatter(NamedTuple):
    """The front matter and the body of an article file."""

    fields: Fields
    offset: int
    """The line in the file, from 1, of line 0 of the nodes."""
    body: str
    repaired_lines: tuple[int, ...]
    """The lines whose invalid characters were removed (by :func:`repair`), in order."""
    changed_lines: tuple[int, ...] = ()
    """These lines, and those whose C1 characters were read as Windows-1252, in order."""


class MissingError(NodeError):
    """A file without front matter."""


def parse(text: str, *, has_bare_head: bool = False, repeats_keys: bool = False) -> FrontMatter:
    r"""Split and parse the ``text`` of an article file, with line ends ``\\n``.

    With ``has_bare_head``, the front matter may also be lines ``Key: value`` without delimiters
    (:mod:`feedpub.content.key_value`). With ``repeats_keys``, the last value of a repeated key of
    YAML counts, except for keys that withhold an article. Raise :class:`MissingError` if there is
    no front matter, and :class:`NodeError` if it cannot be parsed.
    """
    positions = xml_invalid_positions(text)
    repaired_lines = set(_lines_of(text, positions, 1))
    if positions:
        text = repair(text)
    first = text.count("\n", 0, len(text) - len(text.lstrip())) + 1
    text = text.strip()
    handlers = (
        *([_KeyValue(first)] if has_bare_head else ()),
        _Yaml(first, repeats_keys=repeats_keys),
        _Toml(first),
        _Json(first),
    )
    handler = next((handler for handler in handlers if handler.detect(text)), None)
    if handler is None:
        hint = "a file begins with a line '---', keys and values, and another '---'"
        if begins_with_keys(text):
            hint = "its first lines are keys and values: put a line '---' before and after them"
        raise MissingError(first, f"none found; {hint}")
    fields, _ = frontmatter.parse(text, handler=handler)
    # python-frontmatter would strip the indentation of a code block at the start of the body.
    body = _BLANK_LINES.sub("", handler.body)
    repaired = repaired_lines | handler.repaired_lines
    lines, changed = tuple(sorted(repaired)), tuple(sorted(repaired | handler.read_lines))
    return FrontMatter(fields, first, body, lines, changed)  # type: ignore[arg-type]  # the values are what our handlers' load() returned


class _Handler(BaseHandler):
    """A handler of front matter between two lines of delimiters."""

    CLOSING: re.Pattern[str]

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first
        self.body = ""
        self.repaired_lines: set[int] = set()
        self.read_lines: set[int] = set()
        """The lines whose C1 characters were read as Windows-1252."""

    def split(self, text: str) -> tuple[str, str]:
        fm, self.body = self.divide(text)
        return fm, self.body

    def divide(self, text: str) -> tuple[str, str]:
        """Return the front matter and the body."""
        opening = self.FM_BOUNDARY.match(text) if self.FM_BOUNDARY else None
        closing = self.CLOSING.search(text, opening.end()) if opening else None
        if opening is None or closing is None:
            # For a ValueError, python-frontmatter would return a file without front matter.
            raise NodeError(self.first, f"never closed; end it with a line '{self.START_DELIMITER}'")
        return text[opening.end() : closing.start() + 1], text[closing.end() :]


class _Yaml(_Handler, YAMLHandler):
    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)
    # Jekyll and Pandoc also close it with "...". The search is fast for a fixed first character.
    CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

    def __init__(self, first: int, *, repeats_keys: bool) -> None:
        super().__init__(first)
        self.repeats_keys = repeats_keys

    def load(self, fm: str, **_kwargs: object) -> Fields:
        # `fm` begins with the rest of the line of '---', so its line 0 is the file's line `first`.
        if not fm.isascii() or "\x7f" in fm:
            self.read_lines = set(_lines_of(fm, (match.start() for match in _C1.finditer(fm)), self.first))
            fm = windows_1252(fm)
            fm = _LINE_ENDS_OF_YAML.sub(" ", fm)
            self.repaired_lines = set(_lines_of(fm, (match.start() for match in _NOT_YAML.finditer(fm)), self.first))
            fm = _NOT_YAML.sub("", fm)
        node = compose(fm, self.first)
        if self.repeats_keys and isinstance(node, yaml.MappingNode):
            node = without_repeats(node, _WITHHOLDING)
        return _fields(node, self.first)


class _Toml(_Handler):
    FM_BOUNDARY = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
    CLOSING = re.compile(r"\n\+\+\+[ \t]*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str) -> Fields:
        return _fields(toml_node(fm, self.first), self.first)


class _Json(_Handler, JSONHandler):
    def detect(self, text: str) -> bool:
        return text.startswith("{")

    def divide(self, text: str) -> tuple[str, str]:
        # Only the parser finds the end: a line with just "}" may close an inner object.
        self.data, end = decode_json(text, self.first)
        return text[:end], text[end:]

    def load(self, fm: str, **_kwargs: object) -> Fields:
        return _fields(json_node(fm, self.data, self.first), self.first)


class _KeyValue(_Handler):
    # The base class requires delimiters.
    FM_BOUNDARY = re.compile(r"\A")
    START_DELIMITER = END_DELIMITER = "\n"

    def detect(self, text: str) -> bool:
        return has_head(text)

    def divide(self, text: str) -> tuple[str, str]:
        return split_head(text)

    def load(self, fm: str) -> Fields:
        return _fields(head_node(fm, self.first), self.first)


def _fields(node: yaml.Node | None, first: int) -> Fields:
    if node is None or is_absent(node):
        return {}
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + first
        raise NodeError(line, f"is {kind_of(node)}; it must be keys and values, such as 'title: A title'")
    return entries(node, first)


def _lines_of(text: str, positions: Iterable[int], first: int) -> Iterator[int]:
    """Yield the line of each of ``positions``, which ascend. The text begins on line ``first``."""
    before = 0
    for position in positions:
        first += text.count("\n", before, position)
        before = position
        yield first
