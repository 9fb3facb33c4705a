"""Hugo's cascades: front matter of sections and of the site for the pages below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.config import load_config
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.generators.hugo_cascade import cascades_in, is_for
from feedpub.content.loading import load_articles
from feedpub.core.errors import UsageError
from feedpub.core.models import Article
from support.generator_programs import write

CONFIG = "site: {title: T, base_url: 'https://x.example.org/'}\ncontent:\n  path: content\n  generator: hugo\n"
PAGE = "---\ntitle: T\ndate: 2024-05-01\n%s\n---\nText\n"


def articles(root: Path, pages: dict[str, str], config: str = "") -> dict[str, Article]:
    """Return the articles of a site by the path of their files below ``content``."""
    files = {f"content/{name}": front if front.startswith("+++") else PAGE % front for name, front in pages.items()}
    write(root, {"config.yaml": CONFIG + config, **files})
    loaded = load_articles(load_config(root / "config.yaml"))
    assert loaded.problems == ()
    return {article.path.removeprefix("content/"): article for article in loaded.articles}


def withheld(root: Path, pages: dict[str, str], config: str = "") -> set[str]:
    """Return the files of the articles that are not published."""
    return {path for path, article in articles(root, pages, config).items() if article.withheld}


def test_a_draft_section_hides_all_pages_below_it_that_say_nothing_else(tmp_path: Path) -> None:
    pages = {
        "lab/_index.md": "Cascade: {Draft: true}",
        "lab/a.md": "",
        "lab/b.md": "draft: false",
        "lab/in/c/index.md": "",
        "lab/open/_index.md": "cascade: [{draft: false}]",
        "lab/open/d.md": "",
        "laboratory/e.md": "",
        "f.md": "",
    }
    assert withheld(tmp_path, pages) == {"lab/a.md", "lab/in/c/index.md"}


def test_a_cascade_is_for_its_own_language_unless_its_target_names_others(tmp_path: Path) -> None:
    pages = {
        "a/_index.md": "cascade: {draft: true}",
        "b/_index.fr.md": "cascade: {draft: true}",
        "c/_index.md": "cascade: {draft: true, target: {sites: {matrix: {languages: ['*']}}}}",
        **{f"{folder}/x{suffix}.md": "" for folder in "abc" for suffix in ("", ".fr")},
    }
    found = withheld(tmp_path, pages, "  languages: [en, fr]\n")
    assert found == {"a/x.md", "b/x.fr.md", "c/x.md", "c/x.fr.md"}


def test_a_cascade_gives_dates_urls_topics_and_authors(tmp_path: Path) -> None:
    head = "+++\ntitle = 'N'\n[[cascade]]\ntags = ['One', 'Two']\nurl = '/n/:contentbasename/'\n"
    pages = {
        "n/_index.md": head + "expiryDate = 2030-01-01\n[cascade.params]\nauthors = [{name = 'Ada'}]\n+++\n",
        "n/a.md": "",
        "n/b.md": "tags: [Own]\nauthor: Bo\nauthors: []",
    }
    found = articles(tmp_path, pages)
    article = found["n/a.md"]
    assert article.url == "https://x.example.org/n/a/"
    assert [topic.label for topic in article.topics] == ["One", "Two"]
    assert [author.name for author in article.authors] == ["Ada"]
    assert article.expires_at is not None
    assert [topic.label for topic in found["n/b.md"].topics] == ["Own"]
    assert [author.name for author in found["n/b.md"].authors] == ["Bo"]


def test_the_cascade_of_the_site_comes_after_those_of_sections(tmp_path: Path) -> None:
    config = """\
  languages: [en, fr]
  cascade:
    - {path: "/blog/old/**", values: {draft: "true"}}
    - {path: "{,/**}/_parts{,/**}", values: {build.render: never}}
    - {languages: [fr], values: {draft: "true"}}
