"""The floor under a cold build: read and C-parse every article on all cores, and write the same files in the same way.

``python benchmarks/floor.py SITE TARGET`` writes what lies in SITE/output into TARGET with temporary files, fsync and
rename. Nothing is made of what was parsed.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import yaml


def parse(files: list[Path]) -> int:
    """Read and parse ``files``; how many there were."""
    for file in files:
        yaml.load(file.read_bytes().split(b"\n---\n")[0], Loader=yaml.CSafeLoader)
    return len(files)


def write(source: Path, target: Path) -> None:
    """Copy every file, flushed before the first is renamed into place."""
    pairs = []
    for file in source.rglob("*"):
        if file.is_file():
            place = target / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = place.with_name(f".tmp-{place.name}")
            temporary.write_bytes(file.read_bytes())
            pairs.append((temporary, place))
    for temporary, _ in pairs:
        descriptor = os.open(temporary, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    for temporary, place in pairs:
        temporary.rename(place)


def main() -> None:
    """Do it."""
    site, target = map(Path, sys.argv[1:])
    files = [Path(folder, name) for folder, _, names in os.walk(site / "content") for name in names]
    batches = [files[start : start + 200] for start in range(0, len(files), 200)]
    with ProcessPoolExecutor() as executor:
        assert sum(executor.map(parse, batches)) == len(files)
    write(site / "output", target)


if __name__ == "__main__":
    main()
