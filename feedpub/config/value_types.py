"""The types of the values in config.yaml, and the base of its sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from feedpub.core.field_keys import FIELDS
from feedpub.core.format_registry import FORMATS
from feedpub.core.generators import GENERATORS, SLUG_RULES
from feedpub.core.link_kinds import LinkKind, Verdict
from feedpub.core.text import EMAIL

Text = Annotated[str, Meta(min_length=1)]
Slug = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Email = Annotated[str, Meta(pattern=EMAIL)]
Language = Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Score = Annotated[int, Meta(ge=0)]
Size = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)? ?([kKMG]i?)?B?$")]
Span = Annotated[str, Meta(pattern=r"^[0-9]+ ?[smhdw]$")]
Status = Annotated[str, Meta(pattern=r"^[1-9][0-9]{2}(-[1-9][0-9]{2})?$")]
if TYPE_CHECKING:
    # Type checkers do not support literals that are computed.
    FieldName = str
    FormatName = str
    GeneratorName = str
    SlugRule = str
    LinkKindName = str
    VerdictName = str
else:
    FieldName = Literal[tuple(FIELDS)]
    FormatName = Literal[tuple(FORMATS)]
    GeneratorName = Literal[GENERATORS]
    SlugRule = Literal[SLUG_RULES]
    LinkKindName = Literal[tuple(kind.value for kind in LinkKind)]
    VerdictName = Literal[tuple(verdict.value for verdict in Verdict)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section (a mapping) of config.yaml."""
