"""``feedpub build --changed-from``: the same as a build that walks, without a walk where the list is enough."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub import BuildOptions, build, load_config
from feedpub.building import builder
from feedpub.cli.path_list import paths_in
from feedpub.core.errors import UsageError
from support.site import SiteFolder


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """One item for each walk."""
    found: list[int] = []
    walk = builder.scan_content
    monkeypatch.setattr(builder, "scan_content", lambda config: (found.append(1), walk(config))[1])
    return found  # type: ignore[return-value]


@pytest.fixture
def old(site: SiteFolder) -> SiteFolder:
    """A published site, whose files are no longer young."""
    for number in range(12):
        site.add(f"{'abc'[number % 3]}/{number}", topics=["AI" if number % 2 else "Space"])
    for file in site.root.glob("content/*/*.md"):
        age(file)
    site.build()
    return site


def age(file: Path) -> None:
    os.utime(file, (time.time() - 1000,) * 2)


def run(site: SiteFolder, *paths: str) -> None:
    build(load_config(site.root / "config.yaml"), BuildOptions(jobs=1, changed=paths))


def assert_as_from_nothing(site: SiteFolder) -> None:
    found = site.files()
    assert not site.build().stdout.startswith("0 articles")
    assert site.files() == found
    site.build("--full")
    assert site.files() == found


def test_new_changed_and_removed_articles_are_published_without_a_walk(old: SiteFolder, walks: list[int]) -> None:
    old.add("a/0", topics=["Law"], title="Changed")
    old.add("new/folder/x", topics=["AI"])
    (old.root / "content/b/1.md").unlink()
    run(
        old,
        "content/a/0.md",
        "content/new/folder/x.md",
        "content/b/1.md",
        "content/never/was.md",
        "content/a/image.png",
    )
    assert walks == []
    feed = old.files()["rss.xml"]
    assert b"Changed" in feed
    assert b"example.com/new/folder/x" in feed
    assert b"example.com/b/1<" not in feed
    assert "topics/law/rss.xml" in old.files()
    assert_as_from_nothing(old)


def test_the_last_article_of_a_folder_goes(old: SiteFolder, walks: list[int]) -> None:
    gone = [file.relative_to(old.root) for file in old.root.glob("content/c/*.md")]
    for file in gone:
        (old.root / file).unlink()
    run(old, *map(str, gone))
    assert walks == []
    assert b"example.com/c/" not in old.files()["rss.xml"]
    assert_as_from_nothing(old)


def test_an_empty_list_changes_nothing(old: SiteFolder, walks: list[int]) -> None:
    before = old.files()
    run(old)
    assert (walks, old.files()) == ([], before)


def test_what_a_list_lacks_is_found_by_the_next_build(old: SiteFolder) -> None:
    old.add("a/0", title="Listed")
    old.add("a/3", title="In the same folder")
    old.add("b/4", title="In another folder")
    old.add("d/new", title="In a new folder")
    (old.root / "content/c/2.md").unlink()
    for file in old.root.glob("content/*/*.md"):
        age(file)
    run(old, "content/a/0.md")
    assert b"Listed" in old.files()["rss.xml"]
    old.build()
    feed = old.files()["rss.xml"]
    assert all(title in feed for title in (b"In the same folder", b"In another folder", b"In a new folder"))
    assert b"example.com/c/2<" not in feed
    assert_as_from_nothing(old)


def test_a_young_file_is_read_by_the_build_after_a_list(site: SiteFolder) -> None:
    site.add("a/0", title="Title A")
    site.add("b/1")
    site.build()
    file = site.root / "content/a/0.md"
    status = file.stat()
    changed = file.read_bytes().replace(b"Title A", b"Title B")
    # A change of the same size within a tick of the clock: the stamp is the same but for the ctime.
    file.write_bytes(changed)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    site.add("b/1", title="Changed")
    run(site, "content/b/1.md")
    site.build()
    assert b"Title B" in site.files()["rss.xml"]


@pytest.mark.parametrize("path", ["config.yaml", "templates/base.html", "content/a", "content/link.md", "../elsewhere"])
def test_a_list_that_is_not_enough_means_a_walk(old: SiteFolder, walks: list[int], path: str) -> None:
    (old.root / "content/link.md").symlink_to(old.root / "content/a/0.md")
    old.add("b/1", title="Changed")
    run(old, path)
    assert len(walks) == 1
    assert b"Changed" in old.files()["rss.xml"]


def test_without_a_usable_last_build_there_is_a_walk(old: SiteFolder, walks: list[int]) -> None:
    (old.root / ".feedpub/build.db").unlink()
    old.add("b/1", title="Changed")
    run(old, "content/a/0.md")
    assert b"Changed" in old.files()["rss.xml"]
    old.configure("output: {limit: 3}\n")
    run(old, "content/a/0.md")
    (old.output / "rss.xml").write_text("by someone else")
    run(old, "content/a/0.md")
    assert len(walks) == 3
    assert_as_from_nothing(old)


def test_articles_behind_links_stay(old: SiteFolder, walks: list[int]) -> None:
    elsewhere = old.root / "content" / ".hidden"
    (old.root / "content/c").rename(elsewhere)
    (old.root / "content/c").symlink_to(elsewhere)
    (old.root / "content/a/linked.md").symlink_to(elsewhere / "2.md")
    old.build()
    old.add("a/0", title="Changed")
    run(old, "content/a/0.md")
    assert b"Changed" in old.files()["rss.xml"]
    assert_as_from_nothing(old)
    old.add("c/2", title="Behind a link")
    run(old, "content/c/2.md")
    assert len(walks) >= 1
    assert b"Behind a link" in old.files()["rss.xml"]


def test_what_excludes_and_patterns_leave_out_is_no_article(old: SiteFolder, walks: list[int]) -> None:
    old.configure("", base="site: {title: A, base_url: 'https://news.example.org/'}\n"
                  "content: {path: content, exclude: [drafts, README.md, 'a/x/**']}\n")  # fmt: skip
    old.build()
    before, names = old.files(), ("drafts/x/1", "README", "a/README", "a/x/y/z", ".hidden/1", "a/.draft")
    for name in names:
        old.add(name)
    walks.clear()
    run(old, *(f"content/{name}.md" for name in names))
    assert (walks, old.files()) == ([], before)
    assert_as_from_nothing(old)


def test_a_list_of_most_articles_that_are_gone_is_refused(site: SiteFolder) -> None:
    for number in range(30):
        site.add(f"a/{number}")
    site.build()
    before = site.files()
    for number in range(20):
        (site.root / f"content/a/{number}.md").unlink()
    listed = "\n".join(f"content/a/{number}.md" for number in range(20))
    done = site.run("build", "--changed-from", "-", typed=listed)
    assert (done.returncode, site.files()) == (1, before)
    assert "only 10 of the 30 articles" in done.stderr


def test_the_list_is_read_from_a_file_too(old: SiteFolder) -> None:
    old.add("a/grün", title="Grün")
    (old.root / "list").write_bytes(b'"content/a/gr\\303\\274n.md"\r\n\n')
    done = old.run("build", "--changed-from", "list")
    assert (done.returncode, "13 articles read" in done.stdout) == (0, True)
    assert "Grün".encode() in old.files()["rss.xml"]
    done = old.run("build", "--changed-from", "missing")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b"", ()),
        (b"a.md\nb c.md\n", ("a.md", "b c.md")),
        (b'"a\\tb\\"\\\\.md"\n', ('a\tb"\\.md',)),
        (b'"\\346\\251\\237.md"', ("機.md",)),
        ("機.md\n".encode(), ("機.md",)),
    ],
)
def test_paths_are_read_as_git_writes_them(data: bytes, paths: tuple[str, ...]) -> None:
    assert paths_in(data) == paths


@pytest.mark.parametrize("data", [b'a.md\n"b', b'"', b'x\n"\\q"', b'x\n"\\8"', b"x\na\0b"])
def test_a_path_that_is_quoted_wrongly_is_named_with_its_line(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"--changed-from: line [12]: .* is not a path"):
        paths_in(data)
