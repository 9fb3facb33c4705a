"""The facts from the link check that feeds show: media types, lengths, broken links and copies.

Types and lengths belong to images and attachments. Feeds leave out the broken links for which
``check.on_broken`` is ``omit``. The source link is never left out, because an entry needs it; with
``archive``, the content has a link to the archived copy of a dead source. Pure functions; this
module does not check links.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from feedpub.core.digests import content_digest
from feedpub.core.models import ArchivedCopy, Article, MeasuredMedia
from feedpub.core.urls import page_key, page_of, split_page_keys


class LinkFacts(msgspec.Struct, frozen=True):
    """The known facts about links, by their URLs without fragments."""

    measured: Mapping[str, MeasuredMedia] = {}
    """The types and lengths of images and attachments."""
    broken: frozenset[str] = frozenset()
    """The AMP, image and attachment links to leave out."""

    copies: Mapping[str, ArchivedCopy] = {}
    """The copies of dead sources to show."""

    def __bool__(self) -> bool:
        return bool(self.measured or self.broken or self.copies)

    def digest(self) -> bytes:
        """Return a digest that changes with each of the facts."""
        facts = (sorted(self.measured.items()), sorted(self.broken), sorted(self.copies.items()))
        return content_digest(msgspec.msgpack.encode(facts))

    def about(self, pages: frozenset[str]) -> LinkFacts:
        """Return the facts about ``pages`` alone."""
        return LinkFacts(
            {url: self.measured[url] for url in pages & self.measured.keys()},
            self.broken & pages,
            {url: self.copies[url] for url in pages & self.copies.keys()},
        )


NO_FACTS = LinkFacts()


class FactIndex:
    """The link facts of a site, to look up those of single articles by the keys of their URLs."""

    def __init__(self, facts: LinkFacts = NO_FACTS) -> None:
        self._facts = facts
        self._pages: dict[bytes, list[str]] = defaultdict(list)
        for url in facts.measured.keys() | facts.broken | facts.copies.keys():
            self._pages[page_key(url)].append(url)
        self._digests: dict[bytes, bytes] = {}

    def about(self, keys: bytes) -> LinkFacts:
        """Return the facts about the URLs with the joined ``keys``, and seldom about others."""
        pages = [url for key in split_page_keys(keys) if key in self._pages for url in self._pages[key]]
        return self._facts.about(frozenset(pages)) if pages else NO_FACTS

    def digest(self, keys: bytes) -> bytes:
        """Return the digest of :meth:`about`; empty if there are no such facts."""
        if not self._pages:
            return b""
        if keys not in self._digests:
            facts = self.about(keys)
            self._digests[keys] = facts.digest() if facts else b""
        return self._digests[keys]


def enriched(article: Article, facts: LinkFacts) -> Article:
    """Return ``article`` with the known types, lengths and copy, and without the broken links.

    A type or length in front matter takes precedence. A copy from after the article, whose date may
    have changed since, is not shown.
    """
    if not facts:
        return article

    def kept(url: str | None) -> str | None:
        return None if url is None or page_of(url) in facts.broken else url

    def measured(url: str) -> MeasuredMedia:
        return facts.measured.get(page_of(url)) or _NOT_MEASURED

    copy = facts.copies.get(page_of(article.url))
    return msgspec.structs.replace(
        article,
        archived=copy if copy and copy.taken_at <= article.published_at else None,
        amp_url=kept(article.amp_url),
        amp_cache_url=kept(article.amp_cache_url),
        images=tuple(
            msgspec.structs.replace(image, measured=measured(image.url)) for image in article.images if kept(image.url)
        ),
        attachments=tuple(
            msgspec.structs.replace(
                attachment,
                type=attachment.type or measured(attachment.url).media_type,
                length=measured(attachment.url).length if attachment.length is None else attachment.length,
            )
            for attachment in article.attachments
            if kept(attachment.url)
        ),
    )


_NOT_MEASURED = MeasuredMedia(None, None)
