"""Which files are articles: their names, links that lead anywhere, and what is no file at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.content import Scan, UnreadableError, display, files, read, scan, scan_paths, walk
from feedpub.core.errors import UsageError
from support.site import SiteFolder


def found(
    root: Path, pattern: str = "**/*.md", exclude: tuple[str, ...] = (), folders: tuple[str, ...] = ("c",)
) -> Scan:
    return scan(root, folders, pattern, exclude, [root / "output"])


def paths(scanned: Scan) -> list[str]:
    return [source.path for source in scanned.sources]


def said(scanned: Scan) -> list[str]:
    return sorted(map(str, scanned.problems))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with an empty content folder, c."""
    (tmp_path / "c").mkdir()
    return tmp_path


def add(root: Path, *names: str | bytes) -> None:
    """Write empty files, and the folders that they are in."""
    for name in names:
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb"):
            pass


def test_articles_are_found_below_every_folder_in_order_of_path(root: Path) -> None:
    add(root, "c/b.md", "c/a/z.md", "c/a.md", "c/B.md", "d/x.md", "c/not.txt", "c/md")
    assert paths(found(root, folders=("d", "c"))) == ["c/B.md", "c/a.md", "c/a/z.md", "c/b.md", "d/x.md"]


def test_a_source_knows_its_path_for_messages_below_its_folder_and_for_the_system(root: Path) -> None:
    add(root, "c/a/b.md")
    (source,) = found(root).sources
    assert (source.path, source.below, source.file) == ("c/a/b.md", "a/b.md", str(root / "c" / "a" / "b.md"))


def test_a_content_folder_may_lie_beside_the_configuration(root: Path) -> None:
    add(root, "c/a.md")
    (root / "site").mkdir()
    assert paths(found(root / "site", folders=("../c",))) == ["../c/a.md"]
    assert paths(found(root / "site", folders=(str(root / "c"),))) == ["../c/a.md"]


def test_a_file_in_two_content_folders_is_one_article(root: Path) -> None:
    add(root, "c/a/b.md")
    assert paths(found(root, folders=("c", "c/a", "c"))) == ["c/a/b.md"]


@pytest.mark.parametrize("folder", ["missing", "c/a.md", ""])
def test_a_content_folder_that_is_none_cannot_be_used(root: Path, folder: str) -> None:
    add(root, "c/a.md")
    if not folder:
        (root / "c" / "gone").symlink_to("nowhere")
        folder = "c/gone"
    with pytest.raises(UsageError, match=f"content.path: {folder}: there is no such folder"):
        found(root, folders=(folder,))


def test_hidden_files_and_folders_are_passed_over(root: Path) -> None:
    add(root, "c/.a.md", "c/.git/b.md", "c/d/.c.md")
    assert found(root) == Scan((), ())


def test_the_output_folder_is_passed_over_wherever_it_lies(root: Path) -> None:
    add(root, "a.md", "output/b.md")
    (root / "link").symlink_to("output")
    assert paths(found(root, folders=(".",))) == ["a.md"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("**/*.md", ["a.md", "b/a.md", "b/c/a.md"]),
        ("*.md", ["a.md"]),
        ("b/**", ["b/a.md", "b/c/a.md", "b/c/x.markdown"]),
        ("**/*.markdown", ["b/c/x.markdown"]),
        ("**/?.m*", ["a.md", "b/a.md", "b/c/a.md", "b/c/x.markdown"]),
        ("**/*.{md,markdown}", ["a.md", "b/a.md", "b/c/a.md", "b/c/x.markdown"]),
    ],
)
def test_the_pattern_says_which_files_are_articles(root: Path, pattern: str, names: list[str]) -> None:
    add(root, "c/a.md", "c/b/a.md", "c/b/c/a.md", "c/b/c/x.markdown")
    assert [source.below for source in found(root, pattern).sources] == names


