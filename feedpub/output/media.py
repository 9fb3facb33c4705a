"""The media of an article, with their types and lengths. Pure functions.

The front matter states the media type of an attachment. Without it, the file extension decides, by
the table in this module. The tables of the operating system are not read, so that every machine
writes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import msgspec

from feedpub.core.models import Article, Image

# https://www.iana.org/assignments/media-types/
_PATH = re.compile("[a-z]+://[^/?#]*([^?#]*)", re.IGNORECASE)
_TYPES = {
    "7z": "application/x-7z-compressed",
    "aac": "audio/aac",
    "aif": "audio/aiff",
    "aiff": "audio/aiff",
    "apk": "application/vnd.android.package-archive",
    "avi": "video/x-msvideo",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "bz2": "application/x-bzip2",
    "csv": "text/csv",
    "deb": "application/vnd.debian.binary-package",
    "dmg": "application/x-apple-diskimage",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "exe": "application/vnd.microsoft.portable-executable",
    "flac": "audio/flac",
    "gif": "image/gif",
    "gz": "application/gzip",
    "htm": "text/html",
    "html": "text/html",
    "ico": "image/vnd.microsoft.icon",
    "ics": "text/calendar",
    "ipynb": "application/x-ipynb+json",
    "jar": "application/java-archive",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jxl": "image/jxl",
    "m3u8": "application/vnd.apple.mpegurl",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "m4v": "video/mp4",
    "md": "text/markdown",
    "mid": "audio/midi",
    "mkv": "video/matroska",
    "mobi": "application/x-mobipocket-ebook",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "msi": "application/x-msi",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ps": "application/postscript",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "svg": "image/svg+xml",
    "tar": "application/x-tar",
    "tgz": "application/gzip",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "torrent": "application/x-bittorrent",
    "ts": "video/mp2t",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "wav": "audio/wav",
    "weba": "audio/webm",
    "webm": "video/webm",
    "webp": "image/webp",
    "wma": "audio/x-ms-wma",
    "wmv": "video/x-ms-wmv",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "xz": "application/x-xz",
    "zip": "application/zip",
    "zst": "application/zstd",
}
_DEFAULT_IMAGE = "image/jpeg"
_UNKNOWN = "application/octet-stream"
_MEDIUMS = frozenset(("audio", "image", "video"))


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
        top = self.type.partition("/")[0].lower()
        return top if top in _MEDIUMS else None

    @property
    def is_recording(self) -> bool:
        """True for audio and video."""
        return self.medium in ("audio", "video")


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


def type_by_extension(url: str) -> str | None:
    """Return the media type for the extension in the path of ``url``; None if it is not known."""
    path = _PATH.match(url)
    return type_of_name(unquote(path[1]).rstrip("/").rpartition("/")[2]) if path else None


def type_of_name(name: str) -> str | None:
    """Return the media type for the extension of the file ``name``; None if it is not known."""
    stem, dot, extension = name.rpartition(".")
    return _TYPES.get(extension.lower()) if stem and dot else None


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
