"""The digest of all inputs of an article other than its file."""

from __future__ import annotations

from feedpub.config import Config
from feedpub.content.read_settings import ReadSettings, read_settings
from feedpub.core.digests import digest_of_texts
from feedpub.core.program import program


def reading_fingerprint(config: Config, settings: ReadSettings | None = None) -> bytes:
    """Return the digest of all inputs of an article other than its file.

    ``settings`` are those of ``config``, if the caller has them.
    """
    # A permalink's {path} begins at the content folder.
    return digest_of_texts(
        [program(), repr(settings or read_settings(config)), repr(config.folders), str(config.max_file_size)]
    )
