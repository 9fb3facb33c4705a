"""The responses for a file, over HTTP: media types, headers, 304, compression, and no hidden file."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from feedpub.config.feed_model import Grouping
from feedpub.delivery.serving.live_reload import Reloads
from support.asking import Asked, serving, target

pytestmark = pytest.mark.slow

FEEDS = {
    "rss.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
    "feeds.opml": "text/x-opml",
}
TYPES = {
    **FEEDS,
    ".well-known/feeds": "text/x-opml",
    "archive/1/rss.xml": "application/rss+xml",
    "index.html": "text/html; charset=utf-8",
    "feedpub.css": "text/css; charset=utf-8",
    "feedpub.js": "text/javascript; charset=utf-8",
    "other.xml": "application/xml",
    "icon.svg": "image/svg+xml",
    "logo.png": "image/png",
    "unknown.zzz": "application/octet-stream",
    "rss.xml.gz": "application/gzip",
    "README": "application/octet-stream",
}
OPENED = {"Sec_Fetch_Dest": "document"}
TEXT = "<p>Much to compress, a little</p>\n" * 100
HUB = "https://hub.example.net/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An output folder whose files are no longer new."""
    for name in TYPES:
        write(tmp_path / name, TEXT.encode())
    os.remove(tmp_path / "rss.xml.gz")
    return tmp_path


@pytest.fixture
def asked(folder: Path) -> Iterator[Asked]:
    with serving(target(folder)) as one:
        yield one


def write(file: Path, data: bytes, age: float = 100) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    os.utime(file, (time.time() - age,) * 2)


@pytest.mark.parametrize("name", [name for name in TYPES if name != "rss.xml.gz"])
def test_each_file_has_its_media_type_and_headers(asked: Asked, name: str) -> None:
    answer = asked.ask(f"/{name}")
    assert (answer.status, answer.body) == (200, TEXT.encode())
    assert answer.headers["Content-Type"] == TYPES[name]
    assert answer.headers["Content-Length"] == str(len(TEXT))
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"]
    assert answer.headers["Access-Control-Allow-Origin"] == ("*" if name.endswith(".json") else None)
    assert answer.headers["Link"] is None
    head = asked.ask(f"/{name}", "HEAD")
    assert (head.status, head.body, head.etag) == (200, b"", answer.etag)


def test_a_page_stands_for_its_folder(asked: Asked, folder: Path) -> None:
    write(folder / "topics" / "ai" / "index.html", b"a topic")
    assert asked.ask("/").body == TEXT.encode()
    moved = asked.ask("/topics/ai?a=b")
    assert (moved.status, urlsplit(moved.headers["Location"])[2:4]) == (307, ("/topics/ai/", "a=b"))
    assert asked.ask("/topics/ai/").body == b"a topic"
    assert asked.ask("/archive/").status == 404


@pytest.mark.parametrize("path", ["/", "/n%C3%A9ws/"])
def test_the_folder_of_an_alias_leads_to_the_new_one(folder: Path, path: str) -> None:
    write(folder / "topics" / "ml" / "rss.xml", b"still there")
    aliases = Grouping(aliases={"ML": "Größe"})
    with serving(target(folder, path, topics=aliases)) as asked:
        for name, there in (
            ("/rss.xml", "rss.xml"),
            ("/archive/1/feed.json", "archive/1/feed.json"),
            ("/", ""),
            ("", ""),
            ("/%0d%0aX:y", "%0D%0AX:y"),
        ):
            answer = asked.ask(f"{path}topics/ml{name}", "HEAD" if name else "GET")
            assert (answer.status, answer.headers["Location"]) == (301, f"{path}topics/gr%C3%B6sse/{there}")
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert answer.headers["Access-Control-Allow-Origin"] == ("*" if name.endswith(".json") else None)
        assert asked.ask(f"{path}topics/ml2/rss.xml").status == 404


@pytest.mark.parametrize("reloads", [None, Reloads()], ids=["plain", "watched"])
@pytest.mark.parametrize("path", ["/", "/news/"])
def test_people_get_a_page_where_nothing_is(folder: Path, path: str, reloads: Reloads | None) -> None:
    page = b"<!doctype html><title>Not found</title><body>" + TEXT.encode()
    with serving(target(folder, path), reloads) as asked:
        assert asked.ask(f"{path}none/rss.xml").headers["Content-Type"].startswith("text/plain")
        write(folder / "404.html", page)
        for name in ("nothing", "none/rss.xml", "archive/", "a/b/c", ".hidden"):
            answer = asked.ask(path + name, If_None_Match="*")
            assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8"), name
            assert answer.body.startswith(page[:40])
            assert answer.headers["ETag"] is answer.headers["Cache-Control"] is answer.headers["Link"] is None
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        head = asked.ask(f"{path}nothing", "HEAD")
        assert (head.status, head.body) == (404, b"")


