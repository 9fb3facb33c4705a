"""Whole sites of every feature: their generators make of them what is recorded beside them.

``./dev generators`` installs the generators. ``FEEDPUB_GOLDEN=write`` writes the records.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement, builder

from support.generator_programs import link_modules, program, run
from support.shown_sites import Article, check_record, copied, shown

pytestmark = pytest.mark.campaign


def test_docusaurus(tmp_path: Path) -> None:
    program("docusaurus")
    site = copied("docusaurus", tmp_path)
    link_modules(site)
    # Its cache is that of all sites with this configuration, wherever they are.
    run(site, "env", "DOCUSAURUS_NO_PERSISTENT_CACHE=1", "docusaurus", "build", "--no-minify")
    build = site / "build"
    feed = json.loads((build / "log" / "feed.json").read_text(encoding="utf-8"))
    check_record("docusaurus", dict(_of_docusaurus(item, build) for item in feed["items"]))


def _of_docusaurus(item: dict[str, Any], build: Path) -> Article:
    page = html.parse(build / item["url"].removeprefix("https://tides.example.org/sub/") / "index.html")
    data = json.loads(page.findtext(".//script[@type='application/ld+json']"))
    authors = data.get("author", [])
    return shown(
        item["url"],
        title=item["title"],
        date=data["datePublished"],
        # The number of a footnote is made unique by a digest of the file's path on the machine.
        body=re.sub(r"(user-content-fn(?:ref)?-\w+)-[0-9a-f]{6}", r"\1", item["content_html"]),
        authors=[author["name"] for author in (authors if isinstance(authors, list) else [authors])],
        topics=item["tags"],
        image=data.get("image", {}).get("url"),
        decoration=(
            "//a[contains(@class, 'hash-link')]",
            "//h2[@id='footnote-label']",
            "//div[contains(@class, 'codeBlockTitle')]",
        ),
        boxes=("//div[contains(@class, 'theme-admonition')]",),
        pictures={"A buoy": "https://tides.example.org/sub/img/cover.png"},
        change=_label_docusaurus,
    )


def _label_docusaurus(root: HtmlElement) -> None:
    """Put the label of each tab above its text, and make a title of the heading of each box."""
    for tabs in root.xpath("//div[contains(@class, 'tabs-container')]"):
        for label, panel in zip(tabs.xpath("ul/li"), tabs.xpath(".//div[@role='tabpanel']"), strict=True):
            panel.insert(0, builder.P(builder.STRONG(label.text_content())))
        tabs.find("ul").drop_tree()
    for heading in root.xpath("//div[contains(@class, 'admonitionHeading')]"):
        title = heading.text_content()
        heading.getparent().replace(heading, builder.P(builder.STRONG(title[0].upper() + title[1:])))
