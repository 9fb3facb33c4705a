"""The three kinds of front matter, what is none, and the line that an error names in each."""

from __future__ import annotations

import codecs
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reading import VALID, article, places, problems, read, text_of

TOML = '+++\ntitle = "A title"\ndate = 2024-05-01\nsourceUrl = "https://example.com/a"\n+++\nThe body.\n'
JSON = json.dumps(VALID, indent=2) + "\n\nThe body.\n"
YAML = text_of(body="The body.\n")
KINDS = pytest.mark.parametrize("text", [YAML, TOML, JSON], ids=["yaml", "toml", "json"])


@KINDS
def test_each_kind_gives_the_same_article(text: str) -> None:
    assert article(text) == article(YAML)
    assert article(text).body == "The body."


@KINDS
@pytest.mark.parametrize(
    "change",
    [
        lambda data: codecs.BOM_UTF8 + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: codecs.BOM_UTF8 + data.replace(b"\n", b"\r\n"),
        lambda data: b"\n \n\r\n" + data,
        lambda data: data + b"\n\n \n",
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["BOM", "CRLF", "CR", "BOM and CRLF", "blank lines before", "blank lines behind", "no last line end"],
)
def test_the_spelling_of_a_file_changes_nothing(text: str, change) -> None:
    assert article(change(text.encode())) == article(text)


@KINDS
def test_a_file_of_front_matter_alone_has_an_empty_body(text: str) -> None:
    assert article(text.replace("The body.\n", "")).body == ""


@KINDS
@pytest.mark.parametrize(
    "body",
    [
        "One\n---\ntwo\n\n---\n",
        "---\ntitle: B\n---",
        "+++\na = 1\n+++",
        "...\n",
        "}\n{\n",
        "    code\n\n    more",
        "\tcode",
        "| a |\n|---|\n| b |",
    ],
)
def test_the_body_is_kept_as_it_is_whatever_it_holds(text: str, body: str) -> None:
    assert article(text.replace("The body.", "\n \n" + body)).body == body.rstrip()


def test_dashes_inside_a_block_of_text_do_not_close_the_front_matter() -> None:
    found = article(text_of("summary: |", "  One", "  ---", "  two", body="The body."))
    assert (found.excerpt, found.body) == ("One\n---\ntwo", "The body.")


@pytest.mark.parametrize("line", ["--- ", "---\t", "..."])
def test_other_closing_lines_are_taken(line: str) -> None:
    assert article(YAML.replace("---\nThe", f"{line}\nThe")).body == "The body."


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n",
        codecs.BOM_UTF8,
        b"# A heading\n\nText.",
        b"title: T\n---\nText.",
        b"----\ntitle: T\n----\n",
        b"-- -\n",
    ],
)
def test_a_file_without_front_matter_is_invalid(text: bytes) -> None:
    (said,) = problems(text)
    hint = "its first lines are keys and values" if text.startswith(b"title:") else "a file begins with a line '---'"
    assert f"front matter: none found; {hint}" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: T\n\nText.", "content/a.md:1: front matter: never closed; end it with a line '---'"),
        ("\n\n---\n", "content/a.md:3: front matter: never closed; end it with a line '---'"),
        ("---", "content/a.md:1: front matter: never closed; end it with a line '---'"),
        ("\n+++\ntitle = 'T'\n", "content/a.md:2: front matter: never closed; end it with a line '+++'"),
        ('{\n"title": "T",\n', "content/a.md:2: front matter: not valid JSON: "),
    ],
)
def test_front_matter_that_is_never_closed_is_invalid(text: str, said: str) -> None:
    assert problems(text)[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\n- a\n- b\n---\n", "content/a.md:2: front matter: is a list; it must be keys and values"),
        ("\n---\n\n[a, b]\n---\n", "content/a.md:4: front matter: is a list; it must be keys and values"),
        ("---\njust text\n---\n", "content/a.md:2: front matter: is text; it must be keys and values"),
    ],
)
def test_front_matter_that_is_no_mapping_is_invalid(text: str, said: str) -> None:
    assert problems(text)[0].startswith(said)


