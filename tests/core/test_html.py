"""The HTML that subscribers get: it runs nothing, all its URLs are absolute, and its characters are valid."""

from __future__ import annotations

import re

import html5lib
import pytest

from feedpub.core.html import render_body, render_excerpt, sanitize
from feedpub.core.text import plain_text

BASE = "https://news.example.org/site/"
PAGE = "https://www.example.com/articles/1?a=b"

ATTACKS = """
<script>alert(1)</script>
<SCRIPT SRC=https://evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script/src="https://evil.example/x.js"></script>
<script>alert(1)
<<script>alert(1)//<</script>
<img src=x onerror=alert(1)>
<img src="x" OnErRoR="alert(1)">
<img/src="x"/onerror=alert(1)>
<img src='x' onerror='alert(1)'//>
<img src="javascript:alert(1)">
<img src="data:image/svg+xml,<svg onload=alert(1)>">
<img src=`javascript:alert(1)`>
<img "><script>alert(1)</script>">
<a href="javascript:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="java&#09;script:alert(1)">x</a>
<a href="java&#10;script:alert(1)">x</a>
<a href="&#1;javascript:alert(1)">x</a>
<a href="&#106;&#97;vascript:alert(1)">x</a>
<a href="&#x6A;avascript&colon;alert(1)">x</a>
<a href="jav&#x0A;ascript:alert(1)">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>
<a href="feed:javascript:alert(1)">x</a>
<a href="blob:https://evil.example/1">x</a>
<a href="file:///etc/passwd">x</a>
<a href="view-source:javascript:alert(1)">x</a>
<a onmouseover="alert(1)" href="https://ok.example/">x</a>
<svg onload=alert(1)></svg>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x></svg>
<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<math href="javascript:alert(1)">x</math>
<body onload=alert(1)>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<iframe src="data:text/html,<script>alert(1)</script>"></iframe>
<iframe title="<script>alert(1)</script>" src="https://ok.example/"></iframe>
<iframe src='https://ok.example/" onclick="alert(1)'></iframe>
<iframe src="https://ok.example/"><script>alert(1)</script></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<applet code="x"></applet>
<form action="javascript:alert(1)"><input type=submit></form>
<button formaction="javascript:alert(1)">x</button>
<input onfocus=alert(1) autofocus>
<isindex action="javascript:alert(1)">
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<base href="javascript:alert(1)//">
<link rel=stylesheet href="javascript:alert(1)">
<style>@import "javascript:alert(1)";</style>
<p style="background:url(javascript:alert(1))">x</p>
<div style="width:expression(alert(1))">x</div>
<table background="javascript:alert(1)"><tr><td>x</td></tr></table>
<video poster="javascript:alert(1)"></video>
<video><source onerror="alert(1)"></video>
<audio src=x onerror=alert(1)></audio>
<details open ontoggle=alert(1)>x</details>
<marquee onstart=alert(1)>x</marquee>
<blockquote cite="javascript:alert(1)">x</blockquote>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>
<title><img title="</title><img src=x onerror=alert(1)>"></title>
<template><script>alert(1)</script></template>
<xmp><script>alert(1)</script></xmp>
<!--><script>alert(1)</script>-->
<!--[if gte IE 4]><script>alert(1)</script><![endif]-->
<![CDATA[<script>alert(1)</script>]]>
<?xml-stylesheet href="javascript:alert(1)"?>
<x onclick=alert(1)>x</x>
""".strip().splitlines()

WAYS = {
    "sanitize": lambda markup: sanitize(markup, base=BASE, page=PAGE),
    "body": lambda markup: render_body(markup, base=BASE, page=PAGE),
    "body, inline": lambda markup: render_body(f"text {markup} text", base=BASE, page=PAGE),
    "excerpt": lambda markup: render_excerpt(markup, base=BASE, page=PAGE),
}
TAG = re.compile(r"<(?P<name>[a-z0-9]+)(?P<attributes>(?: [a-z]+=\"[^\"]*\")*)>")
SAFE_URL = re.compile(r"(?:https?://|mailto:|tel:)")


def clean(markup: str) -> str:
    return sanitize(markup, base=BASE, page=PAGE)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_reaches_a_subscriber(attack: str, way: str) -> None:
    markup = WAYS[way](attack)
    for tag in re.findall("<[^/][^>]*>", markup):
        match = TAG.fullmatch(tag)
        assert match, tag
        assert match["name"] not in {"script", "style", "iframe", "object", "embed", "svg", "math", "form", "base"}
        for name, value in re.findall(r' ([a-z]+)="([^"]*)"', match["attributes"]):
            assert not name.startswith("on")
            assert name != "style"
            if name in {"href", "src", "cite", "poster"}:
                assert SAFE_URL.match(value), tag


