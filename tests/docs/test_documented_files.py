"""The files that README and docs/ show are what they say: configurations, articles, workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedpub.config import ConfigDocument, load_config
from support.documents import ROOT, Block, blocks, spans
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
    commands = [step for step in steps(yaml.safe_load(block.text)) if step != "pip install feedpub"]
    assert commands
    with running(tmp_path) as machine:
        done = machine.run("\n".join(commands))
        assert done.returncode == 0, done.stderr
        for report in re.findall(r"--output (\S+)", block.text):
            assert (machine.site.root / report).stat().st_size > 0
            assert block.text.count(report) == 2


def test_the_workflows_are_found() -> None:
    assert [block.name for block in WORKFLOWS].count("docs/ci.md") == 3


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
