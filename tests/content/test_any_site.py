"""The parts of the contract that articles of other programs need."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedpub.content.front_matter import MissingError, parse
from feedpub.core.errors import ProblemKind
from feedpub.core.media_models import Attachment
from feedpub.core.models import Author, Image
from feedpub.core.yaml_nodes import line_of
from support.reading import article, problems, read, text_of

BASE = "https://news.example.org/blog/"


@pytest.mark.parametrize("written", ["Ann", "[Ann]", "{name: Ann}", "[{name: Ann}]"])
def test_an_author_is_a_name_a_mapping_or_a_list(written: str) -> None:
    assert article(text_of(f"author: {written}")).authors == (Author(name="Ann"),)


@pytest.mark.parametrize("written", ["Ann Lee <ann@e.com>", "ann@e.com (Ann Lee)", "{name: Ann Lee <ann@e.com>}"])
def test_an_author_may_have_an_address_in_the_name(written: str) -> None:
    assert article(text_of(f"author: {written}")).authors == (Author(name="Ann Lee", email="ann@e.com"),)


@pytest.mark.parametrize("written", ["Ann <Lee>", "Ann (Lee)", "ann@e.com", "<ann@e.com>"])
def test_a_name_without_both_stays(written: str) -> None:
    assert article(text_of(f"author: '{written}'")).authors == (Author(name=written),)


def test_an_author_has_a_page_and_an_address() -> None:
    text = text_of("authors: [{name: A &amp; B, url: /ann, email: ann@example.org}, 'Doe, Jo']")
    page = "https://news.example.org/ann"
    assert article(text).authors == (Author(name="A & B", uri=page, email="ann@example.org"), Author(name="Doe, Jo"))


@pytest.mark.parametrize("written", ["/e.mp3", "[/e.mp3]", "{url: /e.mp3}", "[{url: /e.mp3}]"])
@pytest.mark.parametrize("key", ["enclosure", "enclosures", "attachments"])
def test_an_attachment_is_a_text_a_mapping_or_a_list(key: str, written: str) -> None:
    expected = (Attachment(url="https://news.example.org/e.mp3"),)
    assert article(text_of(f"{key}: {written}")).attachments == expected


def test_images_are_texts_too() -> None:
    assert article(text_of("images: [a.png, {url: /b.png}]")).images == (
        Image(url=f"{BASE}a.png"),
        Image(url="https://news.example.org/b.png"),
    )


def test_a_key_may_be_a_path_in_mappings() -> None:
    fields = {"topics": ["taxonomies.tags"], "authors": ["extra.by.name"], "images": ["cover.image"]}
    text = text_of("taxonomies: {tags: [a, b]}", "extra: {by: {name: Ann}}", "cover: {image: c.png}")
    found = article(text, fields=fields)
    assert [topic.label for topic in found.topics] == ["a", "b"]
    assert (found.authors, found.images) == ((Author(name="Ann"),), (Image(url=f"{BASE}c.png"),))
    assert article(text_of("taxonomies: [x]"), fields=fields).topics == ()


def test_a_draft_below_a_path_is_a_draft() -> None:
    text = text_of("extra: {shown: no}")
    assert article(text, fields={"published": ["extra.shown"]}).withheld == "extra.shown: false"


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["tags: [a, b]", "categories: [c, a]"], ["c", "a", "b"]),
        (["tags: a"], ["a"]),
        (["categories: c"], ["c"]),
        (["topics: t"], ["t"]),
        ([], []),
    ],
)
def test_keys_that_are_merged_come_first(lines: list[str], labels: list[str]) -> None:
    found = article(text_of(*lines), fields={"topics": ["categories + tags"]})
    assert [topic.label for topic in found.topics] == labels


@pytest.mark.parametrize("written", ["0001-01-01", "0001-01-01T00:00:00Z", "0000-00-00 00:00:00"])
def test_a_zero_date_is_no_date(written: str) -> None:
    lines = [f"lastmod: {written}", f"expires: {written}", f"publishedDateTime: {written}"]
    found = article(text_of(*lines))
    assert found.published_at == found.updated_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert found.expires_at is None
    found = article(text_of(date=written), below="2024-02-03-a.md")
    assert found.published_at == datetime(2024, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("It&#8217;s", "It\u2019s"),
        ("AT&amp;T", "AT&T"),
        ("'&amp;lt;b&gt;'", "&lt;b>"),
        ("Copy&copy", "Copy&copy"),
        ("a < b <i>c</i>", "a < b <i>c</i>"),
        ("'&#150; &#x92;'", "\u2013 \u2019"),
        ('"\\x96"', "\u2013"),
        ("a\x96b", "a\u2013b"),
    ],
)
def test_references_and_c1_characters_in_names_are_replaced_once(written: str, expected: str) -> None:
    found = article(text_of(f"topics: [{written}]", f"author: {written}", title=written))
    assert [found.title, found.topics[0].label, found.authors[0].name] == [expected] * 3


@pytest.mark.parametrize(("written", "expected"), [("/about/", "about/"), ("about", "about"), ("x/?y=1", "x/?y=1")])
def test_a_key_of_the_configuration_may_hold_a_path(written: str, expected: str) -> None:
    found = article(text_of(f"permalink: {written}", sourceUrl=None), fields={"url": ["permalink"]})
    assert (found.url, found.own) == (BASE + expected, True)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/{slug}/", "other/"),
        ("/{path}/", "x/other/"),
        ("/{filename}", "2023-02-01-b"),
        ("/{folder}/{category}/{slug}", "x/N%20ews/other"),
    ],
)
def test_permalinks_take_the_slug_and_the_category(pattern: str, expected: str) -> None:
    text = text_of("slug: other", "categories: [N ews, y]", sourceUrl=None)
    assert article(text, below="x/2023-02-01-b.md", permalink=pattern).url == BASE + expected


def test_a_part_of_a_permalink_without_a_value_leaves_no_empty_folder() -> None:
    found = article(text_of(sourceUrl=None), permalink="/{folder}/{category}/{slug}/")
    assert found.url == f"{BASE}a/"


@pytest.mark.parametrize("key", ["Draft", "DRAFT", "Removed"])
def test_a_draft_in_any_case_is_withheld(key: str) -> None:
    assert article(text_of(f"{key}: true")).withheld == f"{key}: true"


@pytest.mark.parametrize(
    ("field", "key"),
    [("title", "Title"), ("published_at", "pubDate"), ("published_at", "createdOn"), ("url", "canonical_url")],
)
def test_a_missing_field_suggests_the_key_that_looks_like_it(field: str, key: str) -> None:
    absent = {"title": "title", "published_at": "date", "url": "sourceUrl"}[field]
    (message,) = problems(text_of(f"{key}: x", **{absent: None}))
    assert f"if it is '{key}', set content.fields: {{{field}: [{key}]}}, or content.generator" in message


def test_a_missing_field_names_the_key_of_the_site() -> None:
    (message,) = problems(text_of(date=None), fields={"published_at": ["created"]})
    assert message.startswith("content/a.md:1: created: missing")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("title: a: b", "in quotes"),
        ("title: @x", "put the value in quotes"),
        ('title: "a" b', "put the whole value in quotes"),
        ("title: *x*", "in quotes"),
        ("\ttitle: x", "indent with spaces, not with tabs"),
    ],
)
def test_broken_yaml_comes_with_the_repair(line: str, hint: str) -> None:
    (message,) = problems(text_of(line, title=None))
    assert hint in message


@pytest.mark.parametrize(
    ("below", "text", "kind"),
    [
        ("a.rst", "Title\n=====\n", "reStructuredText"),
        ("a.adoc", "---\ntitle: T\n---\n", "AsciiDoc"),
        ("a.org", "#+TITLE: T\n", "Org mode"),
        ("a.html", "<p>Hi", "HTML without front matter"),
    ],
)
def test_a_file_of_another_kind_is_named_with_the_way_out(below: str, text: str, kind: str) -> None:
    (message,) = problems(text, below=below)
    assert message.startswith(f"content/{below}:1: file: is {kind}; ")
    assert "content.exclude" in message


def test_an_html_file_with_front_matter_is_read() -> None:
    assert article(text_of(body="<p>Hi"), below="a.html").body == "<p>Hi"


def test_a_head_without_delimiters_is_read_on_request() -> None:
    text = "\nTitle: A: title\nTags: a, b\nSummary: one\n    two\nEmpty:\n\nThe: body.\n"
    document = parse(text, has_bare_head=True)
    values = {key: node.value for key, (_, node) in document.fields.items()}
    assert values == {"title": "A: title", "tags": "a, b", "summary": "one\ntwo", "empty": ""}
    assert document.body == "The: body."
    assert line_of(document.fields["summary"][0], document.offset) == 4
    with pytest.raises(MissingError, match="put a line '---'"):
        parse(text)


def test_a_related_article_that_may_be_a_draft_is_left_out() -> None:
    reading = read(text_of("related: [{sourceUrl: 'https://e.com/', draft: perhaps}]"))
    assert reading.article is not None
    assert reading.article.related == ()
    assert [problem.kind for problem in reading.problems] == [ProblemKind.IGNORED]


def test_a_date_in_the_place_of_published_is_one_of_publication() -> None:
    only = article("---\ntitle: T\nsourceUrl: https://example.com/a\npublished: 2024-05-01\n---\n")
    assert only.published_at == datetime(2024, 5, 1, tzinfo=UTC)
    # The later one holds an article back.
    assert article(text_of("published: 2099-01-01")).published_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert article(text_of("published: 2001-01-01")).published_at == article(text_of()).published_at
    assert [problem.key for problem in read(text_of("published: 2024-13-01")).problems] == ["published"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("publishDate: 2099-01-01", "2099-01-01"),
        ("PublishDate: 2024-06-01", "2024-06-01"),
        ("pubDate: 'Jun 01 2024'", "2024-06-01"),
        ("publish_date: 2023-01-01", "2024-05-01"),
        ("publishAt: 2024-06-01\npubdate: 2024-07-01", "2024-07-01"),
        ("publishDate: soon", "2024-05-01"),
        ("publishDate: 0001-01-01", "2024-05-01"),
        ("publishDate:", "2024-05-01"),
        ("publishDate: [2099-01-01]", "2024-05-01"),
        ("releaseDate: 2099-01-01", "2024-05-01"),
    ],
)
def test_a_date_that_says_when_to_publish_holds_an_article_back(line: str, day: str) -> None:
    dated = article(f"---\ntitle: T\ndate: 2024-05-01\nsourceUrl: https://a.example/\n{line}\n---\n")
    assert f"{dated.published_at:%Y-%m-%d}" == day


def test_so_does_one_beside_the_date_in_a_name() -> None:
    text = "---\ntitle: T\nsourceUrl: https://a.example/\npublishDate: 2099-01-01\n---\n"
    assert article(text, below="2024-05-01-a.md").published_at.year == 2099


@pytest.mark.parametrize("line", ["published: false", "draft: true"])
def test_a_date_that_says_when_to_publish_publishes_no_draft(line: str) -> None:
    only = article(text_of("publishDate: 2024-06-01", line))
    assert only.withheld == line


def test_a_date_in_a_name_needs_no_zeros() -> None:
    text = "---\ntitle: T\n---\n"
    found = article(text, below="posts/2016-1-05-a-b.md", permalink="/{year}/{month}/{day}/{slug}/")
    assert found.url == f"{BASE}2016/01/05/a-b/"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("01.05.2024", "has day and month in an order that is not certain; write 2024-05-31, the year first"),
        ("5/6/24", "has day and month in an order that is not certain"),
        ("1714557600", "is a number; if it counts the seconds since 1970, write 2024-05-01T10:00:00Z"),
        ("2024-05-01 10:00 Europe/Berlin", "names a time zone; write an offset such as +02:00"),
        ("2024-05-01 10:00 CEST", "names a time zone"),
        ("2024-05-01T25:00:00Z", "is not a date that exists"),
        ("0001-01-01T00:00:00Z", "stands for no date; give a date"),
        ("soon", "has no form of a date that is read; write 2024-05-31"),
    ],
)
def test_a_date_that_is_not_read_comes_with_the_repair(written: str, hint: str) -> None:
    text = f"---\ntitle: T\nsourceUrl: https://example.com/a\ndate: '{written}'\n---\n"
    (message,) = problems(text)
    assert message.startswith(f"content/a.md:4: date: '{written}' {hint}")


def test_a_date_may_have_a_zone_of_the_mail_standard() -> None:
    assert article(text_of("lastmod: 2024-05-01 10:00:00 EST")).updated_at == datetime(2024, 5, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "lines",
    [
        ["enclosure: |", "  https://x.example.org/e.mp3", "  12345", "  audio/mpeg"],
        ["enclosure: ['https://x.example.org/e.mp3 12345 audio/mpeg']"],
        ["enclosure: https://x.example.org/e.mp3", "enclosure_length: 12345", "enclosure_type: audio/mpeg"],
        ["podcast_file: https://x.example.org/e.mp3", "podcast_bytes: 12345", "podcast_mime: audio/mpeg"],
        ["audioUrl: https://x.example.org/e.mp3", "audioSize: 12345", "audioType: audio/mpeg"],
    ],
)
def test_the_length_and_type_of_an_attachment_stand_behind_its_url_or_in_keys_beside(lines: list[str]) -> None:
    expected = Attachment(url="https://x.example.org/e.mp3", length=12345, type="audio/mpeg")
    fields = {"attachments": ["podcast_file", "audioUrl"]}
    assert article(text_of(*lines), fields=fields).attachments == (expected,)


def test_a_mapping_of_topics_suggests_the_path() -> None:
    (problem,) = read(text_of("taxonomies: {tags: [a]}"), fields={"topics": ["taxonomies"]}).problems
    assert problem.kind is ProblemKind.IGNORED
    assert problem.message.endswith("a key in it is taxonomies.tags in content.fields")


def test_the_suggested_key_is_the_contract_s_own_in_another_case() -> None:
    messages = problems("---\ntitle: T\nsourceUrl: https://example.com/a\ncreated_on: x\nDate: 2024-05-01\n---\n")
    assert "if it is 'Date', set content.fields: {published_at: [Date]}" in messages[0]
