"""The purge after a deploy: exactly the changed URLs, kept until it succeeds; and the documented scripts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from feedpub.delivery.deploy.purge import urls_of
from support.documents import ROOT
from support.site import SiteFolder
from support.websub import StubHub, stub_hub

pytestmark = pytest.mark.slow

BASE = "https://news.example.org/"
SCRIPTS = ROOT / "docs" / "purge"


def configure(site: SiteFolder, command: str, more: str = "") -> None:
    site.configure(f"{more}deploy:\n  here: {{url: 'file:public', purge: {{command: {command}}}}}\n")


@pytest.fixture
def built(site: SiteFolder) -> SiteFolder:
    """A site that is deployed, with a purge that notes its URLs in the file purged."""
    site.configure("deploy:\n  here: {url: 'file:public'}\n")
    site.add("a", topics=["A"])
    site.add("b", topics=["B"])
    site.build()
    site.run("deploy")
    configure(site, "[tee, purged]")
    site.add("a", title="Another title", topics=["A"])
    (site.content / "b.md").unlink()
    return site


def purged(site: SiteFolder) -> list[str]:
    return (site.root / "purged").read_text().splitlines()


def test_the_url_of_a_page_is_also_that_of_its_folder() -> None:
    assert urls_of(["rss.xml", "index.html", "topics/机器/index.html"], BASE) == (
        BASE,
        f"{BASE}index.html",
        f"{BASE}rss.xml",
        f"{BASE}topics/%E6%9C%BA%E5%99%A8/",
        f"{BASE}topics/%E6%9C%BA%E5%99%A8/index.html",
    )


def test_exactly_the_changed_urls_are_purged(built: SiteFolder) -> None:
    before = built.files()
    built.build("--prune")
    after = built.files()
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    assert "topics/b/rss.xml" in changed
    assert "feedpub.css" not in changed
    done = built.run("deploy")
    urls = urls_of(changed, BASE)
    assert (done.returncode, done.stderr) == (0, "")
    assert f", {len(urls)} URLs purged in " in done.stdout
    assert purged(built) == list(urls)
    (built.root / "purged").unlink()
    quiet = built.run("deploy")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert not (built.root / "purged").exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("[sh, -c, 'echo first >&2; echo not today >&2; exit 3']", "sh exited with 3: not today"),
        ("['false']", "false exited with 1"),
        ("[./not-there]", "not-there cannot be run: no such file or directory"),
    ],
)
def test_a_purge_that_fails_is_repeated(built: SiteFolder, command: str, reason: str) -> None:
    built.build("--prune")
    configure(built, command)
    done = built.run("deploy")
    assert done.returncode == 1
    assert done.stderr.endswith(f" URLs could not be purged: {reason}; the next deploy repeats it\n")
    again = built.run("deploy")
    assert (again.returncode, again.stdout, again.stderr) == (1, "", done.stderr)
    configure(built, "[tee, purged]")
    built.add("c", topics=["C"])
    built.build()
    assert built.run("deploy").returncode == 0
    assert {f"{BASE}topics/b/rss.xml", f"{BASE}topics/c/rss.xml"} <= set(purged(built))
    (built.root / "purged").unlink()
    built.run("deploy")
    assert not (built.root / "purged").exists()


def test_a_purge_that_a_kill_prevented_is_done_by_the_next_deploy(built: SiteFolder) -> None:
    built.build("--prune")
    configure(built, "[sh, -c, 'kill -9 $PPID']")
    assert built.run_process("deploy").returncode == -9
    configure(built, "[tee, purged]")
    done = built.run("deploy")
    assert done.returncode == 0
    assert f"{BASE}topics/b/rss.xml" in purged(built)


def test_a_url_that_changes_again_during_its_purge_stays_to_be_purged(built: SiteFolder) -> None:
    built.build("--prune")
    python = f"{sys.executable} -m feedpub"
    nested = f"cat >purged; test -e nested && exit 3; touch nested; {python} build --deploy here; exit 0"
    (built.root / "purge.sh").write_text(f"mv later.md content/a.md\n{nested}\n")
    configure(built, "[sh, purge.sh]")
    article = built.add("a", title="A third title", topics=["A"])
    article.rename(built.root / "later.md")
    built.add("a", title="Another title", topics=["A"])
    done = built.run_process("deploy")
    assert done.returncode == 0, done.stderr
    (built.root / "purged").unlink()
    configure(built, "[tee, purged]")
    assert built.run("deploy").returncode == 0
    assert f"{BASE}topics/a/rss.xml" in purged(built)
    assert f"{BASE}topics/b/rss.xml" not in purged(built)


def test_the_hub_is_told_only_after_the_upload_and_the_purge(built: SiteFolder) -> None:
    with stub_hub() as hub:
        configure(built, "[tee, purged]", f"hub: {hub.url()}\n")
        built.build()
        built.run("deploy")
        built.run("ping")
        built.add("a", title="A third title", topics=["A"])
        configure(built, "['false']", f"hub: {hub.url()}\n")
        assert built.run("build", "--deploy", "here", "--ping").returncode == 1
        assert hub.topics == []
        configure(built, "[tee, purged]", f"hub: {hub.url()}\n")
        shutil.rmtree(built.root / "public")
        (built.root / "public").write_text("a file")
        assert built.run("build", "--deploy", "here", "--ping").returncode == 4
        assert hub.topics == []
        (built.root / "public").unlink()
        seen = told_after(hub, built.root / "public" / "rss.xml")
        done = built.run("build", "--deploy", "here", "--ping")
        assert done.returncode == 0, done.stderr
        assert seen
        assert all(b"A third title" in data for data in seen)
        assert f"{BASE}rss.xml" in hub.topics


def told_after(hub: StubHub, feed: Path) -> list[bytes]:
    """Return a list that gets the bytes of ``feed`` at each notification."""
    seen: list[bytes] = []
    hub.behave = lambda asked: (seen.append(feed.read_bytes()), asked.answer(204))[1]  # type: ignore[func-returns-value]
    return seen


class Api(ThreadingHTTPServer):
    """The interface of a CDN on loopback: notes the requests, and answers with ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Purges)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.status = 200


