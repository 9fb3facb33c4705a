"""Inputs that once took minutes or gigabytes, or ended in a traceback, and similar ones: bounded, with one line of message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedpub.content import ArticleFile, ReadSettings, read_article
from feedpub.core import html, text, urls
from feedpub.core.slugs import slug
from feedpub.links.net.addresses import literal
from feedpub.output.media import Media
from feedpub.output.pages.languages import words_for
from feedpub.output.pages.views import _download
from support.bounded import SECONDS, bounded

pytestmark = pytest.mark.slow

WORDS = words_for("en")[1]
MARKS = "\u0316\u0301"
VALID = "title: A title\ndate: 2024-05-01\nsourceUrl: https://example.com/a\n"
TOML = '+++\ntitle = "A"\ndate = 2024-05-01\nsourceUrl = "https://example.com/a"\n'
BASE = {"base": "https://news.example.org/", "page": "https://example.com/a"}


def read(data: str, **more: Any) -> tuple[bool, list[str]]:
    """Return whether ``data`` is an article, and its problems; fail if that exceeds the bounds."""
    settings = ReadSettings(**{"base_url": BASE["base"], "zone": UTC, **more})

    def call() -> tuple[bool, list[str]]:
        reading = read_article(ArticleFile("content/a.md", "a.md", ""), data.encode(), settings)
        return reading.article is not None, [str(problem) for problem in reading.problems[:5]]

    return bounded(call)


REFUSED = {
    "toml: values": (TOML + "x = [" + "0," * 400_000 + "]\n+++\n", "5: front matter: holds more than 20000 values"),
    "toml: escapes": (TOML + 'x = "' + "\\u0016" * 700_000 + '"\n+++\n', "1: front matter: holds more than 1000000 characters"),
    "toml: a long key": (TOML + "a." * 100_000 + "b = 1\n+++\n", "5: front matter: nested more than 100 deep"),
    "toml: a deep key": (TOML + "a." * 10_000 + "b = 1\n+++\n", "5: front matter: nested more than 100 deep"),
    "toml: a deep table": (TOML + "[" + "a . " * 10_000 + "b]\n+++\n", "5: front matter: nested more than 100 deep"),
    "json: values": ('{"x":\n[' + "0," * 2_000_000 + "0]}", "1: front matter: holds more than 20000 values"),
    "json: objects": ('{"x":\n[' + "{}," * 1_000_000 + "0]}", "1: front matter: holds more than 20000 values"),
    "json: depth": ('{"x":\n' + "[" * 5000, "1: front matter: nested more than 100 deep"),
    "yaml: directives": (
        "---\n" + "".join(f"%TAG !a{number}! x\n" for number in range(300_000)) + "--- {title: x}\n---\n",
        "1: front matter: holds more than 100 directives (%)",
    ),
    "yaml: aliases": ("---\na: &a [x]\n" + "".join(f"b{n}: &b{n} [{'*a,' * 9}]\n" for n in range(9)) + "*b8: x\n---\n", ""),
    "yaml: doubled": (
        "---\na0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)) + "---\n",
        "holds more than 20000 values",
    ),
    "a huge number in JSON": ('{"title": ' + "9" * 4_000_000 + "}", "sourceUrl: missing"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "told"), REFUSED.values(), ids=REFUSED)
def test_a_bomb_is_refused_in_a_line(data: str, told: str) -> None:
    is_article, problems = read(data)
    assert not is_article
    assert any(told in problem for problem in problems), problems
    assert all(len(problem) < 300 for problem in problems)


PUBLISHED = {
    "toml: quotes in a comment": TOML + "# " + '\\"""' * 50_000 + "\n+++\n",
    "toml: a long text": TOML + 'x = """' + "x" * 900_000 + '"""\n+++\n',
    "json: a long text": '{"title": "A", "date": "2024-05-01", "sourceUrl": "https://a.example/", "x": "' + "x" * 4_500_000 + '"}',
    "json: escapes": '{"title": "A", "date": "2024-05-01", "sourceUrl": "https://a.example/", "x": "' + "\\n" * 2_000_000 + '"}',
    "a long id": f"---\n{VALID}id: tag:{'x' * 4_500_000}\n---\n",
    "marks on a topic": f"---\n{VALID}topics: [a{MARKS * 100_000}]\n---\n",
    "marks on a name": f"---\n{VALID}provider: {{name: a{MARKS * 100_000}}}\n---\n",
    "repaired topics": f"---\n{VALID}topics: [" + '"\\x01",' * 18_000 + "]\n---\n",
    "repaired titles": f"---\n{VALID}related: [" + '{sourceUrl: "http://a.b/", title: "\\x01x"},' * 3000 + "]\n---\n",
}  # fmt: skip


