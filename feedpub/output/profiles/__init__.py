"""The profiles of feeds: what a service asks of a feed besides the rules of its format.

A feed without a profile loads none of these modules. Each profile of
:mod:`feedpub.core.profile_registry` is a module with a subclass of :class:`Profile`.
"""

from functools import cache
from pkgutil import resolve_name

from feedpub.core.profile_registry import PROFILES
from feedpub.output.profiles.base import CheckedFeed, Profile, ProfileFinding

__all__ = ["CheckedFeed", "Profile", "ProfileFinding", "profile_of"]


@cache
def profile_of(name: str) -> Profile:
    """Return the profile with the name ``name``. The first call imports its module."""
    profile: Profile = resolve_name(PROFILES[name])()
    return profile
