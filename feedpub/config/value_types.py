"""The types of the values in config.yaml, and the base of its sections."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from feedpub.core.field_keys import FIELDS
from feedpub.core.format_registry import FORMATS
from feedpub.core.generators import GENERATORS, SLUG_RULES
from feedpub.core.link_kinds import LinkKind, Verdict
from feedpub.core.profile_registry import PODCAST, PROFILES
from feedpub.core.text import EMAIL

Text = Annotated[str, Meta(min_length=1)]
Slug = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Email = Annotated[str, Meta(pattern=EMAIL)]
Language = Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Score = Annotated[int, Meta(ge=0)]
Uuid = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
Size = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)? ?([kKMG]i?)?B?$")]
Span = Annotated[str, Meta(pattern=r"^[0-9]+ ?[smhdw]$")]
Status = Annotated[str, Meta(pattern=r"^[1-9][0-9]{2}(-[1-9][0-9]{2})?$")]
HostName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:[0-9]{1,5})?$")]
if TYPE_CHECKING:
    # Type checkers do not support literals that are computed.
    FieldName = str
    FormatName = str
    ProfileName = str
    GeneratorName = str
    SlugRule = str
    LinkKindName = str
    VerdictName = str
else:
    FieldName = Literal[tuple(FIELDS)]
    FormatName = Literal[tuple(FORMATS)]
    ProfileName = Literal[tuple(name for name in PROFILES if name != PODCAST)]
    GeneratorName = Literal[GENERATORS]
    SlugRule = Literal[SLUG_RULES]
    LinkKindName = Literal[tuple(kind.value for kind in LinkKind)]
    VerdictName = Literal[tuple(verdict.value for verdict in Verdict)]


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = 3650 * 86_400
# A number with more digits exceeds that limit in every unit.
_MAX_DIGITS = 12


def duration_of(span: str) -> timedelta:
    """Return a span such as ``7d``, at most ten years."""
    number = span[:-1].strip().lstrip("0") or "0"
    is_longer = len(number) > _MAX_DIGITS
    return timedelta(seconds=_LONGEST if is_longer else min(int(number) * _UNITS[span[-1]], _LONGEST))


def size_of(text: str) -> int:
    """Return the bytes of a size: ``5 MB`` is 5,000,000, and ``5 MiB`` is 5 * 2**20."""
    number = text.rstrip("kKMGiB ")
    unit = text[len(number) :].strip().removesuffix("B").upper()
    base = 1024 if unit.endswith("I") else 1000
    return int(float(number) * base ** " KMG".index(unit[:1] or " "))


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section (a mapping) of config.yaml."""
