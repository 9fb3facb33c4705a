"""feedparser, which many readers are built on, reads RSS and Atom back to the very values that went in."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape
from typing import Any

import feedparser
import pytest

from feedpub.core.text import looks_like_html
from support.published_feeds import every_feed, feed_files, published

XML_FILES = ("rss.xml", "atom.xml")


def parsed(name: str, folder: str, file: str) -> Any:
    data = published(name).files[f"{folder}/{file}".lstrip("/")]
    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def moment(parts: Any) -> datetime:
    return datetime(*parts[:6], tzinfo=UTC)


@pytest.fixture(params=XML_FILES)
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_the_feed_reads_back(file: str, name: str, folder: str) -> None:
    feed = feed_files(name, folder).feed
    site = published(name).config.site
    read = parsed(name, folder, file)
    assert not read.bozo
    assert read.version == {"rss.xml": "rss20", "atom.xml": "atom10"}[file]
    assert read.feed.title == feed.title
    assert read.feed.subtitle == site.description
    assert read.feed.link == feed_files(name, folder).home_url
    assert read.feed.language == site.language
    assert read.feed.generator == "feedpub"


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_each_entry_reads_back(file: str, name: str, folder: str) -> None:
    read = parsed(name, folder, file).entries
    files = feed_files(name, folder)
    assert [entry.id for entry in read] == [entry.id for entry in files.entries]
    for found, entry in zip(read, files.entries, strict=True):
        is_html = file == "atom.xml" and looks_like_html(entry.title)
        assert (found.title_detail.type == "text/html") is is_html or file != "atom.xml"
        assert (unescape(found.title) if is_html else found.title) == entry.title
        assert found.link == entry.url
        assert moment(found.published_parsed) == entry.published.replace(microsecond=0)
        assert [tag.term for tag in found.get("tags", ())] == list(entry.topics)
        bodies = [content.value for content in found.get("content", ()) if content.type == "text/html"]
        assert bodies == ([entry.content_html] if entry.content_html else [])


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_the_excerpt_reads_back_as_the_html_or_text_that_it_is(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    rss, atom = (parsed(name, folder, file).entries for file in XML_FILES)
    for of_rss, of_atom, entry in zip(rss, atom, files.entries, strict=True):
        if entry.summary_is_html:
            assert of_rss.summary == of_atom.summary == entry.summary_html
        elif entry.summary:
            assert unescape(of_rss.summary) == of_atom.summary == entry.summary


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_the_enclosures_read_back(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    rss, atom = (parsed(name, folder, file).entries for file in XML_FILES)
    for of_rss, of_atom, entry in zip(rss, atom, files.entries, strict=True):
        assert [(link.href, link.type) for link in of_atom.enclosures] == [(one.url, one.type) for one in entry.media]
        assert [one["url"] for one in of_rss.get("media_content", ())] == [one.url for one in entry.media]
        # Flipboard shows a picture.
        chosen = next(iter(entry.images), None) if folder == "feeds/flip" else entry.enclosure
        assert [(link.href, link.type, link.length) for link in of_rss.enclosures] == (
            [(chosen.url, chosen.type, str(chosen.length))] if chosen else []
        )


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_authors_and_the_date_of_the_last_change_read_back_from_atom(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    read = parsed(name, folder, "atom.xml")
    assert moment(read.feed.updated_parsed) == files.feed.updated.replace(microsecond=0)
    for found, entry in zip(read.entries, files.entries, strict=True):
        assert moment(found.updated_parsed) == entry.updated.replace(microsecond=0)
        assert [(author.name, author.get("href")) for author in found.authors] == [
            (author.name, author.uri) for author in entry.authors
        ]
