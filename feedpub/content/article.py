"""The bytes of an article file → an :class:`Article`, or the problems that keep it out.

No other module implements the article contract. Its results are typed, frozen and normalized.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import yaml

from feedpub.content import values
from feedpub.content.article_url import entry_id, own_url, written_url
from feedpub.content.bodies import tag_problems
from feedpub.content.embargoes import after_embargo, release_date
from feedpub.content.fields import FieldReader
from feedpub.content.file_kinds import foreign_kind, headless_kind
from feedpub.content.file_names import split_name
from feedpub.content.files import ArticleFile
from feedpub.content.front_matter import FrontMatter, MissingError, parse
from feedpub.content.generators.reading import parse_for, read_page
from feedpub.content.missing import report_missing, site_key
from feedpub.content.parts import read_attachments, read_authors, read_episode, read_images, read_provider
from feedpub.content.problem_log import ProblemLog
from feedpub.content.read_settings import WITHHOLDING_SPELLINGS, ReadSettings
from feedpub.content.values import Kind
from feedpub.core.dates import NO_DATE, DateError, parse_optional_datetime
from feedpub.core.errors import Problem, quoted
from feedpub.core.models import Article, ArticleBase, Topic
from feedpub.core.text import match_key, windows_1252
from feedpub.core.yaml_nodes import NodeError, line_of

_MAX_TOPICS = 250
_TITLE_HINT = "; if the site's generator makes it, set content.generator"
_ID = Kind(entry_id, "an id", repairs=False)
_WITHHOLDING_KEYS = frozenset(WITHHOLDING_SPELLINGS)


class ArticleReading(msgspec.Struct, frozen=True):
    """The article of one file, or None, and its problems."""

    article: Article | None
    problems: tuple[Problem, ...]
    body_line: int = 1
    """The line in which the body begins."""


def read_article(
    source: ArticleFile, data: bytes, settings: ReadSettings, new_reader: Callable[..., FieldReader] = FieldReader
) -> ArticleReading:
    """Return the article in ``data``, the bytes of ``source``. Errors in the bytes are problems.

    ``new_reader`` makes the :class:`FieldReader` of the front matter. A subclass can record more.
    """
    log = ProblemLog(source.path)
    article, body_line = None, 1
    if kind := foreign_kind(source.path):
        log.invalid(1, "file", kind)
        return ArticleReading(None, tuple(log.problems))
    try:
        text = _text(data)
        document = parse_for(settings.rules, text) if settings.rules else parse(text)
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start], error.object[error.start]
        line = len(re.findall(rb"\r\n?|\n", before)) + 1
        log.invalid(line, "encoding", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
    except MissingError as error:
        kind = headless_kind(source.path)
        log.invalid(error.line, "file" if kind else "front matter", kind or error.message)
    except NodeError as error:
        log.invalid(error.line, _shown_key(error.key, settings.known_keys), error.message)
    else:
        log.repaired_lines = document.changed_lines
        page = read_page(settings.rules, source, document, log) if settings.rules else None
        document = document._replace(body=page.body) if page else document
        fields, first = page.fields if page else document.fields, document.offset
        reader = new_reader(fields, log, offset=first, line=first, deciding=settings.deciding)
        article = _article(source, page.body if page else document.body, reader, settings)
        if page is not None and article is not None:
            article = page.withhold(article)
        if document.repaired_lines:
            _report_repairs(document, settings, log)
        body_line = text.rstrip().count("\n") - document.body.count("\n") + 1
        if article is not None and settings.output_bound is not None:
            article, problem = settings.output_bound.apply(article, body_line)
            log.problems += [problem] if problem else []
        if article is not None:
            log.problems += tag_problems(article, settings.generator, body_line)
    return ArticleReading(article if log.is_valid else None, tuple(log.problems), body_line)


def _text(data: bytes) -> str:
    """Return ``data`` as text with the line break of Unix. Raise UnicodeDecodeError."""
    text = data.removeprefix(codecs.BOM_UTF8).decode()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _article(source: ArticleFile, body: str, reader: FieldReader, settings: ReadSettings) -> Article | None:
    keys, log = settings.fields, reader.log
    if settings.paths:
        reader.add_paths(settings.paths)
    name = split_name(source.below)
    story, own = _story(reader, settings)
    if not story["title"] and not log.is_wrong(keys["title"]):
        hint = "every article needs a title" + (_TITLE_HINT if settings.rules is None else "")
        report_missing(reader, settings, "title", hint)
    released_at = release_date(reader, keys["published"], settings.zone)
    published_at = story["published_at"]
    if released_at and (published_at is None or released_at > published_at):
        published_at = released_at
    published_at = published_at or _day_of(reader, settings, name.day)
    if published_at and settings.rules is None:
        published_at = after_embargo(reader, published_at, settings.zone)
    url = story["url"]
    if url is None and reader.find(keys["url"]) is None:
        own = settings.permalink is not None
        url = own_url(reader, settings, name, published_at)
    identity = reader.scalar(keys["id"], _ID) or url
    updated_at = reader.moment(keys["updated_at"], settings.zone)
    updated = reader.find(keys["updated_at"]) if updated_at else None
    article_fields = _article_fields(reader, settings)
    withheld = _withheld(reader, () if released_at else keys["published"])
    if not log.is_valid or published_at is None or url is None or identity is None:
        return None
    story |= {"url": url, "published_at": published_at}
    return Article(
        path=source.path,
        id=identity,
        updated_at=updated_at or published_at,
        updated_place=(updated[0], line_of(updated[1][0], reader.offset)) if updated else None,
        withheld=withheld,
        body=windows_1252(body),
        own=own,
        excerpt_separator=_separator(reader) if settings.rules else None,
        **story,
        **article_fields,
    )


def _story(reader: FieldReader, settings: ReadSettings) -> tuple[dict[str, Any], bool]:
    """Return the fields of an :class:`ArticleBase`, which articles and related articles share.

    Also return whether the URL is one of this site.
    """
    keys, base_url = settings.fields, settings.base_url
    url, own = written_url(reader, keys["url"], base_url)
    return {
        "title": reader.name(*keys["title"]),
        "excerpt": reader.text(*keys["excerpt"]),
        "published_at": reader.moment(keys["published_at"], settings.zone),
        "url": url,
        "amp_url": reader.url(*keys["amp_url"]),
        "amp_cache_url": reader.url(*keys["amp_cache_url"]),
        "type": reader.line_of_text(*keys["type"]),
        "quality": _score(reader, keys["quality"]),
        "heat": _score(reader, keys["heat"]),
        "provider": settings.aliases.provider(read_provider(reader, keys["provider"], base_url)),
        "images": read_images(reader, keys["images"], base_url),
        "language": reader.scalar(keys["language"], values.LANGUAGE),
    }, own


def _article_fields(reader: FieldReader, settings: ReadSettings) -> dict[str, Any]:
    """Return the fields that only an article has."""
    keys, base_url = settings.fields, settings.base_url
    related = (_related(item, settings) for item in reader.mappings(*keys["related"]))
    return {
        "topics": _topics(reader, keys["topics"], settings.aliases.topics),
        "authors": read_authors(reader, keys["authors"], base_url),
        "expires_at": reader.moment(keys["expires_at"], settings.zone),
        "attachments": read_attachments(reader, keys["attachments"], base_url),
        "duration": reader.scalar(keys["duration"], values.DURATION),
        "related": tuple(story for story in related if story is not None),
        "episode": read_episode(reader, keys, base_url) if settings.has_episodes else None,
    }


def _related(reader: FieldReader, settings: ReadSettings) -> ArticleBase | None:
    keys, before = settings.fields, len(reader.log.problems)
    if settings.paths:
        reader.add_paths(settings.paths)
    story, _ = _story(reader, settings)
    if story["url"] is None and reader.find(keys["url"]) is None:
        reader.missing(keys["url"][0], "missing; a related article needs its source URL")
    withheld = _withheld(reader, keys["published"])
    if not story["url"] or withheld is not None:
        return None
    if len(reader.log.problems) > before:
        # If a value is wrong that may mean a draft, the related article may be one.
        deciding = {reader.prefix + key for key in (*keys["published"], *WITHHOLDING_SPELLINGS)}
        if any(problem.key in deciding for problem in reader.log.problems[before:]):
            return None
    return ArticleBase(**story)


def _withheld(reader: FieldReader, published: Sequence[str]) -> str | None:
    reasons: list[str] = []
    if not _WITHHOLDING_KEYS.isdisjoint(reader.fields):
        present = (key for key in WITHHOLDING_SPELLINGS if key in reader.fields)
        reasons += (f"{key}: true" for key in present if reader.scalar((key,), values.BOOLEAN))
    if (field := reader.find(published)) is not None and reader.scalar((field[0],), values.BOOLEAN) is False:
        reasons.insert(0, f"{field[0]}: false")
    return ", ".join(reasons) or None


def _day_of(reader: FieldReader, settings: ReadSettings, day: str | None) -> datetime | None:
    """Return the date ``day`` of the file's name. Report its absence once."""
    if reader.log.is_wrong(settings.fields["published_at"]):
        return None
    try:
        moment = parse_optional_datetime(day, settings.zone) if day is not None else NO_DATE
    except DateError:
        problem = f"{quoted(day or '')} at the start of the file's name is no date that exists"
        reader.missing(site_key(reader, settings, "published_at"), f"missing, and {problem}")
        return None
    if moment is not NO_DATE:
        return moment
    hint = "give a date, or begin the file's name with one, such as 2024-05-01-"
    field = reader.find(settings.fields["published_at"])
    if field is not None:
        key, (key_node, node) = field
        reader.wrong(key, line_of(key_node, reader.offset), f"{quoted(node.value)} stands for no date; {hint}")
        return None
    report_missing(reader, settings, "published_at", hint)
    return None


