"""The bytes of an article file → an :class:`Article`, or the problems that keep it out.

No other module implements the article contract. Its results are typed, frozen and normalized.
"""

from __future__ import annotations

import codecs
import re
import uuid
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from feedpub.content.field_keys import ACTIONS, FIELDS, WITHHOLDING
from feedpub.content.fields import FieldReader, ProblemLog
from feedpub.content.file_names import permalink_url, split_name
from feedpub.content.files import ArticleFile
from feedpub.content.front_matter import FrontMatter, parse
from feedpub.content.output_bound import OutputBound
from feedpub.core import urls
from feedpub.core.dates import parse_datetime
from feedpub.core.errors import Problem, quoted
from feedpub.core.models import Article, ArticleBase, Attachment, Author, Image, Provider, Topic
from feedpub.core.text import match_key, repair
from feedpub.core.yaml_nodes import NodeError, line_of

_MAX_TOPICS = 250


class ReadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the configuration that articles are read with."""

    base_url: str
    zone: tzinfo
    permalink: str | None = None
    fields: Mapping[str, Sequence[str]] = msgspec.field(default_factory=FIELDS.copy)
    """The keys of each field (:func:`feedpub.content.field_keys.keys_of`)."""
    output_bound: OutputBound | None = None


class ArticleReading(msgspec.Struct, frozen=True):
    """The article of one file, or None, and its problems."""

    article: Article | None
    problems: tuple[Problem, ...]


def read_article(
    source: ArticleFile, data: bytes, settings: ReadSettings, new_reader: Callable[..., FieldReader] = FieldReader
) -> ArticleReading:
    """Return the article in ``data``, the bytes of ``source``. Errors in the bytes are problems.

    ``new_reader`` makes the :class:`FieldReader` of the front matter. A subclass can record more.
    """
    log = ProblemLog(source.path)
    article = None
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        document = parse(text)
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start], error.object[error.start]
        line = len(re.findall(rb"\r\n?|\n", before)) + 1
        log.invalid(line, "encoding", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
    except NodeError as error:
        log.invalid(error.line, _shown_key(error.key, _known_keys(settings)), error.message)
    else:
        log.repaired_lines = document.repaired_lines
        reader = new_reader(document.fields, log, offset=document.offset, line=document.offset)
        article = _article(source, document, reader, settings)
        if document.repaired_lines:
            for line, key in _first_lines(document.repaired_lines, document, settings):
                log.repaired(line, key)
        if article is not None and settings.output_bound is not None:
            body_line = text.rstrip().count("\n") - document.body.count("\n") + 1
            article, problem = settings.output_bound.apply(article, body_line)
            log.problems += [problem] if problem else []
    return ArticleReading(article if log.is_valid else None, tuple(log.problems))


def _article(source: ArticleFile, document: FrontMatter, reader: FieldReader, settings: ReadSettings) -> Article | None:
    keys, log = settings.fields, reader.log
    folder, day, stem = split_name(source.below)
    story = _story(reader, settings)
    if not story["title"] and not log.is_wrong(keys["title"]):
        reader.missing(keys["title"], "missing; every article needs a title")
    published_at = _published_at(reader, keys["published_at"], story["published_at"], day, settings.zone)
    url = story["url"]
    own = False
    if url is None and reader.find(keys["url"]) is None:
        own = settings.permalink is not None
        url = _own_url(reader, folder, stem, published_at, settings)
    identity = reader.scalar(keys["id"], entry_id, "an id", repairs=False) or url
    updated_at = reader.moment(keys["updated_at"], settings.zone) or published_at
    article_fields = _article_fields(reader, settings)
    withheld = _withheld(reader, keys["published"])
    if not log.is_valid or published_at is None or updated_at is None or url is None or identity is None:
        return None
    story |= {"url": url, "published_at": published_at}
    return Article(
        path=source.path,
        id=identity,
        updated_at=updated_at,
        withheld=withheld,
        body=document.body,
        own=own,
        **story,
        **article_fields,
    )


def _story(reader: FieldReader, settings: ReadSettings) -> dict[str, Any]:
    """Return the fields of an :class:`ArticleBase`, which articles and related articles share."""
    keys = settings.fields
    provider = reader.mapping(*keys["provider"])
    return {
        "title": reader.line_of_text(*keys["title"]),
        "excerpt": reader.text(*keys["excerpt"]),
        "published_at": reader.moment(keys["published_at"], settings.zone),
        "url": reader.url(*keys["url"]),
        "amp_url": reader.url(*keys["amp_url"]),
        "amp_cache_url": reader.url(*keys["amp_cache_url"]),
        "type": reader.line_of_text(*keys["type"]),
        "quality": _score(reader, keys["quality"]),
        "heat": _score(reader, keys["heat"]),
        "provider": _provider(provider, settings) if provider else None,
        "images": _images(reader, keys["images"], settings),
        "language": reader.language(*keys["language"]),
    }


def _article_fields(reader: FieldReader, settings: ReadSettings) -> dict[str, Any]:
    """Return the fields that only an article has."""
    keys = settings.fields
    related = (_related(item, settings) for item in reader.mappings(*keys["related"]))
    return {
        "topics": _topics(reader, keys["topics"]),
        "attachments": _attachments(reader, keys["attachments"], settings),
        "duration": reader.duration(*keys["duration"]),
        "related": tuple(story for story in related if story is not None),
    }


def _related(reader: FieldReader, settings: ReadSettings) -> ArticleBase | None:
    story = _story(reader, settings)
    if story["url"] is None and reader.find(settings.fields["url"]) is None:
        reader.missing(settings.fields["url"], "missing; a related article needs its source URL")
    return ArticleBase(**story) if story["url"] and _withheld(reader, settings.fields["published"]) is None else None


def _withheld(reader: FieldReader, published: Sequence[str]) -> str | None:
    reasons = [f"{key}: true" for key in WITHHOLDING if reader.boolean(key)]
    if (field := reader.find(published)) is not None and reader.boolean(field[0]) is False:
        reasons.insert(0, f"{field[0]}: false")
    return ", ".join(reasons) or None


def _published_at(
    reader: FieldReader, keys: Sequence[str], published_at: datetime | None, day: str | None, zone: tzinfo
) -> datetime | None:
    if published_at is not None or reader.find(keys) is not None:
        return published_at
    try:
        if day is not None:
            return parse_datetime(day, zone)
    except ValueError:
        reader.missing(keys, f"missing, and {quoted(day or '')} at the start of the file's name is no date that exists")
        return None
    reader.missing(keys, "missing; give a date, or begin the file's name with one, such as 2024-05-01-")
    return None


def _own_url(
    reader: FieldReader, folder: str, stem: str, published_at: datetime | None, settings: ReadSettings
) -> str | None:
    if settings.permalink is None:
        message = "missing; give the http(s) URL of the source, or set content.permalink in the configuration"
        reader.missing(settings.fields["url"], message)
        return None
    if published_at is None:
        return None
    try:
        local = published_at.astimezone(settings.zone)
    except OverflowError:
        reader.missing(
            settings.fields["url"], "missing, and in content.timezone the date is outside the years 1 to 9999"
        )
        return None
    try:
        return permalink_url(settings.permalink, settings.base_url, folder, stem, local)
    except urls.UrlError as error:
        reader.missing(settings.fields["url"], f"missing, and content.permalink gives no URL: {error}")
        return None


def entry_id(text: str) -> str:
    """Return the id of an entry whose front matter has ``text`` as its id.

    Raise :class:`~feedpub.core.urls.UrlError` for an http(s) URL that is not valid.
    """
    text = text.strip(" \t\r\n")
    if text.lower().startswith(("http://", "https://")):
        return urls.normalize(text)
    return text if urls.is_uri(text) else uuid.uuid5(uuid.NAMESPACE_URL, repair(text)).urn


def _score(reader: FieldReader, keys: Sequence[str]) -> int | None:
    number = reader.integer(*keys)
    return None if number == -1 else number


def _topics(reader: FieldReader, keys: Sequence[str]) -> tuple[Topic, ...]:
    labels = reader.texts(*keys)
    field = reader.find(keys)
    if field is not None and len(labels) > _MAX_TOPICS:
        key, (key_node, _) = field
        message = f"holds {len(labels)} topics; the maximum is {_MAX_TOPICS}, as each becomes a folder of feeds"
        reader.wrong(key, line_of(key_node, reader.offset), message)
        return ()
    topics: dict[str, str] = {}
    for label in labels:
        topics.setdefault(match_key(label), label)
    return tuple(Topic(key, label) for key, label in topics.items() if key)


def _images(reader: FieldReader, keys: Sequence[str], settings: ReadSettings) -> tuple[Image, ...]:
    images = []
    for item in reader.mappings(*keys):
        url = item.url("url", base=settings.base_url)
        if url is None and item.find(("url",)) is None:
            item.missing(("url",), "missing; an image needs a URL")
        image = {
            "width": item.size("width") or None,
            "height": item.size("height") or None,
            "title": item.line_of_text("title"),
            "attribution": item.line_of_text("attribution"),
        }
        if url is not None:
            images.append(Image(url=url, **image))  # type: ignore[arg-type]  # a mapping of mixed kinds
    return tuple(images)


def _attachments(reader: FieldReader, keys: Sequence[str], settings: ReadSettings) -> tuple[Attachment, ...]:
    field = reader.find(keys)
    is_actions = field is not None and field[0] == ACTIONS
    attachments = []
    for item in reader.mappings(*keys):
        if is_actions and (item.line_of_text("type") or "").lower() != "download":
            continue
        url = item.url("url", base=settings.base_url)
        if url is None and item.find(("url",)) is None:
            item.missing(("url",), "missing; an attachment needs a URL")
        media_type = item.media_type("mime_type") if is_actions else item.media_type("type", "mime_type")
        length, title = item.size("length", "size"), item.line_of_text("title")
        duration = item.running_time("duration")
        if url is not None:
            attachments.append(Attachment(url=url, type=media_type, length=length, title=title, duration=duration))
    return tuple(attachments)


def _provider(reader: FieldReader, settings: ReadSettings) -> Provider:
    authors = []
    for item in reader.mappings("authors"):
        name, uri = item.line_of_text("name"), item.url("url")
        if name is None and item.find(("name",)) is None:
            item.missing(("name",), "missing; an author needs a name")
        if name is not None:
            authors.append(Author(name=name, uri=uri))
    return Provider(
        name=reader.line_of_text("name"),
        domain=reader.domain("domain"),
        images=_images(reader, ("images",), settings),
        authors=tuple(authors),
    )


def _first_lines(lines: Sequence[int], document: FrontMatter, settings: ReadSettings) -> Iterator[tuple[int, str]]:
    """Yield the first of ``lines`` in the value of each key, and the first in the body.

    ``lines`` ascend.
    """
    fields = sorted((line_of(key_node, document.offset), key) for key, (key_node, _) in document.fields.items())
    end = max((node.end_mark.line for _, node in document.fields.values()), default=0) + document.offset
    starts = [line for line, _ in fields]
    known = _known_keys(settings)
    yielded = set()
    for line in lines:
        above = bisect_right(starts, line)
        key = "body" if line > end else _shown_key(fields[above - 1][1] if above else None, known)
        if key not in yielded:
            yielded.add(key)
            yield line, key


def _known_keys(settings: ReadSettings) -> set[str]:
    return set(WITHHOLDING).union(*settings.fields.values())


def _shown_key(key: str | None, known: Container[str]) -> str:
    """Return ``key`` for a message, which never shows a key that the contract does not have."""
    return key if key is not None and key in known else "front matter"
