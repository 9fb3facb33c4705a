"""fastfeedparser (https://github.com/kagisearch/fastfeedparser), the parser of Kagi's small web."""

from __future__ import annotations

from typing import Any

import fastfeedparser

from support.lab.model import Format, Shown


class FastFeedParser:
    """fastfeedparser."""

    name = "fastfeedparser"
    formats: tuple[Format, ...] = ("rss", "atom", "json")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        return [_shown(entry) for entry in fastfeedparser.parse(document).entries]


def _shown(entry: Any) -> Shown:
    bodies = [content["value"] for content in entry.get("content", ())]
    files = [*entry.get("enclosures", ()), *entry.get("media_content", ())]
    links = [link["href"] for link in entry.get("links", ()) if link["rel"] == "enclosure"]
    return Shown(
        id=entry.get("id"),
        link=entry.get("link"),
        title=entry.get("title"),
        published=entry.get("published"),
        updated=entry.get("updated"),
        authors=tuple(author["name"] for author in entry.get("authors", ())),
        summary=entry.get("description"),
        body=bodies[0] if bodies else None,
        image=entry.get("image"),
        enclosures=(*(file["url"] for file in files), *links),
        topics=tuple(tag["term"] for tag in entry.get("tags", ())),
    )
