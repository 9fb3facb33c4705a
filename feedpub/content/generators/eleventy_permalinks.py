"""The permalinks of Eleventy that are functions of one expression, as templates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from feedpub.content.generators.javascript import Source
from feedpub.content.generators.javascript_tokens import PAIRS, Tokens, template_parts, unescaped
from feedpub.content.generators.liquid import LiquidError, render
from feedpub.content.generators.permalinks import FILL_IN

_SLUG = re.compile(r"(?:[\w.]*\.)?(slugify|slug|getFilter\([\"'](?:slugify|slug)[\"']\))\((.*)\)", re.DOTALL)
_FORM = re.compile(r"(.+)\.(toLowerCase|trim|replace)\((.*)\)", re.DOTALL)
_DATE = (
    (re.compile(r"(?:data\.)?(?:page\.)?date\.get(?:UTC)?FullYear\(\)"), "%Y"),
    (re.compile(r"String\(\(?(?:data\.)?(?:page\.)?date\.get(?:UTC)?Month\(\)\s*\+\s*1\)?\)\.padStart\(2,.*"), "%m"),
    (re.compile(r"String\((?:data\.)?(?:page\.)?date\.get(?:UTC)?Date\(\)\)\.padStart\(2,.*"), "%d"),
)
_LOCAL = re.compile(r"\b(?:const|let|var)\s+([\w$]+)\s*=\s*([^;\n]+)")
_PARAMETER = re.compile(r"(?:async\s+)?(?:(?:function\s*\w*|\w+)\s*\(\s*([\w$]+)\s*\)\s*\{|\(?\s*([\w$]+)\s*\)?\s*=>)")
_GUARD = re.compile(r"\bif\s*\(((?:[^()]|\([^()]*\))*+)\)\s*\{?\s*return\s+false\b")
_OF_DRAFTS = re.compile(r"draft|future|\bdate\b", re.IGNORECASE)
_TEST = re.compile(r"(?:this\.|ctx\.)?(?:data\.)?(?!process\b)([\w.]+)(?:\s*(===?|!==?)\s*(\"[^\"]*\"|'[^']*'))?")
_NOTHING = re.compile(r"false|null|undefined|(?:data\.)?permalink")


_EXAMPLE = datetime(2024, 5, 1, tzinfo=UTC)


def template_of(value: Any) -> str:
    """Return a permalink as a template: empty if there is none, FILL_IN if it cannot be read."""
    if isinstance(value, bool):
        return "" if value else "false"
    if not isinstance(value, Source):
        return value if isinstance(value, str) else ""
    returned = [one for one in value.returned() if isinstance(one, str | Source)]
    names = dict(_LOCAL.findall(value.text))
    parameter = _PARAMETER.match(value.text)
    if parameter:
        names = {(parameter[1] or parameter[2]): "data", **names}
    texts = [one if isinstance(one, str) else _text(_without_names(one.text, names)) for one in returned]
    texts = [text for text in texts if text is None or text]
    template = texts[0] if len(texts) == 1 else None
    for condition in _GUARD.findall(value.text) if template else ():
        template = _guarded(_without_names(condition, names), template, is_withheld=True) if template else None
    try:
        render(template or FILL_IN, lambda name: _EXAMPLE if name.endswith("date") else "x")
    except LiquidError:
        return FILL_IN
    return template or FILL_IN


def _without_names(code: str, names: dict[str, str]) -> str:
    """Return ``code`` with the values of the function's own ``names`` in their places."""
    for name, value in reversed(names.items()):
        pieces = re.split(rf"(?<![\w.$]){re.escape(name)}(?![\w$:])", code)
        code = value.join(pieces)
    return code


def _text(code: str) -> str | None:
    """Return an expression as a template: empty if it is no URL, None if it cannot be read."""
    code = code.strip()
    if _NOTHING.fullmatch(code):
        return ""
    condition, *branches = _split(code, "?", ":")
    if len(branches) == 2 and "false" in (kinds := [branch.strip() for branch in branches]):
        shown = _text(branches[kinds[0] == "false"])
        return _guarded(condition, shown, is_withheld=kinds[0] == "false") if shown else shown
    if len(branches) == 2:
        first, second = _text(branches[0]), _text(branches[1])
        if first and second:
            return f"{{% if {_value(condition)} %}}{first}{{% else %}}{second}{{% endif %}}"
        return None if first is None or second is None else first or second
    if branches:
        return None
    parts = [_part(part.strip()) for part in _split(code, "+")]
    return None if None in parts else "".join(part or "" for part in parts)


def _guarded(condition: str, template: str, *, is_withheld: bool) -> str | None:
    """Return ``template`` as one that is false if ``condition`` is true, or else is not.

    Return None if the condition cannot be read. A draft, or an article of the future, is withheld
    all the same.
    """
    condition = condition.strip()
    if _OF_DRAFTS.search(condition):
        return template
    while condition.startswith("!"):
        condition, is_withheld = condition[1:].strip(), not is_withheld
    match = _TEST.fullmatch(condition)
    if match is None:
        return None
    test = f"{match[1]} {match[2][:1]}= {match[3]}" if match[2] else match[1]
    first, second = ("false", template) if is_withheld else (template, "false")
    return f"{{% if {test} %}}{first}{{% else %}}{second}{{% endif %}}"


def _part(code: str) -> str | None:
    if len(code) > 1 and code[0] == code[-1] and code[0] in "\"'":
        return unescaped(code[1:-1])
    if code[:1] == "`" and code[-1:] == "`":
        parts = (
            f"{{{{ {_value(part[2:-1])} }}}}" if part.startswith("${") else unescaped(part)
            for part in template_parts(code[1:-1])
        )
        return "".join(parts)
    return f"{{{{ {_value(code)} }}}}" if code else None


def _value(code: str) -> str:
    """Return an expression as Nunjucks writes it. What is not known stays as it is."""
    code = code.strip()
    for pattern, layout in _DATE:
        if pattern.fullmatch(code):
            return f'page.date | date: "{layout}"'
    choices = [part for piece in _split(code, "||") for part in _split(piece, "??")]
    if len(choices) > 1:
        return f"({' or '.join(_value(choice) for choice in choices)})"
    if match := _SLUG.fullmatch(code):
        inner = _split(match[2], ",")[0]
        return f"{_value(inner)} | {'slugify' if 'slugify' in match[1] or 'strict' in match[2] else 'slug'}"
    if match := _FORM.fullmatch(code):
        filters = {"toLowerCase": "downcase", "trim": "strip", "replace": f"replace_first: {match[3]}"}
        return f"{_value(match[1])} | {filters[match[2]]}"
    return re.sub(r"^(?:this\.)?(?:ctx\.)?(?:data\.)?", "", code).replace("?.", ".")


def _split(code: str, *marks: str) -> list[str]:
    """Return ``code`` split at each of ``marks`` outside of brackets, in their order."""
    tokens = Tokens(code)
    parts, start, index, wanted = [], 0, 0, list(marks)
    while index < len(tokens):
        text = tokens.word(index)
        if text in PAIRS:
            index = tokens.closing(index)
        elif wanted and text == wanted[0]:
            parts.append(tokens.between(start, index))
            start = index + 1
            wanted = wanted[1:] if len(marks) > 1 else wanted
        index += 1
    return [*parts, tokens.between(start, len(tokens))]
