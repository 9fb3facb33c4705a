"""Jekyll's rules for posts."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feedpub.content.generators.rules import ListedAuthor
from feedpub.core.models import Author, Image
from support.generators import article_of, paths_of, reading_of, topics_of


@pytest.mark.parametrize(
    ("below", "front", "path"),
    [
        ("2024-05-01-hello-world.md", "title: T", "/2024/05/01/hello-world.html"),
        ("2016-1-5-short.md", "title: T", "/2016/01/05/short.html"),
        ("2016-1-05-both.md", "date: 2016-01-06", "/2016/01/06/both.html"),
        ("16-1-5-years.md", "title: T", "/2016/01/05/years.html"),
        ("2024-05-01-Grüner Tee!.markdown", "title: T", "/2024/05/01/Gr%C3%BCner-Tee!.html"),
        ("2024-05-01-ends..md", "title: T", "/2024/05/01/ends.html"),
        ("2024-05-01-a.md", "slug: Other Name", "/2024/05/01/Other-Name.html"),
        ("2024/2024-05-01-a.md", "title: T", "/2024/05/01/a.html"),
        ("_posts/2024/2024-05-01-a.md", "title: T", "/2024/05/01/a.html"),
        ("Tech/go/_posts/2024-05-01-a.md", "category: Big News", "/tech/go/big%20news/2024/05/01/a.html"),
        ("2024-05-01-a.md", "categories: one two", "/one/two/2024/05/01/a.html"),
        ("2024-05-01-a.md", "categories: [One, two three]\ncategory: x y", "/one/two%20three/x%20y/2024/05/01/a.html"),
        ("2024-05-01-a.md", "permalink: /about/me/", "/about/me/"),
        ("2024-05-01-a.md", "permalink: /:year/x-:title:output_ext", "/2024/x-a.html"),
    ],
)
def test_a_post_has_the_url_that_jekyll_gives(below: str, front: str, path: str) -> None:
    assert paths_of("jekyll", {below: front}) == {below: path}


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("date", "/go/2024/05/01/A-b.html"),
        ("pretty", "/go/2024/05/01/A-b/"),
        ("ordinal", "/go/2024/122/A-b.html"),
        ("weekdate", "/go/2024/W18/Wed/A-b.html"),
        ("none", "/go/A-b.html"),
        ("/:categories/:i_month-:i_day-:short_year/:slug", "/go/5-1-24/a-b"),
        ("/:long_month/:short_month/:title/", "/May/May/A-b/"),
        ("/{year}/{title}.html", "/2024/A-b.html"),
    ],
)
def test_the_permalink_of_the_site_is_a_style_or_a_pattern(permalink: str, path: str) -> None:
    files = {"2024-05-01-A-b.md": "categories: Go"}
    assert paths_of("jekyll", files, permalink=permalink) == {"2024-05-01-A-b.md": path}


def test_a_title_comes_from_the_files_name() -> None:
    assert article_of("jekyll", "2024-05-01-hello-big-WORLD.md").title == "Hello Big World"
    reading = reading_of("jekyll", "2024-05-02-plain-text.md", "Just text\n")
    assert reading.article is not None
    assert (reading.article.title, reading.article.body) == ("Plain Text", "Just text\n")


def test_the_date_in_a_url_is_that_of_the_sites_time_zone() -> None:
    article = article_of("jekyll", "2024-05-01-a.md", "date: 2024-05-01 23:30:00 -0500", zone=ZoneInfo("Asia/Tokyo"))
    assert article.url.endswith("/2024/05/02/a.html")
    assert article.published_at == datetime(2024, 5, 2, 4, 30, tzinfo=UTC)


def test_topics_are_folders_categories_and_tags_of_either_number() -> None:
    front = "categories: One two\ncategory: Three four\ntags: a b\ntag: c"
    article = article_of("jekyll", "Top/_posts/2024-05-01-a.md", front)
    assert topics_of(article) == ["Top", "One", "two", "Three four", "a", "b", "c"]


@pytest.mark.parametrize(
    ("below", "front", "withheld"),
    [
        ("_drafts/idea.md", "date: 2024-05-01", "in _drafts"),
        ("_posts/2024-05-01-a.md", "published: false", "published: false"),
        ("_posts/undated.md", "date: 2024-05-01", "no date in the file's name"),
        ("_posts/2024-05-01-a.md", "draft: true", "draft: true"),
    ],
)
def test_drafts_are_withheld(below: str, front: str, withheld: str) -> None:
    assert article_of("jekyll", below, front).withheld == withheld


def test_authors_are_those_of_the_data_file() -> None:
    authors = {"ada": ListedAuthor("Ada L.", "https://ada.example/", "ada@example.org")}
    article = article_of("jekyll", "2024-05-01-a.md", "author: ada", authors=authors)
    assert article.authors == (Author(name="Ada L.", uri="https://ada.example/", email="ada@example.org"),)
    article = article_of("jekyll", "2024-05-01-a.md", "authors: [ada, Someone Else]", authors=authors)
    assert [author.name for author in article.authors] == ["Ada L.", "Someone Else"]


@pytest.mark.parametrize("front", ["image: /img/a.png", "image: img/a.png", "image: {path: /img/a.png, alt: A}"])
def test_an_image_lies_below_the_folder_of_the_site(front: str) -> None:
    article = article_of("jekyll", "2024-05-01-a.md", front, base="https://blog.example.org/sub/")
    assert article.images == (Image(url="https://blog.example.org/sub/img/a.png"),)


def test_defaults_fill_what_an_article_does_not_say() -> None:
    defaults = (("**", {"author": "A", "categories": "x"}), ("news/**", {"author": "B", "published": "false"}))
    first = article_of("jekyll", "_posts/2024-05-01-a.md", "categories: [own]", defaults=defaults)
    assert ([author.name for author in first.authors], topics_of(first)) == (["A"], ["own"])
    second = article_of("jekyll", "news/_posts/2024-05-01-a.md", defaults=defaults)
    assert (second.authors[0].name, second.withheld) == ("B", "published: false")


def test_a_source_url_wins_over_the_permalink() -> None:
    article = article_of("jekyll", "2024-05-01-a.md", "sourceUrl: https://example.com/a")
    assert (article.url, article.own) == ("https://example.com/a", False)
    assert article_of("jekyll", "2024-05-01-a.md").own


def test_a_wrong_date_is_the_only_problem() -> None:
    reading = reading_of("jekyll", "2024-02-31-a.md", "---\ntitle: T\n---\n")
    assert [(problem.line, problem.key) for problem in reading.problems] == [(2, "date")]
