"""feedparser (https://feedparser.readthedocs.io/), which many readers in Python are built on."""

from __future__ import annotations

from typing import Any

import feedparser

from support.lab.comparing import text_of
from support.lab.model import FILES, Format, Shown

MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


class Feedparser:
    """feedparser as it is by default: it sanitizes HTML and resolves URLs."""

    name = "feedparser"
    formats: tuple[Format, ...] = ("rss", "atom")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        headers = {
            "content-type": f"{MEDIA_TYPES[format_]}; charset=utf-8",
            "content-location": f"https://news.example.org/{FILES[format_]}",
        }
        return [shown(entry) for entry in feedparser.parse(document, response_headers=headers).entries]


def shown(entry: Any) -> Shown:
    """Return the entry of feedparser."""
    title = entry.get("title")
    is_html = title is not None and entry.title_detail.type == "text/html"
    images = [one["url"] for one in entry.get("media_thumbnail", ())]
    files = [one.href for one in entry.get("enclosures", ())] + [one["url"] for one in entry.get("media_content", ())]
    bodies = [one.value for one in entry.get("content", ()) if one.type == "text/html"]
    return Shown(
        id=entry.get("id"),
        link=entry.get("link"),
        title=text_of(title) if is_html else title,
        published=entry.get("published"),
        updated=entry.get("updated") if "updated" in entry.keys() else None,  # noqa: SIM118  # get() falls back
        authors=tuple(author.name for author in entry.get("authors", ()) if "name" in author),
        summary=entry.get("summary"),
        body=bodies[0] if bodies else None,
        image=images[0] if images else None,
        enclosures=tuple(files),
        topics=tuple(tag.term for tag in entry.get("tags", ())),
    )