"""
    pages = {
        "blog/old/_index.md": "cascade: {draft: false}",
        "blog/old/a.md": "",
        "blog/_parts/b.md": "",
        "blog/_parts/c.md": "build: {list: always}",
        "blog/d.fr.md": "",
        "blog/e.md": "",
    }
    assert withheld(tmp_path, pages, config) == {"blog/_parts/b.md", "blog/d.fr.md"}


def test_the_pages_of_a_taxonomy_of_people_name_authors(tmp_path: Path) -> None:
    pages = {"authors/ada-l/_index.md": "name: x", "a.md": "authors: [ada-l, Bo]", "authors/_index.md": ""}
    authors = articles(tmp_path, pages)["a.md"].authors
    assert [author.name for author in authors] == ["T", "Bo"]


def test_files_of_a_page_in_html_are_withheld(tmp_path: Path) -> None:
    pages = {"a/index.fr.html": "", "a/b.md": "", "a/c/d.md": "", "ab/e.md": "", "x/index.md": "", "x/index.html": ""}
    assert withheld(tmp_path, pages) == {"a/b.md", "a/c/d.md"}


def test_a_change_of_a_cascade_is_a_change_of_the_inputs_of_articles(tmp_path: Path) -> None:
    articles(tmp_path, {"a/_index.md": "", "a/b.md": ""})
    config = load_config(tmp_path / "config.yaml")
    before = reading_fingerprint(config)
    assert reading_fingerprint(config) == before
    write(tmp_path, {"content/a/_index.md": PAGE % "cascade: {draft: true}"})
    assert reading_fingerprint(config) != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"---\ncascade: {draft: true\n---\n", "content/a/_index.md:"),
        (b"---\ncascade: {draft: true}\ntitle: \xff\n---\n", "content/a/_index.md: "),
    ],
)
def test_a_cascade_that_cannot_be_read_stops_the_build(tmp_path: Path, text: bytes, message: str) -> None:
    articles(tmp_path, {"a/b.md": ""})
    (tmp_path / "content/a/_index.md").write_bytes(text)
    with pytest.raises(UsageError, match=message):
        load_articles(load_config(tmp_path / "config.yaml"))


def test_a_section_without_front_matter_or_a_cascade_is_no_problem(tmp_path: Path) -> None:
    articles(tmp_path, {"a/b.md": ""})
    write(tmp_path, {"content/a/_index.md": "No cascade, no front matter.", "content/c/_index.md": "---\n: [\n---\n"})
    assert len(load_articles(load_config(tmp_path / "config.yaml")).articles) == 1


@pytest.mark.parametrize(
    ("pattern", "path", "is_matched"),
    [
        ("/blog/**", "/blog/a/b", True),
        ("/blog/**", "/blog", False),
        ("{/blog,/blog/**}", "/blog", True),
        ("/blog/*", "/blog/a/b", False),
        ("/BLOG/*", "/blog/a", True),
        ("**a.b", "/x/y/a.b", True),
        ("/post-?", "/post-1", True),
        ("/post-?", "/post-/", False),
        ("/[a-c]x", "/bx", True),
        ("/[!a-c]x", "/bx", False),
        (r"/a\*", "/a*", True),
        ("{/a{1,2},/b}", "/a2", True),
        ("/a,b", "/a,b", True),
        ("/[z-a]", "/[z-a]", True),
        ("/(.+)+$", "/aaaa", False),
    ],
)
def test_patterns_are_those_of_hugo(pattern: str, path: str, *, is_matched: bool) -> None:
    (cascade,) = cascades_in({"target": {"path": pattern}, "draft": True})
    assert is_for(cascade, path, "en") is is_matched


@pytest.mark.parametrize(
    "target",
    [{"kind": "section"}, {"kind": "{home,section}"}, {"environment": "development"}],
)
def test_a_target_of_other_pages_or_builds_is_passed_over(target: dict[str, str]) -> None:
    assert list(cascades_in([{"_target": target, "draft": True}, "text"])) == []


def test_a_target_may_exclude_languages() -> None:
    (cascade,) = cascades_in({"target": {"sites": {"matrix": {"languages": ["!fr", "!de"]}}}, "draft": True})
    assert [is_for(cascade, "/a", language) for language in ("en", "fr", "de")] == [True, False, False]
