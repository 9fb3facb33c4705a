"""The feeds that earlier builds published, as far as later builds depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from feedpub.core.models import FeedKind

Chosen = Mapping[str, tuple[str, ...]]
"""The ids of the articles that ``top`` chose, the best first, by the name of their period."""


class PublishedFeed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The data of a published feed that the next builds need."""

    kind: FeedKind
    key: str
    label: str
    updated: datetime
    total: int = 0
    """The number of articles that belonged to it."""
    chosen: dict[str, tuple[str, ...]] = {}
    """The choices of ``top`` for the periods that the feed can show; see :data:`Chosen`."""
    story_entries: tuple[str, ...] = ()
    """The ids of the articles that go on to stand for their stories."""


History = Mapping[str, PublishedFeed]
"""Every feed published so far, by folder."""