class _Purges(BaseHTTPRequestHandler):
    server: Api

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def api() -> Iterator[Api]:
    server = Api()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run_script(name: str, urls: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    text = "".join(f"{url}\n" for url in urls)
    variables = os.environ | environment | {"no_proxy": "*"}
    return subprocess.run(
        ["sh", SCRIPTS / name], input=text, env=variables, capture_output=True, text=True, timeout=60, check=False
    )


URLS = [f"{BASE}topics/{number}/it's%20here/rss.xml" for number in range(65)]


def test_cloudflare_gets_all_urls_thirty_at_a_time() -> None:
    with api() as server:
        settings = {
            "CLOUDFLARE_ZONE": "zone1",
            "CLOUDFLARE_TOKEN": "token1",
            "CLOUDFLARE_API": f"http://127.0.0.1:{server.server_port}/client/v4",
        }
        done = run_script("cloudflare.sh", URLS, **settings)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert [json.loads(body)["files"] for *_, body in server.seen] == [URLS[:30], URLS[30:60], URLS[60:]]
        for method, path, headers, _ in server.seen:
            assert (method, path) == ("POST", "/client/v4/zones/zone1/purge_cache")
            assert headers["Authorization"] == "Bearer token1"
            assert headers["Content-Type"] == "application/json"
        server.status = 403
        refused = run_script("cloudflare.sh", URLS, **settings)
        assert refused.returncode != 0
        assert "403" in refused.stderr
        assert "token1" not in refused.stderr


def test_fastly_gets_each_url() -> None:
    with api() as server:
        settings = {"FASTLY_TOKEN": "token1", "FASTLY_API": f"http://127.0.0.1:{server.server_port}"}
        done = run_script("fastly.sh", URLS[:3], **settings)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        host = BASE.removeprefix("https://")
        assert [path for _, path, *_ in server.seen] == [f"/purge/{host}{url.removeprefix(BASE)}" for url in URLS[:3]]
        assert {headers["Fastly-Key"] for _, _, headers, _ in server.seen} == {"token1"}
        server.status = 500
        assert run_script("fastly.sh", URLS[:3], **settings).returncode != 0


def test_cloudfront_gets_the_paths(tmp_path: Path) -> None:
    # Amazon's command line is not here; this one prints its arguments.
    tool = tmp_path / "aws"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >>"$ARGUMENTS"\n')
    tool.chmod(0o755)
    settings = {
        "CLOUDFRONT_DISTRIBUTION": "E1",
        "ARGUMENTS": str(tmp_path / "arguments"),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }
    assert run_script("cloudfront.sh", URLS, **settings).returncode == 0
    words = (tmp_path / "arguments").read_text().splitlines()
    assert words[:5] == ["cloudfront", "create-invalidation", "--distribution-id", "E1", "--paths"]
    assert words[5:] == [f"/{url.removeprefix(BASE)}" for url in URLS]


def test_a_script_without_its_settings_says_which(tmp_path: Path) -> None:
    for name, variable in (
        ("cloudfront.sh", "CLOUDFRONT_DISTRIBUTION"),
        ("cloudflare.sh", "CLOUDFLARE_ZONE"),
        ("fastly.sh", "FASTLY_TOKEN"),
    ):
        done = run_script(name, URLS)
        assert done.returncode != 0
        assert f"{variable}: is not set" in done.stderr