@pytest.mark.parametrize(
    "markup",
    [
        *ATTACKS,
        "<p>one<p>two",
        "<p><button><p>nested</p></button></p>",
        "<h2><marquee><table><h2>",
        "<b><i>crossed</b></i>",
        "<a href=/a>one<a href=/b>two</a></a>",
        "<a href=/a><iframe src=/b></iframe></a>",
        "<table><p>out</p><tr><td>in</table>",
        "<ul><li>one<li>two</ul></p></div>",
        "<td>a cell alone</td>",
        "a & b &nbsp; &unknown; &#0; < > \" '",
        "<video><track src=a><source src=b>old</video>",
        "<details><summary>s</summary>d</details>",
    ],
)
def test_a_strict_parser_finds_no_error(markup: str) -> None:
    html5lib.HTMLParser(strict=True).parseFragment(clean(markup))


@pytest.mark.parametrize("attack", ATTACKS)
def test_sanitized_html_is_sanitized_to_itself(attack: str) -> None:
    assert clean(clean(attack)) == clean(attack)


LINK = '<a href="https://video.example/1">https://video.example/1</a>'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<iframe src="https://video.example/1"></iframe>', LINK),
        ("<IFRAME SRC=https://video.example/1></IFRAME >", LINK),
        ("<iframe\n  src='https://video.example/1'\n></iframe\n>", LINK),
        ('<iframe src="https://video.example/1" />after', f"{LINK}after"),
        ('<iframe src="https://video.example/1"/>after', f"{LINK}after"),
        ('<iframe src="https://video.example/1"><p>after', f"{LINK}<p>after</p>"),
        ('<iframe src="https://video.example/1"></iframe', LINK),
        ('<iframe src="https://video.example/1">No frames? <b>Go</b> on</iframe>after', f"{LINK}after"),
        ('<iframe src=" https://video.example/1 "></iframe>', LINK),
        ('<iframe src="//video.example/1"></iframe>', LINK),
        ('<p>a<iframe src="https://video.example/1"></iframe>b</p>', f"<p>a{LINK}b</p>"),
        ('<iframe src="https://video.example/1"></iframe>' * 2, LINK * 2),
        (
            '<iframe src="/1" title="A &quot;film&quot; > &lt;b&gt;"></iframe>',
            '<a href="https://news.example.org/1">A "film" &gt; &lt;b&gt;</a>',
        ),
        (
            '<iframe src="/?a=1&b=2&copy=3"></iframe>',
            (
                '<a href="https://news.example.org/?a=1&amp;b=2&amp;copy=3">'
                "https://news.example.org/?a=1&amp;b=2&amp;copy=3</a>"
            ),
        ),
        (
            '<a href="https://a.example/">a<iframe src="https://video.example/1"></iframe></a>',
            f'<a href="https://a.example/">a</a>{LINK}',
        ),
        ("<iframe></iframe>text", "text"),
        ('<iframe src=""></iframe>text', f'<a href="{BASE}">{BASE}</a>text'),
        ('<iframe src="about:blank" title="Nothing"></iframe>text', "text"),
        ('<iframe src="javascript:alert(1)">x</iframe>text', "text"),
        ("text</iframe>", "text"),
        ('<!-- <iframe src="/1"></iframe> -->text', "text"),
    ],
)
def test_an_iframe_becomes_a_link_and_nothing_after_it_is_lost(markup: str, expected: str) -> None:
    assert clean(markup) == expected


def test_an_iframe_in_code_stays_code() -> None:
    markdown = '```html\n<iframe src="/1"></iframe>\n```'
    expected = '<pre><code class="language-html">&lt;iframe src="/1"&gt;&lt;/iframe&gt;\n</code></pre>'
    assert render_body(markdown, base=BASE, page=PAGE) == expected


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/a", "https://news.example.org/a"),
        ("a", "https://news.example.org/site/a"),
        ("../a", "https://news.example.org/a"),
        ("?q=1", "https://news.example.org/site/?q=1"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("#part", "https://www.example.com/articles/1?a=b#part"),
        ("a b.jpg", "https://news.example.org/site/a%20b.jpg"),
        ("  /a\n", "https://news.example.org/a"),
        ("http://other.example/a", "http://other.example/a"),
        ("HTTPS://other.example/a", "HTTPS://other.example/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+491234", "tel:+491234"),
    ],
)
def test_every_url_is_absolute(reference: str, url: str) -> None:
    assert clean(f'<a href="{reference}">x</a>') == f'<a href="{url}">x</a>'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            '<img src="a.jpg" srcset="b.jpg 2x, c.jpg 3x" sizes="50vw">',
            f'<img src="{BASE}a.jpg" srcset="{BASE}b.jpg 2x, {BASE}c.jpg 3x" sizes="50vw">',
        ),
        ('<video src="a.mp4" poster="p.jpg"></video>', f'<video src="{BASE}a.mp4" poster="{BASE}p.jpg"></video>'),
        ('<audio><source src="a.mp3"></audio>', f'<audio><source src="{BASE}a.mp3"></audio>'),
        ('<video><track src="a.vtt"></video>', f'<video><track src="{BASE}a.vtt"></video>'),
        ('<blockquote cite="/a">x</blockquote>', '<blockquote cite="https://news.example.org/a">x</blockquote>'),
        ('<q cite="#n">x</q>', f'<q cite="{PAGE}#n">x</q>'),
        ('<a href="http://[">x</a>', "<a>x</a>"),
    ],
)
def test_no_attribute_keeps_a_relative_url(markup: str, expected: str) -> None:
    assert clean(markup) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<h2>H</h2><p><em>e</em> <strong>s</strong> <code>c</code> <s>d</s> <kbd>k</kbd><br>x</p><hr>",
        '<ol start="3"><li>x</li></ol><ul><li>y</li></ul><dl><dt>t</dt><dd>d</dd></dl>',
        (
            '<table><caption>c</caption><thead><tr><th scope="col">a</th></tr></thead>'
            '<tbody><tr><td colspan="2">b</td></tr></tbody></table>'
        ),
        '<figure><img src="https://a.example/b.jpg" alt="" width="1" height="2"><figcaption>c</figcaption></figure>',
        '<p lang="de" dir="ltr" title="t">x</p>',
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        '<details open=""><summary>s</summary>d</details>',
    ],
)
def test_what_is_harmless_stays(markup: str) -> None:
    assert clean(markup) == markup


