"""The date and slug in the name of an article's file, and the article's permalink. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from feedpub.core import urls

_DATED_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(.+)", re.DOTALL)


def split_name(below: str) -> tuple[str, str | None, str]:
    """Return the folder, the date at the start of the file's name, and the rest without the suffix.

    The date is None if the name has none.
    """
    folder, _, name = below.rpartition("/")
    # A dot at the start or the end of a name begins no suffix.
    before, dot, suffix = name.rpartition(".")
    stem = before if dot and suffix and before else name
    if stem == "index" and folder:
        # The name of a page bundle is that of its folder.
        folder, _, stem = folder.rpartition("/")
    match = _DATED_NAME.fullmatch(stem)
    return (folder, match[1], match[2]) if match else (folder, None, stem)


def permalink_url(permalink: str, base_url: str, folder: str, stem: str, local: datetime) -> str:
    """Return the URL that ``content.permalink`` gives an article below ``base_url``.

    ``local`` is the time of publication in the site's time zone. Raise
    :class:`~feedpub.core.urls.UrlError` if the result is not a URL.
    """
    values = {
        "year": f"{local.year:04}",
        "month": f"{local.month:02}",
        "day": f"{local.day:02}",
        "slug": stem,
        "path": f"{folder}/{stem}" if folder else stem,
    }
    encoded = {name: urls.path_of(text) for name, text in values.items()}
    return urls.normalize(base_url + permalink.format(**encoded).lstrip("/"))
