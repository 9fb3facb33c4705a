"""A build that reads only what changed gives the very bytes of a build from nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub import BuildOptions, Report, build, load_config
from feedpub.building import incremental
from feedpub.content import files as content_files
from feedpub.links.facts import NO_FACTS, LinkFacts
from feedpub.links.model import Answer, LinkTarget, Verdict
from support.links import storing
from support.site import CONFIG, SiteFolder

T = TypeVar("T")

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NAMES = [f"article-{number}" for number in range(6)]
TOPICS = ["AI", "ai", "Robots", "Power Apps"]

CONFIGURATIONS = [
    "",
    "output: {limit: 2}\n",
    "output: {formats: [atom]}\n",
    "output: {limit: 1, archive: true, precompress: [gzip, br]}\n",
    "output: {limit: 2, archive: true, pages: false}\n",
    "output: {archive: true, limit: 3}\ntopics: {min_articles: 2}\n",
    "topics: {exclude: [AI]}\n",
    "topics: {min_articles: 2}\n",
    "feeds: [{slug: mine, title: Mine, topics: [AI], min_heat: 50}]\n",
    "output: {related: content, lead_image: both}\ntopics: {sort: heat, limit: 2, feeds: {AI: {formats: [json]}}}\n",
    "feeds: [{slug: mine, title: Mine, since: 5d, any: {titles: [Title], topics: [Robots]}, none: {min_heat: 80}}]\n",
    "feeds: [{slug: mine, title: Mine, sort: heat, limit: 1, content: none, language: de, expired: true}]\n",
    "topics: {aliases: {AI: Robots}}\nproviders: {aliases: {provider.example: new.example, Provider 1: Provider 2}}\n",
    "output: {max_bytes: 3 kB, archive: true, limit: 2}\n",
    "retired: [topics/ai, providers/provider.example]\n",
    "feeds: [{slug: mine, title: Mine, min_heat: 30, top: {count: 1, per: day}, limit: 2, content: none}]\n",
    "feeds: [{slug: mine, title: Mine, top: {count: 2, digest: true}}, {slug: b, title: B, top: {per: month}}]\n",
    "output: {group_stories: true, limit: 2}\n",
    "topics: {group_stories: true}\nfeeds: [{slug: mine, title: Mine, group_stories: true, sort: heat, limit: 1}]\n",
    "feeds: [{slug: mine, title: Mine, limit: 2, archive: true, podcast: {category: News, image: /c.jpg}}]\n",
    "feeds: [{slug: mine, title: Mine, combine: [topics, providers], min_articles: 2, min_heat: 20}]\n",
    "feeds: [{slug: mine, title: Mine, combine: [topics], languages: true, since: 9d, limit: 2, archive: true}]\n",
    "feeds: [{slug: mine, title: Mine, combine: [topics], group_stories: true, sort: heat, limit: 2}]\n",
    "feeds: [{slug: mine, title: Mine, limit: 2, profiles: [flipboard], group_stories: true}]\n",
    "check: {on_broken: omit}\noutput: {limit: 2, archive: true}\n",
]


class Edits:
    """A site, and what may happen to it between two builds."""

    def __init__(self, folder: Path) -> None:
        self.site = SiteFolder(folder / "site")
        self.now = NOW
        self.counter = 0

    def write(self, name: str, day: int, topic: str, heat: int) -> None:
        """Add or change an article; from day 32 on it is embargoed."""
        self.counter += 1
        moment = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(days=day)
        provider = {"name": f"Provider {heat % 2}", "domain": "provider.example"}
        values: dict[str, Any] = {
            "topics": [topic],
            "heat": heat,
            "provider": provider,
            "title": f"Title {self.counter:06}",
        }
        if heat % 3 == 0:
            values |= {"enclosures": [f"/{name}.mp3"], "episode": self.counter}
        self.site.add(name, publishedDateTime=moment.isoformat(), **values)

    def tell(self, name: str, hour: int, heat: int, *, related: bool) -> None:
        """Add or change an article that tells a story as others do."""
        values: dict[str, Any] = {
            "publishedDateTime": (NOW + timedelta(hours=hour)).isoformat(),
            "title": "OpenAI launches GPT-5 for all users" if heat % 3 else "OpenAI launches GPT-5",
            "provider": {"domain": f"{name}.example"},
            "related": [{"sourceUrl": "https://example.com/article-1"}] if related else [],
            "topics": ["AI"],
            "heat": heat,
        }
        self.site.add(name, **values)

    def break_(self, name: str) -> None:
        """Make an article invalid, or add one that is."""
        self.site.write(name, "---\ntitle: [\n---\n")

    def withhold(self, name: str) -> None:
        """Un-publish an article."""
        self.site.add(name, draft=True)

    def remove(self, name: str) -> None:
        """Delete an article."""
        self.path(name).unlink(missing_ok=True)

    def rename(self, name: str, other: str) -> None:
        """Give an article another file."""
        if self.path(name).exists():
            self.path(name).rename(self.path(other))

    def copy(self, name: str, other: str) -> None:
        """Make a duplicate."""
        if self.path(name).exists() and name != other:
            shutil.copy(self.path(name), self.path(other))

    def touch(self, name: str) -> None:
        """Change a file's times alone."""
        if self.path(name).exists():
            os.utime(self.path(name))

    def change_in_a_tick(self, name: str) -> None:
        """Change a file, and leave its size and modification time as they were."""
        if self.path(name).exists():
            status = self.path(name).stat()
            self.path(name).write_bytes(self.path(name).read_bytes().replace(b"Title ", b"Trick "))
            os.utime(self.path(name), ns=(status.st_atime_ns, status.st_mtime_ns))

    def configure(self, more: str) -> None:
        """Change the configuration."""
        self.site.configure(more)

    def move_in(self, zone: str) -> None:
        """Change what a date without an offset means."""
        self.site.configure(f"  timezone: {zone}\n")

    def wait(self, days: int) -> None:
        """Let time pass, or turn it back."""
        self.now += timedelta(days=days)

    def spoil(self, path: str) -> None:
        """Have someone else change a published file."""
        if (self.site.output / path).exists():
            (self.site.output / path).write_text("spoilt")

    def check(self, name: str, length: int) -> None:
        """Record what a check finds out about the file of an article: a length, or that it is broken."""
        target = LinkTarget(url=f"https://news.example.org/{name}.mp3", wants_length=True)
        answer = Answer(status=200, media_type="audio/mpeg", length=length) if length else Answer(status=404)
        self.site.state.mkdir(exist_ok=True)
        storing.add(self.site.state, answer, Verdict.OK if length else Verdict.BROKEN, target=target)

    def forget(self) -> None:
        """Lose links.db."""
        for file in self.site.state.glob("links.db*"):
            file.unlink()

    def path(self, name: str) -> Path:
        """The file of an article."""
        return self.site.content / f"{name}.md"


