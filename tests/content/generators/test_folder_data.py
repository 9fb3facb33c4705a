"""Data files of Eleventy and of Material for MkDocs: each build reads the front matter that they give."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feedpub.config import load_config
from feedpub.content.loading import load_articles
from feedpub.core.errors import UsageError
from feedpub.core.models import Article
from support.generator_programs import write

SITE = "site: {title: T, base_url: https://x.example.org/}\n"
POST = "---\ntitle: T\ndate: 2024-05-01\n%s---\n"


def articles(
    root: Path, generator: str, files: dict[str, str], path: str = "src", more: str = ""
) -> dict[str, Article]:
    """Return the articles of a site with ``files``, by their paths below its content folder."""
    config = f"{SITE}content: {{path: ../{path}, generator: {generator}{more}}}\n"
    write(root, {**files, "feeds/config.yaml": config})
    loaded = load_articles(load_config(root / "feeds" / "config.yaml"))
    assert [problem for problem in loaded.problems if problem.kind.name == "INVALID"] == []
    return {article.path.removeprefix(f"../{path}/"): article for article in loaded.articles}


def topics(article: Article) -> list[str]:
    return [topic.label for topic in article.topics]


ELEVENTY = {"eleventy.config.js": "export default () => {}"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posts/posts.json", '{"draft": true}'),
        ("posts/posts.11tydata.json", '{"draft": "yes"}'),
        ("posts/posts.11tydata.js", "module.exports = {draft: true}"),
        ("posts/posts.11tydata.mjs", "const on = true;\nexport default {draft: on}"),
        ("posts/posts.11tydata.cjs", "module.exports = () => ({draft: true})"),
        ("posts/posts.11tydata.js", "export default {draft: process.env.CI !== '1'}"),
        ("posts/posts.yaml", "draft: on\n"),
        ("posts/index.11tydata.json", '{"eleventyExcludeFromCollections": true}'),
        ("posts/posts.json", '{"permalink": false}'),
        ("posts/posts.11tydata.js", "export default {eleventyExcludeFromCollections: data => !data.live}"),
        ("posts/a.json", '{"draft": true}'),
        ("posts/a.11tydata.js", "export default {permalink: false}"),
        ("src.json", '{"draft": true}'),
    ],
)
def test_a_data_file_of_eleventy_makes_a_draft(tmp_path: Path, name: str, text: str) -> None:
    files = {**ELEVENTY, "src/posts/a.md": POST % "", f"src/{name}": text}
    assert articles(tmp_path, "eleventy", files)["posts/a.md"].withheld is not None


@pytest.mark.parametrize(
    ("name", "text", "front"),
    [
        ("posts/posts.js", "module.exports = {draft: true}", ""),  # no data file
        ("posts/other.json", '{"draft": true}', ""),
        ("posts/posts.json", '{"draft": true}', "draft: false\n"),
        ("posts/posts.json", '["draft"]', ""),
        ("posts/b.json", '{"draft": true}', ""),
        ("news/news.json", '{"draft": true}', ""),
        ("_drafts/_drafts.json", '{"draft": true}', ""),
    ],
)
def test_a_data_file_of_others_makes_none(tmp_path: Path, name: str, text: str, front: str) -> None:
    files = {**ELEVENTY, "src/posts/a.md": POST % front, f"src/{name}": text}
    assert articles(tmp_path, "eleventy", files)["posts/a.md"].withheld is None


def test_the_nearest_data_file_of_eleventy_wins_and_tags_add_up(tmp_path: Path) -> None:
    files = {
        **ELEVENTY,
        "src/posts/posts.json": '{"author": "Ada", "tags": "travel", "draft": true, "permalink": "/p/{{ section }}/"}',
        "src/posts/deep/deep.11tydata.json": '{"draft": false, "tags": ["sea", "posts"], "section": "sea"}',
        "src/posts/deep/deep.json": '{"section": "older"}',
        "src/posts/deep/a.md": POST % "tags: [fish]\n",
        "src/posts/deep/b.md": POST % "tags: boat\npermalink: /own/\n",
    }
    found = articles(tmp_path, "eleventy", files)
    a, b = found["posts/deep/a.md"], found["posts/deep/b.md"]
    assert (a.withheld, a.url, [author.name for author in a.authors]) == (None, "https://x.example.org/p/sea/", ["Ada"])
    assert topics(a) == ["travel", "sea", "fish"]
    assert (b.url, topics(b)) == ("https://x.example.org/own/", ["travel", "sea", "boat"])


@pytest.mark.parametrize(
    "program",
    [
        "module.exports = {permalink: data => data.live ? `/x/${data.page.fileSlug}/` : false}",
        "module.exports = {permalink: d => { if (!d.live) { return false } return `/x/${d.page.fileSlug}/` }}",
        "export default {eleventyComputed: {permalink: ({live, page}) => live ? `/x/${page.fileSlug}/` : false}}",
    ],
)
def test_an_article_that_a_permalink_does_not_publish_is_withheld(tmp_path: Path, program: str) -> None:
    posts = {"a.md": "live: true\n", "b.md": "live: false\n", "c.md": ""}
    files = {f"src/{name}": POST % front for name, front in posts.items()}
    found = articles(tmp_path, "eleventy", {**ELEVENTY, **files, "src/src.11tydata.js": program})
    assert {name: article.withheld for name, article in found.items()} == {
        "a.md": None,
        "b.md": "permalink: false",
        "c.md": "permalink: false",
    }
    assert found["a.md"].url == "https://x.example.org/x/a/"


def test_data_files_above_the_content_folder_count_up_to_the_configuration(tmp_path: Path) -> None:
    files = {
        "home.json": '{"draft": true}',
        "home/eleventy.config.mjs": "",
        "home/src/src.json": '{"author": "Ada"}',
        "home/src/posts/posts.json": '{"lang": "de"}',
        "home/src/posts/a.md": POST % "",
    }
    article = articles(tmp_path, "eleventy", files, "home/src/posts")["a.md"]
    assert (article.withheld, article.language, article.authors[0].name) == (None, "de", "Ada")


def test_a_permalink_that_is_a_program_is_asked_for_and_content_defaults_give_it(tmp_path: Path) -> None:
    files = {
        **ELEVENTY,
        "src/a.md": POST % "",
        "src/src.11tydata.js": "export default {permalink: d => { for (;;) { if (d.x) return go(d); return od(d) } }}",
    }
    more = ', defaults: [{path: "**", values: {permalink: "/x/{{ page.fileSlug }}/"}}]'
    assert articles(tmp_path, "eleventy", files, more=more)["a.md"].url == "https://x.example.org/x/a/"
    (tmp_path / "feeds/config.yaml").write_text(f"{SITE}content: {{path: ../src, generator: eleventy}}\n")
    loaded = load_articles(load_config(tmp_path / "feeds" / "config.yaml"))
    assert loaded.articles == ()
    assert "content.defaults" in loaded.problems[0].message


MKDOCS = {"mkdocs.yml": "plugins: [blog, meta]\n"}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("docs/blog/posts/.meta.yml", MKDOCS["mkdocs.yml"]),
        ("docs/blog/posts/deep/.meta.yml", "plugins: {blog: {}, meta: {}}\n"),
        ("docs/blog/.meta.yml", "plugins: [blog, material/meta]\n"),
        ("docs/.meta.yml", "plugins:\n- blog\n- meta\n"),
        ("docs/blog/posts/_all.yml", "plugins:\n- blog\n- meta: {meta_file: _all.yml}\n"),
        ("docs/blog/posts/de/.meta.yml", MKDOCS["mkdocs.yml"]),  # Material compares texts
    ],
)
def test_a_folder_of_material_makes_a_draft(tmp_path: Path, name: str, settings: str) -> None:
    files = {"mkdocs.yml": settings, "docs/blog/posts/deep/a.md": POST % "", name: "draft: true\n"}
    if "/de/" in name:
        files["docs/blog/posts/de/b.md"] = POST % ""
    assert articles(tmp_path, "mkdocs", files, "docs/blog/posts")["deep/a.md"].withheld == "draft: true"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("docs/blog/posts/.meta.yml", "plugins: [blog]\n"),
        ("docs/blog/posts/.meta.yml", "plugins:\n- blog\n- meta: {enabled: false}\n"),
        ("docs/blog/posts/.meta.yml", "plugins:\n- blog\n- meta: {meta_file: other.yml}\n"),
        ("docs/blog/posts/other/.meta.yml", MKDOCS["mkdocs.yml"]),
    ],
)
def test_a_folder_of_material_that_is_not_read_makes_none(tmp_path: Path, name: str, settings: str) -> None:
    files = {"mkdocs.yml": settings, "docs/blog/posts/deep/a.md": POST % "", name: "draft: true\n"}
    assert articles(tmp_path, "mkdocs", files, "docs/blog/posts")["deep/a.md"].withheld is None


def test_lists_of_folders_of_material_come_before_those_of_posts(tmp_path: Path) -> None:
    files = {
        "mkdocs.insiders.yml": "INHERIT: mkdocs.yml\nplugins: [blog, meta]\n",
        "mkdocs.yml": "site_name: T\n",
        "docs/.meta.yml": "tags: [all]\nauthor: Ada\n",
        "docs/blog/posts/.meta.yml": "tags: [blog]\nauthor: Bob\ncategories: [News]\n",
        "docs/blog/posts/a.md": POST % "tags: [own]\n",
    }
    article = articles(tmp_path, "mkdocs", files, "docs/blog/posts")["a.md"]
    assert topics(article) == ["News", "all", "blog", "own"]
    assert article.authors[0].name == "Bob"


@pytest.mark.parametrize(
    ("generator", "name", "text"),
    [
        ("eleventy", "src/posts/posts.json", '{"draft": true'),
        ("eleventy", "src/posts/posts.yaml", "a: [\n"),
        ("mkdocs", "src/posts/.meta.yml", "a: [\n"),
    ],
)
def test_a_data_file_that_cannot_be_read_stops_the_build(tmp_path: Path, generator: str, name: str, text: str) -> None:
    with pytest.raises(UsageError, match=name.rpartition("/")[2]):
        articles(tmp_path, generator, {"src/posts/a.md": POST % "", name: text})


@pytest.mark.parametrize(("generator", "name"), [("eleventy", "posts.json"), ("mkdocs", ".meta.yml")])
def test_a_data_file_that_leads_out_of_the_site_stops_the_build(tmp_path: Path, generator: str, name: str) -> None:
    write(tmp_path, {"elsewhere/x.json": '{"draft": true}', "src/posts/a.md": POST % ""})
    os.symlink(tmp_path / "elsewhere/x.json", tmp_path / "src/posts" / name)
    with pytest.raises(UsageError, match="leads outside"):
        articles(tmp_path, generator, {})


PEOPLE = {
    "a mapping": ("people.yml", "ada: {name: Ada L., url: https://ada.example/, email: ada@example.org}\nbob: 3\n"),
    "names by another key": ("people.json", '{"ada": {"display_name": "Ada L.", "web": "https://ada.example/"}}'),
    "below one key": ("people.yml", "authors: {ada: {name: Ada L., homepage: https://ada.example/}}\n"),
    "an author called authors": ("people.yml", "authors: {name: All}\nada: {title: Ada L., uri: https://ada.example/}"),
    "a list": ("people.json", '[{"id": "ada", "name": "Ada L.", "site": "https://ada.example/"}, {"x": 1}, "bob"]'),
    "a folder": ("people/ada.toml", "full_name = 'Ada L.'\nwebsite = 'https://ada.example/'\n"),
}


@pytest.mark.parametrize("form", PEOPLE)
def test_authors_are_read_from_data_in_each_form(tmp_path: Path, form: str) -> None:
    name, text = PEOPLE[form]
    post = POST % "author: ada\n"
    people = f", authors: ../{name.partition('/')[0]}"
    files = {name: text, "people/read.txt": "no data", "src/_posts/2024-05-01-a.md": post}
    (article,) = articles(tmp_path, "jekyll", files, more=people).values()
    (author,) = article.authors
    assert (author.name, author.uri) == ("Ada L.", "https://ada.example/")


def test_a_file_that_says_nothing_of_authors_leaves_names_as_they_are(tmp_path: Path) -> None:
    files = {"people.json": "3", "src/_posts/2024-05-01-a.md": POST % "author: ada\n"}
    (article,) = articles(tmp_path, "jekyll", files, more=", authors: ../people.json").values()
    assert [author.name for author in article.authors] == ["ada"]
