"""The rules of the other generators, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from feedpub.content.generators import generator_of
from feedpub.content.generators.rules import ListedAuthor
from feedpub.core.models import Author, Image
from support.generators import BASE, article_of, paths_of, reading_of, topics_of

DAY = "title: The Title\ndate: 2024-05-01\n"

SLUGIFIED = "permalink: '/{{ title | slugify }}/'"
URLS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("zola", "blog/2024-05-01-Été à Paris.md", "title: T", "/blog/ete-a-paris/", {}),
    ("zola", "blog/2024-05-01-a.md", "title: T", "/blog/2024-05-01-a/", {"file_dates": False}),
    ("zola", "blog/x/index.md", DAY, "/blog/x/", {}),
    ("zola", "blog/a.md", DAY + "slug: My Slug", "/blog/my-slug/", {}),
    ("zola", "blog/a.md", DAY + "path: whole/Path", "/whole/Path/", {}),
    ("zola", "blog/a.fr.md", DAY, "/fr/blog/a/", {"languages": ("en", "fr")}),
    ("zola", "blog/Ünï x.md", DAY, "/blog/%C3%9Cn%C3%AF%20x/", {"slugify": "off"}),
    ("zola", "blog/Ünï x: (y)?. .md", DAY, "/blog/%C3%9Cn%C3%AF%20x%20(y)/", {"slugify": "zola-safe"}),
    ("zola", "Blog Ünï/sub_x/a b.md", DAY, "/Blog%20%C3%9Cn%C3%AF/sub_x/a-b/", {}),
    ("zola", "日本語/テスト 1.md", DAY, "/%E6%97%A5%E6%9C%AC%E8%AA%9E/tesuto-1/", {}),
    ("zola", "2024-05-01_a.md", "title: T", "/a/", {}),
    ("zola", "2024-05-01.md", "title: T", "/2024-05-01/", {}),
    ("zola", "24-5-1-a.md", DAY, "/24-5-1-a/", {}),
    ("zola", "2024-05-01T10:00:00Z-a.md", "title: T", "/a/", {}),
    ("zola", "blog/2024-05-01-x/index.md", "title: T", "/blog/x/", {}),
    ("zola", "blog/2024-05-01-x/index.fr.md", "title: T", "/fr/blog/x/", {"languages": ("en", "fr")}),
    ("zola", "blog/a.en.md", DAY, "/blog/a-en/", {"languages": ("en", "fr")}),
    ("zola", "blog/a.fr.md", DAY, "/blog/a-fr/", {"languages": ("en",)}),
    ("zola", "blog/a.fr.md", DAY + "path: /un/chemin", "/un/chemin/", {"languages": ("en", "fr")}),
    ("zola", "a.md", DAY + "slug: Объект съезда", "/ob-ekt-s-ezda/", {}),
    ("eleventy", "posts/2024-05-01-one.md", "title: T", "/posts/2024-05-01-one/", {}),
    ("eleventy", "posts/Two Words.md", DAY, "/posts/Two%20Words/", {}),
    ("eleventy", "posts/four/index.md", DAY, "/posts/four/", {}),
    ("eleventy", "posts/a.md", DAY + "permalink: own/path/index.html", "/own/path/", {}),
    ("eleventy", "posts/2024-05-01-a.md", "title: T\npermalink: '/x/{{ page.fileSlug }}/'", "/x/a/", {}),
    ("eleventy", "a.md", f"{SLUGIFIED}\ntitle: Größe & it's\ndate: 2024-05-01", "/groesse-and-its/", {}),
    ("eleventy", "p/a.md", DAY + "permalink: '/{{ page.date | date: \"%Y/%m\" }}.html'", "/2024/05.html", {}),
    ("astro", "blog/First Post.md", DAY, "/blog/first-post/", {}),
    ("astro", "blog/deep/Sub_x/index.mdx", DAY, "/blog/deep/sub_x/", {}),
    ("astro", "blog/a.md", DAY + "slug: own/Slug", "/blog/own/Slug/", {}),
    ("astro", "a.md", DAY, "/blog/a/", {}),
    ("astro", "blog/a.md", DAY, "/writing/a", {"permalinks": {"blog": "/writing/{slug}"}}),
    ("docusaurus", "2024-05-01-hi there.md", "title: T", "/blog/2024/05/01/hi%20there", {}),
    ("docusaurus", "2024/05/02/deep/index.mdx", "title: T", "/blog/2024/05/02/deep", {}),
    ("docusaurus", "team/2024-5-3/x.md", "title: T", "/blog/2024/5/3/team/x", {}),
    ("docusaurus", "plain/index.md", DAY, "/blog/plain", {}),
    ("docusaurus", "2024-05-01-a.md", "title: T\nslug: /own/one", "/news/own/one/", {"permalink": "/news/{slug}/"}),
    ("hexo", "sub/你好 World.md", DAY, "/2024/05/01/sub/%E4%BD%A0%E5%A5%BD%20World/", {}),
    ("hexo", "a.md", DAY + "permalink: own/path/", "/own/path/", {}),
    ("hexo", "a.md", DAY + "categories: [[A b, B & c], C]", "/C/a.html", {"permalink": ":category/:name.html"}),
    ("hexo", "a.md", DAY + "categories: [A b, B & c]", "/A-b/B-c/a/", {"permalink": ":category/:title/"}),
    ("hexo", "a.md", DAY, "/uncategorized/the-title/", {"permalink": ":category/:post_title/"}),
    (
        "hexo",
        "2024-05-01-a.md",
        "title: T",
        "/a/",
        {"permalink": ":title/", "file_names": ":year-:month-:day-:title.md"},
    ),
    ("vitepress", "posts/Two Words.md", DAY, "/posts/Two%20Words.html", {}),
    ("vitepress", "posts/b/index.md", DAY, "/posts/b/", {}),
    ("vitepress", "posts/2024-05-01-a.md", "title: T", "/posts/2024-05-01-a", {"permalink": "/{path}"}),
]


@pytest.mark.parametrize(("generator", "below", "front", "path", "rules"), URLS)
def test_an_article_has_the_url_that_its_generator_gives(
    generator: str, below: str, front: str, path: str, rules: dict[str, Any]
) -> None:
    assert paths_of(generator, {below: front}, **rules) == {below: path}


@pytest.mark.parametrize(
    ("generator", "below", "front", "withheld"),
    [
        ("zola", "a.md", "draft: true", "draft: true"),
        ("zola", "a.md", "render: false", "render: false"),
        ("zola", "a.md", "draft: false", None),
        ("eleventy", "a.md", "eleventyExcludeFromCollections: true", "eleventyExcludeFromCollections: true"),
        ("eleventy", "a.md", "permalink: false", "permalink: false"),
        ("astro", "blog/a.md", "published: false", "published: false"),
        ("astro", "blog/_a.md", "draft: false", "name begins with _"),
        ("docusaurus", "a.md", "unlisted: true", "unlisted: true"),
        ("hexo", "a.md", "published: false", "published: false"),
        ("pelican", "a.md", "Status: hidden", "status: hidden"),
        ("pelican", "a.md", "STATUS: Draft", "status: draft"),
        ("pelican", "a.md", "status: [draft]", "status: no text"),
        ("mkdocs", "a.md", "draft: true", "draft: true"),
        ("vitepress", "a.md", "publish: false", "publish: false"),
        ("vitepress", "a.md", "publish: 2024-05-01\nhide: 0", None),
        ("astro", "blog/a.md", "isDraft: maybe", "isDraft: maybe"),
        ("hexo", "a.md", "hidden: Yes", "hidden: Yes"),
    ],
)
def test_an_article_that_its_generator_does_not_list_is_withheld(
    generator: str, below: str, front: str, withheld: str | None
) -> None:
    assert article_of(generator, below, DAY + front).withheld == withheld


@pytest.mark.parametrize(
    ("generator", "below", "title"),
    [
        ("vitepress", "a.md", "Hello there, code"),
    ],
)
def test_a_title_is_the_first_heading_outside_of_code(generator: str, below: str, title: str) -> None:
    body = "```sh\n# comment\n```\n\n# Hello **there**, `code` {#id}\n"
    assert article_of(generator, below, "date: 2024-05-01", body).title == title


@pytest.mark.parametrize(
    ("generator", "front", "topics"),
    [
        ("zola", "taxonomies: {tags: [dev, rust], categories: [Code]}", ["Code", "dev", "rust"]),
        ("eleventy", "tags: [posts, one two]\ncategory: x", ["one two", "x"]),
        ("eleventy", "tags: a single, tag", ["a single, tag"]),
        ("astro", "tags: [a]\ncategory: b", ["b", "a"]),
        ("docusaurus", "tags: [a, {label: Bee, permalink: /b}]", ["a", "Bee"]),
        ("docusaurus", "tags: [{? [a] : b, label: Bee}, {label: [c]}]", ["Bee"]),
        ("hexo", "categories: [[A, B], C]\ntags: [x]", ["A", "B", "C", "x"]),
        ("pelican", "category: C d\ntags: a, b", ["C d", "a", "b"]),
        ("mkdocs", "categories: [C]\ntags: [t]", ["C", "t"]),
        ("vitepress", "tags: [t]", ["t"]),
    ],
)
def test_topics_are_categories_and_tags(generator: str, front: str, topics: list[str]) -> None:
    assert topics_of(article_of(generator, "a.md", DAY + front)) == topics


@pytest.mark.parametrize(
    ("generator", "below", "front", "url"),
    [
        ("zola", "blog/a/index.md", "extra: {image: cover.jpg}", "blog/a/cover.jpg"),
        ("eleventy", "posts/a.md", "image: /img/a.png", "img/a.png"),
        ("astro", "blog/a.md", "heroImage: /img/a.png", "img/a.png"),
        ("docusaurus", "a.md", "image: /img/a.png", "img/a.png"),
        ("hexo", "a.md", "cover: /img/a.png", "img/a.png"),
        ("pelican", "a.md", "image: '{static}/img/a.png'", "img/a.png"),
        ("vitepress", "posts/a.md", "cover: ./a.png", "posts/a.png"),
    ],
)
def test_the_image_of_a_theme_is_read(generator: str, below: str, front: str, url: str) -> None:
    assert article_of(generator, below, DAY + front).images == (Image(url=BASE + url),)


def test_an_image_that_only_a_build_gives_a_url_is_left_out() -> None:
    assert article_of("astro", "blog/a.md", DAY + "heroImage: ../../assets/a.jpg").images == ()
    assert article_of("docusaurus", "a.md", DAY + "image: ./a.jpg").images == ()


@pytest.mark.parametrize("generator", ["zola", "docusaurus", "mkdocs", "astro"])
def test_authors_are_those_of_the_data_file(generator: str) -> None:
    authors = {"ada": ListedAuthor("Ada L.", "https://ada.example/")}
    article = article_of(generator, "a.md", DAY + "authors: [ada]", authors=authors)
    assert article.authors == (Author(name="Ada L.", uri="https://ada.example/"),)


def test_zola_reads_a_title_and_a_date_from_names() -> None:
    article = article_of("zola", "blog/a.b.md", "date: 2024-05-01")
    assert (article.title, article.url) == ("a.b", BASE + "blog/a-b/")
    article = article_of("zola", "a.md", "title: T\npath: news/2024/05/02/x")
    assert (f"{article.published_at:%F}", article.url) == ("2024-05-02", BASE + "news/2024/05/02/x/")


def test_the_pages_of_a_draft_section_of_zola_are_withheld() -> None:
    rules = {"drafts": ("blog/old",)}
    assert article_of("zola", "blog/old/x/a.md", DAY + "draft: false", **rules).withheld == "draft of a section"
    assert article_of("zola", "blog/older/a.md", DAY, **rules).withheld is None


def test_authors_as_each_generator_writes_them() -> None:
    article = article_of("zola", "a.md", DAY + "taxonomies: {authors: [Bob]}")
    assert [author.name for author in article.authors] == ["Bob"]
    article = article_of("pelican", "a.md", "Title: T\nDate: 2024-05-01\nAuthors: A One, B Two")
    assert [author.name for author in article.authors] == ["A One", "B Two"]
    article = article_of("docusaurus", "a.md", DAY + "author: Ada\nauthor_url: https://ada.example/")
    assert article.authors == (Author(name="Ada", uri="https://ada.example/"),)


def test_dates_of_astro_and_of_material() -> None:
    article = article_of("astro", "blog/a.md", "title: A\npubDate: 'Jul 08 2022'\nupdatedDate: 2022-08-01")
    assert (f"{article.published_at:%F}", f"{article.updated_at:%F}") == ("2022-07-08", "2022-08-01")
    article = article_of("mkdocs", "a.md", "title: A\ndate: {created: 2024-05-01, updated: 2024-06-01}")
    assert (f"{article.published_at:%F}", f"{article.updated_at:%F}") == ("2024-05-01", "2024-06-01")


def test_a_head_of_pelican_needs_no_delimiters() -> None:
    reading = reading_of("pelican", "a.md", "Title: Bare\nDate: 2024-05-01 10:00\nTags: a, b\n\nText\n")
    assert reading.article is not None
    assert (reading.article.title, topics_of(reading.article)) == ("Bare", ["a", "b"])


def test_a_permalink_that_only_eleventy_can_run_keeps_an_article_out() -> None:
    reading = reading_of("eleventy", "a.md", f"---\n{DAY}permalink: '/{{{{ page.x | unknown }}}}/'\n---\n")
    assert reading.article is None
    assert [(problem.line, problem.key) for problem in reading.problems] == [(4, "permalink")]


def test_partials_of_docusaurus_sections_of_zola_and_pages_of_pelican_are_no_articles() -> None:
    assert generator_of("docusaurus").resources(["a.md", "_a.md", "_x/a.md"]) == {"_a.md", "_x/a.md"}
    assert generator_of("zola").resources(["a.md", "blog/_index.fr.md"]) == {"blog/_index.fr.md"}
    assert generator_of("pelican").resources(["a.md", "pages/a.md"]) == {"pages/a.md"}


@pytest.mark.parametrize("generator", ["vitepress", "mkdocs", "docusaurus", "zola", "hugo", "pelican"])
def test_a_permalink_of_an_earlier_generator_means_nothing(generator: str) -> None:
    front = {"a.md": "title: A\ndate: 2024-05-01"}
    assert paths_of(generator, {"a.md": front["a.md"] + "\npermalink: /old/"}) == paths_of(generator, front)


@pytest.mark.parametrize("generator", ["docusaurus", "hexo", "jekyll", "pelican", "eleventy", "zola"])
def test_a_missing_date_is_told_by_the_key_of_the_generator(generator: str) -> None:
    problems = reading_of(generator, "a.md", "---\ntitle: T\n---\nx\n").problems
    assert [problem.key for problem in problems] == ["date"]


@pytest.mark.parametrize(
    ("below", "path"),
    [
        ("node.js.md", "/node.js/"),
        ("a.de.md", "/de/a/"),
        ("a.pt-br.md", "/pt-br/a/"),
        ("a.zh-hant.md", "/zh-hant/a/"),
        ("v1.2.md", "/v1.2/"),
        ("vue.js/index.md", "/vue.js/"),
    ],
)
def test_only_the_code_of_a_language_ends_the_name_of_a_translation(below: str, path: str) -> None:
    assert paths_of("hugo", {below: DAY}) == {below: path}
