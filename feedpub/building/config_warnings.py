"""The warnings about a configuration that is valid, but does not fit the articles."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from feedpub.config import Config
from feedpub.config.load import lines_of_keys
from feedpub.core.errors import Problem
from feedpub.feeds.unmatched import GroupSize, unmatched
from feedpub.state.build_db import BuildCache


def config_warnings(config: Config, groups: Iterable[GroupSize]) -> tuple[str, ...]:
    """Return a line for each name or rule of ``config`` that none of ``groups`` matches.

    The lines are those of config.yaml as it is now, and in their order.
    """
    found = list(unmatched(config, groups))
    if not found:
        return ()
    lines = lines_of_keys(config.file)
    path = str(config.file)
    problems = [Problem(path=path, line=lines.get(key, 1), key=key, message=message) for key, message in found]
    return tuple(map(str, sorted(problems, key=lambda problem: problem.line)))


def warnings_of_last_build(config: Config) -> tuple[str, ...]:
    """Return the :func:`config_warnings` for the groups of the last build."""
    with contextlib.closing(BuildCache(config.state_folder, config.cache_name, read_only=True)) as cache:
        rows = cache.groups()
    return config_warnings(config, (GroupSize(row.kind, row.key, row.names, len(row.members)) for row in rows))
