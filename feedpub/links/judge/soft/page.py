"""The signs in a page: that it does not exist, that its host has no site, or that it is for sale.

Most pages say nothing of the kind. What a page with an error status has in common with a page that
is there is found here, too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import SplitResult, unquote, urlsplit
from zlib import crc32

from feedpub.core.errors import printable
from feedpub.links.judge.soft.known import (
    GONE_CLASS,
    GONE_MARKS,
    PARKED_MARKS,
    PARKED_SIGNS,
    PLATFORM_GONE,
    VIDEO_GONE,
    VIDEO_HOSTS,
    WALL_MARKS,
    WALL_TITLES,
)
from feedpub.links.judge.soft.other_text import read_text
from feedpub.links.judge.soft.text import contents_of, decoded, plain_of, shown, shown_length, without_comments
from feedpub.links.judge.soft.titles import (
    FOR_SALE,
    NO_SITE,
    NOT_FOUND,
    SERVER_PAGE,
    parts_of,
    plain,
    says_not_found,
    words_of,
)
from feedpub.links.model import PageFacts, PageSign
from feedpub.links.schedule.politeness import host_of

MOST_TEXT = 256 * 1024
"""The maximum number of bytes that are read of a page, after decoding."""
MOST_OF_A_VIDEO = 1_000_000
"""The same of a video host's page, which says in its middle whether there is the video."""
MOST_OF_AN_ERROR = 4 * 1024
"""The same of a text that is no page: an error is short."""

HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_READ_TYPES = re.compile(r"text/(?:html|plain|xml)|application/(?:.+\+)?(?:json|xml)")

_HEAD_SIZE = 32 * 1024
_SHOWN = 80
# A page that shows less is a page without an article.
_LEAST_ARTICLE = 1000
# A page that shows less is filled by its scripts, so that what it says at first is not final.
_LEAST_TEXT = 20
# The same of a page that has scripts, and shows the same for every URL.
_LEAST_WHOLE = 200
_LEAST_OF_A_NAME = 2
_NO_NAMES = frozenset(("html", "htm", "php", "aspx", "index", "utm", "source", "feed"))
_SHORTEST_SENTENCE, _LONGEST_SENTENCE = 3, 150
_SPACE_AND_MARK = " \t\r\n\f\ufeff"
_SENTENCES = re.compile(r"(?<=[.!?。！])\s+")
_SHELL = re.compile(
    r"<(?:div|main|section|body)\s[^<>]{0,200}?\bid=[\"']?(?:root|app|__next|__nuxt|react-root|application|main-app)\b|<app-root",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|[uod]l|li|d[td]|t[rdh]|table|section|article|main|body|header|footer|nav|aside|form|br|hr|pre|center)\b"
    r"[^<>]*>",
    re.IGNORECASE,
)
_NOT_EMPTY = re.compile(
    r"<(?:script|img|i?frame|object|embed|video|audio|canvas|svg|picture|form|input|textarea)\b", re.IGNORECASE
)
_LINK = re.compile(r"<a\s[^<>]*>", re.IGNORECASE)
_SHARED_TITLE = re.compile(
    r"<meta\s[^<>]{0,99}?og:title[\"'\s][^<>]{0,99}?content=[\"']([^\"'<>]{1,300})", re.IGNORECASE
)
_OWN_URL = re.compile(
    r"<(?:link\s[^<>]{0,200}?rel=[\"']?canonical[^<>]{0,200}?href|meta\s[^<>]{0,200}?og:url[^<>]{0,200}?content)"
    r"=[\"']?([^\"'\s<>]+)",
    re.IGNORECASE,
)


def is_read(media_type: str | None) -> bool:
    """Return whether what has this type is read. Without one, browsers look for HTML, too."""
    return media_type is None or _READ_TYPES.fullmatch(media_type) is not None


def most_bytes(url: str, media_type: str | None) -> int:
    """Return how many bytes of the page at ``url`` are enough."""
    if media_type not in HTML_TYPES and media_type is not None:
        return MOST_OF_AN_ERROR
    return MOST_OF_A_VIDEO if _platform(url) in VIDEO_HOSTS else MOST_TEXT


def read_page(body: bytes, content_type: str | None, url: str) -> PageFacts:
    """Return what the page ``body``, which may be incomplete, says; ``url`` is its own."""
    text = decoded(body, content_type)
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type not in HTML_TYPES and not (not media_type and text.lstrip(_SPACE_AND_MARK)[:1] == "<"):
        return read_text(text, media_type)
    return _Page(text, url).facts(body)