@pytest.mark.parametrize(
    ("exclude", "names"),
    [
        ("README.md", ["_index.md", "b/_index.md"]),
        ("_*.md", ["README.md", "b/README.md"]),
        ("b/**", ["README.md", "_index.md"]),
        ("b/README.md", ["README.md", "_index.md", "b/_index.md"]),
        ("b", ["README.md", "_index.md"]),
    ],
)
def test_what_is_excluded_is_no_article(root: Path, exclude: str, names: list[str]) -> None:
    add(root, "c/README.md", "c/_index.md", "c/b/README.md", "c/b/_index.md")
    assert [source.below for source in found(root, exclude=(exclude,)).sources] == names


@pytest.mark.parametrize("key", ["pattern", "exclude"])
def test_braces_that_stand_for_too_many_patterns_are_refused(root: Path, key: str) -> None:
    add(root, "c/a.md")
    with pytest.raises(UsageError, match=r"'\{1\.\.99999\}': its braces stand for too many patterns"):
        found(root, **({"pattern": "{1..99999}"} if key == "pattern" else {"exclude": ("a", "{1..99999}")}))


NAMES = ["ü.md", "u\u0308.md", "😀.md", "a b.md", "a\nb.md", "\x1b[31m.md", "\u202e.md", "-x.md", "[a].md", "a'\"\\.md"]


@pytest.mark.parametrize("name", NAMES)
def test_names_hold_any_unicode(root: Path, name: str) -> None:
    add(root, f"c/{name}")
    (source,) = found(root).sources
    assert (source.path, read(source.file, 9)) == (f"c/{name}", b"")


def test_bytes_of_a_name_that_are_no_utf_8_are_shown_escaped_and_the_file_is_read(root: Path) -> None:
    add(root, b"c/d\xfe/\xff\xc3\xbc.md")
    (source,) = found(root).sources
    assert (source.path, source.below) == ("c/d\\xfe/\\xffü.md", "d\\xfe/\\xffü.md")
    assert read(source.file, 9) == b""


ALIKE = [rb"\xff.md", b"\xff.md", rb"\x5cxff.md", rb"\\xff.md", rb"\x41.md", b"A.md", rb"\xFF.md"]


def test_files_whose_names_could_be_shown_alike_have_paths_of_their_own(root: Path) -> None:
    add(root, *(b"c/" + name for name in ALIKE))
    assert sorted(paths(found(root))) == sorted(
        ["c/\\x5cxff.md", "c/\\xff.md", "c/\\x5cx5cxff.md", "c/\\\\x5cxff.md", "c/\\x41.md", "c/A.md", "c/\\xFF.md"]
    )


@given(
    *[st.lists(st.sampled_from([b"\\", b"x", b"5c", b"ff", b"\xff", b"\\x", b"\xc3\xbc"]), max_size=6).map(b"".join)]
    * 2
)
def test_no_two_paths_are_shown_alike(first: bytes, second: bytes) -> None:
    assert (display(os.fsdecode(first)) == display(os.fsdecode(second))) is (first == second)


@pytest.mark.parametrize("changed", ALIKE[:2])
def test_two_files_with_names_alike_are_two_articles_in_every_build(site: SiteFolder, changed: bytes) -> None:
    text = "---\ntitle: %s\ndate: 2024-05-01\nsourceUrl: https://example.com/%s\n---\n"
    add(site.root, *(b"content/" + name for name in ALIKE[:2]))
    for index, name in enumerate(ALIKE[:2]):
        Path(os.fsdecode(os.fsencode(site.content) + b"/" + name)).write_text(text % (f"Title {index}", index))
    site.build()
    assert site.files()["rss.xml"].count(b"<item>") == 2
    Path(os.fsdecode(os.fsencode(site.content) + b"/" + changed)).write_text(text % ("Changed", "2"))
    site.build()
    feed = site.files()["rss.xml"]
    assert (feed.count(b"<item>"), feed.count(b"Changed</title>")) == (2, 1)
    Path(os.fsdecode(os.fsencode(site.content) + b"/" + changed)).unlink()
    site.build()
    assert site.files()["rss.xml"].count(b"<item>") == 1


