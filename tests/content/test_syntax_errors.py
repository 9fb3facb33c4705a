"""The messages for TOML and JSON that cannot be parsed: the error and its line, without any of the values."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reading import article, places, problems

QUOTE = "; a quote is missing before it"
OPEN = "; what begins here is never closed"
COMMA = "A comma is missing in a list, or the ']' behind it"


def like(told: str, said: str) -> bool:
    """Return whether ``told`` matches ``said``, where a star stands for the words of Python's parsers."""
    return re.fullmatch(re.escape(said).replace(r"\*", "[^;]*"), told) is not None


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        ('title = "a', 2, "* (end of line)" + QUOTE),
        ("title = 'a", 2, """*"'"*""" + OPEN),
        ("\ntitle = 'a\n\ndate = 2024-05-01", 3, """*"'"*""" + OPEN),
        ("title = 'a\ntype = 'b'", 2, "* (end of line)" + QUOTE),
        ('title = "a\x7f"', 2, "*'\\x7f'*"),
        ("# \x7f", 2, "*'\\x7f'*"),
        ("\ndate: 2024-01-01", 3, "*'='*"),
        ("[a]\n[b]\n[a]", 4, "Cannot declare a table twice"),
        ("[a\n", 2, "*']'*"),
        ("[[a]\n", 2, "*']]'*"),
        ("a = [1]\n[[a]]", 3, "Cannot add to a table or list that is complete"),
        ("[a.b]\n[a]\nb.c = 1", 4, "Cannot define a table again"),
        ("x = {a = 1, a = 2}", 2, "A key stands twice in an inline table"),
        ("a = 1\n\na = [ # ]\n  1,\n\n]\nb = 2", 4, "A key stands here again, or is no table"),
        ("a = 1\na = '''\n\n'''\nb = 2", 3, "A key stands here again, or is no table"),
        ("a = 1\n[a]", 3, "A key stands here again, or is no table"),
        ("x = 1\ny = [\n  [1, 2],\n  {z = ']'},\n\n", 3, "*" + OPEN),
        ("y = [\n  1\n\n", 2, COMMA + OPEN),
        ("y = [\n  1\n  2\n]", 4, COMMA),
        ("x = {a = 1\n}", 2, "A comma is missing in an inline table, or the '}' behind it on its line"),
        ('x = """ "\na\n\n', 2, "*" + OPEN),
        ("x = '''\na\n\n", 2, "*\"'''\"*" + OPEN),
        ('x = "\\q"', 2, "*'\\'*"),
        ("x = 2024-02-30", 2, "*"),
        ("x = 1 y = 2", 2, "*"),
    ],
)
def test_what_is_wrong_with_toml_is_told_with_its_line(head: str, line: int, said: str) -> None:
    (told,) = problems(f"+++\n{head}\n+++\nIt's the body.\n")
    assert like(told, f"content/a.md:{line}: front matter: not valid TOML: {said}")


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9_" * 400 + "9", "0x" + "f" * 5000])
def test_a_number_of_too_many_digits_has_its_line(number: str) -> None:
    text = f"+++\nx = '{number}'\n# {number}\ny = {number}\n+++\n"
    assert problems(text) == ["content/a.md:4: front matter: a number has too many digits"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{"a": "x\n}', 1, "* (end of line)" + QUOTE),
        ('{\n"a": "\tx"\n}', 2, "*'\\t'*"),
        ('{\n"a": "x}', 2, "*"),
        ('{"a": 1\n"b": 2}', 2, "*','*"),
        ('{"a" 1}', 1, "*':'*"),
        ('{\n"a": }', 2, "*"),
        ('{"a": "\\q"}', 1, "*"),
    ],
)
def test_what_is_wrong_with_json_is_told_with_its_line(text: str, line: int, said: str) -> None:
    (told,) = problems(text)
    assert like(told, f"content/a.md:{line}: front matter: not valid JSON: {said}")


