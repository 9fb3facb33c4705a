"""Glob patterns (``content.pattern``, ``content.exclude``) as functions that tell whether a path matches. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import methodcaller

from wcmatch import glob
from wcmatch._wcparse import PatternLimitException  # it has no public name

from feedpub.core.errors import UsageError, quoted

_FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.NEGATE | glob.BRACE
# A pattern that matches every path with an ending, at whatever depth: nearly every site's.
_ANYTHING_ENDING = re.compile(r"\*\*/\*(\.[A-Za-z0-9]+)")


def matcher(patterns: str | list[str], *, names_too: bool = False) -> Callable[[str], object]:
    """What tells whether a path matches ``patterns``: their regular expressions, without wcmatch's own costly match.

    With ``names_too``, a pattern without a slash is matched against every name. Raises :class:`UsageError` where braces
    stand for more than a thousand patterns.
    """
    flags = _FLAGS | glob.MATCHBASE if names_too else _FLAGS
    suffix = _ANYTHING_ENDING.fullmatch(patterns) if isinstance(patterns, str) else None
    if suffix:
        return methodcaller("endswith", suffix[1])
    try:
        translated = glob.translate(patterns, flags=flags)
    except PatternLimitException:
        shown = patterns if isinstance(patterns, str) else max(patterns, key=len)
        raise UsageError(f"{quoted(shown)}: its braces stand for too many patterns") from None
    wanted, unwanted = ([re.compile(one) for one in found] for found in translated)
    if len(wanted) == 1 and not unwanted:
        return wanted[0].match

    def matches(path: str) -> bool:
        return any(one.match(path) for one in wanted) and not any(one.match(path) for one in unwanted)

    return matches
