"""``feedpub check --suggest archive`` against an archive of our own, with the documented answers of its API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from feedpub.links.archive import ArchiveError, _parse
from support.links.hostile import Hostile
from support.links.hostile_answers import Exchange
from support.site import SiteFolder

COPY = "http://web.archive.org/web/{time}/http://dead.example/"
SHOWN = COPY.replace("http:", "https:", 1)
Reply = Callable[[Exchange, str, str], None]


def snapshot(time: str = "20190412081500", **values: Any) -> bytes:
    closest = {"available": True, "url": COPY.format(time=time), "timestamp": time, "status": "200", **values}
    return json.dumps({"url": "dead.example", "archived_snapshots": {"closest": closest}}).encode()


NONE = b'{"url": "dead.example", "archived_snapshots": {}}'


def text_of(body: bytes, status: int = 200) -> Reply:
    return lambda exchange, _url, _time: exchange.send(status, body, **{"Content-Type": "application/json"})


def nearest(*times: str) -> Reply:
    """Answer as an archive with snapshots of ``times`` does."""

    def reply(exchange: Exchange, _url: str, time: str) -> None:
        exchange.send(200, snapshot(min(times, key=lambda each: abs(int(each) - int(time)))))

    return reply


class Archive:
    """The server of an archive. Its other paths are those of dead pages."""

    def __init__(self, server: Hostile) -> None:
        self.server = server
        self.reply: Reply = text_of(snapshot())
        self.asked: list[tuple[str, str]] = []
        server.site = self._answer

    def _answer(self, _host: str, exchange: Exchange) -> None:
        parts = urlsplit(exchange.seen.path)
        if parts.path != "/available":
            exchange.send(404)
            return
        query = parse_qs(parts.query)
        self.asked.append((query["url"][0], query["timestamp"][0]))
        self.reply(exchange, *self.asked[-1])


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Hostile(addresses=4) as server:
        yield Archive(server)


@pytest.fixture
def dead(site: SiteFolder, archive: Archive) -> SiteFolder:
    """A site with one dead link, and the address of the archive."""
    configure(site, archive)
    site.add("dead", sourceUrl=archive.server.url("/dead?a=1&b=ü"))
    return site


def configure(site: SiteFolder, archive: Archive, **values: Any) -> None:
    check = {"allow_private": ["127.0.0.0/8"], "delay": 0, "retries": 0, "gone_pages": False, **values}
    check["archive"] = archive.server.url("/available", "127.0.0.2")
    site.configure(f"check: {json.dumps(check)}\n")


def suggested(site: SiteFolder) -> tuple[list[str | None], str]:
    """The archived copies in the report as JSON, and standard error. The exit status is that of a dead link."""
    done = site.run("check", "--suggest", "archive", "--format", "json")
    assert done.returncode == 1, done.stderr
    links = json.loads(done.stdout)["links"]
    assert {link["verdict"] for link in links} == {"broken"}
    return [link.get("archived_url") for link in links], done.stderr


@pytest.mark.slow
def test_a_dead_link_gets_the_copy_nearest_to_the_date_of_its_article(dead: SiteFolder, archive: Archive) -> None:
    assert suggested(dead) == ([SHOWN.format(time="20190412081500")], "")
    assert archive.asked == [(archive.server.url("/dead?a=1&b=%C3%BC"), "20240501100000")]


@pytest.mark.slow
def test_the_archive_is_asked_only_if_the_user_wants_it_and_only_for_dead_links(
    dead: SiteFolder, archive: Archive
) -> None:
    assert "archived" not in dead.run("check", "--format", "json").stdout
    archive.server.site = None
    dead.add("dead", sourceUrl=archive.server.url("/ok"))
    done = dead.run("check", "--suggest", "archive")
    assert (done.returncode, done.stderr, archive.asked) == (0, "", [])


@pytest.mark.slow
def test_a_link_of_several_articles_and_fragments_is_looked_for_once_from_before_the_first(
    dead: SiteFolder, archive: Archive
) -> None:
    for year in (2021, 2020):
        url = archive.server.url(f"/dead?a=1&b=ü#{year}")
        dead.add(f"of-{year}", sourceUrl=url, publishedDateTime=f"{year}-01-01T00:00:00+01:00")
    found, _ = suggested(dead)
    assert found == [SHOWN.format(time="20190412081500")] * 3
    assert [time for _, time in archive.asked] == ["20191231230000"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (["20240501100000"], "20240501100000"),
        (["20240501100001"], None),
        (["20190101000000", "20240502000000"], "20190101000000"),
        (["20100101000000", "20240425000000", "20240503000000"], "20240425000000"),
        (["20100101000000", "20260503000000"], "20100101000000"),
    ],
)
def test_a_copy_from_after_the_article_is_never_named(
    dead: SiteFolder, archive: Archive, times: list[str], expected: str | None
) -> None:
    archive.reply = nearest(*times)
    assert suggested(dead) == ([expected and SHOWN.format(time=expected)], "")
    assert len(archive.asked) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("body", [NONE, snapshot(status="404"), snapshot(status="301"), snapshot(available=False)])
def test_where_there_is_no_copy_nothing_is_told(dead: SiteFolder, archive: Archive, body: bytes) -> None:
    archive.reply = text_of(body)
    assert suggested(dead) == ([None], "")


def stalled(exchange: Exchange, _url: str, _time: str) -> None:
    exchange.stopping.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reply", "requests"),
    [
        (text_of(b"<html>"), 3),
        (text_of(b"", 500), 3),
        (text_of(b"", 429), 1),
        (text_of(b"", 503), 1),
        (stalled, 3),
        (lambda exchange, _url, _time: exchange.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"), 3),
    ],
    ids=["no JSON", "500", "429", "503", "slow", "drips"],
)
def test_an_archive_that_does_not_answer_is_one_line_and_changes_no_verdict(
    dead: SiteFolder, archive: Archive, reply: Reply, requests: int
) -> None:
    configure(dead, archive, hosts={"127.0.0.2": {"timeout": 0.5}})
    archive.reply = reply
    for number in range(4):
        dead.add(f"dead-{number}", sourceUrl=archive.server.url(f"/dead-{number}"))
    found, line = suggested(dead)
    assert found == [None] * 5
    assert line.startswith("feedpub: warning: the archive 127.0.0.2 did not answer for 5 links: ")
    assert line.count("\n") == 1
    assert len(archive.asked) == requests


@pytest.mark.slow
def test_an_archive_that_fails_once_is_asked_for_the_next_link(dead: SiteFolder, archive: Archive) -> None:
    dead.add("more", sourceUrl=archive.server.url("/more"))
    archive.reply = lambda exchange, url, _: exchange.send(200, snapshot() if url.endswith("more") else b"[]")
    found, line = suggested(dead)
    assert found == [None, SHOWN.format(time="20190412081500")]
    assert "for 1 link: " in line


@pytest.mark.slow
def test_the_archive_is_no_way_into_a_private_network(dead: SiteFolder, archive: Archive) -> None:
    configure(dead, archive, allow_private=["127.0.0.1/32"])
    found, line = suggested(dead)
    assert (found, archive.asked) == ([None], [])
    assert line.count("\n") == 1


@pytest.mark.slow
def test_only_the_dead_kind_of_a_link_has_the_copy(site: SiteFolder, archive: Archive) -> None:
    """A home page to which a source redirects is the source's death, and not that of a picture."""
    configure(site, archive, gone_pages=True)
    answer = archive.server.site
    assert answer is not None

    def moved(host: str, exchange: Exchange) -> None:
        path = exchange.seen.path
        if path == "/":
            exchange.send(200, b"<title>Home</title>", Content_Type="text/html")
        elif path.startswith("/available"):
            answer(host, exchange)
        else:
            exchange.send(302, Location="/")

    archive.server.site = moved
    url = archive.server.url("/2019/launch-of-a-thing")
    site.add(sourceUrl=url, images=[{"url": url}])
    done = site.run("check", "--suggest", "archive", "--format", "json", "--kind", "source", "--kind", "image")
    links = {link["kind"]: link for link in json.loads(done.stdout)["links"]}
    assert (links["source"]["verdict"], links["image"]["verdict"]) == ("gone", "suspect")
    assert "archived_url" in links["source"]
    assert "archived_url" not in links["image"]