@pytest.mark.parametrize("text", ["---\n---\n", "---\n# nothing\n---\n", "---\n~\n---\n", "+++\n+++\n", "{}\n"])
def test_empty_front_matter_lacks_what_is_required(text: str) -> None:
    assert places(text) == [(1, "title"), (1, "publishedDateTime"), (1, "sourceUrl")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (text_of("title: Another"), (5, "title")),
        (text_of("'title': Another"), (5, "title")),
        ("\n\n" + text_of("tags: a", "tags: b"), (8, "tags")),
        (text_of("provider:", "  name: A", "  domain: a.example", "  name: B"), (8, "provider")),
        (text_of("images:", "  - url: /a", "    url: /b"), (7, "images[0]")),
        (JSON.replace("{", '{\n"title": "T",', 1), (3, "title")),
        (JSON.replace("{", '{\n"images": [{"url": "/a",\n"url": "/b"}],', 1), (3, "images[0]")),
        (TOML.replace("date", "title = 'T'\ndate"), (3, "front matter")),
    ],
)
def test_a_key_that_stands_twice_is_an_error_with_its_line(text: str, place: tuple[int, str]) -> None:
    assert places(text, kept=not place[1].startswith(("title", "tags", "front"))) == [place]


@pytest.mark.parametrize("key", ["secured", "internal-note"])
@pytest.mark.parametrize(
    "text",
    ["---\n{}: 1\n{}: 2\n---\n", "+++\n{} = 1\n{} = 2\n+++\n", '{{"{}": 1, "{}": 2}}\n'],
    ids=["yaml", "toml", "json"],
)
def test_an_unknown_key_that_stands_twice_is_an_error_that_does_not_show_it(text: str, key: str) -> None:
    (said,) = problems(text.format(key, key))
    assert ": front matter: " in said
    assert key not in said


@pytest.mark.parametrize(
    "lines",
    [
        ["content: C", "handler: H", "metadata: M", "text: T", "encoding: E", "default_handler: D"],
        ["1: one", "2.5: x", "null: x", "true: x", "2024-05-01: x", "[a, b]: x", "{a: b}: x", "? "],
    ],
)
def test_no_key_is_too_odd_to_be_ignored(lines: list[str]) -> None:
    assert article(text_of(*lines, body="The body.")) == article(YAML)


@pytest.mark.parametrize("kind", ["yaml", "toml", "json"])
def test_the_keys_content_and_handler_can_be_named_as_fields(kind: str) -> None:
    fields = {"excerpt": ["content"], "type": ["handler"]}
    text = {
        "yaml": text_of("content: C", "handler: H"),
        "toml": TOML.replace("date", 'content = "C"\nhandler = "H"\ndate', 1),
        "json": JSON.replace("{", '{"content": "C", "handler": "H",', 1),
    }[kind]
    found = article(text, fields=fields)
    assert (found.excerpt, found.type) == ("C", "H")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (text_of("  images: x"), (5, "front matter")),
        ("\n\n" + text_of("topics: [a"), (8, "front matter")),
        (text_of("--- x"), (5, "front matter")),
        (text_of("provider:", "  name: A", "\tdomain: x"), (7, "front matter")),
        (text_of("topics: *t"), (5, "front matter")),
        (text_of("x:", "  - " + "[" * 60_000), (6, "front matter")),
        (text_of("x:", "  - " + "{a: " * 60_000), (6, "front matter")),
        (text_of("x:", "  " + "- " * 60_000), (6, "front matter")),
        (TOML.replace("date", "date = x\n"), (3, "front matter")),
        ("\n\n" + TOML.replace("date", "date = x\n"), (5, "front matter")),
        (TOML.replace("date", "title2 = \ndate"), (3, "front matter")),
        (TOML.replace("+++\nThe", 'x = """\na\n\n+++\nThe'), (5, "front matter")),
        (TOML.replace("date", "date = 2024-02-30\n#"), (3, "front matter")),
        (TOML.replace("date", "x = " + "[" * 60_000 + "\ndate"), (3, "front matter")),
        (TOML.replace("date", "x = " + "[" * 120 + "]" * 120 + "\ndate"), (3, "front matter")),
        (TOML.replace("date", ".".join("a" * 500) + " = 1\ndate"), (3, "front matter")),
        (TOML.replace("date", f"x = {'9' * 5000}\ndate"), (3, "front matter")),
        (JSON.replace('"date"', "date"), (3, "front matter")),
        ("\n\n" + JSON.replace('"date"', "date"), (5, "front matter")),
        (JSON.replace("{", '{\n"x": ' + "[" * 60_000 + ",", 1), (1, "front matter")),
        (JSON.replace("{", '{\n"x": ' + "[" * 120 + "]" * 120 + ",", 1), (2, "front matter")),
    ],
)
def test_what_cannot_be_parsed_is_an_error_with_its_line(text: str, place: tuple[int, str]) -> None:
    assert places(text) == [place]


