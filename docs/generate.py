"""The generator of docs/api.md, from the docstrings, and of docs/cli.md, from the commands.

``python docs/generate.py`` writes both pages. tests/docs/test_generated.py compares them.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import click

import feedpub
from feedpub.cli import cli
from feedpub.cli.help_sections import HelpWithSections

FOLDER = Path(__file__).parent
_GUIDES = {
    "build": "automation.md",
    "check": "checking.md",
    "deploy": "deploy.md",
    "ping": "push.md",
    "serve": "serving.md",
    "hosting": "hosting.md",
    "verify": "verify.md",
    "init": "getting-started.md",
}
_NOTE = "<!-- Made by docs/generate.py; edit the docstrings or the commands instead. -->"

_API = """\
# The Python API

{note}

{intro}

Where the examples run, `config.yaml` is beside two articles: `content/hello.md` has the topic
Python, and the date of `content/bad.md` does not exist.

## What is stable

Stable are the names on this page, the parameters of the functions, the fields, properties and
methods of the classes, the values of the enumerations, and the exit statuses of the errors. Until
version 1.0, a minor version may change them; from then on, only a major version. The
[changelog](../CHANGELOG.md) names each such change. Any version may add names, optional parameters
and fields.

Not stable are all other modules and names of feedpub, the wording of messages, the order of
results, the constructors of reports (options are made by programs, reports only by feedpub), and
the files in `.feedpub/`.
"""

_CLI = """\
# The command line

{note}

{intro}

{options}

All of these options but `--version` can also stand after the name of the command.

| command | |
|---|---|
{commands}

Results go to standard output, messages to standard error. Progress is shown on a terminal only. A
build prints a problem when it is new or its file changed; `feedpub validate` and `--report` list
all problems. The lists of files on this page leave out the articles and templates.
"""


def api() -> str:
    """Return docs/api.md."""
    names: dict[str, Any] = {name: getattr(feedpub, name) for name in feedpub._MODULES}  # noqa: SLF001
    sections: dict[str, list[str]] = {"Functions": [], "Options": [], "Reports and values": [], "Errors": []}
    for name, value in names.items():
        if isinstance(value, FunctionType):
            sections["Functions"].append(_function(value))
        elif issubclass(value, feedpub.FeedpubError):
            sections["Errors"].append(_error(value))
        else:
            sections["Options" if name.endswith("Options") else "Reports and values"].append(_class(value))
    page = [_API.format(note=_NOTE, intro=_markdown(feedpub.__doc__)).strip()]
    for title, parts in sections.items():
        page += [f"## {title}", *parts]
    return "\n\n".join(page) + "\n"


def _function(function: FunctionType) -> str:
    parameters = inspect.signature(function).parameters.values()
    words = [f"{it.name}: {it.annotation}{'' if it.default is it.empty else f' = {it.default}'}" for it in parameters]
    call = "".join(f"    {word},\n" for word in words)
    call = f"{function.__name__}(\n{call}) -> {function.__annotations__['return']}"
    return f"### `{function.__name__}`\n\n```text\n{call}\n```\n\n{_markdown(function.__doc__)}"


def _error(error: type[feedpub.FeedpubError]) -> str:
    parent = "" if error is feedpub.FeedpubError else f"A kind of `{error.__base__.__name__}`. "
    text = f"{_markdown(error.__doc__)}\n\n{parent}Its `exit_status` is {error.exit_status}."
    return f"### `{error.__name__}`\n\n{text}"


def _class(value: type) -> str:
    members = [_bullet(signature, text) for signature, text in _members(value)]
    return "\n\n".join(filter(None, (f"### `{value.__name__}`", _markdown(value.__doc__), "\n".join(members))))


def _members(value: type) -> Iterator[tuple[str, str]]:
    """Yield the signature and the description of each public field, property and method."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(value))).body
    assert isinstance(definition, ast.ClassDef)
    for node, following in zip(definition.body, [*definition.body[1:], None], strict=True):
        signature = _signature(node)
        if signature and not signature.startswith("_"):
            is_text = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            text = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
            yield signature, text or (inspect.cleandoc(following.value.value) if is_text else "")


