"""The responses for a file, over HTTP: media types, codings, validators, ranges and methods."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import brotli
import pytest

from feedpub.delivery.serving.representations import LARGE
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


def settle() -> None:
    """Let the clock tick, so that what was written is believed not to change unseen."""
    time.sleep(0.1)


@pytest.mark.parametrize("name", [name for name in TYPES if name != "rss.xml.gz"])
def test_each_file_is_sent_as_what_it_is(asked: Asked, name: str) -> None:
    answer = asked.ask(f"/{name}")
    assert (answer.status, answer.body) == (200, TEXT.encode())
    assert answer.headers["Content-Type"] == TYPES[name]
    assert answer.headers["Content-Length"] == str(len(TEXT))
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"]
    assert answer.headers["Access-Control-Allow-Origin"] == ("*" if name.endswith(".json") else None)
    assert answer.headers["Link"] is None
    assert answer.headers.get_all("Date") is not None


def test_a_page_stands_for_its_folder(asked: Asked, folder: Path) -> None:
    write(folder / "topics" / "ai" / "index.html", b"a topic")
    assert asked.ask("/").body == TEXT.encode()
    moved = asked.ask("/topics/ai?a=b")
    assert (moved.status, moved.headers["Location"]) == (308, "/topics/ai/?a=b")
    assert asked.ask("/topics/ai/").body == b"a topic"
    assert asked.ask("/archive/").status == 404


def test_a_site_below_a_path_is_served_there(folder: Path) -> None:
    with serving(target(folder, "/n%C3%A9ws/")) as asked:
        root = asked.ask("/")
        assert (root.status, root.headers["Location"]) == (307, "/n%C3%A9ws/")
        assert asked.ask("/n%C3%A9ws/rss.xml").status == 200
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
def test_each_coding_has_its_bytes_and_an_etag_of_its_own(asked: Asked, name: str) -> None:
    plain, zipped, small = (asked.ask(f"/{name}", Accept_Encoding=coding) for coding in ("", "gzip", "gzip, br"))
    assert [one.headers["Content-Encoding"] for one in (plain, zipped, small)] == [None, "gzip", "br"]
    assert gzip.decompress(zipped.body) == brotli.decompress(small.body) == plain.body == TEXT.encode()
    assert len({plain.etag, zipped.etag, small.etag}) == 3
    for one in (plain, zipped, small):
        is_styled = name in ("rss.xml", "atom.xml")
        assert one.headers["Vary"] == ("Accept-Encoding, Sec-Fetch-Dest" if is_styled else "Accept-Encoding")
        assert one.headers["Content-Length"] == str(len(one.body))
        assert one.etag.startswith('"')
        assert one.etag.endswith('"')


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "archive/1/rss.xml"])
@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_a_feed_that_is_opened_as_a_page_is_sent_as_what_browsers_style(asked: Asked, name: str, coding: str) -> None:
    program, page = (asked.ask(f"/{name}", Accept_Encoding=coding, **more) for more in ({}, OPENED))
    assert (program.status, page.status) == (200, 200)
    assert program.headers["Content-Type"] == TYPES[name]
    assert page.headers["Content-Type"] == "application/xml"
    assert page.body == program.body
    for header in ("Content-Encoding", "Vary", "Last-Modified", "X-Content-Type-Options"):
        assert page.headers[header] == program.headers[header]
    assert program.headers["Cache-Control"] == "public, max-age=300"
    # A cache on the way that takes no notice of Vary is not to hand it to programs.
    assert page.headers["Cache-Control"] == "private, max-age=300"


def test_what_a_cache_has_of_one_type_is_not_taken_for_the_other(asked: Asked) -> None:
    settle()
    program, page = asked.ask("/rss.xml"), asked.ask("/rss.xml", **OPENED)
    for _ in range(2):
        for known, headers, status in (
            (program, {}, 304),
            (page, OPENED, 304),
            (program, OPENED, 200),
            (page, {}, 200),
        ):
            answer = asked.ask("/rss.xml", If_None_Match=known.etag, **headers)
            assert answer.status == status
            assert answer.headers["Vary"] == "Accept-Encoding, Sec-Fetch-Dest"
    assert asked.ask("/rss.xml", Range="bytes=0-9", If_Range=page.etag, **OPENED).status == 206
    assert asked.ask("/rss.xml", Range="bytes=0-9", If_Range=page.etag).status == 200


def test_only_a_feed_that_is_opened_is_sent_as_a_page(asked: Asked) -> None:
    for destination in ("empty", "iframe", "Document", "documents", ""):
        assert asked.ask("/rss.xml", Sec_Fetch_Dest=destination).headers["Content-Type"] == "application/rss+xml"
    twice = b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\n" + b"Sec-Fetch-Dest: document\r\n" * 2 + b"\r\n"
    assert b"content-type: application/rss+xml\r\n" in asked.send(twice).lower()
    for name in ("feed.json", "feeds.opml", "index.html", "other.xml"):
        program, page = asked.ask(f"/{name}"), asked.ask(f"/{name}", **OPENED)
        assert page.headers["Content-Type"] == TYPES[name]
        assert (page.headers["Vary"], page.etag) == ("Accept-Encoding", program.etag)


@pytest.mark.parametrize("output", [{"pages": False}, {"formats": ("atom", "json")}])
def test_a_feed_without_a_style_sheet_has_one_type(folder: Path, output: dict[str, Any]) -> None:
    with serving(target(folder, output=output)) as asked:
        page = asked.ask("/rss.xml", **OPENED)
        assert (page.headers["Content-Type"], page.headers["Vary"]) == ("application/rss+xml", "Accept-Encoding")
        assert page.etag == asked.ask("/rss.xml").etag


def test_what_is_compressed_already_is_sent_as_it_is(asked: Asked) -> None:
    answer = asked.ask("/logo.png", Accept_Encoding="gzip, br")
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (None, None)


def test_a_client_that_takes_nothing_we_have_is_told(asked: Asked) -> None:
    assert asked.ask("/rss.xml", Accept_Encoding="identity;q=0").status == 406
    assert asked.ask("/logo.png", Accept_Encoding="identity;q=0, gzip").status == 406
    assert asked.ask("/rss.xml", Accept_Encoding="identity;q=0, gzip").headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(("coding", "ending"), [("gzip", ".gz"), ("br", ".br")])
def test_what_lies_compressed_beside_a_file_is_sent(asked: Asked, folder: Path, coding: str, ending: str) -> None:
    pack = {"gzip": lambda data: gzip.compress(data, 1), "br": lambda data: brotli.compress(data, quality=1)}[coding]
    settle()
    on_the_way = asked.ask("/rss.xml", Accept_Encoding=coding)
    lying = folder / f"rss.xml{ending}"
    write(lying, pack(TEXT.encode()), age=50)
    settle()
    answer = asked.ask("/rss.xml", Accept_Encoding=coding)
    assert (answer.body, answer.headers["Content-Encoding"]) == (lying.read_bytes(), coding)
    assert answer.headers["Content-Type"] == "application/rss+xml"
    assert answer.etag != on_the_way.etag
    assert answer.headers["Last-Modified"] == on_the_way.headers["Last-Modified"]
    for _ in range(2):
        assert asked.ask("/rss.xml", Accept_Encoding=coding, If_None_Match=answer.etag).status == 304
    # Of an older version: not sent.
    write(lying, pack(b"old"), age=150)
    settle()
    later = asked.ask("/rss.xml", Accept_Encoding=coding)
    assert later.body == on_the_way.body
    assert asked.ask("/rss.xml", Accept_Encoding=coding, If_None_Match=answer.etag).status == 200


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_a_poll_gets_304_until_the_content_changes(asked: Asked, folder: Path, coding: str) -> None:
    settle()
    first = asked.ask("/feed.json", Accept_Encoding=coding)
    modified = first.headers["Last-Modified"]
    for method in ("GET", "HEAD"):
        for known in (first.etag, f"W/{first.etag}", f'"x", {first.etag}', "*"):
            answer = asked.ask("/feed.json", method, Accept_Encoding=coding, If_None_Match=known)
            assert (answer.status, answer.body) == (304, b""), known
            assert answer.etag == first.etag
            for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin"):
                assert answer.headers[name] == first.headers[name]
        assert asked.ask("/feed.json", method, Accept_Encoding=coding, If_Modified_Since=modified).status == 304
    write(folder / "new", TEXT.encode() + b"more", age=90)
    os.replace(folder / "new", folder / "feed.json")
    second = asked.ask("/feed.json", Accept_Encoding=coding, If_None_Match=first.etag)
    assert (second.status, second.etag != first.etag) == (200, True)
    assert asked.ask("/feed.json", Accept_Encoding=coding, If_Modified_Since=modified).status == 200


def test_the_etag_is_that_of_the_content_whenever_it_was_written(asked: Asked, folder: Path) -> None:
    first = asked.ask("/rss.xml")
    write(folder / "rss.xml", TEXT.encode(), age=10)
    second = asked.ask("/rss.xml")
    assert first.etag == second.etag
    assert first.headers["Last-Modified"] != second.headers["Last-Modified"]
    assert asked.ask("/atom.xml").etag == first.etag


def test_another_version_is_refused_to_whom_it_matters(asked: Asked) -> None:
    etag = asked.ask("/rss.xml").etag
    assert asked.ask("/rss.xml", If_Match=etag).status == 200
    assert asked.ask("/rss.xml", If_Match='"x"').status == 412
    assert asked.ask("/rss.xml", If_Unmodified_Since=formatdate(0, usegmt=True)).status == 412


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_parts_are_those_of_the_whole(asked: Asked, coding: str) -> None:
    whole = asked.ask("/rss.xml", Accept_Encoding=coding)
    length = len(whole.body)
    assert whole.headers["Accept-Ranges"] == "bytes"
    for text, start, end in (("0-0", 0, 1), ("5-", 5, length), ("-5", length - 5, length), ("5-99999", 5, length)):
        part = asked.ask("/rss.xml", Accept_Encoding=coding, Range=f"bytes={text}", If_Range=whole.etag)
        assert (part.status, part.body, part.etag) == (206, whole.body[start:end], whole.etag)
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{length}"
        assert part.headers["Content-Encoding"] == whole.headers["Content-Encoding"]
    assert asked.ask("/rss.xml", Accept_Encoding=coding, Range="bytes=0-0", If_Range='"x"').body == whole.body
    assert asked.ask("/rss.xml", Range="bytes=3-1").status == 200
    head = asked.ask("/rss.xml", "HEAD", Accept_Encoding=coding, Range="bytes=0-0")
    assert (head.status, head.headers["Content-Length"]) == (200, str(length))
    beyond = asked.ask("/rss.xml", Accept_Encoding=coding, Range=f"bytes={length}-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{length}")


def test_a_client_that_asks_for_several_parts_gets_the_whole(asked: Asked) -> None:
    answer = asked.ask("/rss.xml", Range="bytes=0-9, -10")
    assert (answer.status, answer.body) == (200, TEXT.encode())
    assert answer.headers["Content-Length"] == str(len(TEXT))


def test_scripts_of_other_sites_may_read_json_and_only_that(asked: Asked) -> None:
    wish = {"Origin": "https://example.com", "Access_Control_Request_Method": "GET"}
    allowed = asked.ask("/feed.json", "OPTIONS", **wish, Access_Control_Request_Headers="if-none-match")
    assert (allowed.status, allowed.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "If-None-Match" in allowed.headers["Access-Control-Allow-Headers"]
    assert "GET" in allowed.headers["Access-Control-Allow-Methods"]
    assert "ETag" in asked.ask("/feed.json").headers["Access-Control-Expose-Headers"]
    assert asked.ask("/rss.xml", "OPTIONS", **wish).headers["Access-Control-Allow-Origin"] is None
    assert asked.ask("/rss.xml", "OPTIONS").headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(asked: Asked, method: str) -> None:
    answer = asked.ask("/rss.xml", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_methods_of_the_server_are_told(asked: Asked) -> None:
    answer = asked.ask("*", "OPTIONS")
    assert (answer.status, answer.body, answer.headers["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert asked.ask("*").status == 400
    assert asked.ask("*", "POST").status == 405
    assert asked.ask("*", "OPTIONS", Host="evil.example").status == 400


def test_another_major_version_of_http_is_refused(asked: Asked) -> None:
    head, _, body = asked.send(b"GET /rss.xml HTTP/2.0\r\nHost: localhost\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 505 ")
    assert b"connection: close" in head
    assert body == b"HTTP version not supported\n"
    preface = asked.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert preface.startswith(b"HTTP/1.1 400 ")
    assert asked.send(b"GET /rss.xml HTTP/1.0\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_a_large_file_is_sent_as_it_is_read(asked: Asked, folder: Path) -> None:
    data = os.urandom(1 << 16) * (LARGE // (1 << 16) + 2)
    write(folder / "large.txt", data)
    whole = asked.ask("/large.txt", Accept_Encoding="gzip, br")
    assert (whole.status, whole.body, whole.headers["Content-Encoding"]) == (200, data, None)
    assert whole.headers["Content-Length"] == str(len(data))
    assert asked.ask("/large.txt", If_None_Match=whole.etag).status == 304
    head = asked.ask("/large.txt", "HEAD")
    assert (head.etag, head.headers["Content-Length"]) == (whole.etag, str(len(data)))
    assert asked.ask("/large.txt", Range="bytes=7000000-8000000").body == data[7_000_000:8_000_001]
    write(folder / "large.txt.gz", gzip.compress(data, 0), age=10)
    packed = asked.ask("/large.txt", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == data


def test_an_empty_file_is_sent(asked: Asked, folder: Path) -> None:
    write(folder / "empty.txt", b"")
    answer = asked.ask("/empty.txt", Accept_Encoding="gzip")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")
    assert asked.ask("/empty.txt", Range="bytes=0-").status == 416


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(asked: Asked, folder: Path) -> None:
    (folder / "rss.xml").chmod(0)
    assert asked.ask("/rss.xml").status == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:99", "127.0.0.1:8000", "[::1]:8000", "news.example.org"])
def test_a_name_of_this_machine_is_answered(asked: Asked, host: str) -> None:
    assert asked.ask("/rss.xml", Host=host).status == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_another_name_is_not(asked: Asked, host: str) -> None:
    etag = asked.ask("/rss.xml").etag
    for _ in range(2):
        answer = asked.ask("/rss.xml", Host=host, If_None_Match=etag)
        assert (answer.status, answer.headers["ETag"]) == (400, None)
