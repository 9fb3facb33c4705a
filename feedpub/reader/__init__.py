"""Files → articles or problems. YAML, TOML, JSON and paths stop here; later rooms see typed, frozen values."""

from feedpub.reader.article import Reading, ReadSettings, entry_id, read_article
from feedpub.reader.contract import FIELDS, keys_of
from feedpub.reader.files import (
    Scan,
    Source,
    Stamp,
    Unreadable,
    UnreadableError,
    display,
    read,
    read_source,
    scan,
    scan_paths,
    stamp_of,
)

__all__ = [
    "FIELDS",
    "ReadSettings",
    "Reading",
    "Scan",
    "Source",
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