@pytest.mark.parametrize("data", PUBLISHED.values(), ids=PUBLISHED)
def test_what_only_looks_like_one_is_an_article(data: str) -> None:
    is_article, problems = read(data)
    assert is_article, problems


def test_lines_that_were_mended_are_looked_up_rather_than_gone_through() -> None:
    images = '- &a {url: "http://x/' + "\\\n   " * 200_000 + '"}\n' + "- *a\n" * 5000
    is_article, problems = read(f"---\n{VALID}images:\n{images}y: \x00\n---\n")
    assert is_article
    assert problems == [
        "content/a.md:205007: front matter: held characters that feeds cannot hold; they were taken out"
    ]


def test_too_many_topics_are_left_out_and_the_article_is_not() -> None:
    is_article, problems = read(f"---\n{VALID}topics: {','.join(map(str, range(500_000)))}\n---\n")
    assert is_article
    (problem,) = problems
    assert problem.startswith("content/a.md:5: topics: holds 500000 topics; the maximum is 250, ")


def test_a_date_that_the_permalink_has_no_year_for_is_a_problem() -> None:
    day = "9999-12-31T23:59:59Z"
    told = read(f"---\ntitle: A\ndate: {day}\n---\n", permalink="/{year}/{slug}/", zone=ZoneInfo("Asia/Tokyo"))
    assert told == (
        False,
        ["content/a.md:1: sourceUrl: missing, and in content.timezone the date is outside the years 1 to 9999"],
    )


# References to characters.


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#" + "0" * 5000 + "65 b", "A b"),
        ("&#" + "0" * 5000 + ";", "\ufffd"),
        ("&#x" + "f" * 5000 + ";", "\ufffd"),
        ("&amp;#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
    ],
)
def test_a_reference_of_any_length_is_a_character(written: str, read: str) -> None:
    assert text.unescape(written) == read
    assert text.plain_text(written) == read
    assert text.looks_like_html(written)
    assert html.render_excerpt(written, **BASE) == read.replace("&", "&amp;")
    assert html.render_excerpt(f"<b>{written}</b>", **BASE).startswith("<b>")


# Markup.

_NOAH = "".join(f"<b title={number}>" for number in range(249))
MARKUP = {
    "end tags make no room": "</i>" * 100_000 + "<div>" * 100_000,
    "nor do those in comments": "<div><!--</div>-->" * 60_000,
    "nor in attributes": "<div><a title='</div>'></a>" * 60_000,
    "nor in texts": "<div><style></div></style>" * 60_000,
    "nor out of scope": "<div><table><td></div></table>" * 60_000,
    "items nest in items": "<li><dd>" * 60_000,
    "opened again in each block": "<p>" + "".join(f"<b title={n}>" for n in range(240)) + "<p>x" * 8000,
    "nor closed by end tags out of scope": "<p>" + "".join(f"<b title={n}><object></b></object>" for n in range(300)) + "<p>x" * 5400,
    "opened again": f"<p>{_NOAH}" + "<p>x" * 20_000,
    "opened again, with end tags": "<p>" + "".join(f"<b title={n}><object></b></object>" for n in range(2000)) + "<p>x" * 5000,
    "all that are alike": "<p><b><i><u><s><em><strong><tt><code><big><small><strike><nobr><font>" * 3 + "<p>x" * 60_000,
    "references": "&amp;" * 900_000,
    "bare ampersands": "<p>" + "&" * 4_000_000,
    "blocks": "<p>" * 1_000_000,
    "less than": "<" * 4_000_000,
    "open tags": "<a " * 1_000_000,
    "open iframes": "<iframe " * 500_000,
    "quoted iframes": "<iframe \"'\"'" * 200_000,
    "open comments": "<!--" * 1_000_000,
    "attributes": "<a " + " ".join(f"x{number}=1" for number in range(50_000)) + ">",
}  # fmt: skip


