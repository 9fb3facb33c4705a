"""The glob patterns of ``content.pattern`` and ``content.exclude``. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import methodcaller

from wcmatch import glob
from wcmatch._wcparse import PatternLimitException  # it has no public name

from feedpub.core.errors import UsageError, quoted

_FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.NEGATE | glob.BRACE
# Nearly every site has such a pattern, which matches all paths with a suffix at any depth.
_ANYTHING_ENDING = re.compile(r"\*\*/\*(\.[A-Za-z0-9]+)")


def matcher(patterns: str | list[str], *, names_too: bool = False) -> Callable[[str], object]:
    """Return a function whose result is true if a path matches ``patterns``.

    It uses their regular expressions, because wcmatch's own match is slow. With ``names_too``, a
    pattern without a slash is matched against every name. Raise :class:`UsageError` if braces stand
    for more than a thousand patterns.
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
    wanted, unwanted = ([re.compile(regex) for regex in group] for group in translated)
    if len(wanted) == 1 and not unwanted:
        return wanted[0].match

    def matches(path: str) -> bool:
        return any(regex.match(path) for regex in wanted) and not any(regex.match(path) for regex in unwanted)

    return matches