@pytest.mark.parametrize("element", ["script", "style", "template", "title", "svg", "object"])
def test_elements_without_words_for_a_reader_go_with_their_content(element: str) -> None:
    assert clean(f"a<{element}>hidden</{element}>b") == "ab"


@pytest.mark.parametrize("element", ["form", "button", "font", "center", "blink", "x-widget"])
def test_other_elements_go_and_their_words_stay(element: str) -> None:
    assert clean(f"a<{element}>words</{element}>b") == "awordsb"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# A\n\n*b* **c** `d`", '<h1 id="a">A</h1>\n<p><em>b</em> <strong>c</strong> <code>d</code></p>'),
        ("~~a~~", "<p><s>a</s></p>"),
        ("| a |\n|---|\n| b |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n"),
        ("[a](/b)", '<p><a href="https://news.example.org/b">a</a></p>'),
        ("[a](javascript:alert)", "<p>[a](javascript:alert)</p>"),
        ("<https://example.com/ü>", '<p><a href="https://example.com/%C3%BC">https://example.com/ü</a></p>'),
        ("a<b>c</b>", "<p>a<b>c</b></p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("---\n\na", "<hr>\n<p>a</p>"),
        ("a ]]> b", "<p>a ]]&gt; b</p>"),
        ("<!-- note -->", ""),
        ("   \n\n", ""),
    ],
)
def test_markdown_becomes_html(markdown: str, expected: str) -> None:
    assert render_body(markdown, base=BASE, page=PAGE).startswith(expected)


@pytest.mark.parametrize(
    ("excerpt", "expected"),
    [
        ("H&#038;M", "H&amp;M"),
        ("H&M", "H&amp;M"),
        ("1 < 2", "1 &lt; 2"),
        ("&lt;b&gt; is a tag", "&lt;b&gt; is a tag"),
        ("caf&eacute; &nbsp; x", "café \u00a0 x"),
        ("<p>H&#038;M <a href='/a'>b</a></p>", '<p>H&amp;M <a href="https://news.example.org/a">b</a></p>'),
        ("<b>open", "<b>open</b>"),
        ("a\x0bb\x00c", "a bc"),
    ],
)
def test_an_excerpt_becomes_html_whether_it_is_text_or_html(excerpt: str, expected: str) -> None:
    assert render_excerpt(excerpt, base=BASE, page=PAGE) == expected


def test_markup_that_nests_too_deep_keeps_its_text_and_costs_no_time() -> None:
    clean = sanitize(
        "<div>" * 100_000 + "text &amp; more <b>still</b>", base="https://x.example/", page="https://x.example/"
    )
    assert clean == "text &amp; more  still"
    assert plain_text("<div>" * 100_000 + "text") == "text"


def test_markup_that_nests_no_deeper_than_people_write_is_kept() -> None:
    nested = "<div>" * 200 + "text" + "</div>" * 200
    assert sanitize(nested + "<p>one<p>two" * 300, base="https://x.example/", page="https://x.example/").startswith(
        "<div>"
    )


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<a href='a.md'>b</a> <a href='/c'>d</a>", '<p>b <a href="https://x.example/c">d</a></p>'),
        (
            "<a href='a.md' title='t'><b>b</b> <img src='/c.png'></a>",
            '<p><b>b</b> <img src="https://x.example/c.png"></p>',
        ),
        ("<a id='top' href='a.md'>b</a> [c](#top)", '<p><a id="top">b</a> <a href="https://x.example/#top">c</a></p>'),
        ("[a [b](/b) c](a.md)", '<p>[a <a href="https://x.example/b">b</a> c](a.md)</p>'),
        ("[a](a.md)[b](a.md)", "<p>ab</p>"),
        ("<a href='tel:left-out'>a</a>", "<p>a</p>"),
        ("<a name='x'>a</a>", "<p><a>a</a></p>"),
    ],
)
def test_of_a_link_to_an_article_that_is_left_out_the_text_stays(markup: str, shown: str) -> None:
    url = "https://x.example/"
    assert render_body(markup, base=url, page=url, resolve=lambda path, by_name: "") == shown
