"""README, docs/ and the pages for contributors, for tests: every block of code, by its language.

A block that is indented, or fenced as ``sh``, holds commands. Other blocks name their language: ``text``, ``cron``,
``yaml``. New documents are found by themselves.
"""

from __future__ import annotations

import functools
import re
import shlex
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent
NAMES = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
)
COMMANDS = "sh"

_SEPARATORS = {"&&", "||", ";", "|", "&", "(", ")"}
_COMMENT = re.compile(r"(^|\s)#.*$", re.MULTILINE)


class Block(NamedTuple):
    """A block of code of a document."""

    name: str
    line: int
    language: str
    text: str


def text_of(name: str) -> str:
    """The document."""
    return (ROOT / name).read_text(encoding="utf-8")


@functools.cache
def _blocks() -> tuple[Block, ...]:
    found = []
    for name in NAMES:
        for token in MarkdownIt().parse(text_of(name)):
            if token.type in ("code_block", "fence"):
                assert token.map is not None
                language = token.info.strip() if token.type == "fence" else COMMANDS
                found.append(Block(name, token.map[0] + 1, language, token.content))
    return tuple(found)


def blocks(*languages: str) -> list[Block]:
    """Every block that is written in one of ``languages``; of all documents, in order."""
    return [block for block in _blocks() if block.language in languages]


def other_languages(known: set[str]) -> set[str]:
    """Return the languages of the blocks, without those of ``known``."""
    return {block.language for block in _blocks()} - known


def spans(name: str) -> list[str]:
    """Every piece of code within the text of a document."""
    inline = (token for token in MarkdownIt().enable("table").parse(text_of(name)) if token.type == "inline")
    return [child.content for token in inline for child in token.children or () if child.type == "code_inline"]


def commands(script: str) -> list[list[str]]:
    """The simple commands of a shell script, as words; redirections among them."""
    found: list[list[str]] = []
    for line in _COMMENT.sub(r"\1", script.replace("\\\n", " ")).splitlines():
        found.append([])
        lexer = shlex.shlex(line, posix=True, punctuation_chars="();|&")
        lexer.whitespace_split = True
        for word in lexer:
            if word in _SEPARATORS:
                found.append([])
            else:
                found[-1].append(word)
    return [words for words in found if words]


def feedpub_calls(script: str) -> list[list[str]]:
    """The arguments of every call of feedpub in a shell script."""
    calls = []
    for words in commands(script):
        names = [index for index, word in enumerate(words) if word.rpartition("/")[2] == "feedpub"]
        if names:
            after = words[names[0] + 1 :]
            end = next((index for index, word in enumerate(after) if re.match(r"\d?[<>]", word)), len(after))
            calls.append(after[:end])
    return calls
