"""Bodies as the generators render them: each construct, with and without a generator."""

from __future__ import annotations

import pytest

from feedpub.core.html import FLAVOURS, excerpt_of, render_body

BASE = "https://garden.example/notes/"
PAGE = "https://garden.example/notes/seeds/"
ALL = (None, *FLAVOURS)


def body(markdown: str, flavour: str | None = None) -> str:
    return render_body(markdown, base=BASE, page=PAGE, flavour=flavour)


def fragment(name: str) -> str:
    return f'href="{PAGE}#{name}"'


NOTES = (
    "Sow early[^early], thin late[^2], sow again[^early].\n\n"
    "[^early]: Once.\n[^2]: https://seeds.example/thin\n[^unused]: Nobody reads this.\n"
)


def test_footnotes_link_to_their_notes_and_back() -> None:
    markup = body(NOTES)
    assert f'early<sup id="fnref:early"><a {fragment("fn:early")}>[1]</a></sup>' in markup
    assert f'again<sup id="fnref:early:1"><a {fragment("fn:early")}>[1]</a></sup>' in markup
    assert f'<li id="fn:early"><p>Once. <a {fragment("fnref:early")}>' in markup
    assert f"<a {fragment('fnref:early:1')}>" in markup
    assert '<li id="fn:2"><p><a href="https://seeds.example/thin">https://seeds.example/thin</a>' in markup
    assert "Nobody" not in markup


@pytest.mark.parametrize(
    ("flavour", "note", "reference"),
    [
        ("jekyll", "fn:early", "fnref:early"),
        ("hugo", "fn:1", "fnref:1"),
        ("eleventy", "fn1", "fnref1"),
        ("astro", "user-content-fn-early", "user-content-fnref-early"),
    ],
)
def test_footnotes_have_the_ids_of_the_generator(flavour: str, note: str, reference: str) -> None:
    markup = body(NOTES, flavour)
    assert fragment(note) in markup
    assert f'id="{note}"' in markup
    assert fragment(reference) in markup
    assert f'id="{reference}"' in markup


