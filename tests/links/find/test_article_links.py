"""The links of an article file, each with its line."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.content import ArticleFile, ReadSettings, keys_of, read_article
from feedpub.core.urls import page_of
from feedpub.links.find.article_links import LinkReading, links_of, targets_of
from feedpub.links.model import Link, LinkKind, LinkTarget

SOURCE = ArticleFile("content/a.md", "a.md", "/srv/content/a.md")
SEED = Path(__file__).parents[3] / "seeds"
ALL = frozenset(LinkKind)


def settings(fields: dict[str, list[str]] | None = None, **more: Any) -> ReadSettings:
    return ReadSettings(base_url="https://news.example.org/", zone=UTC, fields=keys_of(fields or {}), **more)


def read(text: str | bytes, **more: Any) -> LinkReading:
    return links_of(SOURCE, text.encode() if isinstance(text, str) else text, settings(**more))


def links_in(text: str | bytes, **more: Any) -> list[tuple[str, str, int]]:
    """Return kind, URL and line of each link of a valid article."""
    reading = read(text, **more)
    assert reading.article is not None
    assert all(link.path == "content/a.md" for link in reading.links)
    return [(link.kind.value, link.url, link.line) for link in reading.links]


def yaml(*lines: str) -> str:
    """Return an article with ``lines`` from line 4 on, after a title and a date."""
    return "\n".join(["---", "title: T", "date: 2024-05-01", *lines, "---", "A [link](https://body.example/)."])


EVERY_KIND = yaml(
    "sourceUrl: https://example.com/a",
    "ampUrl: https://example.com/a/amp",
    "cdnAmpUrl: https://example-com.cdn.ampproject.org/c/s/example.com/a/amp",
    "provider:",
    "  name: P",
    "  domain: example.com",
    "  images: [{url: /logo.png}]",
    "  authors:",
    "    - {name: A, url: https://example.com/people/a}",
    "images:",
    "  - title: One",
    "    url: /pictures/1.png",
    "  - url: https://cdn.example.com/2.png",
    "enclosures:",
    "  - type: audio/mpeg",
    "    url: https://cdn.example.com/a.mp3",
    "related:",
    "  - title: R",
    "    sourceUrl: https://example.net/r",
    "    ampUrl: https://example.net/r/amp",
    "    images: [{url: https://example.net/r.png}]",
    "    provider: {images: [{url: https://example.net/logo.png}]}",
)


def test_every_kind_has_its_line() -> None:
    assert links_in(EVERY_KIND) == [
        ("source", "https://example.com/a", 4),
        ("amp", "https://example.com/a/amp", 5),
        ("amp-cache", "https://example-com.cdn.ampproject.org/c/s/example.com/a/amp", 6),
        ("image", "https://news.example.org/pictures/1.png", 15),
        ("image", "https://cdn.example.com/2.png", 16),
        ("attachment", "https://cdn.example.com/a.mp3", 19),
        ("related", "https://example.net/r", 22),
    ]


def test_an_article_is_read_as_a_build_reads_it() -> None:
    data = EVERY_KIND.encode()
    reading = links_of(SOURCE, data, settings())
    assert reading.article == read_article(SOURCE, data, settings()).article


def test_an_amp_link_knows_its_source_and_a_cache_link_its_amp_page() -> None:
    partners = {link.kind: link.partner for link in read(EVERY_KIND).links}
    assert partners == {
        LinkKind.SOURCE: None,
        LinkKind.AMP: "https://example.com/a",
        LinkKind.AMP_CACHE: "https://example.com/a/amp",
        LinkKind.IMAGE: None,
        LinkKind.ATTACHMENT: None,
        LinkKind.RELATED: None,
    }


def test_a_cache_link_without_an_amp_page_has_no_partner() -> None:
    (_, cached) = read(yaml("sourceUrl: https://x.org/", "cdnAmpUrl: https://x-org.cdn.ampproject.org/c/x.org/")).links
    assert (cached.kind, cached.partner) == (LinkKind.AMP_CACHE, None)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["sourceUrl: https://x.org/"], 4),
        (["sourceUrl:", "  https://x.org/"], 5),
        (["sourceUrl: >-", "  https://x.org/"], 5),
        (["sourceUrl: |", "", "", "  https://x.org/"], 7),
        (["sourceUrl: &it", "  https://x.org/"], 5),
        (["sourceUrl: !!str", "  https://x.org/"], 5),
        (["sourceUrl:", "  'https://x.org/'"], 5),
        (["webUrl: ''", "sourceUrl: null", "originalUrl: https://x.org/"], 6),
        (["other: &it https://x.org/", "sourceUrl: *it"], 4),
        (["<<: {sourceUrl: https://x.org/}"], 4),
    ],
)
def test_the_line_is_that_of_the_value(lines: list[str], line: int) -> None:
    assert links_in(yaml(*lines)) == [("source", "https://x.org/", line)]


def test_lines_hold_behind_a_byte_order_mark_blank_lines_and_other_line_ends() -> None:
    text = "\ufeff\n\n" + yaml("sourceUrl: https://x.org/", "ampUrl: https://x.org/amp")
    for end in ("\n", "\r\n", "\r"):
        assert [line for _, _, line in links_in(text.replace("\n", end))] == [6, 7]


def test_toml_has_its_lines() -> None:
    text = '+++\ntitle = "T"\ndate = 2024-05-01\nsourceUrl = "https://x.org/"\n'
    text += '[[images]]\nurl = "https://x.org/1.png"\n[[images]]\nwidth = 5\nurl = "https://x.org/2.png"\n+++\n'
    assert links_in(text) == [
        ("source", "https://x.org/", 4),
        ("image", "https://x.org/1.png", 6),
        ("image", "https://x.org/2.png", 9),
    ]


def test_json_has_its_lines() -> None:
    text = '{\n"title": "T", "date": "2024-05-01",\n"sourceUrl": "https://x.org/",\n'
    text += '"images": [\n{"url": "https://x.org/1.png"},\n{"width": 5,\n"url": "https://x.org/2.png"}]\n}\n'
    assert links_in(text) == [
        ("source", "https://x.org/", 3),
        ("image", "https://x.org/1.png", 5),
        ("image", "https://x.org/2.png", 7),
    ]


def test_the_keys_of_other_sites_are_honoured() -> None:
    fields = {"url": ["canonical"], "images": ["pictures"], "attachments": ["pictures"], "related": ["more"]}
    text = yaml("canonical: https://x.org/", "pictures: [{url: /1.png}]", "more: [{canonical: https://x.org/r}]")
    assert links_in(text, fields=fields) == [
        ("source", "https://x.org/", 4),
        ("image", "https://news.example.org/1.png", 5),
        ("attachment", "https://news.example.org/1.png", 5),
        ("related", "https://x.org/r", 6),
    ]


def test_the_sites_own_permalink_is_no_link() -> None:
    reading = read(yaml("ampUrl: https://news.example.org/a/amp"), permalink="/{slug}/")
    assert reading.article is not None
    assert reading.article.own
    assert reading.links == (
        Link(LinkKind.AMP, "https://news.example.org/a/amp", "content/a.md", 4, "https://news.example.org/a/"),
    )


def test_transcripts_and_chapters_are_links_where_there_is_a_podcast() -> None:
    text = yaml("sourceUrl: https://x.org/", "transcript: [/1.vtt, {url: /2.srt}]", "chapters: /c.json")
    assert links_in(text)[1:] == []
    base = "https://news.example.org"
    assert links_in(text, has_episodes=True)[1:] == [
        ("attachment", f"{base}/1.vtt", 5),
        ("attachment", f"{base}/2.srt", 5),
        ("attachment", f"{base}/c.json", 6),
    ]


def test_actions_are_attachments_only_where_they_are_downloads() -> None:
    actions = ["actions:", "  - {type: share, url: https://x.org/1}", "  - {type: download, url: https://x.org/2}"]
    assert links_in(yaml("sourceUrl: https://x.org/", *actions))[1:] == [("attachment", "https://x.org/2", 7)]


def test_a_related_article_that_is_withheld_has_no_link() -> None:
    related = ["related:", "  - {draft: true, sourceUrl: https://x.org/1}", "  - {sourceUrl: https://x.org/2}"]
    assert links_in(yaml("sourceUrl: https://x.org/", *related))[1:] == [("related", "https://x.org/2", 7)]


def test_a_url_that_stands_twice_has_two_places_and_on_one_line_one() -> None:
    images = ["images:", "  - {url: /1.png}", "  - {url: /1.png}"]
    assert [line for _, _, line in links_in(yaml("sourceUrl: https://x.org/", *images))[1:]] == [6, 7]
    images = ["images: [{url: /1.png}, {url: /1.png}]"]
    assert [line for _, _, line in links_in(yaml("sourceUrl: https://x.org/", *images))[1:]] == [5]


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        yaml("sourceUrl: ftp://x.org/"),
        yaml("ampUrl: https://x.org/"),
        yaml("sourceUrl: https://x.org/", "id: https://me:secret@x.org/"),
        yaml("sourceUrl: https://x.org/", "draft: perhaps"),
        b"---\n\xff",
    ],
)
def test_an_invalid_article_has_problems_and_no_links(text: str | bytes) -> None:
    reading = read(text)
    assert (reading.article, reading.links) == (None, ())
    assert reading.problems
    data = text.encode() if isinstance(text, str) else text
    assert reading.problems == read_article(SOURCE, data, settings()).problems


def test_a_seed_has_its_links_on_the_lines_where_they_are_written() -> None:
    for file in SEED.glob("*.md"):
        data = file.read_bytes()
        lines = data.decode().splitlines()
        links = links_of(ArticleFile(file.name, file.name, str(file)), data, settings()).links
        assert {LinkKind.SOURCE, LinkKind.IMAGE, LinkKind.RELATED} <= {link.kind for link in links}
        assert all(link.url in lines[link.line - 1] for link in links)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: yaml(text).encode()))
def test_nothing_in_a_file_raises(data: bytes) -> None:
    reading = links_of(SOURCE, data, settings())
    assert reading.article is not None or not reading.links


# What is fetched.


def link(kind: LinkKind, url: str) -> Link:
    return Link(kind, url, "content/a.md", 1)


def test_a_url_is_fetched_once_for_all_who_have_it() -> None:
    links = [
        link(LinkKind.SOURCE, "https://x.org/a#one"),
        link(LinkKind.RELATED, "https://x.org/b"),
        link(LinkKind.AMP, "https://x.org/a"),
        link(LinkKind.IMAGE, "https://x.org/c"),
        link(LinkKind.ATTACHMENT, "https://x.org/b#"),
        link(LinkKind.AMP_CACHE, "https://x.org/d?#x"),
        link(LinkKind.SOURCE, "https://x.org/e"),
    ]
    assert targets_of(links, ALL) == {
        "https://x.org/a": LinkTarget(url="https://x.org/a", wants_page=True),
        "https://x.org/b": LinkTarget(url="https://x.org/b", wants_length=True),
        "https://x.org/c": LinkTarget(url="https://x.org/c", wants_length=True),
        "https://x.org/d?": LinkTarget(url="https://x.org/d?", wants_page=True),
        "https://x.org/e": LinkTarget(url="https://x.org/e"),
    }
    assert all(page_of(target.url) in targets_of(links, ALL) for target in links)


def test_only_the_kinds_asked_for_are_fetched_and_count() -> None:
    links = [link(LinkKind.SOURCE, "https://x.org/a"), link(LinkKind.AMP, "https://x.org/a")]
    assert targets_of(links, {LinkKind.SOURCE}) == {"https://x.org/a": LinkTarget(url="https://x.org/a")}
    assert targets_of(links, ()) == {}
