"""A new format is a module and a line of the registry: a plain list of titles, in every command of a real site."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from lxml import etree

from feedpub.core.format_registry import FORMATS
from feedpub.delivery.hosting.servers import SERVERS
from support.site import ProcessSite, SiteFolder

pytestmark = pytest.mark.slow

MODULE = r"""
class Titles:
    def render_entry(self, entry, site):
        return entry.title.encode()

    def render_feed(self, head, entries):
        return b"\n".join((head.title.encode(), *entries, b""))
"""
# Python imports a module of this name in every process, workers included.
REGISTRATION = """
from feedpub.core.format_registry import FORMATS, FormatInfo

FORMATS["toy"] = FormatInfo("titles.txt", "text/plain", "Titles", "titles_format:Titles")
"""
OUTPUT = "output: {formats: [rss, toy], limit: 2, archive: true, precompress: [gzip]}\n"
MORE = """\
feeds: [{slug: hot, title: Hot, min_heat: 80}]
hub: https://hub.example.org/
"""


@pytest.fixture
def toy_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SiteFolder:
    """A site with feeds of all kinds and archives, in RSS and in the new format."""
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "titles_format.py").write_text(MODULE)
    (modules / "sitecustomize.py").write_text(REGISTRATION)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(modules), os.environ.get("PYTHONPATH")))))
    site = ProcessSite(tmp_path / "site")
    site.configure(OUTPUT + MORE)
    for number in range(1, 6):
        site.add(
            f"a{number}",
            title=f"Title {number}",
            publishedDateTime=f"2024-05-0{number}T10:00:00Z",
            topics=["AI"],
            provider={"name": "Example", "domain": "example.com"},
            heat=90,
        )
    return site


def titles(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.rpartition("/")[2] == "titles.txt"}


def test_every_folder_that_holds_a_feed_or_an_archive_has_its_file(toy_site: SiteFolder) -> None:
    toy_site.build()
    files = toy_site.files()
    folders = {path.removesuffix("rss.xml") for path in files if path.endswith("rss.xml")}
    assert {"", "topics/ai/", "providers/example.com/", "feeds/hot/", "topics/ai/archive/1/"} <= folders
    assert {path.removesuffix("titles.txt") for path in titles(files)} == folders
    assert {f"{folder}titles.txt.gz" for folder in folders} <= files.keys()
    assert files["titles.txt"] == b"AI News\nTitle 5\nTitle 4\n"
    assert files["topics/ai/titles.txt"] == b"AI News: AI\nTitle 5\nTitle 4\n"
    assert not any(path.endswith(("atom.xml", "feed.json")) for path in files)


def test_an_incremental_build_writes_it_anew_and_a_format_that_is_dropped_goes(toy_site: SiteFolder) -> None:
    toy_site.build()
    before = toy_site.files()
    toy_site.add("b", title="Another", publishedDateTime="2024-05-09T10:00:00Z", topics=["Chips"])
    toy_site.build()
    after = toy_site.files()
    assert after["titles.txt"] == b"AI News\nAnother\nTitle 5\n"
    assert after["topics/chips/titles.txt"] == b"AI News: Chips\nAnother\n"
    assert after["topics/ai/titles.txt"] == before["topics/ai/titles.txt"]
    toy_site.build("--full")
    assert toy_site.files() == after
    toy_site.configure(OUTPUT.replace("rss, toy", "rss") + MORE)
    toy_site.build()
    assert titles(after)
    assert not titles(toy_site.files())


def test_pages_link_it_under_its_label(toy_site: SiteFolder) -> None:
    toy_site.build()
    files = toy_site.files()
    for folder in ("", "topics/ai/", "providers/example.com/", "feeds/hot/"):
        page = etree.fromstring(files[f"{folder}index.html"], etree.HTMLParser())
        (link,) = page.findall("head/link[@type='text/plain']")
        assert link.get("rel") == "alternate"
        assert str(link.get("title")).endswith("(Titles)")
        assert link.get("href") == f"https://news.example.org/{folder}titles.txt"
        assert page.xpath(f"//a[@href='{'../' * folder.count('/')}{folder}titles.txt' and text()='Titles']")


def test_lists_of_feeds_prefer_xml_over_it(toy_site: SiteFolder) -> None:
    toy_site.configure(OUTPUT.replace("rss, toy", "toy, rss") + MORE)
    toy_site.build()
    outlines = etree.fromstring(toy_site.files()["feeds.opml"]).iter("outline")
    urls = [url for outline in outlines if (url := outline.get("xmlUrl"))]
    assert urls
    assert all(url.endswith("/rss.xml") for url in urls)


def test_the_configuration_and_its_schema_know_it(toy_site: SiteFolder) -> None:
    schema = json.loads(toy_site.run("schema", "config").stdout)
    formats = schema["$defs"]["Output"]["properties"]["formats"]
    assert {name for kind in formats["anyOf"] for name in kind.get("items", {}).get("enum", ())} == {*FORMATS, "toy"}
    toy_site.configure("output: {formats: [rdf]}\n")
    assert "'rdf' is not one of atom, json, rss, toy" in toy_site.run("validate").stderr


def test_a_new_site_publishes_it(toy_site: SiteFolder) -> None:
    assert toy_site.run("init", "new").returncode == 0
    assert "  formats: [rss, atom, json, toy]\n" in (toy_site.root / "new/config.yaml").read_text()


def test_it_is_served_as_what_it_is(toy_site: SiteFolder) -> None:
    toy_site.build()
    command = [sys.executable, "-m", "feedpub", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=toy_site.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().strip()
            with urlopen(f"{address}topics/ai/titles.txt", timeout=30) as answer:
                assert answer.read() == b"AI News: AI\nTitle 5\nTitle 4\n"
        finally:
            server.terminate()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    links = '<https://hub.example.org/>; rel="hub", <https://news.example.org/topics/ai/titles.txt>; rel="self"'
    assert answer.headers["Link"] == links


# Of the others, the store keeps the media types, or nobody can set them.
@pytest.mark.parametrize("server", sorted({*SERVERS} - {"cloudflare-redirects", "cloudfront", "github-pages"}))
def test_web_servers_are_told_of_it(toy_site: SiteFolder, server: str) -> None:
    text = toy_site.run("hosting", server).stdout
    assert re.search(r"titles(\.|\[\.\])txt", text)
    assert "text/plain" in text
    assert "atom" not in text


def test_each_file_name_is_one_format_s() -> None:
    assert len({info.filename for info in FORMATS.values()}) == len(FORMATS)
