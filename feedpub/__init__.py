"""A publisher of Markdown articles as RSS 2.0, Atom 1.0 and JSON Feed 1.1.

The public API, which the command line uses too::

    from pathlib import Path
    from feedpub import BuildOptions, build, load_config

    report = build(load_config(Path("config.yaml")), BuildOptions())

A name is imported when it is first used. That keeps ``import feedpub`` fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedpub.building.builder import build
    from feedpub.building.options import BuildOptions
    from feedpub.building.report import Report
    from feedpub.config import Config, load_config
    from feedpub.core.errors import FeedpubError, Problem

__version__ = "0.1.0"

__all__ = [
    "BuildOptions",
    "Config",
    "FeedpubError",
    "Problem",
    "Report",
    "__version__",
    "build",
    "load_config",
]

_MODULES = {
    "BuildOptions": "feedpub.building.options",
    "Report": "feedpub.building.report",
    "build": "feedpub.building.builder",
    "Config": "feedpub.config",
    "load_config": "feedpub.config",
    "FeedpubError": "feedpub.core.errors",
    "Problem": "feedpub.core.errors",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
