"""Helpers for the tests of links.db: runs that store one answer, and lookups of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.answers import StoredAnswer
from feedpub.links.remember.store import LinkStore

CHECK = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.store import LinkStore
store = LinkStore(Path(sys.argv[1]))
number = 0
while True:
    store.add(LinkTarget(url=f"https://example.com/{number}"), Answer(status=200), [Verdict.OK], datetime.now(UTC))
    print(number, flush=True)
    number += 1
    time.sleep(float(sys.argv[2]))
"""


NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://example.com/a"
PAGE = LinkTarget(url=URL)
OK = Answer(status=200, final_url=URL)
GONE = Answer(status=404, final_url=URL)


def one_day(_target: LinkTarget, _kept: StoredAnswer) -> float:
    return 86400.0


def add(folder: Path, answer: Answer, *verdicts: Verdict, target: LinkTarget = PAGE, now: datetime = NOW) -> None:
    """Store one answer in a run of its own."""
    with LinkStore(folder) as store:
        store.add(target, answer, verdicts or (Verdict.OK,), now)


def kept(folder: Path, target: LinkTarget = PAGE, now: datetime = NOW) -> StoredAnswer | None:
    """Return the stored answer that the next run can use; None if it has to fetch."""
    with LinkStore(folder) as store:
        return dict(store.trusted_answers([target], now, one_day)).get(target)


def damaged(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if "damaged" in path.name)
