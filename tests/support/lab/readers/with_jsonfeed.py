"""jsonfeed-util (https://github.com/lukasschwab/jsonfeed), a parser of JSON Feed alone."""

from __future__ import annotations

import jsonfeed

from support.lab.model import Format, Shown


class JsonFeedUtil:
    """jsonfeed-util."""

    name = "jsonfeed-util"
    formats: tuple[Format, ...] = ("json",)

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        feed = jsonfeed.Feed.parse_string(document.decode())
        return [
            Shown(
                id=item.id,
                link=item.url,
                title=item.title,
                published=item.date_published,
                updated=item.date_modified,
                authors=tuple(author.name for author in item.authors or ()),
                summary=item.summary,
                body=item.content_html,
                image=item.image,
                enclosures=tuple(attachment.url for attachment in item.attachments),
                topics=tuple(item.tags),
            )
            for item in feed.items
        ]
