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
from support.bounded import bounded

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
    assert bounded(lambda: len(render(markup, **BASE))) <= 5 * len(markup) + 1000


@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
def test_nor_to_plain_text(markup: str) -> None:
    assert bounded(lambda: len(text.plain_text(markup))) <= len(markup)


MANY = 60_000
MARKDOWN = {
    "brackets": "[" * MANY,
    "links": "[a](" * MANY,
    "images": "![" * MANY,
    "references in references": "[a][b" * MANY,
    "nested links": "[a" * MANY + "](b)" * MANY,
    "destinations": "[a](<b" * MANY,
    "code": "".join("e" + "`" * number for number in range(2000)),
    "emphasis": "*a **b " * MANY,
    "emphasis within": "*_" * MANY + "a" + "_*" * MANY,
    "long emphasis": "**x" * MANY + "**" * MANY,
    "quotes": ">" * MANY,
    "lazy quotes": "> " * 100 + "a\n" + "a\n" * MANY,
    "lists": "- " * MANY,
    "deep lists": "".join("  " * number + "- a\n" for number in range(1500)),
    "a long URL of references": "[a]( " + ("&#" + "9" * 5000 + ";") * 400 + ")",
    "long URLs": ("[a](http://a.example/" + "&#9" * 45_000 + ")\n\n") * 5,
    "entities": "&amp;" * MANY * 10,
    "ampersands": "a " + "&" * MANY * 60,
    "tags": "a " + "<a " * MANY * 20,
    "comments": "a " + "<!--" * MANY * 20,
    "instructions": "a " + "<?" * MANY * 20,
    "lines": "a\n" * MANY * 30,
    "blank lines": "\n" * MANY * 60,
    "headings": "# a\n" * MANY * 15,
    "definitions": "".join(f"[{number}]: x\n" for number in range(MANY * 5)),
    "a wide table": "|" + "a|" * 5000 + "\n|" + "-|" * 5000 + "\n" + "a\n" * 5000,
    "one definition, again and again": "[a]: http://x/" + "y" * 100_000 + "\n\n" + "[a] " * MANY,
    "one title, again and again": '[a]: /x "' + "y" * 100_000 + '"\n\n' + "[a] " * MANY,
    "open notes": "[^1]: a\n\n" + "[^" * MANY,
    "definitions of notes": "[^1]: " * MANY,
    "notes in notes": "".join(f"[^{number}]: [^{number + 1}]\n" for number in range(7000)) + "\n[^0]",
    "definition lists": "a\n: b\n" * MANY,
    "nested definitions": "a\n" + ": " * MANY,
    "attribute lists": "`b`{#" * MANY,
    "lines of attributes": "- a\n" * (MANY // 4) + "\n" + "{:#a}\n" * (MANY // 4),
    "containers": "::: a\n" * (MANY // 4),
    "admonitions": "".join("    " * number + "!!! a\n" for number in range(400)),
    "alerts": "> [!NOTE]\n" * MANY,
    "tasks": "- [ ] " * MANY,
    "open URLs": "http://" * MANY,
    "addresses": "a@b." * MANY,
    "dollars": "$a " * MANY,
    "formulas": "\\[\n" * MANY,
    "equal headings": "# a b\n" * MANY,
    "template tags": "{{ x }}" * MANY,
    "open tags": "{% highlight a %}" * MANY,
    "code spans with tags": "{{x}}" + "".join("e" + "`" * number for number in range(1000)),
    "indented code with tags": "{{x}}\n\n" + "    a\n\nb\n\n" * MANY,
    "tags in URLs": "](x{{ a }}" * MANY,
    "noscript": "<noscript>" * MANY + "</noscript>" * 2,
    "late images": '<img "' * MANY,
    "a srcset": '<img srcset="' + "a 1x," * MANY + '">',
}  # fmt: skip


@pytest.mark.parametrize("markdown", MARKDOWN.values(), ids=MARKDOWN)
def test_no_markdown_takes_long(markdown: str) -> None:
    assert bounded(lambda: len(html.render_body(markdown, **BASE))) < 20_000_000


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
