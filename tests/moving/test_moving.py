"""``feedpub init --from`` on sites as Jekyll, Hugo and Eleventy have them, and the feeds that follow."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.site import SiteFolder

HERE = Path(__file__).parent


def moved(tool: str, folder: Path) -> SiteFolder:
    """The sample site of ``tool``, with the configuration that ``init --from`` writes."""
    site = SiteFolder(folder / "site")
    shutil.copytree(HERE / tool.lower(), site.root, dirs_exist_ok=True)
    (site.root / "config.yaml").unlink()
    done = site.run("init", "-q", "--from", ".")
    assert (done.returncode, done.stderr) == (0, "")
    return site


def published(site: SiteFolder) -> dict[str, Any]:
    """The items of the site's feed by URL, after a build."""
    site.build()
    items = json.loads(site.files()["feed.json"])["items"]
    assert [item["id"] for item in items] == [item["url"] for item in items]
    return {item["url"]: item for item in items}


def told(item: dict[str, Any]) -> tuple[str, str, str, list[str]]:
    """Return the values of an item that a move must not change."""
    published, modified = item["date_published"], item.get("date_modified", item["date_published"])
    return item["title"], published, modified, item.get("tags", [])


def topics(site: SiteFolder) -> set[str]:
    """The folders of the topics that have a feed."""
    return {path.split("/")[1] for path in site.feed_files() if path.startswith("topics/")}


@pytest.fixture
def jekyll(tmp_path: Path) -> SiteFolder:
    return moved("Jekyll", tmp_path)


@pytest.fixture
def hugo(tmp_path: Path) -> SiteFolder:
    return moved("Hugo", tmp_path)


@pytest.fixture
def eleventy(tmp_path: Path) -> SiteFolder:
    site = moved("Eleventy", tmp_path)
    config = site.root / "config.yaml"
    text = config.read_text(encoding="utf-8")
    assert "# FILL IN: the address of the site" in text
    config.write_text(text.replace("https://example.org/", "https://eleventy.example.org/"), encoding="utf-8")
    return site


def test_posts_of_jekyll_keep_urls_dates_and_topics(jekyll: SiteFolder) -> None:
    items = published(jekyll)
    base = "https://notes.example.org"
    assert {url: told(item) for url, item in items.items()} == {
        f"{base}/2023/11/05/hello-jekyll.html": (
            "Welcome to Jekyll!",
            "2023-11-05T13:43:42Z",
            "2023-11-05T13:43:42Z",
            ["jekyll", "updates"],
        ),
        f"{base}/2024/02/29/leap-day.html": (
            "Leap day",
            "2024-02-28T23:00:00Z",
            "2024-03-02T09:00:00Z",
            ["calendar", "time"],
        ),
        f"{base}/2024/03/01/elsewhere.html": (
            "Something elsewhere: a link post",
            "2024-02-29T23:00:00Z",
            "2024-02-29T23:00:00Z",
            ["jekyll", "links"],
        ),
    }
    assert topics(jekyll) == {"jekyll", "updates", "calendar", "time", "links"}


def test_links_in_posts_of_jekyll_are_absolute_and_liquid_is_rendered(jekyll: SiteFolder) -> None:
    html = published(jekyll)["https://notes.example.org/2023/11/05/hello-jekyll.html"]["content_html"]
    assert 'href="https://notes.example.org/2024/02/29/leap-day.html"' in html
    assert "{%" not in html
    assert '<code class="language-ruby">' in html


def test_what_jekyll_withholds_feedpub_withholds(jekyll: SiteFolder) -> None:
    done = jekyll.run("list", "articles", "--json")
    standing = {row["path"]: row["status"] for row in json.loads(done.stdout)}
    assert standing.pop("_posts/2024-04-01-not-yet.md") == "unpublished"
    assert set(standing.values()) == {"published"}
    assert not any("_drafts" in path for path in standing)


def test_posts_of_hugo_keep_urls_dates_and_topics(hugo: SiteFolder) -> None:
    base = "https://hugo.example.org/posts"
    assert {url: told(item) for url, item in published(hugo).items()} == {
        f"{base}/my-first-post/": (
            "My First Post",
            "2024-01-14T06:07:07Z",
            "2024-02-01T00:00:00Z",
            ["essays", "red", "Blue"],
        ),
        f"{base}/bundle/": (
            "A leaf bundle",
            "2024-03-11T00:00:00Z",
            "2024-03-11T00:00:00Z",
            [],
        ),
        f"{base}/2024/archetype/": (
            "JSON front matter",
            "2024-05-05T12:00:00Z",
            "2024-05-05T12:00:00Z",
            ["blue"],
        ),
    }
    assert topics(hugo) == {"essays", "red", "blue"}


def test_what_lies_in_a_bundle_of_hugo_is_found_beside_its_page(hugo: SiteFolder) -> None:
    html = published(hugo)["https://hugo.example.org/posts/bundle/"]["content_html"]
    assert 'src="https://hugo.example.org/posts/bundle/cover.jpg"' in html


def test_sections_and_drafts_of_hugo_are_no_articles(hugo: SiteFolder) -> None:
    done = hugo.run("list", "articles", "--json")
    standing = {row["path"]: row["status"] for row in json.loads(done.stdout)}
    assert standing.pop("content/posts/draft.md") == "unpublished"
    assert standing.pop("content/about.md") == "invalid"
    assert len(standing) == 3
    assert set(standing.values()) == {"published"}


def test_posts_of_eleventy_keep_urls_dates_and_topics(eleventy: SiteFolder) -> None:
    base = "https://eleventy.example.org/blog"
    assert {url: told(item) for url, item in published(eleventy).items()} == {
        f"{base}/firstpost/": (
            "This is my first post.",
            "2018-05-01T00:00:00Z",
            "2018-05-01T00:00:00Z",
            ["another tag"],
        ),
        f"{base}/2018-08-24-thirdpost/": (
            "This is my third post.",
            "2018-08-24T00:00:00Z",
            "2018-09-30T00:00:00Z",
            ["second tag", "posts with two tags"],
        ),
        f"{base}/fourthpost/": (
            "This is my fourth post.",
            "2018-09-30T12:00:00Z",
            "2018-09-30T12:00:00Z",
            ["second tag"],
        ),
    }
    assert topics(eleventy) == {"another-tag", "second-tag", "posts-with-two-tags"}


def test_a_date_that_only_eleventy_knows_is_named(eleventy: SiteFolder) -> None:
    done = eleventy.run("validate")
    assert done.returncode == 1
    said = [line for line in done.stdout.splitlines() if line.startswith("content/")]
    assert len(said) == 1
    named = "content/blog/last-modified.md:3: date: 'git Last Modified' is a date that only Eleventy knows"
    assert said[0].startswith(named)


@pytest.mark.parametrize(
    ("front", "named"),
    [
        ("related: true", "related"),
        ("length: 3", "length"),
        ("date: 2024-02-30", "date"),
        ("title: Twice", "title"),
    ],
)
def test_what_stays_to_do_is_named_by_validate(hugo: SiteFolder, front: str, named: str) -> None:
    date = "" if front.startswith("date") else "date: 2024-01-01\n"
    hugo.write("posts/odd", f"---\ntitle: T\n{date}{front}\n---\n")
    done = hugo.run("validate")
    assert done.returncode == 1
    assert re.search(rf"^content/posts/odd\.md:\d+: {re.escape(named)}: ", done.stdout, re.MULTILINE)
