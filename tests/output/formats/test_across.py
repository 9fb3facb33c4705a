"""One feed is the same feed in every format: what a subscriber gets does not depend on the one chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from support.published_feeds import FeedFiles, every_feed, feed_files, find

RSS, ATOM, JSON = "rss", "atom", "json"
Values = list[Any]


def rss_items(files: FeedFiles) -> Values:
    return find(files.rss, "channel/item")


def atom_entries(files: FeedFiles) -> Values:
    return find(files.atom, "atom:entry")


def texts(path: str) -> Callable[[Any], Values]:
    return lambda element: ["".join(found.itertext()) for found in find(element, path)]


def atom_titles(element: Any) -> Values:
    """Return the titles of ``element`` as readers show them: markup is declared as HTML, and escaped."""
    titles = find(element, "atom:title")
    return [unescape(title.text) if title.get("type") == "html" else title.text for title in titles]


def attributes(path: str, *names: str) -> Callable[[Any], Values]:
    return lambda element: [tuple(found.get(name) for name in names) for found in find(element, path)]


def seconds(moment: datetime) -> datetime:
    """RSS knows no parts of a second."""
    return moment.astimezone(UTC).replace(microsecond=0)


def values(path: str, name: str = "href") -> Callable[[Any], Values]:
    return lambda element: [found.get(name) for found in find(element, path)]


def json_media(item: dict[str, Any]) -> Values:
    """The lead image has a place of its own, and may be attached as well."""
    return sorted({*filter(None, [item.get("image")]), *(media["url"] for media in item.get("attachments", ()))})


ACROSS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "id": (texts("guid"), texts("atom:id"), lambda item: [item["id"]]),
    "link": (
        texts("link"),
        values("atom:link[@rel='alternate']"),
        lambda item: [item["url"]],
    ),
    "title": (texts("title"), atom_titles, lambda item: [item["title"]]),
    "published": (
        lambda item: [parsedate_to_datetime(text) for text in texts("pubDate")(item)],
        lambda entry: [seconds(datetime.fromisoformat(text)) for text in texts("atom:published")(entry)],
        lambda item: [seconds(datetime.fromisoformat(item["date_published"]))],
    ),
    "authors": (
        texts("dc:creator"),
        texts("atom:author/atom:name"),
        lambda item: [author["name"] for author in item["authors"]],
    ),
    "topics": (
        texts("category"),
        values("atom:category", "term"),
        lambda item: item.get("tags", []),
    ),
    "body": (
        texts("content:encoded"),
        texts("atom:content"),
        lambda item: [item["content_html"]] if "content_html" in item else [],
    ),
    "media": (
        lambda item: sorted(values("media:content", "url")(item)),
        lambda entry: sorted(values("atom:link[@rel='enclosure']")(entry)),
        json_media,
    ),
    "amp": (
        values("atom:link[contains(@rel, 'amphtml')]"),
        values("atom:link[contains(@rel, 'amphtml')]"),
        lambda item: [item["_feedpub"]["amp_url"]] if "amp_url" in item.get("_feedpub", {}) else [],
    ),
    "language": (
        texts("dc:language"),
        lambda entry: [entry.get("{http://www.w3.org/XML/1998/namespace}lang")] if entry.attrib else [],
        lambda item: [item["language"]] if "language" in item else [],
    ),
}


@pytest.mark.parametrize(("name", "folder"), every_feed())
@pytest.mark.parametrize("what", ACROSS)
def test_the_entries_tell_the_same_in_every_format_and_in_the_same_order(what: str, name: str, folder: str) -> None:
    files = feed_files(name, folder)
    of_rss, of_atom, of_json = ACROSS[what]
    told = {
        RSS: [of_rss(item) for item in rss_items(files)],
        ATOM: [of_atom(entry) for entry in atom_entries(files)],
        JSON: [of_json(item) for item in files.json["items"]],
    }
    assert told[RSS] == told[ATOM] == told[JSON]
    assert len(told[RSS]) == len(files.entries)


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_the_feed_tells_the_same_of_itself_in_every_format(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    at = f"{files.base_url}{quote(folder)}/" if folder else files.base_url
    (channel,) = find(files.rss, "channel")
    assert texts("title")(channel) == texts("atom:title")(files.atom) == [files.json["title"]] == [files.feed.title]
    assert texts("description")(channel) == texts("atom:subtitle")(files.atom) == [files.json["description"]]
    assert texts("link")(channel) == [files.json["home_page_url"]] == [files.home_url]
    assert texts("language")(channel) == [files.json["language"]]
    assert attributes("atom:link[@rel='self']", "href")(channel) == [(f"{at}rss.xml",)]
    assert attributes("atom:link[@rel='self']", "href")(files.atom) == [(f"{at}atom.xml",)]
    assert texts("atom:id")(files.atom) == [f"{at}atom.xml"]
    assert files.json["feed_url"] == f"{at}feed.json"


def newest_first(files: FeedFiles) -> bool:
    keys = [(-article.published_at.timestamp(), article.id) for article in files.feed.articles]
    return keys == sorted(keys)


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_entries_come_newest_first_and_those_of_one_moment_by_id(name: str, folder: str) -> None:
    assert newest_first(feed_files(name, folder))


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_sizes_types_and_durations_of_media_agree(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    for item, entry, told in zip(rss_items(files), atom_entries(files), files.json["items"], strict=True):
        rss = {url: rest for url, *rest in attributes("media:content", "url", "type", "fileSize", "duration")(item)}
        atom = {url: rest for url, *rest in attributes("atom:link[@rel='enclosure']", "href", "type", "length")(entry)}
        assert {url: rest[:2] for url, rest in rss.items()} == atom
        for media in told.get("attachments", ()):
            known = [media["mime_type"], media.get("size_in_bytes"), media.get("duration_in_seconds")]
            assert rss[media["url"]] == [None if value is None else str(value) for value in known]
