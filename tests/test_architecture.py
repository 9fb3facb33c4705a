"""The order of the packages, as docs/architecture.md draws it: upper ones import lower ones, never back."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "feedpub"
FLOORS = (
    ("core",),
    ("config",),
    ("content", "feeds"),
    ("output", "state"),
    ("links",),
    ("building", "delivery"),
    ("cli",),
)
FLOOR_OF = {package: number for number, packages in enumerate(FLOORS) for package in packages}
RIDDLES = ("What ", "Whether ", "Who ", "Whose ", "How ", "Where ", "When ", "Whatever ")


def name_of(path: Path) -> str:
    """Return the dotted name of the module at ``path``."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {name_of(path): ast.parse(path.read_bytes()) for path in sorted(PACKAGE.rglob("*.py"))}


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Yield the modules of feedpub that ``tree`` imports anywhere, also for type checkers alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("feedpub."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "feedpub":
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in MODULES else str(node.module)


IMPORTS = {name: set(imports_of(tree)) for name, tree in MODULES.items()}
IN_PACKAGES = [name for name in MODULES if name.count(".") > 0 and name != "feedpub.__main__"]


def test_every_package_has_a_floor() -> None:
    assert {name.split(".")[1] for name in IN_PACKAGES} == set(FLOOR_OF)
    assert {name for name in MODULES if name not in IN_PACKAGES} == {"feedpub", "feedpub.__main__"}


@pytest.mark.parametrize("name", IN_PACKAGES)
def test_a_module_imports_its_own_package_and_lower_floors(name: str) -> None:
    own = name.split(".")[1]
    others = {module.split(".")[1] for module in IMPORTS[name] if module != "feedpub"} - {own}
    assert [other for other in others if FLOOR_OF[other] >= FLOOR_OF[own]] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    # A package's __init__ re-exports its modules, which may name the package; the modules themselves form no circle.
    left = {name: found - {name} for name, found in IMPORTS.items() if name in IN_PACKAGES and not is_package(name)}
    while left:
        free = [name for name, found in left.items() if not found & left.keys()]
        assert free, sorted(left)
        for name in free:
            del left[name]


def is_package(name: str) -> bool:
    """Return whether the module ``name`` is the ``__init__`` of a package."""
    return (PACKAGE.parent / name.replace(".", "/")).is_dir()


def test_no_two_public_classes_share_a_name() -> None:
    homes = defaultdict(list)
    for name, tree in MODULES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(name)
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


@pytest.mark.parametrize("folder", ["feedpub", "tests", "benchmarks", "campaigns"])
def test_a_docstring_says_what_a_thing_is_or_does(folder: str) -> None:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    trees = {path: ast.parse(path.read_bytes()) for path in sorted((PACKAGE.parent / folder).rglob("*.py"))}
    assert trees
    texts = (
        (path.name, ast.get_docstring(node) or "")
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    )
    assert [(name, text.splitlines()[0]) for name, text in texts if text.startswith(RIDDLES)] == []
