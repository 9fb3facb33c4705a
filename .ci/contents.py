"""Compares a wheel made from the sdist, one made from the tree, and the sdist with the files that git knows of.

``python .ci/contents.py FROM_SDIST.whl FROM_TREE.whl SDIST.tar.gz``, in the root of the repository.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser

# What the sdist leaves out: the machinery of the repository, and what is written.
_NOT_SHIPPED = (".ci/", ".gitignore", "output/")
# What building adds.
_MADE = {"PKG-INFO", ".gitignore"}


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
    """Whether the metadata has what a package index and an installer want."""
    (text,) = (data.decode() for name, data in wheel.items() if name.endswith(".dist-info/METADATA"))
    fields = Parser().parsestr(text)
    wanted = (
        "Name",
        "Version",
        "Summary",
        "License-Expression",
        "License-File",
        "Requires-Python",
        "Keywords",
        "Classifier",
    )
    lacking = [name for name in wanted if name not in fields]
    capped = [one for one in fields.get_all("Requires-Dist", []) if "<" in one or "==" in one.partition(";")[0]]
    unbound = [one for one in fields.get_all("Requires-Dist", []) if "extra ==" not in one and ">=" not in one]
    for problem, names in {"lacks": lacking, "has upper bounds": capped, "has no lower bound": unbound}.items():
        if names:
            print(f"metadata {problem}: {', '.join(names)}", file=sys.stderr)
    return not (lacking or capped or unbound)


def main() -> int:
    """Say what differs; 1 if anything does."""
    from_sdist, from_tree, sdist = _wheel(sys.argv[1]), _wheel(sys.argv[2]), _sdist(sys.argv[3])
    tracked = _tracked()
    package = {name for name in tracked if name.startswith("feedpub/")}
    info = {name for name in from_tree if ".dist-info/" in name}
    good = [
        _same("sdist", sdist - _MADE, {one for one in tracked if not one.startswith(_NOT_SHIPPED)}),
        _same("wheel", set(from_tree) - info, package),
        _same(
            "dist-info",
            {name.partition("/")[2] for name in info},
            {"METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "RECORD"},
        ),
        _same(
            "wheel from the sdist", {f"{n}: other bytes" for n in from_tree if from_sdist.get(n) != from_tree[n]}, set()
        ),
        _same("wheel from the sdist", set(from_sdist), set(from_tree)),
        _metadata(from_tree),
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
