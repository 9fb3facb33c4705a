"""The readers of the mappings in front matter: images, attachments, authors and the provider.

Each list may also be one mapping, or hold texts in place of mappings: URLs, or names of authors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

from feedpub.content import values
from feedpub.content.fields import FieldReader
from feedpub.core.field_keys import ACTIONS
from feedpub.core.media_models import Attachment, Episode, Transcript
from feedpub.core.models import Author, Image, Provider
from feedpub.core.yaml_nodes import STR

_WORDPRESS = re.compile(r"\s*(\S+)\s+([0-9]+)(?:\s+([\w.+-]+/[\w.+-]+))?\s*")
# As in messages (RFC 5322), and as in RSS 2.0.
_WITH_ADDRESS = re.compile(
    r"(?P<name>[^<>()]*[^<>()\s])\s*<(?P<email>[^@\s<>()]+@[^@\s<>()]+)>"
    r"|(?P<address>[^@\s<>()]+@[^@\s<>()]+)\s*\((?P<other>[^<>()]+)\)"
)
_OF_FILE = re.compile("[_-]?(?:file|url|src|href|link)$", re.IGNORECASE)
_BESIDE = {
    "length": ("_bytes", "_length", "_size", "_filesize", "-bytes", "-length", "-size", "Bytes", "Length", "Size"),
    "type": ("_type", "_mime_type", "_mime", "-type", "-mime-type", "Type", "MimeType"),
    "duration": ("_duration", "-duration", "Duration"),
}


def read_images(reader: FieldReader, keys: Sequence[str], base_url: str) -> tuple[Image, ...]:
    """Return the images that have a URL. It may be relative to ``base_url``."""
    images = []
    for item in reader.mappings(*keys, text_key="url"):
        url = _media_url(item, base_url, "an image")
        image = {
            "width": item.scalar(("width",), values.SIZE) or None,
            "height": item.scalar(("height",), values.SIZE) or None,
            "title": item.name("title"),
            "attribution": item.name("attribution"),
        }
        if url is not None:
            images.append(Image(url=url, **image))  # type: ignore[arg-type]  # a mapping of mixed kinds
    return tuple(images)


def read_attachments(reader: FieldReader, keys: Sequence[str], base_url: str) -> tuple[Attachment, ...]:
    """Return the attachments that have a URL. It may be relative to ``base_url``."""
    attachments = []
    for item in reader.mappings(*keys, text_key="url"):
        if item.shown_as is not None:
            _fill_flat(reader, item)
        is_action = item.origin == ACTIONS
        if is_action and (item.line_of_text("type") or "").lower() != "download":
            continue
        url = _media_url(item, base_url, "an attachment")
        media_type = item.scalar(("mime_type",) if is_action else ("type", "mime_type"), values.MEDIA_TYPE)
        length, title = item.scalar(("length", "size"), values.SIZE), item.name("title")
        duration = item.scalar(("duration",), values.RUNNING_TIME)
        if url is not None:
            attachments.append(Attachment(url=url, type=media_type, length=length, title=title, duration=duration))
    return tuple(attachments)


def _fill_flat(reader: FieldReader, item: FieldReader) -> None:
    """Read the length and the type behind a URL, as WordPress writes them, or in keys beside its
    key: ``podcast_bytes`` and ``podcast_duration`` belong to ``podcast_file``.
    """
    node = item.fields["url"][1]
    parts = _WORDPRESS.fullmatch(node.value)
    if parts:
        texts = {"url": parts[1], "length": parts[2], "type": parts[3]}
        nodes = {key: yaml.ScalarNode(STR, text, node.start_mark, node.end_mark) for key, text in texts.items() if text}
        item.fields = {key: (text, text) for key, text in nodes.items()}
        return
    stem = _OF_FILE.sub("", item.origin)
    for name, endings in _BESIDE.items():
        beside = (f"{stem}{ending}" for ending in endings)
        field = next((reader.fields[key] for key in beside if key in reader.fields), None)
        if field is not None and not isinstance(reader.fields[item.origin][1], yaml.SequenceNode):
            item.fields = {**item.fields, name: field}


def read_authors(reader: FieldReader, keys: Sequence[str], base_url: str) -> tuple[Author, ...]:
    """Return the authors that have a name. Their URLs may be relative to ``base_url``."""
    authors = []
    for item in reader.mappings(*keys, text_key="name"):
        name, uri, email = (
            item.name("name"),
            item.url("url", base=base_url),
            item.scalar(("email",), values.EMAIL_ADDRESS),
        )
        match = _WITH_ADDRESS.fullmatch(name) if name and email is None else None
        if match:
            name, email = match["name"] or match["other"], match["email"] or match["address"]
        if name is None and item.find(("name",)) is None:
            item.missing("name", "missing; an author needs a name")
        if name is not None:
            authors.append(Author(name=name, uri=uri, email=email))
    return tuple(authors)


def read_provider(reader: FieldReader, keys: Sequence[str], base_url: str) -> Provider | None:
    """Return the provider, or None if there is none."""
    provider = reader.mapping(*keys)
    if provider is None:
        return None
    return Provider(
        name=provider.name("name"),
        domain=provider.scalar(("domain",), values.DOMAIN),
        images=read_images(provider, ("images",), base_url),
        authors=read_authors(provider, ("authors",), base_url),
    )


def read_episode(reader: FieldReader, keys: Mapping[str, Sequence[str]], base_url: str) -> Episode:
    """Return the values of an episode of a podcast. Its URLs may be relative to ``base_url``."""
    transcripts = []
    for item in reader.mappings(*keys["transcripts"], text_key="url"):
        url = _media_url(item, base_url, "a transcript")
        media_type = item.scalar(("type", "mime_type"), values.MEDIA_TYPE)
        language = item.scalar(("language",), values.LANGUAGE)
        if url is not None:
            transcripts.append(Transcript(url=url, type=media_type, language=language))
    return Episode(
        number=reader.scalar(keys["episode"], values.POSITIVE),
        season=reader.scalar(keys["season"], values.POSITIVE),
        type=reader.scalar(keys["episode_type"], values.EPISODE_TYPE),
        explicit=reader.scalar(keys["explicit"], values.EXPLICIT),
        transcripts=tuple(transcripts),
        chapters=reader.url(*keys["chapters"], base=base_url),
    )


def _media_url(item: FieldReader, base_url: str, kind: str) -> str | None:
    url = item.url("url", base=base_url)
    if url is None and item.find(("url",)) is None:
        item.missing("url", f"missing; {kind} needs a URL")
    return url
