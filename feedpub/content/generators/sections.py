"""The files of sections in the content folders, such as ``_index.md``."""

from __future__ import annotations

from feedpub.config import Config
from feedpub.content.files import ArticleFile
from feedpub.content.front_matter import parse
from feedpub.content.scanning import scan
from feedpub.core.errors import UsageError
from feedpub.core.yaml_nodes import Fields

PREFIX = "_index."
"""The beginning of the name of a section's file."""


def section_files(config: Config, pattern: str) -> tuple[ArticleFile, ...]:
    """Return the files that match ``pattern``, found as articles are: also by links inside.

    Raise :class:`~feedpub.core.errors.UsageError` if a section's file is a link that is not
    followed, or no file: its pages may be drafts.
    """
    found = scan(config.root, config.folders, pattern, (), (config.root / config.output.path, config.state_folder))
    for problem in found.problems:
        if problem.path.rpartition("/")[2].startswith(PREFIX):
            raise UsageError(f"{problem.path}: {problem.message}")
    return found.sources


def fields_of(data: bytes) -> Fields:
    """Return the front matter of a section's file.

    Raise UnicodeDecodeError or :class:`~feedpub.core.yaml_nodes.NodeError` if it cannot be parsed.
    """
    return parse(data.decode("utf-8-sig").replace("\r\n", "\n")).fields
