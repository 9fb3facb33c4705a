"""The sections of Zola that are drafts: no page in their folders is published.

See ``Site::load`` in components/site/src/lib.rs of Zola.
"""

from __future__ import annotations

import re

from feedpub.config import Config
from feedpub.content.files import ArticleFile, UnreadableError, read
from feedpub.content.generators.sections import fields_of, section_files
from feedpub.content.values import boolean
from feedpub.core.yaml_nodes import NodeError

_SECTION = re.compile(r"_index(?:\.[^.]+)?\.md")


def draft_folders(config: Config) -> tuple[str, ...]:
    """Return the folders of drafts, relative to their content folder, in order.

    Raise :class:`~feedpub.core.errors.UsageError` if the file of a section is a link that is not
    followed.
    """
    sources = (source for source in section_files(config, "**/_index.*") if _SECTION.fullmatch(_parts(source)[1]))
    return tuple(sorted({_parts(source)[0] for source in sources if _is_draft(source, config.max_file_size)}))


def _parts(source: ArticleFile) -> tuple[str, str]:
    folder, _, name = source.below.rpartition("/")
    return folder, name


def _is_draft(source: ArticleFile, max_size: int) -> bool:
    """Return whether a section is a draft, or may be one: its file or its head cannot be read."""
    try:
        data = read(source.file, max_size)
    except UnreadableError:
        return True
    try:
        fields = fields_of(data)
        return "draft" in fields and boolean(str(fields["draft"][1].value)) is True
    except (NodeError, ValueError):
        return b"draft" in data
