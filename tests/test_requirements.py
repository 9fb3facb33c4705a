"""The lock in requirements/: versions and hashes and nothing else; it fits pyproject.toml, and is what is installed."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
NAMES = ("build", "ci", "generators/python", "lowest", "run", "test")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
GROUPS = PYPROJECT["dependency-groups"]

LINE = re.compile(
    r"""[ ]*\#.*                                          # a comment: why a package is here
      | [a-z0-9-]+==[\w.+!]+([ ];[ ][^\\]+)?[ ]\\         # a package, its version, and where it is wanted
      | [ ]{4}--hash=sha256:[0-9a-f]{64}([ ]\\)?""",
    re.VERBOSE,
)
STAMP = Path(sys.prefix) / "requirements.stamp"


def lines(name: str) -> list[str]:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def pins(name: str) -> list[Requirement]:
    """Return the packages of a file, with version and marker."""
    return [Requirement(line.removesuffix(" \\")) for line in lines(name) if re.match("[a-z0-9]", line)]


def versions(name: str) -> set[tuple[str, str]]:
    return {(pin.name, str(pin.specifier)) for pin in pins(name)}


def flat(bounds: list[str]) -> Iterator[Requirement]:
    """Yield requirements of pyproject.toml; ``feedpub[extra]`` yields those of the extra."""
    for bound in map(Requirement, bounds):
        if bound.name == "feedpub":
            yield from flat([inner for extra in bound.extras for inner in EXTRAS[extra]])
        else:
            yield bound


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_versions_and_hashes_and_no_address_or_path(name: str) -> None:
    assert [line for line in lines(name) if not LINE.fullmatch(line) or re.search("://|(^| )/", line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_version_has_a_hash(name: str) -> None:
    following = zip(lines(name), [*lines(name)[1:], ""], strict=True)
    assert all(after.startswith("    --hash=sha256:") for line, after in following if line.endswith("\\"))
    assert pins(name)


@pytest.mark.parametrize("name", ["build", "run", "test"])
def test_there_is_one_resolution(name: str) -> None:
    assert versions(name) <= versions("ci")


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("build", [*PYPROJECT["build-system"]["requires"], *GROUPS["build"]]),
        ("run", PYPROJECT["project"]["dependencies"]),
        ("test", [*PYPROJECT["project"]["dependencies"], *EXTRAS["test"]]),
        ("ci", [bound for bounds in (*EXTRAS.values(), *GROUPS.values()) for bound in bounds]),
        ("lowest", [*PYPROJECT["project"]["dependencies"], *EXTRAS["test"]]),
    ],
)
def test_every_dependency_is_locked_within_its_bounds(name: str, bounds: list[str]) -> None:
    locked: dict[str, list[str]] = {}
    for pin in pins(name):
        locked.setdefault(pin.name, []).append(str(pin.specifier).removeprefix("=="))
    for bound in flat(bounds):
        found = locked.get(canonicalize_name(bound.name), [])
        assert found, f"{bound} is not in requirements/{name}.txt"
        assert all(bound.specifier.contains(one, prereleases=True) for one in found), (bound, found)


def test_the_lowest_versions_are_the_bounds() -> None:
    locked = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins("lowest")}
    for bound in flat([*PYPROJECT["project"]["dependencies"], "feedpub[dask,serve]"]):
        lowest = Requirement(f"{bound.name}{str(bound.specifier).replace('>=', '==')}")
        assert lowest.specifier.contains(locked[canonicalize_name(bound.name)]), bound


@pytest.mark.skipif(not STAMP.exists(), reason="this environment was not made by ./dev, which installs what is locked")
def test_what_is_installed_is_what_is_locked() -> None:
    name = STAMP.read_text(encoding="utf-8").split()[0]
    wanted = {
        pin.name: str(pin.specifier).removeprefix("==")
        for pin in [*pins("build"), *pins(name)]
        if pin.marker is None or pin.marker.evaluate()
    }
    assert {package: version(package) for package in wanted} == wanted


def test_the_site_generators_are_locked_and_no_index_is_named() -> None:
    folder = ROOT / "requirements" / "generators"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    packages = [package for path, package in lock.items() if path]
    assert all("integrity" in package and "resolved" not in package for package in packages)
