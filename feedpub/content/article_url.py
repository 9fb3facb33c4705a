"""The URL and the id of an article: from its front matter, or from ``content.permalink``."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import yaml

from feedpub.content.fields import FieldReader
from feedpub.content.file_names import FileName, permalink_url
from feedpub.content.missing import report_missing, site_key
from feedpub.content.read_settings import ReadSettings
from feedpub.core import urls
from feedpub.core.field_keys import CATEGORIES, FIELDS, SLUG
from feedpub.core.text import repair


def entry_id(text: str) -> str:
    """Return the id of an entry whose front matter has ``text`` as its id.

    Raise :class:`~feedpub.core.urls.UrlError` for an http(s) URL that is not valid.
    """
    text = text.strip(" \t\r\n")
    if text.lower().startswith(("http://", "https://")):
        return urls.normalize(text)
    return text if urls.is_uri(text) else uuid.uuid5(uuid.NAMESPACE_URL, repair(text)).urn


def written_url(reader: FieldReader, keys: Sequence[str], base_url: str) -> tuple[str | None, bool]:
    """Return the URL in the front matter, and whether it is a path below ``base_url``.

    Only the keys of ``content.fields`` may hold a path: those of the contract are URLs of sources.
    """
    field = reader.find(keys) if len(keys) > len(FIELDS["url"]) else None
    if field is None or field[0] in FIELDS["url"]:
        return reader.url(*keys), False
    node = field[1][1]
    url = reader.page(*keys, base=base_url)
    return url, url is not None and isinstance(node, yaml.ScalarNode) and urls.is_relative(node.value)


def own_url(reader: FieldReader, settings: ReadSettings, name: FileName, published_at: datetime | None) -> str | None:
    """Return the URL that ``content.permalink`` gives an article. If it gives none, report that."""
    if settings.permalink is None:
        hint = "give the http(s) URL of the source, or set content.permalink in the configuration"
        report_missing(reader, settings, "url", hint)
        return None
    if published_at is None:
        return None
    try:
        local, written = published_at.astimezone(settings.zone), _written(reader, settings.permalink)
        return permalink_url(settings.permalink, settings.base_url, name, local, written)
    except OverflowError:
        problem = "in content.timezone the date is outside the years 1 to 9999"
    except urls.UrlError as error:
        problem = f"content.permalink gives no URL: {error}"
    reader.missing(site_key(reader, settings, "url"), f"missing, and {problem}")
    return None


def _written(reader: FieldReader, permalink: str) -> dict[str, str]:
    """Return the parts of ``permalink`` that the front matter gives."""
    written = {"slug": (reader.line_of_text(SLUG) or "").strip("/")}
    if "{category}" in permalink:
        written["category"] = next(iter(reader.texts(*CATEGORIES)), "")
    return written
