"""Refusals of the disk: it is full, or its files may not be written or read."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from support.faults.arena import PUBLISHED, Arena
from support.faults.oracle import Tally
from support.faults.sites import FEW, FULL, MANY, TEMPLATES


def full_disks(arena: Arena, count: int) -> Tally:
    """A disk that is full when the build has written a part of what it has to; ``arena`` lies on one of its own."""
    tally = Tally("disk full")
    ballast = arena.site.root.parent / "ballast"
    while tally.injected < count:
        change = arena.random.choice((MANY, FEW, TEMPLATES, FULL))
        before = arena.before(change)
        shutil.rmtree(arena.site.root.parent / "spare")
        free = shutil.disk_usage(arena.site.root).free
        left = arena.random.randrange(0, 300) * 1024
        with ballast.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, max(free - left, 1))
        done = arena.start(change).wait()
        tally.injected += done.status == 4 or "full" in done.err
        arena.oracle.check_message(done, tally, PUBLISHED)
        arena.oracle.check_files(before, change, tally, "full disk")
        ballast.unlink()
        arena.oracle.check_next(change, tally, f"{change.name}, {left} bytes free: {done.err!r}")
    return tally


@contextlib.contextmanager
def small_disk(folder: Path, size: str = "16m") -> Iterator[bool]:
    """``folder`` on a disk of its own; whether that is permitted."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def lost_permissions(arena: Arena, count: int) -> Tally:
    """A folder or a file of output/ or .feedpub/ that may not be written, or not even be read."""
    tally = Tally("no permission")
    while tally.injected < count:
        change = (FEW, MANY)[tally.injected % 2]
        before = arena.before(change)
        places = [arena.site.output, arena.site.state]
        places += sorted(path for place in places for path in place.rglob("*"))
        place = arena.random.choice(places)
        mode = place.stat().st_mode
        place.chmod(arena.random.choice((0, 0o500 if place.is_dir() else 0o400)))
        done = arena.start(change, drop=True).wait()
        with contextlib.suppress(FileNotFoundError):  # it was to be removed
            place.chmod(mode)
        tally.injected += 1
        arena.oracle.check_message(done, tally, PUBLISHED)
        arena.judge(before, change, tally, f"{place.name} without permission: {done.err!r}")
    return tally
