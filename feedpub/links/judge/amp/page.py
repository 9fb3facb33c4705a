"""The data in AMP pages, and the targets of pages of the AMP Cache that redirect without HTTP.

https://amp.dev/documentation/guides-and-tutorials/learn/spec/amphtml/ . Pages are not validated;
that is the purpose of the AMP validator.
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
"""Attributes that mark ``<html>`` as AMP HTML; ``⚡4email`` and ``⚡4ads`` mark other formats."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_PRESCANNED = 4096
# The encodings of https://encoding.spec.whatwg.org/ . Other codecs of Python may raise or not end.
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
    """Return the data of the page ``body``, which may be incomplete.

    ``base_url`` is the URL of the page; ``content_type`` is the header's value, for the encoding.
    It reads the first megabyte, takes linear time, and never raises.
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
    """Return the URL to which ``body`` sends browsers by a meta refresh or a script, or None.

    The AMP Cache serves such a page, with status 200 and the header ``x-silent-redirect: true``,
    in place of a page that it does not hold. It takes linear time, and never raises.
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
    """Return ``reference`` as an absolute URL; None if it is empty or invalid."""
    if not reference or not reference.strip():
        return None
    try:
        return urls.resolve(base, reference)
    except urls.UrlError:
        return None


def _text(body: bytes, content_type: str | None) -> str:
    """Return the page as text, decoded as UTF-8, which AMP requires, or else as it declares."""
    body = body[:_MAX_BODY]
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _encoding(content_type or "")
    if not declared.startswith("utf-16"):
        try:
            # An incremental decoder accepts an incomplete last character.
            return codecs.getincrementaldecoder("utf-8")().decode(body)
        except UnicodeDecodeError:
            # A page whose declaration is readable as ASCII is not UTF-16.
            in_page = _encoding(body[:_PRESCANNED].decode("latin-1"))
            declared = declared or ("" if in_page.startswith("utf-16") else in_page)
    return body.decode(declared or "utf-8", "replace")


def _encoding(text: str) -> str:
    """Return Python's name of the encoding that ``text`` declares; empty if it is unknown."""
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
