"""``feedpub hosting`` on the servers themselves: media types, 304, gzip, links, and nothing that is not to be had.

Each server is started with what the command prints, but for the address that it listens on; it is asked as a reader
program would ask, and skipped where it is not installed.
"""

from __future__ import annotations

import gzip
import itertools
import os
import shutil
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from support.site import SiteFolder
from support.web_servers import HUB, PROGRAMS, serving, with_sbin, write

pytestmark = pytest.mark.campaign

__all__ = ["with_sbin"]

TYPES = {
    "rss.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
    "feeds.opml": "text/x-opml",
}
FEEDS = ("rss.xml", "atom.xml", "feed.json")
OPENED = {"Sec_Fetch_Dest": "document"}


@pytest.fixture
def full(site: SiteFolder) -> SiteFolder:
    return filled(site)


def filled(site: SiteFolder) -> SiteFolder:
    for number in range(20):
        site.add(f"a{number}", "Much to compress. " * 20, topics=["AI"])
    return site


@pytest.fixture(params=list(PROGRAMS))
def kind(request: pytest.FixtureRequest) -> str:
    program = {"apache": "apache2"}.get(request.param, request.param)
    if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip(f"{program} is not installed")
    return request.param


@pytest.mark.parametrize("path", ["/", "/news/"])
def test_feeds_are_served_as_what_they_are(kind: str, path: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server", path) as served:
        for name, media_type in TYPES.items():
            answer = served.get(name)
            assert answer.status == 200, name
            assert answer.headers["Content-Type"].partition(";")[0] == media_type
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            assert answer.body == (full.output / name).read_bytes()
        for name in (*FEEDS, *(f"topics/ai/{name}" for name in FEEDS)):
            answer = served.get(name, method="HEAD")
            assert (answer.status, answer.body) == (200, b"")
            assert answer.headers["Content-Type"].partition(";")[0] == TYPES[name.rpartition("/")[2]]
            self_url = f"http://127.0.0.1:{served.port}{path}{name}"
            assert answer.headers["Link"] == f'<{HUB}>; rel="hub", <{self_url}>; rel="self"'
            assert answer.headers["Access-Control-Allow-Origin"] == ("*" if name.endswith(".json") else None)
        well_known = served.get(".well-known/feeds")
        if path == "/":
            assert (well_known.status, well_known.media_type) == (200, "text/x-opml")
            assert well_known.headers.get_all("Cache-Control") == ["public, max-age=300"]
            assert well_known.body == (full.output / ".well-known" / "feeds").read_bytes()
        else:
            assert well_known.status == 404
        page = served.get("")
        assert page.headers["Cache-Control"] == "public, max-age=300"
        assert page.headers["Link"] is None
        assert (page.status, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")


@pytest.mark.parametrize("path", ["/", "/news/", "/n%C3%A9ws/a b/"])
def test_people_get_a_page_where_nothing_is_and_programs_its_status(
    kind: str, path: str, full: SiteFolder, tmp_path: Path
) -> None:
    if kind == "caddy" and "%" in path:
        pytest.skip("Caddy strips no path that is percent-encoded")
    more = "output: {precompress: [gzip]}\n"
    with serving(kind, full, tmp_path / "server", quote(unquote(path)), more) as served:
        whole = (full.output / "404.html").read_bytes()
        for name in ("nothing", "topics/none/", "topics/none/rss.xml", "feed.jsonx", "none.opml", "a/b/c/d/atom.xml"):
            for headers in ({}, OPENED, {"Accept_Encoding": "gzip"}):
                answer = served.get(name, **headers)
                packed = answer.headers["Content-Encoding"] == "gzip"
                assert (answer.status, answer.media_type) == (404, "text/html"), (name, headers)
                assert (gzip.decompress(answer.body) if packed else answer.body) == whole
                # A cache must not keep it for long: the feed may come.
                assert answer.headers["Cache-Control"] is None
                assert answer.headers["Link"] is answer.headers["Access-Control-Allow-Origin"] is None
            assert served.get(name, "HEAD").status == 404


def test_without_pages_there_is_no_page_where_nothing_is(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server", more="output: {pages: false}\n") as served:
        answer = served.get("topics/none/rss.xml")
        assert answer.status == 404
        assert b"feedpub.css" not in answer.body


@pytest.mark.parametrize("path", ["/", "/news/", "/topics/old/"])
def test_feeds_in_any_script_are_served_with_links_that_are_encoded(
    kind: str, path: str, site: SiteFolder, tmp_path: Path
) -> None:
    site.add("a", topics=["机器学习", "Größe", "עברית", "नमस्ते"])
    with serving(kind, site, tmp_path / "server", path) as served:
        for folder in ("", *(f"topics/{quote(name)}/" for name in ("机器学习", "grösse", "עברית", "नमस्ते"))):
            assert served.get(folder).status == 200
            for name, headers in itertools.product(FEEDS, ({}, OPENED)):
                answer = served.get(folder + name, **headers)
                assert answer.status == 200
                assert answer.body == (site.output / unquote(folder) / name).read_bytes()
                self_url = f"http://127.0.0.1:{served.port}{path}{folder}{name}"
                assert answer.headers["Link"] == f'<{HUB}>; rel="hub", <{self_url}>; rel="self"'
                assert served.get(f"{folder}{name}?/topics/x/rss.xml").headers["Link"] == answer.headers["Link"]


MOVED = """\
topics: {aliases: {AI: Größe 机器, "C++": C sharp}}
providers: {aliases: {old.example: new.example}}
retired: [feeds/old, topics/机器]
output: {archive: true, limit: 5}
"""


@pytest.mark.parametrize("path", ["/", "/news/", "/n%C3%A9ws/"])
def test_a_feed_with_another_name_is_at_its_new_place(kind: str, path: str, full: SiteFolder, tmp_path: Path) -> None:
    if kind == "caddy" and "%" in path:
        pytest.skip("Caddy strips no path that is percent-encoded")
    with serving(kind, full, tmp_path / "server", path, MOVED) as served:
        new = f"topics/{quote('grösse-机器')}"
        for name in ("", *FEEDS, "index.html", *(f"archive/1/{name}" for name in FEEDS), "rss.xml.gz", "gone.xml"):
            for method in ("GET", "HEAD"):
                answer = served.get(f"topics/ai/{name}", method)
                url = f"http://127.0.0.1:{served.port}{path}{new}/{name}"
                assert (answer.status, answer.headers["Location"]) == (301, url)
                assert answer.headers.get_all("Cache-Control") == ["public, max-age=300"]
                # A script that may read the feed is to get there, too.
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
            if name != "gone.xml" and not name.endswith(".gz"):
                assert served.get(f"{new}/{name}").status == 200
        for old, there in (
            ("topics/ai", f"{new}/"),
            ("topics/c--cedb1bac7efcd7db47e9/rss.xml?a=b", "topics/c-sharp/rss.xml"),
            ("providers/old.example/atom.xml", "providers/new.example/atom.xml"),
        ):
            answer = served.get(old)
            assert answer.status == 301
            assert answer.headers["Location"].partition("?")[0] == f"http://127.0.0.1:{served.port}{path}{there}"
        for gone in ("feeds/old", "feeds/old/", "feeds/old/rss.xml", f"topics/{quote('机器')}/archive/1/atom.xml"):
            assert (served.get(gone).status, served.get(gone, "HEAD").status) == (410, 410)
        assert served.get("feeds/older/rss.xml").status == 404
        for other in ("topics/ai2/rss.xml", "topics/ai%0d%0aX:%20y", "topics/ai/%0d%0aX:%20y", "a/topics/ai/rss.xml"):
            answer = served.get(other)
            assert (answer.status, answer.headers["X"]) == (404, None)


@pytest.mark.parametrize("path", ["/", "/news/"])
def test_nobody_is_told_to_subscribe_to_an_archive(kind: str, path: str, full: SiteFolder, tmp_path: Path) -> None:
    full.add("named as archives are", topics=["archive"])
    more = "output: {archive: true, limit: 5, precompress: [gzip]}\n"
    with serving(kind, full, tmp_path / "server", path, more) as served:
        for folder in ("", "topics/ai/"):
            for name in FEEDS:
                for headers in ({}, OPENED, {"Accept_Encoding": "gzip"}):
                    archive = served.get(f"{folder}archive/1/{name}", **headers)
                    assert (archive.status, archive.headers["Link"]) == (200, None)
        for name in FEEDS:
            assert served.get(f"topics/archive/{name}").headers["Link"].endswith(f'/{name}>; rel="self"')


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_second_poll_gets_304_until_the_feed_changes(
    kind: str, coding: str, full: SiteFolder, tmp_path: Path
) -> None:
    with serving(kind, full, tmp_path / "server") as served:
        for name in FEEDS:
            first = served.get(name, Accept_Encoding=coding)
            etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
            for question in ({"If_None_Match": etag}, {"If_Modified_Since": modified}):
                second = served.get(name, Accept_Encoding=coding, **question)
                assert (second.status, second.body) == (304, b""), (name, question)
            assert second.headers["Cache-Control"] == "public, max-age=300"
        full.add("new", topics=["AI"])
        full.build()
        assert served.get("rss.xml", Accept_Encoding=coding, If_None_Match=first.headers["ETag"]).status == 200


def test_feeds_are_compressed_for_those_who_ask(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server") as served:
        for name in FEEDS:
            plain, packed = served.get(name), served.get(name, Accept_Encoding="gzip")
            assert plain.headers["Content-Encoding"] is None
            assert packed.headers["Content-Encoding"] == "gzip"
            assert all("Accept-Encoding" in one.headers["Vary"] for one in (plain, packed))
            assert gzip.decompress(packed.body) == plain.body
            assert len(packed.body) < len(plain.body) / 2
            # Caddy 2.6 has one ETag for both.
            assert kind == "caddy" or packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("path", ["/", "/news/"])
@pytest.mark.parametrize("more", ["", "output: {precompress: [gzip]}\n"], ids=["on the way", "precompressed"])
def test_a_feed_that_is_opened_as_a_page_is_sent_as_what_browsers_style(
    kind: str, path: str, more: str, full: SiteFolder, tmp_path: Path
) -> None:
    with serving(kind, full, tmp_path / "server", path, more) as served:
        for name in ("rss.xml", "atom.xml", "topics/ai/rss.xml", "topics/ai/atom.xml"):
            for coding in ("identity", "gzip"):
                program, page = (served.get(name, Accept_Encoding=coding, **more) for more in ({}, OPENED))
                assert (program.status, page.status) == (200, 200)
                assert program.media_type == TYPES[name.rpartition("/")[2]]
                assert page.media_type == "application/xml"
                assert page.headers["X-Content-Type-Options"] == "nosniff"
                assert program.body == page.body
                assert program.headers["Content-Encoding"] == page.headers["Content-Encoding"]
                assert (page.headers["Content-Encoding"] == "gzip") == (coding == "gzip")
                assert program.headers["Link"] == page.headers["Link"]
                assert program.varies == page.varies == {"Accept-Encoding", "Sec-Fetch-Dest"}
                assert program.headers.get_all("Cache-Control") == ["public, max-age=300"]
                # What takes no notice of Vary is not to hand it to programs.
                assert page.headers.get_all("Cache-Control") == ["private, max-age=300"]


def test_what_a_cache_has_of_one_type_is_not_taken_for_the_other(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server") as served:
        for coding in ("identity", "gzip"):
            program, page = (served.get("rss.xml", Accept_Encoding=coding, **more) for more in ({}, OPENED))
            known = {"If_None_Match": program.headers["ETag"], "Accept_Encoding": coding}
            assert page.headers["ETag"] is None
            assert served.get("rss.xml", **known).status == 304
            assert served.get("rss.xml", **known, **OPENED).status == 200
            since = {"If_Modified_Since": page.headers["Last-Modified"], "Accept_Encoding": coding}
            again = served.get("rss.xml", **since, **OPENED)
            assert (again.status, again.body) == (304, b"")
            assert "Sec-Fetch-Dest" in again.varies


def test_only_a_feed_that_is_opened_is_sent_as_a_page(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server") as served:
        for destination in ("empty", "iframe", "script", "documents", ""):
            assert served.get("rss.xml", Sec_Fetch_Dest=destination).media_type == "application/rss+xml"
        for name in ("feed.json", "feeds.opml", ""):
            program, page = served.get(name), served.get(name, **OPENED)
            assert program.media_type == page.media_type
            assert "Sec-Fetch-Dest" not in page.varies
        (full.output / "topics" / ".hidden").unlink()
        (full.output / "topics" / ".hidden").mkdir()
        write(full.output / "topics" / ".hidden" / "rss.xml", "hidden")
        for name in ("nothing/rss.xml", "topics/.hidden/rss.xml", "rss.xml/feedpub-as-page"):
            answer = served.get(name, **OPENED)
            assert answer.status in {400, 403, 404}, name
            assert answer.media_type != "application/xml"


def test_without_pages_there_is_one_type(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server", more="output: {pages: false}\n") as served:
        for name in ("rss.xml", "atom.xml"):
            page = served.get(name, **OPENED)
            assert page.media_type == TYPES[name]
            assert "Sec-Fetch-Dest" not in page.varies
            assert page.headers["ETag"] == served.get(name).headers["ETag"]


def test_compressed_files_that_lie_there_are_served(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    with serving(kind, full, tmp_path / "server", more="output: {precompress: [gzip]}\n") as served:
        whole = (full.output / "topics/ai/rss.xml").read_bytes()
        lying = gzip.compress(whole, 1, mtime=1)
        (full.output / "topics/ai/rss.xml.gz").write_bytes(lying)
        packed = served.get("topics/ai/rss.xml", Accept_Encoding="gzip, br")
        assert packed.body == lying
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Content-Type"].partition(";")[0] == "application/rss+xml"
        assert packed.headers["Link"].endswith('/topics/ai/rss.xml>; rel="self"')
        assert "Accept-Encoding" in packed.headers["Vary"]
        etag = packed.headers["ETag"]
        assert served.get("topics/ai/rss.xml", Accept_Encoding="gzip", If_None_Match=etag).status == 304
        for refusal in ("identity", "br", "gzip;q=0"):
            plain = served.get("topics/ai/rss.xml", Accept_Encoding=refusal)
            assert (plain.headers["Content-Encoding"], plain.body) == (None, whole)
            assert plain.headers["ETag"] != etag


def test_brotli_that_lies_there_is_served_before_gzip(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    if kind == "nginx":
        pytest.skip("Debian's nginx has no brotli by itself")
    with serving(kind, full, tmp_path / "server", more="output: {precompress: [gzip, br]}\n") as served:
        # No server looks into it.
        (full.output / "feed.json.br").write_bytes(b"brotli")
        (full.output / "feed.json.gz").write_bytes(b"gzip")
        packed = served.get("feed.json", Accept_Encoding="gzip, br")
        assert (packed.headers["Content-Encoding"], packed.body) == ("br", b"brotli")
        assert packed.headers["Content-Type"].partition(";")[0] == "application/feed+json"
        assert packed.headers["Access-Control-Allow-Origin"] == "*"
        assert packed.headers["Content-Language"] is None
        assert served.get("feed.json", Accept_Encoding="gzip").body == b"gzip"


def test_what_is_not_to_be_had_is_not(kind: str, full: SiteFolder, tmp_path: Path) -> None:
    write(tmp_path / "secret", "secret")
    with serving(kind, full, tmp_path / "server") as served:
        write(full.output / "topics" / "there", "there")
        assert served.get("topics/there").status == 200
        write(full.output / ".well-known" / ".feedpub-tmp-1", "half")
        write(full.output / ".well-known" / "security.txt", "there")
        assert served.get(".well-known/security.txt").status == 200
        temporary = (".feedpub-tmp-1", "%2efeedpub-tmp-1", ".well-known/.feedpub-tmp-1")
        hidden = (*temporary, "topics/.hidden", "topics/%2ehidden")
        outside = ("../config.yaml", "..%2fconfig.yaml", "topics/../../config.yaml", "%2e%2e/%2e%2e/secret")
        for name in (*hidden, *outside, "nothing/rss.xml"):
            answer = served.get(name)
            assert answer.status in {400, 403, 404}, name
            assert answer.headers["Link"] is None
            assert (answer.headers["Content-Type"] or "").partition(";")[0] not in TYPES.values()


def test_a_folder_may_have_a_strange_name(kind: str, tmp_path: Path) -> None:
    # No server is given what tests/delivery/hosting/test_hosting.py sees refused.
    name = {"nginx": " #f; \\g {h} *", "apache": " #f; {h}", "caddy": " #f;"}[kind]
    path = {"nginx": "/n%C3%A9ws/a+b/%5E%5C/", "apache": "/n%C3%A9ws/a+b/%5E/", "caddy": "/a+b/"}[kind]
    site = filled(SiteFolder(tmp_path / f"a 'b' \"c\" $d{name}"))
    with serving(kind, site, tmp_path / "server", path) as served:
        answer = served.get("topics/ai/rss.xml")
        assert (answer.status, answer.body) == (200, (site.output / "topics/ai/rss.xml").read_bytes())
        assert answer.headers["Link"].endswith(f'{path}topics/ai/rss.xml>; rel="self"')
        page = served.get("topics/ai/rss.xml", **OPENED)
        assert (page.status, page.media_type, page.body) == (200, "application/xml", answer.body)
