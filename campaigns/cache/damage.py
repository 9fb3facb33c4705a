"""The kinds of damage, as functions from the bytes of a file, and those before, to damaged ones."""

from __future__ import annotations

import random
from collections.abc import Callable

PAGE = 4096

Damage = Callable[[bytes, bytes, random.Random], bytes]


def _bit(data: bytes, _: bytes, chance: random.Random) -> bytes:
    return _replaced(data, chance.randrange(len(data)), lambda byte: byte ^ 1 << chance.randrange(8))


def _byte(data: bytes, _: bytes, chance: random.Random) -> bytes:
    return _replaced(data, chance.randrange(len(data)), lambda byte: (byte + chance.randrange(1, 256)) % 256)


def _stretch(data: bytes, _: bytes, chance: random.Random) -> bytes:
    """Copy a stretch to another place, or fill one with zeros."""
    length = chance.randint(1, min(chance.choice([8, 64, 512, PAGE]), len(data)))
    start = chance.randrange(len(data) - length + 1)
    source = chance.randrange(len(data) - length + 1)
    content = data[source : source + length] if chance.random() < 0.5 else bytes(length)
    return data[:start] + content + data[start + length :]


def _pages(data: bytes, _: bytes, chance: random.Random) -> bytes:
    """Swap two pages."""
    pages = _pages_of(data)
    one, other = chance.sample(range(len(pages)), 2)
    pages[one], pages[other] = pages[other], pages[one]
    return b"".join(pages)


def _journal(data: bytes, before: bytes, chance: random.Random) -> bytes:
    """Mix the pages before a commit with those after it, as a kill and a lost journal leave them."""
    new, old = _pages_of(data), _pages_of(before)
    share = chance.random()
    pages = [old[number] if number < len(old) and chance.random() < share else page for number, page in enumerate(new)]
    return b"".join(pages)


KINDS: dict[str, Damage] = {
    "bits": _bit,
    "bytes": _byte,
    "stretches": _stretch,
    "pages": _pages,
    "journal": _journal,
}


def _replaced(data: bytes, position: int, change: Callable[[int], int]) -> bytes:
    return data[:position] + bytes((change(data[position]),)) + data[position + 1 :]


def _pages_of(data: bytes) -> list[bytes]:
    return [data[start : start + PAGE] for start in range(0, len(data), PAGE)]
