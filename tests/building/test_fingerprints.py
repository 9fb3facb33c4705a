"""Builds that do again what an edit of the program, or of what it stands on, may have changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import feedpub
from feedpub import load_config
from feedpub.building import fingerprints
from feedpub.content import fingerprint
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.loading import scan_content
from feedpub.core import program
from feedpub.core.workers import LocalWorkers
from feedpub.links.find import site_links
from feedpub.links.options import CheckOptions
from support.site import SiteFolder

pytestmark = pytest.mark.slow

PACKAGE = Path(feedpub.__file__).parent
Run = Callable[..., subprocess.CompletedProcess[str]]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package that may be edited."""
    copy = tmp_path / "program" / "feedpub"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def run(site: SiteFolder, package: Path) -> Run:
    """A command of that copy, which is expected to succeed."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(*args: str) -> subprocess.CompletedProcess[str]:
        done = site.run_process(*args, env=environment)
        assert done.returncode == 0, done.stderr
        return done

    site.add("a", "Text.", topics=["AI"])
    command("build")
    return command


def test_an_edit_of_the_installed_package_is_in_the_next_build(site: SiteFolder, package: Path, run: Run) -> None:
    edit(package / "output" / "formats" / "rss.py", 'feed.generator("feedpub")', 'feed.generator("another")')
    run("build")
    assert b"<generator>another</generator>" in site.files()["rss.xml"]
    assert b"<generator>another</generator>" in site.files()["topics/ai/rss.xml"]


def test_so_is_an_edit_of_what_reads_articles(site: SiteFolder, package: Path, run: Run) -> None:
    reading = package / "content" / "article.py"
    edit(reading, "def read_article(", "def _read_article(")
    more = (
        "\n\ndef read_article(source, data, settings):\n"
        "    return _read_article(source, data.replace(b'Title of', b'Name of'), settings)\n"
    )
    reading.write_text(reading.read_text() + more)
    run("build")
    assert b"Name of a" in site.files()["feed.json"]


@pytest.mark.parametrize(("name", "mark"), [("base.html", "<!-- edited -->"), ("feedpub.css", "/* edited */")])
def test_so_is_an_edit_of_a_template_of_the_package(
    site: SiteFolder, package: Path, run: Run, name: str, mark: str
) -> None:
    template = package / "output" / "pages" / "templates" / name
    template.write_text(template.read_text(encoding="utf-8") + mark, encoding="utf-8")
    run("build")
    assert any(mark.encode() in data for data in site.files().values())


def test_files_that_are_only_touched_or_elsewhere_give_no_work(site: SiteFolder, package: Path, run: Run) -> None:
    before = site.files()
    for path in package.rglob("*.py"):
        os.utime(path, (1, 1))
    (package / "output" / "formats" / "__pycache__").mkdir()
    (package / "output" / "formats" / "__pycache__" / "rss.cpython-311.pyc").write_bytes(b"x")
    (package / "output" / "formats" / ".rss.py.swp").write_bytes(b"x")
    (package / "output" / "formats" / ".#rss.py").symlink_to("nobody@nowhere")
    assert ", 0 feeds written" in run("build", "-v").stdout
    # The package that the tests import has the same files.
    assert ", 0 feeds written" in site.build("-v").stdout
    assert site.files() == before


def test_a_check_reads_again_what_another_program_read(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add("a")
    config = load_config(site.root / "config.yaml")
    parsed = []
    real = site_links.links_of
    monkeypatch.setattr(site_links, "links_of", lambda *args: parsed.append(args) or real(*args))

    def read() -> int:
        parsed.clear()
        options = CheckOptions(now=datetime(2024, 6, 1, tzinfo=UTC))
        assert site_links.read_links(config, scan_content(config), LocalWorkers(1), options).articles == 1
        return len(parsed)

    assert (read(), read()) == (1, 0)
    monkeypatch.setattr(fingerprint, "program", lambda: "another")
    assert (read(), read()) == (1, 0)


def a_folder(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


def test_each_name_and_each_byte_counts_and_the_place_does_not(tmp_path: Path) -> None:
    one = {"a.py": "x", "b/c.py": "y"}
    digest = program.code(a_folder(tmp_path / "1", one))
    assert program.code(a_folder(tmp_path / "2" / "far", one)) == digest
    others = [{"a.py": "x"}, {"a.py": "xy", "b/c.py": ""}, {"a.py": "x", "c.py": "y"}, {"a.py": "z", "b/c.py": "y"}]
    assert len({digest, *(program.code(a_folder(tmp_path / f"o{n}", o)) for n, o in enumerate(others))}) == 5


@pytest.mark.parametrize("library", program._LIBRARIES)
def test_another_version_of_a_library_is_another_program(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    config = load_config(site.root / "config.yaml")
    monkeypatch.setattr(fingerprint, "program", program.program.__wrapped__)
    before = reading_fingerprint(config)
    real = program.version
    monkeypatch.setattr(program, "version", lambda name: "other" if name == library else real(name))
    after = reading_fingerprint(config)
    assert after != before
    assert fingerprints.rendering(after, config) != fingerprints.rendering(before, config)


def test_the_libraries_that_a_build_runs_are_known(site: SiteFolder) -> None:
    site.configure("output: {precompress: [gzip, br], archive: true}\n")
    site.add("a", "Some **text**.")
    code = (
        "import sys\n"
        "from importlib.metadata import packages_distributions\n"
        "before = set(sys.modules)\n"
        "from pathlib import Path\n"
        "from feedpub import build, load_config\n"
        "build(load_config(Path('config.yaml')))\n"
        "known = packages_distributions()\n"
        "print(*{one for name in sys.modules.keys() - before if '.' not in name for one in known.get(name, [])})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=site.root,
        capture_output=True,
        text=True,
        check=True,
    )
    # Which files are articles is compared at each build; feedgen parses dates that are text, and ours are not.
    without_bytes = {"feedpub", "wcmatch", "bracex", "python-dateutil", "six", "typing_extensions"}
    of_pages = {"Jinja2", "MarkupSafe"}
    assert set(done.stdout.split()) - without_bytes - of_pages <= set(program._LIBRARIES)
