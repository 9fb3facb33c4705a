"""``feedpub verify`` on real servers of our own: right ones without a finding, and each fault found alone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest

from feedpub.core.format_registry import FORMATS
from feedpub.delivery.verify.client import PublicClient
from feedpub.delivery.verify.feed_findings import SiteTerms, feed_findings
from feedpub.delivery.verify.model import ExpectedFeed, FeedRequest, Purpose, VerifiedFeed
from feedpub.delivery.verify.sample_findings import sample_findings
from feedpub.delivery.verify.site_findings import linked_feeds, robots_findings
from support.asking import running
from support.links.hostile import Hostile, settings_with
from support.ports import closed_port
from support.public_site import PublicSite, Reply, config_for, public, rules_of
from support.site import SiteFolder

pytestmark = pytest.mark.slow

NAMES = ("rss.xml", "atom.xml", "feed.json")
SAMPLE = {f"{folder}{name}" for folder in ("", "topics/ai/") for name in NAMES}
FEEDS = SAMPLE | {f"topics/old/{name}" for name in NAMES}
CHALLENGE = b"<!DOCTYPE html><html><title>Just a moment...</title></html>"


@pytest.fixture
def full(site: SiteFolder) -> SiteFolder:
    return filled(site)


def filled(site: SiteFolder) -> SiteFolder:
    """Add articles to ``site``, which then has a feed that has lost its only one."""
    for number in range(4):
        site.add(f"a{number}", "Much to compress. " * 40, topics=["AI"])
    site.add("old", topics=["Old"])
    site.build()
    site.add("old", topics=["AI"])
    return site


@pytest.fixture
def served(full: SiteFolder) -> Iterator[PublicSite]:
    with public(full) as server:
        yield server


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicSite]:
    """A site that no test changes, with a copy of a feed at another path."""
    site = filled(SiteFolder(tmp_path_factory.mktemp("unchanged") / "site"))
    with public(site) as server:
        again = site.output / "again"
        again.mkdir()
        (again / "rss.xml").write_bytes((site.output / "rss.xml").read_bytes())
        yield server


def test_a_site_that_is_served_right_has_no_finding(served: PublicSite) -> None:
    done = served.site.run("verify")
    assert (done.returncode, done.stdout, done.stderr) == (0, "9 feed URLs verified: no findings\n", "")
    # Five readers ask for two feeds in each of three formats.
    readers = ("Feedly/", "Inoreader/", "NetNewsWire ", "Miniflux/", "Feedbin ")
    assert [sum(name in agent for agent in served.agents) for name in readers] == [6] * 5
    assert served.site.run("verify", "-q").stdout == ""


def test_feedpub_serve_has_no_finding(full: SiteFolder) -> None:
    full.configure(
        "check: {delay: 0}\n",
        base="site: {title: A, base_url: 'https://news.example.org/news/'}\ncontent: {path: content}\n",
    )
    full.build()
    with running(full) as (_, asked, _line):
        url = f"http://127.0.0.1:{asked.port}/news"
        assert rules_of(full, url) == (0, {})


def only(*paths: str) -> Callable[[Reply], bool]:
    return lambda reply: reply.path in paths and reply.status in (200, 304)


def header(name: str, value: str | None) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.headers.pop(name, None)
        if value is not None:
            reply.headers[name] = value

    return change


def send(status: int, body: bytes = b"", content_type: str = "text/html") -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status, reply.body, reply.headers = status, body, {"Content-Type": content_type}

    return change


def redirect(location: str) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status, reply.body, reply.headers = 302, b"", {"Location": location}

    return change


def edit(old: bytes, new: bytes) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.body = reply.body.replace(old, new)

    return change


def no_validators(reply: Reply) -> None:
    del reply.headers["ETag"], reply.headers["Last-Modified"]


def always_whole(reply: Reply) -> None:
    reply.status = 200
    reply.headers["ETag"] = f'"{time.monotonic_ns()}"'


def cut(reply: Reply) -> None:
    reply.body = reply.body[:500]


def packed_as_br(reply: Reply) -> None:
    reply.headers["Content-Encoding"], reply.body = "br", brotli.compress(reply.body, quality=1)


ONE = only("rss.xml")
FAULTS: dict[str, tuple[Callable[[Reply], bool], Callable[[Reply], None], int, dict[str, set[str]]]] = {
    "wrong type": (ONE, header("Content-Type", "text/plain"), 1, {"media-type": {"rss.xml"}}),
    "generic type": (ONE, header("Content-Type", "text/xml"), 0, {"media-type": {"rss.xml"}}),
    "no type": (ONE, header("Content-Type", None), 1, {"media-type": {"rss.xml"}}),
    "charset": (
        ONE,
        header("Content-Type", "application/rss+xml; charset=iso-8859-1"),
        1,
        {"media-type": {"rss.xml"}},
    ),
    "no validators": (ONE, no_validators, 0, {"validators": {"rss.xml"}}),
    "week": (ONE, header("Cache-Control", "max-age=604800"), 1, {"caching": {"rss.xml"}}),
    "truncated": (ONE, cut, 1, {"truncated": {"rss.xml"}}),
    "self link": (ONE, edit(b"rss.xml", b"feed.xml"), 1, {"self-link": {"rss.xml"}}),
    "other bytes": (ONE, edit(b"Much", b"Mush"), 1, {"different": {"rss.xml"}}),
    "not compressed": (ONE, header("Content-Encoding", "identity"), 0, {"compression": {"rss.xml"}}),
    "br": (ONE, packed_as_br, 0, {}),
    "gone": (only("topics/old/atom.xml"), send(404), 1, {"not-found": {"topics/old/atom.xml"}}),
    "forbidden": (ONE, send(403, b"no", "text/plain"), 1, {"refused": {"rss.xml"}}),
    "challenge": (ONE, send(503, CHALLENGE), 1, {"challenge": {"rss.xml"}}),
    "page": (ONE, send(200, CHALLENGE), 1, {"challenge": {"rss.xml"}}),
    "loop": (ONE, redirect("/rss.xml"), 1, {"redirect-loop": {"rss.xml"}}),
    "moved": (ONE, redirect("/again/rss.xml"), 0, {"redirect": {"rss.xml"}}),
    "no HEAD": (lambda reply: ONE(reply) and reply.method == "HEAD", send(405), 0, {"head": {"rss.xml"}}),
    "no 304": (ONE, always_whole, 0, {"not-modified": {"rss.xml"}}),
    "Feedly": (lambda reply: "Feedly" in reply.agent, send(403), 1, {"reader": SAMPLE}),
    "Feedbin": (lambda reply: "Feedbin" in reply.agent, send(200, CHALLENGE), 1, {"reader": SAMPLE}),
    "no page": (only(""), send(404), 0, {"page": {""}}),
    "dead link": (
        only(""),
        edit(b"</head>", b'<link rel="alternate" type="application/rss+xml" href="/dead.xml"></head>'),
        1,
        {"discovery": {""}},
    ),
    "dead outline": (
        only("feeds.opml"),
        edit(b"</body>", b'<outline type="rss" xmlUrl="topics/dead/rss.xml"/></body>'),
        1,
        {"discovery": {"feeds.opml"}},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_alone(name: str, unchanged: PublicSite) -> None:
    is_meant, change, status, found = FAULTS[name]
    seen: list[str] = []

    def fault(reply: Reply) -> None:
        if is_meant(reply):
            seen.append(reply.path)
            change(reply)

    unchanged.fault = fault
    assert rules_of(unchanged.site) == (status, found)
    assert seen


@pytest.mark.parametrize(("age", "status"), [(0, 0), (7200, 1)], ids=["just built", "for longer than site.ttl"])
def test_an_older_version_hurts_readers_once_caches_may_not_have_it(
    age: float, status: int, served: PublicSite
) -> None:
    old = (served.site.output / "rss.xml").read_bytes()
    served.site.add("new", publishedDateTime="2024-06-01T00:00:00Z")
    served.site.build()
    written = time.time() - age
    os.utime(served.site.output / "rss.xml", (written, written))

    def fault(reply: Reply) -> None:
        if ONE(reply) and reply.status == 200:
            reply.body = old

    served.fault = fault
    assert rules_of(served.site) == (status, {"stale": {"rss.xml"}})


def test_a_newer_version_is_told(served: PublicSite) -> None:
    old = {name: (served.site.output / name).read_bytes() for name in NAMES}
    served.site.add("new", publishedDateTime="2024-06-01T00:00:00Z")
    served.site.build()
    new = {name: (served.site.output / name).read_bytes() for name in NAMES}
    (served.site.content / "new.md").unlink()
    served.site.build()
    assert {name: (served.site.output / name).read_bytes() for name in NAMES} == old

    def fault(reply: Reply) -> None:
        if only(*NAMES)(reply) and reply.status == 200:
            reply.body = new[reply.path]

    served.fault = fault
    assert rules_of(served.site) == (0, {"newer": set(NAMES)})


def test_without_the_files_of_output_digests_are_compared(served: PublicSite) -> None:
    (served.site.output / "rss.xml").rename(served.site.root / "moved.xml")
    served.fault = send(200, (served.site.root / "moved.xml").read_bytes(), "application/rss+xml")
    found = rules_of(served.site)[1]
    assert found["self-link"] | found["different"] == FEEDS - {"rss.xml"}


def test_the_hub_is_asked_and_has_to_be_named(full: SiteFolder) -> None:
    hub = f"http://127.0.0.1:{closed_port()}/"
    with public(full) as served:
        url = served.base_url
        served.site.configure(f"hub: {url}hub\n", base=config_for(url))
        found = rules_of(served.site)
        assert found == (0, {"hub-link": FEEDS, "hub": {"hub"}})
        served.site.build()
        served.fault = lambda reply: send(202)(reply) if reply.path == "hub" else None
        assert rules_of(served.site) == (0, {})
        served.site.configure(f"hub: {hub}\n", base=config_for(url))
        served.site.build()
        assert rules_of(served.site) == (0, {"hub": {""}})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("User-agent: *\nDisallow: /\n", FEEDS),
        ("User-agent: Feedbin\nDisallow: /topics/\n", {path for path in FEEDS if path.startswith("topics/")}),
        ("User-agent: GPTBot\nDisallow: /\n", set()),
        ("User-agent: *\nDisallow: /\nAllow: /*.xml$\nAllow: /*.json$\n", set()),
    ],
    ids=["all", "one reader", "another robot", "feeds allowed"],
)
def test_robots_txt_does_not_forbid_readers(text: str, found: set[str], unchanged: PublicSite) -> None:
    unchanged.fault = lambda reply: (
        send(200, text.encode(), "text/plain")(reply) if reply.path == "robots.txt" else None
    )
    assert rules_of(unchanged.site) == (0, {"robots": found} if found else {})


def test_a_site_that_is_down_hurts_readers(full: SiteFolder) -> None:
    url = f"http://127.0.0.1:{closed_port()}/"
    full.configure(base=config_for(url))
    full.build()
    done = full.run("verify")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{url}atom.xml: error: cannot be fetched: ")
    assert done.stdout.endswith("9 feed URLs verified: 9 errors\n")


def nowhere(_host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize("known", [True, False])
def test_a_host_that_does_not_resolve_is_told_from_a_missing_network(
    *, known: bool, full: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str) -> list[str]:
        return ["93.184.215.14"] if known and host == "one.test" else nowhere(host)

    monkeypatch.setattr(
        "feedpub.delivery.verify.verification.PublicClient",
        lambda *args: PublicClient(*args, resolve=resolve),
    )
    full.configure(base=config_for("https://news.test/"))
    full.build()
    done = full.run("verify")
    if known:
        assert done.returncode == 1
        assert done.stdout.startswith("https://news.test/atom.xml: error: cannot be fetched: the name does not exist")
    else:
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr == "feedpub: no network: no host could be resolved or reached; nothing was verified\n"


def test_redirects_to_private_addresses_are_not_followed(unchanged: PublicSite) -> None:
    unchanged.fault = lambda reply: redirect("http://127.0.0.2:1/rss.xml")(reply) if ONE(reply) else None
    assert rules_of(unchanged.site) == (1, {"unreachable": {"rss.xml"}})


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("ftp://news.example.org/",), "feedpub: URL: "),
        (("news.example.org",), "feedpub: URL: "),
        (("https://news.example.org/?a=b",), "feedpub: URL: https://news.example.org/?a=b: a base URL has neither "),
        (("https://a.example/", "https://b.example/"), "feedpub: got unexpected extra argument "),
        (("--format", "xml"), "feedpub: invalid value for '--format': "),
    ],
)
def test_a_url_that_cannot_be_used_is_told_in_one_line(args: tuple[str, ...], message: str, full: SiteFolder) -> None:
    done = full.run("verify", *args)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(message)


def test_nothing_is_verified_where_nothing_was_published(site: SiteFolder) -> None:
    done = site.run("verify")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"feedpub: {site.output}: nothing was published there; run feedpub build\n"
    site.state.mkdir(exist_ok=True)
    (site.state / "published.json").write_text("{")
    done = site.run("verify")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "is damaged or from another version" in done.stderr


def test_every_format_says_the_same(unchanged: PublicSite) -> None:
    unchanged.fault = lambda reply: send(404)(reply) if ONE(reply) else None
    texts = {
        name: unchanged.site.run("verify", "--format", name) for name in ("text", "json", "junit", "github", "sarif")
    }
    assert {done.returncode for done in texts.values()} == {1}
    assert {done.stderr for done in texts.values()} == {""}
    assert all("not-found" in done.stdout for done in texts.values())
    assert len(json.loads(texts["json"].stdout)["feeds"]) == 9
    assert unchanged.site.run("verify", "-q").stdout.count("error") == 1
    assert len(unchanged.site.run("verify", "-v").stdout.splitlines()) > 9


def test_an_error_of_the_server_alone_does_not_count_against_a_reader(served: PublicSite) -> None:
    failed: list[str] = []

    def fault(reply: Reply) -> None:
        if "Miniflux" in reply.agent and reply.path not in failed:
            failed.append(reply.path)
            reply.status, reply.body = 502, b"once"

    served.fault = fault
    assert rules_of(served.site) == (0, {})
    assert set(failed) == SAMPLE


def test_a_rate_limit_hurts_those_who_meet_it(full: SiteFolder) -> None:
    with public(full) as served:
        # A limit of more than a minute ends the requests.
        def fault(reply: Reply) -> None:
            if reply.path == "topics/old/rss.xml":
                reply.status, reply.headers["Retry-After"] = 429, "3600"

        served.fault = fault
        full.configure(base=config_for(served.base_url).replace('"per_host": 8', '"per_host": 1'))
        status, found = rules_of(full)
        assert status == 1
        assert "topics/old/rss.xml" in found["rate-limit"]
        assert found.keys() == {"rate-limit"}


def test_a_record_that_cannot_be_read_is_told_in_one_line(site: SiteFolder) -> None:
    (site.state / "published.json").mkdir(parents=True)
    done = site.run("verify")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert "published.json: cannot be read: " in done.stderr


def test_ctrl_c_ends_it_with_what_was_found(full: SiteFolder) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def fault(reply: Reply) -> None:
        if reply.path.startswith("topics/"):
            asked.set()
            go_on.wait(60)

    with public(full) as served:
        served.fault = fault
        process = subprocess.Popen(
            [sys.executable, "-m", "feedpub", "verify"],
            cwd=full.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        go_on.set()
    assert (process.returncode, err) == (130, "feedpub: interrupted; every published file is whole\n")
    assert "verified: no findings" in out


HOSTILE = [
    *("ok", "missing", "loop/a", "redirects/3", "to/302/687474703a2f2f", "to/301/2fff00", "status/304", "status/206"),
    *("page/200/3c726464", "page/200/1f8b0800?Content-Encoding=gzip", "page/200/41?Content-Type=%ff%fe"),
    *("page/200/41?Content-Encoding=br", "page/200/41?Cache-Control=max-age%3D%22", "page/429/41?Retry-After=x"),
    *("page/200/41?Last-Modified=Mon,+00+Foo", "page/200/41?Age=99999999999999999999", "status/999", "status/600"),
]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_no_response_makes_it_raise(purpose: Purpose, tmp_path: Path) -> None:
    (tmp_path / "rss.xml").write_bytes(b"<rss/>")
    info = FORMATS["rss"]
    with Hostile() as server, contextlib.closing(PublicClient(settings_with(), tmp_path, ["127.0.0.1"])) as client:
        for path in HOSTILE:
            url = server.url(f"/{path}")
            feed = ExpectedFeed(path="rss.xml", url=url, canonical_url=url, format=info, digest="")
            request = FeedRequest(url=url, purpose=purpose, feed=feed, reader="Feedly")
            answer = client(request, keep_alive=True)
            findings = feed_findings(feed, answer, SiteTerms(ttl=60, hub="https://hub.example/"))
            assert all(finding.message.isprintable() for finding in findings)
            verified = VerifiedFeed(feed=feed, answer=answer)
            list(sample_findings([verified], [(request, answer)]))
            linked_feeds(url, answer)
            list(robots_findings(answer, [feed]))
