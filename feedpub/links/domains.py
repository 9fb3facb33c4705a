"""The registrable domain of a host, by the Public Suffix List (https://publicsuffix.org/).

Two hosts of one registrable domain belong to one owner, others may not: ``a.github.io`` and
``b.github.io``, or ``a.co.uk`` and ``b.co.uk``, are different sites.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from feedpub.links.net.addresses import literal
from feedpub.links.schedule.politeness import host_of

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def domain_of(url: str) -> str:
    """Return the registrable domain of ``url``; the host itself where there is none."""
    host = host_of(url)
    if literal(host) is not None:
        return host
    return _suffixes().privatesuffix(host) or host


def is_same_site(url: str, other: str) -> bool:
    """Return whether two URLs have one registrable domain."""
    return host_of(url) == host_of(other) or domain_of(url) == domain_of(other)


@cache
def _suffixes() -> PublicSuffixList:
    # The list is large, and most checks have no link for which it matters.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList()
