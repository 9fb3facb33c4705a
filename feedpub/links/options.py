"""The options of a link check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.content.loading import Progress, no_progress
from feedpub.core.link_kinds import LinkKind, Verdict
from feedpub.links.run.engine import Stop

OnProgress = Callable[[int, int], None]
"""A function that receives the number of finished targets, and the number of all targets."""
OnWarning = Callable[[str], None]
"""A function that receives a warning."""


class CheckOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``feedpub check``, but for those of its report."""

    paths: tuple[Path, ...] = ()
    """The articles and folders to check; if empty, the whole site."""
    kinds: frozenset[LinkKind] = frozenset()
    """The kinds of links to check; if empty, ``check.kinds`` applies."""
    all_articles: bool = False
    """True to check unpublished articles, too."""
    offline: bool = False
    """True to fetch nothing, and judge only from URLs and stored answers."""
    refresh: bool = False
    """True to use no stored answers."""
    suggest_archive: bool = False
    """True to ask ``check.archive`` for copies of the broken and gone links."""
    fail_on: frozenset[Verdict] = frozenset()
    """The verdicts for which the check fails; if empty, ``check.fail_on`` applies."""
    now: datetime | None = None
    """The time of the check, with an offset; None for the current time."""
    progress: Progress = no_progress
    """A function of the article files and their number that yields the files as they are read."""
    on_progress: OnProgress | None = None
    """A function that receives the number of links with an answer, and the number of all links."""
    on_warning: OnWarning | None = None
    """A function that receives each warning at once. The report has the warnings, too."""
    stop: Stop | None = None
    """An object with ``is_set()`` that ends the check early, such as a :class:`threading.Event`."""
