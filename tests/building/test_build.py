"""``feedpub build``, end to end: what is written, what is left alone, what is removed, and what stops it."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from feedpub.content import files, walk
from support.site import CONFIG, SiteFolder

NAMES = ("rss.xml", "atom.xml", "feed.json")
Do = Callable[[SiteFolder], object]


@pytest.fixture
def twenty(site: SiteFolder) -> SiteFolder:
    """A built site of twenty articles."""
    for number in range(20):
        site.add(f"a{number:02}", topics=["AI"])
    site.build()
    return site


def traces(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return the inode, size and times of each file in ``folder``: they change with any write."""
    found = {path.relative_to(folder).as_posix(): path.lstat() for path in [folder, *folder.rglob("*")]}
    return {path: (status.st_ino, status.st_mtime_ns, status.st_size) for path, status in found.items()}


def keep_articles(site: SiteFolder, number: int) -> None:
    for path in sorted(site.content.iterdir())[number:]:
        path.unlink()


def test_a_second_build_writes_nothing(site: SiteFolder) -> None:
    site.add(topics=["AI"])
    site.build()
    before = traces(site.root)
    done = site.build()
    assert (done.stdout, done.stderr) == ("", "")
    own = {".feedpub", ".feedpub/lock", ".feedpub/build.db"}
    assert {path: trace for path, trace in traces(site.root).items() if path not in own} == {
        path: trace for path, trace in before.items() if path not in own
    }


def test_only_the_feeds_of_a_changed_article_are_touched(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.add("b", topics=["Space"])
    site.build()
    before = traces(site.output)
    site.add("b", topics=["Space"], excerpt="New.")
    site.build()
    after = traces(site.output)
    touched = {path for path in site.files() if after[path] != before[path]}
    assert touched == {f"{folder}{name}" for folder in ("", "topics/space/") for name in (*NAMES, "index.html")}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Path.unlink, id="removed"),
        pytest.param(lambda path: path.write_bytes(b"theirs"), id="changed"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-9] + b"</theirs>"), id="changed in place"),
        pytest.param(lambda path: shutil.rmtree(path.parent), id="removed with its folder"),
    ],
)
def test_a_file_of_ours_that_someone_spoiled_is_written_again(
    site: SiteFolder, spoil: Callable[[Path], object]
) -> None:
    site.add(topics=["AI"])
    site.build()
    before = site.files()
    spoil(site.output / "topics/ai/rss.xml")
    assert "1 feed written" in site.build().stdout
    assert site.files() == before


def test_the_order_in_which_files_were_made_does_not_show(tmp_path: Path) -> None:
    outputs = []
    for order in (1, -1):
        site = SiteFolder(tmp_path / str(order))
        for number in list(range(30))[::order]:
            site.add(f"a{number}", topics=["AI", "ai", f"T{number % 3}"], provider={"name": f"N{number % 2}"})
        site.build()
        outputs.append(site.files())
    assert outputs[0] == outputs[1]


def test_nothing_is_written_outside_output_whatever_an_article_names(site: SiteFolder) -> None:
    evil = ["../../evil", "..", ".", "/etc/evil", "a/b", "a\\b", "\0", "con", "~", "-rf", "x" * 5000, ".feedpub-tmp-x"]
    site.add(topics=evil, id="../../evil", provider={"name": "../../evil"})
    for number, name in enumerate(evil):
        site.add(f"p{number}", provider={"name": name})
    site.build()
    assert {path.name for path in site.root.iterdir()} == {"config.yaml", "content", "output", ".feedpub"}
    assert not (site.root.parent / "evil").exists()
    for path in site.files().keys() - {".well-known/feeds"}:
        assert path.removesuffix(path.rpartition("/")[2]).count("/") in (0, 2), path


def test_empty_folders_of_the_owner_stay(site: SiteFolder) -> None:
    site.add("a", topics=["AI", "Robots"])
    site.build()
    mine = [
        site.output / name for name in ("mine", "topics/mine", "topics/ai/archive", "feeds/x/archive/1", "providers")
    ]
    for folder in mine:
        folder.mkdir(parents=True, exist_ok=True)
    site.build()
    site.add("a", topics=["AI"])
    site.build("--prune")
    assert not (site.output / "topics" / "robots").exists()
    assert all(folder.is_dir() for folder in mine)


