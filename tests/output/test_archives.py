"""Archives (RFC 5005): whoever follows the links from a feed sees every article, and what is full stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedpub.config.model import Output
from feedpub.core.models import Article
from feedpub.feeds.order import newest_first
from feedpub.feeds.paths import feed_folder
from feedpub.feeds.selection import select
from support.making import BASE_URL, NOW, article, configuration, day, rendered
from support.site import SiteFolder

PublishedFiles = dict[str, bytes]

FH = "{http://purl.org/syndication/history/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"


class Xml:
    """The parts of a document that a client of archives reads."""

    def __init__(self, data: bytes) -> None:
        root = etree.fromstring(data)
        self.container = root.find("channel") if root.tag == "rss" else root
        self.is_archive = self.container.find(f"{FH}archive") is not None

    def link(self, rel: str) -> str | None:
        found = [link.get("href") for link in self.container.findall(f"{ATOM}link") if link.get("rel") == rel]
        assert len(found) < 2
        return found[0] if found else None

    def ids(self) -> list[str]:
        return [
            one.findtext("guid") or one.findtext(f"{ATOM}id")
            for one in (*self.container.findall("item"), *self.container.findall(f"{ATOM}entry"))
        ]


def walked(files: PublishedFiles, path: str) -> Iterator[list[str]]:
    """The ids of each document from ``path`` back, as a reader program follows the links."""
    while True:
        if path.endswith(".json"):
            document = json.loads(files[path])
            yield [item["id"] for item in document["items"]]
            url = document.get("next_url")
        else:
            xml = Xml(files[path])
            yield xml.ids()
            url = xml.link("prev-archive")
        if url is None:
            return
        path = url.removeprefix(BASE_URL)


def publish(articles: list[Article], limit: int, **output: Any) -> PublishedFiles:
    config = configuration(output=Output(limit=limit, archive=True, pages=False, **output))
    return rendered(select(newest_first(articles), config, {}, NOW), config)


def some(count: int) -> list[Article]:
    return [article(f"a{number:02}", ("AI",), published_at=day(number)) for number in range(1, count + 1)]


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
@given(days=st.lists(st.integers(1, 5), max_size=20), limit=st.integers(1, 4))
def test_every_article_is_walked_to_though_many_have_one_date(name: str, days: list[int], limit: int) -> None:
    articles = [article(f"a{number:02}", ("AI",), published_at=day(one)) for number, one in enumerate(days)]
    files = publish(articles, limit)
    for folder in {feed_folder(path) for path in files if path.endswith(name)}:
        documents = list(walked(files, f"{folder}/{name}" if folder else name))
        assert {entry for document in documents for entry in document} == {one.id for one in articles}
        subscription, *archives = documents
        newest = [one.id for one in newest_first(articles)]
        assert subscription == newest[:limit]
        assert all(len(archive) == limit for archive in archives)
        assert len(archives) == len(days) // limit
        # Each article is in one archive at most; together they are the oldest, newest first.
        assert [entry for archive in archives for entry in archive] == newest[len(days) % limit :]


def test_an_archive_says_what_it_is_and_where_it_stands() -> None:
    files = publish(some(7), 2)
    for name in ("rss.xml", "atom.xml"):
        current = Xml(files[f"topics/ai/{name}"])
        archives = [Xml(files[f"topics/ai/archive/{number}/{name}"]) for number in (1, 2, 3)]
        at = f"{BASE_URL}topics/ai/"
        assert not current.is_archive
        # The prefix of RFC 5005, for readers that know no other.
        assert b"<fh:archive " in files[f"topics/ai/archive/1/{name}"]
        assert all(archive.is_archive for archive in archives)
        assert (current.link("prev-archive"), current.link("next-archive"), current.link("current")) == (
            f"{at}archive/3/{name}",
            None,
            None,
        )
        assert [archive.link("prev-archive") for archive in archives] == [
            None,
            f"{at}archive/1/{name}",
            f"{at}archive/2/{name}",
        ]
        assert [archive.link("next-archive") for archive in archives] == [
            f"{at}archive/2/{name}",
            f"{at}archive/3/{name}",
            f"{at}{name}",
        ]
        assert {archive.link("current") for archive in archives} == {f"{at}{name}"}
        assert [archive.link("self") for archive in archives] == [f"{at}archive/{n}/{name}" for n in (1, 2, 3)]
    atoms = [path for path in files if feed_folder(path) == "topics/ai" and path.endswith("atom.xml")]
    assert len(atoms) == 4
    assert len({etree.fromstring(files[path]).findtext(f"{ATOM}id") for path in atoms}) == 1


def test_only_full_slices_are_written_and_none_where_archives_are_off() -> None:
    assert not any("archive/" in path for path in publish(some(2), 3))
    assert "archive/1/rss.xml" in publish(some(3), 3)
    config = configuration(output=Output(limit=1))
    assert not any("archive/" in path for path in rendered(select(newest_first(some(3)), config, {}, NOW), config))


def test_an_archives_date_is_that_of_its_own_newest_change() -> None:
    articles = [article(f"a{n}", published_at=day(n), updated_at=day(n) + timedelta(hours=n)) for n in (1, 2, 3, 4)]
    archive = etree.fromstring(publish(articles, 2)["archive/1/atom.xml"])
    assert archive.findtext(f"{ATOM}updated") == "2024-05-02T14:00:00+00:00"


def built(site: SiteFolder, numbers: range, **changes: dict[str, Any]) -> PublishedFiles:
    """Return the contents of the archives of a site with these articles, in one format: all formats agree."""
    for number in numbers:
        values = changes.get(f"a{number}", {})
        site.add(f"a{number}", **{"publishedDateTime": f"2024-05-{number:02}", "topics": ["AI"], **values})
    site.build()
    return {path: data for path, data in site.files().items() if "archive/" in path and path.endswith("feed.json")}


@pytest.fixture
def archived(site: SiteFolder) -> SiteFolder:
    site.configure("output: {limit: 2, archive: true, pages: false}\n")
    return site


def test_newer_articles_never_change_what_is_full(archived: SiteFolder) -> None:
    before = built(archived, range(1, 6))
    whole = archived.files()
    stamps = {path: (archived.output / path).stat().st_mtime_ns for path in whole}
    after = built(archived, range(6, 8))
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"archive/3/feed.json", "topics/ai/archive/3/feed.json"}
    changed = {path for path in stamps if (archived.output / path).stat().st_mtime_ns != stamps[path]}
    # The newest archive learns of the next one; nothing else of an archive is written again.
    assert {path for path in changed if "archive/" in path} == {
        f"{at}archive/2/{name}" for at in ("", "topics/ai/") for name in ("rss.xml", "atom.xml")
    }


def test_an_edit_rewrites_one_and_a_backdated_or_removed_article_those_from_there_on(archived: SiteFolder) -> None:
    before = built(archived, range(3, 11))
    edited = built(archived, range(5, 6), a5={"title": "Other"})
    assert {path for path in before if edited[path] != before[path]} == {
        "archive/2/feed.json",
        "topics/ai/archive/2/feed.json",
    }
    backdated = built(archived, range(1, 2), a1={"publishedDateTime": "2024-05-06T01:00"})
    assert {path for path in edited if backdated[path] != edited[path] and path.startswith("archive")} == {
        "archive/3/feed.json",
        "archive/4/feed.json",
    }
    (archived.content / "a1.md").unlink()
    assert built(archived, range(0)) == edited
    (archived.content / "a10.md").unlink()
    shorter = built(archived, range(0))
    assert edited.keys() - shorter.keys() == {"archive/4/feed.json", "topics/ai/archive/4/feed.json"}
    assert not (archived.output / "archive/4").exists()
    assert b"archive/4" not in (archived.output / "archive/3/rss.xml").read_bytes()


@pytest.mark.slow
def test_an_archive_that_did_not_change_is_renamed_with_its_feed(archived: SiteFolder) -> None:
    labels = ["AI", "AI", "ai", "AI", "ai"]
    built(archived, range(1, 6), **{f"a{number + 1}": {"topics": [label]} for number, label in enumerate(labels)})
    archived.age()
    after = built(archived, range(6, 8), a6={"topics": ["ai"]}, a7={"topics": ["ai"]})
    assert {json.loads(after[f"topics/ai/archive/{number}/feed.json"])["title"] for number in (1, 2, 3)} == {
        "AI News: ai"
    }
    found = archived.files()
    archived.build("--full")
    assert archived.files() == found


def test_archives_go_when_they_are_switched_off(archived: SiteFolder) -> None:
    assert built(archived, range(1, 6))
    archived.configure("output: {limit: 2, pages: false}\n")
    assert not built(archived, range(0))
    assert not (archived.output / "archive").exists()
    assert b"prev-archive" not in (archived.output / "atom.xml").read_bytes()
