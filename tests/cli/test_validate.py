"""``feedpub validate``: names everything that is wrong, and writes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.site import SiteFolder


def test_a_valid_site_exits_0_and_writes_nothing(site: SiteFolder) -> None:
    site.add()
    done = site.run("validate")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "1 article, 0 invalid, 0 duplicate, 0 ignored, 0 repaired\n",
        "",
    )
    assert {path.name for path in site.root.iterdir()} == {"config.yaml", "content"}


def test_every_problem_is_named_with_its_line_and_key_at_every_run(site: SiteFolder) -> None:
    site.add("bad", title=None, publishedDateTime="never", quality="high")
    site.add("good")
    site.build()
    for _ in range(2):
        done = site.run("validate")
        assert done.returncode == 1
        *problems, last = done.stdout.splitlines()
        found = [re.fullmatch(r"content/bad\.md:(\d+): (\w+): \S.+", line) for line in problems]
        assert [match and match.groups() for match in found] == [
            ("1", "title"),
            ("2", "publishedDateTime"),
            ("4", "quality"),
        ]
        assert last == "2 articles, 1 invalid, 0 duplicate, 1 ignored, 0 repaired"


@pytest.mark.parametrize("output", ["content", ".", "..", ".feedpub"])
def test_an_output_folder_that_no_build_would_take_is_refused(site: SiteFolder, output: str) -> None:
    site.configure(f"output: {{path: {output}}}\n")
    site.add()
    assert site.run("validate").returncode == site.run("build").returncode == 2


def test_a_template_that_is_none_is_named_with_its_line(site: SiteFolder) -> None:
    site.configure("output: {templates: mine}\n")
    site.add()
    (site.root / "mine").mkdir()
    assert site.run("validate").returncode == 0
    (site.root / "mine" / "feed.html").write_text("\n{% if %}\n")
    done = site.run("validate")
    assert done.returncode == 2
    assert done.stderr.startswith("mine/feed.html:2: ")
    (site.root / "mine" / "feed.html").unlink()
    (site.root / "mine").rmdir()
    assert site.run("validate").returncode == 2


def test_duplicates_and_repairs_are_named_but_not_fatal(site: SiteFolder) -> None:
    site.add("a")
    site.add("b", sourceUrl="https://example.com/a")
    site.write("c", "---\ntitle: be\x07ll\ndate: 2024-05-01\nsourceUrl: https://example.com/c\n---\n")
    done = site.run("validate")
    assert done.returncode == 0
    assert [line.split(":")[0] for line in done.stdout.splitlines()[:-1]] == ["content/b.md", "content/c.md"]


@pytest.mark.parametrize(
    ("paths", "named"),
    [
        (["content/bad.md"], ["content/bad.md"]),
        (["content/sub"], ["content/sub/worse.md"]),
        (["content/sub", "content/good.md"], ["content/sub/worse.md"]),
        (["content"], ["content/bad.md", "content/sub/worse.md"]),
        (["content/good.md"], []),
    ],
    ids=" ".join,
)
def test_a_path_names_what_is_checked(site: SiteFolder, paths: list[str], named: list[str]) -> None:
    site.add("good")
    site.add("bad", title=None)
    site.add("sub/worse", title=None)
    done = site.run("validate", "-q", *paths)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == named
    assert done.returncode == bool(named)


def test_a_file_outside_the_content_folder_can_be_checked(site: SiteFolder, tmp_path: Path) -> None:
    site.add("draft").rename(tmp_path / "draft.md")
    assert (
        site.run("validate", str(tmp_path / "draft.md")).stdout
        == "1 article, 0 invalid, 0 duplicate, 0 ignored, 0 repaired\n"
    )


@pytest.mark.parametrize("path", ["missing.md", "x" * 300, "content/a.md/b.md", "a\nb"])
def test_a_path_that_is_not_there_exits_2(site: SiteFolder, path: str) -> None:
    site.add("a")
    done = site.run("validate", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"feedpub: \S+: there is no such file or folder\n", done.stderr)


def test_a_configuration_that_is_wrong_exits_2(site: SiteFolder) -> None:
    site.configure("topic: {}\n")
    done = site.run("validate")
    assert (done.returncode, done.stderr) == (2, "config.yaml:8: topic: unknown key; did you mean topics?\n")