def test_an_emptied_feed_stays_published_empty_with_its_last_updated(site: SiteFolder) -> None:
    site.add("a", topics=["AI"], provider={"domain": "a.example"}, updatedDateTime="2024-06-02T00:00:00Z")
    site.add("b", publishedDateTime="2025-01-01")
    site.build()
    site.add("a", published=False, topics=["AI"], provider={"domain": "a.example"})
    site.build()
    for folder in ("topics/ai", "providers/a.example"):
        atom = feedparser.parse((site.output / folder / "atom.xml").read_bytes())
        assert (atom.bozo, atom.entries, atom.feed.updated_parsed[:3]) == (False, [], (2024, 6, 2))
        rss = feedparser.parse((site.output / folder / "rss.xml").read_bytes())
        assert (rss.bozo, rss.entries) == (False, [])
        assert json.loads((site.output / folder / "feed.json").read_bytes())["items"] == []
    assert site.build().stdout == "", "and stays as it is"


def test_an_emptied_feed_fills_again(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    before = site.files()
    site.add("a")
    site.build()
    site.add("a", topics=["AI"])
    site.build()
    assert site.files() == before


def test_prune_removes_empty_feeds_for_good_but_none_of_the_configuration(site: SiteFolder) -> None:
    site.configure("feeds:\n  - {slug: hot, title: Hot, topics: [AI]}\n")
    site.add("a", topics=["AI"])
    site.add("b", topics=["Space"])
    site.build()
    (site.content / "a.md").unlink()
    (site.content / "b.md").unlink()
    assert "2 removed" in site.build("--prune").stdout
    assert site.feed_files().keys() == {*NAMES, *(f"feeds/hot/{name}" for name in NAMES)}
    assert not (site.output / "topics").exists()
    assert site.build().stdout == ""


def test_a_foreign_file_survives_everything(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    foreign = [site.output / name for name in ("robots.txt", "topics/ai/notes.txt", "topics/mine/rss.xml")]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text("foreign")
    (site.content / "a.md").unlink()
    site.build("--prune", "--full", "--allow-shrink")
    assert [path.read_text() for path in foreign] == ["foreign"] * 3
    assert not (site.output / "topics/ai/rss.xml").exists()


def test_a_file_of_ours_that_someone_replaced_is_not_removed_then_or_later(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    (site.output / "topics/ai/rss.xml").write_text("theirs")
    (site.content / "a.md").unlink()
    for _ in range(2):
        site.build("--prune")
        assert site.feed_files().keys() == {*NAMES, "topics/ai/rss.xml"}


def test_a_format_that_is_no_longer_wanted_is_removed(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    site.configure("output: {formats: [rss]}\n")
    site.build()
    assert site.feed_files().keys() == {"rss.xml", "topics/ai/rss.xml"}


def test_without_published_json_emptied_feeds_are_not_kept_and_orphans_not_removed(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.add("b")
    site.build()
    orphan = site.files()["topics/ai/rss.xml"]
    (site.state / "published.json").unlink()
    site.add("a")
    site.build("--prune")
    assert site.files()["topics/ai/rss.xml"] == orphan
    assert not any("topics/ai" in feed["folder"] for feed in json.loads(site.run("list", "feeds", "--json").stdout))


def test_a_second_output_folder_gets_the_same_bytes_and_has_its_own_history(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.build()
    first = site.files()
    site.build("--output", "public/feeds")
    second = SiteFolder(site.root / "view")
    second.output = site.root / "public/feeds"
    assert second.files() == first
    site.add("a")
    site.build("--output", "public/feeds", "--prune")
    assert site.files() == first
    assert second.feed_files().keys() == set(NAMES)


def test_a_feed_that_was_published_keeps_what_it_has_below_min_articles(site: SiteFolder) -> None:
    site.add("a", topics=["AI", "New"])
    site.add("b", topics=["AI"])
    site.configure("topics: {min_articles: 2}\n")
    site.build()
    (site.content / "b.md").unlink()
    site.build()
    assert len(json.loads(site.files()["topics/ai/feed.json"])["items"]) == 1
    assert "topics/new/feed.json" not in site.files()


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(lambda _site: None, id="nothing"),
        pytest.param(lambda site: (site.state / "build.db").unlink(), id="build.db"),
        pytest.param(lambda site: (site.state / "published.json").unlink(), id="published.json"),
    ],
)
def test_a_build_of_fewer_than_half_of_twenty_articles_stops(twenty: SiteFolder, lose: Do) -> None:
    keep_articles(twenty, 9)
    lose(twenty)
    before = traces(twenty.output)
    done = twenty.run("build")
    assert done.returncode == 1
    assert done.stderr.startswith("feedpub: only 9 of the 20 articles of the last build are still found;")
    assert done.stderr.count("\n") == 1
    assert "--allow-shrink" in done.stderr
    assert done.stdout == ""
    assert traces(twenty.output) == before
    assert twenty.run("build").returncode == 1, "and goes on stopping"


def test_allow_shrink_goes_ahead_and_the_next_build_needs_it_no_more(twenty: SiteFolder) -> None:
    keep_articles(twenty, 9)
    twenty.build("--allow-shrink")
    assert len(json.loads(twenty.files()["feed.json"])["items"]) == 9
    twenty.build()


def test_half_of_the_articles_is_no_shrinking(twenty: SiteFolder) -> None:
    keep_articles(twenty, 10)
    twenty.build()


def test_a_site_of_fewer_than_twenty_articles_may_shrink_to_nothing(site: SiteFolder) -> None:
    for number in range(19):
        site.add(f"a{number:02}")
    site.build()
    keep_articles(site, 0)
    site.build()
    assert json.loads(site.files()["feed.json"])["items"] == []


@pytest.mark.parametrize(
    ("arguments", "values", "counts"),
    [
        pytest.param(["--now", "1970-01-01"], {}, "20 embargoed", id="a clock in 1970"),
        pytest.param([], {"title": None}, "20 invalid", id="invalid"),
        pytest.param([], {"draft": True}, "20 unpublished", id="drafts"),
        pytest.param([], {"publishedDateTime": "2999-01-01"}, "20 embargoed", id="embargo"),
        pytest.param([], {"sourceUrl": "https://example.com/a"}, "19 duplicates", id="one URL"),
    ],
)
@pytest.mark.parametrize("lose", ["nothing", "build.db", "published.json"])
def test_a_build_that_publishes_fewer_than_half_of_twenty_stops(
    twenty: SiteFolder, arguments: list[str], values: dict[str, object], counts: str, lose: str
) -> None:
    for number in range(20 if values else 0):
        twenty.add(f"a{number:02}", **{"topics": ["AI"], **values})
    (twenty.state / lose).unlink(missing_ok=True)
    before = traces(twenty.output)
    for _ in range(2):
        done = twenty.run("build", *arguments)
        assert done.returncode == 1
        left = 1 if "duplicates" in counts else 0
        assert (
            f"feedpub: only {left} of the 20 articles that the last build published would be published ({counts}); "
            "nothing was written (is the clock wrong? --allow-shrink goes ahead)\n"
        ) in done.stderr
        assert traces(twenty.output) == before
    twenty.build("--allow-shrink", *arguments)
    assert twenty.files()["feed.json"].count(b'"date_published"') == left
    twenty.build(*arguments)


def test_half_of_the_published_articles_may_go(twenty: SiteFolder) -> None:
    for number in range(10):
        twenty.add(f"a{number:02}", draft=True)
    twenty.build()
    for number in range(10, 20):
        twenty.add(f"a{number:02}", draft=True)
    twenty.build()
    assert twenty.files()["feed.json"].count(b'"date_published"') == 0


def test_topics_that_are_excluded_are_no_shrinking(twenty: SiteFolder) -> None:
    twenty.configure("topics: {exclude: [AI]}\n")
    twenty.build()


@pytest.fixture
def two_configurations(twenty: SiteFolder) -> SiteFolder:
    """The site of twenty articles, and b.yaml, which publishes one other article elsewhere."""
    other = twenty.root / "other" / "b.md"
    other.parent.mkdir()
    twenty.add("b")
    (twenty.content / "b.md").rename(other)
    (twenty.root / "b.yaml").write_text(CONFIG.replace("path: content", "path: other") + "output: {path: public}\n")
    return twenty


def test_a_second_configuration_has_counts_and_records_of_its_own(two_configurations: SiteFolder) -> None:
    site = two_configurations
    first = site.build("-c", "b.yaml")
    assert "1 article read, 1 published" in first.stdout
    assert (site.root / "public" / "feed.json").read_bytes().count(b'"date_published"') == 1
    before = traces(site.output), traces(site.root / "public")
    for arguments in ([], ["-c", "b.yaml"], [], ["-c", "b.yaml"]):
        done = site.build(*arguments)
        assert (done.stdout, done.stderr) == ("", "")
    assert (traces(site.output), traces(site.root / "public")) == before


def test_known_problems_of_one_configuration_stay_known_after_a_build_of_another(
    two_configurations: SiteFolder,
) -> None:
    site = two_configurations
    site.add("invalid", title=None)
    assert "content/invalid.md" in site.build().stderr
    site.build("-c", "b.yaml")
    assert "content/invalid.md" not in site.build().stderr


def test_two_configurations_with_one_output_folder_replace_each_other_unless_most_would_go(
    two_configurations: SiteFolder,
) -> None:
    site = two_configurations
    before = site.files()
    arguments = ["-c", "b.yaml", "--output", "output"]
    assert "only 1 of the 20 articles of the last build" in site.run("build", *arguments).stderr
    assert site.files() == before
    site.build("--allow-shrink", *arguments)
    assert site.files()["feed.json"].count(b'"date_published"') == 1
    site.build()
    assert {path: site.files()[path] for path in before} == before


def test_a_configuration_file_with_another_name_keeps_what_was_published(twenty: SiteFolder) -> None:
    (twenty.root / "config.yaml").rename(twenty.root / "site.yaml")
    keep_articles(twenty, 9)
    assert "only 9 of the 20 articles" in twenty.run("build", "-c", "site.yaml").stderr
    twenty.build("-c", "site.yaml", "--allow-shrink", "--full")
    keep_articles(twenty, 0)
    twenty.build("-c", "site.yaml")
    assert "topics/ai/feed.json" in twenty.files(), "a feed that was published stays"


@pytest.mark.parametrize("option", [(), ("--allow-shrink",), ("--dry-run",)], ids=" ".join)
def test_a_missing_content_folder_stops_the_build_whatever_is_allowed(
    twenty: SiteFolder, option: tuple[str, ...]
) -> None:
    twenty.content.rename(twenty.root / "unmounted")
    before = twenty.files()
    done = twenty.run("build", *option)
    assert done.returncode == 2
    assert done.stderr == "feedpub: content.path: content: there is no such folder; is its disk mounted?\n"
    assert twenty.files() == before


def test_a_dry_run_of_a_new_site_makes_nothing(site: SiteFolder) -> None:
    site.add("a", topics=["AI"])
    site.write("b", "no front matter")
    before = traces(site.root)
    done = site.build("--dry-run")
    assert traces(site.root) == before
    assert "2 feeds to write" in done.stdout
    assert "content/b.md:1: " in done.stderr


def test_a_dry_run_tells_what_a_build_would_do_and_leaves_everything_as_it_is(site: SiteFolder) -> None:
    for name in ("a", "b"):
        site.add(name, topics=[name])
    site.build()
    (site.content / "a.md").unlink()
    site.add("b", topics=["b"], excerpt="New.")
    (site.output / "topics/b" / ".feedpub-tmp-0").touch()
    before = traces(site.root)
    done = site.build("--dry-run", "--prune", "-v")
    assert traces(site.root) == before
    assert "2 feeds to write, 0 unchanged, 1 to remove" in done.stdout
    would = {line.removeprefix("would change: ") for line in done.stderr.splitlines()}
    feeds = {f"{folder}{name}" for folder in ("", "topics/a/", "topics/b/") for name in (*NAMES, "index.html")}
    assert would == {*feeds, "feeds.opml", "topics.opml", ".well-known/feeds"}


@pytest.mark.slow  # urllib3 may try a port when it is imported
def test_a_dry_run_leaves_nothing_beside_what_checks_learned(site: SiteFolder) -> None:
    site.add("a", images=[{"url": "https://example.com/a.jpg"}])
    assert site.run("check", "--offline").returncode == 0
    before = traces(site.root)
    site.build("--dry-run")
    assert traces(site.root) == before


@pytest.mark.parametrize("problem", ["invalid", "duplicate"])
def test_a_strict_build_writes_nothing_where_an_article_is_invalid_or_a_duplicate(
    site: SiteFolder, problem: str
) -> None:
    site.add("a")
    site.build()
    site.add("b")
    site.add("c", **({"title": None} if problem == "invalid" else {"sourceUrl": "https://example.com/b"}))
    before = traces(site.output)
    for _ in range(2):
        done = site.run("build", "--strict")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("content/c.md:")
        assert done.stderr.splitlines()[-1].startswith("feedpub: nothing was written: ")
    assert traces(site.output) == before
    site.build()


def test_a_strict_build_publishes_what_was_only_repaired(site: SiteFolder) -> None:
    site.write("a", "---\ntitle: be\x07ll\ndate: 2024-05-01\nsourceUrl: https://example.com/\n---\n")
    assert "content/a.md:2: title: " in site.build("--strict").stderr
    assert json.loads(site.files()["feed.json"])["items"]


@pytest.mark.parametrize(
    ("now", "published"),
    [
        ("2030-01-01T09:59:59Z", ["a"]),
        ("2030-01-01T10:00:00Z", ["b", "a"]),
        ("2030-01-01T11:00:00", ["b", "a"]),
        ("2030-01-01T10:59:59", ["a"]),
    ],
)
def test_now_sets_the_clock_of_embargoes_in_the_time_zone_of_the_content(
    site: SiteFolder, now: str, published: list[str]
) -> None:
    site.configure(base=CONFIG.replace("path: content", "path: content\n  timezone: Europe/Berlin"))
    site.add("a")
    site.add("b", publishedDateTime="2030-01-01T10:00:00Z")
    site.build("--now", now)
    items = json.loads(site.files()["feed.json"])["items"]
    assert [item["id"].removeprefix("https://example.com/") for item in items] == published


def test_one_bad_article_does_not_stop_the_others(site: SiteFolder) -> None:
    site.add("good")
    site.write("bad", b"---\ntitle: \xff\n---\n")
    site.write("worse", "---\n" + "[" * 60_000)
    (site.content / "pipe.md").symlink_to("/dev/zero")
    done = site.build()
    assert [item["title"] for item in json.loads(site.files()["feed.json"])["items"]] == ["Title of good"]
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "content/bad.md",
        "content/pipe.md",
        "content/worse.md",
    ]


@pytest.mark.parametrize("output", [".", "content", "..", ".feedpub", ".feedpub/x"])
def test_an_output_folder_that_would_serve_what_is_private_is_refused(site: SiteFolder, output: str) -> None:
    site.add()
    done = site.run("build", "--output", output)
    assert done.returncode == 2
    assert re.fullmatch(r"feedpub: .*: would serve .*; publish into a folder of its own, such as output\n", done.stderr)
    assert sorted(path.name for path in site.root.iterdir()) == ["config.yaml", "content"]


def test_a_file_that_someone_changed_is_left_in_place_and_told_of_once(site: SiteFolder) -> None:
    site.add(topics=["AI"])
    site.build()
    (site.output / "topics/ai/rss.xml").write_text("mine")
    site.add()
    done = site.build("--prune")
    assert "topics/ai/rss.xml: was changed by someone else, and is left in place\n" in done.stderr
    assert {path for path in site.files() if path.startswith("topics")} == {"topics/ai/rss.xml"}
    site.add(title="New")
    assert "changed by someone else" not in site.build("--prune").stderr


def test_the_articles_of_an_unreadable_folder_are_left_out_and_come_back(
    twenty: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (twenty.content / "part").mkdir()
    for number in range(11):
        (twenty.content / f"a{number:02}.md").rename(twenty.content / "part" / f"a{number:02}.md")
    twenty.build()
    before = twenty.files()
    message = "content/part:1: file: the folder cannot be read: permission denied; its articles are left out"

    def open_real(path: str, flags: int) -> int:
        if path.endswith("/part"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return files.open_real(path, flags)

    monkeypatch.setattr(walk, "open_real", open_real)
    assert "only 9 of the 20 articles" in twenty.run("build").stderr
    assert twenty.files() == before
    (twenty.content / "part" / "a00.md").rename(twenty.content / "a00.md")
    assert message in twenty.build().stderr
    ten = twenty.files()
    assert len(json.loads(ten["feed.json"])["items"]) == 10
    assert message not in twenty.build().stderr, "a known problem"
    twenty.build("--full")
    assert twenty.files() == ten
    monkeypatch.undo()
    twenty.build()
    assert len(json.loads(twenty.files()["feed.json"])["items"]) == 20
    assert twenty.files()["feed.json"] == before["feed.json"]
