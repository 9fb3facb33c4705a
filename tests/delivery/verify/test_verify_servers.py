"""``feedpub verify`` on nginx, Apache and Caddy: as ``feedpub hosting`` configures them, and nginx with each fault.

The servers are the programs themselves. A fault is an edit of nginx's configuration, or of the copy of ``output/`` that
it serves, and is found alone.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from support.ports import free_port
from support.public_site import config_for, rules_of
from support.site import SiteFolder
from support.web_servers import PROGRAMS, nginx, printed_for, started, with_sbin

pytestmark = pytest.mark.campaign

__all__ = ["with_sbin"]

RSS = {"rss.xml", "topics/ai/rss.xml", "topics/old/rss.xml"}
SAMPLE = {f"{folder}{name}" for folder in ("", "topics/ai/") for name in ("rss.xml", "atom.xml", "feed.json")}
FEEDS = SAMPLE | {f"topics/old/{name}" for name in ("rss.xml", "atom.xml", "feed.json")}
# Those that are not so small that a server would not compress them.
LARGE = FEEDS - {f"topics/old/{name}" for name in ("rss.xml", "atom.xml", "feed.json")}
CHALLENGE = "<!DOCTYPE html><html><title>Just a moment...</title></html>"


def needs(kind: str) -> None:
    program = {"apache": "apache2"}.get(kind, kind)
    if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip(f"{program} is not installed")


def fill(site: SiteFolder) -> None:
    """Add articles to ``site``, which has a feed that has lost its only one."""
    for number in range(10):
        site.add(f"a{number}", "Much to compress. " * 40, topics=["AI"])
    site.add("old", topics=["Old"])
    site.build()
    site.add("old", topics=["AI"])
    site.build()
    # Caches may have had everything that is older than site.ttl.
    written = time.time() - 86400
    for file in site.output.rglob("*"):
        os.utime(file, (written, written))


@pytest.fixture(params=["/", "/news/"])
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("kind", list(PROGRAMS))
@pytest.mark.parametrize("more", ["", "output: {precompress: [gzip]}\n"], ids=["on the way", "precompressed"])
def test_a_server_as_feedpub_configures_it_has_no_finding(
    kind: str, more: str, path: str, site: SiteFolder, tmp_path: Path
) -> None:
    needs(kind)
    port = free_port()
    site.configure(more, base=config_for(f"http://127.0.0.1:{port}{path}"))
    site.add("any", topics=["机器学习", "Größe & Co", "נושא"])
    fill(site)
    folder = tmp_path / "server"
    folder.mkdir()
    with started(PROGRAMS[kind](printed_for(kind, site), port, folder), port, folder):
        done = site.run("verify", "-v")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert done.stdout.endswith("18 feed URLs verified: no findings\n"), done.stdout
        assert done.stdout.count("gzip") >= len(LARGE)


Edit = Callable[[str], str]


@contextmanager
def faulty(site: SiteFolder, folder: Path, edit: Edit, certificate: trustme.LeafCert | None = None) -> Iterator[Path]:
    """Serve a copy of the output of ``site`` by nginx with an edited configuration; give the folder of the copy."""
    port = free_port()
    site.configure(base=config_for(f"http{'s' if certificate else ''}://127.0.0.1:{port}/"))
    fill(site)
    printed = printed_for("nginx", site)
    if certificate:
        printed = re.sub(r"^#.*\n", "", printed, flags=re.MULTILINE)
        printed = printed.replace("listen 80;", f"listen {port};").replace("[::]:80;", f"[::]:{port};")
    folder.mkdir()
    public = folder / "public"
    shutil.copytree(site.output, public)
    command = nginx(printed, port, folder)
    file = folder / "nginx.conf"
    text = file.read_text().replace(str(site.output), str(public))
    if certificate:
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "cert.pem")
        with_tls = (
            f"listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/cert.pem;"
        )
        text = text.replace(f"listen 127.0.0.1:{port};", with_tls)
    edited = edit(text)
    file.write_text(edited)
    with started(command, port, folder):
        yield public


def as_it_is(text: str) -> str:
    return text


def in_rss(directives: str) -> Edit:
    """Add ``directives`` where RSS is sent."""
    return lambda text: text.replace(
        "default_type application/rss+xml;", f"default_type application/rss+xml; {directives}"
    )


def in_server(directives: str) -> Edit:
    return lambda text: re.sub(r"(server_name [^\n]*\n)", lambda match: f"{match[1]}{directives}\n", text)


def challenge(status: int, agents: str) -> Edit:
    page = f"default_type text/html; add_header Cache-Control no-store; return {status} '{CHALLENGE}';"
    return in_server(
        f"if ($http_user_agent ~ '{agents}') {{ rewrite ^ /challenge last; }} location = /challenge {{ {page} }}"
    )


CONFIGURED: dict[str, tuple[Edit, int, dict[str, set[str]]]] = {
    "nothing": (as_it_is, 0, {}),
    "wrong type": (
        lambda text: text.replace("default_type application/rss+xml;", "default_type text/html;"),
        1,
        {"media-type": RSS},
    ),
    "no ETag": (in_rss('etag off; add_header Last-Modified "";'), 0, {"validators": RSS}),
    "caching": (lambda text: text.replace("max-age=300", "max-age=604800"), 1, {"caching": FEEDS}),
    "403 for a reader": (in_server("if ($http_user_agent ~ Feedly) { return 403; }"), 1, {"reader": SAMPLE}),
    "503 for two readers": (challenge(503, "Miniflux|Inoreader"), 1, {"reader": SAMPLE}),
    "challenge for a reader": (challenge(200, "NetNewsWire"), 1, {"reader": SAMPLE}),
    "challenge for all": (challenge(403, "."), 1, {"challenge": FEEDS}),
    "redirect loop": (
        in_server("location = /rss.xml { return 302 /rss2.xml; } location = /rss2.xml { return 302 /rss.xml; }"),
        1,
        {"redirect-loop": {"rss.xml"}},
    ),
    "no gzip": (lambda text: text.replace("gzip on;", "gzip off;"), 0, {"compression": LARGE}),
}


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_fault_of_nginx_is_found_alone(name: str, site: SiteFolder, tmp_path: Path) -> None:
    needs("nginx")
    edit, status, found = CONFIGURED[name]
    with faulty(site, tmp_path / "server", edit):
        assert rules_of(site) == (status, found)


def test_a_stale_copy_is_found_alone(site: SiteFolder, tmp_path: Path) -> None:
    needs("nginx")
    with faulty(site, tmp_path / "server", as_it_is) as public:
        before = {
            file.relative_to(public).as_posix(): file.read_bytes() for file in public.rglob("*.*") if file.is_file()
        }
        site.add("a1", "Changed. " * 50, topics=["AI"], updatedDateTime="2024-07-01T00:00:00Z")
        site.build()
        shutil.copytree(site.output, public, dirs_exist_ok=True)
        (public / "rss.xml").write_bytes(before["rss.xml"])
        # At first, a cache may have it.
        assert rules_of(site) == (0, {"stale": {"rss.xml"}})
        written = time.time() - 86400
        os.utime(site.output / "rss.xml", (written, written))
        assert rules_of(site) == (1, {"stale": {"rss.xml"}})


def test_a_truncated_file_is_found_alone(site: SiteFolder, tmp_path: Path) -> None:
    needs("nginx")
    with faulty(site, tmp_path / "server", as_it_is) as public:
        feed = public / "topics" / "ai" / "atom.xml"
        feed.write_bytes(feed.read_bytes()[: feed.stat().st_size // 2])
        assert rules_of(site) == (1, {"truncated": {"topics/ai/atom.xml"}})


def test_an_old_feed_that_is_gone_is_found_alone(site: SiteFolder, tmp_path: Path) -> None:
    needs("nginx")
    with faulty(site, tmp_path / "server", as_it_is) as public:
        shutil.rmtree(public / "topics" / "old")
        assert rules_of(site) == (1, {"not-found": FEEDS - SAMPLE})


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return ca


def test_http_in_a_self_link_is_found_alone(authority: trustme.CA, site: SiteFolder, tmp_path: Path) -> None:
    needs("nginx")
    with faulty(site, tmp_path / "server", as_it_is, authority.issue_cert("127.0.0.1")) as public:
        assert rules_of(site) == (0, {})
        feed = public / "rss.xml"
        whole = feed.read_bytes()
        changed = re.sub(rb'https(://[^"]*/rss\.xml" rel="self")', rb"http\1", whole)
        assert changed != whole
        feed.write_bytes(changed)
        assert rules_of(site) == (1, {"self-link": {"rss.xml"}})


YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.mark.parametrize("fault", ["expired", "wrong name", "chain"])
def test_a_bad_certificate_is_found_alone(fault: str, authority: trustme.CA, site: SiteFolder, tmp_path: Path) -> None:
    needs("nginx")
    certificate = {
        "expired": lambda: authority.issue_cert(
            "127.0.0.1", not_before=YESTERDAY - timedelta(days=1), not_after=YESTERDAY
        ),
        "wrong name": lambda: authority.issue_cert("other.example"),
        "chain": lambda: trustme.CA().issue_cert("127.0.0.1"),
    }[fault]()
    with faulty(site, tmp_path / "server", as_it_is, certificate):
        told = site.run("verify").stdout
        assert rules_of(site) == (1, {"tls": FEEDS})
        words = {"expired": "certificate has expired", "wrong name": "mismatch", "chain": "authority is not known"}
        assert words[fault] in told
        assert told.count("error:") == 1
