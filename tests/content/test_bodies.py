"""Links in bodies to other articles, and template tags that are told."""

from __future__ import annotations

import pytest

from feedpub.content.bodies import CrossLink, LinkedFile, links_in, name_of, names_of, target_of
from support.generators import reading_of
from support.making import article


@pytest.mark.parametrize(
    ("path", "below", "text", "target"),
    [
        ("content/blog/a.md", "blog/a.md", "b.md", "content/blog/b.md"),
        ("content/blog/a.md", "blog/a.md", "../notes/c.md", "content/notes/c.md"),
        ("content/blog/a.md", "blog/a.md", "@/notes/c.md", "content/notes/c.md"),
        ("content/blog/a.md", "blog/a.md", "/notes/c.md", "content/notes/c.md"),
        ("content/notes/c.md", "c.md", "@/blog/b.md", "content/blog/b.md"),
        ("content/en/a.md", "en/a.md", "/blog/d.md", "content/en/blog/d.md"),
        ("content/blog/a.fr.md", "blog/a.fr.md", "b.md", "content/blog/b.fr.md"),
        ("content/blog/a.md", "blog/a.md", "e/index.md", "content/blog/e/index.md"),
        ("content/blog/e/index.md", "blog/e/index.md", "../b.mdx", "content/blog/b.md"),
        ("content/blog/a.md", "blog/a.md", "none.md", None),
        ("content/blog/a.md", "blog/a.md", "c.md", None),
    ],
)
def test_a_path_is_that_of_a_file(path: str, below: str, text: str, target: str | None) -> None:
    assert found(path, below, text, by_name=False) == target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("c", "content/notes/c.md"),
        ("notes/c", "content/notes/c.md"),
        ("/notes/c.md", "content/notes/c.md"),
        ("e", "content/blog/e/index.md"),
        ("2024-05-01-f", "_posts/2024-05-01-f.md"),
        ("sub/2024-05-01-g", "_posts/sub/2024-05-01-g.md"),
        ("_posts/2024-05-01-f.md", "_posts/2024-05-01-f.md"),
        ("f", "_posts/2024-05-01-f.md"),
        ("other/c", None),
        ("2024-05-02-f", None),
    ],
)
def test_a_template_tag_may_name_an_article_anywhere(text: str, target: str | None) -> None:
    assert found("content/blog/a.md", "blog/a.md", text, by_name=True) == target


FILES = """
    content/blog/a.md content/blog/b.md content/blog/b.fr.md content/notes/c.md content/en/blog/d.md
    content/blog/e/index.md _posts/2024-05-01-f.md _posts/sub/2024-05-01-g.md
    """.split()


def found(path: str, below: str, text: str, *, by_name: bool) -> str | None:
    link = CrossLink(text, by_name, 1)
    names = names_of(link, path, below)
    files = [LinkedFile(file, None) for file in FILES if name_of(file) in names]
    target = target_of(link, path, below, files)
    return target.path if target else None


def test_the_links_of_a_body_are_those_outside_code() -> None:
    body = (
        "[a](b.md#top) `[x](x.md)`\n\n```\n[x](y.md)\n```\n\n<a href='c%20d.md'>c</a>\n\n"
        "[e][r] [w](https://a.example/b.md)\n\n[r]: <../f.md>"
    )
    assert links_in(article(body=body), None, 10) == (
        CrossLink("b.md", False, 10),
        CrossLink("c d.md", False, 16),
        CrossLink("../f.md", False, 20),
    )
    assert links_in(article(body="[a](/b) c.md"), None, 1) == ()


@pytest.mark.parametrize(
    ("generator", "tag"),
    [
        ("jekyll", "{% post_url 2024-05-01-f %}"),
        ("hugo", '{{< ref "2024-05-01-f" >}}'),
        ("hexo", "{% post_path 2024-05-01-f %}"),
    ],
)  # fmt: skip
def test_a_template_tag_links_by_name(generator: str, tag: str) -> None:
    assert links_in(article(body=f"One\n\n[f]({tag})"), generator, 1) == (CrossLink("2024-05-01-f", True, 3),)


def test_each_template_tag_is_told_once() -> None:
    text = "---\ntitle: A\ndate: 2024-05-01\n---\n\nOne {{< chart 1 >}}\n\n{{< chart 2 >}} {{ x }}\n`{{< y >}}`\n"
    reading = reading_of("hugo", "posts/a.md", text)
    assert [str(problem) for problem in reading.problems] == [
        "posts/a.md:6: body: {{< chart >}} is left out 2 times; feedpub runs no templates",
        "posts/a.md:8: body: {{ x }} is left out; feedpub runs no templates",
    ]
    assert reading.article is not None
