"""Pages as a build makes them: all or nothing, only what changed, and gone when they are switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.site import SiteFolder

PAGES = {"index.html", "404.html", "topics/ai/index.html", "topics/space/index.html", "feedpub.css", "feedpub.js"}


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
    assert changed == PAGES - {"404.html", "feedpub.js"}
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
    assert {"feeds.opml", ".well-known/feeds"} <= owned.files().keys()


def test_the_page_for_missing_ones_is_touched_only_by_another_kind_of_feeds(owned: SiteFolder) -> None:
    before = stamps(owned)
    owned.add("a", topics=["AI"], title="Other")
    owned.build()
    assert stamps(owned)["404.html"] == before["404.html"]
    assert b'index.html#providers"' not in owned.files()["404.html"]
    owned.add("c", provider={"name": "A", "domain": "a.example"})
    owned.build()
    assert b'index.html#providers"' in owned.files()["404.html"]
    found = owned.files()
    owned.build("--full")
    assert owned.files() == found


def test_the_well_known_list_stays_through_every_kind_of_build_and_goes_with_the_root(owned: SiteFolder) -> None:
    for name, topic in (("a", "AI"), ("c", "Space"), ("d", "Law")):
        owned.add(name, topics=[topic], title="Other")
        owned.build()
        found = owned.files()
        assert found[".well-known/feeds"] == found["feeds.opml"]
        assert not owned.build().stdout
    (owned.output / ".well-known" / "feeds").unlink()
    own = owned.output / ".well-known" / "security.txt"
    own.write_text("Contact: mailto:a@example.org")
    (owned.output / ".well-known" / ".feedpub-tmp-0").write_text("half")
    owned.build()
    assert {name: data for name, data in owned.files().items() if "security" not in name} == found
    owned.configure("output: {precompress: [gzip]}\n")
    owned.build()
    assert ".well-known/feeds.gz" in owned.files()
    owned.configure(base="site: {title: A, base_url: 'https://news.example.org/news/'}\ncontent: {path: content}\n")
    owned.build()
    assert [name for name in owned.files() if name.startswith(".well-known")] == [".well-known/security.txt"]


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