Edit = Callable[[Edits], object]

name = st.sampled_from(NAMES)
edit: st.SearchStrategy[Edit] = st.one_of(
    st.builds(
        lambda *values: lambda edits: edits.write(*values),
        name,
        st.integers(0, 40),
        st.sampled_from(TOPICS),
        st.integers(0, 100),
    ),
    st.builds(
        lambda one, hour, heat, related: lambda edits: edits.tell(one, hour, heat, related=related),
        name,
        st.integers(-100, 10),
        st.integers(0, 100),
        st.booleans(),
    ),
    st.builds(lambda one: lambda edits: edits.break_(one), name),
    st.builds(lambda one: lambda edits: edits.withhold(one), name),
    st.builds(lambda one: lambda edits: edits.remove(one), name),
    st.builds(lambda one, other: lambda edits: edits.rename(one, other), name, name),
    st.builds(lambda one, other: lambda edits: edits.copy(one, other), name, name),
    st.builds(lambda one: lambda edits: edits.touch(one), name),
    st.builds(lambda one: lambda edits: edits.change_in_a_tick(one), name),
    st.builds(lambda more: lambda edits: edits.configure(more), st.sampled_from(CONFIGURATIONS)),
    st.builds(lambda zone: lambda edits: edits.move_in(zone), st.sampled_from(["UTC", "Asia/Tokyo"])),
    st.builds(lambda days: lambda edits: edits.wait(days), st.sampled_from([-10, 5, 20])),
    st.builds(lambda one, length: lambda edits: edits.check(one, length), name, st.integers(0, 3)),
    st.builds(lambda: lambda edits: edits.forget()),
    st.builds(lambda path: lambda edits: edits.spoil(path), st.sampled_from(["rss.xml", "topics/ai/feed.json"])),
)


