"""``feedpub ping`` and ``build --ping``: what the hub is told of, what is remembered, what is said, and the status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import feedparser
import pytest

from feedpub.config import load_config
from feedpub.core.errors import LockedError
from feedpub.delivery.websub import ping, pinging
from feedpub.state.lock import build_lock
from feedpub.state.published import HubState, PublishedState
from support.ports import closed_port
from support.site import SiteFolder
from support.websub import Asked, StubHub, configure, stub_hub

pytestmark = pytest.mark.slow

BASE = "https://news.example.org/"
SITE_FEEDS = [f"{BASE}atom.xml", f"{BASE}feed.json", f"{BASE}rss.xml"]


def urls(folder: str) -> list[str]:
    return [f"{BASE}{folder}/{name}" for name in ("atom.xml", "feed.json", "rss.xml")]


@pytest.fixture
def hub(site: SiteFolder) -> Iterator[StubHub]:
    """The hub of ``site``."""
    with stub_hub() as server:
        configure(site, server.url("/hub"))
        yield server


@pytest.fixture
def pinged(site: SiteFolder, hub: StubHub) -> SiteFolder:
    """``site`` with two articles, after its first ping."""
    site.add("a", topics=["AI"])
    site.add("b", topics=["Space"])
    site.build()
    expect(site, 0)
    return site


def expect(site: SiteFolder, status: int, *args: str) -> subprocess.CompletedProcess[str]:
    """Ping, or run what else is given, and expect ``status``."""
    done = site.run(*(args or ("ping",)))
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


def change(site: SiteFolder, title: str) -> None:
    """Change the article about AI, and build."""
    site.add("a", topics=["AI"], title=title)
    site.build()


def kept(site: SiteFolder) -> dict[str, Any]:
    """Return the recorded notifications of the hub in published.json."""
    told: dict[str, Any] = json.loads((site.state / "published.json").read_bytes())["hubs"]["output"]
    return told


def test_the_first_ping_records_a_baseline(site: SiteFolder, hub: StubHub) -> None:
    site.add("a", topics=["AI"])
    site.build()
    done = expect(site, 0)
    notifies = f"a ping notifies {hub.url('/hub')} of those that changed"
    known = f"recorded 6 feed URLs; from now on, {notifies}\n"
    assert (done.stdout, done.stderr) == (known, "")
    assert hub.forms == []
    done = expect(site, 0)
    assert (done.stdout, done.stderr) == ("", ""), "nothing changed: cron stays quiet"
    assert hub.forms == []


def test_the_hub_is_told_of_each_feed_that_changed_once_by_its_own_url(pinged: SiteFolder, hub: StubHub) -> None:
    change(pinged, "New")
    done = expect(pinged, 0)
    assert (done.stdout, done.stderr) == (f"notified {hub.url('/hub')} of 6 feed URLs\n", "")
    assert hub.topics == sorted(SITE_FEEDS + urls("topics/ai"))
    assert hub.paths == ["/hub"] * 6
    files = pinged.files()
    selves = {json.loads(files[path])["feed_url"] for path in ("feed.json", "topics/ai/feed.json")}
    for path in ("rss.xml", "atom.xml", "topics/ai/rss.xml", "topics/ai/atom.xml"):
        selves |= {link.href for link in feedparser.parse(files[path]).feed.links if link.rel == "self"}
    assert set(hub.topics) == selves, "hubs and subscribers compare"


def test_a_feed_that_is_new_since_is_told(pinged: SiteFolder, hub: StubHub) -> None:
    pinged.add("c", topics=["Ships"])
    pinged.build()
    expect(pinged, 0)
    assert set(urls("topics/ships")) <= set(hub.topics)


def test_a_feed_that_was_removed_is_forgotten_without_a_word(pinged: SiteFolder, hub: StubHub) -> None:
    pinged.add("b", topics=["AI"])
    pinged.build("--prune")
    assert not (pinged.output / "topics/space").exists()
    expect(pinged, 0)
    assert hub.topics == sorted(SITE_FEEDS + urls("topics/ai"))
    assert set(kept(pinged)["files"]) == {url.removeprefix(BASE) for url in hub.topics}


def test_another_hub_starts_from_a_baseline_of_its_own(pinged: SiteFolder, hub: StubHub) -> None:
    with stub_hub() as other:
        configure(pinged, other.url())
        change(pinged, "New")
        assert "from now on" in expect(pinged, 0).stdout
        change(pinged, "Newer")
        expect(pinged, 0)
        assert len(other.forms) == 6
    assert hub.forms == []


def test_losing_published_json_costs_a_new_baseline(pinged: SiteFolder, hub: StubHub) -> None:
    (pinged.state / "published.json").unlink()
    change(pinged, "New")
    assert "from now on" in expect(pinged, 0).stdout
    assert hub.forms == []


def test_what_the_hub_refuses_is_told_again(pinged: SiteFolder, hub: StubHub) -> None:
    hub.behave = lambda asked: asked.answer(403, b"who are you?") if "rss" in str(asked.form) else asked.answer(204)
    change(pinged, "New")
    done = expect(pinged, 1)
    refused = f"refused 2 feed URLs, such as {BASE}rss.xml: answers 403: who are you?"
    assert done.stderr == f"feedpub: {hub.url('/hub')}: {refused}\n"
    assert done.stdout == f"notified {hub.url('/hub')} of 4 feed URLs\n"
    hub.behave = None
    hub.forms.clear()
    done = expect(pinged, 0, "ping", "-v")
    assert hub.topics == [f"{BASE}rss.xml", f"{BASE}topics/ai/rss.xml"]
    assert done.stderr.splitlines() == [f"notified of {topic}" for topic in hub.topics]


def test_every_reason_has_a_line_but_not_every_feed(pinged: SiteFolder, hub: StubHub) -> None:
    hub.behave = lambda asked: asked.answer(404, asked.form["hub.url"][0].encode())
    pinged.add("a", topics=[f"T{number}" for number in range(20)])
    pinged.build()
    lines = expect(pinged, 1).stderr.splitlines()
    assert lines[0] == f"feedpub: {hub.url('/hub')}: refused {BASE}atom.xml: answers 404: {BASE}atom.xml"
    assert len(lines) == 6
    assert lines[-1] == f"feedpub: {hub.url('/hub')}: {len(hub.forms) - 5} feed URLs more failed, for other reasons"


def test_a_hub_that_hangs_costs_one_time_out_however_many_feeds_changed(pinged: SiteFolder, hub: StubHub) -> None:
    configure(pinged, hub.url("/hub"), "check: {timeout: 2}\n")
    hub.behave = lambda asked: asked.hold()
    pinged.add("a", topics=[f"T{number}" for number in range(30)])
    pinged.build()
    done = expect(pinged, 4)
    assert len(hub.forms) <= 8, "those that were asked at once, and then no more"
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    told, left = len(hub.forms), 96 - len(hub.forms)
    feeds = f"{told} feed URLs, such as {BASE}atom.xml"
    assert first == f"feedpub: {hub.url('/hub')}: could not be notified of {feeds}: no answer in time"
    assert second == f"feedpub: {hub.url('/hub')}: {left} feed URLs left for the next ping"
    hub.behave = None
    hub.forms.clear()
    assert expect(pinged, 0).stdout == f"notified {hub.url('/hub')} of 96 feed URLs\n"
    assert len(hub.topics) == len(set(hub.topics)) == 96


def test_a_hub_that_is_not_there_exits_4_in_one_line(site: SiteFolder) -> None:
    gone = f"http://127.0.0.1:{closed_port()}/"
    configure(site, gone, "check: {retries: 0}\n")
    site.add("a")
    site.build()
    expect(site, 0)
    site.add("a", title="New")
    site.build()
    done = expect(site, 4)
    what = f"could not be notified of 3 feed URLs, such as {BASE}atom.xml: no connection: connection refused"
    assert done.stderr == f"feedpub: {gone}: {what}\n"


def test_a_hub_in_trouble_is_left_alone(pinged: SiteFolder, hub: StubHub) -> None:
    configure(pinged, hub.url("/hub"), "check: {retries: 0}\n")
    hub.behave = lambda asked: asked.answer(500)
    pinged.add("a", topics=[f"T{number}" for number in range(30)])
    pinged.build()
    done = expect(pinged, 1)
    assert 8 <= len(hub.forms) < 16, "those that were under way go on to their end"
    assert f"{96 - len(hub.forms)} feed URLs left for the next ping" in done.stderr


def test_a_hub_in_trouble_with_some_feeds_is_told_of_the_others(pinged: SiteFolder, hub: StubHub) -> None:
    """Such as one that fetches a feed before it answers, and takes it for its own failure that it cannot."""
    configure(pinged, hub.url("/hub"), "check: {retries: 0}\n")
    hub.behave = lambda asked: asked.answer(500) if "space" in str(asked.form) else asked.answer(204)
    pinged.add("a", topics=[f"T{number}" for number in range(10)])
    pinged.add("b", topics=["Space"], title="New")
    pinged.build()
    done = expect(pinged, 1)
    assert "refused 3 feed URLs" in done.stderr
    assert "left for" not in done.stderr


def test_a_ping_ends_when_its_time_is_over(pinged: SiteFolder, hub: StubHub, monkeypatch: pytest.MonkeyPatch) -> None:
    change(pinged, "New")
    monkeypatch.setattr(pinging, "LONGEST", 0)
    report = ping(load_config(pinged.root / "config.yaml"))
    assert (report.exit_status, len(report.skipped), hub.forms) == (4, 6, [])
    assert list(report.problems()) == [f"{hub.url('/hub')}: 6 feed URLs left for the next ping"]


def test_a_build_may_run_while_the_hub_is_asked_and_is_told_of_next_time(pinged: SiteFolder, hub: StubHub) -> None:
    change(pinged, "New")
    built = threading.Event()

    def behave(asked: Asked) -> None:
        if not built.is_set():
            with asked.server.lock:
                if not built.is_set():
                    change(pinged, "Newer")
                    built.set()
        asked.answer(204)

    hub.behave = behave
    expect(pinged, 0)
    hub.forms.clear()
    expect(pinged, 0)
    assert hub.topics == sorted(SITE_FEEDS + urls("topics/ai"))
    expect(pinged, 0)
    assert len(hub.forms) == 6


def test_two_pings_at_a_time_lose_nothing(pinged: SiteFolder, hub: StubHub) -> None:
    change(pinged, "New")
    both = threading.Barrier(2)

    def behave(asked: Asked) -> None:
        if "topics/ai/rss.xml" in str(asked.form):
            both.wait(60)
        asked.answer(204)

    hub.behave = behave
    command = [sys.executable, "-m", "feedpub", "ping"]
    pings = [subprocess.Popen(command, cwd=pinged.root, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait(60) for one in pings] == [0, 0]
    assert len(hub.forms) == 12
    assert expect(pinged, 0).stdout == ""
    assert len(hub.forms) == 12


def test_a_ping_that_is_interrupted_remembers_what_it_told(pinged: SiteFolder, hub: StubHub) -> None:
    pinged.add("a", topics=[f"T{number}" for number in range(30)])
    pinged.build()
    asked_for = threading.Semaphore(0)

    def behave(asked: Asked) -> None:
        asked_for.release()
        time.sleep(0.2)
        asked.answer(204)

    hub.behave = behave
    with subprocess.Popen(
        [sys.executable, "-m", "feedpub", "ping"], cwd=pinged.root, stderr=subprocess.PIPE
    ) as process:
        asked_for.acquire(timeout=60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    told = len(hub.forms)
    assert 0 < told < 96
    hub.behave = None
    assert expect(pinged, 0).stdout == f"notified {hub.url('/hub')} of {96 - told} feed URLs\n"
    assert len(set(hub.topics)) == len(hub.topics) == 96


def test_a_build_that_goes_on_costs_what_was_told_to_be_told_again(
    pinged: SiteFolder, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(pinged, "New")
    monkeypatch.setattr(pinging, "_PATIENCE", 0.1)
    with build_lock(pinged.state), pytest.raises(LockedError) as caught:
        ping(load_config(pinged.root / "config.yaml"))
    who = f"another build is running (pid {os.getpid()})"
    assert str(caught.value) == f"{who}; the ping could not be recorded, and the next ping repeats it"
    assert caught.value.exit_status == 3
    expect(pinged, 0)
    assert len(hub.forms) == 12


def overtaken_by(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]) -> None:
    """Let ``act`` happen to the state between a ping's last look at it and its lock."""

    def lock(folder: Path, patience: float) -> AbstractContextManager[None]:
        act(folder)
        return build_lock(folder, patience)

    monkeypatch.setattr(pinging, "build_lock", lock)


