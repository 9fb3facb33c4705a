"""The kind of page to which a redirect leads, by its URL alone. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from feedpub.links.judge.soft.known import (
    CONSENT_WORDS,
    ERROR_WORDS,
    HOME_WORDS,
    LIST_WORDS,
    LOGIN_WORDS,
    PARKED_FIELDS,
    PARKED_HOST,
    PARKED_PATHS,
    PARKERS,
    SEARCH_FIELDS,
    SEARCH_WORDS,
    STANDING_WORDS,
)
from feedpub.links.judge.soft.titles import NOT_FOUND, folded
from feedpub.links.schedule.politeness import host_of


class Landing(Enum):
    """The kind of a page to which a link leads instead of its own. The value is for messages."""

    HOME = "the home page"
    LANGUAGE = "the home page of a language"
    SECTION = "a section above it"
    LIST = "a page for many others"
    SEARCH = "a search page"
    ERROR = "an error page"
    LOGIN = "a login page"
    CONSENT = "a page that asks for consent"
    PARKER = "a page of a domain without a site"
    OTHER = "a page with another name"


# ISO 639-1, without the words "in", "is", "it" and "my"; and a region.
_LANGUAGE = re.compile(
    r"(?:ar|bg|ca|cs|da|de|el|en|es|et|eu|fa|fi|fr|gl|he|hi|hr|hu|id|ja|ko|lt|lv|nb|nl|nn|no|pl|pt|ro|ru|sk|sl|sr|sv|th"
    r"|tr|uk|vi|zh)(?:[-_][a-z]{2,4})?"
)
# The last parts of other views of an article: the rest of the path is the article.
_VIEW = re.compile(
    r"amp|print|printable|comments?|p|feed|rss|embed|mobile|m|video|photos?|gallery|share|reviews?|edit|history"
    r"|(?:comment-)?(?:page|post)(?:-?[0-9]+)?|[0-9]+"
)
# The first part of the path to a view that has a path of its own, as at GitHub.
_VIEWS_BELOW = frozenset(("tree", "blob", "raw", "commits"))
_ID = re.compile(r"[0-9]{4,}|[0-9a-f]{8,}")
_NUMBER = re.compile(r"[0-9]+")
_PAGE_FILE = re.compile(r"^[^.]*$|\.(?:[sx]?html?|php[0-9]?|aspx?|jspx?|cfm|cgi|do)$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SLUG_HYPHENS = 3
_LONGEST_DATE = 3
_WORD = re.compile(r"[^\W_]{2,}")
_ARTICLE_WORDS = 3
_TRACKING = re.compile(r"(?:utm_[a-z]+|ref|referrer|source|src|fbclid|gclid)", re.IGNORECASE)
_NAME_FIELD = re.compile(
    r"(?:.*[-_])?(?:p|v|t|nr|no|num|id|aid|nid|pid|tid|article|story|post|item|news)(?:id)?", re.IGNORECASE
)


def landing_of(url: str, final_url: str) -> Landing | None:
    """Return the kind of page at ``final_url``, to which the link ``url`` leads; None for another.

    None, too, if the link itself is one to such a page, or if there is no sign that the link leads
    to something else than it should.
    """
    before, after = segments_of(url), segments_of(final_url)
    if _is_parker(final_url) and not _is_parker(url):
        return Landing.PARKER
    if _has_lost_its_query(url, final_url):
        return Landing.HOME if not after else Landing.SECTION
    # Sites choose one of their home pages by the reader's language.
    if not before or (len(before) == 1 and _LANGUAGE.fullmatch(before[0])):
        return None
    named = _named(before, url, after, final_url)
    # A page with a state of its own (``/?p=1``, ``/#/story``) may be the page itself.
    if named is not None or _has_state(url, final_url) or _is_host_of(before, after, final_url):
        return named
    return _by_path(before, after) or _unrelated(before, url, after, final_url)


def is_of_an_article(url: str) -> bool:
    """Return whether ``url`` looks like that of an article, and not of a section or a short URL."""
    segments = segments_of(url)
    last = segments[-1] if segments else ""
    is_dated = any(_YEAR.fullmatch(segment) for segment in segments[:-1])
    is_file = "." in last and len(_words(last.partition(".")[0])) >= _ARTICLE_WORDS - 1
    is_named = is_file or len(_words(last)) >= _ARTICLE_WORDS
    return is_dated or (is_named and not _words(last) & STANDING_WORDS)


def is_search(url: str) -> bool:
    """Return whether ``url`` is that of a search."""
    return _has_word(segments_of(url), SEARCH_WORDS)


def asks_by_query(url: str) -> bool:
    """Return whether the query of ``url`` alone names its page, as in ``/?p=17``."""
    return not segments_of(url) and _names_by_query(url)


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
    """Return the segments of the path of ``url``, without file names such as index.html."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    while segments and _stem(segments[-1]) in HOME_WORDS and _PAGE_FILE.search(segments[-1]):
        segments.pop()
    return segments


def _is_parker(url: str) -> bool:
    parts, labels = urlsplit(url), host_of(url).split(".")
    is_host = any(".".join(labels[index:]) in PARKERS for index in range(len(labels) - 1))
    is_path = parts.path.startswith(PARKED_PATHS) or (parts.path in ("", "/") and bool(PARKED_FIELDS & _fields(parts)))
    return is_host or is_path or PARKED_HOST.fullmatch(labels[0]) is not None


