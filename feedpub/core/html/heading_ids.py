"""The ids of headings, as each generator makes them of the heading's text.

A link to a heading in a feed leads to the article's page, where the generator has set the id:
GitHub's (https://github.com/Flet/github-slugger; kramdown's for GFM and goldmark's are the same),
Python-Markdown's, Zola's, hexo-util's, and VitePress' (@mdit-vue/shared).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_SPECIAL = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'\u2018\u2019\u201c\u201d<>,.?/]+")
_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d"})
_MAX_SLUG = 200


def add_heading_ids(markdown: MarkdownIt, form: str) -> None:
    """Add the rule to ``markdown`` that gives an id to each heading without one."""
    slug_of, separator = _FORMS[form]

    def give_ids(state: StateCore) -> None:
        used: dict[str, int] = {}
        for token, text in zip(state.tokens, state.tokens[1:], strict=False):
            if token.type == "heading_open" and "id" not in token.attrs:
                written = _text_of(text)
                slug = slug_of(written) if len(written) <= _MAX_SLUG else ""
                if slug:
                    count = used.get(slug, 0)
                    used[slug] = count + 1
                    token.attrs["id"] = f"{slug}{separator}{count}" if count else slug

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
    return _SPECIAL.sub("-", _without_marks(text)).strip("-")


def _vitepress(text: str) -> str:
    return re.sub(r"^(?=\d)", "_", _SPECIAL.sub("-", _without_marks(text)).strip("-")).lower()


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


_FORMS: dict[str, tuple[Callable[[str], str], str]] = {
    "github": (_github, "-"),
    "python": (_python, "_"),
    "zola": (_zola, "-"),
    "hexo": (_hexo, "-"),
    "vitepress": (_vitepress, "-"),
}
