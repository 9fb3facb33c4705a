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


BACK_NUMBER = "//a[contains(@class, 'footnote-backref')]/sup"
"""The number of a link back to one of several references to a footnote."""
NAMES_OF_BOXES = ("INFO", "NOTE", "TIP", "WARNING", "DANGER")


def _drop_title(root: HtmlElement, title: str) -> None:
    """Drop the heading that begins the text of a page and says the title: feeds show it above."""
    first = root.find(".//h1")
    if first is not None and first.text_content().rstrip("\u200b\xb6 ") == title:
        first.drop_tree()


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
            BACK_NUMBER,
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
    for title in root.xpath("//div[contains(@class, 'codeBlockTitle')]"):
        title.getparent().replace(title, builder.P(builder.STRONG(title.text)))
    for heading in root.xpath("//div[contains(@class, 'admonitionHeading')]"):
        for icon in heading.xpath("span[contains(@class, 'admonitionIcon')]"):
            icon.drop_tree()
        heading.tag, heading.text = "strong", heading.text[:1].upper() + heading.text[1:]


def test_eleventy(tmp_path: Path) -> None:
    program("eleventy")
    site = copied("eleventy", tmp_path)
    link_modules(site)
    run(site, "eleventy", "--quiet")
    rows = json.loads((site / "_site" / "shown.json").read_text(encoding="utf-8"))
    check_record("eleventy", dict(_of_eleventy(row, site / "_site") for row in rows if row["url"]))


def _of_eleventy(row: dict[str, Any], build: Path) -> Article:
    page = html.parse(build / row["url"].lstrip("/") / "index.html")
    return shown(
        f"https://leaves.example.org{row['url']}",
        title=row["title"],
        date=row["date"],
        body=html.tostring(page.find(".//article"), encoding="unicode"),
        authors=[row["author"]] if row["author"] else [],
        topics=[tag for tag in row["tags"] if tag != "posts"],
        image=row["image"],
        excerpt=row["excerpt"],
    )


def test_hexo(tmp_path: Path) -> None:
    program("hexo")
    site = copied("hexo", tmp_path)
    link_modules(site)
    run(site, "env", "TZ=UTC", "hexo", "generate", "--silent")
    rows = json.loads((site / "public" / "shown.json").read_text(encoding="utf-8"))
    check_record("hexo", dict(map(_of_hexo, rows)))


def _of_hexo(row: dict[str, Any]) -> Article:
    return shown(
        row["url"],
        title=row["title"],
        date=row["date"],
        body=row["body"],
        authors=[row["author"]] if row.get("author") else [],
        topics=row["topics"],
        image="/sub" + row["image"] if "image" in row else None,
        excerpt=row.get("excerpt"),
        decoration=("//a[contains(@class, 'headerlink')]",),
    )


def test_vitepress(tmp_path: Path) -> None:
    program("vitepress")
    site = copied("vitepress", tmp_path)
    link_modules(site)
    run(site, "vitepress", "build")
    dist = site / ".vitepress" / "dist"
    rows = json.loads((dist / "shown.json").read_text(encoding="utf-8"))
    pages = {row["url"]: dist / f"{row['url'].lstrip('/')}{'index' * row['url'].endswith('/')}.html" for row in rows}
    made = [row for row in rows if pages[row["url"]].is_file()]
    check_record("vitepress", dict(_of_vitepress(row, pages[row["url"]]) for row in made))


def _of_vitepress(row: dict[str, Any], path: Path) -> Article:
    url = "https://wind.example.org/sub" + row["url"]
    front = row["frontmatter"]
    page = html.parse(path).getroot()
    (article,) = page.xpath("//div[contains(@class, 'vp-doc')]/div")
    tags = front.get("tags", [])
    title = page.findtext(".//title").partition(" | ")[0]
    return shown(
        url,
        title=title,
        date=front["date"],
        body=html.tostring(article, encoding="unicode"),
        authors=[front["author"]] if "author" in front else [],
        topics=tags if isinstance(tags, list) else [tags],
        image="/sub" + front["image"] if "image" in front else None,
        decoration=(
            "//a[@class='header-anchor']",
            "//button",
            "//span[@class='lang']",
            "//nav",
            "//div[contains(@class, 'line-numbers-wrapper')]",
        ),
        boxes=("//div[contains(@class, 'custom-block')]",),
        pictures=dict.fromkeys(("A vane", "Raw"), "https://wind.example.org/sub/cover.png"),
        change=lambda root: (_drop_title(root, title), _label_vitepress(root)),
    )


def _label_vitepress(root: HtmlElement) -> None:
    """Put the label of each tab above its code, and make a title of the heading of each box."""
    for tabs in root.xpath("//div[contains(@class, 'vp-code-group')]"):
        for label, code in zip(tabs.xpath(".//label"), tabs.xpath("div[@class='blocks']/div"), strict=True):
            code.insert(0, builder.P(builder.STRONG(label.text)))
        tabs.xpath("div[@class='tabs']")[0].drop_tree()
    for heading in root.xpath("//p[contains(@class, 'custom-block-title')]"):
        title = heading.text.capitalize() if heading.text in NAMES_OF_BOXES else heading.text
        heading.getparent().replace(heading, builder.P(builder.STRONG(title)))


