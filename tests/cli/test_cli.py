"""The command line as a whole: help, the common options, imports, and streams that close."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from feedpub import __version__
from support.site import SiteFolder

pytestmark = pytest.mark.slow

COMMANDS = ["build", "validate", "list", "explain", "serve", "init", "schema"]
HEAVY = {
    "starlette",
    "uvicorn",
    "watchfiles",
    "brotli",
    "yaml",
    "lxml",
    "feedgen",
    "msgspec",
    "markdown_it",
    "nh3",
    "frontmatter",
    "sqlite3",
}


def shell(site: SiteFolder, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell's line in which ``feedpub`` is a command."""
    line = f'feedpub() {{ "{sys.executable}" -m feedpub "$@"; }}; {command}'
    env = {**os.environ, **environment}
    return subprocess.run(
        ["bash", "-c", line], cwd=site.root, capture_output=True, text=True, check=False, encoding="utf-8", env=env
    )


@pytest.mark.parametrize("columns", ["80", "200"])
@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=lambda args: "".join(args) or "feedpub")
def test_help_fits_80_columns_and_begins_with_what_the_command_does(
    site: SiteFolder, command: list[str], columns: str
) -> None:
    done = site.run_process(*command, "--help", env={**os.environ, "COLUMNS": columns})
    assert (done.returncode, done.stderr) == (0, "")
    usage, _, *described = done.stdout.splitlines()
    assert usage.startswith(f"Usage: {' '.join(['feedpub', *command])} [OPTIONS]")
    first = " ".join(described[: described.index("")]).strip()
    assert re.match(r"[A-Z][a-z]+ .*\.", first)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_is_the_same_once_the_command_list_was_imported(site: SiteFolder) -> None:
    before = site.run("--help").stdout
    assert site.run("list", "topics").returncode == 0
    assert site.run("--help").stdout == before


def test_help_lists_every_command_with_the_first_line_of_its_own_help(site: SiteFolder) -> None:
    listed = site.run("--help").stdout
    for command in COMMANDS:
        own = site.run(command, "--help").stdout
        first = " ".join(own.split("\n\n")[1].split())
        assert re.search(rf"^  {command} +\S", listed, re.MULTILINE)
        summary = " ".join(listed.split(f"\n  {command} ")[1].split("\n")[0].split())
        assert first.startswith(summary.rstrip(".").partition(",")[0].partition(";")[0])


def test_without_a_command_the_help_goes_to_stderr(site: SiteFolder) -> None:
    done = site.run()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == site.run("--help").stdout


def test_the_version_is_the_package_s(site: SiteFolder) -> None:
    assert site.run("--version").stdout == f"feedpub {__version__}\n"


@pytest.mark.parametrize(
    "code",
    ["import feedpub", "import sys, feedpub.cli; sys.argv = ['feedpub', '--help']; feedpub.cli.run()"],
    ids=["import", "help"],
)
def test_starting_up_imports_nothing_heavy(code: str) -> None:
    code += "\nimport sys; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "feedpub" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["bild"], r".*'bild'.* \(see 'feedpub --help'\)"),
        (["build", "--ful"], r".*--ful.* \(see 'feedpub build --help'\)"),
        (["--ful", "build"], r".*--ful.* \(see 'feedpub --help'\)"),
        (["build", "here"], r".*here.* \(see 'feedpub build --help'\)"),
        (["build", "--report"], r".*'--report'.* \(see '.*'\)"),
        (["build", "--full=yes"], r".*'--full'.* \(see '.*'\)"),
        (["explain"], r".*'PATH\|ID' \(see 'feedpub explain --help'\)"),
        (["list"], r".* topics, providers, feeds, articles \(see 'feedpub list --help'\)"),
        (["list", "feed"], r".*'feed'.*'articles'.* \(see 'feedpub list --help'\)"),
        (["list", "a\x1b[2Jb\nc"], r".*a.*'articles'.* \(see 'feedpub list --help'\)"),
        (["-c", "", "build"], r"invalid value for '-c' / '--config': the path is empty \(see 'feedpub --help'\)"),
        (["-c", "nowhere.yaml", "build"], r"nowhere\.yaml: cannot be read: no such file or directory; .*"),
        (["-c", ".", "build"], r"\.: cannot be read: is a directory"),
        (["-c", "x" * 300, "build"], r"x+: cannot be read: file name too long"),
        (["-c", "\udcff", "build"], r"\S+: cannot be read: no such file or directory; .*"),
    ],
    ids=lambda value: " ".join(value)[:20].encode("ascii", "replace").decode() if isinstance(value, list) else "",
)
def test_a_command_line_that_cannot_be_used_exits_2_with_one_line(
    site: SiteFolder, args: list[str], message: str
) -> None:
    done = site.run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(f"feedpub: {message}\n", done.stderr), done.stderr
    assert done.stderr[:-1].isprintable()


