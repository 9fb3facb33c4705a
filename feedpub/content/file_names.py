"""The parts of the name of an article's file, and the article's permalink. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from feedpub.core import urls

_SLASHES = re.compile("/{2,}")
_DATED_NAME = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})-(.+)", re.DOTALL)


class FileName(NamedTuple):
    """The parts of the path of an article's file below its content folder."""

    folder: str
    day: str | None
    """The date at the start of the file's name; None if it has none."""
    slug: str
    """The rest of the file's name, without the suffix."""
    filename: str
    """The file's name with its date, without the suffix."""


def split_name(below: str) -> FileName:
    """Return the parts of the path ``below``. The name of a page bundle is that of its folder."""
    folder, _, name = below.rpartition("/")
    # A dot at the start or the end of a name begins no suffix.
    before, dot, suffix = name.rpartition(".")
    stem = before if dot and suffix and before else name
    if stem == "index" and folder:
        folder, _, stem = folder.rpartition("/")
    match = _DATED_NAME.fullmatch(stem)
    return FileName(folder, match[1], match[2], stem) if match else FileName(folder, None, stem, stem)


def permalink_url(permalink: str, base_url: str, name: FileName, local: datetime, written: Mapping[str, str]) -> str:
    """Return the URL that ``content.permalink`` gives an article below ``base_url``.

    ``local`` is the time of publication in the site's time zone, and ``written`` holds the ``slug``
    and ``category`` of the front matter. A part without a value leaves no empty folder. Raise
    :class:`~feedpub.core.urls.UrlError` if the result is not a URL.
    """
    slug, category = written.get("slug") or name.slug, written.get("category", "")
    parts = {
        "year": f"{local.year:04}",
        "month": f"{local.month:02}",
        "day": f"{local.day:02}",
        "slug": slug,
        "path": f"{name.folder}/{slug}" if name.folder else slug,
        "folder": name.folder,
        "filename": name.filename,
        "category": category,
    }
    path = permalink.format(**{part: urls.path_of(text) for part, text in parts.items()})
    if not name.folder or not category:
        path = _SLASHES.sub("/", path)
    return urls.normalize(base_url + path.lstrip("/"))
