"""The media of an article, with their types and lengths. Pure functions.

The front matter states the media type of an attachment. Without it, the file extension decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from feedpub.core.media_types import is_recording, medium_of, type_by_extension
from feedpub.core.models import Article, Image

_DEFAULT_IMAGE = "image/jpeg"
_UNKNOWN = "application/octet-stream"


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """One image, recording or download of an entry."""

    url: str
    type: str
    """The media type; never empty."""
    length: int = 0
    """In bytes; 0 if it is not known."""
    title: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    """In seconds."""
    credit: str | None = None
    """The attribution of an image."""

    @property
    def medium(self) -> str | None:
        """``audio``, ``image``, ``video``, or None (https://www.rssboard.org/media-rss#media-content)."""
        return medium_of(self.type)

    @property
    def is_recording(self) -> bool:
        """True for audio and video."""
        return is_recording(self.type)


def media_of(article: Article) -> tuple[tuple[Media, ...], tuple[Media, ...]]:
    """Return the attachments and the images of ``article``. Neither tuple holds a URL twice.

    The lead image is the first of the images. An image that is also an attachment is in both
    tuples, and the attachment takes the title, the size and the credit of the image.
    """
    images = _by_url(_images(article))
    attachments = _by_url(_with_image_facts(media, images.get(media.url)) for media in _attachments(article))
    return tuple(attachments.values()), tuple(images.values())


def enclosure_of(attachments: tuple[Media, ...], lead: Media | None) -> Media | None:
    """Return the enclosure for RSS, which allows only one for each item.

    It is the first recording, else the first attachment, else the lead image.
    """
    return next((media for media in (*_recordings(attachments), *attachments)), lead)


def _by_url(items: Iterable[Media]) -> dict[str, Media]:
    """Return the first of ``items`` for each URL."""
    by_url: dict[str, Media] = {}
    for media in items:
        by_url.setdefault(media.url, media)
    return by_url


def _with_image_facts(attachment: Media, image: Media | None) -> Media:
    if image is None:
        return attachment
    return msgspec.structs.replace(
        attachment,
        title=attachment.title or image.title,
        width=image.width,
        height=image.height,
        credit=image.credit,
    )


def _recordings(attachments: tuple[Media, ...]) -> Iterator[Media]:
    return (media for media in attachments if media.is_recording)


def _attachments(article: Article) -> Iterator[Media]:
    for attachment in article.attachments:
        media = Media(
            url=attachment.url,
            type=attachment.type or type_by_extension(attachment.url) or _UNKNOWN,
            length=attachment.length or 0,
            title=attachment.title,
            duration=attachment.duration,
        )
        if media.is_recording and media.duration is None and article.duration is not None:
            media = msgspec.structs.replace(media, duration=article.duration)
        yield media


def _images(article: Article) -> Iterator[Media]:
    for image in article.images:
        yield Media(
            url=image.url,
            type=_image_type(image),
            length=(image.measured.length if image.measured else None) or 0,
            title=image.title,
            width=image.width,
            height=image.height,
            credit=image.attribution,
        )


def _image_type(image: Image) -> str:
    measured = image.measured.media_type if image.measured else None
    types = (measured, type_by_extension(image.url))
    return next((media_type for media_type in types if media_type and media_type.startswith("image/")), _DEFAULT_IMAGE)
