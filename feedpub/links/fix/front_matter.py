"""The text of an article with another source URL, and with an id: the ways to write that into YAML, TOML and JSON front
matter, two lines changed at the most. Pure.

Each way is a proposal: :mod:`feedpub.links.fix.redirects` reads it as a build would, and takes the first that means what it
should. What cannot be rewritten safely is refused here.
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
_END = re.compile(r"[\r\n]*\Z")
# An anchor or a tag before a value: https://yaml.org/spec/1.1/#id900262
_YAML_VALUE = re.compile(r"(?P<before>(?:[&!]\S*[ \t]+)*)(?P<value>.*)", re.DOTALL)
_TOML_VALUE = r"""(?P<value>"(?:[^"\\\r\n]|\\.)*"(?!")|'[^'\r\n]*'(?!'))"""
_JSON_VALUE = r'(?P<value>"(?:[^"\\]|\\.)*")'


class EditRefusedError(Exception):
    """It cannot be rewritten. ``line`` counts from 1; ``str()`` says why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the front matter is to say."""

    url_key: str
    """The key that the article has its source URL from."""
    url: str
    id_key: str
    id: str | None
    """None where the article has an id."""


def lines_of(text: str) -> list[str]:
    """The lines of ``text`` with their ends, as the reader counts them."""
    return _LINE.findall(text)


def used(document: FrontMatter, keys: Sequence[str]) -> str | None:
    """The first of ``keys`` that the reader takes."""
    fields = document.fields
    return next((key for key in keys if key in fields and not is_absent(fields[key][1])), None)


def line_of_key(document: FrontMatter, key: str) -> int:
    """The line of the file, from 1, on which ``key`` stands."""
    return line_of(document.fields[key][0], document.offset)


def proposals(text: str, document: FrontMatter, wanted: Wanted) -> Iterator[str]:
    """``text``, an article as it is in the file, rewritten. Raises :class:`EditRefusedError`."""
    if wanted.id is not None and wanted.id_key in document.fields:
        line = line_of_key(document, wanted.id_key)
        raise EditRefusedError(line, f"{wanted.id_key}: is empty; take the line out, or fill it in")
    line = line_of_key(document, wanted.url_key)
    # The handlers of feedpub.content.front_matter tell by the same characters.
    match text.lstrip()[:1]:
        case "{":
            return _json(text, line, wanted)
        case "+":
            return _toml(lines_of(text), line, wanted)
        case _:
            return _yaml(lines_of(text), document, wanted)


def _yaml(lines: list[str], document: FrontMatter, wanted: Wanted) -> Iterator[str]:
    _, node = document.fields[wanted.url_key]
    key_line = line_of_key(document, wanted.url_key)
    number, before, style = _yaml_place(lines, document, node, key_line)
    line, start, end = lines[number], node.start_mark.column, node.end_mark.column
    indent, ending = _indent(lines[key_line - 1]), _ending(line)
    for value in dict.fromkeys((_yaml_scalar(wanted.url, style), json.dumps(wanted.url))):
        head = f"{line[:start]}{before}{value}"
        if wanted.id is None:
            yield _with(lines, number, f"{head}{line[end:]}")
            continue
        own = f"{wanted.id_key}: {_yaml_scalar(wanted.id, '')}"
        yield _with(lines, number, f"{head}{line[end:]}{indent}{own}{ending}")
        # Between braces, a comma goes before it.
        own = f"{wanted.id_key}: {json.dumps(wanted.id)}"
        yield _with(lines, number, f"{head},{_own_line(line[:start], indent, ending)}{own}{line[end:]}")


def _yaml_place(lines: list[str], document: FrontMatter, node: yaml.Node, key_line: int) -> tuple[int, str, str]:
    """Where the URL ``node`` stands: the index of its line, what belongs to it before the value, and its quotes."""
    start, end = node.start_mark, node.end_mark
    number = line_of(node, document.offset)
    if number < key_line:
        raise EditRefusedError(key_line, "is an alias (*) of a URL elsewhere")
    style = getattr(node, "style", None) or ""
    if start.line != end.line or style in ("|", ">"):
        raise EditRefusedError(number, "is written over several lines")
    if number in document.mended:
        raise EditRefusedError(number, "stands on a line with characters that feeds cannot hold")
    match = _YAML_VALUE.fullmatch(lines[number - 1][start.column : end.column])
    value = match["value"] if match else ""
    if match is None or value != (f"{style}{value[1:-1]}{style}" if style else node.value):
        raise EditRefusedError(number, "is written in a way that is not understood")
    return number - 1, match["before"], style


def _yaml_scalar(url: str, style: str) -> str:
    """``url``, which is normalized, in the quotes of ``style``."""
    if style == "'":
        return "'" + url.replace("'", "''") + "'"
    # Of what a URL may hold, nothing but a colon at its end is a sign to YAML outside of braces.
    return json.dumps(url) if style or url.endswith(":") else url


def _toml(lines: list[str], key_line: int, wanted: Wanted) -> Iterator[str]:
    line = lines[key_line - 1]
    key = re.escape(wanted.url_key)
    match = re.match(rf"""[ \t]*(?:{key}|"{key}"|'{key}')[ \t]*=[ \t]*{_TOML_VALUE}""", line)
    if match is None:
        raise EditRefusedError(key_line, "is written over several lines, or in a way that is not understood")
    quote = match["value"][0]
    value = json.dumps(wanted.url) if quote == '"' or quote in wanted.url else f"'{wanted.url}'"
    own = "" if wanted.id is None else f"{_indent(line)}{wanted.id_key} = {json.dumps(wanted.id)}{_ending(line)}"
    yield _with(lines, key_line - 1, f"{line[: match.start('value')]}{value}{line[match.end('value') :]}{own}")


def _json(text: str, key_line: int, wanted: Wanted) -> Iterator[str]:
    lines = lines_of(text)
    above = sum(map(len, lines[: key_line - 1]))
    line = lines[key_line - 1]
    pattern = re.compile(rf"{re.escape(json.dumps(wanted.url_key))}\s*:\s*{_JSON_VALUE}", re.DOTALL)
    found = False
    # More than one may begin on the line, in an object within this one, or in a text.
    for match in pattern.finditer(text, above):
        if match.start() >= above + len(line):
            break
        found = True
        own = ""
        if wanted.id is not None:
            between = _own_line(text[above : match.start()], _indent(line), _ending(line))
            own = f",{between}{json.dumps(wanted.id_key)}: {json.dumps(wanted.id)}"
        yield f"{text[: match.start('value')]}{json.dumps(wanted.url)}{own}{text[match.end('value') :]}"
    if not found:
        raise EditRefusedError(key_line, "is written in a way that is not understood")


def _own_line(before: str, indent: str, ending: str) -> str:
    """What goes before the id: a line's end and the indentation, or a blank where other keys stand ``before``."""
    stands_alone = ending and not re.search(r"[{,]", before)
    return f"{ending}{indent}" if stands_alone else " "


def _with(lines: Sequence[str], number: int, line: str) -> str:
    return "".join((*lines[:number], line, *lines[number + 1 :]))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _ending(line: str) -> str:
    match = _END.search(line)
    return match[0] if match else ""