def test_articles_of_any_name_are_published_and_named_in_one_line(site: SiteFolder) -> None:
    text = b"---\ntitle: T\ndate: 2024-05-01\ndraft: %s\n---\n"
    add(site.root, *(os.fsencode(f"content/{name}") for name in NAMES), b"content/\xff.md")
    for index, path in enumerate(sorted(os.listdir(os.fsencode(site.content)))):
        with open(os.path.join(os.fsencode(site.content), path), "wb") as file:
            file.write(text % (b"x" if index % 2 else b"no"))
    site.configure("  permalink: /{path}/\n")
    done = site.build()
    assert len(done.stderr.splitlines()) == (len(NAMES) + 1) // 2
    assert not {"\x1b", "\u202e"} & set(done.stderr)
    assert site.files()["rss.xml"].count(b"<item>") == (len(NAMES) + 2) // 2
    assert site.build().stdout == ""


def test_a_link_inside_the_content_folder_is_followed(root: Path) -> None:
    add(root, "c/a/x.md")
    (root / "c" / "b.md").symlink_to("a/x.md")
    (root / "c" / "d").symlink_to("a")
    scanned = found(root)
    assert paths(scanned) == ["c/a/x.md", "c/b.md"]
    assert {source.file for source in scanned.sources} == {str(root / "c" / "a" / "x.md")}
    assert said(scanned) == []


@pytest.mark.parametrize("link", ["c/0", "c/z", "c/a/z"])
def test_a_folder_is_read_by_its_own_path_before_any_link(root: Path, link: str) -> None:
    add(root, "c/a/x.md", "c/m/b/y.md")
    (root / link).symlink_to(root / "c" / "m")
    assert [(source.path, source.below) for source in found(root).sources] == [
        ("c/a/x.md", "a/x.md"),
        ("c/m/b/y.md", "m/b/y.md"),
    ]


@pytest.mark.parametrize(("pattern", "exclude"), [("posts/**/*.md", ()), ("**/*.md", ("shared/**",))])
def test_a_link_is_followed_to_a_folder_without_articles_of_its_own(
    root: Path, pattern: str, exclude: tuple[str, ...]
) -> None:
    add(root, "c/.hidden/a/x.md", "c/shared/y.md", "c/posts/z.md")
    for name, target in {"two": "../.hidden", "one": "../.hidden", "up": "../shared"}.items():
        (root / "c" / "posts" / name).symlink_to(target)
    scanned = found(root, pattern, exclude)
    assert [(source.below, source.file) for source in scanned.sources] == [
        ("posts/one/a/x.md", str(root / "c" / ".hidden" / "a" / "x.md")),
        ("posts/up/y.md", str(root / "c" / "shared" / "y.md")),
        ("posts/z.md", str(root / "c" / "posts" / "z.md")),
    ]
    assert said(scanned) == []


def linked_folders(root: Path, count: int, *names: str) -> None:
    """Make ``count`` folders that all link each other, each with files of these ``names``."""
    for number in range(count):
        add(root, *(f"c/{number}/{name}" for name in names or ("no article",)))
        for other in set(range(count)) - {number}:
            (root / "c" / str(number) / f"to {other}").symlink_to(f"../{other}")


@pytest.mark.parametrize("count", [8, 40])
def test_folders_that_link_each_other_are_each_read_once(root: Path, count: int) -> None:
    linked_folders(root, count, "x.md")
    scanned = found(root)
    assert paths(scanned) == sorted(f"c/{number}/x.md" for number in range(count))
    assert said(scanned) == []


