"""The engine that fetches a site's links, made from ``check`` of config.yaml."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache

from feedpub.config import Config
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.net.file_limit import affordable
from feedpub.links.run.engine import Engine
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.settings import SettingsByHost


@contextlib.contextmanager
def engine_of(config: Config) -> Iterator[Engine]:
    """Return the engine for ``config``, with a fetcher that is closed at the end of the block."""
    settings = SettingsByHost(config.check, config.site.base_url)

    def politeness(host: str) -> Politeness:
        of_host = settings.settings_for(host)
        return _politeness(of_host.per_host, of_host.delay, of_host.retries, of_host.accept)

    with contextlib.closing(Fetcher(settings)) as fetcher:
        workers = affordable(config.check.workers)
        yield Engine(fetch=fetcher, resolve=fetcher.resolve, politeness=politeness, workers=workers)


@lru_cache(256)  # a hundred thousand hosts share a handful
def _politeness(per_host: int, delay: float, retries: int, accept: frozenset[int]) -> Politeness:
    return Politeness(per_host=per_host, delay=delay, retries=retries, accept=accept)
