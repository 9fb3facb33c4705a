"""The article contract, row by row and bullet by bullet."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.content import FIELDS
from feedpub.core.errors import ProblemKind
from feedpub.core.field_keys import DECIDING, OF_EPISODES, WITHHOLDING
from feedpub.core.media_models import Attachment, Episode, Transcript
from feedpub.core.models import Article, Author, Image, Provider, Topic
from feedpub.core.text import decoded, one_line, windows_1252
from support.reading import VALID, article, places, problems, read, text_of
from support.site import SiteFolder

FORMS = "write 2024-05-31, 2024-05-31T10:00:00+02:00 or 'May 31, 2024'\n"

# A value of each field as it is written, what it is read as, and another value.
ROWS: dict[str, tuple[str, Any, str]] = {
    "title": ("A <b>title</b>", "A <b>title</b>", "Another"),
    "excerpt": ("H&#038;M <b>&amp;</b>", "H&#038;M <b>&amp;</b>", "Another"),
    "published_at": ("2020-01-01", datetime(2020, 1, 1, tzinfo=UTC), "2021-01-01"),
    "updated_at": ("2022-01-01", datetime(2022, 1, 1, tzinfo=UTC), "2023-01-01"),
    "url": ("https://a.example/", "https://a.example/", "https://b.example/"),
    "amp_url": ("https://a.example/amp", "https://a.example/amp", "https://b.example/amp"),
    "amp_cache_url": ("https://a.example/c", "https://a.example/c", "https://b.example/c"),
    "type": ("course", "course", "video"),
    "quality": ("88", 88, "1"),
    "heat": ("98", 98, "1"),
    "published": ("no", False, "yes"),
    "expires_at": ("2030-01-01", datetime(2030, 1, 1, tzinfo=UTC), "2031-01-01"),
    "authors": ("[{name: A}, B]", (Author(name="A"), Author(name="B")), "C"),
    "provider": ("{name: A}", Provider(name="A"), "{name: B}"),
    "topics": ("[AI]", (Topic("ai", "AI"),), "[Go]"),
    "images": ("[{url: 'https://a.example/i'}]", (Image(url="https://a.example/i"),), "[{url: /i}]"),
    "attachments": (
        "[{url: 'https://a.example/f', type: download}]",
        (Attachment(url="https://a.example/f"),),
        "[{url: /f, type: download}]",
    ),
    "duration": ("PT10M15S", 615.0, "PT1S"),
    "related": ("[{sourceUrl: 'https://a.example/r'}]", None, "[{sourceUrl: 'https://b.example/r'}]"),
    "id": ("tag:a.example,2005:1", "tag:a.example,2005:1", "tag:b.example,2005:1"),
    "language": ("en", "en", "de"),
    "episode": ("7", 7, "8"),
    "season": ("2", 2, "3"),
    "episode_type": ("Trailer", "trailer", "full"),
    "explicit": ("clean", False, "yes"),
    "transcripts": (
        "[/t.vtt, {url: 'https://a.example/t', type: text/html, language: de}]",
        (
            Transcript(url="https://news.example.org/t.vtt"),
            Transcript(url="https://a.example/t", type="text/html", language="de"),
        ),
        "/u.vtt",
    ),
    "chapters": ("/c.json", "https://news.example.org/c.json", "/d.json"),
}
KEYS = [(field, key) for field, keys in FIELDS.items() for key in keys]


def with_only(field: str, *lines: str) -> str:
    """The valid article without ``field``, and ``lines``."""
    return text_of(*lines, **dict.fromkeys(set(FIELDS[field]) & {"title", "date", "sourceUrl"}))


def written(field: str, key: str) -> str:
    value = ROWS[field][0]
    if field == "attachments" and key != "actions":
        # Elsewhere the type is a media type.
        value = value.replace(", type: download", "")
    return f"{key}: {value}"


def read_with(text: str, **more: Any) -> Article:
    """Return the article of a site with a podcast."""
    return article(text, has_episodes=True, **more)


def value_of(found: Article, field: str) -> Any:
    if field == "published":
        return found.withheld is None
    if field in OF_EPISODES:
        return getattr(found.episode, "number" if field == "episode" else field.removeprefix("episode_"))
    return found.related[0].url if field == "related" else getattr(found, field)


def expected(field: str) -> Any:
    return "https://a.example/r" if field == "related" else ROWS[field][1]


def test_every_field_of_the_contract_has_its_row() -> None:
    assert ROWS.keys() == FIELDS.keys()


def test_the_contract_names_these_keys() -> None:
    assert {key for _, key in KEYS} == set(
        "title excerpt description summary publishedDateTime date updatedDateTime lastmod updated sourceUrl webUrl "
        "expires expiryDate originalUrl ampUrl ampWebUrl cdnAmpUrl cdnAmpWebUrl type quality heat published authors "
        "author provider topics tags images enclosures attachments actions enclosure length related id language "
        "locale episode episodeNumber episode_number season seasonNumber season_number episodeType episode_type "
        "explicit transcripts transcript chapters".split()
    )


@pytest.mark.parametrize(("field", "key"), KEYS)
def test_every_key_of_every_field_is_read(field: str, key: str) -> None:
    assert value_of(read_with(with_only(field, written(field, key))), field) == expected(field)


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [(field, *pair) for field, keys in FIELDS.items() for pair in pairwise(keys)],
)
def test_the_first_key_that_is_present_wins_wherever_it_stands(field: str, first: str, second: str) -> None:
    another = f"{second}: {ROWS[field][2]}"
    for lines in ([another, written(field, first)], [written(field, first), another]):
        assert value_of(read_with(with_only(field, *lines)), field) == expected(field)


@pytest.mark.parametrize("absent", ["", "null", "~", '""', "' '", "[]"])
@pytest.mark.parametrize(
    ("field", "first", "second"),
    [(field, *pair) for field, keys in FIELDS.items() for pair in pairwise(keys)],
)
def test_null_an_empty_string_and_an_empty_list_are_not_present(
    field: str, first: str, second: str, absent: str
) -> None:
    text = with_only(field, f"{first}: {absent}", written(field, second))
    assert value_of(read_with(text), field) == expected(field)


@pytest.mark.parametrize("field", FIELDS)
def test_keys_of_the_configuration_come_after_those_of_the_contract(field: str) -> None:
    fields = {field: ["one", "two"]}
    own, another = written(field, "two"), f"one: {ROWS[field][2]}".replace(", type: download", "")
    assert value_of(read_with(with_only(field, own), fields=fields), field) == expected(field)
    contract = written(field, FIELDS[field][-1])
    assert value_of(read_with(with_only(field, another, contract), fields=fields), field) == expected(field)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("episode: 0", "'0' is not a whole number from 1"),
        ("season: spring", "'spring' is not a whole number from 1"),
        ("episodeType: pilot", "'pilot' is not full, trailer or bonus"),
        ("explicit: maybe", "'maybe' is not true, false or clean"),
        ("chapters: [0:00 Hello]", "is a list; it must be a URL"),
    ],
)
def test_a_site_without_a_podcast_gives_the_keys_of_episodes_no_meaning(line: str, expected: str) -> None:
    assert article(text_of(line)).episode is None
    key = line.partition(":")[0]
    assert problems(text_of(line), kept=True, has_episodes=True) == [f"content/a.md:5: {key}: {expected}"]


def test_an_article_of_a_podcast_without_keys_is_an_episode_without_values() -> None:
    assert read_with(text_of()).episode == Episode()


def test_an_absent_field_has_no_value() -> None:
    found = article(text_of())
    assert found == Article(
        path="content/a.md",
        id="https://example.com/a",
        url="https://example.com/a",
        title="A title",
        published_at=datetime(2024, 5, 1, tzinfo=UTC),
        updated_at=datetime(2024, 5, 1, tzinfo=UTC),
    )


def test_all_that_is_required_is_missed_at_once() -> None:
    assert problems("---\nexcerpt: x\n---\n") == [
        (
            "content/a.md:1: title: missing; every article needs a title; if the site's generator makes it, "
            "set content.generator"
        ),
        (
            "content/a.md:1: publishedDateTime: missing; give a date, or begin the file's name with one, such as "
            "2024-05-01-"
        ),
        (
            "content/a.md:1: sourceUrl: missing; give the http(s) URL of the source, or set content.permalink in the "
            "configuration"
        ),
    ]


TRAPS = [
    "No",
    "yes",
    "ON",
    "1e3",
    "2020-01-01",
    "12:30",
    "12:30:45",
    "010",
    "0x1F",
    "0b1",
    "1_000",
    ".5",
    "1.0",
    "nULL",
]


@pytest.mark.parametrize("text", [*TRAPS, "true", "=", "-1", "!!int 7", "2024-05-01T10:00:00Z"])
def test_a_text_field_holds_what_is_written(text: str) -> None:
    found = article(text_of(f"type: {text}", f"summary: {text}", f"topics: [{text}]", title=text))
    text = text.removeprefix("!!int ")
    assert [found.title, found.type, found.excerpt, found.topics[0].label] == [text] * 4


@pytest.mark.parametrize("text", TRAPS)
def test_a_text_below_a_key_holds_what_is_written(text: str) -> None:
    entry = f"{{url: /i, title: {text}, attribution: {text}}}"
    author = f"{{name: {text}, authors: [{{name: {text}}}]}}"
    found = article(text_of(f"images: [{entry}]", f"enclosures: [{entry}]", f"provider: {author}"))
    assert found.provider == Provider(name=text, authors=(Author(name=text),))
    assert found.images[0].attribution == found.images[0].title == found.attachments[0].title == text


@pytest.mark.parametrize("field", ["title", "type"])
def test_a_line_of_text_is_one_line(field: str) -> None:
    lines = [f"{field}: |", "  One ", "", "    two\tthree"]
    assert getattr(article(with_only(field, *lines) if field == "title" else text_of(*lines)), field) == "One two three"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("title: [a]", "title"),
        ("title: {a: b}", "title"),
        ("excerpt: [a]", "excerpt"),
        ("type: [a]", "type"),
        ("publishedDateTime: [2024-05-01]", "publishedDateTime"),
        ("publishedDateTime: 2024-02-30", "publishedDateTime"),
        ("publishedDateTime: yesterday", "publishedDateTime"),
        ("updated: 2024-13-01", "updated"),
        ("lastmod: No", "lastmod"),
        ("webUrl: /relative", "webUrl"),
        ("webUrl: ftp://example.com/", "webUrl"),
        ("webUrl: [https://example.com/]", "webUrl"),
        ("ampUrl: example.com", "ampUrl"),
        ("cdnAmpUrl: 7", "cdnAmpUrl"),
        ("quality: high", "quality"),
        ("quality: 8.5", "quality"),
        ("heat: 1_000", "heat"),
        ("heat: 0x1F", "heat"),
        ("heat: [1]", "heat"),
        ("heat: 9999999999999999", "heat"),
        ("published: maybe", "published"),
        ("draft: 1", "draft"),
        ("deleted: [true]", "deleted"),
        ("removed: y", "removed"),
        ("provider: Example", "provider"),
        ("provider: [a]", "provider"),
        ("provider: {name: [a]}", "provider.name"),
        ("provider: {domain: https://wsj.com/}", "provider.domain"),
        ("provider: {domain: wsj}", "provider.domain"),
        ("provider: {domain: w_s_j.com}", "provider.domain"),
        ("provider: {images: {title: a}}", "provider.images.url"),
        ("provider: {images: 'ftp://a.example/i'}", "provider.images"),
        ("provider: {authors: [[Me]]}", "provider.authors[0]"),
        ("authors: [[Me]]", "authors[0]"),
        ("author: {url: /me}", "author.name"),
        ("author: {name: Me, email: me}", "author.email"),
        ("authors: [Me, {name: You, url: 'ftp://a.example/'}]", "authors[1].url"),
        ("expires: never", "expires"),
        ("expiryDate: [2024-05-01]", "expiryDate"),
        ("provider: {authors: [{url: 'https://a.example/'}]}", "provider.authors[0].name"),
        ("provider: {authors: [{name: A, url: 'mailto:a'}]}", "provider.authors[0].url"),
        ("topics: {a: b}", "topics"),
        ("topics: [~, {a: b}]", "topics[1]"),
        ("tags: [[a]]", "tags[0]"),
        ("images: 'ftp://a.example/i'", "images"),
        ("images: [/a.png, 'mailto:a']", "images[1]"),
        ("images: [[/a.png]]", "images[0]"),
        ("images: ['', {title: x}]", "images[1].url"),
        ("images: [{url: 'mailto:a'}]", "images[0].url"),
        ("images: [{url: /a, width: wide}]", "images[0].width"),
        ("images: [{url: /a, height: -1}]", "images[0].height"),
        ("enclosures: {title: a}", "enclosures.url"),
        ("enclosure: 'ftp://a.example/e.mp3'", "enclosure"),
        ("attachments: [{title: x}]", "attachments[0].url"),
        ("attachments: [{url: /a, type: audio}]", "attachments[0].type"),
        ("attachments: [{url: /a, mime_type: a/b c}]", "attachments[0].mime_type"),
        ("attachments: [{url: /a, size: 5 MB}]", "attachments[0].size"),
        ("attachments: [{url: /a, length: -5}]", "attachments[0].length"),
        ("attachments: [{url: /a, duration: long}]", "attachments[0].duration"),
        ("actions: [{type: download}]", "actions[0].url"),
        ("actions: [[download]]", "actions[0]"),
        ("length: long", "length"),
        ("length: P1Y", "length"),
        ("related: {title: a}", "related"),
        ("related: true", "related"),
        ("related: [https://example.com/]", "related[0]"),
        ("related: [{title: a}]", "related[0].sourceUrl"),
        ("related: [{sourceUrl: no}]", "related[0].sourceUrl"),
        ("related: [{sourceUrl: 'https://e.com', date: 2024-02-30}]", "related[0].date"),
        ("related: [{sourceUrl: 'https://e.com', provider: {domain: x}}]", "related[0].provider.domain"),
        ("related: [{sourceUrl: 'https://e.com', draft: perhaps}]", "related[0].draft"),
        ("id: [a]", "id"),
        ("id: http://", "id"),
        ("id: https://user:pass@example.com/", "id"),
        ("language: english language", "language"),
        ("locale: [en]", "locale"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_of_its_line_and_key(line: str, key: str) -> None:
    top = key.partition(".")[0].partition("[")[0]
    field = next((field for field, keys in FIELDS.items() if top in keys), "heat")
    top = top.partition(":")[0]
    text = "\n" + with_only(field, line)
    is_kept = field not in DECIDING and top not in WITHHOLDING
    assert places(text, kept=is_kept) == [(text.split("\n").index(line) + 1, key)]


def test_every_error_of_an_article_is_told_at_once() -> None:
    assert (
        len(problems(text_of("heat: a", "quality: b", "images: [{url: 'x:'}, {url: /a, width: c}]", title="[d]"))) == 5
    )


def test_a_wrong_value_is_not_passed_over_for_the_next_key() -> None:
    text = text_of("publishedDateTime: soon", "webUrl: https://example.com/", sourceUrl="no")
    assert places(text) == [(4, "sourceUrl"), (5, "publishedDateTime")]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (spelling, word in ("true", "yes", "on"))
        for word in ("true", "false", "yes", "no", "on", "off")
        for spelling in (word, word.upper(), word.title(), f'"{word}"')
    ],
)
def test_booleans_are_words_in_any_case(word: str, value: bool) -> None:
    assert (article(text_of(f"published: {word}")).withheld is None) is value
    for key in ("draft", "deleted", "removed"):
        assert article(text_of(f"{key}: {word}")).withheld == (f"{key}: true" if value else None)


@pytest.mark.parametrize("value", ["", "null", "''", "[]"])
def test_an_article_that_does_not_say_is_published(value: str) -> None:
    text = text_of(*(f"{key}: {value}" for key in ("published", "draft", "deleted", "removed")))
    assert article(text).withheld is None


def test_every_reason_why_an_article_is_withheld_is_told() -> None:
    found = article(text_of("removed: yes", "draft: on", "published: no"))
    assert found.withheld == "published: false, draft: true, removed: true"


@pytest.mark.parametrize("key", ["quality", "heat"])
@pytest.mark.parametrize(
    ("written", "value"), [("-1", None), ("0", 0), ("+7", 7), ("007", 7), ('"88"', 88), ("-2", -2)]
)
def test_scores_are_whole_numbers_and_minus_one_is_unknown(key: str, written: str, value: int | None) -> None:
    assert getattr(article(text_of(f"{key}: {written}")), key) == value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01t10:00:00.5+02:00", "2024-05-01T08:00:00.500000+00:00"),
        ("2024-05-01 10:00:00 +0200", "2024-05-01T08:00:00+00:00"),
        ("'2024-05-01T10:00:00-08:00'", "2024-05-01T18:00:00+00:00"),
        ("!!timestamp 2024-05-01", "2024-04-30T22:00:00+00:00"),
        ("2024-05-01", "2024-04-30T22:00:00+00:00"),
        ("2024-05-01 10:00", "2024-05-01T08:00:00+00:00"),
        ("2024-12-01 10:00", "2024-12-01T09:00:00+00:00"),
    ],
)
def test_dates_without_an_offset_are_in_the_sites_time_zone(written: str, expected: str) -> None:
    found = article(text_of(f"updated: {written}", date=written), zone=ZoneInfo("Europe/Berlin"))
    assert found.published_at.isoformat() == found.updated_at.isoformat() == expected


@pytest.mark.parametrize("below", ["2023-02-01-a.md", "deep/er/2023-02-01-a.b.md", "2023-02-01-2020-01-01-a.md"])
def test_the_name_of_the_file_gives_the_date_that_is_not_written(below: str) -> None:
    found = article(text_of(date=None), below=below, zone=ZoneInfo("Asia/Tokyo"))
    assert found.published_at == found.updated_at == datetime(2023, 1, 31, 15, tzinfo=UTC)


def test_a_date_that_is_written_wins_over_the_name_of_the_file() -> None:
    assert article(text_of(), below="2023-02-01-a.md").published_at.year == 2024


@pytest.mark.parametrize("below", ["a.md", "x-2023-02-01-a.md", "2023-02-01.md", "2023-2-a.md", "20230201-a.md"])
def test_an_article_without_any_date_is_invalid(below: str) -> None:
    (said,) = problems(text_of(date=None), below=below)
    assert said.startswith(f"content/{below}:1: publishedDateTime: missing")


def test_a_date_in_the_name_of_the_file_that_does_not_exist_is_an_error() -> None:
    (said,) = problems(text_of(date=None), below="2023-02-30-a.md")
    assert "'2023-02-30' at the start of the file's name is no date that exists" in said


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("' https://Example.com/ü x '", "https://example.com/%C3%BC%20x"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.com/?q=a|b", "https://example.com/?q=a%7Cb"),
        ("https://example.com/%zz", "https://example.com/%25zz"),
    ],
)
def test_a_url_is_normalized_and_is_link_and_id_alike(written: str, expected: str) -> None:
    found = article(text_of(f"id: {written}", sourceUrl=written))
    assert found.url == found.id == article(text_of(sourceUrl=written)).id == expected


WITH_URLS = pytest.mark.parametrize(
    "line",
    [
        "sourceUrl: {}",
        "ampUrl: {}",
        "cdnAmpUrl: {}",
        "images: [{{url: {}}}]",
        "enclosures: [{{url: {}}}]",
        "actions: [{{type: download, url: {}}}]",
        "provider: {{images: [{{url: {}}}]}}",
        "provider: {{authors: [{{name: A, url: {}}}]}}",
        "related: [{{sourceUrl: {}}}]",
        "id: {}",
    ],
)


def wrong_url(line: str, url: str) -> str:
    """Return the message for an article whose only wrong value is ``url`` in ``line``."""
    source = {"sourceUrl": None} if line.startswith("sourceUrl") else {}
    reading = read(text_of(line.format(url), **source))
    (problem,) = (problem for problem in reading.problems if problem.kind is not ProblemKind.REPAIRED)
    is_deciding = line.startswith(("sourceUrl", "id"))
    assert problem.kind is (ProblemKind.INVALID if is_deciding else ProblemKind.IGNORED)
    return str(problem)


@WITH_URLS
@pytest.mark.parametrize(
    "character", ["\\0", "\\x1b", "\\n.", "\\r.", "\\t.", "\\N", "\\L", "\0", "\x07.", "\x7f", "\x9f"]
)
def test_a_url_with_a_control_character_is_an_error(line: str, character: str) -> None:
    assert "holds a control character" in wrong_url(line, f'"https://e.com/{character}"')


@WITH_URLS
def test_user_information_in_a_url_is_an_error_that_does_not_show_it(line: str) -> None:
    said = wrong_url(line, "'https://me:sesame@e.com/'")
    assert "user information" in said
    assert "sesame" not in said


def test_a_url_over_several_lines_with_a_control_character_in_one_is_an_error() -> None:
    said = [str(problem) for problem in read(text_of("ampUrl: >-", "  https://e.com/", "  \x07a", "x: y")).problems]
    assert "ampUrl: holds a control character" in said[0]


def test_a_control_character_beside_a_url_is_no_error_of_the_url() -> None:
    reading = read(text_of("summary: a\x07b", "ampUrl: https://e.com/", "type: \x07c"))
    assert reading.article is not None
    assert reading.article.amp_url == "https://e.com/"


@pytest.mark.parametrize(
    "written", ["http://example.com/", "https://example.com/", "tag:example.com,2005:1", "urn:isbn:1"]
)
def test_an_id_that_is_an_absolute_uri_is_the_id(written: str) -> None:
    assert article(text_of(f"id: {written}")).id == written


@pytest.mark.parametrize(
    "written", ["010", "42", "1e3", "No", "2020-01-01", "12:30", "a b", "/path", "ü:x", "x" * 5000]
)
def test_any_other_id_becomes_a_uuid_of_its_text(written: str) -> None:
    assert article(text_of(f"id: {written}")).id == f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, written)}"


@pytest.mark.parametrize("change", [{"below": "moved/b.md"}, {"base_url": "https://else.example/"}])
@pytest.mark.parametrize("lines", [[], ["id: 7"], ["id: tag:a,1:x"]])
def test_an_id_does_not_change_with_the_place_of_the_file_or_the_output(
    lines: list[str], change: dict[str, str]
) -> None:
    assert article(text_of(*lines), **change).id == article(text_of(*lines, "topics: [a]")).id


@pytest.mark.parametrize(
    ("pattern", "below", "expected"),
    [
        ("/{year}/{month}/{day}/{slug}/", "a/2023-02-01-b.md", "2024/05/01/b/"),
        ("/{path}.html", "a/2023-02-01-b.md", "a/b.html"),
        ("/{path}/", "b.md", "b/"),
        ("/{slug}", "deep/er/b.c.md", "b.c"),
        ("/{slug}", "ü ?#%&.md", "%C3%BC%20%3F%23%25&"),
        ("/{slug}", "\\xff.md", "%5Cxff"),
        ("/x?p={slug}", "b.md", "x?p=b"),
        ("/{slug}/", "a/2023-02-01-b/index.md", "b/"),
        ("/{path}/", "a/2023-02-01-b/index.md", "a/b/"),
        ("/{path}/", "b.c/index.md", "b.c/"),
        ("/{path}/", "index.md", "index/"),
    ],
)
def test_the_permalink_gives_the_url_of_an_article_of_ones_own(pattern: str, below: str, expected: str) -> None:
    found = article(text_of(sourceUrl=None), below=below, permalink=pattern)
    assert (found.url, found.own) == (f"https://news.example.org/blog/{expected}", True)
    assert found.id == found.url


def test_the_permalinks_day_is_that_of_the_sites_time_zone() -> None:
    text = text_of(sourceUrl=None, date="2023-12-31T23:30:00Z")
    found = article(text, permalink="/{year}-{month}-{day}-{slug}", zone=ZoneInfo("Europe/Berlin"))
    assert found.url.endswith("/2024-01-01-a")


def test_a_source_that_is_there_wins_over_the_permalink() -> None:
    found = article(text_of(), permalink="/{slug}/")
    assert (found.url, found.own) == ("https://example.com/a", False)


def test_a_source_that_is_wrong_is_not_passed_over_for_the_permalink() -> None:
    assert places(text_of(sourceUrl="no"), permalink="/{slug}/") == [(4, "sourceUrl")]


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        ("[AI, Go]", ["AI", "Go"]),
        ("AI, Power  Apps ,, Go,", ["AI", "Power Apps", "Go"]),
        ("AI", ["AI"]),
        ("['a, b']", ["a, b"]),
        ("[AI, ai, Ai, ' AI ']", ["AI"]),
        ("['Cafe\u0301', 'CAFÉ', Straße, STRASSE]", ["Cafe\u0301", "Straße"]),
        ("[~, '', ' ', [], x]", ["x"]),
        ("[No, 010, 12:30]", ["No", "010", "12:30"]),
        ("{}", None),
    ],
)
def test_topics_are_a_list_or_one_text_split_at_commas(written: str, labels: list[str] | None) -> None:
    text = text_of(f"tags: {written}")
    if labels is None:
        assert places(text, kept=True) == [(5, "tags")]
    else:
        assert [topic.label for topic in article(text).topics] == labels


def test_a_provider_has_a_name_a_domain_images_and_authors() -> None:
    found = article(
        text_of(
            "provider:",
            "  name: Bücher",
            "  domain: BÜCHER.example",
            "  images: [{url: /p.png, width: 50, height: 50}]",
            "  authors: [{name: A, url: 'https://a.example/ü'}, {name: B}]",
            "  secret: x",
        )
    ).provider
    assert found == Provider(
        name="Bücher",
        domain="xn--bcher-kva.example",
        images=(Image(url="https://news.example.org/p.png", width=50, height=50),),
        authors=(Author(name="A", uri="https://a.example/%C3%BC"), Author(name="B")),
    )


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("{name: A, domain: A.example}", "a.example"),
        ("{name: Ä  b}", "name:ä b"),
        ("{domain: a.example.}", "a.example"),
        ("{}", None),
    ],
)
def test_a_provider_is_known_by_its_domain_and_by_its_name_without_one(provider: str, key: str | None) -> None:
    found = article(text_of(f"provider: {provider}")).provider
    assert found is not None
    assert found.key == key


def test_images_have_sizes_and_words_and_resolve_against_the_sites_url() -> None:
    line = "images: [{url: a b.png, width: 0, height: '640', title: T, attribution: A}, {url: //c.example/i}]"
    assert article(text_of(line)).images == (
        Image(url="https://news.example.org/blog/a%20b.png", height=640, title="T", attribution="A"),
        Image(url="https://c.example/i"),
    )


def test_attachments_have_a_type_a_size_a_title_and_a_duration() -> None:
    lines = [
        "attachments:",
        "- {url: /a.mp3, type: audio/mpeg, length: 5, title: T, duration: PT1M}",
        "- {url: /b, mime_type: 'text/plain; charset=utf-8', size: '7', duration: 1:30}",
        "- {url: /c, type: '', mime_type: a/b, length: , size: 0}",
    ]
    base = "https://news.example.org"
    assert article(text_of(*lines)).attachments == (
        Attachment(url=f"{base}/a.mp3", type="audio/mpeg", length=5, title="T", duration=60.0),
        Attachment(url=f"{base}/b", type="text/plain; charset=utf-8", length=7, duration=90.0),
        Attachment(url=f"{base}/c", type="a/b", length=0),
    )


def test_of_the_actions_only_downloads_are_attachments() -> None:
    lines = [
        "actions:",
        "- {type: Download, url: /a.zip, mime_type: application/zip, size: 5}",
        "- {type: register, url: not a url at all}",
        "- {url: /b}",
    ]
    (found,) = article(text_of(*lines)).attachments
    assert (found.url, found.type, found.length) == ("https://news.example.org/a.zip", "application/zip", 5)


def test_related_articles_have_the_same_keys_one_level_deep() -> None:
    (found,) = article(
        text_of(
            "related:",
            "- originalUrl: https://r.example/ü",
            "  title: 010",
            "  description: D",
            "  date: 2020-01-01",
            "  ampWebUrl: https://r.example/amp",
            "  cdnAmpWebUrl: https://r.example/cache",
            "  type: video",
            "  quality: -1",
            "  heat: 5",
            "  locale: de",
            "  provider: {name: R, domain: R.example}",
            "  images: [{url: /r.png}]",
            "  related: [not read]",
        )
    ).related
    assert (found.url, found.title, found.excerpt) == ("https://r.example/%C3%BC", "010", "D")
    assert (found.published_at, found.type, found.language) == (datetime(2020, 1, 1, tzinfo=UTC), "video", "de")
    assert (found.amp_url, found.amp_cache_url) == ("https://r.example/amp", "https://r.example/cache")
    assert (found.quality, found.heat, found.images[0].url) == (None, 5, "https://news.example.org/r.png")
    assert found.provider == Provider(name="R", domain="r.example")


@pytest.mark.parametrize("line", ["published: no", "draft: yes", "deleted: on", "removed: True"])
def test_a_related_article_that_is_not_published_is_left_out(line: str) -> None:
    assert article(text_of("related:", "- sourceUrl: https://r.example/", f"  {line}")).related == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [("en", "en"), ("pt_BR", "pt-BR"), ("zh-Hans-CN", "zh-Hans-CN"), ("no", "no"), ("NO", "NO")],
)
def test_a_language_is_a_tag_and_norwegian_is_no_boolean(written: str, expected: str) -> None:
    assert article(text_of(f"locale: {written}")).language == expected


UNKNOWN = ["secured", "draftNotes", "password"]


@pytest.mark.parametrize(
    "broken",
    [
        "heat: x",
        "dup: 1\ndup: 2",
        "  bad: indentation",
        "x: *nothing",
        "topics: [",
        "y: \x07",
        "z: !!binary [",
        "images: [{sesame-key: 1}]",
        "provider: {sesame-key: 1, sesame-key: 2}",
        "related: [{sesame-key: \x07}]",
    ],
)
def test_a_key_that_the_contract_does_not_name_is_in_no_message(broken: str) -> None:
    lines = [f"{key}-sesame: 'open sesame'" for key in UNKNOWN]
    for text in (text_of(*lines, broken), text_of(broken, *lines), text_of(*lines, broken, *lines)):
        reading = read(text)
        assert reading.problems
        assert "sesame" not in " ".join(map(str, reading.problems))


@pytest.mark.parametrize("kind", ["toml", "json"])
def test_a_key_that_the_contract_does_not_name_is_in_no_message_of_other_kinds(kind: str) -> None:
    texts = {
        "toml": [
            "[sesame]\na = 1\n[sesame]",
            "sesame = 1\nsesame = 2",
            "sesame = open sesame",
            "sesame.a = 1\nsesame.b.c = [",
        ],
        "json": ['"sesame": 1, "sesame": 2', '"sesame": sesame', '"sesame": "\\q"', '"sesame" 1'],
    }[kind]
    for text in texts:
        (said,) = problems(f"+++\n{text}\n+++\n" if kind == "toml" else f"{{{text}}}\n")
        assert "sesame" not in said


def test_nothing_of_an_unknown_key_is_written_anywhere(site: SiteFolder) -> None:
    site.add("good", secured="open sesame", sesame={"sesame": ["sesame"]}, provider={"name": "P", "sesame": "sesame"})
    site.add("bad", heat="x", secured="open sesame")
    site.write("twice", "---\ntitle: T\nsesame: 1\nsesame: 2\n---\n")
    done = [site.build("--report", "report.json", "-v"), site.run("validate"), site.run("explain", "content/good.md")]
    said = "".join(run.stdout + run.stderr for run in done)
    assert "twice.md:4: front matter: this key is set on line 3 already; keep one of the two" in said
    found = [path for path in site.root.rglob("*") if path.is_file() and path.parent != site.content]
    assert len(found) > 5
    assert [path for path in found if b"sesame" in path.read_bytes()] == []
    assert "sesame" not in said


def test_a_wrong_article_leaves_the_others_published(site: SiteFolder) -> None:
    site.add("good")
    site.add("bad", publishedDateTime=None, date="soon")
    done = site.build()
    assert done.stderr == "content/bad.md:4: date: 'soon' has no form of a date that is read; " + FORMS
    assert b"Title of good" in (site.output / "rss.xml").read_bytes()


def test_an_article_over_the_size_is_invalid_and_one_of_the_size_is_not(site: SiteFolder) -> None:
    size = site.add("a").stat().st_size
    site.add("b", body="x")
    site.configure(f"  max_file_size: {size}\n")
    assert site.build().stderr == f"content/b.md:1: file: is larger than content.max_file_size ({size} bytes)\n"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_of_a_title_is_kept_but_for_white_space_and_what_xml_cannot_hold(title: str) -> None:
    title = windows_1252(title)
    spaced = re.sub("[\x0b\x0c \t\r\n]+", " ", re.sub("[\0-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", title))
    kept = one_line(decoded(re.sub(" +", " ", spaced).strip()))
    reading = read(json.dumps({**VALID, "title": title}))
    assert (reading.article.title if reading.article else "") == kept


def test_too_many_topics_are_all_left_out() -> None:
    most = article(text_of(f"topics: [{', '.join(map(str, range(250)))}]"))
    assert len(most.topics) == 250
    reading = read(text_of(f"topics: [{', '.join(map(str, range(251)))}]"))
    assert reading.article is not None
    assert reading.article.topics == ()
    (problem,) = reading.problems
    assert problem.message.startswith("holds 251 topics; the maximum is 250")
