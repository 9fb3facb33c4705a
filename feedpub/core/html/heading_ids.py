"""The ids of headings, as each generator makes them of the heading's text.

A link to a heading in a feed leads to the article's page, where the generator has set the id:
GitHub's (https://github.com/Flet/github-slugger; kramdown's for GFM and goldmark's are the same),
Python-Markdown's, Zola's, hexo-util's, VitePress' (@mdit-vue/shared), and those of Eleventy's
plugin (https://www.11ty.dev/docs/plugins/id-attribute/).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from feedpub.core.eleventy_slugs import newer_slug

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_SPECIAL = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'\u2018\u2019\u201c\u201d<>,.?/]+")
_SPECIAL_OF_HEXO = re.compile(_SPECIAL.pattern.replace(r"\u2018\u2019\u201c\u201d", ""))
_CURLY = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        ("---", "\u2014"),
        ("--", "\u2013"),
        (r"(?<![^-\u2014/(\[{\"\s])'", "\u2018"),
        ("'", "\u2019"),
        (r"(?<![^-\u2014/(\[{\u2018\s])\"", "\u201c"),
        ('"', "\u201d"),
        (r"\.{3}", "\u2026"),
    )
)
_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"})
_MAX_SLUG = 200


def add_heading_ids(markdown: MarkdownIt, form: str) -> None:
    """Add the rule to ``markdown`` that gives an id to each heading without one."""
    slug_of, separator, second = _FORMS[form]

    def give_ids(state: StateCore) -> None:
        used: dict[str, int] = {}
        for token, text in zip(state.tokens, state.tokens[1:], strict=False):
            if token.type == "heading_open" and "id" not in token.attrs:
                written = _text_of(text)
                slug = slug_of(written) if len(written) <= _MAX_SLUG else ""
                if slug:
                    count = used.get(slug, 0)
                    used[slug] = count + 1
                    token.attrs["id"] = f"{slug}{separator}{count - 1 + second}" if count else slug

    markdown.core.ruler.after("inline", "heading_ids", give_ids)


def _text_of(inline: Token) -> str:
    children = inline.children or ()
    return "".join(child.content for child in children if child.type in {"text", "code_inline", "text_special"})


def _github(text: str) -> str:
    return _NOT_IN_SLUG.sub("", text.strip().lower()).replace(" ", "-")


def _python(text: str) -> str:
    return re.sub(r"[-\s]+", "-", _NOT_IN_SLUG.sub("", _ascii(text)).strip().lower())


def _zola(text: str) -> str:
    text = text.translate(_LETTERS)
    return re.sub(r"[^a-z0-9]+", "-", _ascii(text).lower()).strip("-")


def _hexo(text: str) -> str:
    """Return the id that Hexo makes of ``text`` with curly quotes (``smartypants``)."""
    for pattern, sign in _CURLY:
        text = pattern.sub(sign, text)
    return _SPECIAL_OF_HEXO.sub("-", _without_marks(text)).strip("-")


def _vitepress(text: str) -> str:
    return re.sub(r"^(?=\d)", "_", _SPECIAL.sub("-", _without_marks(text)).strip("-")).lower()


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


# The slug of a text, and the separator and the number behind it when it comes a second time.
_FORMS: dict[str, tuple[Callable[[str], str], str, int]] = {
    "github": (_github, "-", 1),
    "python": (_python, "_", 1),
    "zola": (_zola, "-", 1),
    "hexo": (_hexo, "-", 1),
    "vitepress": (_vitepress, "-", 1),
    "eleventy": (newer_slug, "-", 2),
}
