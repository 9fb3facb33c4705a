"""Template tags in bodies: known ones as HTML, others taken out and counted, code as it is written."""

from __future__ import annotations

import re

import pytest

from feedpub.core.html import FLAVOURS, ignored_tags, render_body

SITE = "https://garden.example/blog/"
PAGE = "https://garden.example/blog/fern/"


def body(markdown: str, flavour: str | None, known: str | None = None) -> str:
    def resolve(path: str, *, by_name: bool) -> str | None:
        return known if by_name else None

    return render_body(
        markdown, base=PAGE, page=PAGE, flavour=flavour, site_url=SITE, resolve=resolve if known else None
    )


CODE = '<pre><code class="language-php">&lt;?php\necho "a";\n\n?&gt;\n</code></pre>'


@pytest.mark.parametrize("flavour", [None, "jekyll"])
def test_highlighted_code_stays_as_it_is_written(flavour: str | None) -> None:
    assert body('{% highlight php %}\n<?php\necho "a";\n\n?>\n{% endhighlight %}', flavour) == CODE
    nested = body('- a\n\n  {% highlight php linenos %}\n  <?php\n  echo "a";\n\n  ?>\n  {% endhighlight %}', flavour)
    assert CODE in nested
    assert "`" not in body("{% highlight md %}\n```\nx\n```\n{% endhighlight %}", flavour).replace("```\nx\n```", "")


@pytest.mark.parametrize(
    ("flavour", "markdown", "expected"),
    [
        ("hugo", '{{< highlight php "linenos=1" >}}<?php\necho "a";\n\n?>{{< /highlight >}}', CODE),
        ("hexo", '{% codeblock lang:php a.php %}\n<?php\necho "a";\n\n?>\n{% endcodeblock %}', CODE),
        (
            "hugo",
            '{{< figure src="/f.jpg" alt="Fern" caption="A & B" width="9" >}}',
            (
                '<figure><img src="https://garden.example/f.jpg" alt="Fern" width="9">'
                "<figcaption>A &amp; B</figcaption></figure>"
            ),
        ),
        ("hugo", "{{< youtube a-1 >}}", 'href="https://www.youtube.com/watch?v=a-1"'),
        ("zola", '{{ youtube(id="a-1") }}', 'href="https://www.youtube.com/watch?v=a-1"'),
        ("jekyll", '{% include youtube.html id="a-1" %}', 'href="https://www.youtube.com/watch?v=a-1"'),
        ("hugo", "{{% vimeo 12 %}}", 'href="https://vimeo.com/12"'),
        ("hugo", "{{< gist ann 12 >}}", 'href="https://gist.github.com/ann/12"'),
        ("hugo", '{{< youtube "a-1" />}}', 'href="https://www.youtube.com/watch?v=a-1"'),
        ("hugo", "{{< youtube id=a-1 / >}}", 'href="https://www.youtube.com/watch?v=a-1"'),
        ("hugo", "{{< youtube \"x'><script>\" >}}", ""),
        ("jekyll", "{% raw %}{{ fern }}{% endraw %} `{% raw %}{{ a }}{% endraw %}`", "{{ fern }} <code>{{ a }}</code>"),
        ("jekyll", "a{% comment %} {{ b }} {% endcomment %}c", "<p>ac</p>"),
        ("jekyll", "[a]({{ '/b c.png' | relative_url }})", 'href="https://garden.example/blog/b%20c.png"'),
        ("jekyll", '![a]({{ "/b.png" | absolute_url }})', 'src="https://garden.example/blog/b.png"'),
        ("jekyll", "![a]({{ site.url }}{{ site.baseurl }}/b.png)", 'src="https://garden.example/blog/b.png"'),
        ("jekyll", '<img src="{{ site.baseurl }}/b.png">', 'src="https://garden.example/blog/b.png"'),
        ("jekyll", '{{ "/b" | prepend: site.baseurl | prepend: site.url }}', "https://garden.example/blog/b"),
        ("jekyll", '{% include figure.html src="/f.jpg" alt="F" %}', 'src="https://garden.example/f.jpg" alt="F"'),
        ("hexo", "{% details More %}a{% enddetails %}", "<details><summary>More</summary>"),
        ("jekyll", '{{ "https://a.example/b" | relative_url }}', "https://a.example/b</a>"),
        ("jekyll", "{% link /b.css %}", "/blog/b.css"),
        ("eleventy", "a{# note #}b", "<p>ab</p>"),
        ("astro", "a {/* b", " b</p>"),
        ("jekyll", '{{ "/b" | append: "/c" | escape }}', "<p>/b/c</p>"),
        ("jekyll", '{{ "/b" | append: moss }}x', "<p>x</p>"),
        ("jekyll", '{{ "/b" | loud | escape }}x', "<p>x</p>"),
        ("hexo", "{% codeblock lang:c++ %}\na\n{% endcodeblock %}", '<code class="language-c++">a'),
        ("hexo", "{% codeblock lang:x;y %}\na\n{% endcodeblock %}", "<pre><code>a"),
        (
            "hugo",
            '{{< figure src="/f.jpg" link="https://a.example/" title="Fern" >}}',
            '<a href="https://a.example/"><img src="https://garden.example/f.jpg" alt="Fern"></a>',
        ),
        ("hugo", '{{< figure alt="Fern" >}}x', "<p>x</p>"),
        ("hugo", "{{< tweet user=ann id=12 >}}", 'href="https://x.com/ann/status/12"'),
        ("hugo", "{{< gist https://gist.github.com/ann/1 >}}", 'href="https://gist.github.com/ann/1"'),
        ("hexo", "{% link The moss https://a.example/ %}", '<a href="https://a.example/">The moss</a>'),
        ("hexo", "{% asset_img moss %}x", "<p>x</p>"),
        ("jekyll", '{% include vimeo.html id="12" %}', 'href="https://vimeo.com/12"'),
        ("jekyll", '{% include moss.html src="/f.txt" %}x', "<p>x</p>"),
        ("zola", '{% quote(author="Ann") %}*Dig*.{% end %}', "<footer><strong>Ann</strong></footer>"),
        ("hexo", '{% asset_img big f.jpg 4 3 "Fern" %}', f'<img src="{PAGE}f.jpg" alt="Fern" width="4" height="3">'),
        ("hugo", "{{</* figure */>}}", "{{&lt; figure &gt;}}"),
        (
            "docusaurus",
            "import A from './a'\nimport {\n  B,\n} from 'b';\n\nText <b style={{a: 1}}>b</b>",
            "<p>Text <b>b</b></p>",
        ),
        ("docusaurus", "{/* note */}<img src={require('./f.jpg').default} />", f'<img src="{PAGE}f.jpg">'),
        ("docusaurus", "import duties rose.", "<p>import duties rose.</p>"),
    ],
)  # fmt: skip
def test_a_known_tag_becomes_html(flavour: str, markdown: str, expected: str) -> None:
    assert expected in body(markdown, flavour)
    assert "{%" not in body(markdown, flavour)


