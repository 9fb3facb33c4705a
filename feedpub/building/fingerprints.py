"""Digests of what a build's results depend on besides the articles: the program, its libraries, the configuration.

A changed one makes the next build do again exactly what depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.content import ArticleFile
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.core.digests import content_digest, digest_of_texts
from feedpub.output.documents import page_settings
from feedpub.output.pages import pages_of


def rendering(config: Config) -> bytes:
    """Of what decides how an article looks, and a feed but for its own title and entries."""
    shown = (config.site, config.hub, config.output.formats, config.output.pages)
    return digest_of_texts([reading_fingerprint(config).hex(), repr(shown)])


def pages(config: Config) -> bytes:
    """Of what decides how pages look besides that; empty where there are none.

    Raises :class:`~feedpub.output.pages.TemplateError`.
    """
    if not config.output.pages:
        return b""
    return digest_of_texts([pages_of(page_settings(config)).fingerprint().hex(), repr(config.feeds)])


def inputs(program: bytes, config: Config, others: Iterable[str]) -> bytes:
    """Of everything that a build's result depends on but the clock and the articles: the ``program``
    (:func:`rendering`), the whole configuration, and ``others``.
    """
    whole = repr(msgspec.structs.replace(config, root=Path(), file=Path()))
    return digest_of_texts([program.hex(), whole, *others])


def folders(found: Iterable[Sequence[ArticleFile]]) -> dict[str, bytes]:
    """Of the stamps of the files of each folder, by its path."""
    digests: dict[str, bytes] = {}
    for sources in found:
        folder = sources[0].path.rpartition("/")[0]
        try:
            stamps = msgspec.msgpack.encode(sources)
        except UnicodeEncodeError:
            # A file's name is not always text.
            stamps = repr(sources).encode("utf-8", "surrogatepass")
        # Two folders share a path where one is listed twice, or their names are shown alike.
        digests[folder] = content_digest(digests.get(folder, b"") + stamps)
    return digests


def tree(digests: Mapping[str, bytes]) -> bytes:
    """Of all :func:`folders`."""
    return content_digest(msgspec.msgpack.encode(sorted(digests.items())))
