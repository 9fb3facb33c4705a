"""The kinds of files that are not articles although ``content.pattern`` matches them."""

from __future__ import annotations

_KINDS = {
    ".rst": "reStructuredText",
    ".rest": "reStructuredText",
    ".adoc": "AsciiDoc",
    ".asciidoc": "AsciiDoc",
    ".asc": "AsciiDoc",
    ".org": "Org mode",
}
_WITHOUT_HEAD = {".html": "HTML", ".htm": "HTML", ".xhtml": "HTML"}
_WAY_OUT = "feedpub reads Markdown; convert it (pandoc -t gfm), or exclude it with content.exclude"


def foreign_kind(path: str) -> str | None:
    """Return the problem of the file ``path`` if its kind is never read."""
    kind = _KINDS.get(_suffix(path))
    return f"is {kind}; {_WAY_OUT}" if kind else None


def headless_kind(path: str) -> str | None:
    """Return the problem of the file ``path`` if its kind explains why it has no front matter."""
    kind = _WITHOUT_HEAD.get(_suffix(path))
    return f"is {kind} without front matter; give it some between two lines '---', or {_WAY_OUT}" if kind else None


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    return name[name.rfind(".") :].lower() if "." in name else ""