def _has_state(url: str, final_url: str) -> bool:
    parts = urlsplit(final_url)
    # A query with the old URL is for the statistics of the site.
    old = urlsplit(url).path
    fields = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if old not in value]
    is_query = any(not _TRACKING.fullmatch(name) for name, _ in fields)
    return is_query or (parts.fragment.startswith(("/", "!")) and parts.fragment != urlsplit(url).fragment)


def _has_lost_its_query(url: str, final_url: str) -> bool:
    """Return whether the query of ``url`` names its page, and nothing in ``final_url`` does."""
    before, after = segments_of(url), segments_of(final_url)
    return _names_by_query(url) and not _has_state(url, final_url) and after == before[: len(after)]


def _names_by_query(url: str) -> bool:
    pairs = parse_qsl(urlsplit(url).query)
    return any(_NAME_FIELD.fullmatch(name) and any(map(str.isdigit, value)) for name, value in pairs)


def _named(before: list[str], url: str, after: list[str], final_url: str) -> Landing | None:
    """Return the kind that the words of a path, a query or a host name."""
    kinds = ((Landing.LOGIN, LOGIN_WORDS), (Landing.CONSENT, CONSENT_WORDS))
    hosts = (host_of(url).split("."), host_of(final_url).split("."))
    for kind, words in kinds:
        old, new = _has_word(before, words) or _has_word(hosts[0], words), _has_word(after, words)
        if not old and (new or _has_word(hosts[1][:-2], words)):
            return kind
    parts = urlsplit(final_url)
    if _has_word(before, SEARCH_WORDS) or _has_word(before, ERROR_WORDS):
        return None
    if _has_word(after, SEARCH_WORDS) or (not after and SEARCH_FIELDS & _fields(parts)):
        return Landing.SEARCH
    is_error = any(map(_is_error, after[-1:]))
    asked = {name for name, value in parse_qsl(parts.query, keep_blank_values=True)} | {
        value for _, value in parse_qsl(parts.query)
    }
    # ``/?error=404``, ``/#/404``
    asked |= {parts.fragment.strip("/!")}
    return Landing.ERROR if is_error or (not after and any(map(_is_error, asked))) else None


def _by_path(before: list[str], after: list[str]) -> Landing | None:
    if not after:
        return Landing.HOME
    if len(after) == 1 and _LANGUAGE.fullmatch(after[0]) and before[0] != after[0]:
        return Landing.LANGUAGE
    return Landing.SECTION if _is_section(before, after) else None


def _unrelated(before: list[str], url: str, after: list[str], final_url: str) -> Landing | None:
    """Return the kind of a page whose URL has no word and no number of the link's, or None."""
    is_plain = all(_stem(segment).isalpha() for segment in after) and len(after) < _LONGEST_DATE
    if is_plain and _has_word(after[:1], LIST_WORDS) and not _has_word(before, LIST_WORDS):
        return Landing.LIST
    if (
        not is_of_an_article(url)
        or _words("/".join(before)) & _words("/".join(after))
        or url.rpartition("/")[2] in final_url
    ):
        return None
    return Landing.LIST if is_plain and len(_words(before[-1])) >= _ARTICLE_WORDS else Landing.OTHER


def _is_section(before: list[str], after: list[str]) -> bool:
    if not len(after) < len(before) or before[: len(after)] != after:
        return False
    dropped, last = before[len(after) :], after[-1]
    is_date = _YEAR.fullmatch(last) or any(map(_YEAR.fullmatch, after[-_LONGEST_DATE:]))
    is_article = last.count("-") >= _SLUG_HYPHENS or ((_ID.search(last) or _NUMBER.fullmatch(last)) and not is_date)
    # The page of a picture has the name of its article and more.
    is_attached = len(_words(last)) > 1 and _words(last) <= _words(dropped[0])
    is_view = dropped[0] in _VIEWS_BELOW or all(_VIEW.fullmatch(_stem(segment)) for segment in dropped)
    return not (is_article or is_attached or is_view)


def _is_host_of(before: list[str], after: list[str], final_url: str) -> bool:
    """Return whether a host is for what the whole path named: ``/docs``, ``docs.example.com``."""
    return not after and len(before) == 1 and _stem(before[0]).lstrip("~@") == host_of(final_url).partition(".")[0]


def _is_error(name: str) -> bool:
    """Return whether a segment of a path, or a field or value of a query, names an error."""
    words = folded(re.sub("[-_+]", " ", unquote(name).partition(".")[0])).strip()
    is_named = words in ERROR_WORDS or words.replace(" ", "-") in ERROR_WORDS or words.replace(" ", "") in ERROR_WORDS
    return bool(words) and (is_named or NOT_FOUND.fullmatch(words) is not None)


def _fields(parts: SplitResult) -> frozenset[str]:
    return frozenset(name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(folded(unquote(text).replace("-", " "))))


def _has_word(segments: list[str], words: Collection[str]) -> bool:
    return any(_stem(segment) in words for segment in segments)


def _stem(segment: str) -> str:
    return segment.partition(".")[0].lower()