@pytest.mark.parametrize(
    ("flavour", "tag"),
    [
        ("jekyll", "{% post_url 2024-05-01-fern %}"),
        ("jekyll", "{{ site.baseurl }}{% link _posts/2024-05-01-fern.md %}"),
        ("hugo", '{{< ref "fern.md" >}}'),
        ("hugo", '{{% relref "fern" %}}'),
        ("hexo", "{% post_path fern %}"),
    ],
)
def test_a_reference_becomes_the_url_of_the_article_or_no_link(flavour: str, tag: str) -> None:
    assert body(f"[a]({tag})", flavour, "https://garden.example/blog/f/") == (
        '<p><a href="https://garden.example/blog/f/">a</a></p>'
    )
    assert body(f"[a]({tag})", flavour) == "<p>a</p>"
    assert ignored_tags(f"[a]({tag})", flavour) == ()


@pytest.mark.parametrize("flavour", ["jekyll", "hugo", "zola", "hexo", "vitepress"])
def test_an_unknown_tag_is_taken_out_and_counted(flavour: str) -> None:
    markdown = (
        "One {{ moss.green | loud }}\n\n{% shade deep %}two *kept*{% endshade %}\n\n"
        "![three](/a/{{ moss }}.png) <img src='{{ moss }}' alt='four'>\n\n"
        "`{{ moss }}`\n\n    {% moss %}\n\n```\n{{ moss }}\n```"
    )
    assert body(markdown, flavour) == (
        "<p>One</p>\n<p>two <em>kept</em></p>\n"
        '<p><img alt="three"> <img alt="four"></p>\n<p><code>{{ moss }}</code></p>\n'
        "<pre><code>{% moss %}\n</code></pre>\n<pre><code>{{ moss }}\n</code></pre>"
    )
    assert ignored_tags(markdown, flavour) == (
        (0, "{{ moss.green | loud }}"),
        (2, "{% shade %}"),
        (4, "{{ moss }}"),
        (4, "{{ moss }}"),
    )


def test_indented_lines_of_eleventy_are_no_code() -> None:
    markdown = "One {{ moss }}\n\n    {% moss %} *two*\n\n`{{ moss }}`"
    assert body(markdown, "eleventy") == "<p>One</p>\n<p><em>two</em></p>\n<p><code>{{ moss }}</code></p>"
    assert ignored_tags(markdown, "eleventy") == ((0, "{{ moss }}"), (2, "{% moss %}"))


