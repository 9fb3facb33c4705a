"""Whole sites of every feature: a reader of the feed sees of each article what its page shows.

What the generators make of the sites is recorded beside them; ``test_real_sites.py`` compares the
records with the generators themselves. The differences that are on purpose are in docs/moving.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.shown_sites import copied, published, recorded

OWNERS = {
    "astro": "Star Charts",
    "docusaurus": "Tide Tables",
    "eleventy": "Dag Lund",
    "hexo": "Finn Dahl",
    "jekyll": "Jo Ness",
    "mkdocs": "Per Dal",
    "pelican": "Mia Rud",
    "vitepress": "Wind Diary",
}
"""The author of articles without one."""
FUTURE = "Of the future"
"""The title of the article that a feed shows in its time, though the site may show it at once."""


@pytest.mark.parametrize("name", OWNERS)
def test_feeds_show_what_the_pages_show(tmp_path: Path, name: str) -> None:
    expected = {url: page for url, page in recorded(name).items() if page["title"] != FUTURE}
    found = published(copied(name, tmp_path))
    assert found.keys() == expected.keys()
    for url, page in expected.items():
        page["authors"] = page["authors"] or [OWNERS[name]]
        body = found[url]["body"]
        for number, line in enumerate(page["body"][: len(body)]):
            if line == "<pre >" and body[number].startswith(line[:-1]):
                # The page does not say in which language the code is.
                body[number] = line
        if page["excerpt"] is None:
            # Feeds have one wherever the text has a mark.
            del page["excerpt"]
        for key, value in page.items():
            assert found[url][key] == value, (url, key)
    assert len(expected) >= 4
