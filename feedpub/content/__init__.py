"""The reader of article files: files → articles or problems.

Other packages get typed, frozen values, never YAML, TOML, JSON or folders.
"""

from feedpub.content.article import ArticleReading, read_article
from feedpub.content.article_url import entry_id
from feedpub.content.files import (
    ArticleFile,
    Stamp,
    Unreadable,
    UnreadableError,
    display,
    read,
    read_source,
    stamp_of,
)
from feedpub.content.read_settings import ReadSettings
from feedpub.content.scanning import Scan, scan, scan_paths
from feedpub.core.field_keys import FIELDS, keys_of

__all__ = [
    "FIELDS",
    "ArticleFile",
    "ArticleReading",
    "ReadSettings",
    "Scan",
    "Stamp",
    "Unreadable",
    "UnreadableError",
    "display",
    "entry_id",
    "keys_of",
    "read",
    "read_article",
    "read_source",
    "scan",
    "scan_paths",
    "stamp_of",
]
