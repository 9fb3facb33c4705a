"""What checks learned of the links of articles, as far as feeds show it: type and length of an image or an attachment,
and which links are broken and to be left out (``check.on_broken: omit``). Pure functions.

The source link is never left out: without it there is no entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from feedpub.core.digests import content_digest
from feedpub.core.models import Article, MeasuredMedia
from feedpub.core.urls import page_of


class LinkFacts(msgspec.Struct, frozen=True):
    """What is known, by URL without fragment."""

    measured: Mapping[str, MeasuredMedia] = {}
    broken: frozenset[str] = frozenset()
    """AMP, image and attachment links to leave out."""

    def __bool__(self) -> bool:
        return bool(self.measured or self.broken)

    def digest(self) -> bytes:
        """What changes with any of it."""
        return content_digest(msgspec.msgpack.encode((sorted(self.measured.items()), sorted(self.broken))))

    def of(self, urls: Iterable[str]) -> LinkFacts:
        """What is known of ``urls`` alone."""
        asked = {page_of(url) for url in urls}
        return LinkFacts({url: self.measured[url] for url in asked & self.measured.keys()}, self.broken & asked)


NO_FACTS = LinkFacts()


def urls_of(article: Article) -> tuple[str, ...]:
    """The links of ``article`` of which facts may be known."""
    amp = (article.amp_url, article.amp_cache_url)
    return (
        *filter(None, amp),
        *(image.url for image in article.images),
        *(attachment.url for attachment in article.attachments),
    )


def enriched(article: Article, facts: LinkFacts) -> Article:
    """``article`` with what is known of its links: the front matter goes first, broken links are gone."""
    if not facts:
        return article

    def kept(url: str | None) -> str | None:
        return None if url is None or page_of(url) in facts.broken else url

    def measured(url: str) -> MeasuredMedia:
        return facts.measured.get(page_of(url)) or _NOTHING

    return msgspec.structs.replace(
        article,
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


_NOTHING = MeasuredMedia(None, None)
