"""The seam between a feed and its bytes: what a format is handed, and what it must do.

A format never opens a file and knows no other format. A new one is one module and one line in the registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from feedpub.entries import Entry, Site


class FeedHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed tells of itself, apart from its entries."""

    site: Site
    title: str
    self_url: str
    """Where this very file is served."""
    atom_url: str
    """Where the Atom format of the feed is served, or would be: the Atom id."""
    home_url: str
    """The page that the feed belongs to."""
    updated: datetime


class Format(Protocol):
    """One format. ``render_entry`` does not depend on the feed, so that its result serves every feed."""

    @property
    def name(self) -> str:
        """As ``output.formats`` has it."""

    @property
    def media_type(self) -> str:
        """What the file is to be served as."""

    def render_entry(self, entry: Entry, site: Site) -> bytes:
        """One entry."""

    def render_feed(self, head: FeedHead, entries: Sequence[bytes]) -> bytes:
        """The whole document, ``entries`` as ``render_entry`` gave them, in their order."""
