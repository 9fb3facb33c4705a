"""The interface of a profile, whose methods do nothing unless a profile overrides them.

A profile adds elements to RSS, the format that such services read. It opens no file.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.output.entry import Entry
from feedpub.output.formats.base import FeedHead
from feedpub.output.formats.feedgen_fixes import Element


class Profile:
    """One profile."""

    namespaces: Mapping[str, str] = {}
    """The XML namespaces of its elements, by prefix."""

    def extend_channel(self, channel: Element, head: FeedHead) -> None:
        """Add to ``channel``, the RSS channel of the feed ``head``."""

    def extend_item(self, item: Element, entry: Entry) -> None:
        """Add to ``item``, the RSS item of ``entry``.

        The result does not depend on the feed, so that it serves every feed of the profile.
        """
