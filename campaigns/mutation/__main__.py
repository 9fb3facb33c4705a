"""Mutants of the modules that decide the articles and the bytes of feeds, and the share that the tests notice.

    pip install -e '.[test]' -r campaigns/mutation/requirements.txt
    python -m campaigns.mutation [--folder FOLDER] [--least 85] [--again] [NAME]…

mutmut changes one thing in one function and runs the tests that call it, the quick ones first, until one fails.
``[tool.mutmut]`` in pyproject.toml says which files, and which tests. Prints how each mutant differs that was not
noticed, and a row for each file; exits 1 where fewer than ``--least`` percent were noticed. A mutant that runs the
tests into a time limit was noticed; one whose function no test calls was not.

What was found out stays in the folder, and the next run tries what has changed since. ``--again`` tries those that were
not noticed, NAME those so called (``feedpub.state.atomic_files.*``).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from campaigns.mutation.staging import stage

_PROJECT = Path(__file__).parents[2]
_NOTICED = ("killed", "timeout")
_COLUMNS = ("killed", "timeout", "survived", "no tests")
_MUTMUT = [sys.executable, "-m", "mutmut"]


def main() -> int:
    """Try what the command line asks for, and tell."""
    parser = argparse.ArgumentParser(
        prog="python -m campaigns.mutation", description="Mutants, and whether the tests notice."
    )
    parser.add_argument("--folder", type=Path, default=_PROJECT / ".mutation", help="the copy that is mutated")
    parser.add_argument("--least", type=float, default=85, help="percent that tests have to notice")
    parser.add_argument("--again", action="store_true", help="try those that were not noticed")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    stage(_PROJECT, given.folder)
    names = [*given.names, *(_survivors(_results(given.folder)) if given.again else ())]
    done = subprocess.run([*_MUTMUT, "run", "--max-children", str(given.jobs), *names], cwd=given.folder, check=False)
    if done.returncode:
        return done.returncode
    results = _results(given.folder)
    for name in _survivors(results):
        print(_asked(given.folder, "show", name))
    return 0 if _table(results) >= given.least else 1


def _results(folder: Path) -> dict[str, str]:
    """Return the result of each mutant."""
    found = (line.strip().rpartition(": ") for line in _asked(folder, "results", "--all", "true").splitlines())
    return {name: status for name, _, status in found if name}


def _survivors(results: dict[str, str]) -> list[str]:
    return [name for name, status in results.items() if status not in _NOTICED]


def _table(results: dict[str, str]) -> float:
    """Print it, and return the percentage of those that were noticed."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for name, status in results.items():
        rows[name.rpartition(".x")[0]][status if status in _COLUMNS else "other"] += 1
    rows["all"] = sum(rows.values(), Counter[str]())
    print(f"{'':36}{'mutants':>9}", *(f"{column:>9}" for column in (*_COLUMNS, "other")), f"{'noticed':>9}")
    percent = 0.0
    for module, counts in rows.items():
        percent = 100 * sum(counts[status] for status in _NOTICED) / max(counts.total(), 1)
        numbers = (f"{counts[column]:9}" for column in (*_COLUMNS, "other"))
        print(f"{module:36}{counts.total():9}", *numbers, f"{percent:7.1f} %")
    return percent


def _asked(folder: Path, *args: str) -> str:
    return subprocess.run([*_MUTMUT, *args], cwd=folder, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