def test_a_retired_feed_is_gone(folder: Path) -> None:
    write(folder / "feeds" / "old" / "rss.xml", b"still there")
    with serving(target(folder, "/news/", retired=("feeds/old", "topics/ö"))) as asked:
        for name in ("feeds/old", "feeds/old/", "feeds/old/rss.xml", "topics/%C3%B6/archive/1/atom.xml"):
            assert asked.ask(f"/news/{name}").status == 410
        assert asked.ask("/news/feeds/older").status == 404


@pytest.mark.parametrize("path", ["/n%C3%A9ws/", "/%7Bx%7D/"])
def test_a_site_below_a_path_is_served_there(folder: Path, path: str) -> None:
    with serving(target(folder, path)) as asked:
        root = asked.ask("/")
        assert (root.status, root.headers["Location"]) == (307, path)
        assert asked.ask(f"{path}rss.xml").status == 200
        assert asked.ask("/rss.xml").status == 404


def test_feeds_name_their_hub_and_themselves(folder: Path) -> None:
    write(folder / "topics" / "a b" / "rss.xml", b"a topic")
    with serving(target(folder, "/news/", hub=HUB)) as asked:
        for name in ("rss.xml", "atom.xml", "feed.json", "topics/a%20b/rss.xml"):
            for method in ("GET", "HEAD"):
                url = f"https://news.example.org/news/{name}"
                assert asked.ask(f"/news/{name}", method).headers["Link"] == f'<{HUB}>; rel="hub", <{url}>; rel="self"'
        for name in ("feeds.opml", "archive/1/rss.xml"):
            assert asked.ask(f"/news/{name}").headers["Link"] is None


@pytest.mark.parametrize("name", [*FEEDS, "index.html", "feedpub.css", "feedpub.js", "icon.svg"])
def test_text_is_compressed_for_a_client_that_accepts_it(asked: Asked, name: str) -> None:
    plain, zipped = (asked.ask(f"/{name}", Accept_Encoding=coding) for coding in ("", "gzip, br"))
    assert [one.headers["Content-Encoding"] for one in (plain, zipped)] == [None, "gzip"]
    assert gzip.decompress(zipped.body) == plain.body == TEXT.encode()
    for one in (plain, zipped):
        vary = {part.strip() for part in one.headers["Vary"].split(",")}
        assert vary == {"Accept-Encoding", *(["Sec-Fetch-Dest"] if name in {"rss.xml", "atom.xml"} else [])}


def test_what_is_compressed_already_is_sent_as_it_is(asked: Asked) -> None:
    assert asked.ask("/logo.png", Accept_Encoding="gzip").headers["Content-Encoding"] is None


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "archive/1/rss.xml"])
def test_a_feed_that_is_opened_as_a_page_is_sent_as_what_browsers_style(asked: Asked, name: str) -> None:
    program, page = (asked.ask(f"/{name}", **more) for more in ({}, OPENED))
    assert (program.headers["Content-Type"], page.headers["Content-Type"]) == (TYPES[name], "application/xml")
    assert page.body == program.body
    assert program.headers["Cache-Control"] == "public, max-age=300"
    # A cache on the way that takes no notice of Vary is not to hand it to programs.
    assert page.headers["Cache-Control"] == "private, max-age=300"
    for known, headers, status in ((program, {}, 304), (page, OPENED, 304), (program, OPENED, 200), (page, {}, 200)):
        answer = asked.ask(f"/{name}", If_None_Match=known.etag, **headers)
        assert answer.status == status
        assert "Sec-Fetch-Dest" in answer.headers["Vary"]


def test_only_a_feed_that_is_opened_is_sent_as_a_page(asked: Asked) -> None:
    for destination in ("empty", "iframe", "Document", "documents", ""):
        assert asked.ask("/rss.xml", Sec_Fetch_Dest=destination).headers["Content-Type"] == "application/rss+xml"
    twice = b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\n" + b"Sec-Fetch-Dest: document\r\n" * 2 + b"\r\n"
    assert b"content-type: application/rss+xml\r\n" in asked.send(twice).lower()
    for name in ("feed.json", "feeds.opml", "index.html", "other.xml"):
        program, page = asked.ask(f"/{name}"), asked.ask(f"/{name}", **OPENED)
        assert (page.headers["Content-Type"], page.etag) == (TYPES[name], program.etag)


