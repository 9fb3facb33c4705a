"""What the parsers of TOML and JSON say of a document that is none → the error that its author reads.

Their messages may hold keys, or what else the front matter holds, which must not be shown (see the contract). What is
not known to be theirs is therefore masked.
"""

from __future__ import annotations

import json
import re
import tomllib

from feedpub.nodes import NodeError
from feedpub.reader.toml_text import begins, never_closed

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>[0-9]+), column (?P<column>[0-9]+)|end of document)\)$")
_KEYS = (
    (re.compile("Cannot declare .* twice", re.DOTALL), "Cannot declare a table twice"),
    (re.compile("Cannot mutate immutable namespace .*", re.DOTALL), "Cannot add to a table or list that is complete"),
    (re.compile("Cannot redefine namespace .*", re.DOTALL), "Cannot define a table again"),
    (re.compile("Duplicate inline table key .*", re.DOTALL), "A key stands twice in an inline table"),
    (re.compile("Cannot overwrite a value"), "A key stands here again, or is no table"),
    (re.compile("Unclosed array"), "A comma is missing in a list, or the ']' behind it"),
    (re.compile("Unclosed inline table"), "A comma is missing in an inline table, or the '}' behind it on its line"),
)
_QUOTED = re.compile(r"""['"(].*['")]""", re.DOTALL)
_PUNCTUATION = frozenset(("','", "':'", "'='", "']'", "']]'", "'\\'", '"\'"', "\"'''\""))
_CONTROL = re.compile(r"'(?:\\(?P<letter>[nrt])|\\x(?P<hex>[0-9a-f]{2}))'")
_LETTERS = {"n": "end of line", "r": "end of line", "t": "tab"}
_AT = re.compile(" (?:starting )?at$")


def toml_error(error: tomllib.TOMLDecodeError, text: str, offset: int) -> NodeError:
    """What ``error`` says of the document ``text``; ``offset`` is the file's line of its first."""
    said = str(error)
    place = _PLACE.search(said)
    said = _PLACE.sub("", said)
    message = next((words for pattern, words in _KEYS if pattern.fullmatch(said)), None) or _QUOTED.sub(_shown, said)
    if place and place["line"]:
        start = _position(text, int(place["line"]), int(place["column"]))
        # Which key stands there is found out behind its value, which may have many lines.
        position = begins(text, start) if said.startswith("Cannot ") else start
    else:
        opening = never_closed(text)
        message += "; what begins here is never closed" if opening is not None else ""
        position = len(text.rstrip()) if opening is None else opening
    return NodeError(offset + text.count("\n", 0, position), f"not valid TOML: {message}")


def json_error(error: json.JSONDecodeError, offset: int) -> NodeError:
    """What ``error`` says of an object; ``offset`` is the file's line of its first."""
    message = _QUOTED.sub(_shown, _AT.sub("", error.msg))
    if message == "Invalid control character":
        message += f" ({_name(error.doc[error.pos])})"
    return NodeError(offset + error.lineno - 1, f"not valid JSON: {message}{_hint(message)}")


def _position(text: str, line: int, column: int) -> int:
    """The place in ``text`` that a parser calls ``line`` and ``column``, both from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _shown(match: re.Match[str]) -> str:
    """What stands in a message in quotes or parentheses, as far as it is the parser's."""
    if match[0] in _PUNCTUATION:
        return match[0]
    control = _CONTROL.fullmatch(match[0])
    if control is None:
        return "…"
    name = _LETTERS[control["letter"]] if control["letter"] else f"U+00{control['hex'].upper()}"
    return f"({name}){_hint(name)}"


def _name(control: str) -> str:
    return {"\n": "end of line", "\t": "tab"}.get(control, f"U+{ord(control):04X}")


def _hint(message: str) -> str:
    return "; a quote is missing before it" if "end of line" in message else ""
