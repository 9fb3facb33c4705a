"""The time zones of the package tzdata: a zone has the same rules on every machine.

Python's own search path prefers the system's files, which differ in age. This module does not
change that path, because it belongs to the program that imports feedpub as a library.
"""

from __future__ import annotations

import os
import zoneinfo
from datetime import UTC, tzinfo
from functools import cache
from typing import Any


class _Zone(zoneinfo.ZoneInfo):
    """A zone that is pickled by its name, because Python cannot pickle one from a file."""

    def __reduce__(self) -> tuple[Any, ...]:
        return zone_of, (self.key,)

    def __repr__(self) -> str:
        return f"zone_of({self.key!r})"


@cache
def names() -> frozenset[str]:
    """Return every name that :func:`zone_of` accepts."""
    with open(os.path.join(_folder(), "zones"), encoding="ascii") as file:
        return frozenset(file.read().split())


@cache
def zone_of(name: str) -> tzinfo:
    """Return the zone ``name``, such as ``Europe/Berlin``. Raise KeyError if there is none."""
    if name == "UTC":
        return UTC
    if name not in names():
        raise KeyError(name)
    with open(os.path.join(_folder(), "zoneinfo", *name.split("/")), "rb") as file:
        return _Zone.from_file(file, name)


def _folder() -> str:
    import tzdata  # noqa: PLC0415  # many sites use UTC alone

    return os.path.dirname(str(tzdata.__file__))
