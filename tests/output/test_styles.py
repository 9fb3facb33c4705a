"""The styles of entries: what a feed puts into the content, and what it leaves out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from test_entry import SITE, entry

from feedpub.core.models import ArchivedCopy, ArticleBase, Image, Provider
from feedpub.core.urls import normalize
from feedpub.output.entry import Entry
from feedpub.output.styles import EntryStyle, shortened, styled
from support.making import article, day

PICTURE = "https://example.com/lead.jpg"
LEAD = (Image(url=PICTURE, width=1280, height=640, title="A sea"), Image(url="https://example.com/other.jpg"))
IMAGE = f'<p><img src="{PICTURE}" alt="A sea" width="1280" height="640"></p>'
RELATED = (
    ArticleBase(url="https://example.net/?a=1&b=2", title="Fish & <chips>", provider=Provider(name="Mint")),
    ArticleBase(url="https://example.net/b"),
)
LIST = (
    "<p><strong>Related</strong></p>\n<ul>\n"
    '<li><a href="https://example.net/?a=1&amp;b=2">Fish &amp; &lt;chips&gt;</a> (Mint)</li>\n'
    '<li><a href="https://example.net/b">https://example.net/b</a></li>\n</ul>'
)


def shown(style: EntryStyle, **values: Any) -> Entry:
    return styled(entry(**values), style, SITE)


def test_without_wishes_an_entry_is_as_it_is() -> None:
    full = entry(body="Text", excerpt="Short", images=LEAD, related=RELATED)
    assert styled(full, EntryStyle(), SITE) == full


def test_an_entry_with_the_excerpt_alone_has_no_body() -> None:
    found = shown(EntryStyle(content="excerpt"), body="Text", excerpt="Short")
    assert (found.content_html, found.summary, found.summary_html) == (None, "Short", "Short")


def test_an_entry_whose_excerpt_is_wanted_and_missing_has_the_beginning_of_the_body() -> None:
    found = shown(EntryStyle(content="excerpt"), body="**a** < b " + "word " * 100)
    assert found.content_html is None
    assert (found.summary or "").startswith("a < b word")
    assert (found.summary or "").endswith("…")
    assert len(found.summary or "") <= 301
    assert (found.summary_html or "").startswith("a &lt; b")


def test_an_entry_without_content_is_title_and_link() -> None:
    style = EntryStyle(content="none", lead_image="both", related="content")
    found = shown(style, body="Text", excerpt="Short", images=LEAD, related=RELATED)
    assert (found.content_html, found.summary, found.summary_html) == (None, None, None)
    assert found.title == "A"


@pytest.mark.parametrize(
    ("values", "content"),
    [
        ({"body": "Text"}, f"{IMAGE}\n<p>Text</p>"),
        ({"excerpt": "1 < 2"}, f"{IMAGE}\n<p>1 &lt; 2</p>"),
        ({"excerpt": "<p>Short</p>"}, f"{IMAGE}\n<p>Short</p>"),
        ({}, IMAGE),
    ],
    ids=["body", "plain excerpt", "excerpt as HTML", "nothing"],
)
def test_the_lead_image_comes_first_in_the_content(values: dict[str, Any], content: str) -> None:
    found = shown(EntryStyle(lead_image="both"), images=LEAD, **values)
    assert " ".join((found.content_html or "").split()) == " ".join(content.split())
    assert [image.url for image in found.media] == [image.url for image in LEAD]


@pytest.mark.parametrize(
    "body",
    [
        f"![]({PICTURE})",
        f"![]({PICTURE}?w=300)",
        f"![]({PICTURE}#top)",
        "![](http://example.com/lead-300x150.jpg)",
        f'<img alt="x" src="{PICTURE}" width="10">',
    ],
)
def test_a_lead_image_that_the_body_shows_is_not_shown_again(body: str) -> None:
    found = shown(EntryStyle(lead_image="content"), body=body, images=LEAD)
    assert found.content_html == found.body_html


@pytest.mark.parametrize("written", ["https://Bücher.example/a b/ä.jpg", "https://xn--bcher-kva.example/a%20b/ä.jpg"])
def test_a_lead_image_is_known_in_the_body_however_its_url_is_written(written: str) -> None:
    images = (Image(url=normalize(written)),)
    found = shown(EntryStyle(lead_image="content"), body=f'<img src="{written}">', images=images)
    assert found.content_html == found.body_html


def test_a_picture_is_another_if_its_query_alone_tells_it_apart() -> None:
    images = (Image(url="https://img.example/th?id=1"),)
    found = shown(EntryStyle(lead_image="content"), body="![](https://img.example/th?id=2)", images=images)
    assert (found.content_html or "").startswith('<p><img src="https://img.example/th?id=1" alt=""></p>')


@pytest.mark.parametrize(
    "style", [EntryStyle(related="content"), EntryStyle(lead_image="both")], ids=["related", "lead image"]
)
def test_one_choice_does_not_bring_the_other(style: EntryStyle) -> None:
    content = shown(style, body="Text", images=LEAD, related=RELATED).content_html or ""
    assert ("<img" in content) is (style.lead_image == "both")
    assert ("<ul>" in content) is (style.related == "content")


def test_a_picture_in_the_data_of_the_page_is_no_lead_image_in_the_content() -> None:
    found = shown(EntryStyle(lead_image="both"), body="Text", images=(Image(url="data:image/png;base64,AAAA"),))
    assert found.content_html == found.body_html


def test_a_lead_image_of_which_one_measure_is_known_has_none() -> None:
    found = shown(EntryStyle(lead_image="both"), images=(Image(url=PICTURE, width=1280),))
    assert found.content_html == f'<p><img src="{PICTURE}" alt=""></p>'


def test_a_lead_image_in_the_content_alone_is_among_no_media() -> None:
    found = shown(EntryStyle(lead_image="content"), body="Text", images=LEAD)
    assert [image.url for image in found.media] == ["https://example.com/other.jpg"]
    assert (found.lead, found.enclosure) == (None, None)


def test_the_credit_of_a_lead_image_is_below_it() -> None:
    images = (Image(url=PICTURE, attribution="Ann & Bob"),)
    found = shown(EntryStyle(lead_image="both"), images=images)
    assert found.content_html == (
        f'<figure><img src="{PICTURE}" alt=""><figcaption>Ann &amp; Bob</figcaption></figure>'
    )


@pytest.mark.parametrize(
    ("values", "start"), [({"body": "Text"}, "<p>Text</p>"), ({"excerpt": "Short"}, "<p>Short</p>")]
)
def test_related_articles_are_a_list_under_the_text(values: dict[str, Any], start: str) -> None:
    found = shown(EntryStyle(related="content"), related=RELATED, **values)
    assert " ".join((found.content_html or "").split()) == " ".join(f"{start}\n{LIST}".split())


def test_an_entry_without_related_articles_has_no_list() -> None:
    assert shown(EntryStyle(related="content"), excerpt="Short").content_html is None


def test_the_beginning_of_the_body_has_neither_the_picture_nor_the_list() -> None:
    found = shown(EntryStyle(lead_image="both", related="content"), body="Text", images=LEAD, related=RELATED)
    assert found.teaser == "Text"


def test_an_entry_in_a_feed_of_another_language_has_its_own() -> None:
    assert shown(EntryStyle(language="de")).language == SITE.language
    assert shown(EntryStyle(language="de"), language="fr").language == "fr"


def test_the_avatar_of_the_providers_authors_is_its_picture() -> None:
    provider = Provider(name="Mint", images=(Image(url="https://example.net/mint.png"),))
    (author,) = entry(provider=provider).authors
    assert author.avatar == "https://example.net/mint.png"
    assert msgspec.structs.replace(author, avatar=None) == entry(provider=Provider(name="Mint")).authors[0]


OTHERS = (
    ArticleBase(url="https://example.com/b?x=1&y", title="B <b>", provider=Provider(name="The B")),
    ArticleBase(url="https://example.com/c", title="C"),
)


def test_the_other_articles_of_a_story_are_a_list_under_the_text() -> None:
    told = msgspec.structs.replace(entry(body="Text."), story=OTHERS)
    assert styled(told, EntryStyle(), SITE).content_html == (
        "<p>Text.</p>\n<p><strong>More on this story</strong></p>\n<ul>\n"
        '<li><a href="https://example.com/b?x=1&amp;y">B &lt;b&gt;</a> (The B)</li>\n'
        '<li><a href="https://example.com/c">C</a></li>\n</ul>'
    )


def test_a_related_article_of_the_story_is_in_its_list_alone() -> None:
    told = msgspec.structs.replace(entry(body="Text.", related=OTHERS), story=OTHERS[:1])
    content = styled(told, EntryStyle(related="content"), SITE).content_html or ""
    assert content.count("<li>") == 2
    assert content.index("More on this story") < content.index("The B") < content.index("Related") < content.index("/c")


def test_the_copy_of_a_dead_source_is_named_under_the_text_and_before_other_articles() -> None:
    copy = ArchivedCopy('https://archive.example/1?a&"', datetime(2019, 4, 12, 23, tzinfo=UTC))
    link = '<p>Archived copy: <a href="https://archive.example/1?a&amp;&#34;">2019-04-12</a></p>'
    assert shown(EntryStyle(), body="Text.", archived=copy).content_html == f"<p>Text.</p>\n{link}"
    assert shown(EntryStyle(), excerpt="Short.", archived=copy).content_html == f"<p>Short.</p>\n{link}"
    assert shown(EntryStyle(), archived=copy).content_html == link
    full = shown(EntryStyle(related="content"), body="Text.", related=RELATED, archived=copy)
    assert full.content_html == f"<p>Text.</p>\n{link}\n{LIST}"
    excerpt = shown(EntryStyle(content="excerpt"), body="Text.", excerpt="Short.", archived=copy)
    assert excerpt.content_html == f"<p>Short.</p>\n{link}"
    assert shown(EntryStyle(content="none"), body="Text.", archived=copy).content_html is None


def test_an_entry_without_content_lists_no_story() -> None:
    told = msgspec.structs.replace(entry(body="Text."), story=OTHERS)
    assert styled(told, EntryStyle(content="none"), SITE).content_html is None


@pytest.mark.parametrize(
    ("excess", "chosen"),
    [
        (0, [b"full 1", b"full 22", b"full 333"]),
        (1, [b"full 1", b"short", b"full 333"]),
        (2, [b"full 1", b"short", b"full 333"]),
        (3, [b"full 1", b"short", b"short"]),
        (99, [b"short", b"short", b"short"]),
    ],
)
def test_the_oldest_entries_are_shortened_first_and_no_more_than_needed(excess: int, chosen: list[bytes]) -> None:
    # In the order of heat, the oldest article need not be the last.
    articles = [article(str(number), published_at=day(number)) for number in (3, 1, 2)]
    entries, excerpts = [b"full 1", b"full 22", b"full 333"], [b"short"] * 3
    assert shortened(articles, entries, excerpts, excess) == chosen


def test_an_excerpt_that_is_longer_than_the_entry_does_not_replace_it() -> None:
    assert shortened([article()], [b"full"], [b"longer"], 9) == [b"full"]
