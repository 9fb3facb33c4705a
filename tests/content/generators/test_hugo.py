"""Hugo's rules for pages. ``test_real_hugo.py`` compares them with Hugo itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedpub.content.generators import generator_of
from feedpub.core.models import Image
from support.generators import article_of, paths_of, reading_of, topics_of

DAY = "title: The Title\ndate: 2024-05-01\n"


@pytest.mark.parametrize(
    ("below", "front", "path"),
    [
        ("posts/Hello World.md", "", "/posts/hello-world/"),
        ("posts/a--b  c.md", "", "/posts/a--b--c/"),
        ("posts/c++ #1 (a).md", "", "/posts/c++-%231-a/"),
        ("posts/Öl & Co!.md", "", "/posts/%C3%B6l--co/"),
        ("posts/v1.2.md", "", "/posts/v1.2/"),
        ("posts/My Bundle/index.md", "", "/posts/my-bundle/"),
        ("posts/b/index.md", "slug: own", "/posts/own/"),
        ("posts/a.md", "Slug: Big & Small", "/posts/big-small/"),
        ("posts/a.md", "slug: /with/slash/", "/posts/with/slash/"),
        ("posts/a.md", "url: /elsewhere", "/elsewhere/"),
        ("posts/a.md", "URL: else/where.html", "/else/where.html"),
        ("posts/a.md", "url: Upper/Case Blank/", "/Upper/Case%20Blank/"),
        ("posts/a.md", "url: /:year/:slug/", "/2024/the-title/"),
        ("about.md", "", "/about/"),
    ],
)
def test_a_page_has_the_url_that_hugo_gives(below: str, front: str, path: str) -> None:
    assert paths_of("hugo", {below: DAY + front}) == {below: path}


@pytest.mark.parametrize(
    ("permalink", "below", "path"),
    [
        ("/:year/:month/:day/:slug/", "notes/a.md", "/2024/05/01/the-title/"),
        ("/:section/:contentbasename", "notes/2024-01-02-a.md", "/notes/2024-01-02-a/"),
        ("/:sections/:filename/", "notes/sub/deep/A b.md", "/notes/sub/a-b/"),
        ("/:sections[1:]/:title/", "notes/sub/deep/a.md", "/sub/the-title/"),
        ("/:sections[last]/:title/", "notes/sub/deep/a.md", "/sub/the-title/"),
        ("/:monthname/:weekdayname/:yearday/:slugorcontentbasename/", "notes/b/index.md", "/may/wednesday/122/b/"),
        ("/:filename.html", "notes/a.md", "/a.html/"),
    ],
)
def test_permalinks_are_those_of_the_section(permalink: str, below: str, path: str) -> None:
    files = {below: DAY, "other/a.md": DAY}
    found = paths_of("hugo", files, permalinks={"notes": permalink}, sections=("notes/sub",))
    assert found == {below: path, "other/a.md": "/other/a/"}


def test_languages_are_read_in_names_and_in_folders() -> None:
    files = {"posts/x/index.fr.md": DAY, "posts/x/index.md": DAY, "posts/y.de.md": DAY, "posts/z.1.md": DAY}
    paths = {
        "posts/x/index.fr.md": "/fr/posts/x/",
        "posts/x/index.md": "/posts/x/",
        "posts/y.de.md": "/de/posts/y/",
        "posts/z.1.md": "/posts/z.1/",
    }
    assert paths_of("hugo", files) == paths
    assert paths_of("hugo", files, languages=("en", "fr")) == paths | {"posts/y.de.md": "/posts/y.de/"}
    assert article_of("hugo", "posts/y.de.md", DAY).language == "de"
    folders = {"en/posts/a.md": DAY, "fr/posts/a.md": DAY + "url: /abs/", "fr/posts/b.md": DAY + "url: rel/"}
    assert paths_of("hugo", folders, languages=("en", "fr"), language_folders=True) == {
        "en/posts/a.md": "/posts/a/",
        "fr/posts/a.md": "/abs/",
        "fr/posts/b.md": "/fr/rel/",
    }
    all_have_one = {"languages": ("en", "fr"), "prefix_default_language": True}
    assert paths_of("hugo", {"posts/a.md": DAY}, **all_have_one) == {"posts/a.md": "/en/posts/a/"}


def test_ugly_urls_and_the_case_of_paths_are_settings() -> None:
    assert paths_of("hugo", {"posts/A b/index.md": DAY}, ugly_urls=True, slugify="hugo-case") == {
        "posts/A b/index.md": "/posts/A-b.html"
    }
    assert paths_of("hugo", {"posts/Élan.md": DAY}, slugify="hugo-ascii") == {"posts/Élan.md": "/posts/elan/"}


@pytest.mark.parametrize(
    ("front", "published", "path"),
    [
        ("date: 2020-01-01\npublishDate: 2024-05-02", datetime(2024, 5, 2, tzinfo=UTC), "/2020/a/"),
        ("pubdate: 2024-05-02", datetime(2024, 5, 2, tzinfo=UTC), "/2024/a/"),
        ("published: 2024-05-02", datetime(2024, 5, 2, tzinfo=UTC), "/2024/a/"),
        ("date: 2020-01-01\npublished: true", datetime(2020, 1, 1, tzinfo=UTC), "/2020/a/"),
        ("lastmod: 2021-01-01", datetime(2021, 1, 1, tzinfo=UTC), "/2021/a/"),
        ("DATE: 2020-01-01\nPublishDate: 2099-01-01", datetime(2099, 1, 1, tzinfo=UTC), "/2020/a/"),
    ],
)
def test_the_date_of_publication_and_that_of_the_url(front: str, published: datetime, path: str) -> None:
    article = article_of("hugo", "n/a.md", "Title: T\n" + front, permalinks={"n": "/:year/:filename/"})
    assert (article.published_at, article.url) == (published, f"https://blog.example.org{path}")


@pytest.mark.parametrize("key", ["expiryDate", "ExpiryDate", "unpublishdate"])
def test_an_article_expires(key: str) -> None:
    article = article_of("hugo", "p/a.md", f"{DAY}{key}: 2024-06-01")
    assert article.expires_at == datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("front", "withheld"),
    [
        ("Draft: true", "draft: true"),
        ("DRAFT: yes", "draft: true"),
        ("published: false", "published: false"),
        ("headless: true", "headless: true"),
        ("build: {render: never}", "build.render: never"),
        ("build: {Render: link}", "build.Render: link"),
        ("_build: {list: never, render: always}", "_build.list: never"),
    ],
)
def test_a_page_that_hugo_does_not_list_is_withheld(front: str, withheld: str) -> None:
    assert article_of("hugo", "p/a.md", DAY + front).withheld == withheld


def test_sections_and_resources_of_bundles_are_no_articles() -> None:
    paths = ["posts/_index.md", "posts/_index.fr.md", "posts/a.md", "posts/b/index.md", "posts/b/index.fr.md"]
    resources = ["posts/b/part.md", "posts/b/deep/part.md", "posts/b/deep/index.md"]
    kept = {"posts/a.md", "posts/b/index.md", "posts/b/index.fr.md"}
    assert {*paths, *resources} - generator_of("hugo").resources([*paths, *resources]) == kept


def test_topics_are_categories_and_tags_in_any_case() -> None:
    assert topics_of(article_of("hugo", "p/a.md", DAY + "Tags: [a, B]\nCategories: [C, a]")) == ["C", "a", "B"]


def test_images_of_more_than_a_url_stay_as_they_are() -> None:
    (image,) = article_of("hugo", "posts/a.md", f"{DAY}images: [{{url: /c.jpg, width: 3}}]\nimage: d.jpg").images
    assert (image.url, image.width) == ("https://blog.example.org/c.jpg", 3)


@pytest.mark.parametrize(
    ("below", "front", "url"),
    [
        ("posts/b/index.md", "images: [cover.jpg, other.jpg]", "posts/b/cover.jpg"),
        ("posts/b/index.md", "cover: {image: ./in/c.jpg}", "posts/b/in/c.jpg"),
        ("posts/b/index.md", "featured_image: /img/c.jpg", "img/c.jpg"),
        ("posts/a.md", "images: [img/c.jpg]", "img/c.jpg"),
        ("posts/a.md", "image: img/c.jpg", "img/c.jpg"),
    ],
)
def test_images_lie_beside_a_bundle_or_in_static(below: str, front: str, url: str) -> None:
    assert article_of("hugo", below, DAY + front).images == (Image(url=f"https://blog.example.org/{url}"),)


@pytest.mark.parametrize(
    ("below", "front", "body", "title"),
    [
        ("posts/2024-05-01-a_small-note.md", "", "Text", "A small note"),
        ("posts/b/index.md", "", "# A *heading*\n", "A heading"),
        ("posts/c.md", "linkTitle: Short", "# Heading\n", "Short"),
        ("posts/2024-05-01.md", "title: ''", "", "2024 05 01"),
    ],
)
def test_a_page_without_a_title_gets_one_that_readers_know(below: str, front: str, body: str, title: str) -> None:
    article = article_of("hugo", below, f"date: 2024-05-01\n{front}", body, permalinks={"posts": "/:year/:slug/"})
    assert (article.title, article.url) == (title, "https://blog.example.org/2024/")


def test_toml_has_parameters() -> None:
    reading = reading_of("hugo", "posts/a.md", "+++\nDate = 2024-05-01\n[Params]\nauthor = 'Ada'\n+++\n")
    assert reading.article is not None
    assert [author.name for author in reading.article.authors] == ["Ada"]


@pytest.mark.parametrize("front", ["Draft: true\ndraft: false", "published: false\nPublished: true"])
def test_a_draft_that_is_none_in_another_case_is_left_out(front: str) -> None:
    reading = reading_of("hugo", "a.md", f"---\ntitle: T\ndate: 2024-05-01\n{front}\n---\n")
    assert reading.article is None
    assert "stands twice" in reading.problems[0].message


@pytest.mark.parametrize(
    ("name", "front", "published", "path"),
    [
        ("2024-05-01-Some name.md", "", datetime(2024, 5, 1, tzinfo=UTC), "/2024/some-name/"),
        ("2024-05-01-10-30-15-a.md", "", datetime(2024, 5, 1, 10, 30, 15, tzinfo=UTC), "/2024/a/"),
        ("2024-05-01-a.md", "slug: b", datetime(2024, 5, 1, tzinfo=UTC), "/2024/b/"),
        ("2024-05-01-a.md", "date: 2020-01-01", datetime(2020, 1, 1, tzinfo=UTC), "/2024/a/"),
        ("a.md", "date: 2020-01-01", datetime(2020, 1, 1, tzinfo=UTC), "/2020/t/"),
    ],
)
def test_the_date_may_be_that_of_the_file_name(name: str, front: str, published: datetime, path: str) -> None:
    rules = {"date_keys": (":filename", "date"), "permalinks": {"n": "/:year/:slug/"}}
    article = article_of("hugo", f"n/{name}", "Title: T\n" + front, **rules)
    assert (article.published_at, article.url) == (published, f"https://blog.example.org{path}")
