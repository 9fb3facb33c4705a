"""Text that is printed: it commands neither a terminal nor a CI system, and is itself once more when printed again."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedpub.core.errors import Problem, printable, printable_json

# As the runners read a line: GitHub's ActionCommand.cs, Azure's Command.cs and the agent's formats, TeamCity's
# service messages, GitLab's sections.
COMMANDS = re.compile(r"\A\s*::|##\w*\[|section_(?:start|end):[^\r]*\r\x1b")
LIKELY = st.lists(
    st.one_of(st.sampled_from(["##", "#", "[", "::", ":", " ", "\\", "vso[", "error", "\x1b", "\r"]), st.characters()),
    max_size=8,
).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a: b::c # d ## e", "a: b::c # d ## e"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::add-mask::x", "  \\x3a:add-mask::x"),
        (":::", "\\x3a::"),
        ("a ::error::x", "a ::error::x"),
        ("##[error]x", "\\x23#[error]x"),
        ("a ###vso[task.setvariable variable=x]y", "a #\\x23#vso[task.setvariable variable=x]y"),
        ("##teamcity[x]", "\\x23#teamcity[x]"),
        ("section_start:0:x\r\x1b[0K", "section_start:0:x\\r\\x1b[0K"),
        ("\x9b31m\u202e\u2066\u200f\u061c\u2028", "\\x9b31m\\u202e\\u2066\\u200f\\u061c\\u2028"),
        ("\n::error::x", "\\n::error::x"),
        ("Grüße 机器 😀", "Grüße 机器 😀"),
    ],
)
def test_what_a_terminal_or_a_ci_system_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(LIKELY)
@example("##\x1b[")
def test_printed_text_is_one_line_without_commands(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert not COMMANDS.search(shown)
    assert printable(shown) == shown


@given(LIKELY, LIKELY, LIKELY)
@example("::error file=x::", "title", "x")
@example("a.md", "title", "##vso[task.complete result=Succeeded;]")
def test_a_problem_is_no_command(path: str, key: str, message: str) -> None:
    shown = str(Problem(path=f"{path}.md", line=1, key=key, message=message))
    assert shown.isprintable()
    assert not COMMANDS.search(shown)


@given(st.lists(LIKELY))
@example(["\U000e0041\u2028\x80", "##[error]"])
def test_json_is_printed_with_escapes_and_means_the_same(values: list[str]) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=2)
    shown = printable_json(text)
    assert json.loads(shown) == values
    assert not any(COMMANDS.search(line) or not line.isprintable() for line in shown.split("\n"))
    assert len(shown.split("\n")) == len(text.split("\n"))