def test_a_first_ping_keeps_the_baseline_of_another_that_was_first(
    site: SiteFolder, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("a")
    site.build()
    first = HubState(hub=hub.url("/hub"), files={"rss.xml": "older", "atom.xml": "older"})
    overtaken_by(monkeypatch, lambda folder: PublishedState(folder).save_hub_state("output", first))
    ping(load_config(site.root / "config.yaml"))
    assert PublishedState(site.state).hub_state("output") == first


def test_a_state_that_was_lost_while_the_hub_was_asked_stays_without_a_baseline(
    pinged: SiteFolder, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(pinged, "New")
    overtaken_by(monkeypatch, lambda folder: (folder / "published.json").unlink())
    assert len(ping(load_config(pinged.root / "config.yaml")).accepted) == 6
    assert PublishedState(pinged.state).hub_state("output") is None, "or every other feed would seem to be new"


def test_authorities_that_cannot_be_read_are_named(pinged: SiteFolder, hub: StubHub) -> None:
    configure(pinged, f"https://127.0.0.1:{closed_port()}/")
    expect(pinged, 0)
    change(pinged, "New")
    done = pinged.run_process("ping", env={**os.environ, "SSL_CERT_FILE": "/none.pem"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "feedpub: SSL_CERT_FILE: /none.pem: no certificates can be read: no such file or directory\n"


def test_a_ping_makes_the_next_build_look_at_nothing_and_a_build_keeps_what_was_told(
    pinged: SiteFolder, hub: StubHub
) -> None:
    before = PublishedState(pinged.state).output_state("output")
    change(pinged, "New")
    expect(pinged, 0)
    told = kept(pinged)
    assert PublishedState(pinged.state).output_state("output") != before
    change(pinged, "Newer")
    assert kept(pinged) == told
    after = (pinged.state / "published.json").stat()
    assert pinged.build().stdout == ""
    assert (pinged.state / "published.json").stat().st_mtime_ns == after.st_mtime_ns


def test_build_ping_tells_of_what_it_built_and_of_what_is_pending(site: SiteFolder, hub: StubHub) -> None:
    site.add("a")
    assert "from now on" in expect(site, 0, "build", "--ping").stdout
    hub.behave = lambda asked: asked.answer(403)
    site.add("a", title="New")
    done = expect(site, 1, "build", "--ping")
    assert "1 feed written" in done.stdout, "the build is done, whatever the hub says"
    assert "refused 3 feed URLs" in done.stderr
    hub.behave = None
    hub.forms.clear()
    done = expect(site, 0, "build", "--ping")
    assert done.stdout == f"notified {hub.url('/hub')} of 3 feed URLs\n", "there was nothing to build, but to tell"
    assert hub.topics == SITE_FEEDS
    done = expect(site, 0, "build", "--ping")
    assert (done.stdout, done.stderr) == ("", "")


def test_a_build_that_publishes_nothing_tells_nothing(pinged: SiteFolder, hub: StubHub) -> None:
    change(pinged, "New")
    pinged.add("bad", title=None)
    expect(pinged, 1, "build", "--strict", "--ping")
    expect(pinged, 0, "build", "--dry-run", "--ping")
    assert hub.forms == []


def test_each_output_folder_has_a_ping_of_its_own(pinged: SiteFolder, hub: StubHub) -> None:
    assert "from now on" in expect(pinged, 0, "build", "--output", "other", "--ping").stdout
    pinged.add("a", topics=["AI"], title="New")
    expect(pinged, 0, "build", "--output", "other")
    expect(pinged, 0)
    assert hub.forms == [], "output/ is what it was"
    expect(pinged, 0, "ping", "--output", "other")
    assert hub.topics == sorted(SITE_FEEDS + urls("topics/ai"))


@pytest.mark.parametrize("command", [["ping"], ["build", "--ping"]])
def test_without_a_hub_nothing_is_done(site: SiteFolder, command: list[str]) -> None:
    site.add("a")
    done = expect(site, 2, *command)
    assert (done.stdout, done.stderr) == ("", "feedpub: config.yaml: hub: is not set; give the URL of a WebSub hub\n")
    assert not site.state.exists()
    assert not site.output.exists()


def test_where_nothing_was_published_there_is_nothing_to_ping_for(site: SiteFolder, hub: StubHub) -> None:
    done = expect(site, 2)
    assert done.stderr == f"feedpub: {site.output}: nothing was published there; run feedpub build\n"
    assert not site.state.exists()
    site.add("a")
    site.build()
    (site.state / "published.json").write_bytes(b"{")
    (site.state / "published.copy.json").unlink()
    done = expect(site, 2)
    assert "published.json: is damaged" in done.stderr
    assert done.stderr.count("\n") == 1


def test_quiet_tells_of_problems_only(pinged: SiteFolder, hub: StubHub) -> None:
    change(pinged, "New")
    hub.behave = lambda asked: asked.answer(403)
    done = expect(pinged, 1, "ping", "-q")
    assert done.stdout == ""
    assert "refused" in done.stderr
    hub.behave = None
    done = expect(pinged, 0, "ping", "-q")
    assert (done.stdout, done.stderr) == ("", "")
    assert expect(pinged, 0, "ping", "-v").stdout == f"no feed changed since the last ping to {hub.url('/hub')}\n"


def test_a_published_json_of_before_there_were_pings_is_read(pinged: SiteFolder, hub: StubHub) -> None:
    file = pinged.state / "published.json"
    content = json.loads(file.read_bytes())
    del content["hubs"], content["checksum"]
    file.write_text(json.dumps(content))
    done = expect(pinged, 0)
    assert (done.stderr, "from now on" in done.stdout) == ("", True)