@pytest.mark.slow
def test_every_format_names_the_copy(dead: SiteFolder) -> None:
    copy = SHOWN.format(time="20190412081500")
    told = {
        name: dead.run("check", "--suggest", "archive", "--format", name).stdout
        for name in ("text", "json", "junit", "github", "sarif")
    }
    assert f"    archived copy: {copy}\n" in told["text"]
    assert json.loads(told["json"])["links"][0]["archived_url"] == copy
    (failure,) = etree.fromstring(told["junit"].encode()).iter("failure")
    assert f"; archived copy: {copy}\n" in failure.text
    assert told["github"].splitlines()[0].endswith(f"; archived copy: {copy}")
    (found,) = json.loads(told["sarif"])["runs"][0]["results"]
    assert found["message"]["text"].endswith(f"; archived copy: {copy}")


def checked(site: SiteFolder, *options: str) -> list[dict[str, Any]]:
    """Check, and return the links of the report."""
    done = site.run("check", "--format", "json", *options)
    assert done.stderr == ""
    links: list[dict[str, Any]] = json.loads(done.stdout)["links"]
    return links


def contents(site: SiteFolder) -> dict[str, set[str]]:
    """Build twice, also from nothing; return the content of the newest entry in each format, and its link and id."""
    site.build()
    files = site.files()
    site.build("--full")
    assert site.files() == files
    names = {"atom": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/"}
    item = etree.fromstring(files["rss.xml"]).find("channel/item")
    entry = etree.fromstring(files["atom.xml"]).find("atom:entry", names)
    (first, *_) = json.loads(files["feed.json"])["items"]
    link = entry.find("atom:link[@rel='alternate']", names)
    return {
        "content": {
            item.findtext("content:encoded", None, names),
            entry.findtext("atom:content", None, names),
            first.get("content_html"),
        },
        "id": {item.findtext("guid"), entry.findtext("atom:id", None, names), first["id"]},
        "url": {item.findtext("link"), link.get("href"), first["url"]},
    }


PARAGRAPH = f'<p>Archived copy: <a href="{SHOWN.format(time="20190412081500")}">2019-04-12</a></p>'


@pytest.mark.slow
def test_feeds_link_the_copy_of_a_dead_source_until_it_is_alive_again(dead: SiteFolder, archive: Archive) -> None:
    configure(dead, archive, on_broken="archive", ttl={"broken": "0s", "ok": "0s"})
    url = archive.server.url("/dead?a=1&b=%C3%BC")
    dead.add("dead", "Text.", sourceUrl=url)
    assert [link["archived_url"] for link in checked(dead)] == [SHOWN.format(time="20190412081500")]
    shown = contents(dead)
    assert shown == {"content": {f"<p>Text.</p>\n{PARAGRAPH}"}, "id": {url}, "url": {url}}
    dead.add("dead", sourceUrl=url, excerpt="Short.")
    assert contents(dead) == {**shown, "content": {f"<p>Short.</p>\n{PARAGRAPH}"}}
    answer, archive.server.site = archive.server.site, lambda _host, exchange: exchange.send(200)
    checked(dead)
    assert contents(dead) == {**shown, "content": {None}}
    archive.server.site = answer
    checked(dead)
    assert contents(dead) == {**shown, "content": {f"<p>Short.</p>\n{PARAGRAPH}"}}
    assert len(archive.asked) == 1


@pytest.mark.slow
def test_an_answer_of_the_archive_is_remembered_until_it_is_forgotten(dead: SiteFolder, archive: Archive) -> None:
    assert suggested(dead) == suggested(dead)
    configure(dead, archive, on_broken="archive")
    checked(dead)
    checked(dead, "content/dead.md")
    assert len(archive.asked) == 1
    checked(dead, "--offline")
    checked(dead, "--refresh")
    assert len(archive.asked) == 2
    dead.run("check", "--forget", "127.0.0.1")
    assert PARAGRAPH not in contents(dead)["content"]
    checked(dead)
    assert len(archive.asked) == 3
    archive.reply = text_of(NONE)
    dead.add("dead", sourceUrl=archive.server.url("/dead?a=1&b=ü"), publishedDateTime="2019-01-01")
    assert contents(dead)["content"] == {None}, "the copy is from after the article"
    assert "archived_url" not in checked(dead)[0]
    checked(dead)
    assert [time for _, time in archive.asked[3:]] == ["20190101000000"], "that there is no copy is remembered, too"


@pytest.mark.slow
def test_copies_are_looked_for_where_the_configuration_says_so_and_for_sources_alone(
    dead: SiteFolder, archive: Archive
) -> None:
    configure(dead, archive, kinds=["source", "image"], hosts={"127.0.0.3": {"on_broken": "archive"}})
    other = archive.server.url("/other", "127.0.0.3")
    dead.add("other", sourceUrl=other, images=[{"url": archive.server.url("/image", "127.0.0.3")}])
    links = checked(dead)
    assert [link["url"] for link in links if "archived_url" in link] == [other]
    assert [url for url, _ in archive.asked] == [other]


@pytest.mark.slow
def test_an_archive_that_does_not_answer_leaves_feeds_as_they_are(dead: SiteFolder, archive: Archive) -> None:
    configure(dead, archive, on_broken="archive")
    archive.reply = text_of(b"", 503)
    done = dead.run("check")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "the archive 127.0.0.2 did not answer for 1 link: status 503" in done.stderr
    assert contents(dead)["content"] == {None}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"\xff",
        b"{}",
        b"[" * 100_000,
        b'{"archived_snapshots": []}',
        b'{"archived_snapshots": {"closest": {}}}',
        snapshot(url="javascript:alert(1)"),
        snapshot(url="http://[/"),
        snapshot(url="http://me:secret@archive.example/"),
        snapshot("2019"),
        snapshot("20191341000000"),
    ],
)
def test_a_broken_answer_is_no_copy(body: bytes) -> None:
    with pytest.raises(ArchiveError):
        _parse(body)


def test_a_copy_of_another_archive_keeps_its_scheme() -> None:
    found = _parse(snapshot(url="http://archive.example/1/http://dead.example/"))
    assert found is not None
    assert found.url == "http://archive.example/1/http://dead.example/"


@pytest.mark.parametrize("others", [["--offline"], ["--stats"], ["--forget", "x"]])
def test_suggestions_go_with_a_check_that_fetches(site: SiteFolder, others: list[str]) -> None:
    done = site.run("check", "--suggest", "archive", *others)
    assert done.returncode == 2
    assert "--suggest" in done.stderr
