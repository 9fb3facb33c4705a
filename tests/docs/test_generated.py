"""docs/api.md and docs/cli.md are what docs/generate.py makes of the docstrings and the commands.

``UPDATE_DOCS=1 pytest tests/docs/test_generated.py`` writes them, as ``python docs/generate.py`` does.
"""

from __future__ import annotations

import os
import re
import runpy

import click
import pytest

from feedpub.cli import cli
from support.documents import ROOT, text_of

GENERATOR = runpy.run_path(str(ROOT / "docs" / "generate.py"))
COMMANDS = cli.list_commands(click.Context(cli))


@pytest.mark.parametrize("name", sorted(GENERATOR["PAGES"]))
def test_a_generated_page_is_current(name: str) -> None:
    if os.environ.get("UPDATE_DOCS"):
        GENERATOR["main"]()
    assert text_of(f"docs/{name}") == GENERATOR["PAGES"][name]()


def sections() -> dict[str, str]:
    """Return the section of each command in docs/cli.md."""
    found = re.findall(r"^## `feedpub (\w+)`\n(.*?)(?=^## |\Z)", text_of("docs/cli.md"), re.MULTILINE | re.DOTALL)
    return dict(found)


def test_the_page_of_commands_has_every_command_in_the_order_of_the_help() -> None:
    assert list(sections()) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_usage_options_statuses_and_examples(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    text = sections()[name]
    assert f"\nfeedpub {name} [OPTIONS]" in text
    own = {option for param in command.params if isinstance(param, click.Option) for option in param.opts}
    common = {"-c", "--config", "-q", "--quiet", "-v", "--verbose"}
    assert set(re.findall(r"^\| `(--[a-z-]+)", text, re.MULTILINE)) == {name for name in own - common if name[1] == "-"}
    assert {"| exit status | |", "| example | |"} <= set(text.splitlines())


@pytest.mark.parametrize("name", sorted(GENERATOR["PAGES"]))
def test_prose_has_at_most_100_columns(name: str) -> None:
    prose = [line for line in text_of(f"docs/{name}").splitlines() if not line.startswith("|")]
    assert max(map(len, prose)) <= 100


@pytest.mark.parametrize(
    ("docstring", "markdown"),
    [
        ("Return ``x``.", "Return `x`."),
        ("Raise :class:`~feedpub.core.errors.UsageError`.", "Raise `UsageError`."),
        (
            "See :func:`check`.\n\n    Example::\n\n        >>> 1\n\n        1\n\n    End.",
            "See `check`.\n\nExample:\n\n```python\n>>> 1\n\n1\n```\n\nEnd.",
        ),
    ],
)
def test_a_docstring_becomes_markdown(docstring: str, markdown: str) -> None:
    assert GENERATOR["_markdown"](docstring) == markdown