def built(site: SiteFolder, now: datetime, **options: bool) -> Report:
    return build(load_config(site.root / "config.yaml"), BuildOptions(now=now, jobs=1, **options))


def from_nothing(site: SiteFolder, now: datetime) -> tuple[Report, dict[str, bytes]]:
    """Return the output of a build of a copy of ``site`` without build.db."""
    twin = site.root.parent / "twin"
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(site.root, twin)
    (twin / ".feedpub" / "build.db").unlink(missing_ok=True)
    other = object.__new__(SiteFolder)
    other.__dict__ = {"root": twin, "output": twin / "output"}
    return built(other, now, full=True), other.files()


@pytest.mark.slow
@pytest.mark.parametrize("most", [0, 3, incremental.MAX_CHANGES], ids=["everything", "either", "changes"])
@settings(max_examples=settings.default.max_examples * 6 // 10)
@given(st.lists(st.lists(edit, min_size=1, max_size=4), min_size=1, max_size=6))
def test_whatever_happens_between_builds_the_result_is_that_of_a_full_build(
    most: int, rounds: list[list[Callable[[Edits], object]]]
) -> None:
    # A clock tick, no more: else every article is taken for changed, because its file is young.
    with (
        patch.object(incremental, "MAX_CHANGES", most),
        patch.object(content_files, "RACY", 20_000_000),
        tempfile.TemporaryDirectory() as folder,
    ):
        edits = Edits(Path(folder))
        for number, one in enumerate(NAMES[:3]):
            edits.write(one, number, TOPICS[number], 60)
        for some in rounds:
            for change in some:
                change(edits)
            expected, files = from_nothing(edits.site, edits.now)
            report = built(edits.site, edits.now)
            assert edits.site.files() == files
            assert (report.articles, report.problems) == (expected.articles, expected.problems)
            again = built(edits.site, edits.now)
            assert edits.site.files() == files
            assert (again.articles, again.problems, again.files) == (expected.articles, expected.problems, ())


def refuse(*_: object) -> NoReturn:
    raise AssertionError("everything was looked at")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda edits: edits.write("article-1", 9, "Robots", 10), id="edit"),
        pytest.param(lambda edits: edits.write("article-1", 39, "AI", 60), id="embargo"),
        pytest.param(lambda edits: edits.write("new", 3, "New", 60), id="add"),
        pytest.param(lambda edits: edits.rename("article-1", "other"), id="rename"),
        pytest.param(lambda edits: edits.remove("article-1"), id="remove"),
        pytest.param(lambda edits: edits.withhold("article-1"), id="withhold"),
        pytest.param(lambda edits: edits.break_("article-1"), id="break"),
        pytest.param(lambda edits: edits.touch("article-1"), id="touch"),
    ],
)
@pytest.mark.parametrize("archive", ["true", "false"])
def test_a_few_changes_are_told_from_build_db_without_a_look_at_the_rest(
    tmp_path: Path, archive: str, change: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = Edits(tmp_path)
    feeds = "{slug: mine, title: Mine, min_heat: 50}, {slug: all, title: All, combine: [topics], min_articles: 2}"
    edits.configure(f"output: {{limit: 2, archive: {archive}}}\nfeeds: [{feeds}]\n")
    for number, one in enumerate(NAMES):
        edits.write(one, number, TOPICS[number % 4], 30 * (number % 3))
    edits.break_("wrong")
    built(edits.site, NOW)
    change(edits)
    expected, files = from_nothing(edits.site, NOW)
    monkeypatch.setattr("feedpub.building.plan.read_snapshot", refuse)
    report = built(edits.site, NOW)
    assert edits.site.files() == files
    assert (report.articles, report.problems) == (expected.articles, expected.problems)


def test_a_build_db_that_fails_once_the_plan_is_made_costs_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_files, "RACY", 20_000_000)
    edits = Edits(tmp_path)
    for number, one in enumerate(NAMES):
        edits.write(one, number, TOPICS[number % 4], 60)
    time.sleep(0.1)
    built(edits.site, NOW)
    edits.write("article-1", 1, "Robots", 70)
    expected, files = from_nothing(edits.site, NOW)

    def failing(build: Any) -> LinkFacts:
        build.state.cache.close()
        return NO_FACTS

    with monkeypatch.context() as patched:
        patched.setattr("feedpub.building.builder._Build._link_facts", failing)
        report = built(edits.site, NOW)
    assert edits.site.files() == files
    assert (report.articles, report.problems) == (expected.articles, expected.problems)
    assert built(edits.site, NOW).files == ()


