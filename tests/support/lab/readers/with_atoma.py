"""atoma (https://github.com/NicolasLM/atoma), a strict parser with types."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import atoma

from support.lab.comparing import text_of
from support.lab.model import Format, Shown


class Atoma:
    """atoma."""

    name = "atoma"
    formats: tuple[Format, ...] = ("rss", "atom", "json")

    def read(self, document: bytes, format_: Format) -> list[Shown]:
        if format_ == "rss":
            return [_of_rss(item) for item in atoma.parse_rss_bytes(document).items]
        if format_ == "atom":
            return [_of_atom(entry) for entry in atoma.parse_atom_bytes(document).entries]
        return [_of_json(item) for item in atoma.parse_json_feed_bytes(document).items]


def _of_rss(item: Any) -> Shown:
    return Shown(
        id=item.guid,
        link=item.link,
        title=item.title,
        published=_written(item.pub_date),
        authors=(item.author,) if item.author else (),
        summary=item.description,
        body=item.content_encoded,
        enclosures=tuple(enclosure.url for enclosure in item.enclosures),
        topics=tuple(item.categories),
    )


def _of_atom(entry: Any) -> Shown:
    links = [link for link in entry.links if link.rel in (None, "alternate")]
    return Shown(
        id=entry.id_,
        link=links[0].href if links else None,
        title=_text(entry.title),
        published=_written(entry.published),
        updated=_written(entry.updated),
        authors=tuple(author.name for author in entry.authors),
        summary=_text(entry.summary),
        body=entry.content.value if entry.content else None,
        enclosures=tuple(link.href for link in entry.links if link.rel == "enclosure"),
        topics=tuple(category.term for category in entry.categories),
    )


def _of_json(item: Any) -> Shown:
    return Shown(
        id=item.id_,
        link=item.url,
        title=item.title,
        published=_written(item.date_published),
        updated=_written(item.date_modified),
        authors=(item.author.name,) if item.author else (),
        summary=item.summary,
        body=item.content_html,
        image=item.image,
        enclosures=tuple(attachment.url for attachment in item.attachments),
        topics=tuple(item.tags),
    )


def _text(construct: Any) -> str | None:
    if construct is None:
        return None
    return text_of(construct.value) if construct.text_type.value == "html" else construct.value


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
