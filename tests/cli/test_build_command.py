"""``feedpub build`` as it speaks: the closing line, the report, quiet and loud, and every kind of bad input."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.site import CONFIG, SiteFolder

LINE = re.compile(r"(?P<counts>.+) in \d+\.\d\d s")


def counts(output: str) -> str:
    """The closing line without the time."""
    match = LINE.fullmatch(output.strip())
    assert match, output
    return match["counts"]


def on_terminal(site: SiteFolder, *args: str) -> tuple[int, str]:
    """Run feedpub on a terminal; its status and all that the terminal was sent."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedpub", *args], cwd=site.root, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    return process.wait(), shown.decode()


def add_one_of_each(site: SiteFolder) -> None:
    site.add("published", topics=["AI"])
    site.add("draft", draft=True)
    site.add("later", publishedDateTime="2999-01-01")
    site.add("invalid", title=None)
    site.add("twin", sourceUrl="https://example.com/published")


def test_the_closing_line_counts_articles_reasons_and_feeds(site: SiteFolder) -> None:
    add_one_of_each(site)
    assert counts(site.build().stdout) == (
        "5 articles read, 1 published, 1 unpublished, 1 embargoed, 1 invalid, 1 duplicate left out, "
        "2 feeds written, 0 unchanged"
    )
    site.add("published", excerpt="New.")
    assert counts(site.build("--prune").stdout).endswith("left out, 1 feed written, 0 unchanged, 1 removed")


def test_the_report_has_the_shape_that_programs_rely_on(site: SiteFolder) -> None:
    add_one_of_each(site)
    site.build("--report", "report.json")
    report = json.loads((site.root / "report.json").read_bytes())
    assert isinstance(report.pop("seconds"), float)
    invalid, twin = report.pop("problems")
    assert report == {
        "articles": {
            "read": 5,
            "published": 1,
            "unpublished": 1,
            "embargoed": 1,
            "expired": 0,
            "invalid": 1,
            "duplicates": 1,
        },
        "feeds": {"total": 2, "written": 2, "unchanged": 0, "removed": 0},
        "files": 14,
    }
    assert invalid.keys() == twin.keys() == {"path", "line", "key", "message", "kind"}
    assert (invalid["path"], invalid["line"], invalid["key"]) == ("content/invalid.md", 1, "title")
    assert (twin["path"], twin["key"]) == ("content/twin.md", "id")


def test_the_report_names_known_problems_too(site: SiteFolder) -> None:
    add_one_of_each(site)
    site.build()
    done = site.build("--report", "report.json")
    assert (done.stdout, done.stderr) == ("", "")
    assert len(json.loads((site.root / "report.json").read_bytes())["problems"]) == 2


def test_a_strict_build_that_stops_writes_its_report_all_the_same(site: SiteFolder) -> None:
    add_one_of_each(site)
    assert site.run("build", "--strict", "--report", "report.json").returncode == 1
    report = json.loads((site.root / "report.json").read_bytes())
    assert report["feeds"] == {"total": 2, "written": 0, "unchanged": 2, "removed": 0}
    assert len(report["problems"]) == 2


