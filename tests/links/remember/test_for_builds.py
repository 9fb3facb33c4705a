"""The results of checks that a build reads from links.db, also while a check writes to it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from feedpub.links.model import Answer, Failure, LinkTarget, Verdict
from feedpub.links.remember.answers import MeasuredMedia
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.remember.store import LinkStore
from support.links.storing import CHECK, GONE, NOW, OK, PAGE, add

IMAGE = LinkTarget(url="https://example.com/a.png", wants_length=True)
PNG = Answer(status=200, media_type="image/png", length=1234)


def learned(folder: Path) -> tuple[dict[str, MeasuredMedia], list[tuple[str, int]], tuple[str, int]]:
    with MeasuredLinks(folder) as results:
        assert results.warning is None
        suspects = [(url, known.broken_runs) for url, known in results.suspects()]
        return results.measured(), suspects, results.state()


def test_without_a_links_db_nothing_is_known_and_nothing_is_made(tmp_path: Path) -> None:
    assert learned(tmp_path / "state") == ({}, [], ("", 0))
    (tmp_path / "links.db").touch()
    assert learned(tmp_path) == ({}, [], ("", 0))
    assert [path.name for path in tmp_path.iterdir()] == ["links.db"]


def test_what_was_measured_of_images_and_attachments_is_told(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as store:
        store.add(IMAGE, PNG, [Verdict.OK], NOW)
        store.add(PAGE, Answer(status=200, media_type="text/html", length=1), [Verdict.OK], NOW)
    assert learned(tmp_path)[0] == {IMAGE.url: MeasuredMedia("image/png", 1234)}


@pytest.mark.parametrize(
    ("target", "answer", "verdict"),
    [
        (LinkTarget(url=IMAGE.url), Answer(status=200, media_type="text/html"), Verdict.OK),
        (IMAGE, Answer(status=404, media_type="text/html", length=99), Verdict.BROKEN),
        (IMAGE, Answer(status=200, failure=Failure.LOOP, media_type="text/html"), Verdict.BROKEN),
        (IMAGE, Answer(status=200), Verdict.OK),
    ],
)
def test_what_tells_nothing_of_an_image_leaves_its_type(
    tmp_path: Path, target: LinkTarget, answer: Answer, verdict: Verdict
) -> None:
    add(tmp_path, PNG, target=IMAGE)
    add(tmp_path, answer, verdict, target=target)
    assert learned(tmp_path)[0] == {IMAGE.url: MeasuredMedia("image/png", 1234)}


def test_what_may_be_broken_is_told_with_its_answer(tmp_path: Path) -> None:
    blocked = LinkTarget(url="https://example.com/blocked")
    with LinkStore(tmp_path) as store:
        store.add(IMAGE, Answer(failure=Failure.CERTIFICATE), [Verdict.BROKEN], NOW)
        store.add(PAGE, OK, [Verdict.OK], NOW)
        store.add(blocked, Answer(status=403), [Verdict.BLOCKED], NOW)
    assert learned(tmp_path)[1] == [(IMAGE.url, 1), (blocked.url, 0)]
    with MeasuredLinks(tmp_path) as results:
        assert [known.answer.failure for _, known in results.suspects()] == [Failure.CERTIFICATE, None]


def test_the_fingerprint_changes_with_what_a_build_learns_and_with_nothing_else(tmp_path: Path) -> None:
    def fingerprint(target: LinkTarget, answer: Answer, verdict: Verdict = Verdict.OK) -> tuple[str, int]:
        add(tmp_path, answer, verdict, target=target)
        return learned(tmp_path)[2]

    first = fingerprint(IMAGE, PNG)
    assert first
    assert fingerprint(PAGE, OK) == first
    assert fingerprint(IMAGE, Answer(status=200, media_type="image/png", length=1234, elapsed=9)) == first
    assert fingerprint(PAGE, Answer(failure=Failure.TIMEOUT), Verdict.UNREACHABLE) == first
    seen = [first]
    for target, answer, verdict in [
        (IMAGE, Answer(status=200, media_type="image/png", length=1235), Verdict.OK),
        (IMAGE, Answer(status=200, media_type="image/webp", length=1235), Verdict.OK),
        (PAGE, GONE, Verdict.BROKEN),
        (PAGE, GONE, Verdict.BROKEN),
        (PAGE, Answer(status=410), Verdict.BROKEN),
        (PAGE, OK, Verdict.OK),
    ]:
        seen.append(fingerprint(target, answer, verdict))
        assert len(set(seen)) == len(seen)


def test_the_changes_since_a_revision_are_told_until_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedpub.links.remember.store.KEPT_CHANGES", 3)
    seen = [0]
    for number in range(5):
        add(tmp_path, PNG, target=LinkTarget(url=f"https://example.com/{number}.png", wants_length=True))
        seen.append(learned(tmp_path)[2][1])
    with LinkStore(tmp_path) as store:
        assert store.forget(["https://example.com/4.png", "https://example.com/none"]) == 1
    with MeasuredLinks(tmp_path) as results:
        names = [results.changed_since(revision) for revision in (*seen, results.state()[1])]
    last = [frozenset(f"https://example.com/{number}.png" for number in range(first, 5)) for first in (3, 4, 4, 5)]
    assert names == [None, None, None, *last]


def test_a_links_db_that_began_anew_has_another_fingerprint(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        add(tmp_path / name, PNG, target=IMAGE)
    assert learned(tmp_path / "a")[2] != learned(tmp_path / "b")[2]


def test_a_build_sees_one_moment_while_a_check_runs_and_stops_no_check(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as store:
        store.add(IMAGE, PNG, [Verdict.OK], NOW)
        with MeasuredLinks(tmp_path) as build:
            before = build.state()
            store.add(IMAGE, Answer(status=404), [Verdict.BROKEN], NOW)
            store.add(LinkTarget(url="https://example.com/b.png", wants_length=True), PNG, [Verdict.OK], NOW)
            assert list(build.suspects()) == []
            assert list(build.measured()) == [IMAGE.url]
            assert build.state() == before
        assert learned(tmp_path)[1] == [(IMAGE.url, 1)]


@pytest.mark.slow
def test_a_build_reads_what_a_killed_check_left(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CHECK, str(tmp_path), "0.01"], stdout=subprocess.PIPE) as check:
        assert check.stdout
        check.stdout.readline()
        time.sleep(1.5)
        check.kill()
    with LinkStore(tmp_path) as store:
        store.add(IMAGE, PNG, [Verdict.OK], NOW)
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("links.db", "links.db-wal"):
            (copy / name).write_bytes((tmp_path / name).read_bytes())
    assert learned(copy)[0] == {IMAGE.url: MeasuredMedia("image/png", 1234)}


def test_a_damaged_links_db_costs_a_build_one_warning_and_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "links.db").write_bytes(b"no database" * 1000)
    with MeasuredLinks(tmp_path) as build:
        assert build.warning == f"{tmp_path}/links.db: is damaged; built without the results of link checks"
        assert (build.measured(), list(build.suspects()), build.state()) == ({}, [], ("", 0))
    assert [path.name for path in tmp_path.iterdir()] == ["links.db"]


READ_ONLY = """
import os, sys
from pathlib import Path
from feedpub.links.remember.for_builds import MeasuredLinks
if os.getuid() == 0:
    os.setuid(65534)
with MeasuredLinks(Path(sys.argv[1])) as build:
    print(build.warning, len(build.measured()))
"""


@pytest.mark.slow
def test_a_build_that_may_only_read_reads() -> None:
    # Not below pytest's folder, which no other user may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        add(folder, PNG, target=IMAGE)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        folder.chmod(0o755)
        assert (done.stdout, done.stderr) == ("None 1\n", "")
