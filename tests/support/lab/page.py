"""The tables of docs/readers.md, from the deviations."""

from __future__ import annotations

from collections.abc import Iterator

from support.lab.deviations import DEVIATIONS, Deviation
from support.lab.model import FIELDS, LABELS, Format, Reader
from support.lab.readers import FROM_PYPI, READERS

_REASONS = tuple(dict.fromkeys(one.reason for one in DEVIATIONS))


def tables() -> str:
    """Return the table of readers, and the reasons of their deviations."""
    return "\n".join((*_rows(), "", *_reasons(), ""))


def _rows() -> Iterator[str]:
    yield f"| reader | {' | '.join(FIELDS)} |"
    yield "|---" * (1 + len(FIELDS)) + "|"
    for reader in READERS:
        name = reader.name if reader in FROM_PYPI else f"*{reader.name}*"
        yield f"| {name} ({_labels(reader.formats)}) | {' | '.join(_cell(reader, field) for field in FIELDS)} |"


def _cell(reader: Reader, field: str) -> str:
    """Return the formats in which the field arrives, those in which it does in part, and the reasons."""
    deviations = [one for one in DEVIATIONS if reader.name in one.readers and one.field == field]
    if not deviations:
        return "yes"
    told = [_told(format_, deviations) for format_ in reader.formats]
    numbers = sorted({_REASONS.index(one.reason) + 1 for one in deviations})
    return f"{', '.join(filter(None, told)) or 'no'} [{', '.join(map(str, numbers))}]"


def _told(format_: Format, deviations: list[Deviation]) -> str:
    concerned = [one for one in deviations if format_ in one.formats]
    if not concerned:
        return LABELS[format_]
    return f"({LABELS[format_]})" if concerned[0].cases else ""


def _reasons() -> Iterator[str]:
    for number, reason in enumerate(_REASONS, 1):
        yield f"{number}. {reason}"


def _labels(formats: tuple[Format, ...]) -> str:
    return ", ".join(LABELS[format_] for format_ in formats)
