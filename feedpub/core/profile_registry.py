"""The registry of the profiles of feeds, which add what one service asks of a feed.

It imports none of the profiles. A new profile is a module in :mod:`feedpub.output.profiles` and a
line here.
"""

from __future__ import annotations

PROFILES = {
    "podcast": "feedpub.output.profiles.podcast:PodcastProfile",
    "flipboard": "feedpub.output.profiles.flipboard:FlipboardProfile",
}
"""The ``module:class`` of each :class:`~feedpub.output.profiles.Profile`, by name."""

PODCAST = "podcast"
"""The profile that has settings: the key ``podcast`` of a feed chooses it,
``profiles`` all others."""