def test_one_change_in_a_second_output_folder_is_made_whole(site: SiteFolder) -> None:
    for number in range(3):
        site.add(f"a{number}", topics=[f"Topic {number}"])
    site.build()
    site.build("--output", "second")
    site.add("a0", topics=["Topic 0"], title="New")
    site.build("--output", "second")
    site.add("a1", topics=["Topic 1"], title="New")
    site.build()
    site.build("--output", "second")
    second = {path.relative_to(site.root / "second").as_posix(): path.read_bytes() for path in files_in(site, "second")}
    assert second == site.files()


def files_in(site: SiteFolder, folder: str) -> list[Path]:
    return [path for path in (site.root / folder).rglob("*") if path.is_file()]


@pytest.mark.parametrize("damage", ["DELETE FROM groups", "UPDATE groups SET value = x'00'", "DELETE FROM files"])
def test_a_gap_in_build_db_costs_a_look_at_everything(site: SiteFolder, damage: str) -> None:
    site.add("a", topics=["AI"])
    site.add("b", topics=["AI"])
    site.build()
    with contextlib.closing(sqlite3.connect(site.root / ".feedpub" / "build.db")) as db, db:
        db.execute(damage)
    site.add("b", topics=["AI"], title="New")
    assert ", 2 feeds written, 0 unchanged in" in site.build().stdout
    found = site.files()
    site.build("--full")
    assert site.files() == found


def test_embargoed_articles_appear_when_their_time_comes_though_no_file_changed(site: SiteFolder) -> None:
    site.add("old")
    site.add("new", publishedDateTime="2024-07-01")
    config = load_config(site.root / "config.yaml")
    for days, published in ((0, 1), (29, 1), (30, 2), (31, 2), (0, 1)):
        report = build(config, BuildOptions(now=NOW + timedelta(days=days)))
        assert report.articles.published == published


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace, which tells what a build opens, is not installed")
def test_an_article_that_did_not_change_is_not_opened(site: SiteFolder) -> None:
    site.configure("output: {limit: 1}\n")
    site.add("a", topics=["AI"])
    site.add("b", topics=["Robots"], publishedDateTime="2024-05-02")
    site.build()
    site.age()
    site.add("b", topics=["Robots"], publishedDateTime="2024-05-02", title="New")
    command = ["strace", "-f", "-e", "trace=openat", "-o", "trace", sys.executable, "-m", "feedpub", "build"]
    done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("tracing is not permitted here")
    trace = (site.root / "trace").read_text()
    assert ", 2 feeds written, 1 unchanged in" in done.stdout
    assert "/content/b.md" in trace
    assert "/content/a.md" not in trace


