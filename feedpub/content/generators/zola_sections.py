"""The sections of Zola that are drafts: no page in their folders is published.

See ``Site::load`` in components/site/src/lib.rs of Zola.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from feedpub.config import Config
from feedpub.content.files import UnreadableError, read
from feedpub.content.front_matter import parse
from feedpub.content.values import boolean
from feedpub.core.yaml_nodes import NodeError

_SECTION = re.compile(r"_index(?:\.[^.]+)?\.md")


def draft_folders(config: Config) -> tuple[str, ...]:
    """Return the folders of drafts, relative to their content folder, in order."""
    found = {
        os.path.relpath(file.parent, config.root / top).replace(os.sep, "/")
        for top in config.folders
        for file in _sections(config.root / top)
        if _is_draft(file, config.max_file_size)
    }
    return tuple(sorted(found))


def _sections(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top):
        yield from (Path(folder, name) for name in names if _SECTION.fullmatch(name))


def _is_draft(file: Path, max_size: int) -> bool:
    """Return whether a section is a draft, or may be one: its front matter cannot be parsed."""
    try:
        data = read(os.path.realpath(file), max_size)
    except UnreadableError:
        return False
    try:
        fields = parse(data.decode()).fields
        return "draft" in fields and boolean(str(fields["draft"][1].value)) is True
    except (NodeError, ValueError):
        return b"draft" in data
