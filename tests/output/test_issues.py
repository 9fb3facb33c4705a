"""The issues of digests: the list of links, and the entry that it is the content of."""

from __future__ import annotations

from typing import Any

import pytest
from test_entry import NOON, SITE, entry

from feedpub.core.feed_models import Feed, Issue
from feedpub.core.models import FeedKind, Image, Provider
from feedpub.output.issues import issue_entry, list_item
from feedpub.output.styles import EntryStyle

FULL = EntryStyle()
TIMES = Provider(name="A & B <i>Times</i>")
ONE = entry(id="urn:1", path="1.md", title="1 < 2 & </a><script>", url='https://example.com/?a="b&c', provider=TIMES)
LINK = '<p><a href="https://example.com/?a=&#34;b&amp;c">1 &lt; 2 &amp; &lt;/a&gt;&lt;script&gt;</a>'
ISSUE = Issue(name="2024-W18", end=NOON, articles=(ONE.article,))
FEED = Feed(
    kind=FeedKind.CUSTOM,
    key="week",
    folder="feeds/week",
    label="Week",
    title="The <week>",
    total=1,
    updated=NOON,
    formats=("rss",),
    articles=(ONE.article,),
    issues=(ISSUE,),
)


def item(style: EntryStyle = FULL, **values: Any) -> str:
    return list_item(entry(**values), style, SITE).decode()


def test_an_item_is_the_title_with_its_link_the_provider_and_the_excerpt() -> None:
    assert list_item(ONE, FULL, SITE).decode() == (f"<li>\n{LINK} (A &amp; B &lt;i&gt;Times&lt;/i&gt;)</p>\n</li>")
    link = '<p><a href="https://example.com/a/b">A</a></p>'
    assert item(excerpt="1 < 2") == f"<li>\n{link}\n<p>1 &lt; 2</p>\n</li>"
    assert item(excerpt="<p onclick='x'>Short</p>") == f"<li>\n{link}\n<p>Short</p>\n</li>"
    assert item(body="Text") == f"<li>\n{link}\n<p>Text</p>\n</li>"
    assert item(EntryStyle(content="excerpt"), excerpt="Short") == f"<li>\n{link}\n</li>"


@pytest.mark.parametrize(
    ("language", "of_feed", "attribute"),
    [("de", None, ' lang="de"'), ("en", None, ""), (None, None, ""), ("de", "de", ""), ("en", "de", ' lang="en"')],
)
def test_an_item_in_another_language_than_the_feed_says_so(
    language: str | None, of_feed: str | None, attribute: str
) -> None:
    assert item(EntryStyle(language=of_feed), language=language).startswith(f"<li{attribute}>\n")


def test_an_item_begins_with_the_lead_image_where_the_feed_wants_it_in_the_content() -> None:
    images = (Image(url="https://example.com/a.jpg"),)
    assert "<img" not in item(images=images)
    assert item(EntryStyle(lead_image="content"), images=images).startswith('<li>\n<p><img src="https://example.com/a')


def test_an_issue_has_the_id_of_its_place_in_the_page_and_the_date_of_its_end() -> None:
    made = issue_entry(ISSUE, FEED, {"1.md": b"<li>x</li>"}, SITE)
    assert made.id == made.url == "https://news.example.org/feeds/week/#2024-W18"
    assert (made.published, made.updated, made.authors) == (NOON, NOON, (SITE.author,))
    assert (made.title, made.content_html) == ("The <week>: 2024-W18", "<ol>\n<li>x</li>\n</ol>")
    assert made.digest == ("urn:1",)


def test_an_issue_without_a_page_leads_to_the_site_and_one_without_content_has_none() -> None:
    made = issue_entry(ISSUE, FEED, {}, SITE, has_page=False)
    assert (made.id, made.url) == ("https://news.example.org/feeds/week/#2024-W18", SITE.base_url)
    assert (made.content_html, made.teaser) == (None, None)
