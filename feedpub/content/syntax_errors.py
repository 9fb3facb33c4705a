"""The errors of the parsers of TOML and JSON, as messages for authors.

A parser's message may hold keys or values of the front matter, which must not be shown (see the
contract). So a message is replaced with "…" unless it surely holds only the parser's words.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection

from feedpub.core.yaml_nodes import NodeError

_KEYS = {
    "Cannot declare ": "Cannot declare a table twice",
    "Cannot mutate immutable namespace ": "Cannot add to a table or list that is complete",
    "Cannot redefine namespace ": "Cannot define a table again",
    "Duplicate inline table key ": "A key stands twice in an inline table",
    "Cannot overwrite a value": "A key stands here again, or is no table",
    "Unclosed array": "A comma is missing in a list, or the ']' behind it",
    "Unclosed inline table": "A comma is missing in an inline table, or the '}' behind it on its line",
}
# Words without quotes, and symbols of the language in quotes.
_HARMLESS = re.compile(r"""(?:[\w /\\-]|(['"])(?:[,:=\]\\'"]{1,3}|\\(?:[nrt]|x[0-9a-f]{2}))\1)*+""", re.ASCII)
_LINE = re.compile("line ([0-9]+)")
_AT = re.compile(" (?:starting )?at$")


def toml_error(error: tomllib.TOMLDecodeError, text: str, key_lines: Collection[int], offset: int) -> NodeError:
    """Return ``error``, which the document ``text`` causes, with its line.

    ``key_lines`` are 0 and the lines of its keys. Line 0 is line ``offset`` of the file.
    """
    message, _, position = str(error).rpartition(" (at ")
    shown = next((words for start, words in _KEYS.items() if message.startswith(start)), None) or _shown(message)
    if match := _LINE.match(position):
        line = int(match[1]) - 1
        if message.startswith("Cannot "):
            # tomllib detects a repeated key behind its value, which may have many lines.
            line = max(start for start in key_lines if start <= line)
    else:
        shown += "; what begins here is never closed"
        # tomllib looks for the closing quote in all that follows.
        is_quote = message == """Expected "'\""""
        line = text.count("\n", 0, text.rfind("'")) if is_quote else max(key_lines)
    return NodeError(offset + line, f"not valid TOML: {shown}")


def json_error(error: json.JSONDecodeError, offset: int) -> NodeError:
    """Return ``error`` with its line. The first line of the JSON is line ``offset`` of the file."""
    message = _AT.sub("", error.msg)
    if message == "Invalid control character":
        message += f" {error.doc[error.pos]!r}"
    return NodeError(offset + error.lineno - 1, f"not valid JSON: {_shown(message)}")


def _shown(message: str) -> str:
    """Return ``message``, or "…" if a part of it may come from the front matter."""
    if not _HARMLESS.fullmatch(message):
        return "…"
    return message.replace(r"'\n'", "(end of line); a quote is missing before it")