NESTED = {
    "yaml": """

---
excerpt: |
  title: in the text

related:
- title: nested
  sourceUrl: https://example.com/r
  provider:
    domain: no host

provider:
  images:
    - url: /a.png

    - url: /b.png
      width: wide
title: [a]
images: [{url: /a.png},
  {url: /b.png, height: tall}]
quality: high
date: 2024-05-01
sourceUrl: https://example.com/a
---
""",
    "toml": '''

+++
excerpt = """
title = "in the text"
"""
# quality = "in a comment"


quality = "high"
date = 2024-05-01
sourceUrl = "https://example.com/a"
title = ["a"]

[[related]]
title = "nested"
sourceUrl = "https://example.com/r"
[related.provider]
domain = "no host"

[[images]]
url = "/a.png"
[[ images ]]
url = "/b.png"
"height" = "tall"

[provider]
images = [
  {url = "/a.png"},
  {url = "/b.png", width = "wide"},
]
+++
''',
    "json": """

{"excerpt": "\\"title\\": in the text",
 "related": [
  {"title": "nested",
   "sourceUrl": "https://example.com/r", "provider": {
     "domain": "no host"}}],
 "provider": {
  "images": [
    {"url": "/a.png"},
    {"url": "/b.png",
     "width": "wide"}]
  },
 "title": ["a"],
 "images": [{"url": "/a.png"}, {"url": "/b.png",
   "height": "tall"}],
 "quality":
    "high", "date": "2024-05-01",
 "sourceUrl": "https://example.com/a"
}
""",
}


# The line of what stands in an inline table of TOML is that of the key that holds it all.
@pytest.mark.parametrize("kind", NESTED)
def test_the_line_of_a_wrong_value_is_its_own_in_each_kind(kind: str) -> None:
    keys = ["title", "quality", "provider.images[1].width", "images[1].height", "related[0].provider.domain"]
    lines = {"yaml": [19, 22, 18, 21, 11], "toml": [13, 10, 28, 25, 19], "json": [14, 17, 12, 16, 7]}[kind]
    assert sorted(places(NESTED[kind])) == sorted(zip(lines, keys, strict=True))


def test_toml_tables_in_any_order_have_their_lines() -> None:
    text = """+++
title = "T"
date = 2024-05-01
sourceUrl = "https://example.com/a"
provider.name = "P"
[[related]]
sourceUrl = "https://example.com/1"
[related.provider]
name = "R"
[[related]]
sourceUrl = "https://example.com/2"
[[related.images]]
url = "/a"
[[related.images]]
url = "/b"
'width' = "wide"
[related.provider]
domain = "no host"
+++
"""
    assert places(text, kept=True) == [(18, "related[1].provider.domain"), (16, "related[1].images[1].width")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1e3", "1e3"),
        ("1.50", "1.50"),
        ("true", "true"),
        ("2024-05-01", "2024-05-01"),
        ("12:30:00", "12:30:00"),
        ("7", "7"),
        ("+99", "99"),
        ("1_000", "1000"),
        ("0x1F", "31"),
        ("07:32:00.10", "07:32:00.100000"),
        ("2024-05-01 10:00:00.50Z", "2024-05-01 10:00:00.500000+00:00"),
    ],
)
def test_a_toml_value_in_a_text_field_is_text(written: str, expected: str) -> None:
    assert article(TOML.replace('"A title"', written)).title == expected


