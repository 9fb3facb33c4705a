"""The fingerprints of the inputs of a build: the program, the configuration and the files' stamps.

If a fingerprint changes, the next build repeats the work that depends on it, and no other work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import ArticleFile
from feedpub.core.digests import content_digest, digest_of_texts
from feedpub.feeds.paths import slugs_of
from feedpub.output.pages import pages_of
from feedpub.output.site import page_settings


class Fingerprints(msgspec.Struct, frozen=True, kw_only=True):
    """The fingerprints of one build."""

    rendering: bytes
    """See :func:`rendering`."""
    pages: bytes
    """See :func:`pages`."""
    inputs: bytes
    """See :func:`inputs`."""
    folders: Mapping[str, bytes]
    """See :func:`folders`."""
    checks: int
    """The revision of links.db; 0 if there was no link check."""

    @property
    def tree(self) -> bytes:
        """The digest of all folders together."""
        return content_digest(msgspec.msgpack.encode(sorted(self.folders.items())))


def rendering(reading: bytes, config: Config) -> bytes:
    """Return the digest of the inputs, besides articles, that all feeds depend on.

    ``reading`` is that of :func:`feedpub.content.fingerprint.reading_fingerprint`.
    """
    shown = (config.site, config.hub, config.output.formats, config.output.pages)
    return digest_of_texts([reading.hex(), repr(shown)])


def pages(config: Config) -> bytes:
    """Return the digest of the further inputs that pages depend on; empty if there are no pages.

    Raise :class:`~feedpub.output.pages.TemplateError` if a template cannot be used.
    """
    if not config.output.pages:
        return b""
    return digest_of_texts(
        [pages_of(page_settings(config)).fingerprint().hex(), repr((config.feeds, slugs_of(config)))]
    )


def inputs(rendering_digest: bytes, config: Config, further: Iterable[str]) -> bytes:
    """Return the digest of all inputs of a build but the clock and the articles.

    These are ``rendering_digest`` (see :func:`rendering`), the configuration and ``further`` texts.
    """
    whole = repr(msgspec.structs.replace(config, root=Path(), file=Path()))
    return digest_of_texts([rendering_digest.hex(), whole, *further])


def folders(files_by_folder: Iterable[Sequence[ArticleFile]]) -> dict[str, bytes]:
    """Return the digest of the file stamps of each folder, by the folder's path.

    Each item of ``files_by_folder`` is the files of one folder.
    """
    digests: dict[str, bytes] = {}
    for files_in_folder in files_by_folder:
        folder = folder_path(files_in_folder)
        try:
            stamps = msgspec.msgpack.encode(files_in_folder)
        except UnicodeEncodeError:
            # The name of a file may hold bytes that are not UTF-8.
            stamps = repr(files_in_folder).encode("utf-8", "surrogatepass")
        # Two folders have the same path if one is listed twice, or if their names print the same.
        digests[folder] = content_digest(digests.get(folder, b"") + stamps)
    return digests


def folder_path(files: Sequence[ArticleFile]) -> str:
    """Return the path of the folder that ``files`` are in."""
    return files[0].path.rpartition("/")[0]