@pytest.mark.parametrize("output", [{"pages": False}, {"formats": ("atom", "json")}])
def test_a_feed_without_a_style_sheet_has_one_type(folder: Path, output: dict[str, Any]) -> None:
    with serving(target(folder, output=output)) as asked:
        page = asked.ask("/rss.xml", **OPENED)
        assert (page.headers["Content-Type"], page.headers["Vary"]) == ("application/rss+xml", "Accept-Encoding")
        assert page.etag == asked.ask("/rss.xml").etag


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_poll_gets_304_until_the_file_changes(asked: Asked, folder: Path, coding: str) -> None:
    first = asked.ask("/feed.json", Accept_Encoding=coding)
    modified = first.headers["Last-Modified"]
    for method in ("GET", "HEAD"):
        for known in (first.etag, f'"x", {first.etag}', "*"):
            answer = asked.ask("/feed.json", method, Accept_Encoding=coding, If_None_Match=known)
            assert (answer.status, answer.body, answer.etag) == (304, b"", first.etag), known
            for name in ("Cache-Control", "Access-Control-Allow-Origin"):
                assert answer.headers[name] == first.headers[name]
        assert asked.ask("/feed.json", method, Accept_Encoding=coding, If_Modified_Since=modified).status == 304
    write(folder / "new", TEXT.encode() + b"more", age=90)
    os.replace(folder / "new", folder / "feed.json")
    second = asked.ask("/feed.json", Accept_Encoding=coding, If_None_Match=first.etag)
    assert (second.status, second.etag != first.etag) == (200, True)
    assert asked.ask("/feed.json", Accept_Encoding=coding, If_Modified_Since=modified).status == 200


def test_a_part_is_that_of_the_file(asked: Asked) -> None:
    part = asked.ask("/logo.png", Range="bytes=5-9")
    assert (part.status, part.body) == (206, TEXT.encode()[5:10])
    assert part.headers["Content-Type"] == "image/png"
    assert asked.ask("/logo.png", Range=f"bytes={len(TEXT)}-").status == 416


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(asked: Asked, method: str) -> None:
    answer = asked.ask("/rss.xml", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_links_may_lead_to_what_is_served_and_nowhere_else(asked: Asked, folder: Path) -> None:
    secret = folder.parent / "secret"
    secret.mkdir()
    write(secret / "index.html", b"secret")
    write(folder / ".hidden", b"secret")
    write(folder / ".well-known" / "security.txt", TEXT.encode())
    links = {"inside.xml": "rss.xml", "page": "archive", "outside.xml": secret / "index.html", "others": secret}
    for name, goal in {**links, "above": "..", "hidden.xml": ".hidden", "loop": "loop"}.items():
        (folder / name).symlink_to(goal)
    os.mkfifo(folder / "pipe")
    for path in ("inside.xml", "page/1/rss.xml", ".well-known/security.txt"):
        assert asked.ask(f"/{path}").body == TEXT.encode(), path
    for path in ("outside.xml", "others/", "others", "above/secret/", "hidden.xml", ".hidden", "loop", "pipe"):
        assert asked.ask(f"/{path}").status == 404, path


def test_the_folder_may_be_a_link_that_is_set_anew(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    current = tmp_path_factory.mktemp("links") / "current"
    other = tmp_path_factory.mktemp("other")
    write(other / "rss.xml", b"other")
    current.symlink_to(folder)
    with serving(target(current)) as asked:
        assert asked.ask("/rss.xml").body == TEXT.encode()
        current.unlink()
        assert asked.ask("/rss.xml").status == 404
        current.symlink_to(other)
        assert asked.ask("/rss.xml").body == b"other"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_not_served(asked: Asked, folder: Path) -> None:
    (folder / "rss.xml").chmod(0)
    assert asked.ask("/rss.xml").status == 404


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:99", "127.0.0.1:8000", "[::1]:8000", "news.example.org"])
def test_a_name_of_this_machine_is_answered(asked: Asked, host: str) -> None:
    assert asked.ask("/rss.xml", Host=host).status == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_another_name_is_not(asked: Asked, host: str) -> None:
    etag = asked.ask("/rss.xml").etag
    for _ in range(2):
        answer = asked.ask("/rss.xml", Host=host, If_None_Match=etag)
        assert (answer.status, answer.headers["ETag"]) == (400, None)
