"""Each command's ``--help`` reads like a manual page: what it does, options, exit statuses, files and examples."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from test_documented_commands import parse

from feedpub.cli import cli
from support.commands import run_here
from support.documents import feedpub_calls

COMMANDS = cli.list_commands(click.Context(cli))


def help_of(command: str) -> str:
    done = run_here(Path(), (command, "--help"))
    assert done.returncode == 0
    return done.stdout


def rows(page: str, section: str) -> dict[str, str]:
    """The rows of a section: what stands left, and what is said of it."""
    text = page.partition(f"\n{section}:\n")[2].partition("\n\n")[0]
    found: dict[str, str] = {}
    for line in text.splitlines():
        left, _, right = line[2:].partition("  ")
        if line.startswith("   "):
            found[list(found)[-1]] += f" {line.strip()}"
        else:
            found[left] = right.strip()
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_has_every_section_within_80_columns(command: str) -> None:
    page = help_of(command)
    assert max(map(len, page.splitlines())) <= 80
    assert "\x1b" not in page
    statuses, examples = rows(page, "Exit status"), rows(page, "Examples")
    assert list(statuses) == sorted(statuses, key=int)
    assert {"0", "2"} <= set(statuses) <= {"0", "1", "2", "3", "4", "130"}
    assert examples
    assert all(meaning.endswith(".") for section in (statuses, examples) for meaning in section.values())
    if command != "schema":
        assert "config.yaml" in rows(page, "Files")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_can_be_parsed(command: str) -> None:
    for example in rows(help_of(command), "Examples"):
        (call,) = feedpub_calls(example)
        assert command in call or f"--{command}" in call
        parse(call)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does_and_what_it_takes(command: str) -> None:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    page = help_of(command)
    for option in found.params:
        if not isinstance(option, click.Option):
            continue
        assert option.help is not None
        assert option.help.endswith(".")
        assert option.is_flag or option.metavar
        if isinstance(option.type, click.Choice):
            # In place of a metavar that would be wider than the page.
            assert all(re.search(rf"\b{value}\b", page) for value in option.type.choices)
