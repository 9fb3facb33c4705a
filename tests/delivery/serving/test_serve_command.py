"""``feedpub serve``: the command itself."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from support.asking import running
from support.site import SiteFolder

pytestmark = pytest.mark.slow

BELOW = "site: {title: A, base_url: 'https://news.example.org/news/'}\ncontent: {path: content}\n"


def serve(site: SiteFolder, *args: str) -> subprocess.CompletedProcess[str]:
    return site.run("serve", *args)


def test_it_says_where_and_serves_what_was_built(site: SiteFolder) -> None:
    site.configure(base=BELOW)
    site.add("a", "Much to compress. " * 20, topics=["AI"])
    site.build()
    with running(site) as (process, asked, line):
        assert line == f"http://127.0.0.1:{asked.port}/news/"
        for name, body in site.files().items():
            assert asked.ask(f"/news/{name}").body == body
        assert asked.ask("/").headers["Location"] == "/news/"
        process.terminate()
        assert process.wait(30) == 0
        assert process.stderr
        assert process.stderr.read() == ""


def test_feeds_in_any_script_are_answered_at_their_own_urls(site: SiteFolder) -> None:
    site.configure("hub: https://hub.example.net/\n", base=BELOW)
    site.add("a", topics=["机器学习", "Größe", "עברית", "नमस्ते"])
    site.build()
    with running(site) as (_, asked, _line):
        for name in ("机器学习", "grösse", "עברית", "नमस्ते"):
            path = f"/news/topics/{quote(name)}/"
            for file in ("rss.xml", "atom.xml", "feed.json"):
                answer = asked.ask(path + file)
                assert (answer.status, answer.body) == (200, (site.output / "topics" / name / file).read_bytes())
                assert answer.headers["Link"].endswith(f'<https://news.example.org{path}{file}>; rel="self"')
            assert asked.ask(path).body == (site.output / "topics" / name / "index.html").read_bytes()
            assert urlsplit(asked.ask(path[:-1]).headers["Location"]).path == path


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
@pytest.mark.parametrize("args", [[], ["--watch"]])
def test_a_signal_ends_it(site: SiteFolder, number: signal.Signals, status: int, args: list[str]) -> None:
    site.add()
    site.build()
    with running(site, *args) as (process, asked, _):
        # A client that keeps its connection open.
        with socket.create_connection(("127.0.0.1", asked.port), 20) as one:
            one.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert one.recv(100)
            process.send_signal(number)
            assert process.wait(30) == status
        assert process.stderr
        assert "Traceback" not in process.stderr.read()


def test_requests_are_told_with_v(site: SiteFolder) -> None:
    site.add()
    site.build()
    with running(site, "-v") as (process, asked, _):
        asked.ask("/rss.xml")
        asked.ask("/nothing%1b%0d%0a")
        asked.ask("/.feedpub/revision")
        process.terminate()
        process.wait(30)
        assert process.stderr
        told = process.stderr.read().splitlines()
    assert len(told) == 2
    assert told[0].endswith('"GET /rss.xml HTTP/1.1" 200')
    assert told[1].endswith('HTTP/1.1" 404')
    assert "".join(told).isprintable()


def test_a_port_that_is_taken_exits_4(site: SiteFolder) -> None:
    site.add()
    site.build()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        done = serve(site, "--port", str(port))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"feedpub: port {port} is taken; --port 0 finds one that is free\n"


def test_without_an_output_folder_it_says_what_makes_one(site: SiteFolder) -> None:
    done = serve(site)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"feedpub: {site.output}: there is no such folder; run 'feedpub build' first\n"


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--port", "65536"], "--port"),
        (["--port", "http"], "--port"),
        (["--host", "no.such.host.invalid"], "no such host"),
        (["--host", "192.0.2.1"], "does not have that address"),
        (["--host", ""], "--host"),
        (["--host", "a b"], "no such host"),
        (["-c", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_what_cannot_be_used_exits_2_with_one_line(site: SiteFolder, args: list[str], word: str) -> None:
    site.add()
    site.build()
    done = serve(site, *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert word in done.stderr


def test_a_folder_that_is_not_for_readers_is_refused(site: SiteFolder) -> None:
    site.configure("output: {path: .}\n")
    done = serve(site)
    assert done.returncode == 2
    assert "would serve" in done.stderr


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "watchfiles"])
def test_without_the_extra_it_says_what_to_install(site: SiteFolder, tmp_path: Path, module: str) -> None:
    site.add()
    site.build()
    (tmp_path / "hide.py").write_text(
        "import sys\n"
        "class Hidden:\n"
        f"    def find_spec(self, name, *_):\n        if name == {module!r}: raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "from feedpub.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, tmp_path / "hide.py", "serve"], cwd=site.root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"feedpub: serve needs {module}: pip install 'feedpub[serve]'\n"


@pytest.mark.parametrize("host", ["localhost", "::1", "0.0.0.0"])
def test_another_host(site: SiteFolder, host: str) -> None:
    if host == "::1":
        try:
            with socket.socket(socket.AF_INET6) as one:
                one.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
    site.add()
    site.build()
    with running(site, "--host", host) as (_, asked, line):
        name = {"::1": "[::1]", "0.0.0.0": "localhost"}.get(host, host)
        assert line == f"http://{name}:{asked.port}/"
        address = host if host == "::1" else "127.0.0.1"
        # Whoever is to be reached from elsewhere has any name there.
        status = {"0.0.0.0": b"200"}.get(host, b"400")
        with socket.create_connection((address, asked.port), 20) as one:
            one.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
            assert one.recv(100).startswith(b"HTTP/1.1 " + status)
