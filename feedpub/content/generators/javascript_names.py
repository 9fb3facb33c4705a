"""The names that a program in JavaScript declares, imports and exports on its outermost level."""

from __future__ import annotations

from typing import NamedTuple

from feedpub.content.generators.javascript_tokens import PAIRS, Tokens, unescaped

_MOST_TOKENS_OF_TYPE = 20
_MOST_TOKENS_OF_IMPORT = 200


class Declarations(NamedTuple):
    """The places of values in a program. A place is the index of a token."""

    constants: dict[str, int]
    imports: dict[str, tuple[str, str]]
    """The path of the other program, and the name there, by the name here."""
    default: int | None
    """The default export; None without one."""


def declarations(tokens: Tokens) -> Declarations:
    """Return the constants, imports and exports on the outermost level of ``tokens``."""
    constants: dict[str, int] = {}
    imports: dict[str, tuple[str, str]] = {}
    default = None
    index = 0
    while index < len(tokens):
        text, after = tokens.word(index), tokens.word(index + 1)
        if text in ("const", "let", "var") and tokens.word(index - 1) != "as":
            equals = _equals(tokens, index + 2)
            if equals is not None:
                constants[after], index = equals + 1, equals
        elif text == "function" and tokens.kind(index + 1) == "name":
            constants[after] = index
        elif text == "import":
            index = _import(tokens, index + 1, imports)
        elif text == "export" and after == "default":
            default = index + 2
        elif text == "module" and tokens.word(index + 2) == "exports" and tokens.word(index + 3) == "=":
            index += 3
            default = index + 1
        elif text in PAIRS:
            index = tokens.closing(index)
        index += 1
    return Declarations(constants, imports, default)


def _equals(tokens: Tokens, index: int) -> int | None:
    """Return the index of the ``=`` after a name and its type; None if there is none."""
    for position in range(index, index + _MOST_TOKENS_OF_TYPE):
        if tokens.word(position) in ("=", ";", ""):
            return position if tokens.word(position) == "=" else None
    return None


def _import(tokens: Tokens, index: int, imports: dict[str, tuple[str, str]]) -> int:
    """Add the names of the import at ``index`` to ``imports``. Return the index of its path."""
    names: list[tuple[str, str]] = []
    in_braces = False
    for position in range(index, min(index + _MOST_TOKENS_OF_IMPORT, len(tokens))):
        kind, text = tokens.kind(position), tokens.word(position)
        if kind == "string":
            imports.update({name: (unescaped(text[1:-1]), exported) for name, exported in names})
            return position
        if text in ("{", "}"):
            in_braces = text == "{"
        elif tokens.word(position - 1) == "as" and names and text != "as":
            names[-1] = (text, names[-1][1])
        elif kind == "name" and text not in ("as", "from", "type"):
            names.append((text, text if in_braces else "default"))
    return index
