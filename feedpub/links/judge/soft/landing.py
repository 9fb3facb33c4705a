"""The kind of page to which a redirect leads, by its URL alone. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum
from urllib.parse import urlsplit

from feedpub.links.judge.soft.known import (
    CONSENT_WORDS,
    ERROR_WORDS,
    HOME_WORDS,
    LOGIN_WORDS,
    PARKERS,
    SEARCH_WORDS,
)
from feedpub.links.schedule.politeness import host_of


class Landing(Enum):
    """The kind of a page to which a link leads instead of its own. The value is for messages."""

    HOME = "the home page"
    LANGUAGE = "the home page of a language"
    SECTION = "a section above it"
    SEARCH = "a search page"
    ERROR = "an error page"
    LOGIN = "a login page"
    CONSENT = "a page that asks for consent"
    PARKER = "a seller of domains"


# ISO 639-1, without the words "in", "is", "it" and "my"; and a region.
_LANGUAGE = re.compile(
    r"(?:ar|bg|ca|cs|da|de|el|en|es|et|eu|fa|fi|fr|gl|he|hi|hr|hu|id|ja|ko|lt|lv|nb|nl|nn|no|pl|pt|ro|ru|sk|sl|sr|sv|th"
    r"|tr|uk|vi|zh)(?:[-_][a-z]{2,4})?"
)
# The last parts of other views of an article: the rest of the path is the article.
_VIEW = re.compile(r"amp|print|printable|comments?|page|p|feed|rss|embed|mobile|m|video|photos?|gallery|share|[0-9]+")
_ID = re.compile(r"[0-9]{4,}|[0-9a-f]{8,}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SLUG_HYPHENS = 3
_TRACKING = re.compile(r"(?:utm_[a-z]+|ref|referrer|source|src|fbclid|gclid)=.*", re.IGNORECASE)


def landing_of(url: str, final_url: str) -> Landing | None:
    """Return the kind of page at ``final_url``, to which the link ``url`` leads; None for another.

    None, too, if the link itself is one to such a page, or if there is no sign that the link leads
    to something else than it should.
    """
    before, after = segments_of(url), segments_of(final_url)
    if _is_parker(final_url) and not _is_parker(url):
        return Landing.PARKER
    # Sites choose one of their home pages by the reader's language.
    if not before or (len(before) == 1 and _LANGUAGE.fullmatch(before[0])):
        return None
    named = _named(before, url, after, final_url)
    # A page with a state of its own (``/?p=1``, ``/#/story``) may be the page itself.
    if named is not None or _has_state(url, final_url):
        return named
    if not after:
        return Landing.HOME
    if len(after) == 1 and _LANGUAGE.fullmatch(after[0]) and before[0] != after[0]:
        return Landing.LANGUAGE
    return Landing.SECTION if _is_section(before, after) else None


def has_lost_its_path(url: str, final_url: str) -> bool:
    """Return whether ``final_url`` is the home page or a page above ``url``, and ``url`` is below.

    It is stricter than :func:`landing_of`: a program that writes URLs must not be wrong.
    """
    before, after = segments_of(url), segments_of(final_url)
    is_above = len(after) < len(before) and before[: len(after)] == after
    return bool(before) and not urlsplit(final_url).query and (not after or is_above)


def page_key(url: str, *, with_query: bool = True) -> tuple[str, ...]:
    """Return what two URLs of one page have in common: host, path and, if wanted, query."""
    query = urlsplit(url).query if with_query else ""
    return host_of(url).removeprefix("www."), query, *segments_of(url)


def segments_of(url: str) -> list[str]:
    """Return the segments of the path of ``url``, without a file name such as index.html."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return segments[:-1] if segments and _stem(segments[-1]) in HOME_WORDS else segments


def _is_parker(url: str) -> bool:
    labels = host_of(url).split(".")
    return any(".".join(labels[index:]) in PARKERS for index in range(len(labels) - 1))


def _has_state(url: str, final_url: str) -> bool:
    parts = urlsplit(final_url)
    is_query = any(field and not _TRACKING.fullmatch(field) for field in parts.query.split("&"))
    return is_query or (parts.fragment.startswith(("/", "!")) and parts.fragment != urlsplit(url).fragment)


def _named(before: list[str], url: str, after: list[str], final_url: str) -> Landing | None:
    """Return the kind that the words of a path or a host name."""
    kinds = ((Landing.LOGIN, LOGIN_WORDS), (Landing.CONSENT, CONSENT_WORDS))
    hosts = (host_of(url).split("."), host_of(final_url).split("."))
    for kind, words in kinds:
        old, new = _has_word(before, words) or _has_word(hosts[0], words), _has_word(after, words)
        if not old and (new or _has_word(hosts[1][:-2], words)):
            return kind
    for kind, words in ((Landing.SEARCH, SEARCH_WORDS), (Landing.ERROR, ERROR_WORDS)):
        if _has_word(after[-1:], words) and not _has_word(before, words):
            return kind
    return None


def _is_section(before: list[str], after: list[str]) -> bool:
    if not len(after) < len(before) or before[: len(after)] != after:
        return False
    dropped, last = before[len(after) :], after[-1]
    is_article = last.count("-") >= _SLUG_HYPHENS or (_ID.search(last) and not _YEAR.fullmatch(last))
    return not is_article and not all(_VIEW.fullmatch(_stem(segment)) for segment in dropped)


def _has_word(segments: list[str], words: Collection[str]) -> bool:
    return any(_stem(segment) in words for segment in segments)


def _stem(segment: str) -> str:
    return segment.partition(".")[0].lower()
