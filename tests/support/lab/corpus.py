"""The articles of the lab: one for each case that has confused a reader, with what a person must read of it.

The expectation is written down, and not derived from the program.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from support.lab.model import FILES, Format, Shown
from support.published_feeds import published_at
from support.site import SiteFolder

CONFIG = """\
site: {title: "R&D <News>", base_url: "https://news.example.org/", author: {name: Example News}}
content: {path: content, permalink: "/{year}/{month}/{slug}/"}
"""
SITE = "https://news.example.org"
PICTURE = "https://img.example.com/p.jpg?a=1&b=2"
_SENTENCE = "A body with words."


class Case(NamedTuple):
    """An article and what must arrive of it."""

    name: str
    matter: dict[str, Any]
    """The front matter, besides title, date and source where they are plain."""
    body: str
    shown: Shown


def case(name: str, body: str = _SENTENCE, shown: dict[str, Any] | None = None, **matter: Any) -> Case:
    """Return the case of an article with ``matter``. ``shown`` is what differs from a plain article."""
    expected = {
        "id": f"https://example.com/{name}",
        "link": f"https://example.com/{name}",
        "title": f"Title of {name}",
        "published": "2024-05-01T10:00:00+00:00",
        "authors": ("Example News",),
        "body": f"<p>{body}</p>" if body else None,
        **(shown or {}),
    }
    return Case(name, matter, body, Shown(**expected))


def titled(name: str, written: str, read: str) -> Case:
    """Return the case of a title that is ``written`` in the front matter and ``read`` by a person."""
    return case(name, title=written, shown={"title": read})


def _attached(*names: str) -> dict[str, Any]:
    return {"enclosures": [{"url": f"https://media.example.com/{name}", "length": 1000} for name in names]}


CASES = (
    case(
        "plain",
        excerpt="All of it, shortly.",
        images=[{"url": PICTURE, "width": 800, "height": 600, "title": "A picture"}],
        topics=["AI", "Space"],
        provider={"name": "The Gazette", "domain": "gazette.example", "authors": [{"name": "Ann Lee"}]},
        shown={
            "summary": "All of it, shortly.",
            "image": PICTURE,
            "topics": ("AI", "Space"),
            "authors": ("Ann Lee",),
        },
    ),
    titled("title-entities", "AT&amp;T and H&#038;M", "AT&T and H&M"),
    titled("title-ampersand", "Q&A: R&D", "Q&A: R&D"),
    titled("title-less-than", "a < b && c > d", "a < b && c > d"),
    titled("title-tags", "Why <b> beats <strong>", "Why <b> beats <strong>"),
    titled("title-element", "The <em>best</em> <script>x</script>", "The <em>best</em> <script>x</script>"),
    titled("title-of-html", "Write &amp;amp; for &amp;", "Write &amp; for &"),
    titled("title-symbols", "!? … *** #1", "!? … *** #1"),
    titled("title-quotes", "\"Quoted\" & 'single' – «x»", "\"Quoted\" & 'single' – «x»"),
    titled("title-lines", "Two\n  lines", "Two lines"),
    titled("title-emoji", "👩🏽‍🚀 in 🇺🇳 ❤️ 𝒳", "👩🏽‍🚀 in 🇺🇳 ❤️ 𝒳"),
    titled("title-right-to-left", "أخبار AI اليوم (2024)", "أخبار AI اليوم (2024)"),
    titled("title-cdata-end", "a[b[0]]> c <![CDATA[x]]>", "a[b[0]]> c <![CDATA[x]]>"),
    titled("title-c1", "It\x92s \x93quoted\x94", "It’s “quoted”"),
    titled("title-long", "word " * 200, ("word " * 200).strip()),
    titled("title-markdown", "`code` and *stars* and [x](y)", "`code` and *stars* and [x](y)"),
    case("no-body", "", excerpt="Only this.", shown={"summary": "Only this."}),
    case("title-alone", ""),
    case(
        "right-to-left",
        '<p dir="rtl">שלום <b>world</b></p>',
        excerpt="שלום, world!",
        language="he",
        shown={"summary": "שלום, world!", "body": '<p dir="rtl">שלום <b>world</b></p>'},
    ),
    case(
        "excerpt-html",
        excerpt="<p>With <em>tags</em> &amp; more</p>",
        shown={"summary": "With tags & more"},
    ),
    case("excerpt-signs", excerpt="a < b & c", shown={"summary": "a < b & c"}),
    case(
        "body-code",
        "`<b>` &amp; `]]>`\n\n```\nif a < b && c:\n```\n",
        shown={
            "body": "<p><code>&lt;b&gt;</code> &amp; <code>]]&gt;</code></p><pre>if a &lt; b &amp;&amp; c:</pre>",
        },
    ),
    case(
        "body-c1",
        "It\x92s 👩🏽‍🚀",
        shown={"body": "<p>It’s 👩🏽‍🚀</p>"},
    ),
    case(
        "relative-links",
        "[there](/there/?a=1&b=2#c) ![p](../p.png)",
        sourceUrl=None,
        shown={
            "id": f"{SITE}/2024/05/relative-links/",
            "link": f"{SITE}/2024/05/relative-links/",
            "body": f'<p><a href="{SITE}/there/?a=1&amp;b=2#c">there</a> <img src="{SITE}/2024/05/p.png" alt="p"></p>',
        },
    ),
    case(
        "link-signs",
        sourceUrl="https://example.com/a?b=1&c=%20ä",
        shown={"id": "https://example.com/a?b=1&c=%20%C3%A4", "link": "https://example.com/a?b=1&c=%20%C3%A4"},
    ),
    case("id-text", id="42", shown={"id": "urn:uuid:5c2b23de-4bad-58ee-a4b3-f22f3b9cfd7d"}),
    case(
        "ten-authors",
        authors=[{"name": f"Author {number}"} for number in range(10)],
        shown={"authors": tuple(f"Author {number}" for number in range(10))},
    ),
    case("author-signs", authors=["Ann & Bob <x>"], shown={"authors": ("Ann & Bob <x>",)}),
    case(
        "topics-signs",
        topics=["R&D", "C++", "a, b", "<b>", "机器学习"],
        shown={"topics": ("R&D", "C++", "a, b", "<b>", "机器学习")},
    ),
    case("updated-later", updatedDateTime="2024-05-03T08:00:00Z", shown={"updated": "2024-05-03T08:00:00+00:00"}),
    case("audio", **_attached("a.mp3"), shown={"enclosures": ("https://media.example.com/a.mp3",)}),
    case("video", **_attached("v.mp4"), shown={"enclosures": ("https://media.example.com/v.mp4",)}),
    case(
        "several-enclosures",
        images=[{"url": PICTURE}],
        **_attached("a.mp3", "v.mp4", "d.pdf"),
        shown={
            "image": PICTURE,
            "enclosures": tuple(f"https://media.example.com/{name}" for name in ("a.mp3", "v.mp4", "d.pdf")),
        },
    ),
)


def _front_matter(one: Case) -> dict[str, Any]:
    """Return the keys that a valid article needs, and those of the case. None takes a key away."""
    needed = {
        "title": f"Title of {one.name}",
        "publishedDateTime": "2024-05-01T10:00:00Z",
        "sourceUrl": f"https://example.com/{one.name}",
    }
    return {key: value for key, value in {**needed, **one.matter}.items() if value is not None}


@cache
def documents(more: str = "") -> dict[Format, bytes]:
    """Return the feed of all cases in each format, with ``more`` in the configuration."""
    with tempfile.TemporaryDirectory() as folder:
        site = SiteFolder(Path(folder) / "site")
        site.configure(more, base=CONFIG)
        for one in CASES:
            site.write(one.name, f"---\n{yaml.safe_dump(_front_matter(one), allow_unicode=True)}---\n{one.body}")
        files = published_at(site.root).files
    return {format_: files[file] for format_, file in FILES.items()}
