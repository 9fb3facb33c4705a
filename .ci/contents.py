"""Comparison of two wheels, made from the sdist and from the tree, and the sdist with git's files.

``python .ci/contents.py FROM_SDIST.whl FROM_TREE.whl SDIST.tar.gz``, in the root of the repository.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser

# What the sdist leaves out: the machinery of the repository, and what builds write.
_NOT_SHIPPED = (".ci/", ".gitignore", ".pre-commit-config.yaml", "output/")
# What hatchling puts in.
_MADE = {"PKG-INFO", ".gitignore"}
_INFO = {"METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "RECORD"}
_FIELDS = (
    "Name",
    "Version",
    "Summary",
    "Description-Content-Type",
    "License-Expression",
    "License-File",
    "Requires-Python",
    "Keywords",
    "Classifier",
)


def _tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True).stdout
    return set(filter(None, listed.split("\0")))


def _wheel(path: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _sdist(path: str) -> set[str]:
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}


def _same(what: str, found: set[str], expected: set[str]) -> bool:
    for name in sorted(found - expected):
        print(f"{what}: should not be there: {name}", file=sys.stderr)
    for name in sorted(expected - found):
        print(f"{what}: is missing: {name}", file=sys.stderr)
    return found == expected


def _metadata(wheel: dict[str, bytes]) -> bool:
    """Return whether the metadata is complete and each dependency has only a lower bound."""
    (text,) = (data.decode() for name, data in wheel.items() if name.endswith(".dist-info/METADATA"))
    fields = Parser().parsestr(text)
    bounds = [one.partition(";")[0] for one in fields.get_all("Requires-Dist", []) if "extra ==" not in one]
    wrong = {
        "lacks": [name for name in _FIELDS if name not in fields],
        "has upper bounds": [one for one in bounds if re.search("<|==|~=", one)],
        "has no lower bound for": [one for one in bounds if ">=" not in one],
    }
    for problem, names in wrong.items():
        if names:
            print(f"metadata {problem}: {', '.join(names)}", file=sys.stderr)
    return not any(wrong.values())


def main() -> int:
    """Report the differences; return 1 if there are any."""
    from_sdist, from_tree, sdist = _wheel(sys.argv[1]), _wheel(sys.argv[2]), _sdist(sys.argv[3])
    tracked = _tracked()
    info = {name for name in from_tree if ".dist-info/" in name}
    changed = {f"{name}, with these bytes" for name, data in from_sdist.items() if data != from_tree.get(name)}
    good = [
        _same("sdist", sdist - _MADE, {name for name in tracked if not name.startswith(_NOT_SHIPPED)}),
        _same("wheel", set(from_tree) - info, {name for name in tracked if name.startswith("feedpub/")}),
        _same("dist-info", {name.partition("/")[2] for name in info}, _INFO),
        _same("wheel from the sdist", set(from_sdist), set(from_tree)),
        _same("wheel from the sdist", changed, set()),
        _metadata(from_tree),
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
