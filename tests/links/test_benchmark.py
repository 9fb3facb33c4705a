"""The benchmark of ``feedpub check``: its server counts right, its sites lead there, and its command runs."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import time
from datetime import UTC
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from benchmarks.links.bench import Bench
from benchmarks.links.certificates import make_certificates
from benchmarks.links.handshakes import rate
from benchmarks.links.politeness import least_seconds
from benchmarks.links.serving import load_server
from benchmarks.links.sites import KINDS, Site, write_site
from benchmarks.links.tools import Toolbox
from benchmarks.measure import RunFailedError, run
from feedpub.config import load_config
from feedpub.config.check_model import Check
from feedpub.content import ArticleFile, ReadSettings
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.find.article_links import links_of, targets_of
from feedpub.links.judge.verdicts import judge
from feedpub.links.model import Verdict
from feedpub.links.settings import SettingsByHost

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PARENT = """
import time
from benchmarks.links.serving import load_server
with load_server(1, addresses=1) as server:
    print(server.origins[0], flush=True)
    time.sleep(600)
"""


def test_the_server_answers_and_counts() -> None:
    with load_server(6, addresses=2) as server, requests.Session() as client:
        first, second = server.origins
        page = client.get(f"{first}/source/0")
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert f'<link rel="canonical" href="{second}/source/3">' in client.get(f"{second}/amp/4").text
        picture = client.head(f"{first}/image/5")
        assert (picture.status_code, picture.content) == (200, b"")
        assert int(picture.headers["Content-Length"]) == len(client.get(f"{first}/image/5").content)
        assert [client.get(first + path).status_code for path in ("/source/6", "/robots.txt")] == [404, 404]
        counts = server.reset()
        assert (counts.requests, counts.connections, counts.distinct, counts.others) == (6, 2, 3, 2)
        assert counts.addresses == ((5, 1, 1), (1, 1, 1))
        assert (server.counts().requests, server.counts().distinct) == (0, 0)


def test_the_server_holds_requests_for_the_latency() -> None:
    with load_server(20, addresses=2, latency=1.0) as server, contextlib.ExitStack() as stack:
        clients = []
        for number in range(20):
            parts = urlsplit(server.origins[number % 2])
            client = stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=30))
            client.sendall(
                f"HEAD /source/{number} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
            )
            clients.append(client)
        for client in clients:
            with client.makefile("rb") as answer:
                assert answer.read().startswith(b"HTTP/1.1 200 OK\r\n")
        counts = server.counts()
    assert (counts.distinct, counts.peak, counts.address_peak, counts.open_peak) == (20, 20, 10, 20)


def test_the_server_answers_requests_in_pieces_and_several_at_once() -> None:
    with load_server(3, addresses=1) as server:
        parts = urlsplit(server.origins[0])
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as client:
            client.sendall(b"HEAD /source/0 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /amp/1 HTTP/1.1\r\nHo")
            assert client.recv(20).startswith(b"HTTP/1.1 200 OK")
            client.sendall(b"st: a\r\nconnection: Close\r\n\r\n")
            with client.makefile("rb") as answer:
                assert answer.read().count(b"HTTP/1.1 200 OK") == 1
        assert server.counts().distinct == 2


def test_the_server_speaks_tls_at_every_address(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    with load_server(200, certificates=certificates, closes=True) as server:
        for origin in (server.origins[0], server.origins[-1]):
            answer = requests.head(f"{origin}/source/0", verify=str(certificates.bundle), timeout=30)
            assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
        assert server.counts().connections == 2


def test_the_server_ends_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        parts = urlsplit(parent.stdout.readline().strip())
        address = (parts.hostname, parts.port)
        socket.create_connection(address, timeout=30).close()
        parent.kill()
    for _ in range(300):
        try:
            socket.create_connection(address, timeout=30).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    pytest.fail("the server goes on without its parent")


ORIGINS = tuple(f"http://127.0.1.{number}:8000" for number in range(1, 21))


@pytest.mark.parametrize(("links", "zipf"), [(300, False), (301, True), (302, False)])
def test_a_site_has_as_many_links_as_asked_for(tmp_path: Path, links: int, zipf: bool) -> None:
    site = write_site(tmp_path / "site", ORIGINS, links, zipf=zipf)
    urls = site.urls("txt").read_text().split()
    assert len(urls) == len(set(urls)) == sum(site.per_host) == links
    assert site.articles == len(list((site.folder / "content").rglob("*.md"))) == -(-links // len(KINDS))
    for ending in ("html", "md"):
        assert set(re.findall(r"http://[\w.:/]+", site.urls(ending).read_text())) == set(urls)
    written = "".join(file.read_text() for file in (site.folder / "content").rglob("*.md"))
    assert sorted(re.findall(r"http://[\w.:/]+", written)) == sorted(urls)
    assert "https://" not in written
    for origin, count in zip(ORIGINS, site.per_host, strict=True):
        assert sum(url.startswith(f"{origin}/") for url in urls) == count
    assert (max(site.per_host) > 3 * min(site.per_host)) is zipf


def test_a_site_is_valid_and_the_same_each_time(tmp_path: Path) -> None:
    sites = [write_site(tmp_path / name, ORIGINS, 31) for name in ("one", "two")]
    done = subprocess.run(
        [sys.executable, "-m", "feedpub", "validate"], cwd=sites[0].folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "11 articles, 0 invalid, 0 duplicate, 0 ignored, 0 repaired\n")
    one, two = (
        {file.relative_to(site.folder): file.read_bytes() for file in site.folder.rglob("*") if file.is_file()}
        for site in sites
    )
    assert one == two


def test_every_link_of_a_site_is_ok(tmp_path: Path) -> None:
    with load_server(31, addresses=5) as server:
        site = write_site(tmp_path / "site", server.origins, 31, zipf=True)
        config = load_config(site.folder / "config.yaml")
        settings = SettingsByHost(config.check, config.site.base_url)
        fetch = Fetcher(settings)
        reading = ReadSettings(base_url=config.site.base_url, zone=UTC)
        found = {}
        for file in (site.folder / "content").rglob("*.md"):
            for link in links_of(ArticleFile(file.name, file.name, str(file)), file.read_bytes(), reading).links:
                if link.kind in settings.general.kinds:
                    answer = fetch(targets_of([link], [link.kind])[link.url], keep_alive=True)
                    found[link.url] = judge(answer, link, settings.general).verdict
        fetch.close()
        counts = server.counts()
    assert found == dict.fromkeys(site.urls("txt").read_text().split(), Verdict.OK)
    assert (counts.distinct, counts.requests) == (31, 31)


@pytest.mark.parametrize(("latency", "least"), [(0.0, 0.4), (0.5, 1.5), (1.0, 3.0)])
def test_the_least_time_is_that_of_the_largest_host(tmp_path: Path, latency: float, least: float) -> None:
    site = Site(tmp_path, 8, 3, (3, 5))
    assert least_seconds(site, Check(per_host=2, delay=0.1), latency) == pytest.approx(least)


def test_a_tool_that_leaves_links_out_is_found_out(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Toolbox(tmp_path, make_certificates(tmp_path)), rounds=1, patience=60)
    with bench.site(12) as (server, site):
        bench.run("requests", server, site)
        list_of_urls = site.urls("txt")
        list_of_urls.write_text(list_of_urls.read_text().partition("\n")[2])
        with pytest.raises(RunFailedError, match=r"asked for 11 of 12 links; .*requests\.log"):
            bench.run("requests", server, site)


@pytest.mark.parametrize("name", ["feedpub", "requests"])
def test_every_link_gets_a_handshake_of_its_own(tmp_path: Path, name: str) -> None:
    bench = Bench(tmp_path, Toolbox(tmp_path, make_certificates(tmp_path)), rounds=1, patience=60)
    with bench.site(12, tls=True, closes=True) as (server, site):
        assert rate(bench, name, 4, server, site) > 0


def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    child = "import time; block = bytearray(b'x') * 50_000_000; time.sleep(1)"
    cost = run(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"], tmp_path
    )
    assert cost.seconds >= 1
    assert cost.cpu > 0
    assert 50 < cost.memory < 500
    with pytest.raises(RunFailedError, match="failed with status 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
    with pytest.raises(RunFailedError, match=r"ended after 0\.1 seconds"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, limit=0.1)


def test_the_comparison_runs(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.links.compare",
        "--folder",
        str(tmp_path / "tools"),
        "--parts",
        "speed",
    ]
    command += ["--tools", "requests", "--links", "40", "--latencies", "0", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    titles = re.findall(r"^### (.*)$", done.stdout, re.MULTILINE)
    assert titles == ["40 links, 0 ms, plain", "40 links, 0 ms, TLS"]
    rows = re.findall(r"^\| requests, 64 threads \|(.*)$", done.stdout, re.MULTILINE)
    assert [row.split(" | ")[4] for row in rows] == ["40", "40"]
