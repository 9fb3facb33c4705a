"""``feedpub hosting`` on the servers themselves: media types, 304, gzip, links, and nothing that is not to be had.

Each server is started with what the command prints, but for the address that it listens on; it is asked as a reader
program would ask, and skipped where it is not installed.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

import pytest

from support.ports import free_port
from support.site import SiteFolder

pytestmark = pytest.mark.campaign

HUB = "https://hub.example.net/"
TYPES = {
    "rss.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
    "feeds.opml": "text/x-opml",
}
FEEDS = ("rss.xml", "atom.xml", "feed.json")
OPENED = {"Sec_Fetch_Dest": "document"}


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def varies(self) -> set[str]:
        return {name.strip() for line in self.headers.get_all("Vary", []) for name in line.split(",")}

    @property
    def media_type(self) -> str:
        return (self.headers["Content-Type"] or "").partition(";")[0]


def nginx(printed: str, port: int, folder: Path) -> list[str]:
    assert printed.count("listen ") == 2
    printed = printed.replace(f"    listen [::]:{port};\n", "").replace(f"listen {port};", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    head = f"daemon off; master_process off; {user} pid {folder}/pid; error_log {folder}/log; events {{ }}"
    types = "types { text/html html; text/css css; text/xml xml; application/json json; }"
    write(folder / "nginx.conf", f"{head}\nhttp {{ access_log off; {paths} {types}\n{printed}\n}}\n")
    return ["nginx", "-c", f"{folder}/nginx.conf", "-p", f"{folder}/"]


def apache(printed: str, port: int, folder: Path) -> list[str]:
    modules = "mpm_event authz_core headers deflate filter rewrite alias dir mime setenvif".split()
    loads = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules)
    head = f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\n"
    head += f"PidFile {folder}/pid\nErrorLog {folder}/log\n"
    traps = "AddLanguage br .br\nAddType application/x-gzip .gz\nAddType text/html .html\nAddType text/xml .xml\n"
    types = f"TypesConfig {folder}/mime.types\n<Directory />\nRequire all denied\n</Directory>\nMutex file:{folder}\n"
    write(folder / "mime.types", "")
    write(folder / "apache2.conf", f"{loads}{head}{types}{traps}{printed}")
    return ["apache2", "-X", "-f", f"{folder}/apache2.conf"]


def caddy(printed: str, port: int, folder: Path) -> list[str]:
    assert f"http://127.0.0.1:{port} {{\n" in printed
    bound = printed.replace(f":{port} {{\n", f":{port} {{\n\tbind 127.0.0.1\n", 1)
    write(folder / "Caddyfile", f"{{\n\tadmin off\n}}\n{bound}")
    return ["caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


PROGRAMS: dict[str, Callable[[str, int, Path], list[str]]] = {"nginx": nginx, "apache": apache, "caddy": caddy}


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


class Served:
    """A site behind a server."""

    def __init__(self, site: SiteFolder, port: int, path: str) -> None:
        self.site, self.port, self.path = site, port, path

    def get(self, name: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, self.path + name, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def serving(kind: str, site: SiteFolder, folder: Path, path: str = "/", more: str = "") -> Iterator[Served]:
    port = free_port()
    base = f"site: {{title: A, base_url: 'http://127.0.0.1:{port}{path}'}}\ncontent: {{path: content}}\nhub: {HUB}\n"
    site.configure(more, base=base)
    site.build()
    write(site.output / "feeds.opml", "<opml version='2.0'/>")
    write(site.output / "index.html", "<!doctype html><title>A</title>")
    write(site.output / ".feedpub-tmp-1", "half")
    write(site.output / "topics" / ".hidden", "hidden")
    printed = site.run("hosting", kind)
    assert (printed.returncode, printed.stderr) == (0, "")
    folder.mkdir()
    command = PROGRAMS[kind](printed.stdout, port, folder)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        wait_for(port, process, folder)
        yield Served(site, port, path)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "output").read_text() + "".join(
            log.read_text() for log in folder.glob("log")
        )
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server does not listen")


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


@pytest.fixture(autouse=True)
def with_sbin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin")


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
        page = served.get("")
        assert page.headers["Cache-Control"] == "public, max-age=300"
        assert page.headers["Link"] is None
        assert (page.status, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")


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
        hidden = (".feedpub-tmp-1", "topics/.hidden", "%2efeedpub-tmp-1", "topics/%2ehidden")
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
