"""Articles as Pelican reads them, and its settings as ``init --from`` understands them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedpub.content.generators import facts_of, generator_of
from feedpub.content.generators.facts import SiteFacts
from feedpub.content.generators.slugify import PELICAN_SUBSTITUTIONS
from support.generators import BASE, article_of, reading_of, topics_of

DATE = "Date: 2024-05-01\n"
TITLED = f"Title: A Title\n{DATE}"


def path_of(below: str, head: str, **rules: Any) -> str:
    """Return the path of the URL of an article with the lines ``head``."""
    return article_of("pelican", below, head, **rules).url.removeprefix(BASE.rstrip("/"))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ümläut's & Sons: a_b v1.2", "umlauts-sons-a_b-v12"),
        ("AT&amp;T — dash", "att-dash"),
        ("A <b>bold</b> title <!-- x -->", "a-bold-title"),
        ("北京 the city", "bei-jing-the-city"),
        ("コーヒー しち", "ko-hi-shichi"),
        ("Привет, мир", "privet-mir"),
        ("한국어", "hangugeo"),
        ("Ærø ﬁne ½", "aero-fine-12"),
        ("Two  blanks -- and - hyphens", "two-blanks-and-hyphens"),
    ],
)
def test_a_slug_is_the_title_in_ascii(title: str, slug: str) -> None:
    assert path_of("a.md", f"Title: {title}\n{DATE}") == f"/{slug}.html"


@pytest.mark.parametrize(
    ("slugify", "path"),
    [
        ("pelican-case", "/Uber-Uns.html"),
        ("pelican-unicode", "/%C3%BCber-uns.html"),
        ("pelican-unicode-case", "/%C3%9Cber-Uns.html"),
    ],
)
def test_case_and_other_scripts_may_stay(slugify: str, path: str) -> None:
    assert path_of("a.md", f"Title: Über Uns\n{DATE}", slugify=slugify) == path


def test_substitutions_replace_those_of_pelican() -> None:
    pairs = (("C\\+\\+", "cpp"), ("[^\\w\\s-]", ""), ("\\s+", "_"))
    assert path_of("a.md", f"Title: C++, at Length\n{DATE}", slug_substitutions=pairs) == "/cpp_at_length.html"


@pytest.mark.parametrize(
    ("below", "head", "path", "rules"),
    [
        ("a.md", f"{TITLED}Slug: Own Slug", "/Own%20Slug.html", {}),
        ("a.md", f"{TITLED}Url: posts/own.html", "/posts/own.html", {}),
        ("a.md", f"{TITLED}Lang: de", "/a-title-de.html", {}),
        ("a.md", f"{TITLED}Lang: en", "/a-title.html", {}),
        ("a.md", f"{TITLED}Lang: pt_BR", "/a-title.html", {"language": "pt-BR"}),
        ("a.md", f"{TITLED}Lang: de", "/de/a-title/", {"translation_permalink": "/{lang}/{slug}/"}),
        ("a.md", f"{TITLED}Lang: de", "/a-title-de.html", {"permalink": "/{year}/{slug}/"}),
        ("2024-05-03-a b.md", "Title: T", "/2024-05-03-a-b.html", {"slug_source": "name"}),
        ("2024-05-03.md", "Title: T", "/2024/05/03/t/", {"permalink": "/{year}/{month}/{day}/{slug}/"}),
        ("C d/a.md", TITLED, "/c-d/a-title/", {"permalink": "/{category}/{slug}/"}),
        ("a.md", TITLED, "/misc/a-title/", {"permalink": "/{category}/{slug}/"}),
        ("a.md", f"{TITLED}Author: Ada L.", "/ada-l/a-title/", {"permalink": "/{author}/{slug}/"}),
        ("x/y.md", TITLED, "/x/y.html", {"permalink": "/{stem}.html", "path_fields": r"(?P<stem>.*)\..*"}),
        ("2024-05-03_own.md", "Title: T", "/own.html", {"name_fields": r"(?P<date>\d{4}-\d\d-\d\d)_(?P<slug>.*)"}),
        ("blog/2024/own/index.md", TITLED, "/own.html", {"path_fields": r"blog/\d+/(?P<slug>[^/]+)/.*"}),
    ],
)
def test_an_article_has_the_url_of_the_settings(below: str, head: str, path: str, rules: dict[str, Any]) -> None:
    assert path_of(below, head, **rules) == path


@pytest.mark.parametrize("status", ["draft", "Hidden", "skip", "drfat"])
def test_any_status_but_published_withholds(status: str) -> None:
    assert article_of("pelican", "a.md", f"{TITLED}Status: {status}").withheld == f"status: {status.lower()}"
    assert article_of("pelican", "a.md", f"{TITLED}Status: Published").withheld is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("24-05-2015", "2015-05-24"),
        ("05/06/2024", "2024-05-06"),
        ("08-02-21 15:00", "2021-08-02"),
        ("2024-05-01_10:00", "2024-05-01"),
        ("Wed 1 May 2024", "2024-05-01"),
    ],
)
def test_a_date_is_read_as_dateutil_reads_it(written: str, day: str) -> None:
    article = article_of("pelican", "a.md", f"Title: T\nDate: {written}")
    assert f"{article.published_at:%Y-%m-%d}" == day


def test_a_date_without_a_day_is_refused() -> None:
    reading = reading_of("pelican", "a.md", "Title: T\nDate: May 2024\n\nText\n")
    assert [problem.key for problem in reading.problems] == ["date"]


@pytest.mark.parametrize("front", ["---\n{}---\n", "---\n{}...\n", "{}\n"])
def test_values_are_no_yaml(front: str) -> None:
    head = "Title: A title: with #4 'in' it\nDate: 2024-05-01\nTags: a: b, c\nTitle: Second\n"
    article = reading_of("pelican", "a.md", front.format(head) + "Text\n").article
    assert article is not None
    assert article.title == "A title: with #4 'in' it"
    assert topics_of(article) == ["a: b", "c"]
    assert article.body.strip() == "Text"


def test_yaml_between_lines_of_hyphens_is_read_too() -> None:
    for head in (
        "title: 'Quoted: one'\ndate: 2024-05-01\ntags: [a, 'b c']\n",
        "title: 'Quoted: one'\ndate: 2024-05-01\ntags:\n- a\n- b c\nsummary: |\n  Line\n",
    ):
        article = reading_of("pelican", "a.md", f"---\n{head}---\nText\n").article
        assert article is not None
        assert article.title == "Quoted: one"
        assert topics_of(article) == ["a", "b c"]


def test_the_folder_is_the_category_and_semicolons_separate_authors() -> None:
    article = article_of("pelican", "x/Deep Dive/a.md", f"{TITLED}Tags: t; u, v\nAuthors: Last, First; Other\n")
    assert topics_of(article) == ["Deep Dive", "t", "u, v"]
    assert [author.name for author in article.authors] == ["Last, First", "Other"]
    one = article_of("pelican", "a.md", f"{TITLED}Author: Last, First")
    assert [author.name for author in one.authors] == ["Last, First"]


def test_pages_are_no_articles() -> None:
    assert generator_of("pelican").resources(["a.md", "pages/a.md"]) == {"pages/a.md"}


def facts(tmp_path: Path, settings: str, **files: str) -> SiteFacts:
    """Return what is understood of ``pelicanconf.py`` with these ``settings``."""
    (tmp_path / "content").mkdir()
    (tmp_path / "pelicanconf.py").write_text(settings, encoding="utf-8")
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text, encoding="utf-8")
    found = facts_of(tmp_path)
    assert found is not None
    assert found.generator == "pelican"
    return found


@pytest.mark.parametrize(
    ("settings", "content"),
    [
        ("ARTICLE_URL = '{slug}.html'", {}),
        (
            "ARTICLE_URL = 'p/{date:%Y}/{date:%-m}/{date:%b}/{slug}/'",
            {"permalink": "/p/{year}/{i_month}/{short_month}/{slug}/"},
        ),
        ("PREFIX = 'blog'\nARTICLE_URL = PREFIX + '/{slug}/'", {"permalink": "/blog/{slug}/"}),
        ("import os\nARTICLE_URL = os.path.join('blog', '{slug}.html')", {"permalink": "/blog/{slug}.html"}),
        ("ARTICLE_PERMALINK_STRUCTURE = '/%Y/%m/'", None),
        ("ARTICLE_LANG_URL = '{lang}/{slug}.html'", {"translation_permalink": "/{lang}/{slug}.html"}),
        ("SLUGIFY_SOURCE = 'basename'", {"slug_source": "name"}),
        ("SLUGIFY_USE_UNICODE = True\nSLUGIFY_PRESERVE_CASE = True", {"slugify": "pelican-unicode-case"}),
        ("SLUG_REGEX_SUBSTITUTIONS = [(r'\\s', '_')]", {"slug_substitutions": {"\\s": "_"}}),
        (
            "FILENAME_METADATA = r'(?P<slug>.*)'\nPATH_METADATA = '(?P<stem>.*)\\..*'\nARTICLE_URL = '{stem}.html'",
            {"permalink": "/{stem}.html", "name_fields": "(?P<slug>.*)", "path_fields": r"(?P<stem>.*)\..*"},
        ),
        ("SLUG_REGEX_SUBSTITUTIONS = [('a', 'b', True)]", {}),
        (
            "FILENAME_METADATA = '(?P<slug'\nARTICLE_URL = '{slug}/'",
            {"name_fields": "(?P<slug", "permalink": "/{slug}/"},
        ),
        ("DEFAULT_METADATA = [['status', 'draft']]", {"defaults": [{"path": "**", "values": {"status": "draft"}}]}),
        ("DEFAULT_METADATA = 'draft'", {}),
        (
            "SLUG_SUBSTITUTIONS = [('C++', 'cpp')]",
            {"slug_substitutions": {r"C\+\+": "cpp", **dict(PELICAN_SUBSTITUTIONS)}},
        ),
        ("DEFAULT_DATE = '2012-03-02'", {"defaults": [{"path": "**", "values": {"date": "2012-03-02"}}]}),
        ("NAME = 'a'\nDEFAULT_CATEGORY = f'{NAME}{1}'", {"defaults": [{"path": "*", "values": {"category": "a1"}}]}),
        ("DEFAULT_CATEGORY: str = 'News'", {"defaults": [{"path": "*", "values": {"category": "News"}}]}),
        ("DEFAULT_CATEGORY = f'{[]}'\nDEFAULT_DATE = 'x' + 1\nA.b = 'c'", {}),
        ("SITENAME: str\nfrom os import path", {}),
        ("DEFAULT_CATEGORY = 'News'", {"defaults": [{"path": "*", "values": {"category": "News"}}]}),
        ("USE_FOLDER_AS_CATEGORY = False", {"defaults": [{"path": "**", "values": {"category": "misc"}}]}),
        ("DEFAULT_DATE = (2012, 3, 2, 14, 1, 1)", {"defaults": [{"path": "**", "values": {"date": "2012-03-02"}}]}),
        (
            "DEFAULT_METADATA = {'status': 'draft'}",
            {"defaults": [{"path": "**", "values": {"status": "draft"}}]},
        ),
        (
            "EXTRA_PATH_METADATA = {'x/robots.txt': {'path': 'robots.txt'}, 'old': {'author': 'Ada'}}",
            {"defaults": [{"path": "old{,/**}", "values": {"author": "Ada"}}]},
        ),
    ],
)
def test_settings_become_keys_of_content(tmp_path: Path, settings: str, content: dict[str, Any] | None) -> None:
    found = facts(tmp_path, f"{settings}\nBROKEN = undefined()\n").content
    if content is None:
        assert found["permalink"] == "/{year}/{month}/{slug}.html"
    else:
        assert found == content


def test_folders_of_articles_and_pages(tmp_path: Path) -> None:
    found = facts(tmp_path, "ARTICLE_PATHS = ['blog', 'news']\nARTICLE_EXCLUDES = ['old']\nPAGE_PATHS = ['static']\n")
    assert found.paths == ("content",)
    assert found.pattern == "{blog,news}/**/*.{md,markdown,mkd,mdown}"
    assert found.exclude == ("old/**", "static/**")


def test_what_cannot_be_expressed_is_noted(tmp_path: Path) -> None:
    settings = "DEFAULT_DATE = 'fs'\nARTICLE_URL = '{series}/{slug}.html'\n"
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.rst").write_text("A\n=\n", encoding="utf-8")
    (tmp_path / "pelicanconf.py").write_text(settings, encoding="utf-8")
    found = facts_of(tmp_path)
    assert found is not None
    assert "permalink" not in found.content
    assert [note.split(" ")[0] for note in found.notes] == ["content.permalink:", "articles", "1"]


def test_the_settings_for_publication_win_and_modules_are_followed(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        "from base import *\nSITEURL = ''\nDEFAULT_LANG = 'de'\n",
        publishconf__py="from pelicanconf import *\nimport os\nSITEURL = os.environ.get('URL', 'https://x.example.org')\n",
        base__py="SITENAME = f'{1}st ' + 'Site'\nAUTHOR: str = 'Ada'\nif True:\n    AUTHOR = 'No'\n",
    )
    assert (found.base_url, found.title) == ("https://x.example.org", "1st Site")
    assert (found.author, found.language) == ("Ada", "de")
