"""What fetches, as ``check`` in the configuration has it: an engine for each process, with a fetcher of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache, partial

from feedpub.config import Config
from feedpub.config.model import Check
from feedpub.links.descriptors import affordable
from feedpub.links.engine import Engine
from feedpub.links.fetch import Fetcher
from feedpub.links.politeness import Politeness
from feedpub.links.processes import Engines
from feedpub.links.settings import SettingsByHost


def engines_of(config: Config) -> Engines:
    """What fetches, as ``check`` in the configuration has it."""
    settings = SettingsByHost(config.check, config.site.base_url)
    return Engines(
        make=partial(_engine, config.check, config.site.base_url),
        politeness=partial(_politeness, settings),
        workers=affordable(config.check.workers),
    )


@contextlib.contextmanager
def _engine(check: Check, base_url: str, workers: int) -> Iterator[Engine]:
    """An engine, made in the process that runs it."""
    settings = SettingsByHost(check, base_url)
    with contextlib.closing(Fetcher(settings)) as fetcher:
        yield Engine(fetch=fetcher, resolve=fetcher.resolve, politeness=partial(_politeness, settings), workers=workers)


def _politeness(settings: SettingsByHost, host: str) -> Politeness:
    of = settings.settings_for(host)
    return _shared_politeness(of.per_host, of.delay, of.retries, of.accept)


@lru_cache(256)  # a hundred thousand hosts share a handful
def _shared_politeness(per_host: int, delay: float, retries: int, accept: frozenset[int]) -> Politeness:
    return Politeness(per_host=per_host, delay=delay, retries=retries, accept=accept)
