"""The documents that a build renders anew because of a link check: those that show what changed, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from feedpub import BuildOptions, Report, build, load_config
from feedpub.building import incremental, publishing
from feedpub.content import files as content_files
from feedpub.core.models import ArchivedCopy
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.copies import StoredCopy
from feedpub.links.remember.store import LinkStore
from support.links.storing import DAY, NOW, add
from support.site import SiteFolder

SITE_FILES = {"rss.xml", "atom.xml", "feed.json"}


@pytest.fixture(params=[0, incremental.MAX_CHANGES], ids=["everything", "changes"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SiteFolder:
    """A site of six articles with recordings, checked and built: each topic has two, and each archive three."""
    monkeypatch.setattr(incremental, "MAX_CHANGES", request.param)
    monkeypatch.setattr(content_files, "RACY", 0)
    made = SiteFolder(tmp_path / "site")
    made.configure("output: {limit: 3, archive: true, pages: false}\ncheck: {on_broken: omit}\n")
    for number in range(6):
        made.add(
            str(number),
            publishedDateTime=f"2024-05-0{number + 1}",
            topics=[f"Topic {number % 3}"],
            enclosures=[f"{recording(number)}#part"],
        )
    made.state.mkdir()
    for number in range(6):
        measure(made, number, 1000)
    built(made)
    return made


def recording(number: int) -> str:
    return f"https://example.com/{number}.mp3"


def measure(site: SiteFolder, number: int, length: int) -> None:
    """Record what a check finds out about the recording of an article."""
    target = LinkTarget(url=recording(number), wants_length=True)
    add(site.state, Answer(status=200, media_type="audio/ogg", length=length), target=target)


def built(site: SiteFolder, **options: bool) -> Report:
    return build(load_config(site.root / "config.yaml"), BuildOptions(now=NOW, jobs=1, **options))


def rendered(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> tuple[Report, set[str]]:
    """Build; return the report and the paths of the documents that the build rendered."""
    paths: set[str] = set()
    render = publishing.render

    def spy(documents: Sequence[publishing.Document], renderer: publishing.Renderer) -> object:
        paths.update(path for document in documents for path in document.paths)
        return render(documents, renderer)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "render", spy)
        return built(site), paths


def of(*folders: str) -> set[str]:
    """Return the files of the feeds in these folders."""
    return {f"{folder}{file}" for folder in folders for file in SITE_FILES}


def test_a_length_renders_the_feeds_that_hold_the_article_alone(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(site, 5, 5005)
    report, paths = rendered(site, monkeypatch)
    assert paths == set(report.files) == of("", "archive/2/", "topics/topic-2/")
    assert b'length="5005"' in site.files()["rss.xml"]
    files = site.files()
    assert built(site, full=True).files == ()
    assert site.files() == files
    assert rendered(site, monkeypatch)[1] == set()


def test_a_length_renders_the_archive_that_holds_the_article(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    measure(site, 0, 5000)
    report, paths = rendered(site, monkeypatch)
    assert paths == set(report.files) == of("archive/1/", "topics/topic-0/")


def test_a_url_of_no_article_renders_nothing(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    measure(site, 77, 1)
    report, paths = rendered(site, monkeypatch)
    assert (report.files, paths) == ((), set())


def test_a_broken_recording_renders_the_feeds_that_leave_it_out_and_so_does_its_return(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = LinkTarget(url=recording(4), wants_length=True)
    for answer, verdict, shown in [
        (Answer(status=404), Verdict.BROKEN, False),
        (Answer(status=200, media_type="audio/ogg", length=1000), Verdict.OK, True),
    ]:
        add(site.state, answer, verdict, target=target)
        report, paths = rendered(site, monkeypatch)
        assert paths == set(report.files) == of("", "archive/2/", "topics/topic-1/")
        assert (b"example.com/4.mp3" in site.files()["rss.xml"]) is shown


def test_a_forgotten_url_renders_the_feeds_that_showed_its_length(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LinkStore(site.state) as store:
        store.forget([recording(3)])
    report, paths = rendered(site, monkeypatch)
    assert paths == set(report.files) == of("", "archive/2/", "topics/topic-0/")
    assert built(site, full=True).files == ()


def test_a_copy_of_a_dead_source_renders_the_feeds_that_show_it(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (site.root / "config.yaml").read_text()
    (site.root / "config.yaml").write_text(text.replace("on_broken: omit", "on_broken: archive"))
    assert built(site).files == ()
    url = "https://example.com/4"
    copy = ArchivedCopy("https://archive.example/4", NOW - 90 * DAY)
    with LinkStore(site.state) as store:
        store.add_copy(url, StoredCopy(copy, NOW, NOW))
        assert rendered(site, monkeypatch)[1] == set()
        for dead, alive in (([url], []), ([], [url])):
            store.show_copies(dead, alive)
            report, paths = rendered(site, monkeypatch)
            assert paths == set(report.files) == of("", "archive/2/", "topics/topic-1/")
            assert (b"https://archive.example/4" in site.files()["feed.json"]) is bool(dead)
            assert built(site, full=True).files == ()


def test_after_more_changes_than_are_kept_the_build_finds_each(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedpub.links.remember.store.KEPT_CHANGES", 2)
    for number in (3, 4, 5):
        measure(site, number, 9000 + number)
    report, paths = rendered(site, monkeypatch)
    assert paths == set(report.files) == of("", "archive/2/", "topics/topic-0/", "topics/topic-1/", "topics/topic-2/")


def test_links_db_is_missed_and_a_first_check_without_news_writes_nothing(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in site.state.glob("links.db*"):
        file.unlink()
    topics = [f"topics/topic-{number}/" for number in range(3)]
    assert set(built(site).files) == of("", "archive/1/", "archive/2/", *topics)
    assert b"audio/ogg" not in site.files()["rss.xml"]
    add(site.state, Answer(status=200, media_type="text/html"))
    assert built(site).files == ()
    measure(site, 5, 1)
    assert set(rendered(site, monkeypatch)[0].files) == of("", "archive/2/", "topics/topic-2/")
