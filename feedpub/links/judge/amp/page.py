"""What an AMP page says of itself, and where a page of the AMP Cache sends its reader without an HTTP redirect.

https://amp.dev/documentation/guides-and-tutorials/learn/spec/amphtml/ . Whether the page is valid AMP is not asked
here: the AMP validator does that.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from feedpub.core import urls
from feedpub.links.judge.amp.tags import MAX_VALUE, tags
from feedpub.links.model import AmpPage

_MAX_BODY = 1_000_000
_MAX_SCRIPT = 100_000

_MARKS = ("⚡", "⚡\ufe0f", "amp")
"""What makes the tag ``<html>`` that of AMP HTML; ``⚡4email`` and ``⚡4ads`` are other formats."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_PRESCANNED = 4096
# Those that https://encoding.spec.whatwg.org/ knows. Python has codecs besides that raise, or take for ever.
_TRUSTED = re.compile(
    r"utf-(?:8|16|16-le|16-be)|cp(?:125\d|866|874|932|949|950)|iso8859-\d+|ascii|koi8-[ru]|mac-roman|tis-620"
    r"|gbk|gb2312|gb18030|big5|big5hkscs|euc_jp|shift_jis|iso2022_jp|euc_kr"
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh
_REFRESH = re.compile(r"\s*[0-9.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)
_LOCATION = re.compile(
    r"\blocation(?:\.href)?\s{0,9}(?:\.\s{0,9}(?:replace|assign)\s{0,9}\(|=(?!=))\s{0,9}"
    rf"(?:\"((?:[^\"\\\n]|\\.){{0,{MAX_VALUE}}}+)\"|'((?:[^'\\\n]|\\.){{0,{MAX_VALUE}}}+)')"
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)


def read_amp_page(body: bytes, base_url: str, content_type: str | None = None) -> AmpPage:
    """What the page ``body``, which may be cut, says of itself.

    ``base_url`` is where it was found; ``content_type`` is the header's value, for the encoding. Never raises, and
    takes time linear in the body, of which it looks at the first megabyte.
    """
    is_amp = None
    base, canonical = base_url, None
    for tag in tags(_text(body, content_type), ("html", "base", "link")):
        if tag.name == "html":
            is_amp = any(mark in tag.attributes for mark in _MARKS) if is_amp is None else is_amp
        elif tag.name == "base":
            base = _resolved(base_url, tag.attributes.get("href")) or base if base is base_url else base
        elif "canonical" in tag.attributes.get("rel", "").lower().split():
            canonical = _resolved(base, tag.attributes.get("href"))
            if canonical is not None:
                break
    return AmpPage(is_amp=bool(is_amp), canonical=canonical)


def silent_target(body: bytes, base_url: str, content_type: str | None = None) -> str | None:
    """Where the page ``body`` sends a browser, by a meta refresh or a script; None where it does not, or not to a URL.

    The AMP Cache answers so, with the status 200 and the header ``x-silent-redirect: true``, for a page that it does
    not serve. Never raises, and takes time linear in the body.
    """
    targets = (_resolved(base_url, target) for target in _targets(_text(body, content_type)))
    return next((target for target in targets if target is not None), None)


def _targets(text: str) -> Iterator[str]:
    for tag in tags(text, ("meta", "body", "script")):
        if tag.name == "meta":
            match = _REFRESH.match(tag.attributes.get("content", ""))
            if match and tag.attributes.get("http-equiv", "").lower() == "refresh":
                yield match[1]
            continue
        script = tag.attributes.get("onload", "") if tag.name == "body" else tag.text[:_MAX_SCRIPT]
        for match in _LOCATION.finditer(script):
            yield _ESCAPE.sub(_unescaped, match[1] or match[2] or "")


def _unescaped(match: re.Match[str]) -> str:
    number = match[1] or match[2]
    return chr(int(number, 16)) if number else match[3] or ""


def _resolved(base: str, reference: str | None) -> str | None:
    """``reference`` as a URL; None where it is none, or leads to the very page, as an empty one does."""
    if not reference or not reference.strip():
        return None
    try:
        return urls.resolve(base, reference)
    except urls.UrlError:
        return None


def _text(body: bytes, content_type: str | None) -> str:
    """The page as text: UTF-8, which AMP requires, wherever it can be that; else what it says that it is."""
    body = body[:_MAX_BODY]
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _encoding(content_type or "")
    if not declared.startswith("utf-16"):
        try:
            # The last character may be cut.
            return codecs.getincrementaldecoder("utf-8")().decode(body)
        except UnicodeDecodeError:
            # What could be read as ASCII is not UTF-16, whatever it says.
            in_page = _encoding(body[:_PRESCANNED].decode("latin-1"))
            declared = declared or ("" if in_page.startswith("utf-16") else in_page)
    return body.decode(declared or "utf-8", "replace")


def _encoding(text: str) -> str:
    """The encoding that ``text`` names, as Python calls it; empty where it is not known."""
    match = _CHARSET.search(text)
    if match is None:
        return ""
    try:
        name = codecs.lookup(match[1]).name
    except (LookupError, ValueError):
        return ""
    if not _TRUSTED.fullmatch(name):
        return ""
    # https://encoding.spec.whatwg.org/#names-and-labels
    return "cp1252" if name in ("ascii", "iso8859-1") else name