def test_hugo_counts_a_pair_once_and_keeps_its_text() -> None:
    markdown = "a\n\n{{< box red >}}\n*b*\n{{< /box >}}"
    assert body(markdown, "hugo") == "<p>a</p>\n<p><em>b</em></p>"
    assert ignored_tags(markdown, "hugo") == ((2, "{{< box >}}"),)


def test_without_a_generator_text_stays_and_no_url_breaks() -> None:
    markdown = "Write {{ moss }} or {% moss %}. [a](/x/{{ moss }}) <img src='{{ moss }}/b.png' alt='b'>"
    assert body(markdown, None) == '<p>Write {{ moss }} or {% moss %}. a <img alt="b"></p>'
    assert ignored_tags(markdown, None)[0] == (0, "{{ moss }}")
    assert body("<a href='/x/{{moss'>a</a> [b](/{%)", None) == "<p>a b</p>"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "markdown",
    [
        "a {{ b }} {% c %} {{< d >}} e",
        "{% if a %}\n\n{{ b\n | c }}\n\n{% endif %}",
        "<table>\n<tr>\n<td>\n\n    {% for a in b %}<b>{{ a }}</b>{% endfor %}\n</td>\n</tr>\n</table>",
        "- a\n\n    {% code %}\n    b\n    {% endcode %}",
        "a {{ open\n\nb {% open\n\n:::\n\n::: {.x}\nc",
        "<p title='{{ a }}' {% b %}>c</p>",
        "{{ a {{ b }} c }}",
        ":::tip\n:::note\nb\n:::\n:::\n\nc\n:::",
        "# {{ a }} b\n\n[c {{ d }}](/e) ![{{ f }}](/g.png)",
        "<div>\n:::tip\na\n:::\n</div>",
    ],
)
def test_no_tag_and_no_mark_is_left_outside_of_code(markdown: str, flavour: str) -> None:
    markup = re.sub(r"<pre>.*?</pre>", "", body(markdown, flavour), flags=re.DOTALL)
    assert not re.search(r"\{[{%]|:::", markup), markup


def test_a_tag_on_an_indented_line_that_is_no_code_is_taken_out() -> None:
    markdown = '<ol>\n    {% for a in b %}\n    <li title="{{ a.title }}">{{ a.title }}</li>\n    {% endfor %}\n</ol>\n'
    assert "{" not in body(markdown, "jekyll")
    assert "{{ a }}" in body("Text\n\n    {{ a }}\n", "jekyll")


def test_braces_of_tex_are_no_tag() -> None:
    assert body("$$\nx^{{a}}\n$$", "hugo") == "<p>\n$$\nx^{ {a}}\n$$</p>"


@pytest.mark.parametrize("text", ["{{ open", "{% open", "{{< open", "{% raw %} open", "a }} b"])
def test_a_tag_without_an_end_is_text(text: str) -> None:
    assert "open" in body(text, "jekyll") or text == "a }} b"


@pytest.mark.parametrize(
    ("markdown", "shown", "told"),
    [
        (
            "::: v-pre\n{{ a }} `{{ b }}`\n:::\n\n{{ c }}",
            "<div>\n<p>{{ a }} <code>{{ b }}</code></p>\n</div>",
            ["{{ c }}"],
        ),
        (
            "::::v-pre\n:::tip T\n{{ a }}\n:::\n::::\n",
            "<div>\n<blockquote>\n<p><strong>T</strong></p>\n<p>{{ a }}</p>\n</blockquote>\n</div>",
            [],
        ),
        (
            "<span v-pre>{{ a }} <b>{{ b }}</b></span> {{ c }}",
            "<p><span>{{ a }} <b>{{ b }}</b></span></p>",
            ["{{ c }}"],
        ),
        ('<div class="x" v-pre>\n\n{{ a }}\n\n</div>\n', "<div>\n<p>{{ a }}</p>\n</div>", []),
        ("v-pre {{ a }}", "<p>v-pre</p>", ["{{ a }}"]),
    ],
)
def test_what_vue_keeps_as_it_is_written_stays(markdown: str, shown: str, told: list[str]) -> None:
    assert body(markdown, "vitepress") == shown
    assert [tag for _, tag in ignored_tags(markdown, "vitepress")] == told


def test_a_tag_that_writes_a_link_gives_its_url_to_a_link() -> None:
    shown = body("[a]({% post_link fern %})", "hexo", "https://garden.example/blog/f/")
    assert shown == '<p><a href="https://garden.example/blog/f/">a</a></p>'


@pytest.mark.parametrize("url", ["{tag}moss", "{category}soil/loam", "|author|ann", "{index}"])
def test_of_a_link_to_a_list_of_pelican_the_text_stays(url: str) -> None:
    assert body(f"[a]({url}) b", "pelican") == "<p>a b</p>"
