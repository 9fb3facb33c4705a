"""The facts of link checks in articles: front matter takes precedence, and broken links are left out."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from feedpub.core.media_models import Attachment
from feedpub.core.models import ArchivedCopy, Image, MeasuredMedia
from feedpub.core.urls import page_key
from feedpub.links.facts import NO_FACTS, FactIndex, LinkFacts, enriched
from feedpub.output.media import media_of
from support.making import article, day

SOURCE = "https://example.com/a"
IMAGE = "https://example.com/picture"
FILE = "https://example.com/file"
AMP = "https://amp.example.com/a"
CACHE = "https://amp-example-com.cdn.ampproject.org/c/s/amp.example.com/a"


def story(**attachment: object):
    return article(
        amp_url=AMP,
        amp_cache_url=CACHE,
        images=(Image(url=f"{IMAGE}#top"),),
        attachments=(msgspec.structs.replace(Attachment(url=FILE), **attachment),),
    )


def media(facts: LinkFacts, **attachment: object) -> list[tuple[str, int]]:
    attachments, images = media_of(enriched(story(**attachment), facts))
    return [(one.type, one.length) for one in (*attachments, *images)]


def test_what_the_front_matter_does_not_say_is_what_was_measured() -> None:
    facts = LinkFacts({FILE: MeasuredMedia("audio/ogg", 7), IMAGE: MeasuredMedia("image/png", 9)})
    assert media(NO_FACTS) == [("application/octet-stream", 0), ("image/jpeg", 0)]
    assert media(facts) == [("audio/ogg", 7), ("image/png", 9)]
    assert media(facts, type="audio/mpeg", length=0) == [("audio/mpeg", 0), ("image/png", 9)]


def test_an_image_that_answers_as_something_else_is_still_an_image() -> None:
    assert media(LinkFacts({IMAGE: MeasuredMedia("text/html", 9)}))[1] == ("image/jpeg", 9)


@pytest.mark.parametrize(
    ("broken", "left"),
    [
        (AMP, (CACHE, f"{IMAGE}#top", FILE, SOURCE)),
        (CACHE, (AMP, f"{IMAGE}#top", FILE, SOURCE)),
        (IMAGE, (AMP, CACHE, FILE, SOURCE)),
    ],
)
def test_what_is_broken_is_left_out(broken: str, left: tuple[str, ...]) -> None:
    assert enriched(story(), LinkFacts({}, frozenset((broken,)))).checked_urls == left


def test_the_copy_of_a_dead_source_is_one_from_before_the_article() -> None:
    copy = ArchivedCopy("https://archive.example/a", day(1))
    facts = LinkFacts({}, frozenset(), {story().url: copy})
    assert enriched(story(), facts).archived == copy
    assert enriched(article(url=f"{story().url}#part"), facts).archived == copy
    assert (
        enriched(msgspec.structs.replace(story(), published_at=day(1) - timedelta(seconds=1)), facts).archived is None
    )
    assert enriched(article("b"), facts).archived is None
    index = FactIndex(facts)
    assert index.about(page_key(story().url)) == facts
    assert index.digest(page_key(story().url)) != b""


def test_the_source_is_never_left_out() -> None:
    whole = story()
    assert enriched(whole, LinkFacts({}, frozenset((whole.url,)))).url == whole.url


def test_facts_of_some_links_are_those_of_no_other() -> None:
    facts = LinkFacts(
        {FILE: MeasuredMedia("audio/ogg", 7), IMAGE: MeasuredMedia("image/png", 9)}, frozenset((AMP, CACHE))
    )
    index = FactIndex(facts)
    some = page_key(f"{FILE}#x") + page_key(AMP)
    assert index.about(some) == LinkFacts({FILE: MeasuredMedia("audio/ogg", 7)}, frozenset((AMP,)))
    assert not index.about(page_key("https://example.com/other"))
    assert index.digest(page_key("https://example.com/other")) == index.digest(b"") == b""
    assert len({index.digest(keys) for keys in (some, page_key(AMP), page_key(IMAGE))}) == 3


def test_pages_with_one_key_share_a_digest_and_no_facts() -> None:
    first, second = "https://example.com/plumless", "https://example.com/buckeroo"
    assert page_key(first) == page_key(second), "a known collision of CRC-32"
    facts = LinkFacts({first: MeasuredMedia("image/png", 1), second: MeasuredMedia("image/gif", 2)})
    assert FactIndex(facts).about(page_key(first)) == facts
    shown = enriched(article(images=(Image(url=first),)), FactIndex(facts).about(page_key(first)))
    assert shown.images[0].measured == MeasuredMedia("image/png", 1)
