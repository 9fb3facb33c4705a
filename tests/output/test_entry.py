"""Articles become entries: who wrote them, what is said of them, and against what their links resolve."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from feedpub.core.media_models import Attachment
from feedpub.core.models import Article, Author, Image, Provider, Topic
from feedpub.output.entry import Entry, SiteInfo, make_entry

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
SITE = SiteInfo(
    title="News",
    base_url="https://news.example.org/",
    description="News",
    language="en",
    author=Author(name="The editors", email="editor@example.org"),
)
ADA = Author(name="Ada", uri="https://example.com/ada")
BOB = Author(name="Bob")


def entry(**values: Any) -> Entry:
    fields = {"path": "a.md", "id": "urn:a", "url": "https://example.com/a/b", "title": "A", **values}
    return make_entry(Article(published_at=NOON, updated_at=NOON, **fields), SITE)


@pytest.mark.parametrize(
    ("provider", "authors"),
    [
        (Provider(name="Times", domain="example.com", authors=(ADA, BOB)), (ADA, BOB)),
        (Provider(name="Times", domain="example.com"), (Author(name="Times", uri="https://example.com/"),)),
        (Provider(name="Times"), (Author(name="Times"),)),
        (Provider(domain="example.com"), (Author(name="example.com", uri="https://example.com/"),)),
        (Provider(), (SITE.author,)),
        (None, (SITE.author,)),
    ],
    ids=["authors", "provider", "provider without domain", "provider without name", "empty provider", "none"],
)
def test_the_author_is_the_providers_authors_else_the_provider_else_the_site(
    provider: Provider | None, authors: tuple[Author, ...]
) -> None:
    assert entry(provider=provider).authors == authors


def test_the_marked_beginning_of_a_body_is_the_excerpt() -> None:
    body = "*Soil* and [sun](/s).\n\n<!-- more -->\n\nWater."
    made = entry(body=body)
    assert made.summary == "Soil and sun."
    assert made.summary_html == '<p><em>Soil</em> and <a href="https://news.example.org/s">sun</a>.</p>'
    assert "Water" in (made.content_html or "")
    assert entry(body=body, excerpt="Own").summary == "Own"
    assert entry(body="One\n\nTwo", excerpt_separator="\n\n").summary == "One"
    assert entry(body=body, excerpt_separator="").summary is None


@pytest.mark.parametrize(
    ("excerpt", "summary", "summary_html", "is_html"),
    [
        (None, None, None, False),
        ("Plain", "Plain", "Plain", False),
        ("H&#038;M", "H&M", "H&amp;M", False),
        ("1 < 2", "1 < 2", "1 &lt; 2", False),
        ("<p>H&#038;M</p><p>b</p>", "H&M b", "<p>H&amp;M</p><p>b</p>", True),
        ("a<br>b <i>c</i>d", "a b cd", "a<br>b <i>c</i>d", True),
        ("<script>a</script>", None, None, True),
        ("<!-- a -->", None, None, True),
    ],
)
def test_the_excerpt_is_text_where_text_is_wanted_and_html_where_html_is(
    excerpt: str | None, summary: str | None, summary_html: str | None, is_html: bool
) -> None:
    made = entry(excerpt=excerpt)
    assert (made.summary, made.summary_html, made.summary_is_html) == (summary, summary_html, is_html)


@pytest.mark.parametrize(
    ("own", "reference", "url"),
    [
        (False, "c.png", "https://news.example.org/c.png"),
        (False, "/c.png", "https://news.example.org/c.png"),
        (False, "#c", "https://example.com/a/b#c"),
        (True, "c.png", "https://example.com/a/c.png"),
        (True, "#c", "https://example.com/a/b#c"),
    ],
)
def test_links_resolve_against_the_site_and_those_of_an_own_article_against_its_page(
    own: bool, reference: str, url: str
) -> None:
    made = entry(own=own, body=f"[x]({reference})", excerpt=f'<a href="{reference}">x</a>')
    assert made.content_html == f'<p><a href="{url}">x</a></p>'
    assert made.summary_html == f'<a href="{url}">x</a>'


@pytest.mark.parametrize("body", ["", "\n\n", "<!-- a note -->", "<script>a</script>"])
def test_a_body_of_which_nothing_is_left_is_none(body: str) -> None:
    assert entry(body=body).content_html is None


def test_topics_are_spelled_as_the_article_spells_them() -> None:
    assert entry(topics=(Topic("ai", "A.I."), Topic("c++", "C++"))).topics == ("A.I.", "C++")


def test_media_are_attachments_then_images_each_once() -> None:
    at = "https://example.com/"
    made = entry(
        attachments=(Attachment(url=f"{at}a.mp3"), Attachment(url=f"{at}b.jpg")),
        images=(Image(url=f"{at}b.jpg"), Image(url=f"{at}c.jpg")),
    )
    assert [media.url for media in made.media] == [f"{at}a.mp3", f"{at}b.jpg", f"{at}c.jpg"]
    assert made.enclosure is made.media[0]


def test_the_body_is_rendered_as_the_generator_does_with_links_to_other_articles() -> None:
    body = "# Große Mehr\n\n{% raw %}{{ x }}{% endraw %} [b]({% post_path b %})"
    values = {"path": "a.md", "id": "urn:a", "url": "https://example.com/a/b", "title": "A", "body": body}
    made = Article(published_at=NOON, updated_at=NOON, **values)
    links = (("b", True, "https://x.example/b/"),)
    content = make_entry(made, msgspec.structs.replace(SITE, generator="hexo"), links).content_html
    assert content == '<h1 id="Große-Mehr">Große Mehr</h1>\n<p>{{ x }} <a href="https://x.example/b/">b</a></p>'
