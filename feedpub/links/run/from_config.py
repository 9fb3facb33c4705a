"""The engine that fetches a site's links, and its politeness, from ``check`` of config.yaml."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from feedpub.config import Config
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.net.file_limit import affordable
from feedpub.links.run.engine import Engine
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.settings import SettingsByHost


@contextlib.contextmanager
def engine_of(config: Config) -> Iterator[Engine]:
    """Yield the engine for ``config``, and close its fetcher at the end of the block."""
    settings = SettingsByHost.of(config)
    with contextlib.closing(Fetcher(settings)) as fetcher:
        workers = affordable(config.check.workers)
        yield Engine(
            fetch=fetcher,
            resolve=fetcher.resolve,
            politeness=politeness_by(settings),
            workers=workers,
            known_names=config.check.known_names,
        )


def politeness_by(settings: SettingsByHost) -> Callable[[str], Politeness]:
    """Return the function that gives the limits of a host by ``settings``."""

    def politeness(host: str) -> Politeness:
        host_settings = settings.settings_for(host)
        return _politeness(host_settings.per_host, host_settings.delay, host_settings.retries, host_settings.accept)

    return politeness


@lru_cache(256)  # a hundred thousand hosts have only a few different settings
def _politeness(per_host: int, delay: float, retries: int, accept: frozenset[int]) -> Politeness:
    return Politeness(per_host=per_host, delay=delay, retries=retries, accept=accept)
