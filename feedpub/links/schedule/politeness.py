"""Limits and retries per host, and the consequences of an answer for them. Pure functions.

Sources: RFC 9110 sections 10.2.3 (Retry-After) and 15.6.4 (503), RFC 6585 section 4 (429).

:mod:`feedpub.links.judge.verdicts` decides what an answer means for a link, and
:mod:`feedpub.links.schedule.scheduler` decides when the next fetch from a host starts.
"""

from __future__ import annotations

import re
from random import Random
from urllib.parse import urlsplit

import msgspec

from feedpub.links.model import Answer, Failure

LONGEST_PAUSE = 60.0
"""The longest pause in seconds; a host that demands a longer one is given up."""
# Seconds of the pause after a limit without Retry-After, and of the shortest pause. After a
# Retry-After of 0, an immediate second request would be refused again, and the host given up.
_DEFAULT_PAUSE = 5.0
_SHORTEST_PAUSE = 1.0
_FIRST_BACKOFF = 0.5

# The form of nearly all URLs. Matching it takes a tenth of the time of parsing.
_PLAIN = re.compile(r"https?://([a-z0-9._-]+)(?::[0-9]*)?(?:[/?#]|$)")
_TRANSIENT = frozenset((Failure.DNS, Failure.CONNECT, Failure.TIMEOUT, Failure.PROTOCOL))
_NOT_CONNECTED = frozenset((Failure.DNS, Failure.CONNECT))
_NAME_FAILURES = frozenset((Failure.NO_SUCH_NAME, Failure.REFUSED_ADDRESS))
_UNSENT = frozenset((Failure.INVALID_URL, Failure.REFUSED_SCHEME, Failure.GIVEN_UP))


class Politeness(msgspec.Struct, frozen=True, kw_only=True):
    """The limits and retries for one host, for all its ports and schemes together."""

    per_host: int = 2
    """Fetches at once, at least 1."""
    delay: float = 0.1
    """Seconds between the starts of two fetches."""
    retries: int = 2
    """The number of further attempts after temporary failures of a link."""
    accept: frozenset[int] = frozenset()
    """Further statuses that count as ok: no retry follows, and no pause for a rate limit."""


def host_of(url: str) -> str:
    """Return the host of ``url`` in lower case, without port, brackets or a final dot.

    The result is empty if there is no host.
    """
    match = _PLAIN.match(url)
    if match is not None:
        return match[1].rstrip(".")
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_final(answer: Answer, politeness: Politeness) -> bool:
    """Return whether a retry is useless, because the status or the failure is permanent."""
    if answer.failure is not None:
        return answer.failure not in _TRANSIENT
    status = answer.status or 0
    is_transient = status in (408, 425) or 500 <= status <= 599
    # A bot challenge is often a 503, and a retry gets the same response.
    return not is_transient or answer.is_challenge or status in politeness.accept


def pause_of(answer: Answer, politeness: Politeness) -> float | None:
    """Return the pause in seconds after a 429, or a 503 with Retry-After; None for others."""
    status = answer.status
    is_limit = status == 429 or (status == 503 and answer.retry_after is not None)
    if not is_limit or answer.failure is not None or answer.is_challenge or status in politeness.accept:
        return None
    return _DEFAULT_PAUSE if answer.retry_after is None else max(answer.retry_after, _SHORTEST_PAUSE)


def is_name_failure(answer: Answer) -> bool:
    """Return whether the failure is that of the host's name, so that all its links have it."""
    return answer.failure in _NAME_FAILURES and not answer.hops


def is_connection_failure(answer: Answer) -> bool:
    """Return whether there was no connection to the link's own host (not one after a redirect)."""
    return answer.failure in _NOT_CONNECTED and not answer.hops


def is_silent(answer: Answer) -> bool:
    """Return whether the link's own host was connected, but sent nothing until the deadline."""
    return answer.failure is Failure.TIMEOUT and answer.status is None and not answer.hops


def shows_network(answer: Answer) -> bool:
    """Return whether a connection succeeded for ``answer``, even if the fetch then failed."""
    if answer.status is not None or answer.hops:
        return True
    return answer.failure not in _NOT_CONNECTED | _NAME_FAILURES | _UNSENT


def backoff(failures: int, random: Random) -> float:
    """Return the seconds to wait after a number of failures, from 1.

    The wait is half a second, doubled with each failure up to 64 seconds, plus a random part of up
    to half of it. So targets that failed together are not fetched together again.
    """
    return _FIRST_BACKOFF * 2.0 ** min(failures - 1, 7) * (1.0 + random.random() / 2)
