"""Digests of what a build's results depend on besides the articles: the program, its libraries, the configuration.

A changed one makes the next build do again exactly what depends on it.
"""

from __future__ import annotations

import os
import platform
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec

from feedpub.collect import read_settings
from feedpub.config import Config
from feedpub.digests import content_digest
from feedpub.documents import page_settings
from feedpub.nodes import LIBYAML
from feedpub.pages import pages_of
from feedpub.reader import Source

# What turns a file into an article, and an article into bytes. Those of pages alone are in their fingerprint.
_LIBRARIES = (
    "PyYAML",
    "brotli",
    "feedgen",
    "idna",
    "lxml",
    "markdown-it-py",
    "mdurl",
    "msgspec",
    "nh3",
    "python-frontmatter",
    "tzdata",
)


@cache
def program() -> str:
    """Of the code that runs, Python and the libraries: not of their place, nor of when they were installed."""
    python = f"{platform.python_version()} {unicodedata.unidata_version} {zlib.ZLIB_RUNTIME_VERSION}"
    libraries = (f"{name} {version(name)}" for name in _LIBRARIES)
    return " ".join([code(os.path.dirname(__file__)).hex(), python, f"libyaml {LIBYAML}", *libraries])


def code(package: str) -> bytes:
    """Of the files of the folder ``package``: modules, templates, and what else is there."""
    digest = blake2b(digest_size=16)
    for name, path in sorted(_files(package, "")):
        with open(path, "rb", buffering=0) as file:
            data = file.read()
        digest.update(f"{len(name)}:{len(data)}:".encode() + os.fsencode(name) + data)
    return digest.digest()


def _files(folder: str, above: str) -> Iterator[tuple[str, str]]:
    """Each file below ``folder``, which is called ``above``: its name and its path."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__" or entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _files(entry.path, f"{above}{entry.name}/")
            elif entry.is_file():
                yield above + entry.name, entry.path


def reading(config: Config) -> bytes:
    """Of what decides what is read from a file."""
    # A permalink's {path} begins at the content folder.
    return _digest([program(), repr(read_settings(config)), repr(config.folders), str(config.max_file_size)])


def rendering(config: Config) -> bytes:
    """Of what decides how an article looks, and a feed but for its own title and entries."""
    shown = (config.site, config.hub, config.output.formats, config.output.pages)
    return _digest([reading(config).hex(), repr(shown)])


def pages(config: Config) -> bytes:
    """Of what decides how pages look besides that; empty where there are none.

    Raises :class:`~feedpub.pages.TemplateError`.
    """
    if not config.output.pages:
        return b""
    return _digest([pages_of(page_settings(config)).fingerprint().hex(), repr(config.feeds)])


def inputs(program: bytes, config: Config, others: Iterable[str]) -> bytes:
    """Of everything that a build's result depends on but the clock and the articles: the ``program``
    (:func:`rendering`), the whole configuration, and ``others``.
    """
    whole = repr(msgspec.structs.replace(config, root=Path(), file=Path()))
    return _digest([program.hex(), whole, *others])


def folders(found: Iterable[Sequence[Source]]) -> dict[str, bytes]:
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


def _digest(parts: Iterable[str]) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return digest.digest()
