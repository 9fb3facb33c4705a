"""feedparser-rs (https://github.com/bug-ops/feedparser-rs), a parser in Rust with the interface of feedparser."""

from __future__ import annotations

from typing import Any

import feedparser_rs

from support.lab.comparing import text_of
from support.lab.model import Format, Shown


class FeedparserRs:
    """feedparser-rs."""

    name = "feedparser-rs"
    formats: tuple[Format, ...] = ("rss", "atom", "json")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        return [_shown(entry) for entry in feedparser_rs.parse(document).entries]


def _shown(entry: Any) -> Shown:
    title = entry.title_detail
    files = [one.href for one in entry.enclosures] + [one.url for one in entry.media_content]
    return Shown(
        id=entry.id,
        link=entry.link,
        title=text_of(title.value) if title.type == "text/html" else title.value,
        published=entry.published,
        updated=entry.updated,
        authors=tuple(author.name for author in entry.authors),
        summary=entry.summary,
        body=entry.content[0].value if entry.content else None,
        image=entry.media_thumbnail[0].url if entry.media_thumbnail else None,
        enclosures=tuple(files),
        topics=tuple(tag.term for tag in entry.tags),
    )