def test_a_note_in_any_script_is_a_note() -> None:
    markup = body("播種[^一]。\n\n[^一]: 早春在溫室裡播種最好。")
    assert '<li id="fn:一"><p>早春在溫室裡播種最好。 <a' in markup
    assert "[^" not in markup


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- [ ] dig\n- [X] sow", "<ul>\n<li>☐ dig</li>\n<li>☑ sow</li>\n</ul>"),
        ("see https://a.example/b_c_d.", '<a href="https://a.example/b_c_d">https://a.example/b_c_d</a>.'),
        ("(www.a.example/x)", '(<a href="http://www.a.example/x">www.a.example/x</a>)'),
        ("to me@a.example, soon", '<a href="mailto:me@a.example">me@a.example</a>, soon'),
        ("見https://a.example/頁。又", '<a href="https://a.example/%E9%A0%81">https://a.example/頁</a>。又'),
        ("www.a.example/x https://www.a.example/", '<a href="http://www.a.example/x">www.a.example/x</a> <a href="h'),
        ("xhttps://a.example/ ://b awww.a.example", "<p>xhttps://a.example/ ://b awww.a.example</p>"),
        ("at https://, www. and wwwx @ x@", "<p>at https://, www. and wwwx @ x@</p>"),
        ("(https://a.example/b(c)) d", '(<a href="https://a.example/b(c)">https://a.example/b(c)</a>) d'),
        ("https://a.example/?a=1&copy;", '<a href="https://a.example/?a=1">https://a.example/?a=1</a>'),
        ("/me@a.example é.me@a.example", "<p>/me@a.example"),
        ("clone git@a.example:b/c", "<p>clone git@a.example:b/c</p>"),
        ("`https://a.example/`", "<code>https://a.example/</code>"),
        ("[https://a.example/](/b)", '<a href="https://garden.example/b">https://a.example/</a>'),
        ("~~weed~~", "<s>weed</s>"),
        ("|a|b|\n|-|:-:|\n|1|2|", '<th align="center">b</th>'),
        ("> [!TIP]\n> Water it.", "<blockquote>\n<p><strong>Tip</strong></p>\n<p>Water it.</p>\n</blockquote>"),
        ("> [!caution] Thorns & all\n> Ouch.", "<p><strong>Thorns &amp; all</strong></p>\n<p>Ouch.</p>"),
        ("## Roots {#deep .x}", '<h2 id="deep">Roots</h2>'),
        ("## Roots\n{: .no_toc #deep}", '<h2 id="deep">Roots</h2>'),
        ("www.?!", "<p>www.?!</p>"),
        ("a ++ b", "<p>a ++ b</p>"),
        ("- a\n- b\n{: #deep}", '<ul id="deep">'),
        ("{: #deep}\n\nMoss", "<p>Moss</p>"),
        ("{:\n\nMoss", "<p>{:</p>"),
        ("`a`{: .x}b", "<p><code>a</code>b</p>"),
        ("Moss\n{: .note}\n\nFern", "<p>Moss</p>\n<p>Fern</p>"),
        ("* Contents\n{:toc}\n\nFern", "<p>Fern</p>"),
        ('[a](/b){:target="_blank"}!', '<a href="https://garden.example/b">a</a>!'),
        ('![a](/b.png){: width="30px" .c}', '<img src="https://garden.example/b.png" alt="a" width="30">'),
        ("$a_1 * b_2 * c$", "<p>$a_1 * b_2 * c$</p>"),
        ("\\\\(a_1 * b_2 * c\\\\)", "<p>\\(a_1 * b_2 * c\\)</p>"),
        ("$$\na_1\n- b_2\n$$", "$$\na_1\n- b_2\n$$</p>"),
        ("\\\\[a_1 * b_2\\\\]", "<p>\\[a_1 * b_2\\]</p>"),
        ("$$ a *b*\n\nc", "<p>$$ a <em>b</em></p>\n<p>c</p>"),
        ("$$ a_1 $$ *b*", "$$ a_1 $$ <em>b</em></p>"),
        ("$5 and *very* $6", "<p>$5 and <em>very</em> $6</p>"),
        ("```c++\nx<y\n```", '<code class="language-c++">x&lt;y'),
        ("``` {.r .x}\nx\n```", '<code class="language-r">'),
        (":::tip Mulch\nDo.\n:::", "<blockquote>\n<p><strong>Mulch</strong></p>\n<p>Do.</p>\n</blockquote>"),
        (":::tip\nDo.\n:::\n\nThen\n:::\n\nlast", "<p>Then</p>\n<p>last</p>"),
    ],
)  # fmt: skip
def test_every_generator_renders(markdown: str, expected: str, flavour: str | None) -> None:
    assert expected in body(markdown, flavour)


SOME = {
    "definitions of two terms": ("Loam\nClay\n: Soil.", "<dt>Loam</dt>\n<dt>Clay</dt>\n<dd>Soil.</dd>"),
    "definitions": ("Loam\n: Good soil.", "<dl>\n<dt>Loam</dt>\n<dd>Good soil.</dd>\n</dl>"),
    "admonitions": ('!!! note "Frost"\n    Late.', "<p><strong>Frost</strong></p>\n<p>Late.</p>"),
}


@pytest.mark.parametrize("flavour", ALL)
@pytest.mark.parametrize("name", SOME)
def test_some_generators_render(name: str, flavour: str | None) -> None:
    markdown, expected = SOME[name]
    is_rendered = flavour is None or getattr(FLAVOURS[flavour], name.partition(" ")[0])
    assert (expected in body(markdown, flavour)) is is_rendered


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        (":::warning", "Warning"),
        ("::: info Sun", "Sun"),
        (":::note[Shade]", "Shade"),
        (':::note{title="Wind"}', "Wind"),
    ],
)
def test_a_container_has_a_title(opening: str, title: str) -> None:
    assert f"<strong>{title}</strong>" in body(f"{opening}\nText\n:::")


def test_a_container_without_a_meaning_is_its_contents() -> None:
    assert body("::: code-group\nText\n:::\n\n::: details More\nHidden\n:::") == (
        "<div>\n<p>Text</p>\n</div>\n<details>\n<summary>More</summary>\n<p>Hidden</p>\n</details>"
    )


