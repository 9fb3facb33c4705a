"""Text as feeds need it: repaired for XML, on one line, as plain text, as a key to match by. Pure functions.

What is HTML and must stay HTML is the business of :mod:`feedpub.core.html`.
"""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

# What no XML 1.0 document can hold (https://www.w3.org/TR/xml/#charsets): everything outside the production Char.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Of UTF-8, but for U+FFFE and U+FFFF.
_XML_BYTES = bytes(byte for byte in range(256) if byte >= 0x20 or byte in b"\t\n\r")
_FEEDS = str.maketrans({"\x0b": " ", "\x0c": " "})
_BREAKS = re.compile("\r\n?")
_SPACES = re.compile("[ \t\r\n]+")

# https://html.spec.whatwg.org/multipage/indices.html#elements-3, and the obsolete ones that old articles still hold.
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
_MAX_DEPTH = 250
# What takes the sanitizer more than a second, or the browser's own rule for tags that were never closed
# (https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements) more than 400 MB:
# each of them is opened again in each block that follows.
_MAX_NESTING_TAGS = 20_000
_MAX_REFERENCES = 50_000
_MAX_REOPENED = 2_000_000
_FORMATTING = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
# Of tags that are alike, three are opened again at most.
_MOST_ALIKE = 3 * 13
# They end where the next of their kind begins, but not where one of the other kind does.
_ITEM = re.compile(r"<(?:li|dd|dt)(?=[\s/>])", re.IGNORECASE)
# Elements that are empty, or end where the next begins, do not nest.
_FLAT = (
    "area base br col dd dt embed hr img input li option p param source tbody td tfoot th thead tr track wbr".split()
)
_NUMBER = re.compile("&#([0-9]{1000,});?")
# More of them on one base is no writing, and takes Unicode's reordering quadratic time
# (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
_MOST_MARKS = 30
_JOINER = "\u034f"
_NESTING = re.compile(rf"<(/?)(?!(?:{'|'.join(_FLAT)})(?=[\s/>]))[a-z]", re.IGNORECASE)


def unrepaired(text: str) -> list[int]:
    """The positions in ``text`` of the characters that XML cannot hold."""
    return [] if _is_xml(text) else [match.start() for match in _NOT_XML.finditer(text)]


def repair(text: str) -> str:
    """``text`` as every format can hold it.

    Vertical tab and form feed become a space, other characters that XML 1.0 cannot hold are dropped, line ends become
    line feeds.
    """
    if text.isprintable():
        return text
    if "\r" in text:
        text = _BREAKS.sub("\n", text)
    if not _is_xml(text):
        text = _NOT_XML.sub("", text.translate(_FEEDS))
    return text


def _is_xml(text: str) -> bool:
    """Whether XML can hold ``text`` as it is: found out at a tenth of what the expression takes."""
    if text.isprintable():
        return True
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    return not data.translate(None, _XML_BYTES) and "\ufffe" not in text and "\uffff" not in text


def one_line(text: str) -> str:
    """``text`` trimmed, each run of blanks, tabs and line ends one blank."""
    if "  " not in text and text.isprintable():
        return text.strip()
    return _SPACES.sub(" ", text).strip()


def match_key(text: str) -> str:
    """What two spellings of one topic or name have in common: NFC, case-folded, white space collapsed."""
    return " ".join(unicodedata.normalize("NFC", _stream_safe(text)).casefold().split())


def unescape(text: str) -> str:
    """``html.unescape``, also of a number that ``int`` refuses for its length."""
    if "&" not in text:
        return text
    return html.unescape(_NUMBER.sub(_shortened, text) if len(text) > 1000 else text)


def is_html(text: str) -> bool:
    """Whether ``text`` holds a tag of an HTML element, or a comment; ``a < b`` does not."""
    return "<" in text and any(match[1] is None or match[1].lower() in _NAMES for match in _TAG.finditer(text))


def looks_like_html(text: str | None) -> bool:
    """Whether plain ``text`` would be another text as HTML."""
    return bool(text) and (is_html(text or "") or unescape(text or "") != text)


def is_excessive(markup: str) -> bool:
    """Whether ``markup`` would take a sanitizer seconds, or memory without bounds: its time grows with the square of
    the depth, and of the number of references (``&``). :func:`bare` is what is left then.
    """
    if markup.count("&") > _MAX_REFERENCES:
        return True
    tags = markup.count("<")
    if tags <= _MAX_DEPTH:
        return False
    depth, nesting = 0, len(_ITEM.findall(markup))
    if nesting > _MAX_NESTING_TAGS:
        return True
    for match in _NESTING.finditer(markup):
        nesting += not match[1]
        # An end tag that closes nothing makes no room.
        depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > _MAX_DEPTH or nesting > _MAX_NESTING_TAGS:
            return True
    return _reopening(markup) * tags > _MAX_REOPENED


def bare(markup: str) -> str:
    """The text of ``markup`` without any tag, found out in linear time."""
    return unescape(_MARK.sub(" ", markup))


def plain(text: str) -> str:
    """The text of ``text``, which is plain or HTML, in either case with entities: ``H&#038;M`` reads H&M."""
    if is_html(text):
        # What is left are tags that end a word, without attributes.
        if is_excessive(text):
            return one_line(repair(bare(text)))
        blocks = nh3.clean(text, tags=_BLOCKS, clean_content_tags=set(_UNSEEN), attributes={}, link_rel=None)
        return one_line(repair(bare(blocks)))
    return repair(unescape(text)).strip() if "&" in text else text.strip()


def _reopening(markup: str) -> int:
    """How many tags a browser could open again in a block, if none was ever closed."""
    alike = others = 0
    for match in _FORMATTING.finditer(markup):
        is_alike = markup.startswith(">", match.end())
        alike += is_alike
        others += not is_alike
    return min(alike, _MOST_ALIKE) + others


def _shortened(number: re.Match[str]) -> str:
    return f"&#{number[1].lstrip('0')[:8] or '0'};"


def _stream_safe(text: str) -> str:
    """``text`` with a joiner, which marks do not move across, where more marks follow each other than there may be."""
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
