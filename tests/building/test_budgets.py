"""Feeds that must not grow too large: output.max_bytes, and the warnings of build -v and validate."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from support.site import SiteFolder

BODY = "Some words of the body. " * 400  # about 10 KB


def publish(site: SiteFolder, config: str, count: int = 5, body: str = BODY) -> None:
    site.configure(config)
    for number in range(1, count + 1):
        site.add(
            f"a{number}",
            body,
            title=f"Title {number}",
            excerpt="Short.",
            publishedDateTime=f"2024-05-0{number}",
            topics=["AI"],
        )
    assert site.build().returncode == 0


def titles_with_bodies(site: SiteFolder, path: str) -> list[str]:
    """Return the numbers of the entries of a feed that have a body, in order."""
    data = (site.root / "output" / path).read_bytes()
    if path.endswith(".json"):
        return [item["title"][-1] for item in json.loads(data)["items"] if "content_html" in item]
    entries = etree.fromstring(data).iter("item", "{*}entry")
    return [
        entry.findtext("{*}title")[-1]
        for entry in entries
        if entry.findtext("{*}encoded") or entry.findtext("{*}content")
    ]


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml", "feed.json"])
def test_the_oldest_entries_give_up_their_bodies_until_the_document_fits(site: SiteFolder, path: str) -> None:
    publish(site, "output: {max_bytes: 30 kB}\n")
    assert titles_with_bodies(site, path) == ["5", "4"]
    assert 20_000 < (site.root / "output" / path).stat().st_size <= 30_000


def test_a_document_that_fits_is_the_same_without_the_bound(site: SiteFolder) -> None:
    publish(site, "")
    before = site.feed_files()
    publish(site, "output: {max_bytes: 1 MB}\n")
    assert site.feed_files() == before


def test_each_feed_may_have_a_bound_of_its_own(site: SiteFolder) -> None:
    publish(site, "topics: {max_bytes: 20 kB}\nfeeds: [{slug: mine, title: Mine, max_bytes: 40 kB, sort: heat}]\n")
    assert titles_with_bodies(site, "rss.xml") == ["5", "4", "3", "2", "1"]
    assert titles_with_bodies(site, "topics/ai/rss.xml") == ["5"]
    assert titles_with_bodies(site, "feeds/mine/rss.xml") == ["5", "4", "3"]


@pytest.mark.parametrize("value", ["many", "-1", "[1 MB]"])
def test_a_bound_that_is_no_size_is_an_error(site: SiteFolder, value: str) -> None:
    site.configure(f"output: {{max_bytes: {value}}}\n")
    done = site.run("build")
    assert done.returncode == 2
    assert re.search(r"config.yaml:\d+: output.max_bytes: .*a size such as 5 MB", done.stderr)


@pytest.mark.parametrize(
    ("size", "service"), [(600_000, "FeedBurner takes at most 512 KB"), (1_100_000, "SmartNews takes at most 1 MB")]
)
def test_a_large_feed_is_told_with_its_largest_entries(site: SiteFolder, size: int, service: str) -> None:
    publish(site, "output: {formats: [rss, json]}\n", 2, "word " * 100)
    site.add("long", "word " * (size // 5), title="A long one", publishedDateTime="2024-06-01")
    told = [line for line in site.build("-v").stderr.splitlines() if "at most" in line]
    # The article has no topics.
    assert len(told) == 1
    assert re.fullmatch(
        rf"feedpub: warning: output/(rss.xml|feed.json): has [0-9,]+ KB, and {service}; the largest entries are "
        r"'A long one' \([0-9,]+ KB\), 'Title [12]' \(\d KB\), 'Title [12]' \(\d KB\); "
        r"output.max_bytes makes the feed smaller",
        told[0],
    )
    validated = site.run("validate")
    assert (validated.returncode, told[0].removeprefix("feedpub: warning: ") in validated.stdout) == (0, True)
    assert "at most" not in site.build().stderr
    assert "at most" not in site.run("validate", "content").stdout


def test_a_large_feed_that_someone_broke_is_told_without_entries(site: SiteFolder) -> None:
    publish(site, "output: {formats: [rss]}\n", 1)
    (site.root / "output/rss.xml").write_bytes(b"<rss>" + b"x" * 600_000)
    (site.root / "output/topics/ai/rss.xml").unlink()
    done = site.run("validate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "output/rss.xml: has 586 KB, and FeedBurner takes at most 512 KB" in done.stdout
