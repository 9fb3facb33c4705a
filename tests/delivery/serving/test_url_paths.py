"""URL path → file: what is found, and that nothing else is. The server itself is asked in test_hostile_urls.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedpub.delivery.serving.url_files import FolderRedirect, OutputFiles, PathRefusedError, ServedFile


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    for name in ("rss.xml", "topics/ai/rss.xml", "topics/index.html", ".well-known/security.txt", "a b/é+%.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "index.html").write_text("secret")
    (folder / ".feedpub-tmp-1").write_text("half")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("hidden")
    return folder


def name_at(files: OutputFiles, path: str) -> str | tuple[str, bool] | int:
    try:
        found = files.find(path.encode())
    except PathRefusedError as refused:
        return refused.status
    return found.name if isinstance(found, ServedFile) else (found.path, found.is_permanent)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/rss.xml", "rss.xml"),
        ("/%72ss.xml", "rss.xml"),
        ("/topics/ai/rss.xml", "topics/ai/rss.xml"),
        ("/topics/", "topics/index.html"),
        ("/topics", ("/topics/", True)),
        ("/topics/ai", ("/topics/ai/", True)),
        ("/a%20b", ("/a%20b/", True)),
        ("/a%20b/%C3%A9+%25.txt", "a b/é+%.txt"),
        ("/.well-known/security.txt", ".well-known/security.txt"),
        ("/topics/ai/", 404),
        ("/", 404),
        ("/rss.xml/", 404),
        ("/rss.xml/x", 404),
        ("/nothing", 404),
        ("//rss.xml", 404),
        ("/topics//ai/rss.xml", 404),
        ("/.well-known", 404),
        ("/.feedpub-tmp-1", 404),
        ("/%2efeedpub-tmp-1", 404),
        ("/.git/config", 404),
        ("/.git", 404),
        ("/./rss.xml", 404),
        ("/topics/../rss.xml", 404),
        ("/../secret", 404),
        ("/%2e%2e/secret", 404),
        ("/..%2fsecret", 400),
        ("/..%5csecret", 400),
        ("/..\\secret", 400),
        ("/rss.xml%00", 400),
        ("/rss%0a.xml", 400),
        ("/%", 400),
        ("/%zz", 400),
        ("/%ff", 400),
        ("/%c0%ae%c0%ae/secret", 400),
        ("rss.xml", 400),
        ("", 400),
        ("/" + "a" * 300, 404),
        ("/a" * 5000, 414),
    ],
)
def test_what_a_path_leads_to(output: Path, path: str, found: object) -> None:
    assert name_at(OutputFiles(str(output), "/"), path) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/a%20b/news/rss.xml", "rss.xml"),
        ("/%61%20b/news/rss.xml", "rss.xml"),
        ("/a%20b/news/topics", ("/a%20b/news/topics/", True)),
        ("/a%20b/news", ("/a%20b/news/", True)),
        ("/", ("/a%20b/news/", False)),
        ("/a%20b/", 404),
        ("/rss.xml", 404),
        ("/a%20b/newsrss.xml", 404),
        ("/a%20b/news/../news/rss.xml", 404),
    ],
)
def test_a_site_below_a_path(output: Path, path: str, found: object) -> None:
    assert name_at(OutputFiles(str(output), "/a b/news/"), path) == found


def test_links_may_lead_to_what_is_served_and_nowhere_else(output: Path) -> None:
    links = {
        "inside.xml": "rss.xml",
        "folder": "topics",
        "outside": "../secret",
        "absolute": str(output.parent / "secret"),
        "above": "..",
        "others": "../secrets",
        "hidden": ".feedpub-tmp-1",
        "loop": "loop",
    }
    for name, goal in links.items():
        (output / name).symlink_to(goal)
    (output / "rss.xml.gz").symlink_to("../secret")
    files = OutputFiles(str(output), "/")
    assert name_at(files, "/inside.xml") == "inside.xml"
    assert name_at(files, "/folder/ai/rss.xml") == "folder/ai/rss.xml"
    for path in ("outside", "absolute", "above/secret", "above", "others", "others/", "hidden", "loop"):
        assert name_at(files, f"/{path}") == 404, path
    assert files.copy_of(files.find(b"/rss.xml"), ".gz") is None  # type: ignore[arg-type]


def test_a_file_that_becomes_a_link_outside_is_gone(output: Path) -> None:
    files = OutputFiles(str(output), "/")
    assert name_at(files, "/rss.xml") == "rss.xml"
    (output / "link").symlink_to("../secret")
    os.replace(output / "link", output / "rss.xml")
    assert name_at(files, "/rss.xml") == 404


def test_what_is_no_file_is_not_opened(output: Path) -> None:
    os.mkfifo(output / "pipe")
    assert name_at(OutputFiles(str(output), "/"), "/pipe") == 404


def test_the_folder_itself_may_be_a_link_that_is_set_anew(output: Path) -> None:
    current, old = output.parent / "current", output.parent / "old"
    old.mkdir()
    (old / "rss.xml").write_text("old")
    current.symlink_to(old)
    files = OutputFiles(str(current), "/")
    before = files.find(b"/rss.xml")
    (output.parent / "next").symlink_to(output)
    os.replace(output.parent / "next", current)
    after = files.find(b"/rss.xml")
    assert isinstance(before, ServedFile)
    assert isinstance(after, ServedFile)
    assert before.stamp != after.stamp
    assert files.real_path(after.path) == str(output / "rss.xml")


_PIECES = st.sampled_from(
    [
        "/",
        "..",
        ".",
        "%2e",
        "%2f",
        "%5c",
        "\\",
        "%00",
        "secret",
        "secrets",
        "rss.xml",
        "topics",
        "~",
        "%",
        "\xff",
        "é",
        "//",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(_PIECES | st.text(max_size=3), max_size=12))
def test_no_path_leads_out(output: Path, pieces: list[str]) -> None:
    files = OutputFiles(str(output), "/")
    try:
        found = files.find(b"/" + "".join(pieces).encode("utf-8", "surrogatepass"))
    except PathRefusedError:
        return
    if isinstance(found, FolderRedirect):
        assert not found.path.startswith("//")
        return
    assert Path(os.path.realpath(found.path)).is_relative_to(output)
    assert "secret" not in Path(found.path).read_text()
