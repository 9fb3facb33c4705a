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
    abbreviations: bool = False
    """True if ``*[HTML]: Hypertext`` gives the long form of a word."""
    admonitions: bool = False
    """True if ``!!! note "Title"`` opens a box of indented lines."""
    templates: bool = True
    """True if the site has a generator, so that an unknown template tag is taken out."""
    liquid: bool = False
    """True if the generator reads ``{{`` everywhere, so that even TeX has none."""
    raw_in_code: bool = False
    """True if ``{% raw %}`` is read in code, too."""
    vue: bool = False
    """True if Vue's ``v-pre``, a container or an attribute, keeps tags as they are written."""
    python: bool = False
    """True if it is Python-Markdown: tabs, snippets, marks, keys and icons."""
    kramdown: bool = False
    """True if ``{::comment}`` begins a comment, and two backslashes break a line."""
    inline_html: bool = False
    """True if a line that begins with ``<img …>`` or ``<b>`` is a paragraph with Markdown."""
    broken_urls: bool = False
    """True if the URL of a link may go on in the next line."""
    indented_code: bool = True
    """True if indented lines are code."""
    code_marks: bool = False
    """True if ``title="…"`` after the language of code is shown above it, and comments colour
    lines of it.
    """
    breaks: bool = False
    """True if the end of a line in a paragraph breaks the line."""
    modules: bool = False
    """True if bodies are MDX: ``import`` and ``export`` lines, and attributes in braces."""
    ids: str = "github"
    """The form of the ids of headings, see :mod:`feedpub.core.html.heading_ids`."""
    source_root: str = ""
    """The folder whose files are published where they lie; empty if only articles' URLs count."""
    is_relative_to_source: bool = False
    """True if relative URLs begin at the file, not at the URL of the article."""
    is_root_site: bool = False
    """True if ``/a.png`` is below the URL of the site, not at the root of the host."""
    built_pictures: bool = False
    """True if the build gives a URL of its own to a picture that lies beside the article."""
    note_id: str = "fn:{label}"
    """The form of a footnote's id, of its ``label`` and its ``number``."""
    reference_id: str = "fnref:{label}"
    """The form of the id of the first reference to a footnote."""
    repeated_id: str = "fnref:{label}:{repeat}"
    """The form of the id of another reference to it: the second has the ``count`` 2, and the
    ``repeat`` 1.
    """


DEFAULT = Flavour(definitions=True, admonitions=True, templates=False)
_MARKDOWN_IT = Flavour(
    liquid=True, note_id="fn{number}", reference_id="fnref{number}", repeated_id="fnref{number}:{repeat}"
)
_REMARK = Flavour(
    modules=True,
    built_pictures=True,
    note_id="user-content-fn-{label}",
    reference_id="user-content-fnref-{label}",
    repeated_id="user-content-fnref-{label}-{count}",
)
_PYTHON = Flavour(
    repeated_id="fnref{count}:{label}",
    definitions=True,
    abbreviations=True,
    admonitions=True,
    python=True,
    inline_html=True,
    ids="python",
)

FLAVOURS = {
    "jekyll": Flavour(
        definitions=True,
        abbreviations=True,
        liquid=True,
        raw_in_code=True,
        kramdown=True,
        inline_html=True,
        broken_urls=True,
    ),
    "hugo": Flavour(
        definitions=True, note_id="fn:{number}", reference_id="fnref:{number}", repeated_id="fnref{repeat}:{number}"
    ),
    "zola": Flavour(ids="zola", note_id="fn-{label}", reference_id="fr-{label}-1", repeated_id="fr-{label}-{count}"),
    "eleventy": replace(_MARKDOWN_IT, raw_in_code=True, indented_code=False, ids="eleventy"),
    "astro": _REMARK,
    "docusaurus": replace(_REMARK, code_marks=True, indented_code=False, is_root_site=True),
    "hexo": replace(_MARKDOWN_IT, breaks=True, is_root_site=True, ids="hexo"),
    "pelican": replace(_PYTHON, source_root="content"),
    "mkdocs": replace(_PYTHON, code_marks=True, source_root="docs", is_relative_to_source=True),
    "vitepress": replace(
        _MARKDOWN_IT, code_marks=True, vue=True, built_pictures=True, is_root_site=True, ids="vitepress"
    ),
}


# Astro reads only files whose names end in .mdx as MDX.
_ASTRO_MARKDOWN = replace(_REMARK, modules=False)


def flavour_of(generator: str | None, source: str = "") -> Flavour:
    """Return the flavour of ``generator`` for the file ``source``, or the default one for none."""
    if generator == "astro" and source.endswith((".md", ".markdown")):
        return _ASTRO_MARKDOWN
    return FLAVOURS[generator] if generator else DEFAULT
