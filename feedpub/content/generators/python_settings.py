"""The settings in a Python file, such as ``pelicanconf.py``, without running it.

Only what can be read safely is: literals, names of earlier ones, ``+``, f-strings of these, paths
that are joined, and the defaults of ``os.environ.get``. All else is left out.
"""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Callable, Iterable
from typing import Any

_MAX_FILES = 10
_MOST_VALUES = 100_000
_MAX_TEXT = 100_000
_FAILURES = (ValueError, TypeError, LookupError, RecursionError, MemoryError)


def settings_in(name: str, text_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the values of the names that the file ``name`` assigns.

    ``text_of`` returns the text of a file; it gets the names of modules from which the file imports
    all names, too.
    """
    values: dict[str, Any] = {}
    _read(name, text_of, values, set())
    return values


def _read(name: str, text_of: Callable[[str], str], values: dict[str, Any], seen: set[str]) -> None:
    if name in seen or len(seen) >= _MAX_FILES:
        return
    seen.add(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in the site's file
            body = ast.parse(text_of(name)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module and statement.names[0].name == "*":
            _read(f"{statement.module.rpartition('.')[2]}.py", text_of, values, seen)
            continue
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                try:
                    values[target.id] = _bounded(_value(statement.value, values))  # type: ignore[attr-defined]  # both have one
                except _FAILURES:
                    values.pop(target.id, None)


def _value(node: ast.expr, values: dict[str, Any]) -> Any:
    """Return the value of ``node``. Raise one of :data:`_FAILURES` if it is no plain one."""
    result: Any
    match node:
        case ast.Name(id=name):
            result = values[name]
        case ast.JoinedStr(values=parts):
            result = _joined(_value(part, values) for part in parts)
        case ast.FormattedValue(value=inner, format_spec=None):
            result = _value(inner, values)
        case ast.BinOp(op=ast.Add()):
            result = _sum(_value(node.left, values), _value(node.right, values))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            result = [_value(item, values) for item in items]
        case ast.Dict(keys=keys, values=items):
            named = [(key, item) for key, item in zip(keys, items, strict=True) if key is not None]
            result = {_value(key, values): _value(item, values) for key, item in named}
        case ast.Call():
            result = _called(node, values)
        case _:
            result = ast.literal_eval(node)
    return result


def _joined(parts: Iterable[Any]) -> str:
    texts: list[str] = []
    for part in parts:
        if not isinstance(part, str | int | float):
            raise TypeError("no plain value")
        texts.append(str(part))
    return "".join(texts)


def _bounded(value: Any) -> Any:
    """Return ``value``. Raise ValueError if it repeats others to more than the bounds."""
    pending, count = [value], 0
    while pending:
        item = pending.pop()
        inner = [*item.keys(), *item.values()] if isinstance(item, dict) else item if isinstance(item, list) else ()
        count += len(inner)
        if count > _MOST_VALUES or (isinstance(item, str) and len(item) > _MAX_TEXT):
            raise ValueError("too long")
        pending += inner
    return value


def _sum(left: object, right: object) -> str | list[Any]:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    raise ValueError("no plain value")


def _called(node: ast.Call, values: dict[str, Any]) -> Any:
    """Return the result of a call of ``os.environ.get``, ``os.getenv`` or ``os.path.join``."""
    function = ast.unparse(node.func)
    if function in ("os.environ.get", "os.getenv", "environ.get", "getenv") and len(node.args) == 2:
        return _value(node.args[1], values)
    if function in ("os.path.join", "join", "path.join"):
        return posixpath.join(*(_value(argument, values) for argument in node.args))
    raise ValueError(function)
