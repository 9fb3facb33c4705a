"""Functions that convert text for feeds: to valid XML text, to one line, to plain text, to a key.

They are pure. :mod:`feedpub.core.html` handles HTML that stays HTML.
"""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

from feedpub.core.markup_bounds import within_bounds

# The characters that no XML 1.0 document can hold: all outside the production Char
# (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# The bytes that valid XML text has in UTF-8. U+FFFE and U+FFFF need a check of their own.
_XML_BYTES = bytes(byte for byte in range(256) if byte >= 0x20 or byte in b"\t\n\r")
# Windows-1252 in place of the control characters C1, as in HTML
# (https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state). Five
# have no character there.
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS_1252 = {chr(code): bytes((code,)).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_REFERENCE = re.compile("&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
EMAIL = r"^[^@\s<>()]+@[^@\s<>()]+$"
"""The pattern of an e-mail address."""
WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uabff\uf900-\ufaff\U00020000-\U0003ffff]")
"""The pattern of a character of a script without spaces between words.

These are Thai, Lao, Burmese, Khmer, Chinese and Japanese.
"""
_VERTICAL = str.maketrans({"\x0b": " ", "\x0c": " "})
_BREAKS = re.compile("\r\n?")
_SPACES = re.compile("[ \t\r\n]+")

# https://html.spec.whatwg.org/multipage/indices.html#elements-3, and the obsolete elements of old
# articles.
_ELEMENTS = """
    a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas caption center
    cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure font
    footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map
    mark menu meta meter nav noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp
    script search section select small source span strike strong style sub summary sup svg table tbody td template
    textarea tfoot th thead time title tr track tt u ul var video wbr
    """.split()
_TAG = re.compile(r"<(?:/?([a-z][a-z0-9]*+)(?=[\s/>])[^<>]*+>|!--)", re.IGNORECASE)
_NAMES = frozenset(_ELEMENTS)
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike strong
    sub sup time tt u var wbr
    """.split()
)
_UNSEEN = frozenset(("iframe", "script", "style", "template", "title"))
_BLOCKS = {*_ELEMENTS} - _INLINE - _UNSEEN
_MARK = re.compile("<[^<>]*+>")
_NUMBER = re.compile("&#([0-9]{1000,});?")
# No language puts more combining marks on one character. Unicode's reordering takes quadratic time
# for them (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
_MOST_MARKS = 30
_JOINER = "\u034f"
_BETWEEN_WORDS = re.compile("[ _-]+")
_BETWEEN_ASCII_WORDS = re.compile("(?<=[a-z0-9])[ _-]+(?=[a-z0-9])")


def xml_invalid_positions(text: str) -> list[int]:
    """Return the positions in ``text`` of the characters that XML cannot hold."""
    return [] if _is_xml(text) else [match.start() for match in _NOT_XML.finditer(text)]


def repair(text: str) -> str:
    """Return ``text`` in a form that every feed format can hold.

    A vertical tab or a form feed becomes a space. Other characters that XML 1.0 cannot hold are
    dropped. Line ends become line feeds, and C1 characters those of Windows-1252.
    """
    if text.isprintable():
        return text
    text = windows_1252(text)
    if "\r" in text:
        text = _BREAKS.sub("\n", text)
    if not _is_xml(text):
        text = _NOT_XML.sub("", text.translate(_VERTICAL))
    return text


def windows_1252(text: str) -> str:
    """Return ``text`` with the characters of Windows-1252 in place of C1 control characters.

    The five that Windows-1252 does not define are dropped.
    """
    if text.isascii() or not _C1.search(text):
        return text
    return _C1.sub(lambda match: _WINDOWS_1252[match[0]], text)


def _is_xml(text: str) -> bool:
    """Return whether XML can hold ``text`` unchanged, in a tenth of the time of ``_NOT_XML``."""
    if text.isprintable():
        return True
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    return not data.translate(None, _XML_BYTES) and "\ufffe" not in text and "\uffff" not in text


def one_line(text: str) -> str:
    """Return ``text`` trimmed, with one space for each run of spaces, tabs and line ends."""
    if "  " not in text and text.isprintable():
        return text.strip()
    return _SPACES.sub(" ", text).strip()


def match_key(text: str) -> str:
    """Return the key that all spellings of one topic or name share.

    The key is ``text`` in NFC and case-folded. A run of white space, ``-`` and ``_`` between
    letters or digits is one space: ``Model-driven  apps`` becomes ``model driven apps``. Any other
    white space is one space, too, and there is none at the ends.

    Keys are in NFC themselves, so that they stay distinct in file systems that ignore case and
    composition (section 3.13 of the Unicode Standard, "canonical caseless match").
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", _stream_safe(text)).casefold())
    key = " ".join(folded.split())
    if "-" not in key and "_" not in key:
        return key
    return _BETWEEN_ASCII_WORDS.sub(" ", key) if key.isascii() else _BETWEEN_WORDS.sub(_word_break, key)


def is_letter_or_digit(character: str) -> bool:
    """Return whether ``character`` is a letter or a decimal digit of any script."""
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def is_mark(character: str) -> bool:
    """Return whether ``character`` is a combining mark of the character before it."""
    return unicodedata.category(character)[0] == "M"


def unescape(text: str) -> str:
    """Return ``text`` with its character references replaced, as ``html.unescape`` does.

    Accept references to numbers that are too long for ``int``.
    """
    if "&" not in text:
        return text
    return html.unescape(_NUMBER.sub(_shortened, text) if len(text) > 1000 else text)


def decoded(text: str) -> str:
    """Return plain ``text`` with its character references replaced once.

    A reference ends with a semicolon here: a name such as ``Q&A`` or ``Copy&copy`` holds none.
    """
    if "&" not in text:
        return text
    return repair(_REFERENCE.sub(lambda match: unescape(match[0]), text))


def is_html(text: str) -> bool:
    """Return whether ``text`` holds an HTML tag or a comment; ``a < b`` holds neither."""
    return "<" in text and any(match[1] is None or match[1].lower() in _NAMES for match in _TAG.finditer(text))


def looks_like_html(text: str | None) -> bool:
    """Return whether plain ``text`` reads differently if it is taken for HTML."""
    return bool(text) and (is_html(text or "") or unescape(text or "") != text)


def without_tags(markup: str) -> str:
    """Return the text of ``markup`` without its tags, in linear time."""
    return unescape(_MARK.sub(" ", markup))


def plain_text(text: str) -> str:
    """Return ``text``, which is plain text or HTML, as plain text.

    In both cases it may hold character references: ``H&#038;M`` becomes ``H&M``.
    """
    if is_html(text):
        markup = within_bounds(text)
        if markup is None:
            return one_line(repair(without_tags(text)))
        # Inline tags go without a trace; the tags of blocks stay, because they end a word.
        blocks = nh3.clean(markup, tags=_BLOCKS, clean_content_tags=set(_UNSEEN), attributes={}, link_rel=None)
        return one_line(repair(without_tags(blocks)))
    return repair(unescape(text)).strip() if "&" in text else text.strip()


def _word_break(run: re.Match[str]) -> str:
    """Return a space for a ``run`` between letters or digits; else the run itself."""
    text, base, end = run.string, run.start() - 1, run.end()
    while base >= 0 and is_mark(text[base]):
        base -= 1
    if base < 0 or end == len(text):
        return run[0]
    return " " if is_letter_or_digit(text[base]) and is_letter_or_digit(text[end]) else run[0]


def _shortened(number: re.Match[str]) -> str:
    return f"&#{number[1].lstrip('0')[:8] or '0'};"


def _stream_safe(text: str) -> str:
    """Return ``text`` with a joiner after each :data:`_MOST_MARKS` combining marks in a row.

    Unicode's reordering does not move marks across a joiner.
    """
    if len(text) <= _MOST_MARKS or text.isascii():
        return text
    marks = 0
    parts = []
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            parts.append(_JOINER)
            marks = 1
        parts.append(character)
    return "".join(parts)
