"""podcastparser (https://gpodder.github.io/podcastparser/), the parser of gPodder: episodes alone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import podcastparser

from support.lab.model import FILES, Format, Shown


class PodcastParser:
    """podcastparser."""

    name = "podcastparser"
    formats: tuple[Format, ...] = ("rss", "atom")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        feed = podcastparser.parse(f"https://news.example.org/{FILES[format_]}", BytesIO(document))
        return [
            Shown(
                id=episode["guid"],
                link=episode["link"],
                title=episode["title"],
                published=datetime.fromtimestamp(episode["published"], UTC).isoformat(),
                summary=episode["description"],
                body=episode.get("description_html"),
                image=episode.get("episode_art_url"),
                enclosures=tuple(enclosure["url"] for enclosure in episode["enclosures"]),
            )
            for episode in feed["episodes"]
        ]
