"""The clock alone changes what is published: embargo, expiry, and dates of update in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.site import SiteFolder

DAYS = range(1, 9)


def add_articles(site: SiteFolder) -> None:
    site.add("steady", publishedDateTime="2024-05-01")
    site.add("expires", publishedDateTime="2024-05-02", expires="2024-05-04 12:00", topics=["AI"])
    site.add("postdated", publishedDateTime="2024-05-01", lastmod="2024-05-06", topics=["AI"])
    site.add("twin", publishedDateTime="2024-05-01", id="urn:x:1", lastmod="2024-05-03")
    site.add("usurper", publishedDateTime="2024-05-01", id="urn:x:1", lastmod="2024-05-05")


@pytest.mark.parametrize("days", [DAYS, list(reversed(DAYS)), [1, 8, 4, 6, 2]], ids=str)
def test_a_build_at_any_time_gives_the_bytes_of_a_build_from_nothing(site: SiteFolder, days: list[int]) -> None:
    add_articles(site)
    for day in days:
        now = datetime(2024, 5, day, 12, tzinfo=UTC).isoformat()
        site.build("--now", now, "--prune")
        files = site.files()
        site.build("--now", now, "--prune", "--full", "--output", "anew")
        anew = {path.relative_to(site.root / "anew").as_posix(): path.read_bytes()
                for path in (site.root / "anew").rglob("*") if path.is_file()}  # fmt: skip
        assert files == anew
        assert (b"Title of expires" in files["rss.xml"]) is (2 <= day < 4)
        assert (b"Title of usurper" in files["rss.xml"]) is (day >= 5)
        assert (b"2024-05-06" in files["atom.xml"]) is (day >= 6)


def test_an_article_changed_while_another_is_postdated_gives_the_same_bytes(site: SiteFolder) -> None:
    add_articles(site)
    now = datetime(2024, 5, 3, tzinfo=UTC)
    site.build("--now", now.isoformat())
    site.add("steady", publishedDateTime="2024-05-01", topics=["AI"])
    site.add("late", publishedDateTime="2024-05-02", lastmod="2030-01-01", topics=["AI"])
    later = (now + timedelta(hours=1)).isoformat()
    site.build("--now", later)
    files = site.files()
    site.build("--now", later, "--full")
    assert site.files() == files
    assert b"2030" not in files["atom.xml"] + files["feed.json"]


def test_expired_and_postdated_articles_are_counted_and_named(site: SiteFolder) -> None:
    add_articles(site)
    done = site.build("--now", "2024-05-04T12:00:00Z")
    assert "1 expired" in done.stdout
    assert "content/postdated.md:5: lastmod: 2024-05-06T00:00:00Z is in the future; it is ignored" in done.stderr
    assert site.run("build", "--now", "2024-05-04T12:00:00Z", "--strict").returncode == 1
    assert "expired since 2024-05-04T12:00:00Z" in site.run("list", "articles").stdout
    assert "expired since 2024-05-04T12:00:00Z" in site.run("explain", "content/expires.md").stdout
