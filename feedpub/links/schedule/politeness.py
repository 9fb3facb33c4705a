"""How much a host is asked of, and what an answer means for asking it again. Pure functions and one frozen value.

Sources: RFC 9110 sections 10.2.3 (Retry-After) and 15.6.4 (503), RFC 6585 section 4 (429).

What an answer means for the link is :mod:`feedpub.links.judge.verdicts`' business; when a host is asked next,
:mod:`feedpub.links.schedule.scheduler`'s.
"""

from __future__ import annotations

import re
from random import Random
from urllib.parse import urlsplit

import msgspec

from feedpub.links.model import Answer, Failure

LONGEST_PAUSE = 60.0
"""Seconds that a host may ask us to wait; one that asks for more is given up."""
# Seconds that a host is left alone when it limits the rate and does not say for how long; and at the least, because a
# Retry-After of 0 would have the same link refused at once, and the host given up.
_UNSAID_PAUSE = 5.0
_SHORTEST_PAUSE = 1.0
_FIRST_BACKOFF = 0.5

# A URL as nearly all are, told at a tenth of the cost.
_PLAIN = re.compile(r"https?://([a-z0-9._-]+)(?::[0-9]*)?(?:[/?#]|$)")
_TRANSIENT = frozenset((Failure.DNS, Failure.CONNECT, Failure.TIMEOUT, Failure.PROTOCOL))
_NOT_CONNECTED = frozenset((Failure.DNS, Failure.CONNECT))
_OF_THE_NAME = frozenset((Failure.NO_SUCH_NAME, Failure.REFUSED_ADDRESS))
_UNSENT = frozenset((Failure.INVALID_URL, Failure.REFUSED_SCHEME, Failure.GIVEN_UP))


class Politeness(msgspec.Struct, frozen=True, kw_only=True):
    """What one host is asked of, whatever its ports and schemes."""

    per_host: int = 2
    """Links at once, at least 1."""
    delay: float = 0.1
    """Seconds between the starts of two links."""
    retries: int = 2
    """How often a link is tried again when it fails in a way that passes."""
    accept: frozenset[int] = frozenset()
    """Further statuses that count as ok: they are neither retried nor obeyed as a limit of the rate."""


def host_of(url: str) -> str:
    """The host of ``url`` as politeness counts hosts: lower case, without port, brackets or a dot at the end. Empty
    where there is none.
    """
    match = _PLAIN.match(url)
    if match is not None:
        return match[1].rstrip(".")
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_final(answer: Answer, politeness: Politeness) -> bool:
    """Whether asking again would not help: an answer, or a failure that lasts."""
    if answer.failure is not None:
        return answer.failure not in _TRANSIENT
    status = answer.status or 0
    is_transient = status in (408, 425) or 500 <= status <= 599
    # A bot challenge is often a 503; asking again makes it no friendlier.
    return not is_transient or answer.is_challenge or status in politeness.accept


def pause_of(answer: Answer, politeness: Politeness) -> float | None:
    """Seconds that ``answer`` asks us to leave its host alone: a 429, or a 503 with Retry-After. Else None."""
    status = answer.status
    is_limit = status == 429 or (status == 503 and answer.retry_after is not None)
    if not is_limit or answer.failure is not None or answer.is_challenge or status in politeness.accept:
        return None
    return _UNSAID_PAUSE if answer.retry_after is None else max(answer.retry_after, _SHORTEST_PAUSE)


def is_of_the_name(answer: Answer) -> bool:
    """Whether every link of the host would get the same answer, because it is its name's."""
    return answer.failure in _OF_THE_NAME and not answer.hops


def has_no_connection(answer: Answer) -> bool:
    """Whether the link's own host was not reached. One behind a redirect is another host's failure."""
    return answer.failure in _NOT_CONNECTED and not answer.hops


def is_silent(answer: Answer) -> bool:
    """Whether the link's own host took the connection and then said nothing until the deadline."""
    return answer.failure is Failure.TIMEOUT and answer.status is None and not answer.hops


def shows_a_network(answer: Answer) -> bool:
    """Whether something was connected to for ``answer``, be it to fail in what came then."""
    if answer.status is not None or answer.hops:
        return True
    return answer.failure not in _NOT_CONNECTED | _OF_THE_NAME | _UNSENT


def backoff(failures: int, random: Random) -> float:
    """Seconds to wait after a number of failures, from 1: half a second, doubled each time up to 64, and up to half
    more, so that links that failed together are not asked together again.
    """
    return _FIRST_BACKOFF * 2.0 ** min(failures - 1, 7) * (1.0 + random.random() / 2)
