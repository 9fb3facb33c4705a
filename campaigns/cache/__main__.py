"""Damage to build.db: each build after it has to equal one from nothing.

    python -m campaigns.cache [--trials 2000] [--seed 0] [--kind bits]

A trial damages build.db in one place, may run a command that reads, changes some articles or none,
and builds twice. Both builds have to leave the files of a build without build.db, and no command
may end in a traceback. Prints the numbers of each kind of damage, and exits with 1 if a trial
failed. The same seed makes the same damage.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from campaigns.cache.damage import KINDS
from campaigns.cache.trials import TrialSite


def main(arguments: list[str] | None = None) -> int:
    """Run the trials that the command line asks for."""
    parser = argparse.ArgumentParser(prog="campaigns.cache", description=__doc__)
    parser.add_argument("--trials", type=int, default=2000, help="of each kind of damage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind")
    options = parser.parse_args(arguments)
    failures = 0
    with tempfile.TemporaryDirectory(prefix="feedpub-cache-") as folder, TrialSite(Path(folder).resolve()) as site:
        for kind in options.kind or KINDS:
            started = time.monotonic()
            counts = _trials(site, kind, options.trials, options.seed)
            failures += counts["failed"]
            numbers = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
            print(
                f"{kind}: {options.trials} trials, {numbers or '0 noticed'}, {time.monotonic() - started:.0f} s",
                flush=True,
            )
    return bool(failures)


def _trials(site: TrialSite, kind: str, trials: int, seed: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for number in range(trials):
        chance = random.Random(f"{kind} {seed} {number}")
        try:
            counts["noticed"] += site.trial(kind, chance)
        except Exception:  # noqa: BLE001  # whatever ends a command is a result
            counts["failed"] += 1
            print(f"{kind} --seed {seed}, trial {number}:\n{traceback.format_exc()}", flush=True)
    return counts


if __name__ == "__main__":
    sys.exit(main())
