"""JSX in MDX: no component and no program is shown, and what they hold is."""

from __future__ import annotations

import pytest

from feedpub.core.html import ignored_tags, render_body

PAGE = "https://a.example/b/"


def rendered(text: str, flavour: str = "astro") -> str:
    return render_body(text, base=PAGE, page=PAGE, flavour=flavour)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <Sup>b</Sup> c", "<p>a b c</p>"),
        ("a <x.Y prop={{a: '}'}} {...rest}>b</x.Y>", "<p>a b</p>"),
        ("a <Big on={() => x > 1} t='>' />b", "<p>a b</p>"),
        ('a <Big\n\tsrc={picture}\n\talt="b"\n/>c', "<p>a c</p>"),
        ("<>a</>", "<p>a</p>"),
        ("a{' '}b{/* c */}", "<p>a b</p>"),
        ("<Note>\nIt is **so**\n</Note>", "<p>It is <strong>so</strong></p>"),
        ('<Image src="/a.png" alt="A" />', '<img src="https://a.example/a.png" alt="A">'),
        ("<Image src={a} alt='A' />\n\nb", "<p>b</p>"),
        ("<img src={require('./a.png')} />", '<img src="https://a.example/b/a.png">'),
        ("<Link to='/x'>y</Link>", '<p><a href="https://a.example/x">y</a></p>'),
        ("<LinkCard href='/x' title='y' />", '<p><a href="https://a.example/x">y</a></p>'),
        ('<div style={{color: "red"}} className="x">a</div>', "<div>a</div>"),
        ("<TabItem label='npm'>\n\na\n\n</TabItem>", "<p><strong>npm</strong></p>\n<p>a</p>"),
        ("1 < 2 and a<B and c", "<p>1 &lt; 2 and a&lt;B and c</p>"),
        ("`<A b={c} />`", "<p><code>&lt;A b={c} /&gt;</code></p>"),
        ("a <b>c</b>", "<p>a <b>c</b></p>"),
        ("<></>a<Big {b}/>", "<p>a</p>"),
        ("<Big a={b", "<p>&lt;Big a={b</p>"),
    ],
)
def test_components_are_taken_out_and_what_they_hold_stays(text: str, shown: str) -> None:
    assert rendered(text) == shown


def test_a_video_is_a_link() -> None:
    assert ">https://www.youtube.com/watch?v=abcdefghijk</a>" in rendered('<YouTube id="abcdefghijk" />')


def test_components_that_are_not_known_are_counted() -> None:
    text = "<Note>a</Note>\n\n<Image src='/a.png' alt='' />\n\n`<Code />`\n\n<Chart data={x} />"
    assert ignored_tags(text, "docusaurus") == ((0, "<Note>"), (6, "<Chart>"))


@pytest.mark.parametrize(
    ("text", "shown", "told"),
    [
        ("Hi {props.name}!", "<p>Hi !</p>", ["{ props.name }"]),
        ("a {/* b {c} */} d", "<p>a  d</p>", []),
        ("{'a'} {\"*b*\"} {`c`} {4.5} {' '}d", "<p>a *b* c 4.5  d</p>", []),
        ("{'{'}a{'}'} {'{{'}", "<p>{a} {{</p>", []),
        ("{`a ${b}`} c", "<p>c</p>", ["{ `a ${b}` }"]),
        ("{list.map((a) => (\n  <li>{a.b}</li>\n))}\n\nc", "<p>c</p>", ["{ list.map((a) => ( <li>{a.b}</li> )) }"]),
        ("`{a}` <code>{b}</code>", "<p><code>{a}</code> <code>{b}</code></p>", []),
        ("```js {1,3}\n{a}\n```", '<pre><code class="language-js">{a}\n</code></pre>', []),
        ("\\{a} b", "<p>{a} b</p>", []),
        ("# a {#own-id}", '<h1 id="own-id">a</h1>', []),
        (r"$\frac{a}{b}$ and $$x^{2}$$", r"<p>$\frac{a}{b}$ and $$x^{2}$$</p>", []),
        ("it costs $5, {a} costs $6", "<p>it costs $5,  costs $6</p>", ["{ a }"]),
        ("[a](https://b.example/{c}) d", "<p>a d</p>", ["{ c }"]),
        ("<b>{a}</b> c", "<p><b></b> c</p>", ["{ a }"]),
        ("{a b", "<p>{a b</p>", []),
    ],
)
def test_no_expression_is_shown(text: str, shown: str, told: list[str]) -> None:
    assert rendered(text) == shown
    assert [tag for _, tag in ignored_tags(text, "docusaurus")] == told


def test_the_line_of_an_expression_is_told() -> None:
    assert ignored_tags("a\n\n{b}\n", "astro", "x/a.mdx") == ((2, "{ b }"),)


@pytest.mark.parametrize("name", ["a.md", "a.markdown"])
def test_plain_markdown_of_astro_is_no_mdx(name: str) -> None:
    text = "import a from 'b'\n\n{c} <Note>d</Note>\n"
    shown = render_body(text, base=PAGE, page=PAGE, flavour="astro", source=f"posts/{name}")
    assert shown == "<p>import a from 'b'</p>\n<p>{c} d</p>"
    assert ignored_tags(text, "astro", name) == ()
    assert rendered(text, "astro") == "<p>d</p>"


def test_only_mdx_has_components() -> None:
    assert ignored_tags("<Note>a</Note>", "eleventy") == ()


@pytest.mark.parametrize(
    "text", ["<A", "<A b=", '<A b="', "<A b={", "<A b={`", "<A b={{}", "<A \n\n>", "<A b=>", "<", "</"]
)
def test_a_tag_without_an_end_is_text(text: str) -> None:
    assert "x" in rendered(f"{text} x")


def test_text_after_many_broken_tags_is_still_shown() -> None:
    assert rendered("<A b={ " * 150 + "x").endswith("x</p>")
