"""Single values, as each format writes them: what is told, in which words, and that what is not there is not told."""

from __future__ import annotations

import json
from html import unescape
from typing import Any, NamedTuple

import pytest
from lxml import etree

from feedpub.config.model import Site, SiteAuthor
from feedpub.core.media_models import Attachment
from feedpub.core.models import Article
from feedpub.feeds.selection import select
from support.making import BASE_URL, NOW, article, configuration, rendered
from support.published_feeds import find

AT = "https://example.com/"
WORDS = "word " * 60


class Files(NamedTuple):
    """The site's feed in every format."""

    rss: etree._Element
    atom: etree._Element
    json: dict[str, Any]


def publish(*articles: Article, **site: Any) -> Files:
    config = configuration(site=Site(**{"title": "AI News", "base_url": BASE_URL, **site}))
    files = rendered(select(articles, config, {}, NOW), config)
    return Files(
        etree.fromstring(files["rss.xml"]), etree.fromstring(files["atom.xml"]), json.loads(files["feed.json"])
    )


def texts(element: etree._Element, path: str) -> list[str]:
    return [found if isinstance(found, str) else "".join(found.itertext()) for found in find(element, path)]


# The feed.


def test_what_a_site_tells_of_itself_has_its_element() -> None:
    files = publish(
        rights="Free",
        webmaster="web@example.org",
        categories=("News", "AI"),
        author=SiteAuthor(name="Ann", email="ann@example.org"),
        icon="https://example.org/icon.png",
        logo="https://example.org/logo.png",
    )
    assert texts(files.rss, "channel/copyright") == texts(files.atom, "atom:rights") == ["Free"]
    assert texts(files.rss, "channel/webMaster") == ["web@example.org"]
    assert texts(files.rss, "channel/managingEditor") == ["ann@example.org (Ann)"]
    assert texts(files.rss, "channel/category") == [one.get("term") for one in find(files.atom, "atom:category")]
    assert texts(files.rss, "channel/category") == ["News", "AI"]
    assert texts(files.rss, "channel/image/url") == texts(files.atom, "atom:logo") == ["https://example.org/logo.png"]
    assert texts(files.atom, "atom:icon") == ["https://example.org/icon.png"]


def test_a_site_of_which_only_title_and_address_are_known_tells_no_more() -> None:
    files = publish()
    assert {child.tag.rpartition("}")[2] for child in find(files.rss, "channel/*")} == {
        *("title", "link", "description", "docs", "generator", "language", "ttl")
    }
    assert {child.tag.rpartition("}")[2] for child in find(files.atom, "*")} == {
        *("id", "title", "updated", "author", "link", "generator", "subtitle")
    }
    assert texts(files.rss, "channel/description") == texts(files.atom, "atom:subtitle") == ["AI News"]
    assert texts(files.atom, "atom:author/*") == ["AI News"]
    assert files.json == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "AI News",
        "home_page_url": BASE_URL,
        "feed_url": f"{BASE_URL}feed.json",
        "description": "AI News",
        "authors": [{"name": "AI News"}],
        "language": "en",
        "items": [],
    }


def test_a_channel_says_how_long_a_reader_may_wait() -> None:
    assert [texts(publish(**site).rss, "channel/ttl") for site in ({}, {"ttl": 30})] == [["60"], ["30"]]


@pytest.mark.parametrize(
    ("author", "editor", "atom"),
    [
        (SiteAuthor(name="Ada", email="ada@example.com"), ["ada@example.com (Ada)"], ["Ada", "ada@example.com"]),
        (SiteAuthor(name="Ada", url=f"{AT}ada"), [], ["Ada", f"{AT}ada"]),
    ],
    ids=["e-mail", "URL"],
)
def test_rss_names_an_editor_who_has_an_e_mail_address(author: SiteAuthor, editor: list[str], atom: list[str]) -> None:
    files = publish(author=author)
    assert texts(files.rss, "channel/managingEditor") == editor
    assert texts(files.atom, "atom:author/*") == atom


