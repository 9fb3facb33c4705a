"""The headers of files that depend on their names."""

from __future__ import annotations

import pytest

from feedpub.delivery.media_types import content_coding, content_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rss.xml", "application/rss+xml"),
        ("topics/ai/atom.xml", "application/atom+xml"),
        ("feeds/hot/archive/1/feed.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml"),
        ("index.html", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("other.xml", "application/xml"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_a_name_has_a_content_type(name: str, kind: str) -> None:
    assert content_type(name) == kind


@pytest.mark.parametrize(
    ("name", "original", "coding"),
    [
        ("topics/ai/rss.xml.gz", "topics/ai/rss.xml", "gzip"),
        ("index.html.br", "index.html", "br"),
        ("rss.xml", "rss.xml", None),
        ("gz/rss.xml", "gz/rss.xml", None),
    ],
)
def test_a_compressed_copy_has_the_type_of_its_original(name: str, original: str, coding: str | None) -> None:
    assert content_coding(name) == (original, coding)
