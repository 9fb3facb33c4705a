"""Proposals for YAML and TOML front matter with a new source URL and a new id.

Pure functions. A proposal changes at most two lines. :mod:`feedpub.links.fix.redirects` reads each
proposal as a build reads it, and uses the first with the right values. Front matter that cannot be
changed safely is refused here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import msgspec
import yaml

from feedpub.content.front_matter import FrontMatter
from feedpub.core.yaml_nodes import is_absent, line_of

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
# An anchor or a tag before a value: https://yaml.org/spec/1.1/#id900262
_YAML_VALUE = re.compile(r"(?P<before>(?:[&!]\S*[ \t]+)*)(?P<value>.*)", re.DOTALL)
_TOML_VALUE = r"""(?P<value>"(?:[^"\\\r\n]|\\.)*"(?!")|'[^'\r\n]*'(?!'))"""


class EditRefusedError(Exception):
    """An error for front matter that cannot be rewritten.

    ``line`` counts from 1; ``str()`` is the reason.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class NewValues(msgspec.Struct, frozen=True, kw_only=True):
    """The new values of the front matter."""

    url_key: str
    """The key of the source URL."""
    url: str
    id_key: str
    id: str | None
    """None if the article already has an id."""


def lines_of(text: str) -> list[str]:
    """Return the lines of ``text`` with their line breaks, as line numbers count them."""
    return _LINE.findall(text)


def used_key(document: FrontMatter, keys: Sequence[str]) -> str | None:
    """Return the first of ``keys`` with a value, which is the one that an article uses, or None."""
    fields = document.fields
    return next((key for key in keys if key in fields and not is_absent(fields[key][1])), None)


def line_of_key(document: FrontMatter, key: str) -> int:
    """Return the line of ``key`` in the file, from 1."""
    return line_of(document.fields[key][0], document.offset)


def proposals(text: str, document: FrontMatter, values: NewValues) -> Iterator[str]:
    """Return the proposals for ``text``, the whole file. Raise :class:`EditRefusedError`."""
    if values.id is not None and values.id_key in document.fields:
        line = line_of_key(document, values.id_key)
        raise EditRefusedError(line, f"{values.id_key}: is empty; take the line out, or fill it in")
    line = line_of_key(document, values.url_key)
    # feedpub.content.front_matter recognizes the format by the same characters.
    match text.lstrip()[:1]:
        case "{":
            raise EditRefusedError(line, f"{values.url_key}: is JSON, which is not rewritten")
        case "+":
            return _toml(lines_of(text), line, values)
        case _:
            return _yaml(lines_of(text), document, values)


def _yaml(lines: list[str], document: FrontMatter, values: NewValues) -> Iterator[str]:
    _, node = document.fields[values.url_key]
    key_line = line_of_key(document, values.url_key)
    number, before, style = _yaml_place(lines, document, node, key_line)
    line, start, end = lines[number], node.start_mark.column, node.end_mark.column
    indent, ending = _indent(lines[key_line - 1]), _ending(line)
    for value in dict.fromkeys((_yaml_scalar(values.url, style), json.dumps(values.url))):
        head = f"{line[:start]}{before}{value}"
        if values.id is None:
            yield _with(lines, number, f"{head}{line[end:]}")
            continue
        id_entry = f"{values.id_key}: {_yaml_scalar(values.id, '')}"
        yield _with(lines, number, f"{head}{line[end:]}{indent}{id_entry}{ending}")


def _yaml_place(lines: list[str], document: FrontMatter, node: yaml.Node, key_line: int) -> tuple[int, str, str]:
    """Return the index of the line of the URL ``node``, its anchor and tag, and its quotes."""
    start, end = node.start_mark, node.end_mark
    number = line_of(node, document.offset)
    if number < key_line:
        raise EditRefusedError(key_line, "is an alias (*) of a URL elsewhere")
    style = getattr(node, "style", None) or ""
    if start.line != end.line or style in ("|", ">"):
        raise EditRefusedError(number, "is written over several lines")
    if number in document.repaired_lines:
        raise EditRefusedError(number, "stands on a line with characters that feeds cannot hold")
    match = _YAML_VALUE.fullmatch(lines[number - 1][start.column : end.column])
    value = match["value"] if match else ""
    if match is None or value != (f"{style}{value[1:-1]}{style}" if style else node.value):
        raise EditRefusedError(number, "is written in a way that is not understood")
    return number - 1, match["before"], style


def _yaml_scalar(url: str, style: str) -> str:
    """Return ``url``, which is normalized, in the quotes of ``style``."""
    if style == "'":
        return "'" + url.replace("'", "''") + "'"
    # Outside of {…}, a colon at the end is the only part of a URL with a meaning in YAML.
    return json.dumps(url) if style or url.endswith(":") else url


def _toml(lines: list[str], key_line: int, values: NewValues) -> Iterator[str]:
    line = lines[key_line - 1]
    key = re.escape(values.url_key)
    match = re.match(rf"""[ \t]*(?:{key}|"{key}"|'{key}')[ \t]*=[ \t]*{_TOML_VALUE}""", line)
    if match is None:
        raise EditRefusedError(key_line, "is written over several lines, or in a way that is not understood")
    quote = match["value"][0]
    value = json.dumps(values.url) if quote == '"' or quote in values.url else f"'{values.url}'"
    id_line = "" if values.id is None else f"{_indent(line)}{values.id_key} = {json.dumps(values.id)}{_ending(line)}"
    yield _with(lines, key_line - 1, f"{line[: match.start('value')]}{value}{line[match.end('value') :]}{id_line}")


def _with(lines: Sequence[str], number: int, line: str) -> str:
    return "".join((*lines[:number], line, *lines[number + 1 :]))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