@pytest.mark.parametrize(
    "command", ["-c site/config.yaml build -v", "build -v -c site/config.yaml", "-v build -csite/config.yaml"]
)
def test_common_options_stand_before_or_after_the_command_and_paths_are_the_configuration_s(
    site: SiteFolder, command: str
) -> None:
    site.add()
    site.write("bad", "no front matter")
    done = shell(site, f"cd ..; feedpub {command}")
    assert done.returncode == 0
    assert "rss.xml" in site.files()
    assert "changed: rss.xml" in done.stderr
    assert done.stderr.startswith("content/bad.md:1: ")
    assert [path.name for path in site.root.parent.iterdir()] == ["site"]


def test_of_two_configurations_the_later_wins(site: SiteFolder) -> None:
    site.add()
    assert site.run("-c", "nowhere.yaml", "build", "-c", "config.yaml").returncode == 0


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("list articles", 0),
        ("validate", 1),
        ("explain content/a0.md", 0),
        ("schema config", 0),
        ("build -v", 0),
        ("build --strict", 1),
    ],
)
def test_a_reader_who_leaves_early_changes_neither_the_status_nor_the_work(
    site: SiteFolder, command: str, status: int
) -> None:
    for number in range(50):
        site.add(f"a{number}", topics=["AI"])
        site.add(f"b{number}", title=None)
    done = shell(site, f"feedpub {command} --help >/dev/null; {{ feedpub {command} 2>&1; echo $? >status; }} | true")
    assert done.stderr == ""
    assert (site.root / "status").read_text() == f"{status}\n"
    assert bool(site.files()) == (command == "build -v")


@pytest.mark.parametrize("closing", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_from_the_start_stop_no_command(site: SiteFolder, closing: str) -> None:
    site.add()
    site.write("bad", "no front matter")
    for command, status in (("build -v", 0), ("list articles", 0), ("validate", 1), ("build --ful", 2)):
        done = shell(site, f"feedpub {command} {closing}")
        assert done.returncode == status
        assert "Traceback" not in done.stderr
    assert "rss.xml" in site.files()


def test_a_full_disk_behind_stdout_exits_4_with_one_line(site: SiteFolder) -> None:
    site.add()
    done = shell(site, "feedpub list articles >/dev/full")
    assert (done.returncode, done.stderr) == (4, "feedpub: standard output: no space left on device\n")


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}])
def test_no_text_is_too_foreign_for_the_terminal_s_encoding(site: SiteFolder, environment: dict[str, str]) -> None:
    site.add("ünï", title="日本語", topics=["Ümläut"])
    site.write("ungültig", "no front matter")
    for command, status in (("build", 0), ("list topics", 0), ("list articles", 0), ("validate", 1), ("explain ü", 2)):
        done = shell(site, f"feedpub {command}", **environment)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr


def test_a_folder_whose_name_is_no_text_can_be_built_in(site: SiteFolder) -> None:
    odd = os.fsencode(site.root) + b"/\xff%20?#"
    os.mkdir(odd)
    os.rename(site.root / "config.yaml", odd + b"/config.yaml")
    os.mkdir(odd + b"/content")
    with open(odd + b"/content/\xfe.md", "wb") as stream:
        stream.write(b"---\ntitle: T\ndate: 2024-01-01\nsourceUrl: https://example.com/\n---\n")
    for command, status in (("build", 0), ("build", 0), ("list articles", 0), ("build --output /proc/nowhere", 4)):
        done = shell(site, f"cd $'\\xff%20?#'; feedpub {command}")
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
    assert os.path.exists(odd + b"/output/rss.xml")


def test_windows_is_refused_in_one_line() -> None:
    # What Windows lacks is not there either. Click's own part for Windows could not be loaded here.
    code = (
        "import sys; sys.modules.update(fcntl=None, pwd=None, resource=None, termios=None)\n"
        "from feedpub.cli import main\n"
        "sys.platform = 'win32'; sys.argv = ['feedpub', 'build']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch("feedpub: Windows is not supported; .+\n", done.stderr)
