"""The records of earlier checks: what links.db has, and how some of them are forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

import msgspec

from feedpub.config import Config
from feedpub.links.judge.soft import is_probe
from feedpub.links.judge.verdicts import judge
from feedpub.links.model import Link, LinkKind, Verdict
from feedpub.links.remember.database import NAME
from feedpub.links.remember.store import LinkStore
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import SettingsByHost, matches

AGES = (1, 7, 30, 90)
"""The ages in days by which answers are counted; a last group has the older ones."""


class RecordStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the answers in links.db."""

    verdicts: dict[Verdict, int]
    """By verdict, as that of a source; a page is gone only if its own answer proves it."""
    ages: dict[str, int]
    """By age: ``1``, ``7``, ``30`` and ``90`` for at most as many days, and ``older``."""


def statistics(config: Config, now: datetime | None = None) -> RecordStatistics:
    """Return the numbers of the recorded answers of links: none before the first check.

    Raise StorageError if links.db is unusable.
    """
    settings, now = SettingsByHost.of(config), now or datetime.now(UTC)
    verdicts: Counter[Verdict] = Counter()
    ages = dict.fromkeys((*map(str, AGES), "older"), 0)
    with _store(config) as store:
        for url, stored in store.answers() if store else ():
            if is_probe(url):
                continue
            link = Link(LinkKind.SOURCE, url, "", 1)
            verdicts[judge(stored.answer, link, settings.settings_for(host_of(url))).verdict] += 1
            days = (now - stored.checked_at).total_seconds() / 86_400
            ages[next((str(age) for age in AGES if days <= age), "older")] += 1
    return RecordStatistics(verdicts={verdict: verdicts[verdict] for verdict in Verdict}, ages=ages)


def forget(config: Config, patterns: Iterable[str]) -> int:
    """Delete the answers of the URLs that match one of ``patterns``, and return their number.

    A pattern matches a host, or a whole URL, as those of ``check.exclude`` do. Raise StorageError
    if links.db is unusable.
    """
    patterns = tuple(patterns)
    with _store(config) as store:
        if store is None:
            return 0
        urls = [url for url, _ in store.answers() if any(_is_match(pattern, url) for pattern in patterns)]
        return store.forget(urls)


def _store(config: Config) -> AbstractContextManager[LinkStore | None]:
    """Return links.db, or None if there was no check yet."""
    return LinkStore(config.state_folder) if (config.state_folder / NAME).exists() else nullcontext()


def _is_match(pattern: str, url: str) -> bool:
    return matches(pattern, url) or matches(pattern.lower(), host_of(url))