def _separator(reader: FieldReader) -> str | None:
    """Return the text that ends the excerpt in the body, with its blanks and line ends."""
    field = reader.fields.get("excerpt_separator")
    return str(field[1].value) if field and isinstance(field[1], yaml.ScalarNode) else None


def _score(reader: FieldReader, keys: Sequence[str]) -> int | None:
    number = reader.scalar(keys, values.INTEGER)
    return None if number == -1 else number


def _topics(reader: FieldReader, keys: Sequence[str], aliases: Mapping[str, tuple[str, str]]) -> tuple[Topic, ...]:
    labels = reader.texts(*keys)
    field = reader.find(keys)
    if field is not None and len(labels) > _MAX_TOPICS:
        key, (key_node, _) = field
        message = f"holds {len(labels)} topics; the maximum is {_MAX_TOPICS}, as each becomes a folder of feeds"
        reader.wrong(key, line_of(key_node, reader.offset), message)
        return ()
    topics: dict[str, str] = {}
    for label in labels:
        key = match_key(label)
        topics.setdefault(*aliases.get(key, (key, label)))
    return tuple(Topic(key, label) for key, label in topics.items() if key)


def _report_repairs(document: FrontMatter, settings: ReadSettings, log: ProblemLog) -> None:
    """Report the first repaired line in the value of each key, and the first in the body."""
    fields = sorted((line_of(key_node, document.offset), key) for key, (key_node, _) in document.fields.items())
    end = max((node.end_mark.line for _, node in document.fields.values()), default=0) + document.offset
    starts = [line for line, _ in fields]
    known = settings.known_keys
    for line in document.repaired_lines:
        above = bisect_right(starts, line)
        key = "body" if line > end else _shown_key(fields[above - 1][1] if above else None, known)
        log.repaired(line, key)


def _shown_key(key: str | None, known: Container[str]) -> str:
    """Return ``key`` for a message, which never shows a key that the contract does not have."""
    return key if key is not None and key in known else "front matter"
