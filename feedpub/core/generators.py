"""The names of site generators in config.yaml, and of the parts of their permalinks."""

from __future__ import annotations

import re

GENERATORS = (
    "jekyll",
    "hugo",
    "zola",
    "eleventy",
    "astro",
    "docusaurus",
    "hexo",
    "pelican",
    "mkdocs",
    "vitepress",
)
"""The values of ``content.generator``."""

SLUG_RULES = (
    "off",
    "jekyll",
    "hugo",
    "hugo-case",
    "hugo-ascii",
    "zola",
    "zola-safe",
    "eleventy",
    "github",
    "docusaurus",
    "hexo",
    "hexo-lower",
    "hexo-upper",
    "pelican",
    "pelican-case",
    "pelican-unicode",
    "pelican-unicode-case",
    "mkdocs",
    "mkdocs-case",
    "mkdocs-toc",
)
"""The values of ``content.slugify``."""

PERMALINK_PARTS = frozenset(
    """
    year month day slug path folder filename category short_year i_month i_day y_day short_month long_month hour minute
    second week title name categories slugified_categories output_ext collection section sections lang contentbasename
    slugorfilename slugorcontentbasename yearday monthname weekday weekdayname post_title file date author
    w_year w_day short_day long_day
    """.split()
)
"""The parts in braces, or after a colon, of the permalinks of a site with a generator."""

ANY_PARTS = frozenset(("hexo",))
"""The generators whose permalinks may hold any key of the front matter."""

_COLON = re.compile(r":([A-Za-z](?:\w*[^\W_])?)(\[[^\[\]{}]*\])?", re.ASCII)


def with_braces(pattern: str) -> str:
    """Return ``pattern`` with ``{year}`` for the ``:year`` of Jekyll, Hugo and Hexo."""
    return _COLON.sub(r"{\1\2}", pattern)


def parts_in(pattern: str) -> list[str]:
    """Return the names of the parts in the permalink ``pattern``, in braces or after colons."""
    return [name.partition("[")[0] for name in re.findall(r"\{([^{}]*)\}", with_braces(pattern))]
