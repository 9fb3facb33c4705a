"""Digests of bytes and of texts: equal digests mean equal contents. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def content_digest(data: bytes) -> bytes:
    """Return the BLAKE2b digest of ``data``: 16 bytes."""
    return blake2b(data, digest_size=16).digest()


def digest_of_texts(texts: Iterable[str]) -> bytes:
    """Return the BLAKE2b digest of ``texts`` and of the borders between them: 16 bytes."""
    digest = blake2b(digest_size=16)
    for text in texts:
        digest.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return digest.digest()