def _signature(node: ast.stmt) -> str:
    match node:
        case ast.AnnAssign():
            return ast.unparse(node)
        case ast.Assign():
            return ast.unparse(node)
        case ast.FunctionDef(decorator_list=[ast.Name(id="property")]):
            return f"{node.name}: {ast.unparse(node.returns)}"
        case ast.FunctionDef():
            arguments = ast.unparse(node.args).removeprefix("self").removeprefix(", ")
            return f"{node.name}({arguments}) -> {ast.unparse(node.returns)}"
    return ""


def _bullet(signature: str, text: str) -> str:
    # One paragraph: Markdown needs no more for a member.
    words = f"- `{signature}`" + (f": {' '.join(_markdown(text).split())}" if text else "")
    return textwrap.fill(words, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _markdown(docstring: str | None) -> str:
    """Return a docstring as Markdown: its roles and literals as code, its examples as blocks."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", inspect.cleandoc(docstring or "")).replace("``", "`")
    parts = re.split(r"::\n\n((?:    .*\n?|\n)+)", f"{text}\n")
    examples = (f":\n\n```python\n{textwrap.dedent(part).strip()}\n```\n\n" for part in parts[1::2])
    return "".join(part for pair in zip(parts[::2], [*examples, ""], strict=True) for part in pair).strip()


def command_line() -> str:
    """Return docs/cli.md."""
    context = click.Context(cli, info_name="feedpub", **cli.context_settings)
    common = _options(cli, context)
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    commands = {name: command for name, command in found.items() if command is not None}
    summaries = {name: _help(command).partition("\n\n")[0] for name, command in commands.items()}
    links = [f"| [`feedpub {name}`](#feedpub-{name}) | {summary} |" for name, summary in summaries.items()]
    page = _CLI.format(note=_NOTE, intro=_help(cli), options=_table("Option", common), commands="\n".join(links))
    parts = [page.strip()]
    for name, command in commands.items():
        parts.append(_command(command, click.Context(command, parent=context, info_name=name), common))
    return "\n\n".join(parts) + "\n"


def _command(command: click.Command, context: click.Context, common: Mapping[str, str]) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = {names: text for names, text in _options(command, context).items() if names not in common}
    parts = [f"## `{context.command_path}`", _help(command), f"```text\n{usage}\n```"]
    assert isinstance(command, HelpWithSections)
    parts += [_table(title, rows) for title, rows in {"Option": options, **command.sections}.items() if rows]
    if command.name in _GUIDES:
        guide = _GUIDES[command.name]
        parts.append(f"[docs/{guide}]({guide}) is the guide.")
    return "\n\n".join(parts)


def _options(command: click.Command, context: click.Context) -> dict[str, str]:
    """Return the text of each option by its names, as ``--help`` shows them."""
    options = (option for option in command.get_params(context) if isinstance(option, click.Option))
    return dict(filter(None, (option.get_help_record(context) for option in options)))


def _help(command: click.Command) -> str:
    """Return the description of a command; what click must not wrap is a block."""
    blocks = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(_paragraph(block) for block in blocks)


def _paragraph(block: str) -> str:
    if not block.startswith("\b"):
        return textwrap.fill(" ".join(block.split()), 100, break_long_words=False, break_on_hyphens=False)
    title, *rows = block.removeprefix("\b").strip().splitlines()
    table = dict(row.split(maxsplit=1) for row in rows if row.startswith(" "))
    after = [row for row in rows if not row.startswith(" ")]
    return "\n\n".join([_table(title.removesuffix(":"), table), *after])


def _table(title: str, rows: Mapping[str, str]) -> str:
    heading = {"Files": "file", "Examples": "example"}.get(title, title.lower())
    return "\n".join([f"| {heading} | |", "|---|---|", *(_row(key, text) for key, text in rows.items())])


def _row(key: str, text: str) -> str:
    cells = (cell.replace("|", r"\|") for cell in (f"`{key}`", text))
    return f"| {' | '.join(cells)} |"


PAGES = {"api.md": api, "cli.md": command_line}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
