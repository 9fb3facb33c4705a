"""Run hostile cases and print a table: ``python -m campaigns.hostile --cases 120000``.

The same cases as tests/hostile runs some of. The exit status is 1 where one ended in a traceback, took more than five
seconds of the processor, or more than 500 MB. ``--folder 100000`` builds as many articles that lie in one folder as well.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import islice

from campaigns.hostile.cases import KINDS, Case, cases
from campaigns.hostile.folder import run_folder
from campaigns.hostile.running import MOST_SECONDS, run_batch

_BATCH = 1000


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6000, help="of all classes together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--folder", type=int, default=0, metavar="N", help="build N articles of one folder, too")
    options = parser.parse_args()
    kinds = options.kind or list(KINDS)
    print(
        f"{'class':8}{'distinct':>9}{'articles':>10}{'tracebacks':>12}{'hangs':>7}{'peak MB':>9}{'slowest s':>11}{'all s':>8}"
    )
    bad = [_run(kind, options.cases // len(kinds), options.seed) for kind in kinds]
    if options.folder:
        bad.append(run_folder(options.folder))
    return int(any(bad))


def _run(kind: str, count: int, seed: int) -> bool:
    started = time.perf_counter()
    articles = failed = hung = 0
    distinct: set[int] = set()
    slowest = memory = 0.0
    for batch in _batches(cases(kind, count, seed)):
        left = batch
        while left:
            done = run_batch(left)
            for case, result in zip(left, done.results, strict=False):
                articles += result.is_article
                slowest = max(slowest, result.seconds)
                hung += result.seconds > MOST_SECONDS
                if result.error:
                    failed += 1
                    print(f"{case.below!r} {case.data[:300]!r}\n{result.error}", file=sys.stderr)
            memory = max(memory, done.memory)
            if done.hung is not None:
                hung += 1
                print(f"hangs: {done.hung.below!r} {done.hung.data[:300]!r}", file=sys.stderr)
            ended = len(done.results) + (done.hung is not None)
            distinct.update(hash(case) for case in left[:ended])
            left = left[ended:]
    seconds = time.perf_counter() - started
    print(
        f"{kind:8}{len(distinct):9}{articles:10}{failed:12}{hung:7}{memory:9.0f}{slowest:11.2f}{seconds:8.0f}",
        flush=True,
    )
    return bool(failed or hung)


def _batches(found: Iterator[Case]) -> Iterator[list[Case]]:
    while batch := list(islice(found, _BATCH)):
        yield batch


if __name__ == "__main__":
    sys.exit(main())
