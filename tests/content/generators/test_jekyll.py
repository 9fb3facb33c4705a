"""Jekyll's rules for posts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedpub.content.generators import facts_of, generator_of
from feedpub.content.generators.facts import SiteFacts
from feedpub.content.generators.rules import ListedAuthor
from feedpub.core.html import excerpt_of, render_body
from feedpub.core.models import Author, Image
from support.generators import BASE, article_of, paths_of, reading_of, topics_of


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
        ("2024-05-01-a.md", "categories: a, b", "/a,/b/2024/05/01/a.html"),
        ("2024-05-01-a.md", "categories: [2024, One]", "/2024/one/2024/05/01/a.html"),
        ("2024-05-01-a.md", "permalink: /about/me/", "/about/me/"),
        ("2024-05-01-a.md", "permalink: ':i_month/:long_day/:w_year/:title/'", "/5/Wednesday/2024/a/"),
        ("2024-05-01-a.md", "permalink: /../x/./y/", "/x/y/"),
        ("2024-05-01-v1..2.md", "title: T", "/2024/05/01/v1/2.html"),
        ("2024-05-01-v1.2.md", "title: T", "/2024/05/01/v1.2.html"),
        ("2024-05-01-Two Words.md", "permalink: /:name/", "/2024-05-01-two-words/"),
        ("blog/_posts/x/2024-05-01-a.md", "permalink: '/p/:path/'", "/p/blog/x/2024-05-01-a/"),
        (
            "2024-05-01-日本語 テスト.md",
            "title: T",
            "/2024/05/01/%E6%97%A5%E6%9C%AC%E8%AA%9E-%E3%83%86%E3%82%B9%E3%83%88.html",
        ),
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
    front = "categories: One two\ncategory: Three four\ntags: a b,"
    article = article_of("jekyll", "Top/_posts/2024-05-01-a.md", front)
    assert topics_of(article) == ["Top", "One", "two", "Three four", "a", "b"]
    article = article_of("jekyll", "2024-05-01-a.md", "tags: a b\ntag: one tag")
    assert topics_of(article) == ["one tag"]


def test_a_key_that_stands_twice_has_its_last_value_unless_it_withholds() -> None:
    article = article_of("jekyll", "2024-05-01-a.md", "title: A\ntitle: B")
    assert article.title == "B"
    reading = reading_of("jekyll", "2024-05-01-a.md", "---\npublished: false\npublished: true\n---\n")
    assert [(problem.line, problem.key) for problem in reading.problems] == [(3, "published")]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2024-05-01 01:00:00", "2024-05-01T01:00"),
        ("'2024-05-01 01:00:00'", "2024-05-01T05:00"),
        ("2024-05-01 01:00", "2024-05-01T05:00"),
        ("2024-05-01", "2024-05-01T04:00"),
        ("2024-05-01 01:00:00 -0700", "2024-05-01T08:00"),
        ("2024-05-01 18::48::00", "2024-05-01T04:00"),
        ("2024-05-01 16:30-:00+16:30", "2024-05-01T20:30"),
        ("2024-05-01 18:30:22 2024 -0800", "2024-05-01T22:30"),
        ("Wed May 1 11:21:31 CEST 2024", "2024-05-01T15:21"),
        ("05/06/2024", "2024-06-05T04:00"),
        ("2024.05.01", "2024-05-01T04:00"),
    ],
)
def test_a_date_is_read_as_ruby_reads_it(date: str, moment: str) -> None:
    article = article_of("jekyll", "2023-01-01-a.md", f"date: {date}", zone=ZoneInfo("America/New_York"))
    assert f"{article.published_at:%Y-%m-%dT%H:%M}" == moment


def test_only_an_id_that_is_a_uri_is_one() -> None:
    assert article_of("jekyll", "2024-05-01-a.md", "id: lesson-1").id == BASE + "2024/05/01/a.html"
    assert article_of("jekyll", "2024-05-01-a.md", "id: tag:x.example,2024:a").id == "tag:x.example,2024:a"


def test_folders_that_jekyll_does_not_enter_hold_no_articles() -> None:
    paths = ["_posts/2024-05-01-a.md", "_posts/_old/2024-05-01-a.md", "_site/_posts/2024-05-01-a.md", "_posts/x/_b.md"]
    paths += ["news/_posts/2024/2024-05-01-a.md", "_news/a.md", "_news/_a.md", "_news/x/b.md"]
    assert sorted(generator_of("jekyll").resources(paths)) == sorted([*paths[1:4], "_news/_a.md"])


def test_a_document_of_a_collection_has_the_permalink_of_the_collection() -> None:
    rules = {"permalinks": {"_news": "/:collection/:path:output_ext"}, "permalink": "/:title/"}
    files = {
        "_news/2024-05-01-a.b.md": "title: T",
        "_news/Sub x/c.md": "date: 2024-05-01",
        "_posts/2024-05-01-a.md": "",
    }
    assert list(paths_of("jekyll", files, **rules).values()) == [
        "/news/2024-05-01-a.b.html",
        "/news/Sub%20x/c.html",
        "/a/",
    ]


@pytest.mark.parametrize("front", ["", "excerpt_separator: '<!--end-->'"])
def test_the_excerpt_ends_before_the_separator(front: str) -> None:
    separator = None if front else "<!--end-->"
    article = article_of("jekyll", "2024-05-01-a.md", front, "One\n\n<!--end-->\n\nTwo\n", excerpt_separator=separator)
    assert excerpt_of(article.body) == "One"
    assert article.body.count("\n") == 4


def test_a_page_in_html_is_not_read_as_markdown() -> None:
    body = "<ul>\n\n    <li>*a*</li>\n</ul>\n\n{% highlight c++ %}\nif (a < b)\n\n  {{ c }}\n{% endhighlight %}\n"
    article = article_of("jekyll", "2024-05-01-a.html", "title: T", body)
    markup = render_body(article.body, base=BASE, page=BASE, flavour="jekyll")
    assert "<li>*a*</li>" in markup
    assert "if (a &lt; b)\n\n  {{ c }}" in markup
    assert "{%" not in markup


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
    assert ([author.name for author in first.authors], topics_of(first)) == (["A"], ["x", "own"])
    second = article_of("jekyll", "news/_posts/2024-05-01-a.md", defaults=defaults)
    assert (second.authors[0].name, second.withheld) == ("B", "published: false")
    lists = (("**", {"categories": ("Big News", "x"), "tags": ("one two",)}),)
    third = article_of("jekyll", "_posts/2024-05-01-a.md", defaults=lists)
    assert (topics_of(third), third.url) == (["Big News", "x", "one two"], BASE + "big%20news/x/2024/05/01/a.html")


def test_a_source_url_wins_over_the_permalink() -> None:
    article = article_of("jekyll", "2024-05-01-a.md", "sourceUrl: https://example.com/a")
    assert (article.url, article.own) == ("https://example.com/a", False)
    assert article_of("jekyll", "2024-05-01-a.md").own


def test_a_wrong_date_is_the_only_problem() -> None:
    reading = reading_of("jekyll", "2024-02-31-a.md", "---\ntitle: T\n---\n")
    assert [(problem.line, problem.key) for problem in reading.problems] == [(2, "date")]


def facts(tmp_path: Path, settings: str, **files: str) -> SiteFacts:
    """Return what is understood of ``_config.yml`` with these ``settings``; ``__`` in a name is a slash."""
    for name, text in {"_config.yml": settings, "_posts__2024-05-01-a.md": "", **files}.items():
        path = tmp_path / (name if name == "_config.yml" else name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = facts_of(tmp_path)
    assert found is not None
    assert found.generator == "jekyll"
    return found


@pytest.mark.parametrize(
    ("settings", "files", "address"),
    [
        ("url: https://a.example/\nbaseurl: /sub", {}, "https://a.example/sub/"),
        ("url: http://localhost:4000", {"_config.prod.yml": "url: https://b.example"}, "https://b.example"),
        ("baseurl: /sub", {"_config_live.yaml": "url: https://b.example\nbaseurl: /x"}, "https://b.example/x/"),
        ("title: T", {"CNAME": "c.example\n"}, "https://c.example"),
        ("source: docs", {"docs__CNAME": "d.example", "docs___posts__2024-05-01-a.md": ""}, "https://d.example"),
        ("repository: Ann/notes", {}, "https://Ann.github.io/notes/"),
        ("repository: Ann/ann.github.io", {}, "https://Ann.github.io"),
        ("github: {repository_nwo: Ann/notes}\nbaseurl: /n", {}, "https://Ann.github.io/n/"),
        ("repository: notes", {}, ""),
    ],
)
def test_the_address_is_where_the_site_says_it(
    tmp_path: Path, settings: str, files: dict[str, str], address: str
) -> None:
    assert facts(tmp_path, settings, **files).base_url == address


RECIPES = {"_recipes__2024-05-01-a.md": "", "_recipes__b.md": "---\ndate: 2024-05-01\n---\n", "_people__c.md": "---\n"}


@pytest.mark.parametrize(
    ("settings", "permalinks"),
    [
        ("collections: {recipes: {output: true}}", {"_recipes": "/:collection/:path:output_ext"}),
        ("permalink: pretty\ncollections: {recipes: {output: true}}", {"_recipes": "/:collection/:path/"}),
        ("permalink: /x/:title/\ncollections: {recipes: {output: yes}}", {"_recipes": "/:collection/:path/"}),
        ("collections: {recipes: {output: true, permalink: '/r/:path'}}", {"_recipes": "/r/:path"}),
        ("collections: {recipes: {output: false}, people: {output: true}, posts: {output: true}}", None),
        ("collections: [recipes]", None),
    ],
)
def test_a_collection_of_pages_with_dates_is_one_of_articles(
    tmp_path: Path, settings: str, permalinks: dict[str, str] | None
) -> None:
    found = facts(tmp_path, settings, **RECIPES)
    assert found.content.get("permalinks") == permalinks
    assert ("_recipes" in found.pattern) is (permalinks is not None)


@pytest.mark.parametrize(
    ("settings", "excluded"),
    [
        ("exclude: [drafts/, '*.txt', old.md, gone, 3]", ["drafts/**", "*.txt", "old.md"]),
        ("collections_dir: all\nexclude: [all/drafts]", ["drafts/**"]),
        ("exclude: drafts", []),
    ],
)
def test_excluded_folders_and_files_that_are_there_are_left_out(
    tmp_path: Path, settings: str, excluded: list[str]
) -> None:
    files = {"drafts__a.md": "", "old.md": "", "all__drafts__a.md": "", "all___posts__2024-05-01-a.md": ""}
    assert facts(tmp_path, settings, **files).exclude[3:] == tuple(excluded)


@pytest.mark.parametrize(
    ("scope", "pattern"),
    [
        ("{path: '', type: posts}", "**"),
        ("{path: ''}", "**"),
        ("{}", "**"),
        ("{path: news/}", "news/**"),
        ("{path: news, type: posts}", "news/**"),
        ("{path: old.md}", "old.md"),
        ("{path: ne}", "ne{,*,*/**,/**}"),
        ("{path: 'n*'}", "n*{,*,*/**,/**}"),
        ("{path: '', type: pages}", None),
    ],
)
def test_defaults_are_for_the_articles_in_their_scope(tmp_path: Path, scope: str, pattern: str | None) -> None:
    values = "{author: Ada, layout: x, tags: [a, 1, {b: c}], image: {path: /a.png}, excerpt: ''}"
    settings = f"defaults:\n- {{scope: {scope}, values: {values}}}\n- {{scope: x}}\n- x\n"
    expected = {"author": "Ada", "tags": ["a", "1"], "image": "/a.png"}
    found = facts(tmp_path, settings, **{"news__a.md": "", "old.md": ""}).content.get("defaults")
    assert found == ([{"path": pattern, "values": expected}] if pattern else None)


def test_the_longest_path_of_defaults_wins_and_then_a_type(tmp_path: Path) -> None:
    scopes = ("{path: news/, type: posts}", "{path: news/}", "{path: ''}", "{path: '', type: posts}")
    defaults = "\n".join(
        f"- {{scope: {scope}, values: {{author: A{number}, permalink: '/{number}/:title/'}}}}"
        for number, scope in enumerate(scopes)
    )
    content = facts(tmp_path, f"defaults:\n{defaults}\n", **{"news__a.md": ""}).content
    assert content["permalink"] == "/3/:title/"
    assert [default["values"]["author"] for default in content["defaults"]] == ["A2", "A3", "A1", "A0"]


def test_the_defaults_of_a_collection_are_for_its_folder(tmp_path: Path) -> None:
    settings = "collections: {recipes: {output: true}}\ndefaults: [{scope: {type: recipes}, values: {author: A}}]"
    assert facts(tmp_path, settings, **RECIPES).content["defaults"] == [
        {"path": "_recipes/**", "values": {"author": "A"}}
    ]


def test_a_site_without_a_configuration_is_known_by_its_folders(tmp_path: Path) -> None:
    for folder in ("_posts", "_layouts"):
        (tmp_path / folder).mkdir()
    found = facts_of(tmp_path)
    assert found is not None
    assert (found.generator, found.file) == ("jekyll", "_posts")
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    assert facts_of(tmp_path) is None
