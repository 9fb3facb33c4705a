"""``feedpub check`` as a user runs it, against a server on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from feedpub import load_config
from feedpub.links.run.engine import StopFlag
from support.links.hostile import Hostile, authority
from support.links.hostile_answers import Exchange
from support.ports import closed_port
from support.site import SiteFolder

pytestmark = pytest.mark.slow

LOOPBACK = "check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0"


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile(addresses=4) as hostile:
        yield hostile


@pytest.fixture
def linked(site: SiteFolder) -> SiteFolder:
    """A site whose check is allowed to connect to loopback addresses."""
    site.configure(LOOPBACK + "}\n")
    return site


def report(site: SiteFolder, *args: str, status: int = 0) -> dict[str, Any]:
    done = site.run("check", "--format", "json", *args)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def verdicts(result: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(link["kind"], link["url"]): link["verdict"] for link in result["links"]}


def test_a_link_that_does_not_resolve_is_named_with_its_file_and_line(linked: SiteFolder, server: Hostile) -> None:
    linked.add("good", sourceUrl=server.url("/ok"))
    linked.add("bad", sourceUrl=server.url("/status/404"))
    done = linked.run("check")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"content/bad.md:4: broken: {server.url('/status/404')} (404 Not Found)"
    assert lines[-1] == "1 broken, 1 ok"


def test_a_site_whose_links_resolve_exits_0_and_is_quiet_when_asked(linked: SiteFolder, server: Hostile) -> None:
    linked.add(sourceUrl=server.url("/ok"))
    done = linked.run("check", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_redirect_to_nowhere_with_a_page_resolves_now_and_from_the_record(
    linked: SiteFolder, server: Hostile
) -> None:
    page, nothing = (server.url(f"/nowhere/308/{body.hex()}") for body in (b"<p>A story", b""))
    linked.add("page", sourceUrl=page)
    linked.add("nothing", sourceUrl=nothing)
    for _ in range(2):
        found = {url: verdict for (_, url), verdict in verdicts(report(linked, status=1)).items()}
        assert found == {page: "ok", nothing: "unreachable"}


def test_the_report_as_json_is_what_the_design_says(linked: SiteFolder, server: Hostile) -> None:
    url = server.url("/status/404")
    linked.add("b", sourceUrl=url, id="urn:b")
    linked.add("a", sourceUrl=url, id="urn:a")
    result = report(linked, status=1)
    (link,) = result["links"]
    elapsed = link.pop("elapsed_ms")
    assert isinstance(elapsed, int)
    assert 0 <= elapsed < 60_000
    assert link == {
        "url": url,
        "kind": "source",
        "verdict": "broken",
        "status": 404,
        "message": "404 Not Found",
        "final_url": None,
        "attempts": 1,
        "cached": False,
        "locations": [{"path": "content/a.md", "line": 4}, {"path": "content/b.md", "line": 4}],
    }
    assert result["summary"] == {
        **dict.fromkeys(("excluded", "invalid", "ok", "redirected", "blocked", "rate-limited", "unreachable"), 0),
        **dict.fromkeys(("gone", "suspect"), 0),
        "broken": 1,
    }


def test_each_url_is_fetched_once_whatever_the_number_of_articles_and_kinds(
    linked: SiteFolder, server: Hostile
) -> None:
    for number in range(5):
        linked.add(
            f"a{number}", sourceUrl=server.url("/ok#part"), id=f"urn:{number}", images=[{"url": server.url("/ok")}]
        )
    result = report(linked, "--kind", "source", "--kind", "image")
    assert len(result["links"]) == 2
    assert Counter(server.paths()) == {"/ok": 1}


def test_articles_that_are_not_published_are_checked_when_asked(linked: SiteFolder, server: Hostile) -> None:
    linked.add("draft", sourceUrl=server.url("/status/404"), draft=True)
    linked.add("embargoed", sourceUrl=server.url("/status/410"), publishedDateTime="2999-01-01")
    assert report(linked)["links"] == []
    assert len(report(linked, "--all", status=1)["links"]) == 2
    assert report(linked, "content/draft.md")["links"] == []


def test_kinds_are_those_of_the_configuration_or_of_the_command_line(linked: SiteFolder, server: Hostile) -> None:
    linked.add(
        sourceUrl=server.url("/ok"),
        images=[{"url": server.url("/status/200?a")}],
        enclosures=[{"url": server.url("/status/200?b")}],
        related=[{"sourceUrl": server.url("/status/200?c"), "title": "Other"}],
    )
    assert {link["kind"] for link in report(linked)["links"]} == {"source"}
    named = report(linked, *(f"--kind={kind}" for kind in ("image", "attachment", "related")))
    assert {link["kind"] for link in named["links"]} == {"image", "attachment", "related"}
    linked.configure(LOOPBACK + ", kinds: [image]}\n")
    assert {link["kind"] for link in report(linked)["links"]} == {"image"}


def test_what_was_checked_lately_is_not_asked_for_again(linked: SiteFolder, server: Hostile) -> None:
    linked.add("a", sourceUrl=server.url("/ok"))
    linked.add("b", sourceUrl=server.url("/status/404"))
    linked.add("c", sourceUrl=server.url("/resets"))
    first = report(linked, status=1)
    asked = Counter(server.paths())
    second = report(linked, status=1)
    assert verdicts(second) == verdicts(first)
    again = Counter(server.paths()) - asked
    assert set(again) == {"/resets"}
    assert {link["url"]: (link["cached"], link["attempts"]) for link in second["links"]} == {
        server.url("/ok"): (True, 0),
        server.url("/status/404"): (True, 0),
        server.url("/resets"): (False, 1),
    }
    report(linked, "--refresh", status=1)
    assert Counter(server.paths())["/ok"] == 2 * asked["/ok"]


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace, which tells what a check opens, is not installed")
def test_an_article_that_did_not_change_is_not_read_again(linked: SiteFolder, server: Hostile) -> None:
    linked.add("a", sourceUrl=server.url("/ok"))
    time.sleep(2.1)  # older than a clock's tick, or its times are not believed
    report(linked)
    command = ["strace", "-f", "-e", "trace=openat", "-o", "trace", sys.executable, "-m", "feedpub", "check"]
    done = subprocess.run(command, cwd=linked.root, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("tracing is not permitted here")
    assert done.stdout == "1 ok\n"
    assert "/content/a.md" not in (linked.root / "trace").read_text()


def test_a_changed_article_is_read_and_a_build_in_between_is_not_minded(linked: SiteFolder, server: Hostile) -> None:
    linked.add("a", sourceUrl=server.url("/ok"))
    linked.build()
    report(linked)
    linked.build()
    linked.add("a", sourceUrl=server.url("/status/404"), title="New")
    assert verdicts(report(linked, status=1)) == {("source", server.url("/status/404")): "broken"}
    linked.build()
    (linked.content / "a.md").unlink()
    assert report(linked)["links"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_check_that_is_stopped_goes_on_where_it_was(linked: SiteFolder, number: signal.Signals) -> None:
    linked.configure(LOOPBACK + ", workers: 2}\n")
    with Hostile(latency=0.1) as slow:
        for index in range(100):
            linked.add(f"a{index}", sourceUrl=slow.url(f"/status/200?{index}"))
        process = subprocess.Popen(
            [sys.executable, "-m", "feedpub", "check"], cwd=linked.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while len(slow.paths()) < 30:
            time.sleep(0.05)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        assert process.returncode == (130 if number is not signal.SIGKILL else -9)
        assert b"Traceback" not in stderr
        assert report(linked)["summary"]["ok"] == 100
        twice = sum(count - 1 for count in Counter(slow.paths()).values())
        # What was under way, and what the last second had not committed.
        assert twice < 30


def test_a_host_is_asked_politely(linked: SiteFolder) -> None:
    linked.configure("check: {allow_private: [127.0.0.0/8], per_host: 2, delay: 0.01}\n")
    with Hostile(addresses=2, latency=0.05) as slow:
        for index in range(40):
            linked.add(f"a{index}", sourceUrl=slow.url(f"/status/200?{index}", f"127.0.0.{1 + index % 2}"))
        assert report(linked)["summary"]["ok"] == 40
        assert dict(slow.peak) == {"127.0.0.1": 2, "127.0.0.2": 2}


def test_a_link_counts_as_broken_after_as_many_runs_as_are_wanted(linked: SiteFolder, server: Hostile) -> None:
    linked.configure(LOOPBACK + ", failures_before_broken: 3}\n")
    linked.add(sourceUrl=server.url("/status/404"))
    for _ in range(2):
        (link,) = report(linked)["links"]
        assert link["verdict"] == "blocked"
        assert "not counted as broken yet" in link["message"]
    assert report(linked, status=1)["summary"]["broken"] == 1


def test_what_makes_the_check_fail_can_be_chosen(linked: SiteFolder, server: Hostile) -> None:
    linked.add(sourceUrl=server.url("/status/403"))
    assert report(linked)["summary"]["blocked"] == 1
    report(linked, "--fail-on", "blocked", status=1)
    linked.configure(LOOPBACK + ", hosts: {127.0.0.1: {fail_on: [blocked]}}}\n")
    report(linked, status=1)
    linked.configure(LOOPBACK + ", accept: [403]}\n")
    assert report(linked)["summary"]["ok"] == 1


def test_private_addresses_are_refused_unless_they_are_allowed(site: SiteFolder, server: Hostile) -> None:
    site.add(sourceUrl=server.url("/ok"))
    assert report(site, status=1)["summary"]["invalid"] == 1
    assert server.paths() == []


def test_an_invalid_article_is_named_and_changes_nothing(linked: SiteFolder, server: Hostile) -> None:
    linked.add("good", sourceUrl=server.url("/ok"))
    linked.write("bad", "---\ntitle: Bad\n---\n")
    done = linked.run("check")
    assert (done.returncode, done.stdout) == (0, "1 ok\n")
    assert done.stderr.startswith("content/bad.md:1: ")


def test_proxies_of_the_environment_are_not_asked(linked: SiteFolder, server: Hostile) -> None:
    linked.add(sourceUrl=server.url("/ok"))
    proxy = f"http://127.0.0.1:{closed_port()}"
    done = linked.run_process("check", env={"http_proxy": proxy, "HTTP_PROXY": proxy, "PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stdout) == (0, "1 ok\n")


def test_an_amp_page_that_names_another_canonical_is_no_dead_link(linked: SiteFolder, server: Hostile) -> None:
    linked.add("wrong", sourceUrl=server.url("/ok"), ampUrl=server.url("/amp"))
    result = report(linked, status=1)
    by_kind = {link["kind"]: link for link in result["links"]}
    assert by_kind["source"]["verdict"] == "ok"
    assert by_kind["amp"]["verdict"] == "invalid"
    assert by_kind["amp"]["message"].startswith("AMP: ")


def test_offline_only_what_needs_no_network_is_said(linked: SiteFolder, server: Hostile) -> None:
    linked.add(
        sourceUrl=server.url("/ok"),
        ampUrl="https://amp.example.com/a",
        cdnAmpUrl="https://amp-example-com.cdn.ampproject.org/c/s/amp.example.com/b",
    )
    done = linked.run("check", "--offline")
    assert done.returncode == 1
    assert server.paths() == []
    assert "content/a.md:6: invalid: https://amp-example-com" in done.stdout
    assert done.stderr == "feedpub: 2 links were not checked\n"


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("text", "content/a.md:4: broken: "),
        ("github", "::error file=content/a.md,line=4"),
        ("json", "{"),
        ("sarif", "{"),
    ],
)
def test_every_report_can_be_had_in_a_file(linked: SiteFolder, server: Hostile, name: str, begins: str) -> None:
    linked.add(sourceUrl=server.url("/status/404"))
    done = linked.run("check", "--format", name, "--output", "report")
    assert (done.returncode, done.stdout) == (1, "")
    assert (linked.root / "report").read_text().startswith(begins)


def test_the_junit_report_is_xml(linked: SiteFolder, server: Hostile) -> None:
    linked.add(sourceUrl=server.url("/status/404"))
    done = linked.run("check", "--format", "junit")
    assert etree.fromstring(done.stdout.encode()).xpath("count(//failure)") == 1


def test_paths_in_a_report_are_seen_from_the_folder_one_is_in(linked: SiteFolder, server: Hostile) -> None:
    linked.add(sourceUrl=server.url("/status/404"))
    command = [sys.executable, "-m", "feedpub", "check", "-c", "site/config.yaml"]
    done = subprocess.run(command, cwd=linked.root.parent, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("site/content/a.md:4: broken: ")


def test_so_are_the_paths_of_articles_that_are_invalid(linked: SiteFolder) -> None:
    linked.add(title=None)
    command = [sys.executable, "-m", "feedpub", "check", "--offline", "-c", "site/config.yaml"]
    done = subprocess.run(command, cwd=linked.root.parent, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("site/content/a.md:1: title: ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--yes"], r"--yes needs --fix-redirects .*"),
        (["--kind", "video"], r"invalid value for '--kind': .*"),
        (["--output", "missing/report"], r"invalid value for '--output': 'missing/report': there is no such folder .*"),
        (["missing.md"], r"missing\.md: there is no such file or folder"),
    ],
)
def test_a_command_line_that_cannot_be_used_exits_2(linked: SiteFolder, args: list[str], message: str) -> None:
    done = linked.run("check", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(f"feedpub: {message}\n", done.stderr)


def ids(site: SiteFolder) -> list[str]:
    site.build()
    feeds = (feedparser.parse(site.files()[name]) for name in ("rss.xml", "atom.xml"))
    result = [entry.id for feed in feeds for entry in feed.entries]
    return result + [item["id"] for item in json.loads(site.files()["feed.json"])["items"]]


def test_redirects_are_fixed_and_no_subscriber_sees_an_article_again(linked: SiteFolder, server: Hostile) -> None:
    file = linked.add("moved", sourceUrl=server.url("/redirects/2"))
    linked.add("named", sourceUrl=server.url("/redirects/1"), id="urn:named")
    before = ids(linked)
    asked = linked.run("check", "--fix-redirects", typed="n\n")
    assert "/redirects/2" in file.read_text()
    assert f"+sourceUrl: {json.dumps(server.url('/redirects/0'))}" in asked.stderr
    stray = file.with_name(".feedpub-tmp-of-a-run-that-was-killed")
    stray.touch()
    done = linked.run("check", "--fix-redirects", "--yes")
    assert done.returncode == 0
    assert not stray.exists()
    assert f'sourceUrl: "{server.url("/redirects/0")}"\nid: {server.url("/redirects/2")}\n' in file.read_text()
    assert ids(linked) == before
    assert report(linked)["summary"]["redirected"] == 0


def enclosures(site: SiteFolder) -> list[tuple[str, str, str]]:
    site.build()
    (entry,) = feedparser.parse(site.files()["rss.xml"]).entries
    return [(enclosure.href, enclosure.type, enclosure.length) for enclosure in entry.enclosures]


def test_a_build_learns_type_and_length_of_what_was_checked(linked: SiteFolder, server: Hostile) -> None:
    url = server.url("/status/200?Content-Type=audio/ogg%3B%20x%3D1&Content_Length=4321")
    linked.add(sourceUrl=server.url("/ok"), enclosures=[{"url": f"{url}#t=10"}])
    assert enclosures(linked) == [(f"{url}#t=10", "application/octet-stream", "0")]
    report(linked, "--kind", "attachment")
    assert enclosures(linked) == [(f"{url}#t=10", "audio/ogg", "4321")]
    files = linked.files()
    linked.build("--full")
    assert linked.files() == files
    linked.add(sourceUrl=server.url("/ok"), enclosures=[{"url": url, "type": "audio/mpeg", "length": 5}])
    assert enclosures(linked) == [(url, "audio/mpeg", "5")]


def test_broken_media_are_left_out_when_asked_and_the_source_never(linked: SiteFolder, server: Hostile) -> None:
    gone, there = server.url("/status/404"), server.url("/status/200?Content-Type=image/png&Content_Length=7")
    linked.add(sourceUrl=gone, ampUrl=f"{gone}?amp", images=[{"url": f"{gone}?image"}, {"url": there}])
    report(linked, "--kind=source", "--kind=amp", "--kind=image", status=1)
    linked.build()
    assert linked.files()["rss.xml"].count(gone.encode()) > 3
    linked.configure(LOOPBACK + ", on_broken: omit}\n")
    assert enclosures(linked) == [(there, "image/png", "7")]
    (item,) = json.loads(linked.files()["feed.json"])["items"]
    assert item["url"] == gone
    assert "_feedpub" not in item
    assert b"?image" not in linked.files()["atom.xml"]
    files = linked.files()
    linked.build("--full", "--jobs", "1")
    assert linked.files() == files


def test_a_links_db_that_cannot_be_used(linked: SiteFolder, server: Hostile, tmp_path: Path) -> None:
    linked.add(sourceUrl=server.url("/ok"))
    report(linked)
    database = linked.state / "links.db"
    database.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    done = linked.run("check")
    assert (done.returncode, done.stdout) == (0, "1 ok\n")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in linked.state.glob("links.db.damaged*")]
    shutil.rmtree(linked.state)
    linked.state.write_text("a file")
    done = linked.run("check")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("\n") == 1


def test_an_amp_page_of_two_articles_is_told_of_the_one_that_it_is_wrong_for(linked: SiteFolder) -> None:
    cache = "https://amp-example-com.cdn.ampproject.org/c/s/amp.example.com/a"
    linked.add("a", ampUrl="https://amp.example.com/a", cdnAmpUrl=cache)
    linked.add("b", ampUrl="https://amp.example.com/b", cdnAmpUrl=cache)
    (link,) = report(linked, "--offline", "--kind", "amp-cache", status=1)["links"]
    assert (link["verdict"], [place["path"] for place in link["locations"]]) == ("invalid", ["content/b.md"])


def page(canonical: str) -> str:
    """Return the path of an AMP page that names ``canonical``."""
    return f"/amp-of/{canonical.encode().hex()}"


@pytest.mark.parametrize(
    ("source", "canonical", "verdict"),
    [
        ("/ok", "/ok", "ok"),
        ("/ok", "/status/200", "invalid"),
        ("/redirects/2", "/redirects/0", "ok"),
        ("/redirects/0", "/redirects/2", "ok"),
        ("/status/403", "/status/200", "ok"),
        ("/status/404", "/status/200", "ok"),
    ],
)
def test_a_canonical_is_the_source_by_whatever_redirects(
    linked: SiteFolder, server: Hostile, source: str, canonical: str, verdict: str
) -> None:
    linked.add(sourceUrl=server.url(source), ampUrl=server.url(page(server.url(canonical))))
    result = report(linked, "--kind", "amp", status=int(verdict == "invalid"))
    assert [link["verdict"] for link in result["links"]] == [verdict]


def test_a_dead_host_among_links_that_are_remembered_is_no_missing_network(
    linked: SiteFolder, server: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from feedpub.links.check import LinkCheck
    from feedpub.links.fetch.fetcher import Fetcher
    from feedpub.links.model import Link, LinkKind
    from feedpub.links.options import CheckOptions
    from feedpub.links.remember.store import LinkStore
    from feedpub.links.run.from_config import engine_of
    from feedpub.links.settings import SettingsByHost

    def resolve(host: str) -> list[str]:
        if host == "later.test":
            raise socket.gaierror(socket.EAI_AGAIN, "later")
        return Hostile.resolve(host)

    monkeypatch.setattr("feedpub.links.run.from_config.Fetcher", lambda settings: Fetcher(settings, resolve=resolve))
    linked.configure(LOOPBACK + ", known_names: [later.test]}\n")
    config = load_config(linked.root / "config.yaml")
    linked.state.mkdir()
    links = [Link(LinkKind.SOURCE, url, "a.md", 1) for url in (server.url("/ok"), "http://later.test/x")]
    settings = SettingsByHost(config.check, config.site.base_url)

    def run(links: list[Link]) -> tuple[bool, dict[str, str]]:
        with LinkStore(linked.state) as store, engine_of(config) as engine:
            check = LinkCheck(links, settings, CheckOptions(), store, datetime.now(UTC))
            outcome = check.run(engine, lambda *_: None, StopFlag())
            return outcome.no_network is not None, {result.url: result.verdict.value for result in check.results()}

    expected = {server.url("/ok"): "ok", "http://later.test/x": "unreachable"}
    assert run(links[1:]) == (True, {})
    assert run(links) == (False, expected)
    assert run(links) == (False, expected)


def test_a_question_that_nobody_answers_writes_nothing(linked: SiteFolder, server: Hostile) -> None:
    file = linked.add(sourceUrl=server.url("/redirects/1"))
    before = file.read_bytes()
    done = linked.run_process("check", "--fix-redirects", stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "use --yes in scripts" in done.stderr
    assert file.read_bytes() == before
    assert linked.run("check", "--fix-redirects", "--kind", "amp").returncode == 2


def test_quiet_is_said_of_text_alone(linked: SiteFolder, server: Hostile) -> None:
    linked.add(sourceUrl=server.url("/ok"))
    linked.write("bad", "---\ntitle: Bad\n---\n")
    assert linked.run("check", "-q").stderr == ""
    assert report(linked, "-q")["summary"]["ok"] == 1


def test_few_descriptors_make_no_dead_links(linked: SiteFolder) -> None:
    linked.configure("check: {allow_private: [127.0.0.0/8], per_host: 100, delay: 0, workers: 400}\n")
    with Hostile(latency=0.1) as slow:
        for index in range(60):
            linked.add(f"a{index}", sourceUrl=slow.url(f"/status/200?{index}"))
        command = f"ulimit -n 60; {sys.executable} -m feedpub check"
        done = subprocess.run(["bash", "-c", command], cwd=linked.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "60 ok\n"), done.stderr


def test_an_excluded_link_is_not_left_out_of_feeds(linked: SiteFolder, server: Hostile) -> None:
    image = server.url("/status/404?image")
    linked.configure(LOOPBACK + ", on_broken: omit}\n")
    linked.add(sourceUrl=server.url("/ok"), images=[{"url": image}])
    report(linked, "--kind", "image", status=1)
    linked.build()
    assert image.encode() not in linked.files()["rss.xml"]
    linked.configure(LOOPBACK + ', on_broken: omit, exclude: ["*image"]}\n')
    linked.build()
    assert image.encode() in linked.files()["rss.xml"]


def test_authorities_of_ones_own_are_trusted_when_they_are_named(linked: SiteFolder, tmp_path: Path) -> None:
    with Hostile(tls=True) as tls:
        linked.add(sourceUrl=tls.url("/ok"))
        bundle = tmp_path / "authority.pem"
        authority().cert_pem.write_to_path(str(bundle))
        trusting = linked.run_process("check", env={**os.environ, "SSL_CERT_FILE": str(bundle)})
        assert (trusting.returncode, trusting.stdout) == (0, "1 ok\n")
        missing = linked.run_process("check", "--refresh", env={**os.environ, "SSL_CERT_FILE": str(tmp_path / "none")})
    assert (missing.returncode, missing.stdout) == (2, "")
    assert re.fullmatch(r"feedpub: SSL_CERT_FILE: .+: no certificates can be read: .+\n", missing.stderr)


def test_a_probe_that_fails_for_now_is_asked_again_and_is_no_link_in_the_statistics(
    linked: SiteFolder, server: Hostile
) -> None:
    answers = [503, 302, 302]

    def site(_host: str, exchange: Exchange) -> None:
        if exchange.seen.path == "/":
            exchange.send(200, b"<title>Home</title>", Content_Type="text/html")
        elif "no-such-page" in exchange.seen.path:
            exchange.send(answers.pop(0), Location="/")
        else:
            exchange.send(302, Location="/")

    server.site = site
    linked.add(sourceUrl=server.url("/2019/launch-of-a-thing"))
    verdicts = [report(linked, status=status)["links"][0]["verdict"] for status in (0, 1, 1)]
    assert verdicts == ["suspect", "gone", "gone"]
    assert answers == [302], "the third check asks for nothing"
    found = json.loads(linked.run("check", "--stats", "--format", "json").stdout)
    assert sum(found["ages"].values()) == 1
