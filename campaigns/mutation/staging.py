"""A copy of the project in which mutmut finds all functions.

mutmut leaves decorated functions alone, properties and cached functions among them. In the copy a decorator is what it
stands for (https://docs.python.org/3/reference/compound_stmts.html#function-definitions): a call after the function.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

_COPIED = ("benchmarks", "config.yaml", "feedpub", "pyproject.toml", "seeds", "tests")
# mutmut knows what to do about these.
_KNOWN = frozenset(("classmethod", "staticmethod"))


def stage(project: Path, folder: Path) -> None:
    """Bring the copy of ``project`` in ``folder`` up to date. What is as it should be is not touched: mutmut goes by
    the times of files.
    """
    wanted = {path.relative_to(project): path for name in _COPIED for path in _files(project / name)}
    for path in [path for name in _COPIED for path in _files(folder / name)]:
        if path.relative_to(folder) not in wanted:
            path.unlink()
    for relative, path in wanted.items():
        data = path.read_bytes()
        if relative.suffix == ".py" and relative.parts[0] == "feedpub":
            data = undecorated(data.decode()).encode()
        target = folder / relative
        if not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            shutil.copymode(path, target)


def undecorated(source: str) -> str:
    """``source`` with calls instead of decorators, on functions of a module and on methods."""
    lines = source.splitlines(keepends=True)
    for function in reversed(list(_decorated(ast.parse(source)))):
        name = function.name
        call = name
        for decorator in reversed(function.decorator_list):
            call = f"{ast.unparse(decorator)}({call})"
        indent = " " * function.col_offset
        lines.insert(function.end_lineno or 0, f"{indent}{name} = {call}\n")
        del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    return "".join(lines)


def _decorated(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """In the order of the source."""
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef):
            yield from _asked(statement)
        elif isinstance(statement, ast.ClassDef) and not statement.decorator_list:
            for inner in statement.body:
                if isinstance(inner, ast.FunctionDef):
                    yield from _asked(inner)


def _asked(function: ast.FunctionDef) -> Iterator[ast.FunctionDef]:
    names = {ast.unparse(decorator) for decorator in function.decorator_list}
    if names and not names & _KNOWN:
        yield function


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (found for found in path.rglob("*") if found.is_file() and found.suffix != ".pyc")
