"""The bytes of an article file → an :class:`Article`, or the problems that keep it out.

No other module implements the article contract. Its results are typed, frozen and normalized.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from feedpub.content.article_url import entry_id, own_url, written_url
from feedpub.content.fields import FieldReader
from feedpub.content.file_kinds import foreign_kind, headless_kind
from feedpub.content.file_names import FileName, split_name
from feedpub.content.files import ArticleFile
from feedpub.content.front_matter import FrontMatter, MissingError, parse
from feedpub.content.generators import generator_of
from feedpub.content.generators.base import Generator
from feedpub.content.generators.page import Page, SiteRules
from feedpub.content.output_bound import OutputBound
from feedpub.content.parts import read_attachments, read_authors, read_images, read_provider
from feedpub.content.problem_log import ProblemLog
from feedpub.core import urls
from feedpub.core.dates import NO_DATE, DateError, parse_optional_datetime
from feedpub.core.errors import Problem, quoted
from feedpub.core.field_keys import CATEGORIES, DECIDING, FIELDS, SLUG, WITHHOLDING, look_alike, paths_in
from feedpub.core.models import Article, ArticleBase, Topic
from feedpub.core.text import match_key, windows_1252
from feedpub.core.yaml_nodes import NodeError, line_of

_MAX_TOPICS = 250
# Other programs accept these keys in any case, and no draft may be published.
_WITHHOLDING_SPELLINGS = tuple(spelling for key in WITHHOLDING for spelling in (key, key.title(), key.upper()))
_WITHHOLDING_KEYS = frozenset(_WITHHOLDING_SPELLINGS)


class ReadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the configuration that articles are read with."""

    base_url: str
    zone: tzinfo
    permalink: str | None = None
    fields: Mapping[str, Sequence[str]] = msgspec.field(default_factory=FIELDS.copy)
    """The keys of each field (:func:`feedpub.core.field_keys.keys_of`)."""
    output_bound: OutputBound | None = None
    rules: SiteRules | None = None
    """The rules of the site's generator; None if it has none."""
    paths: tuple[str, ...] = ()
    """Those of the keys that are paths; computed."""
    deciding: tuple[str, ...] = ()
    """The keys whose wrong values keep an article out; computed."""

    def __post_init__(self) -> None:
        keys = [*WITHHOLDING, *(key for field in DECIDING for key in self.fields[field]), SLUG]
        if "{category}" in (self.permalink or ""):
            keys += CATEGORIES
        msgspec.structs.force_setattr(self, "paths", paths_in(self.fields))
        msgspec.structs.force_setattr(self, "deciding", (*keys, *_WITHHOLDING_SPELLINGS))


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
    if kind := foreign_kind(source.path):
        log.invalid(1, "file", kind)
        return ArticleReading(None, tuple(log.problems))
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        generator = generator_of(settings.rules.generator) if settings.rules else None
        document = _parsed(text, generator)
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start], error.object[error.start]
        line = len(re.findall(rb"\r\n?|\n", before)) + 1
        log.invalid(line, "encoding", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
    except MissingError as error:
        kind = headless_kind(source.path)
        log.invalid(error.line, "file" if kind else "front matter", kind or error.message)
    except NodeError as error:
        log.invalid(error.line, _shown_key(error.key, _known_keys(settings)), error.message)
    else:
        log.repaired_lines = document.changed_lines
        page = _page(source, document, generator, settings, log)
        fields, first = page.fields if page else document.fields, document.offset
        reader = new_reader(fields, log, offset=first, line=first, deciding=settings.deciding)
        article = _article(source, document, reader, settings)
        if page is not None and article is not None:
            article = _withheld_by(page, article)
        if document.repaired_lines:
            for line, key in _first_lines(document.repaired_lines, document, settings):
                log.repaired(line, key)
        if article is not None and settings.output_bound is not None:
            body_line = text.rstrip().count("\n") - document.body.count("\n") + 1
            article, problem = settings.output_bound.apply(article, body_line)
            log.problems += [problem] if problem else []
    return ArticleReading(article if log.is_valid else None, tuple(log.problems))


def _page(
    source: ArticleFile, document: FrontMatter, generator: Generator | None, settings: ReadSettings, log: ProblemLog
) -> Page | None:
    """Return the page that ``generator`` reads in ``document``; None without a generator."""
    if generator is None or settings.rules is None:
        return None
    page = Page(document.fields, source.below, document.body, settings.rules, generator.slug_rule)
    generator.read(page)
    for key, message in page.problems:
        log.invalid(page.line(key) + document.offset, key, message)
    return page


def _withheld_by(page: Page, article: Article) -> Article:
    """Return ``article`` with the reasons of its ``page`` not to publish it."""
    reasons = ", ".join(filter(None, (article.withheld, *page.withheld)))
    return msgspec.structs.replace(article, withheld=reasons or None)


def _parsed(text: str, generator: Generator | None) -> FrontMatter:
    """Return the front matter and the body of ``text``. Some generators need no front matter."""
    if generator is None:
        return parse(text)
    try:
        return parse(text, has_bare_head=generator.has_bare_head)
    except MissingError:
        if not generator.reads_without_head:
            raise
        return FrontMatter({}, 1, text, ())


def _article(source: ArticleFile, document: FrontMatter, reader: FieldReader, settings: ReadSettings) -> Article | None:
    keys, log = settings.fields, reader.log
    if settings.paths:
        reader.add_paths(settings.paths)
    name = split_name(source.below)
    story, own = _story(reader, settings)
    if not story["title"] and not log.is_wrong(keys["title"]):
        _missing(reader, settings, "title", "every article needs a title")
    published_at = story["published_at"] or _day_of(reader, settings, name.day)
    url = story["url"]
    if url is None and reader.find(keys["url"]) is None:
        own = settings.permalink is not None
        url = _own_url(reader, settings, name, published_at)
    identity = reader.scalar(keys["id"], entry_id, "an id", repairs=False) or url
    updated_at = reader.moment(keys["updated_at"], settings.zone)
    updated = reader.find(keys["updated_at"]) if updated_at else None
    article_fields = _article_fields(reader, settings)
    withheld = _withheld(reader, keys["published"])
    if not log.is_valid or published_at is None or url is None or identity is None:
        return None
    story |= {"url": url, "published_at": published_at}
    return Article(
        path=source.path,
        id=identity,
        updated_at=updated_at or published_at,
        updated_place=(updated[0], line_of(updated[1][0], reader.offset)) if updated else None,
        withheld=withheld,
        body=windows_1252(document.body),
        own=own,
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
        "provider": read_provider(reader, keys["provider"], base_url),
        "images": read_images(reader, keys["images"], base_url),
        "language": reader.language(*keys["language"]),
    }, own


def _article_fields(reader: FieldReader, settings: ReadSettings) -> dict[str, Any]:
    """Return the fields that only an article has."""
    keys, base_url = settings.fields, settings.base_url
    related = (_related(item, settings) for item in reader.mappings(*keys["related"]))
    return {
        "topics": _topics(reader, keys["topics"]),
        "authors": read_authors(reader, keys["authors"], base_url),
        "expires_at": reader.moment(keys["expires_at"], settings.zone),
        "attachments": read_attachments(reader, keys["attachments"], base_url),
        "duration": reader.duration(*keys["duration"]),
        "related": tuple(story for story in related if story is not None),
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
        deciding = {reader.prefix + key for key in (*keys["published"], *_WITHHOLDING_SPELLINGS)}
        if any(problem.key in deciding for problem in reader.log.problems[before:]):
            return None
    return ArticleBase(**story)


def _withheld(reader: FieldReader, published: Sequence[str]) -> str | None:
    reasons: list[str] = []
    if not _WITHHOLDING_KEYS.isdisjoint(reader.fields):
        present = (key for key in _WITHHOLDING_SPELLINGS if key in reader.fields)
        reasons += (f"{key}: true" for key in present if reader.boolean(key))
    if (field := reader.find(published)) is not None and reader.boolean(field[0]) is False:
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
        reader.missing(_site_key(reader, settings, "published_at"), f"missing, and {problem}")
        return None
    if moment is not NO_DATE:
        return moment
    hint = "give a date, or begin the file's name with one, such as 2024-05-01-"
    _missing(reader, settings, "published_at", hint)
    return None


def _own_url(reader: FieldReader, settings: ReadSettings, name: FileName, published_at: datetime | None) -> str | None:
    if settings.permalink is None:
        hint = "give the http(s) URL of the source, or set content.permalink in the configuration"
        _missing(reader, settings, "url", hint)
        return None
    if published_at is None:
        return None
    try:
        return own_url(reader, name, published_at.astimezone(settings.zone), settings.permalink, settings.base_url)
    except OverflowError:
        problem = "in content.timezone the date is outside the years 1 to 9999"
    except urls.UrlError as error:
        problem = f"content.permalink gives no URL: {error}"
    reader.missing(_site_key(reader, settings, "url"), f"missing, and {problem}")
    return None


def _missing(reader: FieldReader, settings: ReadSettings, field: str, hint: str) -> None:
    """Report that no key of ``field`` has a value."""
    message = f"missing; {hint}"
    other = look_alike(field, reader.fields.keys() - set(settings.fields[field]))
    if other is not None:
        message += f"; if it is {quoted(other)}, set content.fields: {{{field}: [{other}]}}, or content.generator"
    reader.missing(_site_key(reader, settings, field), message)


def _site_key(reader: FieldReader, settings: ReadSettings, field: str) -> str:
    """Return the key of ``field`` that the site uses: an empty one, or the first of its own."""
    keys = settings.fields[field]
    # A generator has keys of its own before those of the contract, which its users know best.
    own = (key for key in keys if (key in FIELDS[field]) is (settings.rules is not None))
    return next((key for key in keys if key in reader.fields), None) or next(own, keys[0])


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
    return {*_WITHHOLDING_SPELLINGS, SLUG, *CATEGORIES}.union(*settings.fields.values())


def _shown_key(key: str | None, known: Container[str]) -> str:
    """Return ``key`` for a message, which never shows a key that the contract does not have."""
    return key if key is not None and key in known else "front matter"