@pytest.mark.parametrize(
    ("logo", "icon", "image"),
    [
        ("logo.png", "icon.png", ["logo.png"]),
        ("logo.svg", "icon.gif", ["icon.gif"]),
        (None, "icon.jpeg", ["icon.jpeg"]),
        ("logo", None, ["logo"]),
        ("logo.svg", "icon.ico", []),
    ],
)
def test_the_picture_of_a_channel_is_of_a_type_that_rss_knows(
    logo: str | None, icon: str | None, image: list[str]
) -> None:
    pictures = {name: AT + value for name, value in (("logo", logo), ("icon", icon)) if value}
    files = publish(**pictures)
    assert texts(files.rss, "channel/image/url") == [AT + name for name in image]
    assert texts(files.rss, "channel/image/link") == [BASE_URL] * len(image)
    assert texts(files.rss, "channel/image/title") == ["AI News"] * len(image)
    assert {name: url for name in ("logo", "icon") for url in texts(files.atom, f"atom:{name}")} == pictures
    assert files.json["icon"] == AT + (logo or icon or "")
    assert files.json.get("favicon") == pictures.get("icon")


# Entries.


def test_an_article_in_the_sites_language_does_not_say_so_and_one_in_another_does() -> None:
    files = publish(article("a", language="de"), article("b", language="en"), article("c"), language="de")
    assert [texts(item, "dc:language") for item in find(files.rss, "channel/item")] == [[], ["en"], []]
    assert [texts(entry, "@xml:lang") for entry in find(files.atom, "atom:entry")] == [[], ["en"], []]
    assert [item.get("language") for item in files.json["items"]] == [None, "en", None]


def test_no_heat_and_no_quality_is_not_known_but_zero_is() -> None:
    files = publish(article("a", heat=0, quality=0), article("b"))
    assert [item.get("_feedpub") for item in files.json["items"]] == [{"quality": 0, "heat": 0}, None]


@pytest.mark.parametrize(
    ("excerpt", "kind", "summary"),
    [
        ("1 &lt; 2 & 3", None, "1 < 2 & 3"),
        ("The &amp;lt;b&amp;gt; element", "html", "The &amp;lt;b&amp;gt; element"),
        ("A <b>bold</b> one", "html", "A <b>bold</b> one"),
    ],
)
def test_an_excerpt_that_would_read_otherwise_says_in_atom_that_it_is_html(
    excerpt: str, kind: str | None, summary: str
) -> None:
    (written,) = find(publish(article("a", excerpt=excerpt)).atom, "atom:entry/atom:summary")
    assert (written.get("type"), written.text) == (kind, summary)


@pytest.mark.parametrize(
    ("duration", "written"), [(0.5, "0.5"), (90.0, "90"), (100.25, "100.25"), (600.0, "600"), (36000.0, "36000")]
)
def test_a_duration_is_written_with_as_many_digits_as_it_takes(duration: float, written: str) -> None:
    attachment = Attachment(url=f"{AT}a.mp3", duration=duration)
    files = publish(article("a", attachments=(attachment,), duration=duration))
    assert texts(files.rss, "channel/item/media:content/@duration") == [written]
    (item,) = files.json["items"]
    told = [item["attachments"][0]["duration_in_seconds"], item["_feedpub"]["duration_in_seconds"]]
    assert [json.dumps(number) for number in told] == [written, written]


def test_a_recording_of_unknown_size_and_duration_says_neither() -> None:
    files = publish(article("a", attachments=(Attachment(url=f"{AT}a.mp3"),)))
    (item,) = files.json["items"]
    assert item["attachments"] == [{"url": f"{AT}a.mp3", "mime_type": "audio/mpeg"}]
    assert "_feedpub" not in item
    (media,) = find(files.rss, "channel/item/media:content")
    assert dict(media.attrib) == {"url": f"{AT}a.mp3", "type": "audio/mpeg", "medium": "audio"}
    (enclosure,) = find(files.atom, "atom:entry/atom:link[@rel='enclosure']")
    assert dict(enclosure.attrib) == {"rel": "enclosure", "href": f"{AT}a.mp3", "type": "audio/mpeg"}


# The beginning of a body, which RSS has for an excerpt where there is none.


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (f"{WORDS[:-2]}ds", f"{WORDS[:-2]}ds"),
        (f"{WORDS}words", f"{WORDS.strip()}…"),
        (f"xx{WORDS}words", f"xx{WORDS[:-5].strip()}…"),
        ("語" * 300, "語" * 300),
        ("語" * 301, "語" * 300 + "…"),
        ('H&amp;M \\<b\\> "quoted"', 'H&M <b> "quoted"'),
        ("![](a.png)", '"T" & <t>'),
    ],
    ids=["300", "more", "more, cut in a word", "300 without blanks", "more without blanks", "markup", "no text"],
)
def test_a_body_without_an_excerpt_is_described_by_its_beginning(body: str, description: str) -> None:
    files = publish(article("a", body=body, title='"T" & <t>'))
    (written,) = texts(files.rss, "channel/item/description")
    assert unescape(written) == description
    assert "&quot;" not in written
