"""The identity of the program that runs: its code, Python, and the libraries that shape its output.

Two programs of one identity make the same bytes of the same articles. The identity depends neither
on the folder nor on the date of an installation.
"""

from __future__ import annotations

import os
import platform
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version

import feedpub
from feedpub.core.yaml_parser import LIBYAML

# The libraries that turn a file into an article, and an article into bytes. Those that only pages
# use are part of the fingerprint of the pages.
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
    """Return the identity of the running program: the digest of its code, and all versions."""
    package = os.path.dirname(feedpub.__file__)
    python = f"{platform.python_version()} {unicodedata.unidata_version} {zlib.ZLIB_RUNTIME_VERSION}"
    libraries = (f"{name} {version(name)}" for name in _LIBRARIES)
    return " ".join([code(package).hex(), python, f"libyaml {LIBYAML}", *libraries])


def code(package: str) -> bytes:
    """Return the 16-byte digest of all files below the folder ``package``, with their names.

    Hidden files and the folders ``__pycache__`` do not count.
    """
    digest = blake2b(digest_size=16)
    for name, path in sorted(_files(package, "")):
        with open(path, "rb", buffering=0) as file:
            data = file.read()
        digest.update(f"{len(name)}:{len(data)}:".encode() + os.fsencode(name) + data)
    return digest.digest()


def _files(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each file below ``folder``; ``prefix`` begins each name."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__" or entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _files(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield prefix + entry.name, entry.path
