"""The records of earlier checks: their statistics, and how they are forgotten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.remember.store import LinkStore
from support.links.hostile import Hostile
from support.links.storing import NOW, add
from support.site import SiteFolder

BASE = "https://a.example/"


def urls(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "links.db")) as db:
        return [url for (url,) in db.execute("SELECT url FROM answers ORDER BY url")]


def store(folder: Path, *names: str, days: Iterable[float] = (0,), status: int = 200) -> None:
    for name, age in zip(names, [*days] * len(names), strict=False):
        target = LinkTarget(url=name if "://" in name else BASE + name, wants_length=True)
        answer = Answer(status=status, media_type="image/png", length=5)
        verdict = Verdict.OK if status == 200 else Verdict.BROKEN
        add(folder, answer, verdict, target=target, now=NOW - timedelta(days=age))


def test_an_old_answer_of_a_url_that_no_article_has_goes(tmp_path: Path) -> None:
    store(tmp_path, "used", "unused", "recent", days=(91, 91, 89))
    with LinkStore(tmp_path) as links:
        assert links.forget_unused([BASE + "used"], NOW) == 1
        assert links.forget_unused([BASE + "used"], NOW) == 0
    assert urls(tmp_path) == [BASE + "recent", BASE + "used"]
    with MeasuredLinks(tmp_path) as measured:
        assert sorted(measured.measured()) == urls(tmp_path)


def test_builds_learn_of_what_is_forgotten(tmp_path: Path) -> None:
    store(tmp_path, "a")
    with MeasuredLinks(tmp_path) as before, LinkStore(tmp_path) as links:
        assert links.forget([BASE + "b"]) == 0
        with MeasuredLinks(tmp_path) as same:
            assert same.state() == before.state()
        assert links.forget([BASE + "a"]) == 1
        with MeasuredLinks(tmp_path) as after:
            assert after.state() != before.state()
            assert after.measured() == {}


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["a.example"], ["https://b.example/a"]),
        (["*.EXAMPLE"], []),
        ([f"{BASE}a*"], [f"{BASE}b", "https://b.example/a"]),
        (["nothing", "b.example"], [f"{BASE}a", f"{BASE}b"]),
        (["example"], [f"{BASE}a", f"{BASE}b", "https://b.example/a"]),
    ],
)
def test_a_pattern_is_that_of_a_host_or_a_url(site: SiteFolder, patterns: list[str], left: list[str]) -> None:
    site.state.mkdir()
    store(site.state, "a", "b", "https://b.example/a")
    done = site.run("check", *(f"--forget={pattern}" for pattern in patterns))
    assert (done.returncode, done.stderr) == (0, "")
    count = 3 - len(left)
    assert done.stdout == f"forgot {count} {'response' if count == 1 else 'responses'}\n"
    assert urls(site.state) == left


def test_the_statistics_are_of_verdicts_and_ages(site: SiteFolder) -> None:
    site.state.mkdir()
    store(site.state, "a", "b", "c", "d", "e", days=(100_000, 0.5, 3, 20, 60))
    store(site.state, "f", status=404)
    found = json.loads(site.run("check", "--stats", "--format", "json").stdout)
    assert {name: count for name, count in found["verdicts"].items() if count} == {"ok": 5, "broken": 1}
    assert sum(found["ages"].values()) == 6
    assert list(found["ages"]) == ["1", "7", "30", "90", "older"]
    done = site.run("check", "--stats")
    assert done.returncode == 0
    assert "broken                1\n" in done.stdout
    assert "up to 1 day " in done.stdout
    assert "up to 90 days " in done.stdout


def test_without_records_there_is_nothing_to_count(site: SiteFolder) -> None:
    done = site.run("check", "--stats")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("verdict       responses\nage ")
    assert site.run("check", "--forget", "*").stdout == "forgot 0 responses\n"
    assert not site.state.exists(), "nothing is made"


@pytest.mark.parametrize("args", [["--stats", "content"], ["--forget", "a", "--fix-redirects"]])
def test_what_checks_nothing_takes_nothing_to_check(site: SiteFolder, args: list[str]) -> None:
    done = site.run("check", *args)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile() as hostile:
        yield hostile


@pytest.mark.slow
def test_a_check_of_the_whole_site_forgets_what_no_article_has(site: SiteFolder, server: Hostile) -> None:
    site.configure("check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0}\n")
    site.add("a", sourceUrl=server.url("/ok"), images=[{"url": f"{BASE}image"}])
    site.add("draft", sourceUrl=f"{BASE}draft", draft=True)
    site.state.mkdir()
    store(site.state, "image", "draft", "gone", days=(1000,))
    assert site.run("check", "--offline").returncode == 0
    assert site.run("check", "content/a.md").returncode == 0
    assert len(urls(site.state)) == 4
    assert site.run("check").returncode == 0
    assert urls(site.state) == [server.url("/ok"), f"{BASE}draft", f"{BASE}image"]