@pytest.mark.parametrize("secret", ["zq9", "'", '"', "=", "]", "a.b", "x)'y", "\\u003d"])
@pytest.mark.parametrize(
    "head",
    ['["{0}"]\n["{0}"]', 'x = {{"{0}" = 1, "{0}" = 2}}', 'x = []\n[[x."{0}"]]', 'x = {{a = 1}}\n[x."{0}"]\nb = 1'],
)
def test_no_key_is_in_what_is_said(secret: str, head: str) -> None:
    key = secret.replace('"', '\\"')
    (said,) = problems(f"+++\n{head.format(key)}\n+++\n")
    message = said.partition("not valid TOML: ")[2]
    assert message in {
        "Cannot declare a table twice",
        "A key stands twice in an inline table",
        "Cannot add to a table or list that is complete",
        "A key stands here again, or is no table",
    }


VALUES = st.sampled_from(
    [
        "1_0",
        "-0",
        "0xDEAD_beef",
        "07:32:00.10",
        "2024-05-01",
        "2024-05-01 07:32:00Z",
        "1e3",
        "-nan",
        "true",
        "'= ['",
        '"\\"]"',
        '"""\n\\"""[\n"""',
        "'''\n]]\n'''",
        "[]",
        "{}",
        "{ 1.a = [[2]], 'b]' = 3 }",
    ]
)
AROUND = st.sampled_from(["", " ", " # [ = , 1_0 ' \" {\n", "\n\n  ", "\t"])


@given(st.lists(st.tuples(AROUND, VALUES, AROUND), min_size=1, max_size=6), VALUES)
def test_no_value_of_toml_shifts_the_lines_of_the_keys_behind_it(items: list[tuple[str, str, str]], value: str) -> None:
    text = f"""+++
1_0.2024-05-01 = [ [ 1_0 , {value} ] , {{ 0x1 = {value}, 07 = "= 0x1F" }} , {value} ]
title = "T" # = {value!r}
x = [{",".join("".join(parts) for parts in items)},]
date = 2024-05-01
sourceUrl = "https://example.com/a"
[[1979-05-27.'07:32:00']]
x.y = {value} # ]
[[images]]
url = "/a"
[ images . "more" ]
y = {value}
[[images]] # [[ x = ]]
url = "/b"
width = "wide"
"""
    wide = text.count("\n")
    assert places(f"{text}+++\n", kept=True) == [(wide, "images[1].width")]


@pytest.mark.parametrize(
    ("written", "number"), [("1_000", 1000), ("0x1F", 31), ("0o17", 15), ("0b1_1", 3), ("+99", 99), ("-1", None)]
)
def test_every_whole_number_of_toml_is_one(written: str, number: int | None) -> None:
    text = f'+++\ntitle = "T"\ndate = 2024-05-01\nsourceUrl = "https://example.com/a"\nquality = {written}\n+++\n'
    assert article(text).quality == number


def test_the_size_and_the_seconds_of_an_attachment_may_be_written_so_too() -> None:
    text = """+++
title = "T"
date = 2024-05-01T10:00:00.10Z
sourceUrl = "https://example.com/a"
attachments = [{url = "/a.mp3", length = 1_000, duration = 1_000}, {url = "/b.mp3", length = 0xFF, duration = 00:01:30}]
+++
"""
    found = article(text)
    assert [(one.length, one.duration) for one in found.attachments] == [(1000, 1000), (255, 90)]
    assert found.published_at.isoformat() == "2024-05-01T10:00:00.100000+00:00"


@pytest.mark.parametrize("written", ['"1_000"', '"0x1F"', "1_000.0", "9_999_999_999_999_999", "07:32:00"])
def test_what_is_text_or_too_large_is_no_whole_number(written: str) -> None:
    text = f'+++\ntitle = "T"\ndate = 2024-05-01\nsourceUrl = "https://example.com/a"\nheat = {written}\n+++\n'
    assert places(text, kept=True) == [(5, "heat")]
