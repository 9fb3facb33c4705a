"""Pages as a build makes them: all or nothing, only what changed, and gone when they are switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.site import SiteFolder

PAGES = {"index.html", "topics/ai/index.html", "topics/space/index.html", "feedpub.css", "feedpub.js"}


@pytest.fixture
def owned(site: SiteFolder) -> SiteFolder:
    """A published site with a folder for templates."""
    site.configure("output: {templates: templates}\n")
    (site.root / "templates").mkdir()
    site.add("a", topics=["AI"])
    site.add("b", topics=["Space"])
    site.build()
    return site


def stamps(site: SiteFolder) -> dict[str, int]:
    return {path: (site.output / path).stat().st_mtime_ns for path in site.files()}


def template(site: SiteFolder, text: str, name: str = "article.html") -> Path:
    file = site.root / "templates" / name
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("article.html", "<p>\n{{ article.no_such }}", "templates/article.html:2: "),
        ("feed.html", "\n\n{% if %}", "templates/feed.html:3: "),
        ("index.html", "{% include 'missing.html' %}", "templates/index.html:1: "),
        ("base.html", "{{ 1 / 0 }}", "templates/base.html:1: "),
    ],
)
@pytest.mark.parametrize("more", [(), ("--full", "--jobs", "2")], ids=["incremental", "full"])
def test_a_template_that_fails_is_named_with_its_line_and_nothing_is_written(
    owned: SiteFolder, name: str, text: str, told: str, more: tuple[str, ...]
) -> None:
    before, when = owned.files(), stamps(owned)
    template(owned, text, name)
    for number in range(150):
        owned.add(f"c{number}", topics=["AI"])
    done = owned.run("build", *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(told), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (owned.files(), stamps(owned)) == (before, when)


def test_a_folder_of_templates_that_is_missing_is_told(owned: SiteFolder) -> None:
    (owned.root / "templates").rmdir()
    done = owned.run("build")
    assert done.returncode == 2
    assert done.stderr == "feedpub: templates: output.templates cannot be listed: no such file or directory\n"


def test_templates_that_would_be_served_are_refused(owned: SiteFolder) -> None:
    owned.configure("output: {templates: output/mine}\n")
    (owned.output / "mine").mkdir()
    done = owned.run("build")
    assert done.returncode == 2
    assert "would serve the templates" in done.stderr


def test_another_template_changes_pages_and_no_feed(owned: SiteFolder) -> None:
    before = stamps(owned)
    template(owned, "<article><h2>{{ article.title }}</h2></article>\n")
    template(owned, "p { color: red }\n", "feedpub.css")
    assert "0 feeds written, 3 unchanged, 4 other files written in" in owned.build().stdout
    changed = {path for path, when in stamps(owned).items() if when != before[path]}
    assert changed == PAGES - {"feedpub.js"}
    found = owned.files()
    assert found["feedpub.css"] == b"p { color: red }\n"
    assert b"<h2>Title of a</h2>" in found["topics/ai/index.html"]
    assert not owned.build().stdout
    (owned.root / "templates/article.html").unlink()
    (owned.root / "templates/feedpub.css").unlink()
    owned.build()
    assert b"<h2>Title of a</h2>" not in owned.files()["topics/ai/index.html"]


def test_a_changed_article_touches_its_pages_and_the_overview(owned: SiteFolder) -> None:
    before = stamps(owned)
    owned.add("a", topics=["AI"], title="Other", updatedDateTime="2024-05-02")
    owned.build()
    changed = {path for path, when in stamps(owned).items() if when != before[path]}
    assert changed & PAGES == {"index.html", "topics/ai/index.html"}


def test_pages_go_when_they_are_switched_off_and_feeds_name_the_site_again(owned: SiteFolder) -> None:
    assert owned.files().keys() >= PAGES
    owned.configure("output: {pages: false}\n")
    owned.build()
    assert not owned.files().keys() & PAGES
    assert b"<link>https://news.example.org/</link>" in owned.files()["topics/ai/rss.xml"]
    assert "feeds.opml" in owned.files()


def test_a_page_links_a_topic_from_when_it_has_a_feed(site: SiteFolder) -> None:
    site.configure("topics: {min_articles: 2}\n")
    site.add("a", topics=["AI", "Space"])
    site.add("b", topics=["AI"])
    site.build()
    link = b'href="../../topics/space/index.html"'
    assert link not in site.files()["topics/ai/index.html"]
    site.add("c", topics=["Space"])
    site.build()
    assert link in site.files()["topics/ai/index.html"]
    found = site.files()
    site.build("--full")
    assert site.files() == found
