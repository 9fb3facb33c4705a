"""Completion in bash, zsh and fish, as they do it: a line is typed on a terminal, Tab is pressed, and the line run."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.site import SiteFolder

pytestmark = pytest.mark.slow

# A feedpub that completes, and else says what it was called with.
PROGRAM = """#!/bin/sh
[ -n "$_FEEDPUB_COMPLETE" ] && exec "{program}" "$@"
printf '%s\\n' "$@" > called
"""
SETUP = {
    "bash": 'PS1="READY> "\neval "$(_FEEDPUB_COMPLETE=bash_source feedpub)"\n',
    "zsh": 'PS1="READY> "\nautoload -Uz compinit\ncompinit -u -D\neval "$(_FEEDPUB_COMPLETE=zsh_source feedpub)"\n',
}
LINES = [
    ("feedpub vali", ["validate"]),
    ("feedpub hosting ca", ["hosting", "caddy"]),
    ("feedpub list to", ["list", "topics"]),
    ("feedpub -q schema art", ["-q", "schema", "article"]),
    ("feedpub check --format sa", ["check", "--format", "sarif"]),
    ("feedpub check --kind amp-", ["check", "--kind", "amp-cache"]),
    ("feedpub check --fail-on br", ["check", "--fail-on", "broken"]),
    ("feedpub build --allow", ["build", "--allow-shrink"]),
    ("feedpub explain content/he", ["explain", "content/hello.md"]),
    ("feedpub validate content/he", ["validate", "content/hello.md"]),
    ("feedpub -c conf", ["-c", "config.yaml"]),
    ("feedpub build --output cont", ["build", "--output", "content/"]),
]


@pytest.fixture
def environment(site: SiteFolder) -> dict[str, str]:
    """A shell's environment in which ``feedpub`` says what it was called with; in a site with one article."""
    site.add("hello")
    folder = site.root.parent / "bin"
    folder.mkdir()
    program = folder / "feedpub"
    program.write_text(PROGRAM.format(program=Path(sys.executable).parent / "feedpub"))
    program.chmod(0o755)
    home = site.root.parent / "home"
    home.mkdir()
    path = f"{folder}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def started(shell: str, home: Path) -> list[str]:
    """The command of an interactive shell that is set up for completion and for nothing else."""
    if shell == "bash":
        (home / "rc").write_text(SETUP[shell])
        return ["bash", "--noprofile", "--rcfile", str(home / "rc"), "-i"]
    (home / ".zshrc").write_text(SETUP[shell])
    return ["zsh", "-d", "-i"]


def wait(master: int, until: float, word: bytes) -> bytes:
    """Return the text of the terminal, as soon as it contains ``word``."""
    seen = b""
    while word not in seen:
        ready, _, _ = select.select([master], [], [], max(0, until - time.monotonic()))
        assert ready, seen
        seen += os.read(master, 4096)
    return seen


@pytest.mark.campaign
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_completes(shell: str, site: SiteFolder, environment: dict[str, str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    master, slave = pty.openpty()
    command = started(shell, Path(environment["HOME"]))
    called = site.root / "called"
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, cwd=site.root, env=environment, start_new_session=True
    ) as process:
        os.close(slave)
        until = time.monotonic() + 100
        try:
            seen = wait(master, until, b"READY> ")
            for line, words in LINES:
                os.write(master, f"{line}\t\r".encode())
                seen = wait(master, until, b"READY> ")
                assert called.exists(), seen
                # zsh takes the slash of a folder back when the line is run.
                assert [word.rstrip("/") for word in called.read_text().splitlines()] == [
                    word.rstrip("/") for word in words
                ]
                called.unlink()
        finally:
            process.kill()
            os.close(master)


@pytest.mark.campaign
def test_fish_completes(site: SiteFolder, environment: dict[str, str]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    lines = [(line, words) for line, words in LINES if "content/" not in words]
    asked = "; ".join(f"complete -C'{line}'; echo ==" for line, _ in lines)
    script = f"_FEEDPUB_COMPLETE=fish_source feedpub | source; {asked}"
    done = subprocess.run(
        ["fish", "-c", script], cwd=site.root, env=environment, capture_output=True, text=True, check=True, timeout=100
    )
    offered = [block.strip().splitlines() for block in done.stdout.split("==\n")]
    assert [[line.partition("\t")[0] for line in found] for found in offered[:-1]] == [
        [words[-1]] for _, words in lines
    ]


def test_what_cannot_be_completed_is_left_alone(environment: dict[str, str], site: SiteFolder) -> None:
    environment |= {"_FEEDPUB_COMPLETE": "bash_complete", "COMP_WORDS": "feedpub build --now ", "COMP_CWORD": "3"}
    done = subprocess.run(["feedpub"], cwd=site.root, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