@pytest.mark.slow
@pytest.mark.parametrize("count", [8, 40])
def test_folders_without_articles_that_link_each_other_are_read_a_few_times(
    root: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked_folders(root, count)
    listed = 0

    def open_real(path: str, flags: int) -> int:
        nonlocal listed
        listed += 1
        return files.open_real(path, flags)

    monkeypatch.setattr(walk, "open_real", open_real)
    assert found(root) == Scan((), ())
    assert listed <= 1 + 10 * count


def test_a_content_folder_may_be_a_link(root: Path) -> None:
    add(root, "c/a.md")
    (root / "link").symlink_to("c")
    assert paths(found(root, folders=("link",))) == ["c/a.md"]


def test_a_link_between_two_content_folders_is_followed(root: Path) -> None:
    add(root, "d/x.md")
    (root / "c" / "a.md").symlink_to("../d/x.md")
    assert paths(found(root, folders=("c", "d"))) == ["c/a.md", "d/x.md"]


@pytest.mark.parametrize("target", ["../secret.md", "/etc/hostname", "../c2/x.md", "inner.md"])
def test_a_link_to_a_file_outside_is_not_followed(root: Path, target: str) -> None:
    add(root, "secret.md", "c2/x.md")
    (root / "c" / "inner.md.link").symlink_to("../secret.md")
    (root / "c" / "a.md").symlink_to(target.replace("inner.md", "inner.md.link"))
    scanned = found(root)
    assert scanned.sources == ()
    assert said(scanned) == ["c/a.md:1: file: leads outside the content folder; not followed"]


@pytest.mark.parametrize("target", ["../d", "..", "/"])
def test_a_link_to_a_folder_outside_is_not_followed(root: Path, target: str) -> None:
    add(root, "d/x.md")
    (root / "c" / "a").symlink_to(target)
    scanned = found(root)
    assert scanned.sources == ()
    assert said(scanned) == ["c/a:1: file: leads outside the content folder; not followed"]


def test_what_a_link_that_leads_outside_holds_reaches_nobody(site: SiteFolder) -> None:
    site.add("a")
    outside = site.root / "outside"
    outside.mkdir()
    (outside / "b.md").write_text("---\ntitle: sesame\nheat: sesame\n---\n")
    (site.content / "b.md").symlink_to("../outside/b.md")
    (site.content / "c").symlink_to("../outside")
    for arguments in (["build"], ["validate"], ["validate", "content"], ["validate", "content/b.md", "content/c"]):
        done = site.run(*arguments)
        assert "content/b.md:1: file: leads outside the content folder; not followed" in done.stdout + done.stderr
        assert "content/c:1: file: leads outside the content folder; not followed" in done.stdout + done.stderr
        assert "sesame" not in done.stdout + done.stderr
    assert not any(b"sesame" in data for data in site.files().values())


def test_links_that_lead_in_circles_end(root: Path) -> None:
    add(root, "c/a/x.md")
    (root / "c" / "a" / "up").symlink_to("..")
    (root / "c" / "a" / "self").symlink_to(".")
    (root / "c" / "one.md").symlink_to("two.md")
    (root / "c" / "two.md").symlink_to("one.md")
    (root / "c" / "self").symlink_to("self")
    scanned = found(root)
    assert paths(scanned) == ["c/a/x.md"]
    assert said(scanned) == [
        "c/a/self:1: file: leads back to a folder that it is in; not followed",
        "c/a/up:1: file: leads back to a folder that it is in; not followed",
        "c/one.md:1: file: is a link to nothing",
        "c/two.md:1: file: is a link to nothing",
    ]


def test_a_link_to_nothing_is_named_where_it_would_be_an_article(root: Path) -> None:
    (root / "c" / "a.md").symlink_to("gone.md")
    (root / "c" / "a.png").symlink_to("gone.png")
    assert said(found(root)) == ["c/a.md:1: file: is a link to nothing"]


def test_a_fifo_is_no_article_and_blocks_nothing(root: Path) -> None:
    os.mkfifo(root / "c" / "a.md")
    os.mkfifo(root / "c" / "other")
    (root / "c" / "b.md").symlink_to("a.md")
    assert said(found(root)) == [f"c/{name}.md:1: file: is not a regular file" for name in ("a", "b")]


def test_a_fifo_that_takes_the_place_of_a_file_is_not_read(root: Path) -> None:
    os.mkfifo(root / "a.md")
    with pytest.raises(UnreadableError, match="is not a regular file") as raised:
        read(str(root / "a.md"), 9)
    assert not raised.value.is_missing


def test_a_folder_named_as_an_article_is_a_folder(root: Path) -> None:
    add(root, "c/a.md/b.md")
    assert paths(found(root)) == ["c/a.md/b.md"]


@pytest.mark.slow
def test_folders_may_nest_deeper_than_python_calls(root: Path) -> None:
    depth = 1_500
    make = f"import os\nfor _ in range({depth}):\n    os.mkdir('d')\n    os.chdir('d')\nopen('x.md', 'w').close()"
    subprocess.run([sys.executable, "-c", make], cwd=root / "c", check=True)
    try:
        (source,) = found(root).sources
    finally:
        # shutil.rmtree, which pytest cleans up with, would call itself too often.
        subprocess.run(["rm", "-r", root / "c"], check=True)
    assert source.below.count("d/") == depth


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_named(root: Path) -> None:
    add(root, "c/a/x.md", "c/b.md")
    (root / "c" / "a").chmod(0)
    (root / "c" / "b.md").chmod(0)
    message = "the folder cannot be read: permission denied; its articles are left out (see content.exclude)"
    assert said(found(root)) == [f"c/a:1: file: {message}"]
    (root / "c").chmod(0)
    with pytest.raises(UsageError, match=r"^c: the folder cannot be read: permission denied"):
        found(root)
    (root / "c").chmod(0o755)
    with pytest.raises(UnreadableError, match="cannot be read: permission denied"):
        read(str(root / "c" / "b.md"), 9)


@pytest.mark.parametrize(
    ("number", "folder", "stops"),
    [
        (errno.EACCES, "c/a", False),
        (errno.ENAMETOOLONG, "c/a", False),
        (errno.EIO, "c/a", True),
        (errno.ESTALE, "c/a", True),
        (errno.EACCES, "c", True),
    ],
)
def test_a_folder_that_cannot_be_read_costs_its_articles_and_a_disk_that_fails_the_build(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int, folder: str, stops: bool
) -> None:
    add(root, "c/a/x.md", "c/a/b/y.md", "c/z.md")

    def open_real(path: str, flags: int) -> int:
        if path == str(root / folder):
            raise OSError(number, os.strerror(number), path)
        return files.open_real(path, flags)

    monkeypatch.setattr(walk, "open_real", open_real)
    message = f"the folder cannot be read: {os.strerror(number).lower()}"
    if stops:
        with pytest.raises(UsageError, match=rf"^{folder}: {message} \(see content.exclude\)$"):
            found(root)
    else:
        scanned = found(root)
        assert paths(scanned) == ["c/z.md"]
        assert said(scanned) == [f"c/a:1: file: {message}; its articles are left out (see content.exclude)"]


@pytest.mark.slow
def test_a_folder_too_deep_for_the_system_costs_its_own_articles(site: SiteFolder) -> None:
    site.add("a")
    make = "import os\nfor _ in range(5_000):\n    os.mkdir('d')\n    os.chdir('d')\nopen('x.md', 'w').close()"
    subprocess.run([sys.executable, "-c", make], cwd=site.content, check=True)
    try:
        done = site.build()
    finally:
        # shutil.rmtree, which pytest cleans up with, would call itself too often.
        subprocess.run(["rm", "-r", site.content / "d"], check=True)
    assert "d:1: file: the folder cannot be read: file name too long; its articles are left out" in done.stderr
    assert site.files()["rss.xml"].count(b"<item>") == 1


def swap(path: Path, target: Path) -> None:
    """Put a link to ``target`` in the place of ``path``."""
    path.rename(path.with_name("moved away"))
    path.symlink_to(target)


@pytest.mark.parametrize("swapped", ["c/a/x.md", "c/a", "c"])
def test_a_link_that_takes_the_place_of_a_file_or_its_folder_is_not_followed(root: Path, swapped: str) -> None:
    add(root, "c/a/x.md", "secret/a/x.md", "secret/x.md")
    (source,) = found(root).sources
    swap(root / swapped, root / "secret" / ("x.md" if swapped.endswith(".md") else ""))
    assert os.path.exists(source.file)
    with pytest.raises(UnreadableError, match=r"cannot be read: (too many levels of symbolic links|not a directory)"):
        read(source.file, 9)


def test_a_link_that_takes_the_place_of_a_folder_in_the_walk_is_not_followed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(root, "c/a/x.md", "c/z.md", "secret/x.md")

    def open_real(path: str, flags: int) -> int:
        if path == str(root / "c" / "a"):
            swap(root / "c" / "a", root / "secret")
        return files.open_real(path, flags)

    monkeypatch.setattr(walk, "open_real", open_real)
    scanned = found(root)
    assert paths(scanned) == ["c/z.md"]
    assert [problem.path for problem in scanned.problems] == ["c/a"]


def test_a_file_in_a_folder_that_was_renamed_into_place_is_read(root: Path) -> None:
    add(root, "c/a/x.md")
    (source,) = found(root).sources
    (root / "c" / "a").rename(root / "c" / "old")
    add(root, "c/a/x.md")
    (root / "c" / "a" / "x.md").write_bytes(b"new")
    assert read(source.file, 9) == b"new"


def test_without_the_system_s_word_each_folder_is_opened_in_turn(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(root, "c/a/x.md", "c/b/y.md")
    (root / "c" / "a" / "x.md").write_bytes(b"text")
    monkeypatch.setattr(os, "readlink", lambda path: "")
    (source, _) = found(root).sources
    assert read(source.file, 9) == b"text"
    swap(root / "c" / "a", root / "c" / "b")
    with pytest.raises(UnreadableError):
        read(source.file, 9)


def test_a_file_that_vanished_is_told_from_one_that_is_wrong(root: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read: no such file or directory") as raised:
        read(str(root / "gone.md"), 9)
    assert raised.value.is_missing


def test_a_file_is_read_up_to_the_largest_size_and_no_further(root: Path) -> None:
    (root / "a.md").write_bytes(b"12345")
    assert read(str(root / "a.md"), 5) == b"12345"
    with pytest.raises(UnreadableError, match=r"is larger than content.max_file_size \(4 bytes\)") as raised:
        read(str(root / "a.md"), 4)
    assert not raised.value.is_missing


def test_a_file_that_has_no_size_is_not_read_without_end() -> None:
    with pytest.raises(UnreadableError):
        read("/dev/zero", 10)


def test_a_path_is_shown_as_text_that_any_output_can_hold() -> None:
    assert display(Path(os.fsdecode(b"a/\xff/\xc3\xbc"))) == "a/\\xff/ü"


def named(root: Path, *names: str) -> Scan:
    return scan_paths(root, ["c"], [root / name for name in names], "**/*.md", ["README.md"])


def test_an_editor_names_files_and_folders(root: Path) -> None:
    add(root, "c/a/x.md", "c/a/README.md", "c/a/y.txt", "c/b.md", "c/z.md", "drafts/d.md")
    scanned = named(root, "c/a", "c/b.md", "drafts")
    assert [(source.path, source.below) for source in scanned.sources] == [
        ("c/a/x.md", "a/x.md"),
        ("c/b.md", "b.md"),
        ("drafts/d.md", "d.md"),
    ]


def test_a_file_that_is_named_is_taken_whatever_its_name_but_not_an_excluded_one(root: Path) -> None:
    add(root, "c/README.md", "c/notes.txt", "else/.x.md")
    assert paths(named(root, "c/README.md", "c/notes.txt", "else/.x.md")) == ["c/notes.txt", "else/.x.md"]


def test_a_content_folder_that_is_a_link_can_be_named(root: Path) -> None:
    add(root, "data/a.md")
    (root / "c").rmdir()
    (root / "c").symlink_to("data")
    assert paths(named(root, "c")) == ["data/a.md"]


def test_a_path_that_is_not_there_cannot_be_used(root: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        named(root, "c/gone.md")
