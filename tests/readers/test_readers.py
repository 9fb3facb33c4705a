"""Real reader programs on real servers: each article arrives once, a poll that finds nothing costs a 304, and what is
edited or re-tagged is never doubled.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml import etree

from support.ports import free_port
from support.reader_programs import PROGRAMS, Program, Seen, require
from support.site import SiteFolder
from support.web_servers import nginx, wait_for, with_sbin

pytestmark = pytest.mark.campaign

__all__ = ["with_sbin"]

ATOM = "{http://www.w3.org/2005/Atom}"
# Both servers write a request and its status like this.
REQUEST = re.compile(r'"GET (/[^ ]*) HTTP/[0-9.]+" ([0-9]{3})')


class Published:
    """A site behind a server, and what was asked of it."""

    def __init__(self, site: SiteFolder, base: str, log: Path) -> None:
        self.site, self.base, self.log = site, base, log
        self._read = 0

    def asked(self) -> list[tuple[str, int]]:
        """Path and status of every request since the last call."""
        found = [(path, int(status)) for path, status in REQUEST.findall(self.log.read_text())]
        new, self._read = found[self._read :], len(found)
        return new


@contextmanager
def published(kind: str, site: SiteFolder, folder: Path, more: str = "") -> Iterator[Published]:
    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    site.configure(more, base=f"site: {{title: News, base_url: '{base}', ttl: 1}}\ncontent: {{path: content}}\n")
    site.build()
    folder.mkdir()
    log = folder / "requests"
    with (folder / "server").open("wb") as said:
        if kind == "nginx":
            printed = site.run("hosting", "nginx").stdout
            command = nginx(printed, port, folder)
            conf = folder / "nginx.conf"
            conf.write_text(conf.read_text().replace("access_log off", f"access_log {log}"))
            process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        else:
            with log.open("wb") as requests:
                command = [sys.executable, "-m", "feedpub", "-v", "serve", "--port", str(port)]
                process = subprocess.Popen(command, cwd=site.root, stdout=said, stderr=requests)
    try:
        wait_for(port, process, folder)
        yield Published(site, base, log)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=["serve", "nginx"])
def server(request: pytest.FixtureRequest) -> str:
    if request.param == "nginx" and shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    return str(request.param)


@pytest.fixture(params=list(PROGRAMS))
def program(request: pytest.FixtureRequest) -> str:
    require(request.param)
    return str(request.param)


def titles(seen: list[Seen], feed: str) -> list[str]:
    return sorted(entry.title for entry in seen if entry.feed == feed)


def all_alike(reader: Program, feeds: list[str], expected: list[str]) -> None:
    seen = reader.entries()
    for feed in feeds:
        assert titles(seen, feed) == sorted(expected), feed


def test_each_article_arrives_once_and_stays_one(server: str, program: str, site: SiteFolder, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        site.add(name, topics=["AI"], title=name, excerpt=f"All of {name}.")
    with published(server, site, tmp_path / "server") as served:
        kind = PROGRAMS[program]
        site_feeds = list(kind.formats)
        topic_feeds = [f"topics/ai/{name}" for name in kind.formats]
        feeds = [*site_feeds, *topic_feeds]
        (tmp_path / "reader").mkdir()
        reader = kind(served.base, feeds, tmp_path / "reader")

        reader.poll()
        all_alike(reader, feeds, ["one", "two", "three"])
        assert sorted(set(served.asked())) == sorted((f"/{feed}", 200) for feed in feeds)

        for _ in range(kind.warm_up):
            reader.poll()
        served.asked()
        reader.poll()
        all_alike(reader, feeds, ["one", "two", "three"])
        assert sorted(served.asked()) == sorted((f"/{feed}", 304) for feed in feeds)

        change(served, lambda: site.add("four", topics=["AI"], title="four", publishedDateTime="2024-05-02"))
        reader.poll()
        all_alike(reader, feeds, ["one", "two", "three", "four"])

        edit = {"title": "two, edited", "updatedDateTime": "2024-05-03", "excerpt": "Other."}
        change(served, lambda: site.add("two", topics=["AI"], **edit))
        reader.poll()
        all_alike(reader, feeds, ["one", "two, edited", "three", "four"])

        change(served, lambda: site.add("one", topics=["Space"], title="one", excerpt="All of one."))
        reader.poll()
        all_alike(reader, site_feeds, ["one", "two, edited", "three", "four"])


def change(served: Published, how: Callable[[], object]) -> None:
    # nginx makes its ETag of size and whole seconds.
    time.sleep(1.1)
    how()
    served.site.build()
    served.asked()


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_a_walker_sees_every_article_of_the_archives(server: str, name: str, site: SiteFolder, tmp_path: Path) -> None:
    links = set()
    for number in range(1, 12):
        site.add(f"a{number}", topics=["AI"], publishedDateTime=f"2024-05-{number:02}")
        links.add(f"https://example.com/a{number}")
    with published(server, site, tmp_path / "server", "output: {limit: 3, archive: true}\n") as served:
        for start in (name, f"topics/ai/{name}"):
            found, url = set(), served.base + start
            documents = 0
            while url:
                documents += 1
                with urllib.request.urlopen(url, timeout=20) as answer:
                    entries, url = walked(answer.read(), is_json=name.endswith("json"))
                found |= entries
            assert found == links
            assert documents == 1 + 11 // 3


def walked(data: bytes, *, is_json: bool) -> tuple[set[str], str | None]:
    """The links of the entries, and the URL of the document before."""
    if is_json:
        document = json.loads(data)
        return {item["url"] for item in document["items"]}, document.get("next_url")
    root = etree.fromstring(data)
    container = root.find("channel") if root.tag == "rss" else root
    entries = {item.findtext("link") for item in container.findall("item")}
    for entry in container.findall(f"{ATOM}entry"):
        entries |= {link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"}
    before = [link.get("href") for link in container.findall(f"{ATOM}link") if link.get("rel") == "prev-archive"]
    return entries, before[0] if before else None


def test_newsboat_imports_the_list_of_feeds(site: SiteFolder, tmp_path: Path) -> None:
    require("newsboat")
    for name in ("AI", "Space & Time", "<b>"):
        site.add(name.replace(" ", "").strip("<>"), topics=[name], provider={"name": name, "domain": "example.com"})
    site.build()
    files = ["-u", str(tmp_path / "urls"), "-c", str(tmp_path / "cache.db"), "-C", str(tmp_path / "config")]
    (tmp_path / "config").touch()
    (tmp_path / "urls").touch()
    command = ["newsboat", *files, "-i", str(site.output / "feeds.opml")]
    done = subprocess.run(command, capture_output=True, text=True, env={"HOME": str(tmp_path)}, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    urls = {line.split()[0] for line in (tmp_path / "urls").read_text().splitlines() if line.strip()}
    feeds = {path.rpartition("/")[0] for path in site.feed_files()}
    base = "https://news.example.org/"
    assert urls == {f"{base}{folder}/rss.xml" if folder else f"{base}rss.xml" for folder in feeds}
