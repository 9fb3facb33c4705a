"""A publisher of Markdown articles as RSS 2.0, Atom 1.0 and JSON Feed 1.1.

The public API, which the command line uses too: each function does the work of the command of the
same name. It returns a report, prints nothing, and never ends the process::

    >>> from pathlib import Path
    >>> from feedpub import BuildOptions, build, load_config
    >>> report = build(load_config(Path("config.yaml")), BuildOptions(dry_run=True))
    >>> report.articles.published
    1

A name is imported when it is first used. That keeps ``import feedpub`` fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedpub.building.builder import build
    from feedpub.building.explanation import ExplainedArticle, ExplainOptions, Explanation, explain
    from feedpub.building.options import BuildOptions, ShrunkError, StrictError
    from feedpub.building.report import Report
    from feedpub.building.validation import ValidateOptions, ValidationReport, validate
    from feedpub.config import Config, ConfigError, load_config
    from feedpub.core.counts import ArticleCounts, FeedCounts
    from feedpub.core.errors import (
        AttentionError,
        FeedpubError,
        LockedError,
        Problem,
        ProblemKind,
        StorageError,
        UsageError,
    )
    from feedpub.core.link_kinds import LinkKind, Verdict
    from feedpub.feeds.explain import FeedPlace
    from feedpub.links.model import LinkResult
    from feedpub.links.options import CheckOptions
    from feedpub.links.site_check import CheckReport, check

__version__ = "0.1.0"

__all__ = [
    "ArticleCounts",
    "AttentionError",
    "BuildOptions",
    "CheckOptions",
    "CheckReport",
    "Config",
    "ConfigError",
    "ExplainOptions",
    "ExplainedArticle",
    "Explanation",
    "FeedCounts",
    "FeedPlace",
    "FeedpubError",
    "LinkKind",
    "LinkResult",
    "LockedError",
    "Problem",
    "ProblemKind",
    "Report",
    "ShrunkError",
    "StorageError",
    "StrictError",
    "UsageError",
    "ValidateOptions",
    "ValidationReport",
    "Verdict",
    "__version__",
    "build",
    "check",
    "explain",
    "load_config",
    "validate",
]

# In the order of docs/api.md.
_MODULES = {
    "load_config": "feedpub.config",
    "build": "feedpub.building.builder",
    "validate": "feedpub.building.validation",
    "check": "feedpub.links.site_check",
    "explain": "feedpub.building.explanation",
    "BuildOptions": "feedpub.building.options",
    "ValidateOptions": "feedpub.building.validation",
    "CheckOptions": "feedpub.links.options",
    "ExplainOptions": "feedpub.building.explanation",
    "Report": "feedpub.building.report",
    "ArticleCounts": "feedpub.core.counts",
    "FeedCounts": "feedpub.core.counts",
    "ValidationReport": "feedpub.building.validation",
    "CheckReport": "feedpub.links.site_check",
    "LinkResult": "feedpub.links.model",
    "LinkKind": "feedpub.core.link_kinds",
    "Verdict": "feedpub.core.link_kinds",
    "Explanation": "feedpub.building.explanation",
    "ExplainedArticle": "feedpub.building.explanation",
    "FeedPlace": "feedpub.feeds.explain",
    "Problem": "feedpub.core.errors",
    "ProblemKind": "feedpub.core.errors",
    "Config": "feedpub.config",
    "FeedpubError": "feedpub.core.errors",
    "UsageError": "feedpub.core.errors",
    "ConfigError": "feedpub.config",
    "AttentionError": "feedpub.core.errors",
    "StrictError": "feedpub.building.options",
    "ShrunkError": "feedpub.building.options",
    "LockedError": "feedpub.core.errors",
    "StorageError": "feedpub.core.errors",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
