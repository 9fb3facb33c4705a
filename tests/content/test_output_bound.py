"""The bound of what one article may add to the output."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.content.output_bound import OutputBound
from feedpub.core.errors import ProblemKind
from feedpub.core.models import Provider
from support.making import article
from support.site import SiteFolder

MESSAGE = "content/a.md:9: body: is larger than output.max_article_output (300000 bytes) allows for an article in"


def bound(max_bytes: int, files_per_feed: int = 1, custom_feeds: int = 0) -> OutputBound:
    return OutputBound(max_bytes=max_bytes, files_per_feed=files_per_feed, custom_feeds=custom_feeds)


@pytest.mark.parametrize(
    ("topics", "provider", "files_per_feed", "custom_feeds", "files"),
    [
        ((), None, 1, 0, 1),
        (("A", "B", "C"), None, 1, 0, 4),
        ((), Provider(name="P", domain="p.example", images=(), authors=()), 1, 0, 2),
        ((), None, 3, 0, 3),
        ((), None, 1, 5, 6),
        (("A",), None, 3, 2, 12),
    ],
)
def test_each_file_that_may_show_the_article_counts(
    topics: tuple[str, ...], provider: Provider | None, files_per_feed: int, custom_feeds: int, files: int
) -> None:
    large = article(topics=topics, provider=provider, body="x" * 100_000, excerpt="Short.")
    for max_bytes, fits in ((files * 101_000, True), (files * 100_000, False)):
        published, problem = bound(max_bytes, files_per_feed, custom_feeds).apply(large, 7)
        assert published is not None
        assert (published.body, problem is None) == (large.body if fits else "", fits)
        assert published.excerpt == "Short."
    assert problem is not None
    assert (problem.line, problem.key, problem.kind) == (7, "body", ProblemKind.IGNORED)
    assert f"for an article in {files} feed files; it is left out" in problem.message


@pytest.mark.parametrize("body", ["", "x"])
def test_an_article_that_is_too_large_without_its_body_is_left_out(body: str) -> None:
    published, problem = bound(50_000).apply(article(excerpt="x" * 100_000, body=body), 7)
    assert published is None
    assert problem is not None
    assert (problem.line, problem.key, problem.kind) == (1, "front matter", ProblemKind.INVALID)


def test_one_article_does_not_fill_the_disk_and_the_rest_is_published(site: SiteFolder, tmp_path: Path) -> None:
    site.configure("output: {max_article_output: 300 kB, pages: false}\n")
    topics = [f"Topic {number}" for number in range(40)]
    site.add("b", "Small.", topics=topics)
    site.add("a", topics=[])
    site.build()
    site.add("a", "\n" + "secret " * 10_000, topics=topics, excerpt="Short.")
    done = site.build()
    assert f"{MESSAGE} 123 feed files; it is left out" in done.stderr
    assert "2 published" in done.stdout
    files = site.files()
    assert all(
        b"Title of a" in data and b"Short." in data for path, data in files.items() if path.startswith("topics/")
    )
    assert not any(b"secret" in data for data in files.values())
    assert sum(map(len, files.values())) < 500_000, "and not 8 MB"
    site.build("--full")
    assert site.files() == files
    validated = site.run("validate")
    assert MESSAGE in validated.stdout + validated.stderr
    assert site.run("build", "--strict").returncode == 1
    site.configure("output: {max_article_output: 300 kB, pages: false, formats: [rss]}\n")
    site.add("a", "secret " * 1_000, topics=topics[:3])
    site.build()
    assert b"secret" in site.files()["topics/topic-1/rss.xml"]


def test_an_article_with_a_large_front_matter_is_left_out_and_named(site: SiteFolder) -> None:
    site.configure("output: {max_article_output: 100 kB}\n")
    site.add("a", excerpt="x" * 50_000)
    site.add("b")
    done = site.build()
    assert "content/a.md:1: front matter: is larger than output.max_article_output (100000 bytes)" in done.stderr
    assert "1 published, 1 invalid left out" in done.stdout
