"""What the name and place of an article's file say: its date, its slug, its URL on the owner's own site. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from feedpub.core import urls

_DATED_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(.+)", re.DOTALL)


def split_name(below: str) -> tuple[str, str | None, str]:
    """The folder, the date that the file's name begins with, if any, and the rest of the name without its ending."""
    folder, _, name = below.rpartition("/")
    # A name's ending follows a dot that neither begins nor ends it.
    before, dot, ending = name.rpartition(".")
    stem = before if dot and ending and before else name
    if stem == "index" and folder:
        # A page bundle is called after its folder, and lies where that does.
        folder, _, stem = folder.rpartition("/")
    match = _DATED_NAME.fullmatch(stem)
    return (folder, match[1], match[2]) if match else (folder, None, stem)


def own_url(permalink: str, base_url: str, folder: str, stem: str, local: datetime) -> str:
    """The URL that ``content.permalink`` gives an article below ``base_url``, published at ``local`` in the site's
    time zone. Raises :class:`~feedpub.core.urls.UrlError`.
    """
    place = {
        "year": f"{local.year:04}",
        "month": f"{local.month:02}",
        "day": f"{local.day:02}",
        "slug": stem,
        "path": f"{folder}/{stem}" if folder else stem,
    }
    encoded = {name: urls.path_of(text) for name, text in place.items()}
    return urls.normalize(base_url + permalink.format(**encoded).lstrip("/"))