@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
@pytest.mark.parametrize("render", [html.sanitize, html.render_body])
def test_no_markup_takes_long(markup: str, render: Callable[..., str]) -> None:
    # The sanitizer opens three equal elements again in each block: <p>x is <p><b><b><b>x</b></b></b></p>.
    assert bounded(lambda: len(render(markup, **BASE))) <= 8 * len(markup) + 1000


@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
def test_nor_to_plain_text(markup: str) -> None:
    assert bounded(lambda: len(text.plain_text(markup))) <= len(markup)


# Markdown. What takes time in proportion to the square of its length takes minutes at all of this one.

MANY = 60_000
SHARES = [pytest.param(4, id="a quarter"), pytest.param(1, id="all", marks=pytest.mark.campaign)]
MARKDOWN: dict[str, Callable[[int], str]] = {
    "brackets": lambda many: "[" * many,
    "links": lambda many: "[a](" * many,
    "images": lambda many: "![" * many,
    "references in references": lambda many: "[a][b" * many,
    "nested links": lambda many: "[a" * many + "](b)" * many,
    "destinations": lambda many: "[a](<b" * many,
    "code": lambda many: "".join("e" + "`" * number for number in range(many // 30)),
    "emphasis": lambda many: "*a **b " * many,
    "emphasis within": lambda many: "*_" * many + "a" + "_*" * many,
    "long emphasis": lambda many: "**x" * many + "**" * many,
    "quotes": lambda many: ">" * many,
    "boxes in boxes": lambda many: ":::tip\n" * many * 2,
    "boxes that end": lambda many: "".join(":" * (60 - number) + "tip\n" for number in range(57)) * (many // 50),
    "lazy quotes": lambda many: "> " * 100 + "a\n" + "a\n" * many,
    "lists": lambda many: "- " * many,
    "deep lists": lambda many: "".join("  " * number + "- a\n" for number in range(many // 40)),
    "a long URL of references": lambda many: "[a]( " + ("&#" + "9" * 5000 + ";") * (many // 150) + ")",
    "long URLs": lambda many: ("[a](http://a.example/" + "&#9" * (many * 3 // 4) + ")\n\n") * 5,
    "entities": lambda many: "&amp;" * many * 10,
    "ampersands": lambda many: "a " + "&" * many * 60,
    "tags": lambda many: "a " + "<a " * many * 20,
    "comments": lambda many: "a " + "<!--" * many * 20,
    "instructions": lambda many: "a " + "<?" * many * 20,
    "lines": lambda many: "a\n" * many * 30,
    "blank lines": lambda many: "\n" * many * 60,
    "headings": lambda many: "# a\n" * many * 15,
    "definitions": lambda many: "".join(f"[{number}]: x\n" for number in range(many * 5)),
    "a wide table": lambda many: "|" + "a|" * (many // 12) + "\n|" + "-|" * (many // 12) + "\n" + "a\n" * (many // 12),
    "one definition, again and again": lambda many: "[a]: http://x/" + "y" * 100_000 + "\n\n" + "[a] " * many,
    "one title, again and again": lambda many: '[a]: /x "' + "y" * 100_000 + '"\n\n' + "[a] " * many,
    "open notes": lambda many: "[^1]: a\n\n" + "[^" * many,
    "definitions of notes": lambda many: "[^1]: " * many,
    "notes in notes": lambda many: "".join(f"[^{number}]: [^{number + 1}]\n" for number in range(many // 9)) + "\n[^0]",
    "definition lists": lambda many: "a\n: b\n" * many,
    "nested definitions": lambda many: "a\n" + ": " * many,
    "attribute lists": lambda many: "`b`{#" * many,
    "lines of attributes": lambda many: "- a\n" * (many // 4) + "\n" + "{:#a}\n" * (many // 4),
    "containers": lambda many: "::: a\n" * (many // 4),
    "admonitions": lambda many: "".join("    " * number + "!!! a\n" for number in range(many // 150)),
    "alerts": lambda many: "> [!NOTE]\n" * many,
    "tasks": lambda many: "- [ ] " * many,
    "open URLs": lambda many: "http://" * many,
    "addresses": lambda many: "a@b." * many,
    "dollars": lambda many: "$a " * many,
    "formulas": lambda many: "\\[\n" * many,
    "equal headings": lambda many: "# a b\n" * many,
    "template tags": lambda many: "{{ x }}" * many,
    "open tags": lambda many: "{% highlight a %}" * many,
    "code spans with tags": lambda many: "{{x}}" + "".join("e" + "`" * number for number in range(many // 60)),
    "indented code with tags": lambda many: "{{x}}\n\n" + "    a\n\nb\n\n" * many,
    "tags in URLs": lambda many: "](x{{ a }}" * many,
    "noscript": lambda many: "<noscript>" * many + "</noscript>" * 2,
    "late images": lambda many: '<img "' * many,
    "a srcset": lambda many: '<img srcset="' + "a 1x," * many + '">',
}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", MARKDOWN)
def test_no_markdown_takes_long(name: str, share: int) -> None:
    markdown = MARKDOWN[name](MANY // share)
    bound = SECONDS if share == 1 else SECONDS // 2
    assert bounded(lambda: len(html.render_body(markdown, **BASE)), bound) < 20_000_000 // share


def test_of_excessive_markdown_the_text_stays() -> None:
    markdown = "The *news* <b>of</b> today & <script>hit()</script>\n\n" + "![" * MANY
    rendered = bounded(lambda: html.render_body(markdown, **BASE)[:60])
    assert rendered.startswith("The *news*  of  today &amp;  hit() ")


def test_references_are_followed_as_far_as_anybody_writes() -> None:
    markdown = '[a]: http://x.example/ "A"\n\n' + "[a] " * 5000
    assert html.render_body(markdown, **BASE).count('<a href="http://x.example/" title="A">a</a>') == 5000


# Names and addresses.


@pytest.mark.parametrize("convert", [text.match_key, slug, literal, lambda marks: urls.resolve(BASE["base"], marks)])
def test_no_name_takes_long(convert: Callable[[str], Any]) -> None:
    key = text.match_key("a" + MARKS * 200_000)
    bounded(lambda: str(convert(key))[:10])


def test_topics_that_differ_in_order_of_marks_alone_are_one_up_to_what_anybody_writes() -> None:
    assert text.match_key("a" + "\u0316\u0301" * 15) == text.match_key("a" + "\u0301\u0316" * 15)
    assert text.match_key("E\u0301") == text.match_key("\u00e9")


def test_long_urls_are_not_kept() -> None:
    kept = urls._cached_resolve.cache_info().currsize
    assert len(urls.resolve("https://long.example/", "x" * 100_000)) > 100_000
    assert urls._cached_resolve.cache_info().currsize == kept
    urls.resolve("https://long.example/", "x")
    assert urls._cached_resolve.cache_info().currsize > 0


def test_a_name_from_a_url_is_text() -> None:
    media = Media(url="https://example.com/a%00b%1b%0ac%ff%ef%bf%bf.mp3", type="audio/mpeg")
    assert _download(media, WORDS).label == "ab c\ufffd.mp3"
