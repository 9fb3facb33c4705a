"""The size of a picture in pixels, by the first bytes of its file: JPEG, PNG or GIF."""

from __future__ import annotations

HEAD_SIZE = 1 << 20
"""The bytes that are enough: of JPEG, metadata stands before the size."""

_PNG = b"\x89PNG\r\n\x1a\n"
_GIF = (b"GIF87a", b"GIF89a")
_START = b"\xff\xd8"
# The frame headers of JPEG, without the tables among their numbers (ITU-T T.81, table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of_image(head: bytes) -> tuple[int, int] | None:
    """Return the width and the height of the picture whose file begins with ``head``.

    Return None if it is no picture of these formats, or damaged.
    """
    if head.startswith(_PNG) and len(head) >= 24:
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if head.startswith(_GIF) and len(head) >= 10:
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    return _size_of_jpeg(head) if head.startswith(_START) else None


def _size_of_jpeg(head: bytes) -> tuple[int, int] | None:
    position = len(_START)
    while position + 9 <= len(head) and head[position] == 0xFF:
        marker = head[position + 1]
        if marker == 0xFF:
            position += 1  # a fill byte before the marker
        elif marker in _FRAMES:
            return int.from_bytes(head[position + 7 : position + 9]), int.from_bytes(head[position + 5 : position + 7])
        else:
            position += 2 + int.from_bytes(head[position + 2 : position + 4])
    return None