@pytest.mark.parametrize(
    ("flavour", "expected"),
    [
        (None, "2-größe--mehr-c"),
        ("jekyll", "2-größe--mehr-c"),
        ("mkdocs", "2-groe-mehr-c"),
        ("zola", "2-grosse-mehr-c"),
        ("hexo", "2-Große-Mehr-C"),
        ("vitepress", "_2-große-mehr-c"),
    ],
)
def test_headings_have_the_ids_of_the_generator(flavour: str | None, expected: str) -> None:
    assert f'<h2 id="{expected}">' in body("## 2. Größe & Mehr: C#", flavour)


@pytest.mark.parametrize("flavour", ["mkdocs", "pelican"])
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("==dig== ^^sow^^ H~2~O x^2^ a == b", "<mark>dig</mark> <ins>sow</ins> H<sub>2</sub>O x<sup>2</sup> a == b"),
        ("Press ++ctrl+alt+del++", "<kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>Del</kbd>"),
        ("# :material-leaf: Leaf :fontawesome-brands-x:{ .y }", '<h1 id="leaf">Leaf '),
        ("`==a== ++b++ :material-leaf:`", "<code>==a== ++b++ :material-leaf:</code>"),
        ('=== "Oak"\n\n    Strong.\n\n    === "Don\'t"\n\n        Cut.', "<p><strong>Oak</strong></p>\n<p>Strong.</p>"),
        ('=== "Oak"\n\n    Strong.\n\n    === "Don\'t"\n\n        Cut.', "<p><strong>Don't</strong></p>\n<p>Cut.</p>"),
        ("Text\n{ .annotate }", "<p>Text</p>"),
        ("<figure markdown>\n  ![a](/b.png)\n  <figcaption>c</figcaption>\n</figure>", '<img src="https://garden.'),
        ("<div markdown='1'>\n    *b*\n</div>\n\nc", "<em>b</em>"),
        ("<img src='/a.png'>\n**b**", "<strong>b</strong>"),
    ],
)  # fmt: skip
def test_python_markdown_renders(markdown: str, expected: str, flavour: str) -> None:
    assert expected in body(markdown, flavour)


def test_a_tab_ends_where_its_indented_lines_end() -> None:
    tabs = '=== "Oak"\n\n    Strong.\n\n=== "Elm"\n\n    Tall.\n\nAfter'
    lines = [
        line for line in body(tabs, "mkdocs").splitlines() if line.startswith(("<div", "</div")) or "After" in line
    ]
    assert lines == ["<div>", "</div>", "<div>", "</div>", "<p>After</p>"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('a\n\n--8<-- "x.md"\n\nb', "<p>a</p> <p>b</p>"),
        (
            '??? note "Oak"\n\n    --8<-- "x.md"\n\n    Strong.\n\nAfter',
            "<details> <summary>Oak</summary> <p>Strong.</p> </details> <p>After</p>",
        ),
    ],
)
def test_a_snippet_that_is_left_out_changes_nothing_around_it(markdown: str, expected: str) -> None:
    assert " ".join(body(markdown, "mkdocs").split()) == expected


def test_a_url_may_go_on_in_the_next_line_where_kramdown_reads_it() -> None:
    assert 'href="https://a.example/b-c"' in body("[a](https://a.example/\nb-c)", "jekyll")


def test_lines_break_where_the_generator_breaks_them() -> None:
    assert "a<br>\nb" in body("a\nb", "hexo")
    assert "<br>" not in body("a\nb", "jekyll")


def test_headings_have_ids_that_differ() -> None:
    markup = body("# Über *die* `Erde`!\n\n# Über die Erde\n\n[up](#über-die-erde)")
    assert '<h1 id="über-die-erde">' in markup
    assert '<h1 id="über-die-erde-1">' in markup
    assert f'href="{PAGE}#%C3%BCber-die-erde"' in markup
    assert '<h1 id="uber-die-erde">' in body("# Über die Erde", "mkdocs")


def test_an_id_or_class_that_could_be_more_is_dropped() -> None:
    assert body('<p id="a b">x</p><code class="x">y</code>') == "<p>x</p><code>y</code>"


