"""The formats of reports: a registry, which loads a format when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedpub.links.report.base import ReportFormat

_REGISTRY = {
    "text": ("feedpub.links.report.text", "TextReport"),
    "json": ("feedpub.links.report.json", "JsonReport"),
    "junit": ("feedpub.links.report.junit", "JUnitReport"),
    "github": ("feedpub.links.report.github", "GitHubReport"),
    "sarif": ("feedpub.links.report.sarif", "SarifReport"),
}

FORMATS = tuple(_REGISTRY)
"""The names of the formats, which are the values of ``--format``."""


def report_of(name: str) -> ReportFormat:
    """Return the format ``name``, a value of ``--format``."""
    module, class_name = _REGISTRY[name]
    report: ReportFormat = getattr(import_module(module), class_name)()
    return report
