"""Results → a report: one protocol and one registry; a report is loaded when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedpub.links.reports.base import ReportFormat

_REGISTRY = {
    "text": ("feedpub.links.reports.text", "TextReport"),
    "json": ("feedpub.links.reports.json", "JsonReport"),
    "junit": ("feedpub.links.reports.junit", "JUnitReport"),
    "github": ("feedpub.links.reports.github", "GitHubReport"),
    "sarif": ("feedpub.links.reports.sarif", "SarifReport"),
}

FORMATS = tuple(_REGISTRY)
"""The names of the reports, as ``--format`` has them."""


def report_of(name: str) -> ReportFormat:
    """The report that ``--format`` calls ``name``."""
    module, class_name = _REGISTRY[name]
    report: ReportFormat = getattr(import_module(module), class_name)()
    return report