def test_a_link_to_a_file_becomes_the_url_of_the_article() -> None:
    urls = {"../soil/clay loam.md": "https://garden.example/soil/clay/", "@/worms.md": "https://garden.example/worms/"}
    markup = render_body(
        "[a](../soil/clay%20loam.md#top) [b](@/worms.md) [c](none.md) [d](@/none.md)",
        base=BASE, page=PAGE, resolve=lambda path, by_name: None if by_name else urls.get(path),
    )  # fmt: skip
    assert markup == (
        '<p><a href="https://garden.example/soil/clay/#top">a</a> <a href="https://garden.example/worms/">b</a> '
        f'<a href="{BASE}none.md">c</a> d</p>'
    )


def test_no_colons_are_left_of_boxes_within_too_many() -> None:
    markup = body(":::note\n\na\n\n" * 40 + ":::\n" * 40, "docusaurus")
    assert markup.count("<blockquote>") == 24
    assert (markup.count("a</p>"), ":::" in markup) == (40, False)


@pytest.mark.parametrize("mark", ["<!--more-->", "<!-- truncate -->", "{/* truncate */}"])
def test_an_excerpt_ends_at_the_mark_outside_code(mark: str) -> None:
    assert (
        excerpt_of(f"One `{mark}` two.\n\n```\n{mark}\n```\n\n{mark}\n\nThree")
        == f"One `{mark}` two.\n\n```\n{mark}\n```"
    )


def test_a_body_without_a_mark_has_no_excerpt() -> None:
    assert excerpt_of("One <!-- no more --> two") is None
    assert excerpt_of("<!--more-->\nAll") is None


@pytest.mark.parametrize(
    ("flavour", "source", "url", "expected"),
    [
        ("mkdocs", "docs/blog/posts/a.md", "img/b.png", "https://garden.example/x/blog/img/b.png"),
        ("mkdocs", "docs/blog/posts/a/b.md", "../../img/b.png", "https://garden.example/x/blog/img/b.png"),
        ("mkdocs", "../site/docs/a.md", "../b.png", "https://garden.example/b.png"),
        ("mkdocs", "blog/a.md", "b.png", "https://garden.example/x/2024/a/b.png"),
        ("pelican", "content/a.md", "{static}/img/b.png", "https://garden.example/x/img/b.png"),
        ("pelican", "content/sub/a.md", "{static}b.png", "https://garden.example/x/sub/b.png"),
        ("pelican", "content/sub/a.md", "b.png", "https://garden.example/x/2024/a/b.png"),
        ("hexo", "source/_posts/a.md", "/img/b.png", "https://garden.example/x/img/b.png"),
        ("hexo", "source/_posts/a.md", "/x/img/b.png", "https://garden.example/x/img/b.png"),
        ("docusaurus", "blog/a.md", "/img/b.png", "https://garden.example/x/img/b.png"),
        ("hugo", "content/a/index.md", "b.png", "https://garden.example/x/2024/a/b.png"),
        ("hugo", "content/a.md", "/img/b.png", "https://garden.example/img/b.png"),
        ("jekyll", "_posts/a.md", "//cdn.example/b.png", "https://cdn.example/b.png"),
        ("vitepress", "posts/a.md", "//cdn.example/b.png", "https://cdn.example/b.png"),
    ],
)
def test_a_picture_lies_where_the_generator_puts_it(flavour: str, source: str, url: str, expected: str) -> None:
    page = "https://garden.example/x/2024/a/"
    site = "https://garden.example/x/"
    assert f'href="{page}c/"' in render_body(
        "[c](c/)", base=page, page=page, flavour=flavour, site_url=site, source=source
    )
    markup = render_body(f"![b]({url})", base=page, page=page, flavour=flavour, site_url=site, source=source)
    assert markup == f'<p><img src="{expected}" alt="b"></p>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("<div markdown>\n<div>a</div>\n\n*b*\n</div>", "<div>\n<div>a</div>\n<p><em>b</em></p>\n</div>"),
        ("<div markdown>\n*b*", "<div>\n<p><em>b</em></p>\n</div>"),
        ("LOAM\n*[LOAM]: Good soil", "LOAM"),
        ("    *[LOAM]: Good soil", "<pre><code>*[LOAM]: Good soil\n</code></pre>"),
    ],
)
def test_python_markdown_reads_html_and_abbreviations(markdown: str, expected: str) -> None:
    assert expected in body(markdown, "mkdocs")
