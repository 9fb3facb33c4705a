"""The log of entries: each that a build publishes, changes or removes is an event, exactly once."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedpub.state.event_log import KEPT_EVENTS, EntryChanges, EntryEvent, EventLog
from support.site import SiteFolder


def log_of(site: SiteFolder) -> Path:
    (file,) = site.state.glob("entries-*.db")
    return file


def entries(site: SiteFolder, *args: str) -> tuple[str, list[dict[str, Any]]]:
    done = site.run("entries", "--json", *args)
    assert done.returncode == 0, done.stderr
    page = json.loads(done.stdout)
    return page["cursor"], page["events"]


def told(site: SiteFolder, *args: str) -> list[tuple[str, str]]:
    """Return the kind of each event, and the last part of its URL."""
    return [(event["event"], event["url"].rpartition("/")[2]) for event in entries(site, *args)[1]]


@pytest.fixture
def begun(site: SiteFolder) -> SiteFolder:
    """A site with a log and two entries."""
    site.add("a", title="A", topics=["AI"])
    site.add("b", title="B", provider={"name": "WSJ", "domain": "wsj.com"})
    site.build()
    return site


def test_the_entries_of_the_first_build_are_no_events(begun: SiteFolder) -> None:
    assert entries(begun)[1] == []
    begun.build()
    assert entries(begun)[1] == []


def test_an_event_has_what_a_newsletter_needs(begun: SiteFolder) -> None:
    cursor, _ = entries(begun)
    begun.add(
        "c", title="C & <i>", publishedDateTime="2024-05-03", lastmod="2024-05-04", topics=["AI", "Go"], id="tag:c"
    )
    begun.build()
    (event,) = entries(begun, "--since", cursor)[1]
    assert event == {
        "event": "published",
        "id": "tag:c",
        "url": "https://example.com/c",
        "title": "C & <i>",
        "date_published": "2024-05-03T00:00:00Z",
        "date_modified": "2024-05-04T00:00:00Z",
        "tags": ["AI", "Go"],
    }


@pytest.mark.parametrize("option", [(), ("--full",)])
def test_every_build_tells_its_differences_once(begun: SiteFolder, option: tuple[str, ...]) -> None:
    begun.add("a", title="Another", topics=["AI"])
    begun.add("c", title="C")
    (begun.content / "b.md").unlink()
    begun.build(*option)
    expected = [("removed", "b"), ("changed", "a"), ("published", "c")]
    assert told(begun) == expected
    begun.build("--full")
    cursor, _ = entries(begun)
    assert told(begun) == expected
    assert told(begun, "--since", cursor) == []
    begun.add("b", title="B")
    begun.build(*option)
    assert told(begun, "--since", cursor) == [("published", "b")]


def test_what_no_feed_shows_is_no_change(begun: SiteFolder) -> None:
    (begun.content / "a.md").rename(begun.content / "elsewhere.md")
    begun.add("b", title="B", provider={"name": "WSJ", "domain": "wsj.com"}, unknown="key")
    begun.build()
    assert told(begun) == []


def test_an_entry_beyond_the_limit_of_every_feed_has_events(begun: SiteFolder) -> None:
    begun.configure("output: {limit: 1, pages: false}\n")
    begun.build()
    begun.add("old", title="Old", publishedDateTime="2001-01-01")
    begun.build()
    assert told(begun) == [("published", "old")]


def test_the_clock_publishes_and_removes(begun: SiteFolder) -> None:
    begun.add("later", title="Later", publishedDateTime="2030-01-01")
    begun.add("a", title="A", topics=["AI"], expires="2030-01-02")
    begun.build("--now", "2029-01-01")
    assert told(begun) == [("changed", "a")]
    begun.build("--now", "2030-01-01T01:00:00Z")
    assert told(begun)[1:] == [("published", "later")]
    begun.build("--now", "2030-01-03")
    assert told(begun)[2:] == [("removed", "a")]


def test_a_duplicate_is_no_entry_of_its_own(begun: SiteFolder) -> None:
    begun.add("a2", title="A", topics=["AI"], sourceUrl="https://example.com/a")
    begun.build()
    assert told(begun) == []
    (begun.content / "a.md").unlink()
    begun.build()
    assert told(begun) == []


def test_another_output_folder_has_a_log_of_its_own(begun: SiteFolder) -> None:
    begun.add("c", title="C")
    begun.build("--output", "other")
    assert told(begun) == []
    assert len([*begun.state.glob("entries-*.db")]) == 2


def test_a_dry_run_tells_nothing(begun: SiteFolder) -> None:
    before = log_of(begun).read_bytes()
    begun.add("c", title="C")
    begun.build("--dry-run")
    assert log_of(begun).read_bytes() == before


def test_a_build_that_was_killed_before_the_log_leaves_its_events_to_the_next(begun: SiteFolder) -> None:
    kept = {file: file.read_bytes() for file in (log_of(begun), begun.state / "build.db")}
    begun.add("c", title="C")
    begun.build()
    for file, data in kept.items():
        file.write_bytes(data)
    begun.build()
    assert told(begun) == [("published", "c")]


@pytest.mark.parametrize("names", [("build.db",), ("build.db", "published.json")])
def test_a_build_that_was_killed_after_the_log_leaves_nothing_to_tell(
    begun: SiteFolder, names: tuple[str, ...]
) -> None:
    kept = {begun.state / name: (begun.state / name).read_bytes() for name in names}
    begun.add("c", title="C")
    (begun.content / "b.md").unlink()
    begun.build()
    for file, data in kept.items():
        file.write_bytes(data)
    begun.build()
    assert told(begun) == [("removed", "b"), ("published", "c")]


def test_build_db_may_be_lost(begun: SiteFolder) -> None:
    (begun.state / "build.db").unlink()
    begun.add("c", title="C")
    begun.build()
    assert told(begun) == [("published", "c")]


def test_a_lost_log_begins_anew_and_refuses_old_cursors(begun: SiteFolder) -> None:
    cursor, _ = entries(begun)
    log_of(begun).unlink()
    done = begun.run("entries")
    assert (done.returncode, done.stderr) == (
        2,
        "feedpub: there is no log of entries yet; 'feedpub build' begins it\n",
    )
    begun.add("c", title="C")
    begun.build()
    assert told(begun) == []
    done = begun.run("entries", "--since", cursor)
    assert done.returncode == 1
    assert done.stderr.startswith(f"feedpub: --since: {cursor} is of a log that was lost; read the feeds, and go on")


@pytest.mark.parametrize("data", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_log_costs_one_warning(begun: SiteFolder, data: bytes) -> None:
    log = log_of(begun)
    log.write_bytes(data)
    done = begun.run("entries")
    assert done.returncode == 1
    assert done.stderr.endswith("is damaged; the next 'feedpub build' begins it anew\n")
    begun.add("c", title="C")
    first = begun.build()
    assert first.stderr.count("warning") == 1
    assert f"{log.stem}.damaged" in first.stderr
    begun.add("d", title="D")
    assert begun.build().stderr == ""
    assert told(begun) == [("published", "d")]


@pytest.mark.parametrize("cursor", ["", "x", "9f31c02a", "9f31c02a-", "9F31C02A-1", "9f31c02a--1", "9f31c02a-1 "])
def test_what_is_no_cursor_is_refused(begun: SiteFolder, cursor: str) -> None:
    done = begun.run("entries", "--since", cursor)
    assert done.returncode == 2
    assert "is no cursor such as 9f31c02a-152" in done.stderr


def test_a_cursor_whose_next_events_are_gone_is_refused(tmp_path: Path) -> None:
    log = EventLog(tmp_path, "output")
    log.append(EntryChanges())
    start = log.since(None).cursor
    events = [EntryEvent(event="published", id=f"urn:{number}", url=f"urn:{number}") for number in range(KEPT_EVENTS)]
    log.append(EntryChanges(events=tuple(events)))
    assert [event.id for event in log.since(start).events] == [event.id for event in events]
    log.append(EntryChanges(events=(EntryEvent(event="removed", id="urn:0", url="urn:0"),)))
    with pytest.raises(Exception, match="are lost, as 10000 are kept"):
        log.since(start)
    page = log.since(None)
    assert len(page.events) == KEPT_EVENTS
    assert log.since(page.cursor).events == ()


def test_the_lines_for_people_end_with_the_cursor(begun: SiteFolder) -> None:
    begun.add("c", title="C", publishedDateTime="2024-05-03")
    begun.build()
    cursor, _ = entries(begun)
    assert begun.run("entries").stdout == f"published  2024-05-03  https://example.com/c  C\ncursor {cursor}\n"


def test_a_log_that_another_program_writes_stops_the_build_before_build_db(begun: SiteFolder) -> None:
    before = (begun.state / "build.db").read_bytes()
    begun.add("c", title="C")
    database = sqlite3.connect(log_of(begun))
    database.execute("BEGIN EXCLUSIVE")
    done = begun.run("build")
    database.close()
    assert done.returncode == 4
    assert ": cannot be read: database is locked" in done.stderr
    assert (begun.state / "build.db").read_bytes() == before
    begun.build()
    assert told(begun) == [("published", "c")]


def edits(site: SiteFolder, chance: random.Random) -> Iterator[None]:
    """Change the articles at random, again and again."""
    while True:
        for _ in range(chance.randint(1, 3)):
            name = f"n{chance.randint(0, 11)}"
            if chance.random() < 0.3:
                (site.content / f"{name}.md").unlink(missing_ok=True)
            else:
                draft = {"draft": True} if chance.random() < 0.2 else {}
                site.add(name, title=f"T{chance.randint(0, 99)}", topics=[chance.choice("xyz")], **draft)
        yield


def replayed(events: list[dict[str, Any]]) -> dict[str, str]:
    """Return the titles by id after ``events``, of which each has to follow from those before."""
    titles: dict[str, str] = {}
    for event in events:
        assert (event["event"] == "published") == (event["id"] not in titles), event
        if event["event"] == "removed":
            del titles[event["id"]]
        else:
            assert titles.get(event["id"]) != event["title"] or event["event"] == "changed"
            titles[event["id"]] = event["title"]
    return titles


@pytest.mark.slow
@pytest.mark.parametrize("builds", [pytest.param(8, id="few"), pytest.param(40, id="many", marks=pytest.mark.campaign)])
def test_the_events_of_builds_that_are_killed_replay_to_the_feeds(site: SiteFolder, builds: int) -> None:
    chance = random.Random(builds)
    site.configure("output: {limit: 1000, pages: false, formats: [json]}\n")
    site.build()
    changing = edits(site, chance)
    command = [sys.executable, "-m", "feedpub", "build", "-q"]
    for number in range(builds):
        next(changing)
        with subprocess.Popen(command, cwd=site.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as build:
            if number % 4:
                # Most of a build is its start; the rest takes some tens of milliseconds.
                time.sleep(chance.uniform(0.15, 0.6))
                build.send_signal(signal.SIGKILL)
            build.communicate()
    site.build()
    shown = json.loads((site.output / "feed.json").read_bytes())["items"]
    assert replayed(entries(site)[1]) == {item["id"]: item["title"] for item in shown}
    shutil.rmtree(site.output)
