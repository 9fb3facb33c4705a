"""The profile of Flipboard: the picture that it shows, in the place of any other enclosure."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from support.site import SiteFolder

FILE = "feeds/flip/rss.xml"
LARGE = {"url": "/large.png", "width": 800, "height": 500}
SMALL = {"url": "/small.jpg", "width": 1200, "height": 499}


def enclosures(site: SiteFolder, **values: Any) -> list[str]:
    """Return the enclosures of the only item, which has these values in its front matter."""
    site.configure("feeds: [{slug: flip, title: Flip, profiles: [flipboard]}]\n")
    site.add("a", **values)
    site.build()
    (item,) = etree.fromstring(site.files()[FILE]).iter("item")
    return [str(enclosure.get("url")).rpartition("/")[2] for enclosure in item.findall("enclosure")]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"images": [LARGE]}, ["large.png"]),
        ({"images": [SMALL, LARGE]}, ["large.png"]),
        ({"images": [SMALL, "/unknown.png"]}, ["unknown.png"]),
        ({"images": [SMALL]}, []),
        ({"images": [LARGE], "enclosures": ["/a.mp3"]}, ["large.png"]),
        ({"images": [LARGE], "enclosures": ["/a.mp4"]}, ["a.mp4"]),
        ({"enclosures": ["/a.pdf"]}, []),
        ({}, []),
    ],
)
def test_the_enclosure_is_a_large_picture_or_a_video(
    site: SiteFolder, values: dict[str, Any], shown: list[str]
) -> None:
    assert enclosures(site, **values) == shown


def test_other_feeds_keep_their_enclosures(site: SiteFolder) -> None:
    enclosures(site, images=[SMALL], enclosures=["/a.pdf"])
    (enclosure,) = etree.fromstring(site.files()["rss.xml"]).iter("enclosure")
    assert enclosure.get("url") == "https://news.example.org/a.pdf"
