"""The rules by which generators make a part of a URL of a name or a title. Pure functions."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

_HEX = re.compile("%[0-9A-Fa-f]{2}")


def jekyll(text: str) -> str:
    """Return Jekyll's ``:title``: its slugify mode ``pretty``, with the case kept."""
    return _trimmed(_joined(text, lambda character: character in "._~!$&'()+,;=@" or _is_word(character)))


def jekyll_lower(text: str) -> str:
    """Return Jekyll's ``:slug``: its slugify mode ``default``."""
    return _trimmed(_joined(text, _is_word)).lower()


def hugo(text: str) -> str:
    """Return the path of ``text`` as Hugo makes it (``paths.Sanitize``), in lower case."""
    return hugo_case(text).lower()


def hugo_case(text: str) -> str:
    """Return the path of ``text`` as Hugo makes it with ``disablePathToLower``."""
    kept: list[str] = []
    is_pending = was_hyphen = False
    for index, character in enumerate(text):
        is_kept = (
            unicodedata.category(character)[:2] in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc", "Me")
            or character in "./\\_#+~-@"
            or (character == "%" and _HEX.match(text, index) is not None)
        )
        if is_kept:
            was_hyphen = character == "-"
            if is_pending and not was_hyphen:
                kept.append("-")
            is_pending = False
            kept.append(character)
        elif kept and not was_hyphen and character.isspace():
            is_pending = True
    return "".join(kept)


def hugo_ascii(text: str) -> str:
    """Return the path of ``text`` as Hugo makes it with ``removePathAccents``."""
    return unicodedata.normalize("NFC", without_accents(hugo(text)))


def zola(text: str) -> str:
    """Return the slug that Zola makes with ``slugify.paths = "on"``: ASCII words in lower case."""
    return _words(to_ascii(text)).lower()


def zola_safe(text: str) -> str:
    """Return the slug that Zola makes with ``slugify.paths = "safe"``."""
    text = re.sub(r"""[<>:"/|?*#()\[\]\\\n\t\r]""", "", text.strip())
    return re.sub(r"\s", "_", text.rstrip(". "))


def eleventy(text: str) -> str:
    """Return the slug of Eleventy's filter ``slugify`` (@sindresorhus/slugify)."""
    text = to_ascii(text.translate(_GERMAN).replace("&", " and ")).lower()
    return _words(re.sub(r"([a-z0-9]+)'([ts])(?=\s|$)", r"\1\2", text))


def eleventy_slug(text: str) -> str:
    """Return the slug of Eleventy's older filter ``slug`` (slugify by Simeon Velichkov)."""
    text = "".join(_SIGNS.get(c, c) for c in unicodedata.normalize("NFC", text))
    text = re.sub(r"""[^\w\s$*+~.()'"!:@-]""", "", to_ascii(text).replace("-", " "))
    return "-".join(text.split()).lower()


def github(text: str) -> str:
    """Return the slug of github-slugger, which Astro uses for each folder and name."""
    text = text.lower()
    return re.sub(r"\s", "-", "".join(c for c in text if _is_word(c) or c in "_- " or unicodedata.category(c) == "Pc"))


def pelican(text: str) -> str:
    """Return the slug that Pelican makes with its default ``SLUG_REGEX_SUBSTITUTIONS``."""
    text = to_ascii(html.unescape(text))
    text = re.sub(r"[^\w\s-]", "", text)
    return re.sub(r"[-\s]+", "-", re.sub(r"(?u)\A\s*|\s*\Z", "", text)).lower()


def mkdocs(text: str) -> str:
    """Return the slug of Material for MkDocs: ``pymdownx.slugs.slugify(case="lower")``."""
    text = unicodedata.normalize("NFC", text).strip().lower()
    text = "".join(c for c in text if unicodedata.category(c)[0] in "LMN" or c in "_- " or c.isspace())
    return re.sub(r"\s", "-", text)


def hexo(text: str) -> str:
    """Return the path of ``text`` as Hexo keeps it: as it is written."""
    return text


def as_written(text: str) -> str:
    """Return ``text`` unchanged."""
    return text


RULES: dict[str, Callable[[str], str]] = {
    "off": as_written,
    "jekyll": jekyll,
    "hugo": hugo,
    "hugo-case": hugo_case,
    "hugo-ascii": hugo_ascii,
    "zola": zola,
    "zola-safe": zola_safe,
    "eleventy": eleventy,
    "github": github,
    "docusaurus": as_written,
    "hexo": hexo,
    "pelican": pelican,
    "mkdocs": mkdocs,
}
"""The function of each value of ``content.slugify``."""

_SIGNS = {"$": "dollar", "%": "percent", "&": "and", "<": "less", ">": "greater", "|": "or"}
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "Ss"})
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D"}
    | {"þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "\u0131": "i"}
)


def to_ascii(text: str) -> str:
    """Return ``text`` with Latin letters in ASCII, and without other characters."""
    return without_accents(text.translate(_LATIN)).encode("ascii", "ignore").decode()


def without_accents(text: str) -> str:
    """Return ``text`` decomposed, without the marks of its letters."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


def _is_word(character: str) -> bool:
    """Return whether ``character`` is a letter, a mark or a decimal digit of any script."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


def _joined(text: str, is_kept: Callable[[str], bool]) -> str:
    return re.sub("\0+", "-", "".join(c if is_kept(c) else "\0" for c in text))


def _trimmed(text: str) -> str:
    return text.removeprefix("-").removesuffix("-")


def _words(text: str) -> str:
    return "-".join(re.findall("[A-Za-z0-9]+", text))
