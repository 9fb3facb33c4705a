"""The Markdown of each generator: which extensions it has, and which ids it gives.

Footnotes, tables, strikethrough, task lists, bare URLs, alerts, attributes and mathematics are the
same in all of them, so no setting switches them off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Flavour:
    """The differences between the Markdown of one generator and that of another."""

    definitions: bool = False
    """True if a line that begins with ``: `` defines the term above it."""
    containers: bool = False
    """True if ``:::tip Title`` opens a box, up to ``:::``."""
    admonitions: bool = False
    """True if ``!!! note "Title"`` opens a box of indented lines."""
    templates: bool = False
    """True if the generator runs templates in bodies; an unknown tag is then taken out."""
    modules: bool = False
    """True if bodies are MDX: ``import`` and ``export`` lines, and attributes in braces."""
    ascii_ids: bool = False
    """True if the ids of headings hold ASCII letters alone, as Python-Markdown's do."""
    note_id: str = "fn:{label}"
    """The form of a footnote's id, of its ``label`` and its ``number``."""
    reference_id: str = "fnref:{label}"
    """The form of the id of the first reference to a footnote."""


DEFAULT = Flavour(definitions=True, containers=True, admonitions=True)
_MARKDOWN_IT = Flavour(containers=True, templates=True, note_id="fn{number}", reference_id="fnref{number}")
_REMARK = Flavour(containers=True, note_id="user-content-fn-{label}", reference_id="user-content-fnref-{label}")
_PYTHON = Flavour(definitions=True, admonitions=True, ascii_ids=True)

FLAVOURS = {
    "jekyll": Flavour(definitions=True, templates=True),
    "hugo": Flavour(definitions=True, templates=True, note_id="fn:{number}", reference_id="fnref:{number}"),
    "zola": Flavour(templates=True, note_id="fn-{label}", reference_id="fr-{label}-1"),
    "eleventy": _MARKDOWN_IT,
    "astro": replace(_REMARK, modules=True),
    "docusaurus": replace(_REMARK, modules=True),
    "hexo": _MARKDOWN_IT,
    "pelican": _PYTHON,
    "mkdocs": _PYTHON,
    "vitepress": _MARKDOWN_IT,
}


def flavour_of(generator: str | None) -> Flavour:
    """Return the flavour of ``generator``, or the default one for none."""
    return FLAVOURS[generator] if generator else DEFAULT
