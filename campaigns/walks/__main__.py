"""Random walks of builds, each build compared with one from nothing.

    python -m campaigns.walks [--builds 1000] [--seconds 3600] [--seed 0] [--listed]

A walk begins with a new site. Between two builds, articles, configurations, the clock, output files
and build.db change at random (:mod:`campaigns.walks.changes`). A build has to leave the files, the
counts and the problems that a build without build.db and without output files leaves elsewhere; and
a second build has to change nothing. Prints the numbers, and exits with 1 at the first difference,
which it describes. The same seed makes the same changes. With ``--listed``, the builds do not walk:
they get the paths that changed (``feedpub build --changed-from``).
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import msgspec

from campaigns.walks.changes import CONFIGS, WalkedSite
from feedpub import BuildOptions, Report, ShrunkError, build, load_config
from feedpub.building import incremental
from feedpub.content import files
from feedpub.state.atomic_files import TEMPORARY

_BUILDS_OF_A_WALK = 25
_TICK = 20_000_000
"""Nanoseconds. With the two seconds of a release, every file would be young, and read again."""


class DifferenceError(Exception):
    """A difference between a build and one from nothing. ``str()`` describes it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the walks that the command line asks for."""
    parser = argparse.ArgumentParser(prog="campaigns.walks", description=__doc__)
    parser.add_argument("--builds", type=int, default=1000, help="of all walks together")
    parser.add_argument("--seconds", type=float, default=3600, help="after which no further build begins")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--listed", action="store_true", help="list the changes for the builds")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    counts: Counter[str] = Counter()
    seed = options.seed
    with patch.object(files, "RACY", _TICK):
        while counts["builds"] < options.builds and time.monotonic() - started < options.seconds:
            end = min(counts["builds"] + _BUILDS_OF_A_WALK, options.builds)
            try:
                _walk(seed, end, started + options.seconds, counts, is_listed=options.listed)
            except DifferenceError as error:
                print(f"seed {seed}: {error}")
                return 1
            seed += 1
    numbers = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(f"{numbers} in {seed - options.seed} walks and {time.monotonic() - started:.0f} s; no difference")
    return 0


def _walk(seed: int, end: int, deadline: float, counts: Counter[str], *, is_listed: bool) -> None:
    """Walk from a new site until ``end`` builds were made, or the ``deadline`` has passed."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="feedpub-walk-") as folder:
        site = WalkedSite(Path(folder).resolve() / "site", chance)
        trees: dict[str, dict[str, object]] = {}
        while counts["builds"] < end and time.monotonic() < deadline:
            site.change()
            name = chance.choices(list(CONFIGS), [4, 1])[0]
            flags = {flag: chance.random() < 0.1 for flag in ("full", "prune")}
            tree = _tree(site.root)
            before = trees.get(name, {})
            changed = tuple(path for path in sorted(tree | before) if tree.get(path) != before.get(path))
            trees[name] = tree
            site.log.append(f"build {name} {flags} {changed if is_listed else ''}")
            with patch.object(incremental, "MAX_CHANGES", chance.choice([0, 3, 200])):
                _compare(site, name, flags, counts, changed if is_listed else None)
            counts["builds"] += 1


def _tree(root: Path) -> dict[str, object]:
    """Return the files and links of the content folders, with what tells that they were changed."""
    found: dict[str, object] = {}
    for path in (root / "content").rglob("*"):
        status = path.lstat()
        if not path.is_dir() or path.is_symlink():
            data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found[str(path.relative_to(root))] = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, data)
    return found


def _compare(
    site: WalkedSite, name: str, flags: dict[str, bool], counts: Counter[str], changed: tuple[str, ...] | None
) -> None:
    """Build ``site`` and a copy from nothing; raise :class:`DifferenceError` if they differ."""
    twin = site.root.with_name("twin")
    for allow_shrink in (False, True):
        _copy(site.root, twin)
        # A build removes what a killed build left, even if it is stopped then.
        before = {path: data for path, data in _files(site.root / CONFIGS[name]).items() if TEMPORARY not in path}
        expected = _outcome(twin, name, site, flags | {"full": True, "allow_shrink": allow_shrink})
        result = _outcome(site.root, name, site, flags | {"allow_shrink": allow_shrink}, changed)
        _require_equal(site, "the result", _parts(result), _parts(expected))
        is_stopped = isinstance(result, ShrunkError)
        files_after = before if is_stopped else _files(twin / CONFIGS[name])
        _require_equal(site, "the files", _files(site.root / CONFIGS[name]), files_after)
        if not is_stopped:
            break
        counts["stopped by the guard"] += 1
    before = _files(site.root / CONFIGS[name])
    again = _outcome(site.root, name, site, {"prune": flags["prune"]})
    _require_equal(site, "the files of the second build", _files(site.root / CONFIGS[name]), before)
    _require_equal(site, "the result of the second build", _parts(again), _parts(expected))
    if isinstance(again, Report) and again.files:
        raise DifferenceError(f"a second build changed {again.files} after:\n" + "\n".join(site.log))
    if isinstance(again, Report):
        counts["published articles"] += again.articles.published
        counts["problems"] += len(again.problems)


def _copy(site: Path, twin: Path) -> None:
    """Copy ``site`` without what build.db holds, and without the files that builds published."""
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(site, twin, symlinks=True)
    for link in (path for path in twin.rglob("*") if path.is_symlink() and str(path.readlink()).startswith(str(site))):
        target = twin / link.readlink().relative_to(site)
        link.unlink()
        link.symlink_to(target)
    for file in (twin / ".feedpub").glob("build*.db*"):
        file.unlink()
    published = twin / ".feedpub" / "published.json"
    outputs = msgspec.json.decode(published.read_bytes())["outputs"] if published.exists() else {}
    for output, state in outputs.items():
        for path, digest in state["files"].items():
            file = twin / output / path
            if file.is_file() and not file.is_symlink() and sha256(file.read_bytes()).hexdigest() == digest:
                file.unlink()


def _outcome(
    root: Path, name: str, site: WalkedSite, flags: dict[str, bool], changed: tuple[str, ...] | None = None
) -> Report | ShrunkError:
    try:
        return build(load_config(root / name), BuildOptions(now=site.now, jobs=1, changed=changed, **flags))
    except ShrunkError as error:
        return error


def _parts(outcome: Report | ShrunkError) -> object:
    """Return what has to be equal of two outcomes."""
    return (outcome.articles, outcome.problems) if isinstance(outcome, Report) else str(outcome)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): b"link" if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _require_equal(site: WalkedSite, what: str, result: object, expected: object) -> None:
    if result == expected:
        return
    if isinstance(result, dict) and isinstance(expected, dict):
        names = sorted(key for key in result.keys() | expected.keys() if result.get(key) != expected.get(key))
        result, expected = ({key: values.get(key, b"")[:500] for key in names[:3]} for values in (result, expected))
    raise DifferenceError(
        f"{what} differ from those of a build from nothing\nbuilt:    {result}\nexpected: {expected}\nafter:\n"
        + "\n".join(site.log)
    )


if __name__ == "__main__":
    sys.exit(main())