def is_there(body: bytes, content_type: str | None, url: str) -> PageFacts | None:
    """Return what says that ``body``, the page of an error, is that of ``url``, or None.

    Some sites answer 404 or 500 with the article, or with the scripts that show it.
    """
    page = _Page(decoded(body, content_type), url)
    if page.length < _LEAST_TEXT and "<script" in page.text:
        return PageFacts(PageSign.THERE, "scripts fill its page")
    slug = words_of(urlsplit(url).path.rpartition("/")[2].partition(".")[0])
    named = next((name for name in page.names if len(slug) >= _LEAST_OF_A_NAME and slug <= words_of(name)), None)
    if named is None or page.length < _LEAST_ARTICLE or any(map(says_not_found, page.names)):
        return None
    return PageFacts(PageSign.THERE, f"its page is called {printable(named[:_SHOWN])!r}")


def missing_fragments(body: bytes, content_type: str | None, fragments: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``fragments`` that no element of the page ``body`` has as its id or name.

    A fragment is looked for as it is written and decoded (HTML section 7.4.6.3), and with the
    prefix that GitHub gives the ids in Markdown. A page that scripts fill misses none.
    """
    text = decoded(body, content_type)
    if shown_length(shown(text), _LEAST_TEXT) < _LEAST_TEXT:
        return ()
    return tuple(fragment for fragment in fragments if not _has_fragment(text, fragment))


class _Page:
    """A page of HTML at ``url``."""

    def __init__(self, text: str, url: str) -> None:
        self.text = without_comments(text)
        self.url = url
        self.markup = shown(self.text)
        self.length = shown_length(self.markup, _LEAST_ARTICLE)
        self.is_short = self.length < _LEAST_ARTICLE
        self.title = next(contents_of(self.text, "title"), "")
        self.heading = next(contents_of(self.markup, "h1"), "")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.title, self.heading)))

    def facts(self, body: bytes) -> PageFacts:
        return self._of_owner(body) or self._of_words() or self._of_marks() or self._of_nothing(body)

    def _of_owner(self, body: bytes) -> PageFacts | None:
        """Return the facts of a page that is not the site's: of a platform, a parker, or a wall."""
        platform = _platform(self.url)
        if platform in VIDEO_HOSTS and any(mark in body for mark in VIDEO_GONE):
            return PageFacts(PageSign.VIDEO_GONE, "the player says that there is no such video", is_certain=True)
        match = re.search(PLATFORM_GONE[platform], self.text) if platform in PLATFORM_GONE else None
        if match is not None:
            return self._found(PageSign.VIDEO_GONE, f"the page has {printable(match[0])!r}", is_certain=False)
        if not self.is_short or self._is_story():  # it may have such texts, too, between others
            return None
        mark = next((mark for mark in (*PARKED_MARKS, *PARKED_SIGNS) if mark in body), None)
        if mark is not None and mark.decode() not in plain_of(self.markup):
            is_loaded = mark.decode() in _LINK.sub("", self.text)
            is_certain = mark in PARKED_MARKS and is_loaded
            return self._found(PageSign.PARKED, f"the page contains {mark.decode()}", is_certain=is_certain)
        is_wall = any(mark in body for mark in WALL_MARKS) or (
            self.length < _LEAST_WHOLE and any(WALL_TITLES.fullmatch(plain(name)) for name in self.names)
        )
        return PageFacts(PageSign.WALL) if is_wall else None

    def _of_words(self) -> PageFacts | None:
        """Return the facts of a page whose words say that it, its site or its domain is gone."""
        for place, words in self._places():
            parts = parts_of(words)
            for pattern, sign in ((NOT_FOUND, PageSign.NOT_FOUND), (FOR_SALE, PageSign.FOR_SALE)):
                found = [part for part in parts if pattern.fullmatch(part)]
                around = (part for part in parts if any(one in part for one in found))
                if found and not any(map(self._is_topic, around)):
                    return self._found(sign, f"its {place} is {printable(words[:_SHOWN])!r}")
            is_of_server = place == "title" and SERVER_PAGE.fullmatch(plain(words))
            if is_of_server or (self.is_short and NO_SITE.fullmatch(plain(words))):
                return self._found(PageSign.NO_SITE, f"its {place} is {printable(words[:_SHOWN])!r}")
        return None

    def _places(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that may say so: title and heading; in a short page all."""
        yield "title", self.title
        yield "heading", self.heading
        match = _SHARED_TITLE.search(self.text, 0, _HEAD_SIZE)
        if match is not None:
            yield "title for others", html.unescape(match[1])
        if self.is_short:
            blocks = map(plain_of, _BLOCK.split(self.markup))
            sentences = (sentence for words in blocks for sentence in (words, *_SENTENCES.split(words)))
            for sentence in dict.fromkeys(map(self._without_url, sentences)):
                if _SHORTEST_SENTENCE <= len(sentence) <= _LONGEST_SENTENCE:
                    yield "text", sentence

    def _is_topic(self, part: str) -> bool:
        """Return whether the page is made to be about ``part``: its URL has these words."""
        own = words_of(unquote(urlsplit(self.url).path))
        words = words_of(part)
        return bool(words & own & {"404", "410"}) or (len(words) >= _LEAST_OF_A_NAME and words <= own)

    def _of_marks(self) -> PageFacts | None:
        mark = next((mark for mark in GONE_MARKS if mark in self.text), None)
        start = self.text.find("<body")
        match = GONE_CLASS.match(self.text, start) if start >= 0 else None
        if mark or match:
            return self._found(PageSign.NOT_FOUND, f"it contains {mark or printable(match[1])}")  # type: ignore[index]
        if not self.length and not _NOT_EMPTY.search(self.text):
            return self._found(PageSign.EMPTY, "", is_certain=True)
        return None

    def _is_story(self) -> bool:
        """Return whether the page has a path of its own, and names it."""
        return bool(urlsplit(self.url).path.strip("/")) and self._is_related()

    def _of_nothing(self, body: bytes) -> PageFacts:
        is_static = b"<script" not in body and b"<SCRIPT" not in body
        is_related = self._is_related()
        is_filled = self.length < _LEAST_TEXT or (
            self.length < _LEAST_WHOLE and not is_static and _SHELL.search(self.text) is not None
        )
        if is_filled or (is_related and not is_static):
            return PageFacts(PageSign.NOTHING, checksum=crc32(body))
        names = self._without_url("|".join(self.names))
        # The text of a home page may be another one each time.
        text = plain_of(self.markup) if is_related or not names.strip("| ") else names
        checksum = crc32(self._without_url(text).encode())
        return PageFacts(PageSign.NOTHING if is_related else PageSign.UNRELATED, is_certain=True, checksum=checksum)

    def _is_related(self) -> bool:
        """Return whether the title, the heading or the page's own URL has a word of its URL."""
        parts = urlsplit(self.url)
        own = words_of(unquote(_last_part(parts))) - _NO_NAMES
        if not own and not parts.path.strip("/") and not parts.query:
            return True
        names = frozenset().union(*map(words_of, self.names))
        if own and len(own & names) * 2 > len(own):
            return True
        path = unquote(parts.path).strip("/")
        named = (
            urlsplit(html.unescape(match[1])).path for match in islice(_OWN_URL.finditer(self.text, 0, _HEAD_SIZE), 4)
        )
        return bool(path) and any(unquote(name).strip("/") == path for name in named)

    def _found(self, sign: PageSign, evidence: str, *, is_certain: bool | None = None) -> PageFacts:
        names = self._without_url("|".join((self.title, self.heading)))
        certain = self.length >= _LEAST_TEXT if is_certain is None else is_certain
        return PageFacts(sign, evidence, certain, crc32(names.encode()))

    def _without_url(self, text: str) -> str:
        """Return ``text`` without what each URL has of its own, to compare pages of two URLs."""
        path = unquote(urlsplit(self.url).path)
        for part in (self.url, path, path.rpartition("/")[2]):
            text = text.replace(part, "") if len(part) > 1 else text
        return text


def _has_fragment(text: str, fragment: str) -> bool:
    names = {name for plain in (fragment, unquote(fragment)) for name in (plain, html.escape(plain))}
    pattern = "|".join(re.escape(name) for name in sorted(names))
    return re.search(rf"(?:id|name)\s{{0,9}}=\s{{0,9}}[\"']?(?:user-content-)?(?:{pattern})[\"'\s>]", text) is not None


def _platform(url: str) -> str:
    return ".".join(host_of(url).split(".")[-2:])


def _last_part(parts: SplitResult) -> str:
    """Return the part of a URL that names its page: the end of its path, and its query."""
    segments = [segment for segment in parts.path.split("/") if words_of(segment)]
    return f"{segments[-1] if segments else ''} {parts.query}"