@pytest.mark.slow
def test_a_report_through_a_pipe_does_not_replace_the_pipe(site: SiteFolder) -> None:
    site.add()
    done = site.run_process("build", "-q", "--report", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["articles"]["read"] == 1
    assert Path("/dev/stdout").is_symlink()


def test_a_report_through_a_link_keeps_the_link(site: SiteFolder) -> None:
    site.add()
    (site.root / "report.json").write_text("old")
    (site.root / "link.json").symlink_to("report.json")
    site.build("--report", "link.json")
    assert (site.root / "link.json").is_symlink()
    assert json.loads((site.root / "report.json").read_bytes())["articles"]["read"] == 1


@pytest.mark.parametrize(
    ("report", "why"), [("no/such/report.json", "there is no such folder"), ("content", "is a folder")]
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_published(
    site: SiteFolder, report: str, why: str
) -> None:
    site.add()
    done = site.run("build", "--report", report)
    assert done.returncode == 2
    assert re.fullmatch(rf"feedpub: .*'{report}': {why} .*\n", done.stderr)
    assert site.files() == {}


def test_a_problem_is_named_once_then_counted_and_named_again_when_its_file_changes(site: SiteFolder) -> None:
    site.add("good")
    site.add("bad", title=None)
    named = site.build().stderr
    assert re.fullmatch(r"content/bad\.md:1: title: missing.*\n", named)
    assert site.build().stderr == "", "nothing changed: cron stays quiet"
    site.add("good", excerpt="New.")
    counted = site.build()
    assert counted.stderr == "1 known problem (1 invalid); 'feedpub validate' names them\n"
    assert "1 invalid left out" in counted.stdout
    site.add("bad", title=None, excerpt="Still without a title.")
    again = site.build()
    assert again.stderr == named
    assert again.stdout, "a new problem is news"


def test_a_new_problem_is_named_and_the_known_ones_are_counted(site: SiteFolder) -> None:
    site.add("good")
    site.add("bad", title=None)
    site.build()
    site.add("worse", title=None, publishedDateTime="never")
    lines = site.build().stderr.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == ["content/worse.md"] * 2
    assert lines[-1].startswith("1 known problem (1 invalid);")


def test_duplicates_and_repaired_articles_are_named_once_too(site: SiteFolder) -> None:
    site.add("a")
    site.add("b", sourceUrl="https://example.com/a")
    site.write("c", "---\ntitle: be\x07ll\ndate: 2024-05-01\nsourceUrl: https://example.com/c\n---\n")
    first = site.build().stderr.splitlines()
    assert [line.split(": ")[:2] for line in first] == [["content/b.md:1", "id"], ["content/c.md:2", "title"]]
    site.add("a", excerpt="New.")
    assert site.build().stderr.startswith("2 known problems (1 duplicate, 1 repaired);")


def test_full_names_known_problems_again(site: SiteFolder) -> None:
    site.add("bad", title=None)
    named = site.build().stderr
    assert site.build("--full").stderr == named


def test_an_unchanged_build_is_quiet_even_with_withheld_articles(site: SiteFolder) -> None:
    site.add("draft", draft=True)
    site.add("later", publishedDateTime="2999-01-01")
    assert "1 unpublished, 1 embargoed left out" in site.build().stdout
    done = site.build()
    assert (done.stdout, done.stderr) == ("", "")


def test_quiet_tells_of_problems_only(site: SiteFolder) -> None:
    site.add("good")
    site.add("bad", title=None)
    done = site.build("-q")
    assert done.stdout == ""
    assert done.stderr.startswith("content/bad.md:1: title: ")


def test_verbose_names_changed_files_and_speaks_though_nothing_changed(site: SiteFolder) -> None:
    site.add()
    assert site.build("-v").stderr.splitlines() == [
        f"changed: {name}"
        for name in ".well-known/feeds 404.html atom.xml feed.json feedpub.css feedpub.js feeds.opml index.html "
        "rss.xml".split()
    ]
    assert counts(site.build("-v").stdout) == "1 article read, 1 published, 0 feeds written, 1 unchanged"


@pytest.mark.slow
def test_on_a_terminal_progress_and_the_closing_line_are_shown_though_nothing_changed(site: SiteFolder) -> None:
    site.add()
    site.build()
    status, shown = on_terminal(site, "build")
    assert status == 0
    assert "Reading" in shown
    assert counts(shown.splitlines()[-1].rpartition("\x1b[2K")[2]).endswith("0 feeds written, 1 unchanged")


@pytest.mark.slow
def test_on_a_terminal_quiet_shows_nothing(site: SiteFolder) -> None:
    site.add()
    assert on_terminal(site, "build", "-q") == (0, "")


@pytest.mark.slow
def test_on_a_terminal_an_error_stands_on_a_line_of_its_own(site: SiteFolder) -> None:
    for number in range(20):
        site.add(f"a{number}")
    site.build()
    for number in range(15):
        (site.content / f"a{number}.md").unlink()
    status, shown = on_terminal(site, "build")
    assert status == 1
    assert shown.splitlines()[-1].rpartition("\x1b[2K")[2].startswith("feedpub: only 5 of the 20 articles ")


@pytest.mark.slow
def test_on_a_terminal_a_deploy_shows_its_progress(site: SiteFolder) -> None:
    site.configure("deploy:\n  here: {url: 'file:public'}\n")
    site.add()
    status, shown = on_terminal(site, "build", "--deploy", "here")
    assert status == 0
    count = len(site.files())
    assert f"Uploading: {count} of {count} files, " in shown
    last = shown.splitlines()[-1].rpartition("\x1b[2K")[2]
    assert last.startswith(f"{count} files uploaded to here (")


def test_progress_is_never_shown_in_a_pipe(site: SiteFolder) -> None:
    site.add()
    done = site.build("-v")
    assert "Reading" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("now", ["soon", "", "2026-13-01", "2026-02-30T08:00:00Z", "12:30"])
def test_a_time_that_is_none_exits_2(site: SiteFolder, now: str) -> None:
    site.add()
    done = site.run("build", "--now", now)
    assert done.returncode == 2
    assert done.stderr.startswith(f"feedpub: invalid value for '--now': {now!r} is not a date that exists")
    assert done.stderr.count("\n") == 1
    assert not site.output.exists()


@pytest.mark.parametrize("option", ["--output", "--report"])
def test_an_empty_path_is_not_the_folder_one_happens_to_be_in(site: SiteFolder, option: str) -> None:
    site.add()
    done = site.run("build", option, "")
    assert done.returncode == 2
    assert done.stderr == f"feedpub: invalid value for '{option}': the path is empty (see 'feedpub build --help')\n"
    assert {path.name for path in site.root.iterdir()} == {"config.yaml", "content"}


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        pytest.param(None, r"feedpub: config\.yaml: cannot be read: no such file .*; 'feedpub init' .*", id="no"),
        pytest.param("", r"config\.yaml:1: site: missing; it is required", id="empty"),
        pytest.param("site: [", r"config\.yaml:\d+: .+", id="no YAML"),
        pytest.param(CONFIG + "outptu: {}\n", r"config\.yaml:8: outptu: unknown key; did you mean output\?", id="typo"),
        pytest.param(CONFIG + "output: {limit: 0}\n", r"config\.yaml:8: output\.limit: '0' is not .+", id="value"),
        pytest.param(CONFIG + 'o\x1bu: 1\n"a\\nb": 1\n', r"(config\.yaml:\d+: .+\n?)+?", id="control"),
    ],
)
def test_a_configuration_that_cannot_be_used_exits_2_with_its_line(
    site: SiteFolder, configuration: str | None, message: str
) -> None:
    site.add()
    (site.root / "config.yaml").unlink()
    if configuration is not None:
        (site.root / "config.yaml").write_text(configuration)
    done = site.run("build")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(message + "\n", done.stderr), done.stderr
    assert not site.output.exists()
    assert not site.state.exists()


@pytest.mark.parametrize(
    "put", [lambda path: path.mkdir(), lambda path: path.symlink_to("config.yaml")], ids=["folder", "link to itself"]
)
def test_a_configuration_that_is_no_file_exits_2(site: SiteFolder, put: Callable[[Path], object]) -> None:
    (site.root / "config.yaml").unlink()
    put(site.root / "config.yaml")
    done = site.run("build")
    assert done.returncode == 2
    assert re.fullmatch(r"feedpub: config\.yaml: cannot be read: .+\n", done.stderr)


@pytest.mark.slow
def test_four_times_as_many_problems_take_no_more_than_ten_times_as_long(site: SiteFolder) -> None:
    def seconds(count: int) -> float:
        site.add("a", images=[{"title": "no URL"}] * count)
        times = []
        for _ in range(2):
            before = time.process_time()
            assert site.build("--full").stderr.count(": images[") == count
            times.append(time.process_time() - before)
        return min(times)

    # What is quadratic takes sixteen times as long.
    assert seconds(4_000) < 10 * seconds(1_000)