def test_astro(tmp_path: Path) -> None:
    program("astro")
    site = copied("astro", tmp_path)
    link_modules(site)
    run(site, "astro", "build")
    pages = sorted((site / "dist" / "blog").rglob("index.html"))
    check_record("astro", dict(_of_astro(page, site / "dist") for page in pages))


def _of_astro(path: Path, dist: Path) -> Article:
    page = html.parse(path).getroot()
    data = json.loads(page.findtext(".//script[@id='shown']"))
    folder = path.parent.relative_to(dist).as_posix()
    return shown(
        f"https://stars.example.org/sub/{folder}/",
        title=data["title"],
        date=data["pubDate"],
        body=html.tostring(page.find(".//article"), encoding="unicode"),
        authors=[data["author"]] if "author" in data else [],
        topics=data["tags"],
        image="/sub" + data["heroImage"] if "heroImage" in data else None,
        excerpt=data.get("description"),
        decoration=("//h2[@id='footnote-label']", BACK_NUMBER),
        pictures=dict.fromkeys(("A dome", "Raw"), "https://stars.example.org/sub/cover.png"),
    )


NAMES = {"kim": "Kim Lie", "liv": "Liv Aas"}
"""The names of the authors of Jekyll's site."""
TABLE_OF_CONTENTS = ("//ul[@id='markdown-toc']", "//div[@class='toc']")


def test_jekyll(tmp_path: Path) -> None:
    site = copied("jekyll", tmp_path)
    run(site, "jekyll", "build", "--quiet")
    rows = json.loads((site / "_site" / "shown.json").read_text(encoding="utf-8"))
    check_record("jekyll", dict(map(_of_jekyll, rows)))


def _of_jekyll(row: dict[str, Any]) -> Article:
    return shown(
        row["url"],
        title=row["title"],
        date=row["date"],
        body=row["body"],
        authors=[
            NAMES.get(name, name) for name in (row["author"] if isinstance(row["author"], list) else [row["author"]])
        ],
        topics=list({topic.casefold(): topic for topic in reversed([*row["categories"], *row["tags"]])}.values())[::-1],
        image="/sub" + row["image"] if row["image"] else None,
        # Without a mark, Jekyll takes the whole text.
        excerpt=row["excerpt"] if row["excerpt"] != row["body"] else None,
        decoration=("//a[@class='reversefootnote']/sup", *TABLE_OF_CONTENTS),
        change=lambda root: [figure.drop_tag() for figure in root.xpath("//figure[@class='highlight']")],
    )


def test_pelican(tmp_path: Path) -> None:
    site = copied("pelican", tmp_path)
    run(site, "pelican", "content", "-s", "pelicanconf.py", "-o", "out")
    rows = json.loads((site / "out" / "shown.json").read_text(encoding="utf-8"))
    check_record("pelican", dict(map(_of_pelican, rows)))


def _of_pelican(row: dict[str, Any]) -> Article:
    return shown(
        row["url"],
        title=row["title"],
        date=row["date"],
        body=row["body"],
        authors=row["authors"],
        topics=row["topics"],
        image="/sub/" + row["image"] if row["image"] else None,
        excerpt=row["summary"],
        decoration=TABLE_OF_CONTENTS,
        boxes=("//div[contains(@class, 'admonition')]",),
        change=_label_python,
    )


def _label_python(root: HtmlElement) -> None:
    """Make titles of the headings of boxes, of the names of files, and of the labels of tabs."""
    for tabs in root.xpath("//div[contains(@class, 'tabbed-set')]"):
        labels = tabs.xpath("div[@class='tabbed-labels']/label")
        for label, block in zip(labels, tabs.xpath(".//div[@class='tabbed-block']"), strict=True):
            block.insert(0, builder.P(builder.STRONG(label.text)))
        for part in tabs.xpath("input | div[@class='tabbed-labels']"):
            part.drop_tree()
    for title in root.xpath("//p[@class='admonition-title'] | //span[@class='filename']"):
        title.getparent().replace(title, builder.P(builder.STRONG(title.text)))


def test_material_for_mkdocs(tmp_path: Path) -> None:
    site = copied("mkdocs", tmp_path)
    run(site, "mkdocs", "build", "--quiet")
    rows = json.loads((site / "site" / "shown.json").read_text(encoding="utf-8"))
    check_record("mkdocs", dict(map(_of_material, rows)))


def _of_material(row: dict[str, Any]) -> Article:
    return shown(
        row["url"],
        title=row["title"],
        date=row["date"],
        body=row["body"],
        authors=row["authors"],
        topics=row["topics"],
        image=row["image"],
        excerpt=row["excerpt"],
        decoration=("//a[@class='headerlink']",),
        boxes=("//div[contains(@class, 'admonition')]",),
        change=lambda root: (_drop_title(root, row["title"]), _label_python(root)),
    )
