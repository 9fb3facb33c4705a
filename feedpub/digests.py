"""Digests of bytes: what tells one content from another."""

from __future__ import annotations

from hashlib import blake2b


def content_digest(data: bytes) -> bytes:
    """16 bytes."""
    return blake2b(data, digest_size=16).digest()