def test_a_feed_that_did_not_change_is_not_touched_and_one_that_did_is(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.add("b", topics=["Robots"])
    site.build()
    before = {path: (site.output / path).stat().st_ino for path in site.files()}
    site.add("b", topics=["Robots"], title="New")
    done = site.build()
    assert ", 2 feeds written, 1 unchanged in" in done.stdout
    changed = {path for path in site.files() if (site.output / path).stat().st_ino != before[path]}
    assert {path.rpartition("/")[0] for path in changed} == {"", "topics/robots"}


def test_a_fresh_checkout_writes_nothing(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    shutil.copytree(site.content, site.root / "new")
    shutil.rmtree(site.content)
    (site.root / "new").rename(site.content)
    done = site.build("-v")
    assert ", 0 feeds written, 2 unchanged in" in done.stdout


def test_a_content_folder_that_begins_elsewhere_gives_articles_other_urls(site: SiteFolder) -> None:
    site.write("posts/3", "---\ntitle: x\ndate: 2024-01-01\n---\n")
    for folder, url in (("content", "posts/3"), ("content/posts", "3"), ("content", "posts/3")):
        changed = CONFIG.replace("path: content", f"path: {folder}") + "  permalink: '/{path}/'\n"
        site.configure(base=changed)
        site.build()
        assert f"<link>https://news.example.org/{url}/</link>".encode() in site.files()["rss.xml"]


def test_what_changes_only_how_feeds_look_reads_no_article_again(site: SiteFolder) -> None:
    from feedpub.building import fingerprints
    from feedpub.content.fingerprint import reading_fingerprint

    config = load_config(site.root / "config.yaml")
    site.configure(base=CONFIG.replace("AI News", "Other News"))
    renamed = load_config(site.root / "config.yaml")
    reading = reading_fingerprint(config)
    assert reading_fingerprint(renamed) == reading
    assert fingerprints.rendering(reading, renamed) != fingerprints.rendering(reading, config)


def test_a_full_build_forgets_what_is_gone_so_that_it_may_come_back(site: SiteFolder, tmp_path: Path) -> None:
    site.add("a", topics=["AI"])
    file = site.add("b", topics=["Robots"])
    site.build()
    file.unlink()
    site.build("--full")
    site.add("b", topics=["Robots"])
    site.build()
    twin = SiteFolder(tmp_path / "twin")
    shutil.copytree(site.content, twin.content, dirs_exist_ok=True)
    twin.build()
    assert site.files() == twin.files()


def test_a_section_that_becomes_a_draft_while_a_build_reads_is_one_for_the_next(site: SiteFolder) -> None:
    site.configure(base=CONFIG + "  generator: zola\n")
    site.add("plans/a")
    config = load_config(site.root / "config.yaml")

    def draft_meanwhile(results: Iterable[T], _count: int) -> Iterator[T]:
        for result in results:
            site.write("plans/_index", "+++\ndraft = true\n+++\n")
            yield result

    assert build(config, BuildOptions(now=NOW, jobs=1, progress=draft_meanwhile)).articles.published == 1
    assert build(config, BuildOptions(now=NOW, jobs=1)).articles.published == 0


@pytest.mark.parametrize(("generator", "name"), [("eleventy", "plans/plans.json"), ("mkdocs", "plans/.meta.yml")])
def test_a_data_file_of_a_folder_decides_at_each_build(site: SiteFolder, generator: str, name: str) -> None:
    site.configure(base=f"{CONFIG}  generator: {generator}\n")
    site.add("plans/a", date="2024-05-01")
    site.add("b", date="2024-05-02")
    file = site.content / name
    shown = []
    for text in (None, '{"draft": true}', '{"draft": false}', '{"tags": ["Sea"]}', None):
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text, encoding="utf-8")
        site.build()
        shown.append(site.files())
        twin = SiteFolder(site.root.parent / f"twin{len(shown)}")
        shutil.copytree(site.content, twin.content, dirs_exist_ok=True)
        shutil.copy(site.root / "config.yaml", twin.root / "config.yaml")
        twin.build("--prune")
        site.build("--prune")
        assert site.files() == twin.files()
    counts = [files["feed.json"].count(b'"id":') for files in shown]
    assert counts == [2, 1, 2, 2, 2]
    assert [b"Sea" in files["feed.json"] for files in shown] == [False, False, False, True, False]
