"""Posts as Material for MkDocs reads them, and its settings as ``init --from`` understands them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedpub.content.generators import facts_of
from feedpub.content.generators.facts import SiteFacts
from support.generators import BASE, article_of, reading_of, topics_of

DAY = "date: 2024-05-01\n"


def path_of(below: str, front: str, body: str = "", **rules: Any) -> str:
    """Return the path of the URL of a post."""
    return article_of("mkdocs", below, front, body, **rules).url.removeprefix(BASE.rstrip("/"))


@pytest.mark.parametrize(
    ("below", "front", "body", "path", "rules"),
    [
        ("a.md", "title: It's  More & v1.2_x", "", "its--more--v12_x/", {}),
        ("a.md", "title: Über <b>Größe</b> テスト", "", "%C3%BCber-gr%C3%B6%C3%9Fe-%E3%83%86%E3%82%B9%E3%83%88/", {}),
        ("a.md", "slug: Own Slug", "", "Own%20Slug/", {}),
        ("a.md", "x: y", "# A **bold** [link](b.md) {#id}", "a-bold-linkbmd-id/", {}),
        ("My_file-name.md", "x: y", "Text\n\n# Heading", "my-file-name/", {}),
        ("a.md", "x: y", "Underlined\n=====\n", "a/", {}),
        ("a.md", "title: The Title", "", "The-Title/", {"slugify": "mkdocs-case"}),
        ("a.md", "title: 'Ü -- x'", "", "u-x/", {"slugify": "mkdocs-toc"}),
    ],
)
def test_the_slug_is_that_of_the_title_as_it_is_written(
    below: str, front: str, body: str, path: str, rules: dict[str, Any]
) -> None:
    assert path_of(below, f"{DAY}{front}", body, **rules) == f"/blog/2024/05/01/{path}"


def test_the_permalink_has_the_file_and_the_categories() -> None:
    front = f"{DAY}categories: [A b, C]"
    assert path_of("x/F_n.md", front, permalink="/b/{category}/{name}/") == "/b/a-b/F_n/"
    assert path_of("x/F_n.md", front, permalink="/b/{categories[:2]}/{name}.html") == "/b/a-b/c/F_n.html"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("# Hello **there**, `code` {#id}\n", "Hello there, code"),
        ("\n\nHello\n=====\n\nText", "Hello"),
        ("#Hello\n", "Hello"),
        ("Text first\n\n# Hello\n", "A name"),
        ("```sh\n# comment\n```\n\n# Hello\n", "A name"),
        ("", "A name"),
    ],
)
def test_a_title_is_the_heading_that_the_body_begins_with(body: str, title: str) -> None:
    assert article_of("mkdocs", "a_name.md", DAY, body).title == title


def test_dates_topics_and_what_decides_on_publication() -> None:
    front = "title: A\ndate: {created: 2024-05-01, updated: 2024-06-01}\ncategories: [C]\ntags: [t]\npublished: false"
    article = article_of("mkdocs", "a.md", front)
    assert (article.published_at.month, article.updated_at.month) == (5, 6)
    assert topics_of(article) == ["C", "t"]
    assert article.withheld is None  # Material has no such key
    assert article_of("mkdocs", "a.md", f"{DAY}draft: true").withheld == "draft: true"


def test_the_last_of_equal_keys_counts() -> None:
    assert topics_of(article_of("mkdocs", "a.md", f"title: A\n{DAY}categories: [x]\ncategories: [y]")) == ["y"]


def test_a_post_needs_front_matter() -> None:
    assert reading_of("mkdocs", "a.md", "# Only text\n").article is None


def facts(tmp_path: Path, options: str = "", *, before: str = "", **files: str) -> SiteFacts | None:
    """Return what is understood of ``mkdocs.yml`` with these ``options`` of the plugin."""
    lines = "".join(f"\n    {line}" for line in options.splitlines())
    text = f"site_name: T\n{before}plugins:\n- search\n- blog:{lines}\n"
    for name, content in {"mkdocs__yml": text, **files}.items():
        path = tmp_path / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return facts_of(tmp_path)


@pytest.mark.parametrize(
    ("options", "folder", "permalink"),
    [
        ("", "blog/posts", "/blog/{year}/{month}/{day}/{slug}/"),
        ("blog_dir: .", "posts", "/{year}/{month}/{day}/{slug}/"),
        ("blog_dir: news\npost_dir: '{blog}/x'", "news/x", "/news/{year}/{month}/{day}/{slug}/"),
        ("post_url_format: '{slug}'", "blog/posts", "/blog/{slug}/"),
        ("post_url_format: '{date}/{file}'\npost_url_date_format: yyyy-MMM-d", "blog/posts", None),
        ("post_url_format: '{categories}/{slug}'", "blog/posts", "/blog/{category}/{slug}/"),
        (
            "post_url_format: '{categories}/{slug}'\npost_url_max_categories: 3",
            "blog/posts",
            "/blog/{categories[:3]}/{slug}/",
        ),
    ],
)
def test_options_become_the_permalink(tmp_path: Path, options: str, folder: str, permalink: str | None) -> None:
    found = facts(tmp_path, options)
    assert found is not None
    assert found.paths == (f"docs/{folder}",)
    assert found.content["permalink"] == (permalink or "/blog/{year}-{short_month}-{i_day}/{name}/")


def test_addresses_without_folders_other_documents_and_values_of_the_environment(tmp_path: Path) -> None:
    before = "use_directory_urls: false\ndocs_dir: src\nsite_url: !ENV [URL, 'https://x.example.org/sub/']\n"
    found = facts(tmp_path, "blog_dir: b", before=before)
    assert found is not None
    assert found.paths == ("src/b/posts",)
    assert found.base_url == "https://x.example.org/sub/"
    assert found.content["permalink"].endswith("{slug}.html")


@pytest.mark.parametrize(
    ("option", "rule", "notes"),
    [
        ("!!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}", None, 0),
        ("!!python/object/apply:pymdownx.slugs.slugify {kwds: {case: none}}", "mkdocs-case", 0),
        ("!!python/name:my.slugs.slugify", None, 1),
    ],
)
def test_the_function_of_slugs(tmp_path: Path, option: str, rule: str | None, notes: int) -> None:
    found = facts(tmp_path, f"post_slugify: {option}")
    assert found is not None
    assert found.content.get("slugify") == rule
    assert len(found.notes) == notes


def test_several_blogs_inherited_settings_and_other_names_of_the_file(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        mkdocs__yml="site_name: No blog\n",
        mkdocs_online__yml="INHERIT: base.yml\nplugins:\n- blog:\n    blog_dir: a\n- blog:\n    blog_dir: b\n",
        base__yml="INHERIT: base.yml\nsite_name: Base\nsite_url: https://x.example.org/\nplugins: []\nextra: {a: 1}",
    )
    assert found is not None
    assert (found.file, found.title) == ("mkdocs_online.yml", "Base")
    assert found.paths == ("docs",)
    assert found.pattern == "{a/posts,b/posts}/**/*.md"
    assert list(found.content["permalinks"]) == ["a", "b"]


def test_a_blog_that_is_switched_off_is_none(tmp_path: Path) -> None:
    assert facts(tmp_path, "enabled: false") is None


def test_authors_and_front_matter_of_folders(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        "authors_file: people.yml\nauthors: true",
        before="",
        docs___people__yml="authors: {ada: {name: Ada, description: x, avatar: x}}\n",
    )
    assert found is not None
    assert found.content["authors"] == "docs/people.yml"
