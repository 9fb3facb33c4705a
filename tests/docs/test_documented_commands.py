"""Every command in README and docs/ is run, in a site, as a reader would; but for those of :data:`ELSEWHERE`.

A document's commands are run in its order, in one shell. What cannot be run here is parsed: by bash, and each call of
feedpub by the command line's own parser. A new block of commands is run, or has to be named below.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from feedpub.cli import cli
from support.documents import (
    COMMANDS,
    NAMES,
    ROOT,
    Block,
    blocks,
    commands,
    feedpub_calls,
    other_languages,
    spans,
    text_of,
)
from support.machines import Machine, running

# What a line has in it, and why no test of this file runs the block that it is in.
ELSEWHERE = {
    r"^pip install ": "takes packages from the network; .ci/ship installs the wheel",
    r"^python3 -m pip download |--no-index ": "takes packages from the network; test_requirements.py reads the lock",
    r"^feedpub build --scheduler ": "needs a cluster; tests/core/test_workers.py builds on one",
    r"^feedpub verify": "needs the public server; tests/delivery/verify/ has servers",
    r"^(exec )?docker ": "needs a container engine; test_container.py reads it",
    r"^\./dev ": ".ci/run runs them, with these tests within",
    r"\bsudo ": "needs root; test_hosting_servers.py runs the servers, test_units.py has systemd read the units",
}
# What a block that holds no commands may be written in.
OTHERS = {"text", "cron", "yaml", "toml", "ini", "markdown", "jinja", "html", "xml", "python", "json"}


def reason(block: Block) -> str | None:
    """Why ``block`` is not run here; None if it is."""
    return next((why for what, why in ELSEWHERE.items() if re.search(what, block.text, re.MULTILINE)), None)


def where(block: Block) -> str:
    return f"{block.name}:{block.line}"


SCRIPTS = blocks(COMMANDS)
AT = re.compile(r"^(?:[\d*/,-]+\s+){5}(.*)$", re.MULTILINE)
CRON = [(block, command) for block in blocks("cron") for command in AT.findall(block.text)]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine for one document."""
    with running(tmp_path) as one:
        yield one


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({block.name for block in SCRIPTS if reason(block) is None}))
def test_the_commands_of_a_document_do_their_work(name: str, machine: Machine) -> None:
    if "rsync" in text_of(name) and shutil.which("rsync") is None:
        pytest.skip("rsync is not installed")
    script = "\n".join(
        f": line {block.line}\n{block.text}" for block in SCRIPTS if block.name == name and reason(block) is None
    )
    done = machine.run(f"set -x\n{script}")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("block", "command"), CRON, ids=lambda value: where(value) if isinstance(value, Block) else "")
def test_the_command_of_a_crontab_does_its_work(block: Block, command: str, machine: Machine) -> None:
    if "rsync" in command and shutil.which("rsync") is None:
        pytest.skip("rsync is not installed")
    done = machine.run(command)
    assert done.returncode == 0, done.stderr
    # cron takes the first % for the end of the command.
    assert "%" not in command


def test_every_line_of_a_crontab_is_one() -> None:
    lines = [line for block in blocks("cron") for line in block.text.splitlines() if line]
    assignments = [line for line in lines if re.fullmatch(r"[A-Z]+=\S+", line)]
    assert len(lines) == len(CRON) + len(assignments)


@pytest.mark.slow
@pytest.mark.parametrize("block", SCRIPTS, ids=where)
def test_a_block_of_commands_can_be_parsed(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for call in feedpub_calls(block.text):
        parse(call)


@pytest.mark.parametrize("block", [one for one in SCRIPTS if reason(one)], ids=where)
def test_what_a_block_that_is_not_run_names_is_there(block: Block) -> None:
    for words in commands(block.text):
        for file in re.findall(r"\bbenchmarks/\S+", " ".join(words)):
            assert (ROOT / file).exists()
        for module in re.findall(r"-m (benchmarks\S*)", " ".join(words)):
            assert (ROOT / f"{module.replace('.', '/')}.py").exists()


def test_no_reason_is_left_over() -> None:
    assert {reason(block) for block in SCRIPTS} == {None, *ELSEWHERE.values()}


def test_every_block_says_what_it_is() -> None:
    assert other_languages({COMMANDS, *OTHERS}) == set()


def test_the_blocks_are_found() -> None:
    assert {"README.md", "docs/checking.md", "docs/push.md"} <= {block.name for block in SCRIPTS}
    assert any(call == ["build"] for block in SCRIPTS for call in feedpub_calls(block.text))


@pytest.mark.parametrize(
    "wrong", ["feedpub bild", "feedpub build --ful=1", "cd x && feedpub check --kind sauce", "feedpub list > file"]
)
def test_the_parser_sees_what_is_wrong(wrong: str) -> None:
    with pytest.raises(click.UsageError):
        parse(*feedpub_calls(wrong))


def parse(call: list[str]) -> None:
    """Have the command line parse the arguments of a call, as it would to run it."""
    group = cli.make_context("feedpub", list(call), resilient_parsing=False)
    rest = [*group._protected_args, *group.args]
    if rest:
        name, command, args = cli.resolve_command(group, rest)
        assert command is not None
        command.make_context(name, args, parent=group)


@pytest.mark.parametrize("name", NAMES)
def test_a_command_within_the_text_has_options_that_there_are(name: str) -> None:
    for span in spans(name):
        words = span.replace("|", " ").split()
        if words[:1] != ["feedpub"] or not words[1:] or not re.fullmatch("[a-z]+", words[1]):
            continue
        command = cli.get_command(click.Context(cli), words[1])
        assert command is not None, span
        known = {option for param in command.params for option in param.opts} | {"--help", "-h"}
        assert {word for word in words[2:] if word.startswith("-")} <= known, span


@pytest.mark.slow
def test_ci_runs_the_two_commands_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    if not script.exists():
        pytest.skip("no source tree")
    pattern = re.search(r"sed -n '(s/.*)' README\.md", script.read_text(encoding="utf-8"))
    assert pattern is not None
    found = subprocess.run(
        ["sed", "-n", pattern[1], str(ROOT / "README.md")], capture_output=True, text=True, check=True
    )
    ours = [block.text for block in SCRIPTS if block.name == "README.md" and block.text.startswith("./dev")]
    assert found.stdout == "".join(ours)
    assert len(ours) == 2


def prose_of(name: str) -> str:
    """Return a document without its code, which may hold examples of links."""
    return re.sub(r"`[^`\n]+`", "code", text_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_links_between_the_docs_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose_of(name)):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", NAMES)
def test_a_link_to_a_heading_finds_it(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", prose_of(name)):
        page = os.path.relpath((ROOT / name).parent / target, ROOT) if target else name
        headings = re.findall(r"^#+ (.*)$", Path(ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert anchor in slugs, (target, anchor)


@pytest.mark.parametrize("name", NAMES[1:])
def test_the_readme_or_the_index_of_the_folder_leads_to_every_document(name: str) -> None:
    folder, _, file = name.rpartition("/")
    index = f"{folder}/README.md"
    if file == "README.md":
        assert f"({index.removeprefix('docs/')})" in text_of("docs/architecture.md")
    elif index in NAMES:
        assert f"({file})" in text_of(index)
    else:
        assert f"({name})" in text_of("README.md")