@pytest.mark.parametrize(
    "written", ["2024-05-01T10:00:00Z", "2024-05-01T12:00:00+02:00", "2024-05-01 10:00:00", '"2024-05-01T10:00:00Z"']
)
def test_a_toml_date_is_a_date(written: str) -> None:
    found = article(TOML.replace("2024-05-01", written))
    assert found.published_at.isoformat() == "2024-05-01T10:00:00+00:00"


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1e3", "1e3"), ("1.50", "1.50"), ("true", "true"), ("NaN", "NaN"), ("9" * 5000, "9" * 5000)],
)
def test_a_json_value_in_a_text_field_stays_what_was_written(written: str, expected: str) -> None:
    assert article(JSON.replace('"A title"', written)).title == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (YAML.encode("utf-16"), "1: encoding: byte 0xff is not UTF-8; save the file as UTF-8"),
        (
            YAML.replace("A title", "Café").encode("latin-1"),
            "2: encoding: byte 0xe9 is not UTF-8; save the file as UTF-8",
        ),
        (YAML.encode() + b"\xc3(", "7: encoding: byte 0xc3 is not UTF-8; save the file as UTF-8"),
        (codecs.BOM_UTF8 + b"---\n\xff", "2: encoding: byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"---\r\n\r\n\xed\xa0\x80", "3: encoding: byte 0xed is not UTF-8; save the file as UTF-8"),
        (b"---\r\r\xfe", "3: encoding: byte 0xfe is not UTF-8; save the file as UTF-8"),
    ],
)
def test_bytes_that_are_no_utf_8_are_an_error_with_their_line(data: bytes, said: str) -> None:
    assert problems(data) == [f"content/a.md:{said}"]


DEEP = {
    "yaml": lambda depth, more: f"---\n#{more}\nx: {'[' * (depth - 1)}{']' * (depth - 1)}\n---\n",
    "toml": lambda depth, more: f"+++\n#{more}\nx = {'[' * (depth - 1)}{']' * (depth - 1)}\n+++\n",
    "json": lambda depth, more: f'{{"more": "{more}", "x": {"[" * (depth - 1)}{"]" * (depth - 1)}}}\n',
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("length", [0, 1000, 9_000, 20_000, 300_000])
def test_front_matter_101_deep_is_refused_at_every_length(kind: str, length: int) -> None:
    refusal = "front matter: nested more than 100 deep"
    deepest, deeper = (problems(DEEP[kind](depth, "x" * length)) for depth in (100, 101))
    assert deepest
    assert not any(refusal in problem for problem in deepest)
    assert [problem.partition(": ")[2] for problem in deeper] == [refusal]


def repaired(data: str | bytes) -> list[tuple[int, str]]:
    """The line and the key of each repair of an article that is valid."""
    reading = read(data)
    assert reading.article is not None
    return [(problem.line, problem.key) for problem in reading.problems]


@pytest.mark.parametrize("character", ["\0", "\x08", "\x0b", "\x1b", "\x7f", "\ufeff", "\ufffe", "\uffff"])
def test_characters_that_yaml_cannot_hold_are_taken_out_and_reported(character: str) -> None:
    text = text_of(f"summary: one{character}two", "", f"secured: {character}", body="The body.")
    assert repaired(text) == [(5, "summary"), (7, "front matter")]


def test_characters_of_the_body_that_xml_cannot_hold_are_taken_out_and_reported_once() -> None:
    reading = read(text_of(body="One\0\n\ntwo\x1b.\n" + "\0\n" * 100))
    assert reading.article is not None
    assert reading.article.body == "One\n\ntwo."
    assert [(problem.line, problem.key) for problem in reading.problems] == [(6, "body")]


@pytest.mark.slow
@pytest.mark.parametrize("lines", [[], ["x:"]])
def test_a_file_full_of_zeros_is_read_as_any_other(lines: list[str]) -> None:
    assert len(repaired(text_of(*lines, *["\0\0\0"] * 200_000))) == 1
    assert places("\0" * 1_000_000) == [(1, "front matter")]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_the_line_ends_of_unicode_shift_no_line(character: str) -> None:
    assert places(text_of(f"summary: one{character}two", "quality: high"), kept=True) == [(6, "quality")]


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=20)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
NAMES = [
    "title",
    "date",
    "sourceUrl",
    "ampUrl",
    "provider",
    "topics",
    "images",
    "enclosures",
    "related",
    "id",
    "published",
]


@given(st.dictionaries(st.sampled_from([*NAMES, "length", "locale", "quality", "<<"]), VALUES))
def test_whatever_json_holds_is_an_article_or_a_problem(values: dict[str, object]) -> None:
    for text in (json.dumps(values), f"---\n{json.dumps(values)}\n---\n"):
        reading = read(text)
        assert (reading.article is None) == any(problem.kind.value == "invalid" for problem in reading.problems)


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: f"---\n{text}\n---\n".encode()))
def test_whatever_a_file_holds_is_an_article_or_a_problem(data: bytes) -> None:
    reading = read(data)
    assert reading.article is not None or reading.problems


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_toml_holds_is_an_article_or_a_problem(text: str) -> None:
    reading = read(f"+++\n{text}\n+++\n")
    assert reading.article is not None or reading.problems
