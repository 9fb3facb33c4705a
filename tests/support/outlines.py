"""Outlines of HTML: what a reader sees of it, without the decoration of the program that made it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote, urljoin

from lxml import html
from lxml.html import HtmlElement

_BLOCKS = frozenset(
    """
    blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table tbody td
    tfoot th thead tr ul
    """.split()
)
_MARKS = {"b": "strong", "i": "em", "strike": "del", "s": "del"}
_SHOWN = frozenset(
    """
    blockquote dd del details dl dt em figcaption figure h1 h2 h3 h4 h5 h6 kbd li mark ol strong sub summary sup table
    td th tr ul
    """.split()
)
_ALIKE = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\xa0": " ", "\u200b": None})
_MORE_ALIKE = (("\u2026", "..."), ("\u2014", "--"), ("\u2013", "--"), ("---", "--"))
_LANGUAGE = re.compile(r"(?:^|\s)(?:highlight |hljs |lang(?:uage)?-)([\w+#-]+)")
_BACK = re.compile("[\u21a9\u21a5][\ufe0e\ufe0f]?")
_EMBEDDED = re.compile("https://www.youtube(?:-nocookie)?.com/embed/")
_HOST = re.compile(r"https?://[^/]+\Z")
_NOTE = re.compile(r"\[([0-9]+)\]")


def outline(
    markup: str,
    url: str,
    *,
    decoration: tuple[str, ...] = (),
    boxes: tuple[str, ...] = (),
    pictures: Mapping[str, str] | None = None,
    change: Callable[[HtmlElement], None] | None = None,
) -> list[str]:
    """Return the lines of the outline of ``markup``, whose relative URLs resolve against ``url``.

    A line is an element that a reader would notice, or a text. Headings have their ids, links and
    pictures their URLs, code its language. Elements that an XPath of ``decoration`` finds are left
    out. Those of ``boxes`` are quotes, as which feeds show boxes. ``pictures`` has the
    URLs of pictures by their alternative texts: a picture to which the build of the site gave a URL
    that nobody can know, but that is published at another; or else a feed has its text instead.
    ``change`` makes other changes first. Curly quotes, dashes and dots are as in Markdown.
    """
    root = html.fragment_fromstring(markup, create_parent="div")
    if change:
        change(root)
    for path in (".//comment()", ".//svg", ".//script", ".//style", ".//template", *decoration):
        for element in root.xpath(path):
            if element.getparent() is not None:
                element.drop_tree()
    for image in root.xpath(".//img") if pictures is not None else ():
        image.set("src", pictures.get(image.get("alt"), ""))
    for path in boxes:
        for element in root.xpath(path):
            element.tag = "blockquote"
    return [line for line in _joined(_lines(root, url)) if line]


def _joined(parts: Iterator[str | None]) -> Iterator[str]:
    """Yield lines: texts beside each other are one, and None ends a text."""
    text = ""
    for part in parts:
        if part is None or part.startswith("<"):
            yield " ".join(_alike(text).split())
            yield part or ""
            text = ""
        else:
            text += part
    yield " ".join(_alike(text).split())


def _alike(text: str) -> str:
    text = text.translate(_ALIKE)
    for written, other in _MORE_ALIKE:
        text = text.replace(written, other)
    return text


def _lines(element: HtmlElement, url: str) -> Iterator[str | None]:
    """Yield the parts of ``element`` in their order."""
    name = _MARKS.get(element.tag, element.tag)
    if name == "iframe":
        source = _EMBEDDED.sub("https://www.youtube.com/watch?v=", element.get("src"))
        yield from (f"<a {source}>", source, "</a>")
        return
    if name == "pre":
        for end in element.xpath(".//br"):
            end.tail = "\n" + (end.tail or "")
        yield f"<pre {_language(element)}>"
        yield from (f"<|{line}" for line in element.text_content().strip("\n").split("\n"))
        return
    opening = _opening(element, name, url)
    if opening is not None or name in _BLOCKS:
        yield opening
    text = element.text
    if name == "a" and text and element.getparent().tag == "sup":
        # The number of a footnote.
        text = _NOTE.sub(r"\1", text)
    yield from _text(text)
    for child in element:
        yield from _lines(child, url)
        yield from _text(child.tail)
    if name in _BLOCKS:
        yield None
    elif opening is not None and name not in ("br", "img", "input"):
        yield f"</{name}>"


def _text(text: str | None) -> Iterator[str]:
    if text:
        # A text that begins like an element is none.
        yield _BACK.sub("\u21a9", text).replace("<", "\u2039")


def _opening(element: HtmlElement, name: str, url: str) -> str | None:
    """Return the line with which ``element`` begins; None if only its contents are seen."""
    if name == "a" and element.get("href"):
        return f"<a {_absolute(element.get('href'), url)}>"
    if name == "img" and not element.get("src"):
        return str(element.get("alt", ""))
    if name == "img":
        return f"<img {_absolute(element.get('src', ''), url)} {element.get('alt') or element.get('title', '')!r}>"
    if name == "br":
        return "<br>"
    if name == "input":
        return "\u2610 " if element.get("checked") is None else "\u2611 "
    if name == "abbr":
        return f"<abbr {element.get('title')}>"
    if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"<{name} {element.get('id', '')}>"
    if name == "code":
        return "<code>"
    return f"<{name}>" if name in _SHOWN else None


def _absolute(target: str, url: str) -> str:
    return _HOST.sub(r"\g<0>/", unquote(urljoin(url, target)))


def _language(pre: HtmlElement) -> str:
    """Return the language of code, which an element in it or around it has as its class."""
    for element in (*pre.iter(), *pre.iterancestors()):
        found = _LANGUAGE.search(element.get("class") or "") if isinstance(element.tag, str) else None
        if found or element.get("data-language"):
            language = found[1].lower() if found else str(element.get("data-language"))
            return "" if language == "plaintext" else language
    return ""
