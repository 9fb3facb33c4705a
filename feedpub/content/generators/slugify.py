"""The rules by which generators make a part of a URL of a name or a title. Pure functions."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial

from feedpub.core.eleventy_slugs import newer_slug

_HEX = re.compile("%[0-9A-Fa-f]{2}")
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
PELICAN_SUBSTITUTIONS = ((r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s]+", "-"))
"""The default of Pelican's ``SLUG_REGEX_SUBSTITUTIONS``."""
# Where Unidecode 1.x differs from text-unidecode, which has the tables of an earlier release.
_NEWER = str.maketrans(
    {"し": "shi", "ち": "chi", "っ": "tsu", "つ": "tsu", "シ": "shi", "チ": "chi", "ッ": "tsu", "ツ": "tsu"}
    | {"ー": "-", "Є": "Ie", "א": "A", "ח": "H", "\u05d8": "T", "ך": "KH", "כ": "KH", "ק": "k"}
    | {"־": "-", "\u05ba": "o", "ײ": "EY", "⁊": "&", "₹": "Rs", "₽": "R", "₿": "BTC", "₺": "L", "₴": "UAH"}
)


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
    return _words(transliterated(text)).lower()


def zola_safe(text: str) -> str:
    """Return the slug that Zola makes with ``slugify.paths = "safe"``."""
    return re.sub(r"""[<>:"/\\|?*]""", "", text.rstrip(". "))


def github(text: str) -> str:
    """Return the slug of github-slugger, which Astro uses for each folder and name."""
    kept = (c for c in text.lower() if _is_word(c) or c in "_- " or unicodedata.category(c) in ("Pc", "Nl"))
    return re.sub(r"\s", "-", "".join(kept))


def pelican(
    text: str,
    *,
    substitutions: Iterable[tuple[str, str]] = PELICAN_SUBSTITUTIONS,
    keeps_case: bool = False,
    keeps_unicode: bool = False,
) -> str:
    """Return the slug that Pelican makes with ``SLUG_REGEX_SUBSTITUTIONS``.

    https://docs.getpelican.com/en/stable/settings.html#url-settings
    """
    text = unicodedata.normalize("NFKC", html.unescape(" ".join(_TAG.sub("", text).split())))
    if not keeps_unicode and not text.isascii():
        text = _transliterated(text)
    for pair in substitutions:
        pattern, replacement = (unicodedata.normalize("NFKC", part) for part in pair)
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    return (text if keeps_case else text.lower()).strip()


def _transliterated(text: str) -> str:
    """Return ``text`` in ASCII, as Unidecode gives it, which Pelican uses."""
    from text_unidecode import unidecode  # noqa: PLC0415  # most sites have no such titles

    return str(unidecode(text.translate(_NEWER)))


def mkdocs(text: str) -> str:
    """Return the slug of Material for MkDocs: ``pymdownx.slugs.slugify(case="lower")``."""
    return mkdocs_case(text, str.lower)


def mkdocs_case(text: str, change_case: Callable[[str], str] = str) -> str:
    """Return the slug of ``pymdownx.slugs.slugify()``, which keeps the case."""
    text = change_case(_TAG.sub("", unicodedata.normalize("NFC", text)).strip())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def mkdocs_toc(text: str) -> str:
    """Return the slug of ``markdown.extensions.toc.slugify``, which is ASCII."""
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower())


def hexo(text: str) -> str:
    """Return the path of ``text`` as Hexo keeps it: as it is written."""
    return text


def hexo_words(text: str) -> str:
    """Return the words of ``text`` as Hexo's ``slugize`` joins them: without accents of Latin
    letters, and with other scripts as they are.
    """
    plain = "".join(_plain(c) if c > "~" else c for c in text if c >= " ")
    return re.sub(r"""[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:"'<>,.?/]+""", "-", plain).strip("-")


def _plain(character: str) -> str:
    if character in _HEXO:
        return _HEXO[character]
    is_circled_or_wide = "\u24b6" <= character <= "\u24e9" or "\uff21" <= character <= "\uff5a"
    base = unicodedata.normalize("NFKC" if is_circled_or_wide else "NFD", character)[0]
    return base if base.isascii() and base.isalpha() else character


def as_written(text: str) -> str:
    """Return ``text`` unchanged."""
    return text


RULES: dict[str, Callable[..., str]] = {
    "off": as_written,
    "jekyll": jekyll,
    "hugo": hugo,
    "hugo-case": hugo_case,
    "hugo-ascii": hugo_ascii,
    "zola": zola,
    "zola-safe": zola_safe,
    "eleventy": newer_slug,
    "github": github,
    "docusaurus": as_written,
    "hexo": hexo,
    "hexo-lower": hexo,
    "hexo-upper": hexo,
    "pelican": pelican,
    "pelican-case": partial(pelican, keeps_case=True),
    "pelican-unicode": partial(pelican, keeps_unicode=True),
    "pelican-unicode-case": partial(pelican, keeps_unicode=True, keeps_case=True),
    "mkdocs": mkdocs,
    "mkdocs-case": mkdocs_case,
    "mkdocs-toc": mkdocs_toc,
}
"""The function of each value of ``content.slugify``."""

# The crate separates words at the hard sign.
_HARD_SIGNS = str.maketrans({"ъ": "'", "Ъ": "'"})
_HEXO = {"Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ł": "L", "Ħ": "H", "Ŧ": "T", "æ": "ae", "œ": "oe", "ø": "o"}
_HEXO |= {"đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "\u0131": "i", "ß": "s"}


def transliterated(text: str) -> str:
    """Return ``text`` in ASCII, with other scripts transliterated.

    The tables are those of Text::Unidecode, from which the crates ``slug`` and ``deunicode`` of
    Zola have most of theirs. Pictographs, which the crates name, are left out.
    """
    if text.isascii():
        return text
    from text_unidecode import unidecode  # noqa: PLC0415  # most sites need none

    return str(unidecode(text.translate(_HARD_SIGNS)))


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
