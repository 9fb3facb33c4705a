"""The models of the files that belong to an article, and of the episode that one is.

URLs are normalized.
"""

from __future__ import annotations

import msgspec

from feedpub.core.media_types import is_recording, type_by_extension


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to an article: a recording, a download."""

    url: str
    type: str | None = None
    """The media type, if the front matter names it."""
    length: int | None = None
    """The length in bytes."""
    title: str | None = None
    duration: float | None = None
    """The running time in seconds."""

    @property
    def is_recording(self) -> bool:
        """True for audio and video."""
        return is_recording(self.type or type_by_extension(self.url) or "")


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """A file with the words of an episode."""

    url: str
    type: str | None = None
    """The media type, if the front matter names it."""
    language: str | None = None


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """The values of an article that only podcasts show."""

    number: int | None = None
    season: int | None = None
    type: str | None = None
    """``full``, ``trailer`` or ``bonus``."""
    explicit: bool | None = None
    """None if it is as the podcast is."""
    transcripts: tuple[Transcript, ...] = ()
    chapters: str | None = None
    """The URL of a file with the chapters."""
